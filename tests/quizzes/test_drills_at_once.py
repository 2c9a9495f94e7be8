"""Answers to drills that arrive at once: each attempt counts once, and no attempt of a drill is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from quizzes import drills, graders
from quizzes.models import DrillAttempt, DrillSchedule
from tests import factories
from tests.quizzes.graders.samples import drill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
PEOPLE = 8


def begun(**changes: Any) -> DrillAttempt:
    certification = factories.certification()
    payload = drill("number", **changes)
    question = factories.question(certification.topics.all()[0], kind="drill", payload=payload)
    return drills.begin(factories.enrolment(factories.learner(), certification), question, AT)


def at_once(do: Callable[[int], object]) -> list[object]:
    def one(number: int) -> object:
        try:
            return do(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def test_one_attempt_answered_in_many_tabs_counts_once() -> None:
    attempt = begun()

    def submit(number: int) -> graders.Verdict:
        return drills.submit(DrillAttempt.objects.get(pk=attempt.pk), str(1000 + number), AT)

    verdicts = at_once(submit)
    stored = DrillAttempt.objects.get(pk=attempt.pk)
    assert DrillSchedule.objects.get().tries == 1
    assert len({str(verdict) for verdict in verdicts}) == 1, "all are told of the answer that counts"
    assert int(stored.answers[0]) - 1000 in range(PEOPLE)


def test_attempts_that_end_at_once_all_count() -> None:
    first = begun()
    more = [
        DrillAttempt.objects.create(
            enrolment=first.enrolment, question_version=first.question_version,
            content_hash=first.content_hash, seed=seed, started_at=AT,
        )
        for seed in range(PEOPLE - 1)
    ]  # fmt: skip
    attempts = [first, *more]
    at_once(lambda number: drills.submit(DrillAttempt.objects.get(pk=attempts[number].pk), "-1", AT))
    assert DrillSchedule.objects.get().tries == PEOPLE
    assert DrillAttempt.objects.filter(finished_at__isnull=False).count() == PEOPLE


def test_a_drill_that_is_begun_by_several_presses_is_begun_once() -> None:
    certification = factories.certification()
    question = factories.question(certification.topics.all()[0], kind="drill", payload=drill("number"))
    enrolment = factories.enrolment(factories.learner(), certification)
    begun_ones = at_once(lambda number: drills.begin(enrolment, question, AT).pk)
    assert len(set(begun_ones)) == DrillAttempt.objects.count() == 1


def test_a_hint_that_is_asked_for_by_several_presses_is_one_hint() -> None:
    attempt = begun(hints=["Count.", "Count again.", "Round up."])
    same = [DrillAttempt.objects.get(pk=attempt.pk) for _ in range(PEOPLE)]
    at_once(lambda number: drills.reveal_hint(same[number]))
    assert DrillAttempt.objects.get().hints_used == 1
