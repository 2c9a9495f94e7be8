"""`manage.py questions`: every question as one JSON object a line."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Certification
from quizzes.generation.rubric import MEANING
from quizzes.models import Question
from tests import factories

pytestmark = pytest.mark.django_db
FIELDS = {
    "uid", "topic", "kind", "stem", "options", "key", "rationale", "reference", "source", "line_from", "line_to",
    "origin", "pattern", "state", "flaws",
}  # fmt: skip


def printed(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("questions", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def asked(certification: Certification, kind: str, stem: str, **payload: Any) -> Question:
    question = factories.question(certification.topics.all()[0], kind, stem)
    assert question.current is not None
    question.current.payload = payload
    question.current.save()
    return question


@pytest.fixture
def harbour(db: None) -> Certification:
    return factories.certification("harbour")


def test_each_kind_has_its_options_and_its_key(harbour: Certification) -> None:
    asked(harbour, "flashcard", "What does a red flag mean?", answer="The harbour is closed.")
    option = {"text": "Bowline", "correct": True, "rationale": ""}
    wrong = [{"text": text, "correct": False, "rationale": ""} for text in ("Hitch", "Bend", "Splice")]
    asked(harbour, "multiple_choice", "Which knot makes a loop?", options=[*wrong, option])
    asked(
        harbour,
        "multiple_response",
        "Which knots hold? (Choose two.)",
        options=[option, {**wrong[0], "correct": True}, *wrong[1:]],
    )
    rows = {row["kind"]: row for row in printed("harbour", "--format", "jsonl")}
    assert all(set(row) == FIELDS and set(row["flaws"]) <= set(MEANING) for row in rows.values())
    assert (rows["flashcard"]["key"], rows["flashcard"]["options"]) == ("The harbour is closed.", [])
    assert (rows["multiple_choice"]["key"], rows["multiple_choice"]["options"]) == (
        "Bowline",
        ["Hitch", "Bend", "Splice", "Bowline"],
    )
    assert rows["multiple_response"]["key"] == ["Bowline", "Hitch"]


def test_flaws_are_those_of_the_words_that_are_asked_now(harbour: Certification) -> None:
    options = [
        {"text": text, "correct": text == "A bowline"}
        for text in ("A bowline", "All of the above", "A bend", "A hitch")
    ]
    asked(harbour, "multiple_choice", "Which knot is not a bend?", options=options)
    assert {"all_or_none", "negative_stem"} <= set(printed("harbour")[0]["flaws"])


def test_only_what_is_asked_unless_all_is_wanted(harbour: Certification) -> None:
    asked(harbour, "flashcard", "What is ready here?", answer="This.")
    retired = asked(harbour, "flashcard", "What was retired here?", answer="That.")
    Question.objects.filter(pk=retired.pk).update(state=Question.State.RETIRED)
    assert [row["stem"] for row in printed("harbour")] == ["What is ready here?"]
    assert {row["state"] for row in printed("harbour", "--all")} == {"ready", "retired"}


def test_an_unknown_certification_is_a_sentence(harbour: Certification) -> None:
    with pytest.raises(CommandError, match=r"no certification .harbor.\. There are: harbour"):
        printed("harbor")


def test_queries_do_not_grow_with_questions(harbour: Certification) -> None:
    asked(harbour, "flashcard", "What is one?", answer="One.")
    with CaptureQueriesContext(
        connection,
    ) as few:
        printed("harbour")
    for number in range(8):
        asked(harbour, "flashcard", f"What is {number}?", answer=str(number))
    with CaptureQueriesContext(connection) as many:
        assert len(printed("harbour")) == 9
    assert len(many) == len(few)
