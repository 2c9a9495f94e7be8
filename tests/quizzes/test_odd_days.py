"""Whatever the settings, the answers and the clock: a plan or a clear sentence, never a crash, never a negative wait."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from content import jobs
from content.models import Certification
from quizzes import enrolling, study_days
from quizzes.answering import record_review, undo
from quizzes.models import Card, Enrolment, PlanItem, PlannedBreak, Question, ReviewLog, StudyDay
from quizzes.planning import reasons
from quizzes.schedule_state import mismatches
from quizzes.showing import next_showing
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification(domains=(75, 25))
    factories.questions(certification, each=3)
    factories.questions(certification, each=1, kind="multiple_choice")
    return factories.enrolment(factories.learner(), certification)


def fresh_start(enrolment: Enrolment) -> None:
    for model in (PlanItem, StudyDay, ReviewLog, Card, PlannedBreak):
        model.objects.all().delete()
    Enrolment.objects.update(next_plan_at=None, pace={}, days_off=[])


def check_plan(plan: StudyDay) -> None:
    assert reasons.day_sentence(plan).endswith(".")
    waiting = [item for item in plan.items.select_related("card") if item.card.seq == item.seq]
    assert plan.expected_seconds <= plan.budget_seconds
    assert plan.budget_seconds or not waiting
    assert len({item.card_id for item in waiting}) == len(waiting)
    for item in waiting:
        assert item.expected_seconds >= 1
        assert reasons.card_sentence(item.why, item.because).endswith(".")


def answer_some(enrolment: Enrolment, plan: StudyDay, at: datetime, rating: int, most: int) -> datetime:
    for _ in range(most):
        showing = next_showing(enrolment.pk, plan.date, at)
        if showing is None:
            break
        response = (
            {"rating": rating}
            if showing.type.self_rated
            else {"options": [rating % 2], "certainty": 1 + rating % 3}
        )
        recorded = record_review(showing, showing.card.seq, response, at, milliseconds=rating * 1500)
        assert recorded.due >= at, "never a negative wait"
        if rating == 2:
            undo(showing.card.pk, showing.card.seq, at)
        at += timedelta(seconds=20)
    return at


days_of_life = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-30, 40)),  # days to the exam
        st.sampled_from([0, 1, 7, 20, 600]),  # minutes
        st.integers(1, 4),  # rating of all answers
        st.integers(-3, 9),  # days that the clock jumps
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    life=days_of_life,
    zone=st.sampled_from(["UTC", "Pacific/Auckland", "America/St_Johns", "Africa/Casablanca"]),
    off=st.lists(st.integers(0, 6), max_size=6),
)
@example(life=[(30, 600, 4, 1), (29, 600, 4, 1), (28, 600, 4, 400)], zone="UTC", off=[])
@example(life=[(5, 20, 1, 2), (3, 20, 3, -3), (6, 20, 4, 0)], zone="Pacific/Auckland", off=[0, 1, 2, 3, 4, 5])
@example(life=[(0, 20, 3, 0), (-1, 20, 3, 1), (None, 0, 3, 1)], zone="UTC", off=[])
def test_any_life_of_a_learner_is_planned(
    life: list[tuple[int | None, int, int, int]], zone: str, off: list[int], enrolment: Enrolment
) -> None:
    fresh_start(enrolment)
    enrolment.refresh_from_db()
    enrolment.user.profile.zone = zone
    enrolment.user.profile.save()
    enrolling.set_days_off(enrolment, off)
    at = NOW
    for exam, minutes, rating, jump in life:
        today = study_days.study_day(enrolment.user.profile, at).date
        enrolling.set_goals(enrolment, None if exam is None else today + exam * DAY, minutes)
        plan = study_days.ensure_plan(enrolment, at)
        check_plan(plan)
        answer_some(enrolment, plan, at, rating, most=25)
        at += jump * DAY
        enrolment.refresh_from_db()
    for card in Card.objects.filter(enrolment=enrolment):
        assert mismatches(card, list(ReviewLog.objects.filter(card=card))) == []


def test_without_questions_the_plan_says_so() -> None:
    certification = factories.certification()
    mine = factories.enrolment(factories.learner(), certification)
    plan = study_days.ensure_plan(mine, NOW)
    check_plan(plan)
    assert reasons.day_sentence(plan) == "There are no questions yet; they come with the first notes."


def test_zero_minutes_are_a_sentence(enrolment: Enrolment) -> None:
    enrolling.set_goals(enrolment, TODAY + 9 * DAY, 0)
    plan = study_days.ensure_plan(enrolment, NOW)
    assert reasons.day_sentence(plan) == "You have set no minutes for a day, so nothing is planned."


@pytest.mark.parametrize("exam", (None, TODAY + 9 * DAY))
def test_when_all_is_mastered_nothing_is_forced(enrolment: Enrolment, exam: date | None) -> None:
    """Everything was answered a moment ago in the clock's future, and will be known for years."""
    Card.objects.bulk_create(
        Card(
            enrolment=enrolment, question=question, topic_id=question.topic_id, state=Card.State.REVIEW,
            stability=36500.0, difficulty=1.0, due=NOW + 20000 * DAY, last_review=NOW + DAY, reps=9,
        )
        for question in Question.objects.all()
    )  # fmt: skip
    enrolling.set_goals(enrolment, exam, 20)
    plan = study_days.ensure_plan(enrolment, NOW)
    assert not plan.items.exists()
    assert reasons.day_sentence(plan) == "Nothing is worth a look today; what you know will keep."


def test_broken_parameters_of_a_card_do_not_stop_a_plan(enrolment: Enrolment) -> None:
    """Rows that another hand has written: stability 0, difficulty beyond its scale, no last answer."""
    Card.objects.bulk_create(
        Card(
            enrolment=enrolment, question=question, topic_id=question.topic_id, state=Card.State.REVIEW,
            stability=stability, difficulty=difficulty, due=NOW - DAY, last_review=last, reps=1,
        )
        for question, (stability, difficulty, last) in zip(
            Question.objects.all(), [(0.0, 5.0, NOW), (1e9, 50.0, NOW - DAY), (3.0, None, None)], strict=False
        )
    )  # fmt: skip
    for exam in (None, TODAY + 9 * DAY):
        enrolling.set_goals(enrolment, exam, 20)
        check_plan(study_days.ensure_plan(enrolment, NOW))


def test_one_learners_odd_rows_do_not_keep_the_others_waiting(enrolment: Enrolment) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(parameters=[0.5, 1.0])
    other = factories.enrolment(factories.learner(), enrolment.certification)
    claim = jobs.claim(jobs.submit("plan", "odd", NOW).pk, NOW)
    assert claim is not None
    assert study_days.plan_due(claim, NOW) == 1
    assert [day.enrolment_id for day in StudyDay.objects.all()] == [other.pk]


@pytest.mark.parametrize("weekdays", ([0, 1, 2, 3, 4, 5, 6], [7], [-1]))
def test_a_week_keeps_a_day_to_study_on(enrolment: Enrolment, weekdays: list[int]) -> None:
    with pytest.raises(enrolling.NoDayLeft):
        enrolling.set_days_off(enrolment, weekdays)


def test_a_card_that_returns_on_a_day_off_is_moved(enrolment: Enrolment) -> None:
    """In the learning steps nothing is moved; an interval of days is."""
    enrolling.set_days_off(enrolment, [0, 1, 2, 3, 5, 6])  # Fridays alone are left
    plan = study_days.study_more(enrolment, NOW)
    for _ in range(8):
        showing = next_showing(enrolment.pk, plan.date, NOW)
        assert showing is not None
        response = {"rating": 4} if showing.type.self_rated else {"options": [0], "certainty": 2}
        recorded = record_review(showing, 0, response, NOW)
        if showing.type.self_rated:
            assert recorded.due.weekday() == 4


def test_the_class_gives_beginners_its_memory(enrolment: Enrolment) -> None:
    from quizzes.models import Class, ParameterFit
    from quizzes.scheduler.fsrs6 import DEFAULTS

    certification = Certification.objects.get()
    group = enrolling.make_class(certification, "Tuesday", None, NOW)
    vector = [float(value) for value in DEFAULTS]
    fit = ParameterFit.objects.create(study_class=group, at=NOW, reviews=900, parameters=vector, adopted=True)
    Class.objects.filter(pk=group.pk).update(fit=fit, parameters=vector)
    group.refresh_from_db()
    newcomer = factories.learner()
    enrolling.join_class(group, newcomer, NOW)
    mine = Enrolment.objects.get(user=newcomer)
    assert (mine.fit, mine.parameters) == (fit, vector)
    own = ParameterFit.objects.create(
        enrolment=enrolment, at=NOW, reviews=90, parameters=vector, adopted=True
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(fit=own, parameters=vector)
    enrolling.join_class(group, enrolment.user, NOW)
    enrolment.refresh_from_db()
    assert enrolment.fit == own, "what was learned of oneself stays"
