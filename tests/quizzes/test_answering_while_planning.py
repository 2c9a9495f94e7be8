"""An answer does not wait for a plan that is being written, and so neither of them can stop the other."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from quizzes import study_days
from quizzes.answering import record_review
from quizzes.models import Enrolment, ReviewLog
from quizzes.showing import next_showing
from tests import factories
from tests.factories import NOW
from tests.locks import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]


def test_an_answer_goes_through_while_the_day_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite all who write queue.")
    certification = factories.certification()
    factories.questions(certification, each=3)
    enrolment = factories.enrolment(factories.learner(), certification)
    plan = study_days.ensure_plan(enrolment, NOW)
    showing = next_showing(enrolment.pk, plan.date, NOW)
    assert showing is not None
    writing, answered, write = threading.Event(), threading.Event(), study_days._write_items
    met: list[bool] = []

    def and_the_learner_answers(*given: Any) -> None:
        writing.set()
        met.append(answered.wait(PATIENCE))
        write(*given)

    def plan_again() -> None:
        try:
            learner = Enrolment.objects.select_related("user__profile", "certification").get(pk=enrolment.pk)
            study_days.build(learner, study_days.study_day(learner.user.profile, NOW), NOW)
        finally:
            writing.set()
            connection.close()

    monkeypatch.setattr(study_days, "_write_items", and_the_learner_answers)
    thread = threading.Thread(target=plan_again)
    thread.start()
    assert writing.wait(60)
    record_review(showing, 0, {"rating": 3}, NOW)
    answered.set()
    thread.join()
    assert met == [True]
    assert ReviewLog.objects.count() == 1
