"""Today's cards, in order: gather → bury siblings → fit the minutes → sort → interleave.

Gathering reads the database; the other steps are plain functions over candidates.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from quizzes import question_types
from quizzes.models import Card, Enrolment, PlanItem, Question, ReviewLog
from quizzes.scheduler import memory
from quizzes.scheduler.day import Day

Why = PlanItem.Why

MOST_CARDS = 500  # in one day's plan
NEW_A_DAY_WITHOUT_DATE = 20
# A first sight is followed by its learning steps on the same day.
FIRST_DAY_COST = 2.5
_QUEUE_KINDS = tuple(kind for kind in question_types.kinds() if question_types.get(kind).in_queue)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card that could be asked today. `card_id` is None for a question that the learner has no card of yet."""

    question_id: int
    topic_id: int
    sibling_group: str
    why: str
    seconds: int
    card_id: int | None = None
    seq: int = 0
    recall: float = 0.0  # expected now, 0 to 1

    @property
    def is_new(self) -> bool:
        return self.why == Why.NEW


def build(enrolment: Enrolment, day: Day, at: datetime, budget_seconds: int) -> list[Candidate]:
    """The study day's cards in the order to ask them."""
    reviews = gather_due(enrolment, day, at)
    fresh = gather_new(enrolment)
    answered = groups_answered(enrolment, day)
    reviews = bury_siblings(sorted(reviews, key=lambda card: card.recall), answered)
    taken = answered | {card.sibling_group for card in reviews if card.sibling_group}
    reviews, left = fit(reviews, budget_seconds)
    most_new = MOST_CARDS - len(reviews) if enrolment.exam_date else NEW_A_DAY_WITHOUT_DATE
    fresh, _ = fit(bury_siblings(fresh, taken), left)
    return merge(interleave(reviews), fresh[: max(0, most_new)])


def gather_due(enrolment: Enrolment, day: Day, at: datetime) -> list[Candidate]:
    """Cards whose review falls due before this study day ends. Cards within their steps come by themselves."""
    rows = (
        Card.objects.filter(enrolment=enrolment, suspended=False, state=Card.State.REVIEW, due__lt=day.ends_at)
        .order_by("due")
        .values_list(
            "pk", "seq", "question_id", "topic_id", "stability", "last_review", "due",
            "question__sibling_group", "question__kind",
        )
    )  # fmt: skip
    resets = ReviewLog.objects.filter(enrolment=enrolment, kind=ReviewLog.Kind.RESET)
    changed = set(resets.values_list("card_id", "seq"))
    found = []
    for pk, seq, question, topic, stability, last, due, group, kind in rows[: 4 * MOST_CARDS]:
        elapsed = (at - last).total_seconds() / 86_400 if last else 0.0
        why = Why.DUE if due and due >= day.starts_at else Why.OVERDUE
        if (pk, seq - 1) in changed:
            why = Why.CHANGED
        recall = memory.retrievability(stability or 0.1, elapsed)
        found.append(Candidate(question, topic, group, why, _seconds(kind), pk, seq, recall))
    return found


def gather_new(enrolment: Enrolment) -> list[Candidate]:
    """Questions that the learner has not met, in reading order within a domain, domains taken by weight."""
    met = Card.objects.filter(enrolment=enrolment).exclude(state=Card.State.NEW)
    unseen = {
        question: (pk, seq)
        for question, pk, seq in Card.objects.filter(enrolment=enrolment, state=Card.State.NEW).values_list(
            "question_id", "pk", "seq"
        )
    }
    rows = (
        Question.objects.ready()
        .filter(certification_id=enrolment.certification_id, kind__in=_QUEUE_KINDS, topic__retired=False)
        .exclude(pk__in=met.values("question_id"))
        .order_by("topic__position", "origin", "position", "pk")  # authored before generated
        .values_list("pk", "topic_id", "sibling_group", "kind", "topic__domain_id", "topic__domain__weight")
    )
    by_domain: dict[int | None, deque[Candidate]] = {}
    weights: dict[int | None, float] = {}
    for pk, topic, group, kind, domain, weight in rows:
        card, seq = unseen.get(pk, (None, 0))
        by_domain.setdefault(domain, deque()).append(
            Candidate(pk, topic, group, Why.NEW, round(FIRST_DAY_COST * _seconds(kind)), card, seq)
        )
        weights[domain] = float(weight or 1) or 0.1
    return by_weight(by_domain, weights)


def groups_answered(enrolment: Enrolment, day: Day) -> set[str]:
    """Sibling groups of which a card was already answered today."""
    rows = ReviewLog.objects.filter(enrolment=enrolment, at__gte=day.starts_at, at__lt=day.ends_at)
    return set(
        rows.exclude(card__question__sibling_group="").values_list("card__question__sibling_group", flat=True)
    )


def by_weight(
    queues: dict[int | None, deque[Candidate]], weights: dict[int | None, float], most: int = 2 * MOST_CARDS
) -> list[Candidate]:
    """Take from the queues in proportion to their weights (the one furthest behind its share is next)."""
    taken = dict.fromkeys(queues, 0)
    order: list[Candidate] = []
    while any(queues.values()) and len(order) < most:
        domain = min((d for d, queue in queues.items() if queue), key=lambda d: (taken[d] + 0.5) / weights[d])
        order.append(queues[domain].popleft())
        taken[domain] += 1
    return order


def bury_siblings(cards: Iterable[Candidate], taken: set[str]) -> list[Candidate]:
    """The first of each sibling group; the others wait for another day."""
    seen = set(taken)
    kept = []
    for card in cards:
        if card.sibling_group and card.sibling_group in seen:
            continue
        seen.add(card.sibling_group)
        kept.append(card)
    return kept


def fit(cards: Sequence[Candidate], seconds: int) -> tuple[list[Candidate], int]:
    """As many cards, from the front, as the seconds allow; and the seconds left. At least one if there is any time."""
    kept: list[Candidate] = []
    for card in cards[:MOST_CARDS]:
        if seconds <= 0:
            break
        kept.append(card)
        seconds -= card.seconds
    return kept, max(0, seconds)


def interleave(cards: Sequence[Candidate]) -> list[Candidate]:
    """Avoid two neighbours of one topic where another topic is left; otherwise keep the order."""
    waiting = list(cards)
    order: list[Candidate] = []
    while waiting:
        last = order[-1].topic_id if order else None
        # Look a few cards ahead only: the order by urgency is worth more than perfect variety.
        place = next((i for i, card in enumerate(waiting[:8]) if card.topic_id != last), 0)
        order.append(waiting.pop(place))
    return order


def merge(reviews: Sequence[Candidate], fresh: Sequence[Candidate]) -> list[Candidate]:
    """Spread the new cards evenly between the reviews, so that neither tires."""
    if not reviews or not fresh:
        return [*reviews, *fresh]
    order: list[Candidate] = []
    given = 0
    for place, review in enumerate(reviews, start=1):
        order.append(review)
        upto = place * len(fresh) // len(reviews)
        order.extend(fresh[given:upto])
        given = upto
    return order


def _seconds(kind: str) -> int:
    return question_types.get(kind).usual_seconds
