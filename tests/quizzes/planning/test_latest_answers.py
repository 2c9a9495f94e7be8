"""What the pace is measured from: the learner's own study days, whatever date it is in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quizzes import study_days
from quizzes.models import Card, ReviewLog
from quizzes.planning import pace
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)  # in UTC; the afternoon in California


def test_a_repetition_after_midnight_in_utc_belongs_to_the_answer_before_it() -> None:
    questions = factories.questions(factories.certification(), each=10)
    learner = factories.learner(zone="America/Los_Angeles")
    enrolment = factories.enrolment(learner, questions[0].certification)
    for question in questions:
        card = Card.objects.create(enrolment=enrolment, question=question, topic_id=question.topic_id)
        for seq, (rating, minutes) in enumerate(((1, -5), (3, 5))):
            ReviewLog.objects.create(
                card=card, seq=seq, enrolment=enrolment, question_version_id=question.current_id or 0, kind=0,
                rating=rating, at=MIDNIGHT + timedelta(minutes=minutes), milliseconds=20_000, state=1,
            )  # fmt: skip
    today = study_days.study_day(learner.profile, MIDNIGHT + timedelta(days=1))
    found = pace.measured(pace.latest_answers(enrolment, today))
    assert found.first_shares[0] > 0.7, "each card was met once, and was not known"
    assert found.passed_shares == pytest.approx(pace.PASSED_SHARES), "nothing was recalled on a later day"
