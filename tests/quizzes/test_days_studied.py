"""What answers do to the plan of a day: closed, buried, continued, planned anew, and never counted twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quizzes import review_queue, study_days
from quizzes.answering import record_review, undo
from quizzes.models import Enrolment, PlanItem, Question, StudyDay
from quizzes.planning import pace
from quizzes.planning.candidates import Planned
from quizzes.showing import next_showing, showing_of
from tests import factories
from tests.factories import NOW
from tests.quizzes.plans import DAY, cards_of, enrolled, learned, planned

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
TODAY = NOW.date()


@pytest.fixture
def enrolment() -> Enrolment:
    return enrolled()


def test_a_new_publication_rebuilds_the_plan_and_keeps_what_was_answered(enrolment: Enrolment) -> None:
    plan = study_days.ensure_plan(enrolment, NOW)
    enrolment.refresh_from_db()
    showing = next_showing(enrolment.pk, plan.date, NOW)
    assert showing is not None
    record_review(showing, 0, {"rating": 3}, NOW)
    topic = enrolment.certification.topics.order_by("position").first()
    assert topic is not None
    factories.question(topic)
    enrolment.certification.revision += 1
    enrolment.certification.save()
    rebuilt = study_days.ensure_plan(enrolment, NOW + timedelta(minutes=1))
    assert showing.card.pk == cards_of(rebuilt)[0]
    assert (rebuilt.bank_revision, StudyDay.objects.count()) == (2, 1)


def test_siblings_are_asked_on_different_days(enrolment: Enrolment) -> None:
    cards = learned(enrolment, 6, ago=9)
    Question.objects.filter(pk__in=[card.question_id for card in cards[:3]]).update(sibling_group="one")
    plan = planned(enrolment, minutes_a_day=200)
    group = {card.pk for card in cards[:3]}
    (first,) = group & set(cards_of(plan))
    showing = showing_of(first, enrolment.user_id)
    assert showing is not None
    record_review(showing, 0, {"rating": 4}, NOW)
    again = planned(enrolment, NOW + timedelta(minutes=1), minutes_a_day=200)
    assert group & set(cards_of(again)) == {first}, "also not later on the same day"


def test_a_card_that_is_answered_while_its_day_is_planned_anew_stands_there_once(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = cards_of(planned(enrolment))
    build = review_queue.build

    def and_meanwhile_it_is_answered(*args: Any) -> Planned:
        found = build(*args)
        showing = showing_of(first, enrolment.user_id)
        assert showing is not None
        record_review(showing, 0, {"rating": 4}, NOW)
        return found

    monkeypatch.setattr(review_queue, "build", and_meanwhile_it_is_answered)
    assert sorted(cards_of(planned(enrolment))) == sorted([first, *others])
    showing = next_showing(enrolment.pk, TODAY, NOW)
    assert showing is not None
    assert showing.left.done == 1, "one answer is one card less"


def test_an_answer_that_was_taken_back_buries_nothing(enrolment: Enrolment) -> None:
    """Not even its own card: it is open again, also when the day is planned anew."""
    certification = enrolment.certification
    Question.objects.filter(certification=certification).update(sibling_group="one statement")
    (pk,) = cards_of(planned(enrolment))
    showing = showing_of(pk, enrolment.user_id)
    assert showing is not None
    record_review(showing, 0, {"rating": 4}, NOW, milliseconds=3000)
    assert undo(pk, 0, NOW)
    assert len(cards_of(planned(enrolment, minutes_a_day=11))) == 1
    again = showing_of(pk, enrolment.user_id)
    assert again is not None
    record_review(again, 2, {"rating": 4}, NOW, milliseconds=3000)
    assert cards_of(planned(enrolment, minutes_a_day=12)) == [pk], "now it does"
    today = study_days.study_day(enrolment.user.profile, NOW)
    assert review_queue.answered_today(enrolment, today) == ({"one statement"}, 1), "met once"


def test_ten_more_minutes_bring_more_cards(enrolment: Enrolment) -> None:
    before = planned(enrolment, minutes_a_day=1).items.count()
    enrolment.refresh_from_db()
    assert study_days.study_more(enrolment, NOW).items.count() > before


def test_who_finishes_early_gets_what_is_worth_asking_next(enrolment: Enrolment) -> None:
    plan = planned(enrolment, minutes_a_day=2)
    first = cards_of(plan)
    at = NOW
    for pk in first:
        showing = showing_of(pk, enrolment.user_id)
        assert showing is not None
        at += timedelta(seconds=3)
        record_review(showing, 0, {"rating": 4}, at, milliseconds=3000)
    enrolment.refresh_from_db()
    more = study_days.ensure_plan(enrolment, at + timedelta(seconds=1))
    assert cards_of(more)[: len(first)] == first
    assert len(cards_of(more)) > len(first)
    with CaptureQueriesContext(connection) as queries:
        study_days.ensure_plan(enrolment, at + timedelta(seconds=2))
    assert len(queries) == 1, "and is not planned again for nothing"


def test_a_day_that_was_finished_counts_as_kept(enrolment: Enrolment) -> None:
    """Finished, planned once more and found to hold nothing else: that is no day without a plan."""
    plan, at = planned(enrolment, minutes_a_day=60), NOW
    while open_ones := [item for item in plan.items.select_related("card") if item.card.seq == item.seq]:
        for item in open_ones:
            showing = showing_of(item.card_id, enrolment.user_id)
            assert showing is not None
            at += timedelta(seconds=10)
            record_review(showing, item.seq, {"rating": 4}, at, milliseconds=10_000)
        enrolment.refresh_from_db()
        plan = study_days.ensure_plan(enrolment, at + timedelta(seconds=1))
    assert plan.expected_seconds == 0
    tomorrow = study_days.study_day(enrolment.user.profile, NOW + DAY)
    before = review_queue.days_before(enrolment, tomorrow)
    assert [day.starts_at for day in before] == [plan.starts_at]
    assert pace.attendance(before, pace.latest_answers(enrolment, tomorrow)) == 1.0
    planned(enrolment, at=NOW + DAY)  # and nothing is answered
    after = study_days.study_day(enrolment.user.profile, NOW + 2 * DAY)
    missed = pace.attendance(
        review_queue.days_before(enrolment, after), pace.latest_answers(enrolment, after)
    )
    assert missed == pytest.approx(0.7, abs=0.01), "one of two was missed, the later one"


def test_without_an_exam_the_day_has_its_share_of_new_questions_and_no_more(enrolment: Enrolment) -> None:
    plan = planned(enrolment, exam_date=None, minutes_a_day=60)
    at = NOW
    for pk in cards_of(plan):
        showing = showing_of(pk, enrolment.user_id)
        assert showing is not None
        at += timedelta(seconds=2)
        record_review(showing, 0, {"rating": 4}, at, milliseconds=2000)
    enrolment.refresh_from_db()
    assert study_days.ensure_plan(enrolment, at + timedelta(seconds=1)).items.count() == 20
    enrolment.refresh_from_db()
    assert study_days.study_more(enrolment, at + timedelta(seconds=2)).items.count() > 20, (
        "who asks gets more"
    )


def test_answering_plans_nothing(
    enrolment: Enrolment, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    plan = planned(enrolment)
    showing = next_showing(enrolment.pk, plan.date, NOW)
    assert showing is not None
    before = list(PlanItem.objects.values_list())
    with django_assert_max_num_queries(4):
        record_review(showing, 0, {"rating": 3}, NOW)
    assert list(PlanItem.objects.values_list()) == before


def test_the_pace_is_kept_for_the_answers(enrolment: Enrolment) -> None:
    plan = planned(enrolment)
    showing = next_showing(enrolment.pk, plan.date, NOW)
    assert showing is not None
    assert showing.learner.usual_seconds("flashcard", 99.0) == 12.0
    for pk in cards_of(plan)[:10]:
        one = showing_of(pk, enrolment.user_id)
        assert one is not None
        record_review(one, 0, {"rating": 3}, NOW, milliseconds=2000)
    planned(enrolment, NOW + DAY)
    enrolment.refresh_from_db()
    assert enrolment.pace["kinds"]["flashcard"] < 10.0
