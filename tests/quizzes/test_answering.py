"""An answer is recorded once, can be taken back, and the log replays to the card."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes import answering, study_days
from quizzes.answering import AlreadyAnswered, record_review, undo
from quizzes.models import Card, Enrolment, PlanItem, ReviewLog
from quizzes.schedule_state import mismatches
from quizzes.scheduler.memory import Rating
from quizzes.showing import Showing, next_showing, showing_of
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification()
    factories.questions(certification)
    return factories.enrolment(factories.learner(), certification)


def first_showing(enrolment: Enrolment, at: object = NOW) -> Showing:
    plan = study_days.ensure_plan(enrolment, NOW)
    showing = next_showing(enrolment.pk, plan.date, NOW)
    assert showing is not None
    return showing


def check_card(card_id: int) -> Card:
    """The card, after its log was found to replay to it."""
    card = Card.objects.get(pk=card_id)
    assert mismatches(card, list(ReviewLog.objects.filter(card=card))) == []
    return card


def test_an_answer_moves_the_card_and_writes_one_row(enrolment: Enrolment) -> None:
    showing = first_showing(enrolment)
    recorded = record_review(showing, 0, {"rating": 1}, NOW, milliseconds=4200)
    card = check_card(showing.card.pk)
    row = ReviewLog.objects.get()
    assert (card.seq, card.reps, card.state, card.due) == (1, 1, Card.State.LEARNING, recorded.due)
    assert (row.seq, row.rating, row.milliseconds, row.kind) == (0, 1, 4200, ReviewLog.Kind.LEARN)
    assert recorded.due == NOW + timedelta(minutes=10)


def test_the_interval_on_the_button_is_the_interval_that_is_stored(enrolment: Enrolment) -> None:
    showing = first_showing(enrolment)
    record_review(showing, 0, {"rating": 4}, NOW)
    later = NOW + timedelta(days=9)
    again = showing_of(showing.card.pk, enrolment.user_id)
    assert again is not None
    promised = again.intervals(later)[Rating.GOOD]
    assert record_review(again, 1, {"rating": 3}, later).due - later == promised


def test_the_same_answer_twice_is_recorded_once_with_the_same_outcome(enrolment: Enrolment) -> None:
    showing = first_showing(enrolment)
    once = record_review(showing, 0, {"rating": 3}, NOW)
    twice = record_review(showing, 0, {"rating": 3}, NOW + timedelta(seconds=9))
    reloaded = showing_of(showing.card.pk, enrolment.user_id)
    assert reloaded is not None
    thrice = record_review(reloaded, 0, {"rating": 3}, NOW + timedelta(days=1))
    assert (twice.due, twice.rating, twice.again) == (once.due, once.rating, True)
    assert thrice.again
    assert ReviewLog.objects.count() == 1


def test_another_answer_to_the_same_showing_is_refused(enrolment: Enrolment) -> None:
    showing = first_showing(enrolment)
    record_review(showing, 0, {"rating": 3}, NOW)
    with pytest.raises(AlreadyAnswered):
        record_review(showing, 0, {"rating": 1}, NOW)
    with pytest.raises(AlreadyAnswered):
        record_review(showing, 7, {"rating": 1}, NOW)
    assert ReviewLog.objects.count() == 1


def test_undo_restores_the_card_and_keeps_both_rows(enrolment: Enrolment) -> None:
    showing = first_showing(enrolment)
    record_review(showing, 0, {"rating": 1}, NOW)
    assert undo(showing.card.pk, 0, NOW)
    card = check_card(showing.card.pk)
    assert (card.state, card.reps, card.due, card.stability, card.seq) == (Card.State.NEW, 0, None, None, 2)
    assert list(ReviewLog.objects.order_by("seq").values_list("kind", "undoes")) == [
        (ReviewLog.Kind.LEARN, None),
        (ReviewLog.Kind.UNDO, 0),
    ]
    assert undo(showing.card.pk, 0, NOW), "the same undo again is told that it is done"
    assert ReviewLog.objects.count() == 2, "and takes nothing more back"
    item = PlanItem.objects.get(card=card)
    assert item.seq == card.seq, "the card is open again today"


def test_the_last_answer_is_the_one_that_still_counts(enrolment: Enrolment) -> None:
    first = first_showing(enrolment)
    record_review(first, 0, {"rating": 3}, NOW)
    second = first_showing(enrolment)
    record_review(second, 0, {"rating": 3}, NOW + timedelta(seconds=5))
    undo(second.card.pk, 0, NOW + timedelta(seconds=6))
    last = answering.last_answer(enrolment.pk, NOW - timedelta(hours=1))
    assert last is not None
    assert (last.card_id, last.seq) == (first.card.pk, 0)


def test_a_changed_answer_makes_cards_due_and_keeps_what_was_learned(enrolment: Enrolment) -> None:
    showing = first_showing(enrolment)
    record_review(showing, 0, {"rating": 4}, NOW)
    before = check_card(showing.card.pk)
    later = NOW + timedelta(days=2)
    assert answering.reset_cards([before.question], later) == 1
    after = check_card(before.pk)
    assert (after.due, after.stability, after.reps, after.seq) == (later, before.stability, 1, 2)
    assert not undo(after.pk, 1, later), "that the answer changed cannot be undone by a learner"


actions = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "answer", "undo", "reset"]),
        st.integers(1, 4),
        st.integers(0, 40),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(history=actions)
def test_any_history_replays_to_the_stored_card(
    history: list[tuple[str, int, int]], enrolment: Enrolment
) -> None:
    ReviewLog.objects.all().delete()
    Card.objects.all().delete()
    PlanItem.objects.all().delete()
    Enrolment.objects.update(next_plan_at=None)
    enrolment.refresh_from_db()
    showing = first_showing(enrolment)
    pk, at = showing.card.pk, NOW
    for action, rating, days in history:
        at += timedelta(days=days, minutes=11)
        current = showing_of(pk, enrolment.user_id)
        assert current is not None
        if action == "answer":
            record_review(current, current.card.seq, {"rating": rating}, at)
        elif action == "undo":
            undo(pk, current.card.seq - 1, at)
        else:
            answering.reset_cards([current.card.question], at)
        check_card(pk)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_posts_at_once_record_one_answer(enrolment: Enrolment) -> None:
    showing = first_showing(enrolment)

    def press(number: int) -> str:
        try:
            mine = showing_of(showing.card.pk, enrolment.user_id)
            assert mine is not None
            recorded = record_review(mine, 0, {"rating": 1 + number % 4}, NOW)
            return "again" if recorded.again else "recorded"
        except AlreadyAnswered:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(press, range(100)))
    assert results.count("recorded") == 1
    assert results.count("again") == 24, "the other posts of the same rating"
    assert results.count("refused") == 75
    assert check_card(showing.card.pk).seq == 1


def test_an_answer_costs_few_round_trips(enrolment: Enrolment, django_assert_max_num_queries: object) -> None:
    showing = first_showing(enrolment)
    with django_assert_max_num_queries(4):  # type: ignore[operator]  # savepoint of the test, update, insert
        record_review(showing, 0, {"rating": 3}, NOW)
