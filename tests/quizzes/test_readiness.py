"""Forecasts of exam day in the database: made once a study day, renewed when something changed, never a crash."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from quizzes import readiness
from quizzes.models import Card, Enrolment, Question, ReadinessForecast
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification(domains=(75, 25))
    factories.questions(certification, each=10)
    return factories.enrolment(
        factories.learner(), certification, minutes_a_day=10, exam_date=TODAY + 20 * DAY
    )


def learned(enrolment: Enrolment, cards: int, stability: float = 5.0, ago: int = 3) -> None:
    """Cards of the first questions, answered `ago` days before."""
    last = NOW - ago * DAY
    questions = Question.objects.filter(certification=enrolment.certification).order_by(
        "topic__position", "pk"
    )
    values: dict[str, Any] = {
        "state": Card.State.REVIEW,
        "stability": stability,
        "difficulty": 5.0,
        "reps": 1,
    }
    Card.objects.bulk_create(
        Card(
            enrolment=enrolment, question=question, topic_id=question.topic_id, last_review=last,
            due=last + stability * DAY, **values,
        )
        for question in questions[:cards]
    )  # fmt: skip


def test_a_forecast_is_made_once_and_kept(enrolment: Enrolment, django_assert_max_num_queries: Any) -> None:
    learned(enrolment, 20)
    with django_assert_max_num_queries(24):
        made = readiness.current(enrolment, NOW)
    assert 0 <= made.low <= made.probability <= made.high <= 1
    assert len(made.domains) == 2 and len(made.best_topics) == 3
    with django_assert_max_num_queries(3):
        assert readiness.current(enrolment, NOW + timedelta(hours=1)) == made
    assert ReadinessForecast.objects.count() == 1


def test_more_minutes_never_lower_the_curve(enrolment: Enrolment) -> None:
    curve = readiness.curve(enrolment, NOW)
    shares = [point.share for point in curve.points]
    assert [point.minutes for point in curve.points] == list(range(0, 125, 5))
    assert shares == sorted(shares) and shares[-1] > shares[0]
    assert readiness.curve(enrolment, NOW + timedelta(hours=1)) == curve
