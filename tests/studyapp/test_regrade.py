"""`manage.py regrade_drills`: silent about what ends as it did, and never writing."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from quizzes import drills, graders
from quizzes.models import DrillAttempt
from tests import factories
from tests.quizzes.graders.samples import drill

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


def answered(right: bool) -> DrillAttempt:
    certification = factories.certification()
    question = factories.question(
        certification.topics.all()[0], kind="drill", payload=drill("number"), anchor="drill:lamp-oil"
    )
    attempt = drills.begin(factories.enrolment(factories.learner(), certification), question, AT)
    expected = graders.fill(drill("number"), attempt.seed)["expect"]
    drills.submit(attempt, str(expected) if right else "-1", AT)
    return attempt


def regraded(*ids: str) -> list[str]:
    out = StringIO()
    call_command("regrade_drills", *ids, stdout=out)
    return out.getvalue().splitlines()


def test_what_ends_as_it_did_is_only_counted() -> None:
    answered(True), answered(False)
    assert regraded() == ["2 attempts graded again, 0 of them otherwise than before."]
    assert regraded("another") == ["0 attempts graded again, 0 of them otherwise than before."]


def test_what_would_end_otherwise_is_told_and_left_as_it_is() -> None:
    attempt = answered(True)
    checks = [check | {"ok": False} for check in attempt.checks]
    DrillAttempt.objects.filter(pk=attempt.pk).update(checks=checks, score=0.0)
    told = regraded("lamp-oil")
    assert told[0].startswith(f"lamp-oil, attempt {attempt.uid}: score 0.00, today 1.00 (“Cans”)")
    assert DrillAttempt.objects.get().score == 0.0


def test_an_attempt_at_another_version_is_told() -> None:
    attempt = answered(True)
    DrillAttempt.objects.filter(pk=attempt.pk).update(content_hash="0" * 64)
    assert "another version" in regraded()[0]
