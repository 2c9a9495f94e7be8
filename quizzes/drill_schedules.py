"""Which drills come back, and when. Written with the attempt that they follow from, in its transaction.

attempt ends → counted → DrillSchedule        what_is_due, schedule_of ← session, dashboard, list of drills
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Profile
from quizzes.models import DrillAttempt, DrillSchedule, Enrolment, Question
from quizzes.question_types import DRILLS
from quizzes.scheduler import day, drill_memory
from quizzes.scheduler.drill_memory import DrillMemory

PASSED = 1.0  # score


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
    rows = DrillSchedule.objects.filter(
        enrolment_id=enrolment_id,
        due__lt=by,
        question__state=Question.State.READY,
        question__kind__in=DRILLS,
    )
    return rows.select_related("question__current", "question__topic").order_by("due", "pk")


def schedule_of(enrolment: Enrolment, questions: Sequence[int]) -> dict[int, datetime]:
    """When each of these drills (by question id) comes back; those not yet tried are left out. One query."""
    rows = DrillSchedule.objects.filter(enrolment=enrolment, question_id__in=questions, due__isnull=False)
    return {question: due for question, due in rows.values_list("question_id", "due") if due is not None}
