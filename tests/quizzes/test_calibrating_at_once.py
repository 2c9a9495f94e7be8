"""Elo and the nightly fit at the same time: both make the same rows, and neither stops the other."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from quizzes import calibrating, elo_ratings
from quizzes.models import Card, ItemCalibration, LearnerAbility, ReviewLog
from tests import factories
from tests.factories import NOW
from tests.locks import until_somebody_waits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
LATER = NOW + timedelta(hours=1)


def test_ratings_that_both_make_first_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = factories.questions(factories.certification())
    enrolment = factories.enrolment(factories.learner(), questions[0].certification)
    for question in questions:
        card = Card.objects.create(enrolment=enrolment, question=question, topic_id=question.topic_id)
        ReviewLog.objects.create(
            card=card, seq=0, enrolment=enrolment, question_version_id=question.current_id or 0, kind=0, rating=3,
            at=NOW, state=2, stability=3.0, difficulty=5.0,
        )  # fmt: skip
    half_way, write = threading.Event(), calibrating._write_abilities

    def slowly(*given: Any) -> None:
        """The questions are written and not yet committed: Elo comes in."""
        half_way.set()
        until_somebody_waits()
        write(*given)

    def fit() -> None:
        try:
            calibrating.calibrate(questions[0].certification_id, LATER)
        finally:
            half_way.set()
            connection.close()

    monkeypatch.setattr(calibrating, "_write_abilities", slowly)
    thread = threading.Thread(target=fit)
    thread.start()
    assert half_way.wait(60)
    assert elo_ratings.follow_log(LATER) == len(questions)
    thread.join()
    both = {"elo_answers__gt": 0, "fitted_at": LATER}
    assert ItemCalibration.objects.filter(**both).count() == ItemCalibration.objects.count() == len(questions)
    assert LearnerAbility.objects.filter(**both).count() == LearnerAbility.objects.count() == 3
