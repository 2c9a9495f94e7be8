"""Ratings follow the log: every answer once and in order, none that was taken back, none that is too fresh."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from quizzes import elo_ratings, study_days
from quizzes.answering import record_review, undo
from quizzes.models import Enrolment, ItemCalibration, LearnerAbility, LogCursor, ReviewLog
from quizzes.showing import next_showing, showing_of
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification()
    factories.questions(certification, each=4)
    return factories.enrolment(factories.learner(), certification, minutes_a_day=60)


def answer(enrolment: Enrolment, rating: int, at=NOW) -> int:
    """Answer the next card; returns its question."""
    plan = study_days.ensure_plan(enrolment, at)
    showing = next_showing(enrolment.pk, plan.date, at)
    assert showing is not None
    record_review(showing, showing.card.seq, {"rating": rating}, at)
    return showing.card.question_id


def ratings() -> list[tuple[float, int]]:
    items = ItemCalibration.objects.order_by("pk").values_list("elo", "elo_answers")
    return [*items, *LearnerAbility.objects.order_by("pk").values_list("elo", "elo_answers")]


def test_right_answers_make_questions_easier_and_learners_abler(enrolment: Enrolment) -> None:
    easy = answer(enrolment, 3)
    assert elo_ratings.follow_log(LATER) == 1
    item = ItemCalibration.objects.get(pk=easy)
    overall = LearnerAbility.objects.get(enrolment=enrolment, domain=None)
    assert item.elo < 0 < overall.elo
    assert (item.elo_answers, item.provisional, overall.elo_answers) == (1, True, 1)
    assert LearnerAbility.objects.exclude(domain=None).get().elo > 0
    hard = answer(enrolment, 1, NOW + timedelta(seconds=1))
    elo_ratings.follow_log(LATER)
    assert ItemCalibration.objects.get(pk=hard).elo > 0


def test_every_row_is_taken_once_however_it_is_cut(enrolment: Enrolment) -> None:
    for n, rating in enumerate((3, 1, 4, 3, 1)):
        answer(enrolment, rating, NOW + timedelta(seconds=n))
    assert elo_ratings.follow_log(LATER) == 5
    assert elo_ratings.follow_log(LATER) == 0
    whole = ratings()
    for model in (LogCursor, ItemCalibration, LearnerAbility):
        model.objects.all().delete()
    assert [elo_ratings.follow_log(LATER, most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert ratings() == whole


def test_what_is_too_fresh_waits(enrolment: Enrolment) -> None:
    answer(enrolment, 3)
    answer(enrolment, 3, NOW + timedelta(minutes=2))
    assert elo_ratings.follow_log(NOW + timedelta(minutes=2, seconds=30)) == 1
    assert elo_ratings.follow_log(NOW + timedelta(minutes=4)) == 1


def test_what_was_taken_back_moves_nothing(enrolment: Enrolment) -> None:
    answer(enrolment, 1)
    row = ReviewLog.objects.get()
    undo(row.card_id, row.seq, NOW)
    assert elo_ratings.follow_log(LATER) == 2
    assert ratings() == []


def test_what_was_taken_back_a_moment_ago_moves_nothing(enrolment: Enrolment) -> None:
    """The undo is too fresh to be taken itself."""
    answer(enrolment, 1)
    row = ReviewLog.objects.get()
    undo(row.card_id, row.seq, NOW + timedelta(seconds=40))
    assert elo_ratings.follow_log(NOW + timedelta(seconds=70)) == 1
    assert elo_ratings.follow_log(LATER) == 1
    assert ratings() == []


def test_a_failure_moves_neither_ratings_nor_cursor(enrolment: Enrolment, monkeypatch) -> None:
    answer(enrolment, 3)

    def broken(*_: object) -> None:
        raise OperationalError("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(elo_ratings, "_write", broken)
        with pytest.raises(OperationalError):
            elo_ratings.follow_log(LATER)
    assert ratings() == []
    assert elo_ratings.follow_log(LATER) == 1


def test_luck_and_memory_make_a_right_answer_say_less(enrolment: Enrolment) -> None:
    topic = enrolment.certification.topics.first()
    assert topic is not None
    question = factories.question(topic, "multiple_choice")
    card = question.cards.create(enrolment=enrolment, topic=topic)
    showing = showing_of(card.pk, enrolment.user_id)
    assert showing is not None
    record_review(showing, 0, {"options": [0], "certainty": 2}, NOW)
    recalled = answer(enrolment, 3)
    elo_ratings.follow_log(LATER)
    chosen = ItemCalibration.objects.get(pk=question.pk)
    assert ItemCalibration.objects.get(pk=recalled).elo < chosen.elo < 0


def test_twice_the_answers_cost_the_same_queries(enrolment: Enrolment) -> None:
    counts = []
    for many in (2, 4):
        for n in range(many):
            answer(enrolment, 3, NOW + timedelta(seconds=n + many * 10))
        with CaptureQueriesContext(connection) as queries:
            elo_ratings.follow_log(LATER)
        counts.append(len(queries))
    assert counts[1] <= counts[0]
