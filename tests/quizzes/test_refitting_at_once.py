"""A learner's own fit and their class's at the same time: what was fitted to the learner stays."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from django.db import connection, transaction

from quizzes import recomputing, refitting
from quizzes.models import Card, Class, Enrolment, ParameterFit
from quizzes.scheduler import refit
from quizzes.scheduler.fsrs6 import DEFAULTS
from tests import factories
from tests.factories import NOW
from tests.locks import PATIENCE, until_somebody_waits
from tests.quizzes import logs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
OF_CLASS = tuple(DEFAULTS.tolist())


def test_a_class_does_not_take_away_what_a_learner_was_fitted_a_moment_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certification = factories.certification()
    group = Class.objects.create(certification=certification, name="Monday", created_at=NOW)
    learner = factories.enrolment(factories.learner(), certification, study_class=group)

    def class_prior(_: Sequence[object]) -> refit.Fit:
        return refit.Fit(OF_CLASS, 300, 0.5, 0.4, True, "Adopted.")

    monkeypatch.setattr(refit, "available", lambda: True)
    monkeypatch.setattr(refit, "class_prior", class_prior)
    monkeypatch.setattr(refitting, "_members", lambda _: [(learner.pk, 100)] * refit.LEAST_MEMBERS)

    def fit_class() -> None:
        try:
            refitting.fit_class(group.pk, NOW)
        finally:
            connection.close()

    thread = threading.Thread(target=fit_class)
    with transaction.atomic():
        own = ParameterFit.objects.create(enrolment=learner, at=NOW, reviews=64, adopted=True)
        Enrolment.objects.filter(pk=learner.pk).update(fit=own)
        thread.start()
        until_somebody_waits()
    thread.join()
    assert Class.objects.get().fit is not None
    assert Enrolment.objects.get().fit_id == own.pk


def test_cards_that_somebody_is_writing_are_passed_over() -> None:
    """A publication writes many cards in an order of its own: who waited for it could make it fail."""
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite all who write queue.")
    questions = factories.questions(factories.certification(), each=2)
    learner = factories.enrolment(factories.learner(), questions[0].certification)
    logs.answered(learner, questions, NOW)
    fit = ParameterFit.objects.create(enrolment=learner, at=NOW, reviews=64, parameters=list(OF_CLASS))
    Enrolment.objects.filter(pk=learner.pk).update(fit=fit, parameters=fit.parameters)
    held, done = threading.Event(), threading.Event()
    met: list[bool] = []

    def publish() -> None:
        try:
            with transaction.atomic():
                Card.objects.filter(question=questions[0]).update(suspended=True)
                held.set()
                met.append(done.wait(PATIENCE))
        finally:
            held.set()
            connection.close()

    thread = threading.Thread(target=publish)
    thread.start()
    assert held.wait(60)
    assert recomputing.recompute_cards(learner.pk) == len(questions) - 1
    done.set()
    thread.join()
    assert met == [True]
    assert recomputing.recompute_cards(learner.pk) == 1, "and are computed at the next look"
