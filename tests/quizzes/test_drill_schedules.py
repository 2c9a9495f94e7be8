"""A drill comes back: when, with which numbers, and that its schedule follows from the attempts alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import drill_schedules, drills, graders
from quizzes.models import DrillAttempt, DrillSchedule
from quizzes.scheduler.drill_memory import DrillMemory, after, rating_of
from quizzes.scheduler.memory import Rating
from tests import factories
from tests.quizzes.graders.samples import drill

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
pytestmark = pytest.mark.servers


def begun() -> DrillAttempt:
    certification = factories.certification()
    payload = drill("number", hints=["Count the lamps.", "Round up."])
    question = factories.question(certification.topics.all()[0], kind="drill", payload=payload)
    return drills.begin(factories.enrolment(factories.learner(), certification), question, AT)


def solved(attempt: DrillAttempt, right: bool, at: datetime) -> DrillAttempt:
    spec = graders.fill(attempt.question_version.payload, attempt.seed)
    answer = next(iter(graders.get(str(spec["grader"])).answers(spec)))
    drills.submit(attempt, answer if right else "-1", at)
    attempt.refresh_from_db()
    return attempt


@pytest.fixture
def attempt(db: None) -> DrillAttempt:
    return begun()


def test_a_failed_drill_comes_back_on_the_next_study_day_with_new_numbers(attempt: DrillAttempt) -> None:
    solved(attempt, right=False, at=AT)
    row = DrillSchedule.objects.get()
    assert row.due is not None and AT < row.due <= AT + timedelta(hours=24)
    assert (row.tries, row.lapses) == (1, 0)
    question = attempt.question_version.question
    again = drills.begin(attempt.enrolment, question, row.due)
    spec = attempt.question_version.payload
    assert graders.fill(spec, again.seed) != graders.fill(spec, attempt.seed)


def test_a_passed_drill_comes_back_later_and_later(attempt: DrillAttempt) -> None:
    question, enrolment, at, waits = attempt.question_version.question, attempt.enrolment, AT, []
    for _ in range(3):
        solved(drills.begin(enrolment, question, at), right=True, at=at)
        due = DrillSchedule.objects.get().due
        assert due is not None
        waits.append((due - at).days)
        at = due + timedelta(hours=5)
    assert waits == sorted(waits) and waits[0] >= 1 and waits[2] > 10


def test_a_hint_makes_a_pass_come_back_sooner(db: None) -> None:
    alone, helped = begun(), begun()
    drills.reveal_hint(helped)
    assert helped.hints_used == 1
    due = [
        DrillSchedule.objects.get(enrolment=solved(one, True, AT).enrolment).due for one in (alone, helped)
    ]
    assert due[1] is not None and due[0] is not None and due[1] < due[0]


def test_hints_end_with_the_last_one_and_with_the_answer(attempt: DrillAttempt) -> None:
    for _ in range(9):
        drills.reveal_hint(attempt)
    assert attempt.hints_used == len(attempt.question_version.payload["hints"])
    other = drills.begin(attempt.enrolment, attempt.question_version.question, AT)
    assert other.pk == attempt.pk, "an attempt that was begun is taken up again"
    solved(other, right=True, at=AT)
    DrillAttempt.objects.filter(pk=other.pk).update(hints_used=0)
    drills.reveal_hint(other)
    assert other.hints_used == 0


def test_an_answer_counts_once_however_often_it_is_sent(attempt: DrillAttempt) -> None:
    same = DrillAttempt.objects.get(pk=attempt.pk)
    solved(attempt, right=True, at=AT)
    solved(same, right=False, at=AT + timedelta(seconds=1))
    drills.practise(same, "17")
    row = DrillSchedule.objects.get()
    assert row.tries == 1 and DrillAttempt.objects.get().score == 1.0


def test_the_schedule_is_what_the_attempts_lead_to(attempt: DrillAttempt) -> None:
    question, enrolment = attempt.question_version.question, attempt.enrolment
    for day, right in enumerate((False, True, True, False, True)):
        at = AT + timedelta(days=3 * day)
        solved(drills.begin(enrolment, question, at), right, at)
    row = DrillSchedule.objects.get()
    finished = DrillAttempt.objects.filter(finished_at__isnull=False).order_by("finished_at")
    replayed = drill_schedules.replay(finished, enrolment.user.profile, enrolment.desired_retention)
    assert replayed == drill_schedules.Returning(
        DrillMemory(row.stability, row.difficulty, row.tries, row.lapses), row.due, row.last_at
    )
    assert (row.tries, row.lapses) == (5, 1)


def test_the_time_is_kept_unless_somebody_was_called_away(attempt: DrillAttempt) -> None:
    DrillAttempt.objects.filter(pk=attempt.pk).update(started_at=AT - timedelta(minutes=4))
    attempt.refresh_from_db()
    assert solved(attempt, True, AT).seconds == 240
    later = drills.begin(attempt.enrolment, attempt.question_version.question, AT)
    left_open = solved(later, True, AT + timedelta(days=2))
    assert (left_open.score, left_open.seconds) == (1.0, None)
    spent = drill_schedules.seconds_spent(attempt.enrolment, AT + timedelta(days=1), AT + timedelta(days=3))
    assert spent == 0, "a drill left open overnight takes no minutes from the next day"


def test_what_is_due_leaves_out_what_is_retired(attempt: DrillAttempt) -> None:
    solved(attempt, right=False, at=AT)
    by = AT + timedelta(days=2)
    due = drill_schedules.what_is_due(attempt.enrolment_id, by)
    assert [one.question_id for one in due] == [attempt.question_version.question_id]
    assert drill_schedules.schedule_of(attempt.enrolment, [due[0].question_id]) == {
        due[0].question_id: due[0].due
    }
    question = attempt.question_version.question
    question.state = question.State.RETIRED
    question.save()
    assert not drill_schedules.what_is_due(attempt.enrolment_id, by)


@given(
    st.lists(
        st.tuples(st.sampled_from([Rating.AGAIN, Rating.HARD, Rating.GOOD]), st.integers(0, 400)), max_size=30
    )
)
def test_memory_stays_within_its_bounds(answers: list[tuple[Rating, int]]) -> None:
    memory = DrillMemory()
    for rating, elapsed in answers:
        memory, days = after(memory, rating, elapsed)
        assert memory.stability is not None and memory.stability > 0
        assert memory.difficulty is not None and 1 <= memory.difficulty <= 10
        assert 1 <= days <= 36_500
        assert rating != Rating.AGAIN or days == 1


def test_ratings() -> None:
    assert rating_of(False, 0) == rating_of(False, 2) == Rating.AGAIN
    assert (rating_of(True, 0), rating_of(True, 1)) == (Rating.GOOD, Rating.HARD)
