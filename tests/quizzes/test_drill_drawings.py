"""What graders trace, as pages draw it: every kind that a grader gives has a template, and words beside its picture."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from quizzes import drills, graders
from quizzes.graders.base import Check
from quizzes.graders.engine.selftest import bad_answers, good_answers
from quizzes.templatetags.drills import ticked
from quizzes.views.drill_answers import Box, arranged, asks, box, sent_answer, start_of, unread
from quizzes.views.drill_results import result
from quizzes.views.drill_traces import WIDTH, drawn, span_of
from tests import factories, strict
from tests.quizzes.graders import samples

BOX = Box("textarea", "policy", "json", "", "")
TRACES: dict[str, dict[str, Any]] = {
    "table": {"columns": ["Path", "Value"], "rows": [{"cells": ["a.b", "1"], "ok": False}, {"cells": ["c", "2"], "ok": None}]},
    "layers": {"outcome": "Denied.", "rows": [{"layer": "SCP", "result": "allows", "clause": "Statement 1", "say": "It does.", "ok": True}]},
    "timeline": {"seconds": 90, "rows": [
        {"at": 0, "for": 60, "name": "Wait", "event": "waits", "say": "", "ok": None},
        {"at": 90, "for": 0, "name": "End", "event": "fails", "say": "Too late.", "ok": False}]},
    "waves": {"rows": [{"wave": 1, "items": [{"name": "Queue", "type": "AWS::SQS::Queue", "action": "replace", "because": ["Name"]}]}]},
    "hops": {"rows": [{"hop": "ACL", "direction": "out", "rule": "100", "say": "Allowed.", "ok": True},
                      {"hop": "ACL", "direction": "back", "rule": "*", "say": "No rule.", "ok": False}]},
    "strip": {"rows": [{"label": "Data", "cells": [{"at": "1", "value": None, "state": "missing"}, {"at": "2", "value": "90", "state": "breaching"}]},
                       {"label": "State", "cells": [{"at": "1", "value": "INSUFFICIENT_DATA", "state": "insufficient"}]}]},
    "bars": {"low": 2, "high": 6, "rows": [{"label": "Before", "parts": [{"name": "old", "value": 4}], "say": "", "ok": None},
                                           {"label": "2 started", "parts": [{"name": "old", "value": 4}, {"name": "new", "value": 2}], "say": "", "ok": None}]},
    "terminal": {"rows": [{"command": "aws sqs list-queues", "output": "{}", "ok": True}, {"command": "aws x", "output": "no", "ok": False}]},
}  # fmt: skip
WORDS = {
    "table": ("Path", "a.b", "not as it should be"),
    "layers": ("SCP", "allows", "Statement 1", "Denied."),
    "timeline": ("1 min 30 s", "Wait", "waits, 1 min", "Too late."),
    "waves": ("Queue", "is made anew", "because of Name"),
    "hops": ("On the way out", "lets it through", "On the way back", "stops it", "No rule."),
    "strip": ("(missing)", "90", "(breaching)", "no data", "INSUFFICIENT_DATA"),
    "bars": ("never fewer than 2, never more than 6", "4 old", "4 old + 2 new"),
    "terminal": ("aws sqs list-queues", "{}"),
}


def html_of(kind: str) -> str:
    (drawing,) = drawn([{"kind": kind, **TRACES[kind]}])
    return render_to_string(drawing["template"], {"drawing": drawing})


@pytest.mark.parametrize("kind", TRACES)
def test_every_drawing_has_words_and_keeps_to_the_policy(kind: str) -> None:
    html = html_of(kind)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))
    for word in WORDS[kind]:
        assert word in text, text
    assert strict.loose(html) == []


def test_bars_are_as_long_as_what_they_count() -> None:
    (drawing,) = drawn([{"kind": "bars", **TRACES["bars"]}])
    assert (drawing["low_x"], drawing["high_x"]) == (round(WIDTH / 3), WIDTH)
    old, new = drawing["rows"][1]["parts"]
    assert (old["x"], old["width"], new["x"], new["width"]) == (0, 667, 667, 333)


def test_moments_stay_within_the_drawing() -> None:
    (drawing,) = drawn([{"kind": "timeline", **TRACES["timeline"]}])
    first, last = drawing["rows"]
    assert (first["x"], first["width"]) == (0, 667)
    assert last["x"] + last["width"] == WIDTH


def test_a_long_timeline_unfolds() -> None:
    rows = [{"at": n, "for": 1, "name": "Poll", "event": "runs", "say": "", "ok": None} for n in range(100)]
    (drawing,) = drawn([{"kind": "timeline", "seconds": 100, "rows": rows}])
    assert (len(drawing["rows"]), len(drawing["more"])) == (40, 60)
    assert "60 more moments" in render_to_string(drawing["template"], {"drawing": drawing})


def test_kinds_that_nobody_draws_are_left_out() -> None:
    assert drawn([{"kind": "hologram", "rows": [1]}, {"kind": "table", "columns": [], "rows": []}]) == []


@pytest.mark.parametrize("name", samples.TEXTS)
def test_traces_of_graders_can_be_drawn(name: str) -> None:
    spec = samples.drill(name)
    filled = graders.fill(spec, 3)
    answers = [*good_answers(filled), *(answer for _, answer, _ in bad_answers(filled))]
    for answer in answers:
        for drawing in drawn(graders.grade(spec, 3, answer).trace):
            assert strict.loose(render_to_string(drawing["template"], {"drawing": drawing})) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (1.5, "1.5 s"), (59, "59 s"), (60, "1 min"), (125, "2 min 5 s"), (3600, "1 h"), (5400, "1 h 30 min"),
     (86_400, "1 day"), (180_000, "2 days 2 h")],
)  # fmt: skip
def test_spans(seconds: float, words: str) -> None:
    assert span_of(seconds) == words


def test_a_drawing_stands_with_its_check_and_failures_come_first_the_first_unfolded() -> None:
    checks = [
        Check("A", True, "a"),
        Check("B", False, "b"),
        Check("B", False, "b"),
        Check("C", False, "c", hidden=True),
    ]
    traces = [{"kind": "table", "check": check, "columns": ["x"], "rows": [{"cells": [n], "ok": None}]}
              for n, check in enumerate("ABBC")]  # fmt: skip
    traces.append({"kind": "table", "columns": ["x"], "rows": [{"cells": ["all"], "ok": None}]})
    told = result(checks, traces, BOX)
    assert [(seen.label, len(seen.drawings), seen.open) for seen in (*told.visible, *told.hidden)] == [
        ("B", 1, True), ("B", 1, False), ("A", 1, False), ("C", 1, False),
    ]  # fmt: skip
    assert len(told.drawings) == 1
    assert (told.outcome, told.passed) == ("Not yet: 1 of 4 checks hold.", False)


def test_backticks_are_code_and_nothing_else_is_markup() -> None:
    assert ticked("`s3:*` is *not* <b>") == "<code>s3:*</code> is *not* &lt;b&gt;"


# --- what a form sends ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("move", "after"),
    [("add:d", "abcd"), ("add:a", "abc"), ("out:b", "ac"), ("up:c", "acb"), ("up:a", "abc"), ("down:a", "bac"),
     ("down:c", "abc"), ("up:x", "abc"), ("", "abc"), ("sideways:a", "abc")],
)  # fmt: skip
def test_moves(move: str, after: str) -> None:
    assert arranged(list("abc"), move) == list(after)


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.text(max_size=12))
def test_no_move_doubles_or_loses_anything_else(keys: list[str], move: str) -> None:
    after = arranged(keys, move)
    assert len(set(after)) == len(after)
    assert set(keys) - set(after) <= {move.partition(":")[2]}


def test_text_as_graders_take_it() -> None:
    assert sent_answer(QueryDict("answer=a%0D%0Ab"), "textarea") == "a\nb"
    assert sent_answer(QueryDict("answer=a&answer=b"), "choices") == "a\nb"
    assert sent_answer(QueryDict("answer=a%0D%0A&command=b+c"), "terminal") == "a\nb c"
    assert sent_answer(QueryDict("command=b"), "terminal") == "b"
    assert sent_answer(QueryDict(""), "number") == ""


def test_what_is_to_be_mended_stands_in_the_box() -> None:
    given = "Resources: {}\n"
    assert (
        start_of({"grader": "lint", "given": given})
        == start_of({"grader": "cfn", "given": given})
        == "Resources: {}"
    )
    for spec in ({"grader": "cfn", "given": given, "frame": "x"}, {"grader": "cfn", "given": given, "ask": "keep"},
                 {"grader": "alarm", "given": {"Period": 60}}, {"grader": "lint"}):  # fmt: skip
        assert start_of(spec) == ""


def test_the_line_of_an_error_is_shown() -> None:
    text = '{\n  "a": 1\n  "b": 2\n}'
    refused = graders.grade(samples.drill("bucket"), 0, text)
    told = unread(refused, text)
    assert told is not None and (told.number, told.line) == (3, '"b": 2')
    assert unread(graders.Verdict.refused("Line 9: no."), text) == type(told)("Line 9: no.")
    assert unread(graders.Verdict(()), text) is None


def test_every_grader_says_what_it_asks_for() -> None:
    assert [name for name in graders.names() if asks(name) == ("Answer", "answer")] == []
    assert asks("alarm", "states")[0] == "Foretell an alarm"
    assert asks("cfn", "order")[0] == "Foretell what becomes of a stack"
    assert asks("cfn")[0] == "Write a template"


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in samples.TEXTS if name != "case"])
def test_a_page_of_every_sample(name: str) -> None:
    """Each box holds an answer, is sent as it stands, and means the same."""
    certification = factories.certification()
    question = factories.question(certification.topics.all()[0], kind="drill", payload=samples.drill(name))
    attempt = drills.begin(factories.enrolment(factories.learner(), certification), question, factories.NOW)
    variant, filled = drills.variant(attempt), graders.fill(samples.drill(name), attempt.seed)
    for answer in good_answers(filled):
        shown = box(variant, filled, answer)
        html = render_to_string(shown.template, {"box": shown, "spec": filled})
        assert strict.loose(html) == []
        assert json.dumps(shown.text) == json.dumps(answer)
        if shown.kind in ("choice", "choices", "order"):
            assert [item.key for item in shown.placed] == re.split(r"[\s,]+", answer.strip())
