"""A new fit: memory is computed again from the log, at once or at the next answer, and the log still replays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes import answering, recomputing, refitting, study_days
from quizzes.answering import record_review, undo
from quizzes.models import Card, Enrolment, ParameterFit, PlanItem, ReviewLog, StudyDay
from quizzes.schedule_state import mismatches
from quizzes.scheduler.fsrs6 import DEFAULTS
from quizzes.scheduler.memory import Rating
from quizzes.showing import Showing, next_showing, showing_of
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
DAY = timedelta(days=1)


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification()
    factories.questions(certification, each=2)
    return factories.enrolment(factories.learner(), certification)


def vector(factor: float) -> list[float]:
    """Parameters that differ from the defaults in their first stabilities and in how fast stability grows."""
    values = DEFAULTS.tolist()
    return [min(90.0, value * factor) if n < 4 or n == 8 else value for n, value in enumerate(values)]


def new_fit(enrolment: Enrolment, factor: float = 1.2) -> ParameterFit:
    return ParameterFit.objects.create(
        enrolment=enrolment, at=NOW, reviews=100, parameters=vector(factor), reason="Forecasts became better."
    )


def adopted(fit: ParameterFit) -> int:
    """How many cards were computed again."""
    refitting.adopt(fit)
    assert fit.enrolment_id is not None
    return recomputing.recompute_cards(fit.enrolment_id)


def shown(enrolment: Enrolment, card: int) -> Showing:
    showing = showing_of(card, enrolment.user_id)
    assert showing is not None
    return showing


def first_card(enrolment: Enrolment) -> int:
    plan = study_days.ensure_plan(enrolment, NOW)
    showing = next_showing(enrolment.pk, plan.date, NOW)
    assert showing is not None
    return showing.card.pk


def check_card(card: int) -> Card:
    fits: dict[int, Any] = dict(ParameterFit.objects.values_list("pk", "parameters"))
    found = Card.objects.get(pk=card)
    assert mismatches(found, list(ReviewLog.objects.filter(card=card)), fits) == []
    return found


def test_adopting_moves_memory_and_leaves_due_dates_and_showings(enrolment: Enrolment) -> None:
    card = first_card(enrolment)
    for n, rating in enumerate((3, 3, 1, 3)):
        record_review(shown(enrolment, card), n, {"rating": rating}, NOW + 4 * n * DAY)
    before = check_card(card)
    fit = new_fit(enrolment)
    assert adopted(fit) == 1
    after = check_card(card)
    assert after.fit_id == fit.pk
    assert after.stability != before.stability
    assert (after.due, after.seq, after.state, after.step) == (
        before.due,
        before.seq,
        before.state,
        before.step,
    )
    enrolment.refresh_from_db()
    assert (enrolment.fit_id, enrolment.parameters) == (fit.pk, vector(1.2))
    assert adopted(fit) == 0, "twice is once"


def test_a_card_that_was_missed_is_computed_again_at_its_next_answer(enrolment: Enrolment) -> None:
    card = first_card(enrolment)
    record_review(shown(enrolment, card), 0, {"rating": 4}, NOW)
    fit = new_fit(enrolment)
    Enrolment.objects.filter(pk=enrolment.pk).update(fit=fit, parameters=fit.parameters)
    showing = shown(enrolment, card)
    assert check_card(card).fit_id is None
    later = NOW + 5 * DAY
    promised = showing.intervals(later)[Rating.GOOD]
    assert record_review(showing, 1, {"rating": 3}, later).due - later == promised
    assert check_card(card).fit_id == fit.pk


def test_the_rare_way_costs_one_query_more(enrolment: Enrolment) -> None:
    card = first_card(enrolment)
    record_review(shown(enrolment, card), 0, {"rating": 4}, NOW)
    with CaptureQueriesContext(connection) as usual:
        record_review(shown(enrolment, card), 1, {"rating": 3}, NOW + DAY)
    fit = new_fit(enrolment)
    Enrolment.objects.filter(pk=enrolment.pk).update(fit=fit, parameters=fit.parameters)
    with CaptureQueriesContext(connection) as rare:
        record_review(shown(enrolment, card), 2, {"rating": 3}, NOW + 2 * DAY)
    assert len(rare) == len(usual) + 1


actions = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "answer", "undo", "reset", "adopt", "point"]),
        st.integers(1, 4),
        st.integers(0, 40),
    ),
    max_size=14,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=actions)
def test_any_history_with_fits_replays(history: list[tuple[str, int, int]], enrolment: Enrolment) -> None:
    """`point`: the parameters changed and the job that computes the cards again has not run."""
    for model in (ReviewLog, PlanItem, StudyDay, Card, ParameterFit):
        model.objects.all().delete()
    Enrolment.objects.update(next_plan_at=None, fit=None, parameters=None)
    enrolment.refresh_from_db()
    card, at = first_card(enrolment), NOW
    for action, rating, days in history:
        at += timedelta(days=days, minutes=11)
        current = shown(enrolment, card)
        if action == "answer":
            record_review(current, current.card.seq, {"rating": rating}, at)
        elif action == "undo":
            undo(card, current.card.seq - 1, at)
        elif action == "reset":
            answering.reset_cards([current.card.question], at)
        elif action == "adopt":
            adopted(new_fit(enrolment, 0.8 + 0.2 * rating))
        else:
            fit = new_fit(enrolment, 0.7 + 0.2 * rating)
            Enrolment.objects.update(fit=fit, parameters=fit.parameters)
        check_card(card)


def test_sure_and_wrong_comes_back_tomorrow_and_about_a_week_later(enrolment: Enrolment) -> None:
    topic = enrolment.certification.topics.first()
    assert topic is not None
    question = factories.question(topic, "multiple_choice")
    card = Card.objects.create(
        enrolment=enrolment, question=question, topic=topic, state=Card.State.REVIEW, stability=200.0,
        difficulty=2.0, due=NOW, last_review=NOW - 200 * DAY, reps=1,
    )  # fmt: skip
    wrong, right = {"options": [1], "certainty": 3}, {"options": [0], "certainty": 2}
    at = NOW
    record_review(shown(enrolment, card.pk), 0, wrong, at)
    at += timedelta(minutes=11)
    recorded = record_review(shown(enrolment, card.pk), 1, right, at)
    assert (recorded.due.date() - at.date()).days == 1, "though it would be known for weeks"
    at = recorded.due + timedelta(hours=9)
    study_days.build(enrolment, study_days.study_day(enrolment.user.profile, at), at)
    assert PlanItem.objects.get(card=card.pk).why == PlanItem.Why.DOUBTED
    recorded = record_review(shown(enrolment, card.pk), 2, right, at)
    assert 5 <= (recorded.due.date() - at.date()).days <= 7
    at = recorded.due + timedelta(hours=9)
    recorded = record_review(shown(enrolment, card.pk), 3, right, at)
    assert (recorded.due.date() - at.date()).days > 7
    assert Card.objects.get(pk=card.pk).doubt is None
