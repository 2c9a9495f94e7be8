"""Drills with written answers: their variant, one answer that counts, and grading it again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quizzes import drills, graders
from quizzes.models import DrillAttempt
from tests import factories
from tests.quizzes.graders.samples import drill

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


def begun(name: str, kind: str = "drill") -> DrillAttempt:
    certification = factories.certification()
    question = factories.question(certification.topics.all()[0], kind=kind, payload=drill(name))
    return drills.begin(factories.enrolment(factories.learner(), certification), question, AT)


def test_a_variant_shows_the_values_of_its_seed() -> None:
    attempt = begun("number")
    filled = graders.fill(drill("number"), attempt.seed)
    shown = drills.variant(attempt)
    assert f"{filled['prompt'].split()[0]} lamps" in shown.prompt
    assert "{{" not in shown.prompt
    assert shown.widget.unit == "cans"


def test_choices_are_shuffled_and_give_nothing_away() -> None:
    attempt = begun("order")
    orders = set()
    for seed in range(20):
        attempt.seed = seed
        orders.add(tuple(key for key, _ in drills.variant(attempt).choices))
    assert len(orders) > 10
    assert {tuple(sorted(one)) for one in orders} == {("fill", "light", "paint", "trim", "wipe")}


def test_an_answer_is_stored_once_with_its_checks() -> None:
    attempt = begun("number")
    right = graders.fill(drill("number"), attempt.seed)["expect"]
    assert drills.submit(attempt, str(right), AT).ok
    attempt.refresh_from_db()
    assert (attempt.answers, attempt.score, attempt.finished_at) == ([str(right)], 1.0, AT)
    assert attempt.checks == [
        {"label": "Cans", "ok": True, "say": "Each lamp needs whole cans.", "hidden": False}
    ]
    assert drills.submit(attempt, "0", AT).ok  # the first answer counts
    attempt.refresh_from_db()
    assert attempt.answers == [str(right)]


def test_two_tabs_answer_once() -> None:
    attempt = begun("number")
    other = DrillAttempt.objects.get(pk=attempt.pk)
    right = str(graders.fill(drill("number"), attempt.seed)["expect"])
    assert not drills.submit(attempt, "0", AT).ok
    assert not drills.submit(other, right, AT).ok


def test_what_cannot_be_read_ends_nothing() -> None:
    attempt = begun("number")
    assert drills.submit(attempt, "many", AT).error
    attempt.refresh_from_db()
    assert attempt.finished_at is None and attempt.answers == []


def test_an_attempt_can_be_graded_again() -> None:
    attempt = begun("number")
    first = drills.submit(attempt, "0", AT)
    assert drills.regrade(DrillAttempt.objects.get(pk=attempt.pk)) == first
    case = begun_case()
    assert drills.regrade(case).score == 1.0


def begun_case() -> DrillAttempt:
    attempt = begun("case", kind="case")
    for step, right in enumerate((0, 1)):
        place = drills.order(drill("case"), attempt.seed, step).index(right)
        assert drills.decide(attempt, step, place, AT)
    return DrillAttempt.objects.get(pk=attempt.pk)


def test_an_attempt_at_another_drill_is_not_graded_again() -> None:
    attempt = begun("number")
    drills.submit(attempt, "0", AT)
    attempt.question_version.payload = drill("order")
    with pytest.raises(ValueError, match="another version"):
        drills.regrade(attempt)
