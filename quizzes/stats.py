"""Numbers about a learner: what is due, how much would be recalled now, what was done. Reads only.

    cards, review log → stats → dashboard, reader, Studio, weekly digest

Every function asks a fixed number of queries, however many cards there are. Nothing that was undone counts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Profile
from content.models import Domain
from quizzes import question_types
from quizzes.models import Card, Enrolment, Question, ReviewLog
from quizzes.scheduler import day
from quizzes.scheduler.memory import DEFAULT_DECAY, retrievability

SECONDS_A_DAY = 86_400
LONGEST_SHARE = 120_000  # milliseconds of one answer that count as studying; longer, and the learner was away


@dataclass(frozen=True, slots=True)
class TopicOfQuestions:
    """A live topic that has questions of its own (`questions` of them, not counting topics below it)."""

    topic_id: int
    slug: str
    title: str
    depth: int
    domain_id: int | None
    questions: int


@dataclass(frozen=True, slots=True)
class TopicMastery:
    """`recall`: mean probability to know a seen question now, None when none was seen. `mastery`: 0 to 1."""

    topic_id: int
    slug: str
    title: str
    depth: int
    domain_id: int | None
    questions: int
    seen: int
    recall: float | None

    @property
    def mastery(self) -> float:
        """The share of the topic's questions that would be answered now; an unseen question counts as unknown."""
        return (self.recall or 0.0) * self.seen / self.questions


@dataclass(frozen=True, slots=True)
class DomainMastery:
    """The same over a domain. `domain_id` is None for topics that belong to no domain."""

    domain_id: int | None
    number: int | None
    title: str
    weight: float
    questions: int
    seen: int
    recall: float | None
    mastery: float


@dataclass(frozen=True, slots=True)
class Activity:
    """What was done in a span. `reviews` are answers to cards that had been learned; `recalled` of them were known."""

    answers: int = 0
    reviews: int = 0
    recalled: int = 0
    minutes: int = 0
    study_days: int = 0

    @property
    def recall_rate(self) -> float | None:
        """0 to 1; None without a single review."""
        return self.recalled / self.reviews if self.reviews else None


def due_now(enrolment: Enrolment, at: datetime) -> int:
    """How many cards are due at this moment. New cards are never due."""
    return Card.objects.filter(enrolment=enrolment, suspended=False, due__lte=at).count()


def due_by_day(enrolment: Enrolment, at: datetime, days: int) -> list[tuple[date, int]]:
    """Cards due on each of the next `days` study days; the first is today with everything overdue. One query."""
    dates, ends = study_days_ahead(enrolment.user.profile, at, days)
    counts = Card.objects.filter(enrolment=enrolment, suspended=False, due__lt=ends[-1]).aggregate(
        **{f"before{n}": Count("pk", filter=Q(due__lt=end)) for n, end in enumerate(ends)}
    )
    before = [0, *(counts[f"before{n}"] for n in range(days))]
    return [(on, before[n + 1] - before[n]) for n, on in enumerate(dates)]


def study_days_ahead(profile: Profile, at: datetime, days: int) -> tuple[list[date], list[datetime]]:
    """Dates and ends (UTC) of the learner's next study days, from today."""
    today = day.study_day(at, profile.zone, profile.rollover_hour).date
    dates = [today + timedelta(days=n) for n in range(days)]
    return dates, [day.start_of(on + timedelta(days=1), profile.zone, profile.rollover_hour) for on in dates]


def topic_mastery(enrolment: Enrolment, at: datetime) -> list[TopicMastery]:
    """Every live topic that has questions, in outline order. Two queries."""
    topics = topics_with_questions([enrolment.certification_id])[enrolment.certification_id]
    tally = RecallTally(at)
    decay = decay_of(enrolment)
    rows = seen_cards([enrolment.pk]).values_list("topic_id", "stability", "last_review")
    for topic_id, stability, last_review in rows.iterator(chunk_size=5000):
        tally.add(topic_id, stability, last_review, decay)
    return tally.masteries(topics)


def domain_mastery(
    enrolment: Enrolment, at: datetime, topics: Sequence[TopicMastery] | None = None
) -> list[DomainMastery]:
    """Every domain in order, also those without questions yet; last, what belongs to none.

    Give it the `topics` you already have; then it asks one query.
    """
    topics = topic_mastery(enrolment, at) if topics is None else topics
    within: dict[int | None, list[TopicMastery]] = defaultdict(list)
    for topic in topics:
        within[topic.domain_id].append(topic)
    found = [
        _domain(domain.pk, domain.number, domain.title, float(domain.weight), within[domain.pk])
        for domain in Domain.objects.filter(certification=enrolment.certification_id).order_by("number")
    ]
    if within[None]:
        found.append(_domain(None, None, "Outside the blueprint", 0.0, within[None]))
    return found


def activity(enrolment: Enrolment, start: datetime, end: datetime) -> Activity:
    """What was done from `start` to before `end`. One query."""
    rows = answers_kept([enrolment.pk], start, end).values_list("at", "kind", "rating", "milliseconds")
    profile = enrolment.user.profile
    return summed(rows.iterator(chunk_size=5000), profile)


# --- what the above and the digest, which reads many learners at once, are made of -----------------------------


def seen_cards(enrolments: Iterable[int]) -> QuerySet[Card]:
    """Cards that were answered at least once."""
    return Card.objects.filter(
        enrolment__in=list(enrolments), suspended=False, stability__isnull=False, last_review__isnull=False
    )


def answers_kept(enrolments: Iterable[int], start: datetime, end: datetime) -> QuerySet[ReviewLog]:
    """Recorded answers that were not taken back."""
    kinds = [ReviewLog.Kind.LEARN, ReviewLog.Kind.REVIEW, ReviewLog.Kind.RELEARN]
    return ReviewLog.objects.filter(
        ~taken_back(), enrolment__in=list(enrolments), at__gte=start, at__lt=end, kind__in=kinds
    )


def taken_back() -> Exists:
    """Whether an undo names this row of the log: a condition for queries over it."""
    undo = ReviewLog.objects.filter(card=OuterRef("card"), kind=ReviewLog.Kind.UNDO, undoes=OuterRef("seq"))
    return Exists(undo)


def topics_with_questions(certifications: Iterable[int]) -> dict[int, list[TopicOfQuestions]]:
    """For each certification its live topics with questions that are asked from the queue, in outline order."""
    wanted = list(certifications)
    rows = (
        Question.objects.ready()
        .filter(topic__certification__in=wanted, topic__retired=False, kind__in=question_types.QUEUED)
        .order_by("topic__position", "topic_id")
        .values_list(
            "topic__certification_id",
            "topic_id",
            "topic__slug",
            "topic__title",
            "topic__depth",
            "topic__domain_id",
        )
        .annotate(questions=Count("pk"))
    )
    found: dict[int, list[TopicOfQuestions]] = {certification: [] for certification in wanted}
    for certification, *topic in rows:
        found[certification].append(TopicOfQuestions(*topic))
    return found


def decay_of(enrolment: Enrolment) -> float:
    """The learner's own forgetting curve when it was fitted."""
    return float(enrolment.parameters[20]) if enrolment.parameters else DEFAULT_DECAY


class RecallTally:
    """Sums expected recall per topic while cards stream by."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._seen: dict[int, int] = defaultdict(int)
        self._recall: dict[int, float] = defaultdict(float)

    def add(
        self, topic_id: int, stability: float | None, last_review: datetime | None, decay: float
    ) -> float:
        """Count one seen card; returns its probability of recall now."""
        if stability is None or last_review is None:
            raise ValueError("A card that was never answered has no recall.")
        recall = retrievability(stability, (self.at - last_review).total_seconds() / SECONDS_A_DAY, decay)
        self._seen[topic_id] += 1
        self._recall[topic_id] += recall
        return recall

    def masteries(self, topics: Iterable[TopicOfQuestions]) -> list[TopicMastery]:
        return [self._mastery(topic) for topic in topics]

    def _mastery(self, topic: TopicOfQuestions) -> TopicMastery:
        seen = self._seen.get(topic.topic_id, 0)
        recall = self._recall[topic.topic_id] / seen if seen else None
        return TopicMastery(
            topic_id=topic.topic_id,
            slug=topic.slug,
            title=topic.title,
            depth=topic.depth,
            domain_id=topic.domain_id,
            questions=topic.questions,
            # A question may have moved to the drafts since it was seen.
            seen=min(seen, topic.questions),
            recall=recall,
        )


def summed(rows: Iterable[tuple[datetime, int, int | None, int]], profile: Profile) -> Activity:
    """Sum answers given as (at, kind, rating, milliseconds)."""
    answers = reviews = recalled = milliseconds = 0
    moments = []
    for at, kind, rating, taken in rows:
        answers += 1
        milliseconds += min(taken, LONGEST_SHARE)
        moments.append(at)
        if kind == ReviewLog.Kind.REVIEW:
            reviews += 1
            recalled += (rating or 0) > 1
    return Activity(answers, reviews, recalled, round(milliseconds / 60_000), _days_of(moments, profile))


def _days_of(moments: Sequence[datetime], profile: Profile) -> int:
    """On how many of the learner's study days these moments lie."""
    if not moments:
        return 0
    first = day.study_day(min(moments), profile.zone, profile.rollover_hour)
    last = day.study_day(max(moments), profile.zone, profile.rollover_hour)
    starts = [
        day.start_of(first.date + timedelta(days=n), profile.zone, profile.rollover_hour)
        for n in range((last.date - first.date).days + 1)
    ]
    return len({bisect_right(starts, at) for at in moments})


def _domain(
    pk: int | None, number: int | None, title: str, weight: float, topics: Sequence[TopicMastery]
) -> DomainMastery:
    questions, seen = sum(topic.questions for topic in topics), sum(topic.seen for topic in topics)
    known = sum((topic.recall or 0.0) * topic.seen for topic in topics)
    return DomainMastery(
        domain_id=pk,
        number=number,
        title=title,
        weight=weight,
        questions=questions,
        seen=seen,
        recall=known / seen if seen else None,
        mastery=known / questions if questions else 0.0,
    )
