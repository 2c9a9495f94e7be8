"""Which drills come back, and when. Written with the attempt that they follow from, in its transaction.

attempt ends → counted → DrillSchedule        what_is_due, schedule_of ← session, dashboard, list of drills
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import Profile
from quizzes.graders.worker.engines import NEEDS, installed
from quizzes.models import Card, DrillAttempt, DrillSchedule, Enrolment, Question
from quizzes.question_types import DRILLS
from quizzes.scheduler import day, drill_memory
from quizzes.scheduler.drill_memory import DrillMemory

PASSED = 1.0  # score
USUAL_SECONDS = 240  # of a drill, until it is known how long this learner takes
FEWEST_CARDS = 6  # of a day, for a drill to come in its middle


@dataclass(frozen=True, slots=True)
class Returning:
    """A schedule as a value: what attempts, in their order, lead to."""

    memory: DrillMemory = drill_memory.NEW
    due: datetime | None = None
    last_at: datetime | None = None


def counted(
    before: Returning, attempt: DrillAttempt, profile: Profile, desired_retention: float
) -> Returning:
    """The schedule after a finished attempt."""
    at, zone, hour = attempt.finished_at, profile.zone, profile.rollover_hour
    assert at is not None  # noqa: S101  (a finished attempt has a time)
    elapsed = 0 if before.last_at is None else day.days_between(before.last_at, at, zone, hour)
    rating = drill_memory.rating_of(attempt.score == PASSED, attempt.hints_used)
    memory, days = drill_memory.after(before.memory, rating, elapsed, desired_retention)
    on = day.study_day(at, zone, hour).date + timedelta(days=days)
    return Returning(memory, day.start_of(on, zone, hour), at)


def replay(attempts: Iterable[DrillAttempt], profile: Profile, desired_retention: float) -> Returning:
    """What the finished attempts of one learner in one drill, oldest first, lead to."""
    schedule = Returning()
    for attempt in attempts:
        schedule = counted(schedule, attempt, profile, desired_retention)
    return schedule


def record(attempt: DrillAttempt, question_id: int) -> DrillSchedule:
    """Count an attempt that has just ended. Call it once an attempt, in the transaction that ended it."""
    enrolment = Enrolment.objects.select_related("user__profile").get(pk=attempt.enrolment_id)
    row, _ = DrillSchedule.objects.get_or_create(enrolment=enrolment, question_id=question_id)
    row = DrillSchedule.objects.select_for_update().get(pk=row.pk)
    before = Returning(
        DrillMemory(row.stability, row.difficulty, row.tries, row.lapses), row.due, row.last_at
    )
    then = counted(before, attempt, enrolment.user.profile, enrolment.desired_retention)
    row.stability, row.difficulty = then.memory.stability, then.memory.difficulty
    row.tries, row.lapses = then.memory.tries, then.memory.lapses
    row.due, row.last_at = then.due, then.last_at
    row.save()
    return row


def what_is_due(enrolment_id: int, by: datetime) -> QuerySet[DrillSchedule]:
    """Drills of this learner that are due by then, longest due first, with their questions. One query when read."""
    rows = returning([enrolment_id], by).select_related("question__current", "question__topic")
    return rows.order_by("due", "pk")


def returning(enrolments: Iterable[int], by: datetime) -> QuerySet[DrillSchedule]:
    """What these learners (by enrolment id) have due by then, of drills that are still asked and can be graded."""
    return DrillSchedule.objects.filter(
        _gradable("question__"),
        enrolment__in=list(enrolments),
        due__lt=by,
        question__state=Question.State.READY,
        question__kind__in=DRILLS,
    )


def now_in_session(enrolment_id: int, done: int, planned: int, by: datetime) -> DrillSchedule | None:
    """The drill that a session asks at this point: halfway through the day's cards, or when none is left.

    `done` of `planned` cards are answered. Nothing is read elsewhere, so that most answers cost no query for it.
    """
    halfway = planned >= FEWEST_CARDS and done == planned // 2
    return what_is_due(enrolment_id, by).first() if halfway or done >= planned else None


def untried(enrolment: Enrolment, since: datetime) -> Question | None:
    """A drill for the end of a session: not yet tried, about what was answered since, else about anything begun."""
    cards = Card.objects.filter(enrolment=enrolment, topic=OuterRef("topic"), last_review__isnull=False)
    tried = DrillSchedule.objects.filter(enrolment=enrolment, question=OuterRef("pk"))
    mine = Question.objects.ready().filter(certification_id=enrolment.certification_id, kind__in=DRILLS)
    drills = mine.filter(_gradable())
    fresh = drills.filter(Exists(cards), ~Exists(tried)).select_related("current", "topic")
    return fresh.order_by(
        Exists(cards.filter(last_review__gte=since)).desc(), "topic__position", "position", "pk"
    ).first()


def not_installed() -> list[str]:
    """Graders whose engine is missing here: their drills are listed, and never offered."""
    return [engine for engine in NEEDS if not installed(engine)]


def _gradable(question: str = "") -> Q:
    """A condition: this installation can grade the drill. `question`: the way to it, such as `question__`."""
    missing = not_installed()
    return ~Q(**{f"{question}current__payload__grader__in": missing}) if missing else Q()


def seconds_due(enrolment: Enrolment, by: datetime) -> int:
    """Seconds that the drills due by then will take: this learner's mean, or what is usual. Two queries."""
    due = what_is_due(enrolment.pk, by).count()
    if not due:
        return 0
    finished = DrillAttempt.objects.filter(enrolment=enrolment, seconds__isnull=False)
    mean = finished.aggregate(mean=Avg("seconds"))["mean"]
    return round(due * (mean or USUAL_SECONDS))


def seconds_spent(enrolment: Enrolment, since: datetime, until: datetime) -> int:
    """Seconds of the attempts that ended in this time (`since` included)."""
    ended = DrillAttempt.objects.filter(enrolment=enrolment, finished_at__gte=since, finished_at__lt=until)
    return int(ended.aggregate(total=Sum("seconds"))["total"] or 0)


def schedule_of(enrolment: Enrolment, questions: Sequence[int]) -> dict[int, datetime]:
    """When each of these drills (by question id) comes back; those not yet tried are left out. One query."""
    rows = DrillSchedule.objects.filter(enrolment=enrolment, question_id__in=questions, due__isnull=False)
    return {question: due for question, due in rows.values_list("question_id", "due") if due is not None}
