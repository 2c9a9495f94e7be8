"""`manage.py readiness`: what it prints, and that every odd setting ends in numbers or in a sentence."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from content.models import Certification
from quizzes.models import Enrolment, ReadinessForecast
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification("gates")
    scale = {"pass_mark": 720, "scale_min": 100, "scale_max": 1000, "scored_questions": 50}
    Certification.objects.filter(pk=certification.pk).update(**scale)
    factories.questions(certification, each=4)
    return factories.enrolment(factories.learner("a@example.org"), certification, minutes_a_day=15)


def said(*options: str) -> str:
    out = StringIO()
    call_command("readiness", "--email", "a@example.org", "--certification", "gates", *options, stdout=out)
    return out.getvalue()


def report() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said("--format", "json"))
    return found


def test_the_report_has_what_the_contract_names(enrolment: Enrolment) -> None:
    exam = timezone.now().date() + timedelta(days=20)
    Enrolment.objects.update(exam_date=exam)
    found = report()
    assert set(found) == {
        "probability", "low", "high", "scaled", "domains", "best_topics", "provisional", "sentence", "exam_date"
    }  # fmt: skip
    assert 0 <= found["low"] <= found["probability"] <= found["high"] <= 1
    assert 100 <= found["scaled"] <= 1000 and found["exam_date"] == exam.isoformat()
    assert [domain["title"] for domain in found["domains"]] == ["Domain 1", "Domain 2"]
    assert 1 <= len(found["best_topics"]) <= 3 and all(topic["title"] for topic in found["best_topics"])
    assert found["provisional"] is True
    assert "times in 100" in found["sentence"]


def test_text_for_people(enrolment: Enrolment) -> None:
    Enrolment.objects.update(exam_date=None)
    text = said()
    assert "If the exam were today" in text
    assert "There is no exam date ahead, so this is about today." in text
    assert "720 passes" in text and "Domain 1" in text and "This is provisional." in text


@pytest.mark.parametrize("days", [-30, -1, 0, 1, 400, 4000])
@pytest.mark.parametrize("minutes", [0, 600])
def test_any_exam_date_and_any_minutes_give_numbers(enrolment: Enrolment, days: int, minutes: int) -> None:
    Enrolment.objects.update(exam_date=timezone.now().date() + timedelta(days=days), minutes_a_day=minutes)
    found = report()
    assert 0 <= found["low"] <= found["probability"] <= found["high"] <= 1
    assert (found["exam_date"] is None) == (days < 0)


def test_a_certification_without_anything_is_told(enrolment: Enrolment) -> None:
    empty = Certification.objects.create(slug="empty", title="Empty")
    factories.enrolment(enrolment.user, empty)
    out = StringIO()
    call_command("readiness", "--email", "A@example.org ", "--certification", "empty", stdout=out)
    assert "There are no questions yet." in out.getvalue()


def test_other_minutes_are_not_kept(enrolment: Enrolment) -> None:
    said("--minutes", "60")
    assert not ReadinessForecast.objects.exists()
    with pytest.raises(CommandError, match="0 to 600"):
        said("--minutes", "-5")


def test_errors_say_what_is_wrong(enrolment: Enrolment) -> None:
    with pytest.raises(CommandError, match="no certification “nothing”"):
        call_command("readiness", "--email", "a@example.org", "--certification", "nothing")
    with pytest.raises(CommandError, match=r"Nobody with the e-mail address b@example\.org"):
        call_command("readiness", "--email", "b@example.org", "--certification", "gates")
