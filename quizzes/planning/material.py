"""What could be asked: the learner's cards and the questions not met yet, as columns of numbers.

Reading is bounded: a learner with a million cards gets the ones most urgent by date, and what comes first in the
outline. Four queries, however many cards there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Count, F, FilteredRelation, Q

from content.models import Topic
from quizzes import question_types
from quizzes.models import Card, Enrolment, Question
from quizzes.scheduler import day, fsrs6
from quizzes.scheduler.day import Day

Floats = fsrs6.Array
Ints = npt.NDArray[np.int64]

LOAD_DAYS = 60  # days ahead on which it is counted what falls due
OUTSIDE = 1.0  # weight in percent of questions that belong to no domain of a blueprint
LONGEST_AGO, LONGEST_AHEAD = 4000, 400  # study days; beyond, the exact number makes no difference


@dataclass(frozen=True, slots=True)
class Place:
    """Where a live topic stands. `weight`: its domain's part of the exam's score, `share`: that of one of
    its `questions`."""

    parent: int | None
    position: int
    domain: int | None
    weight: float
    share: float
    questions: int = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that is read. What a bound that is not `final` left out is planned with by the next sweep."""

    seen: int
    unseen: int
    final: bool = False


IN_A_JOB = Bounds(seen=20_000, unseen=10_000, final=True)
IN_A_REQUEST = Bounds(seen=3_000, unseen=3_000)


@dataclass(frozen=True, slots=True)
class Material:
    """One row a card: first the seen ones by due date, then the unseen ones in reading order.

    `card` is 0 where none was made yet; `stability` is NaN where unseen; `days`: study days since the last answer;
    `due`: study days from today to the due date, negative when overdue, NaN when unseen; `today`: answered today.
    """

    card: Ints
    seq: Ints
    question: Ints
    topic: Ints
    state: Ints
    stability: Floats
    difficulty: Floats
    days: Floats
    due: Floats
    today: npt.NDArray[np.bool_]
    lapses: Ints
    doubt: Ints
    kind: tuple[str, ...]
    group: tuple[str, ...]
    places: Mapping[int, Place]
    whole: bool  # False when the bounds left something out

    def __len__(self) -> int:
        return len(self.card)

    @property
    def questions(self) -> int:
        """All there are, also what was not read."""
        return sum(place.questions for place in self.places.values())

    @property
    def seen(self) -> int:
        return int(np.count_nonzero(~np.isnan(self.stability)))

    def due_ahead(self) -> list[int]:
        """How many of these cards fall due tomorrow, the day after, and so on."""
        return counted(self.due)

    def shares(self) -> Floats:
        """Part of the exam's score that each card stands for; all questions together are 1."""
        return np.array([self.places[topic].share for topic in self.topic.tolist()], dtype=np.float64)


def gather(enrolment: Enrolment, today: Day, bounds: Bounds, only_due: bool = False) -> Material:
    """`only_due`: leave out what does not fall due on this study day; of a backlog, what was due last comes first."""
    places = places_of(enrolment.certification_id)
    cards = _seen(enrolment)
    if only_due:
        cards = cards.filter(due__lt=today.ends_at).order_by("-due", "-pk")
    seen = list(cards[: bounds.seen])
    unseen = list(_unseen(enrolment)[: bounds.unseen])
    whole = len(seen) < bounds.seen and len(unseen) < bounds.unseen
    rows = [row for row in (*seen, *unseen) if row[3] in places]
    clock = StudyDays(today, enrolment.user.profile.zone, enrolment.user.profile.rollover_hour)
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 13
    (card, seq, question, topic, state, stability, difficulty, due, last, lapses, doubt, group, kind) = (
        columns
    )
    last_days = clock.days_before(last)
    return Material(
        card=_ints(card),
        seq=_ints(seq),
        question=_ints(question),
        topic=_ints(topic),
        state=_ints(state),
        # Rows that another hand has written must not stop a plan.
        stability=np.clip(_floats(stability), fsrs6.SHORTEST, fsrs6.LONGEST),
        difficulty=np.clip(np.nan_to_num(_floats(difficulty), nan=5.0), 1.0, 10.0),
        days=np.maximum(np.nan_to_num(last_days), 0.0),
        due=-clock.days_before(due),
        today=last_days == 0,
        lapses=_ints(lapses),
        doubt=_ints(doubt),
        kind=tuple(kind),
        group=tuple(group),
        places=places,
        whole=whole,
    )


def due_ahead(enrolment: Enrolment, today: Day, bounds: Bounds) -> list[int]:
    """How many cards fall due tomorrow, the day after, and so on. One query."""
    cards = Card.objects.filter(enrolment=enrolment, suspended=False, due__gte=today.ends_at)
    moments = tuple(cards.order_by("due").values_list("due", flat=True)[: bounds.seen])
    profile = enrolment.user.profile
    return counted(-StudyDays(today, profile.zone, profile.rollover_hour).days_before(moments))


def counted(days: Floats) -> list[int]:
    """Numbers of entries that are 1, 2, … LOAD_DAYS, without the zeros at the end."""
    ahead = days[(days >= 1) & (days <= LOAD_DAYS)].astype(np.int64)
    return np.trim_zeros(np.bincount(ahead, minlength=1)[1:], "b").tolist() if len(ahead) else []


def places_of(certification: int) -> dict[int, Place]:
    """The live topics of a certification by id. Two queries."""
    topics: Any = (
        Topic.objects.live()
        .filter(certification=certification)
        .order_by("position", "pk")
        .values_list("pk", "parent_id", "domain_id", "domain__weight")
    )
    by_topic = _asked(certification).order_by().values_list("topic_id").annotate(questions=Count("pk"))
    asked: dict[int, int] = dict(by_topic)
    rows = list(topics)
    in_domain: Counter[int | None] = Counter()
    weights: dict[int | None, float] = {}
    for pk, _, domain, weight in rows:
        in_domain[domain] += asked.get(pk, 0)
        weights[domain] = OUTSIDE if weight is None else float(weight)
    whole = sum(weight for domain, weight in weights.items() if in_domain[domain]) or 1.0
    weights = {domain: weight / whole for domain, weight in weights.items()}
    return {
        pk: Place(
            parent,
            position,
            domain,
            weights[domain],
            weights[domain] / max(1, in_domain[domain]),
            asked.get(pk, 0),
        )
        for position, (pk, parent, domain, _) in enumerate(rows)
    }


def _asked(certification: int) -> Any:
    return Question.objects.ready().filter(certification_id=certification, kind__in=question_types.QUEUED)


def _seen(enrolment: Enrolment) -> Any:
    """Cards that were answered, the longest due first: in the order of the covering index."""
    return (
        Card.objects.filter(
            enrolment=enrolment, suspended=False, due__isnull=False, stability__isnull=False,
            question__state=Question.State.READY,
        )
        .order_by("due", "pk")
        .values_list(
            "pk", "seq", "question_id", "topic_id", "state", "stability", "difficulty", "due", "last_review",
            "lapses", "doubt", "question__sibling_group", "question__kind",
        )
    )  # fmt: skip


def _unseen(enrolment: Enrolment) -> Any:
    """Questions without an answered card, in reading order, authored before generated."""
    mine = FilteredRelation("cards", condition=Q(cards__enrolment=enrolment.pk))
    nothing = F("mine__stability")  # NULL on every row that is left
    return (
        _asked(enrolment.certification_id)
        .annotate(mine=mine)
        .filter(Q(mine__isnull=True) | Q(mine__state=Card.State.NEW, mine__suspended=False))
        .order_by("topic__position", "origin", "position", "pk")
        .annotate(none=nothing)
        .values_list(
            "mine__pk", "mine__seq", "pk", "topic_id", "mine__state", "none", "mine__difficulty", "mine__due",
            "mine__last_review", "mine__lapses", "mine__doubt", "sibling_group", "kind",
        )
    )  # fmt: skip


class StudyDays:
    """Counts study days from moments to today, for many moments at once."""

    def __init__(self, today: Day, zone: str, rollover_hour: int) -> None:
        self.today, self.zone, self.rollover_hour = today, zone, rollover_hour

    def days_before(self, moments: tuple[datetime | None, ...]) -> Floats:
        """For each moment: 0 within today, 1 yesterday, −1 tomorrow; NaN where there is none."""
        stamps = np.array(
            [np.nan if moment is None else moment.timestamp() for moment in moments], dtype=np.float64
        )
        known = stamps[~np.isnan(stamps)]
        if not len(known):
            return stamps
        start = self.today.starts_at.timestamp()
        first = int(min(LONGEST_AGO, max(0.0, (start - known.min()) // 86_000 + 2)))
        last = int(min(LONGEST_AHEAD, max(0.0, (known.max() - start) // 82_800 + 2)))
        dates = [self.today.date + timedelta(days=n) for n in range(-first, last + 1)]
        starts = [day.start_of(on, self.zone, self.rollover_hour).timestamp() for on in dates]
        place = np.searchsorted(np.array(starts), stamps, side="right") - 1
        return np.where(np.isnan(stamps), np.nan, first - place.astype(np.float64))


def _ints(values: tuple[int | None, ...]) -> Ints:
    return np.array([value or 0 for value in values], dtype=np.int64)


def _floats(values: tuple[float | None, ...]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
