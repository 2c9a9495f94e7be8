from __future__ import annotations

import json
from typing import Any

import pytest

from quizzes.graders.events.cases import decide, decide_line
from tests.quizzes.graders.events.vectors import VECTORS


def test_there_are_enough_and_each_names_its_page() -> None:
    assert len(VECTORS) >= 100
    assert all(page.startswith("https://") for page, *_ in VECTORS)


@pytest.mark.parametrize(("page", "pattern", "event", "decision"), VECTORS)
def test_decision(page: str, pattern: Any, event: Any, decision: str) -> None:
    assert decide({"pattern": pattern, "event": event}) == decision, page
    assert decide_line(json.dumps({"pattern": pattern, "event": event})) == decision, page
    assert decide({"pattern": json.dumps(pattern), "event": json.dumps(event)}) == decision, page


@pytest.mark.parametrize(
    ("line", "decision"),
    [
        ('{"pattern": {"a": [1e0]}, "event": {"a": 10e-1}}', "match"),
        ('{"pattern": {"a": [0.10000000000000000001]}, "event": {"a": 0.1}}', "no match"),
        ('{"pattern": {"a": [0.10000000000000000001]}, "event": {"a": 0.10000000000000000001}}', "match"),
        ('{"pattern": {"a": [1e400]}, "event": {"a": 1e400}}', "match"),
        ('{"pattern": {"a": [{"numeric": ["<", 1e400]}]}, "event": {"a": 1}}', "invalid"),
        ('{"pattern": {"a": [{"numeric": ["=", 1E-320]}]}, "event": {"a": 1.0e-320}}', "match"),
        ('{"pattern": {"a": [{"numeric": ["=", 1E-325]}]}, "event": {"a": 0}}', "invalid"),
        ('{"pattern": {"a": [2]}, "event": {"a": 1, "a": 2}}', "match"),
        ('{"pattern": {"a": [1], "a": [2]}, "event": {"a": 1}}', "no match"),
        ('{"pattern": {"a": {"b": [1]}, "a": {"c": [2]}}, "event": {"a": {"c": 2}}}', "no match"),
    ],
)
def test_what_a_line_keeps(line: str, decision: str) -> None:
    assert decide_line(line) == decision


@pytest.mark.parametrize("text", ["", "{", "[1, 2 3]", '{"a": [1],}', '{"a": [NaN]}'])
def test_a_pattern_that_is_no_json_is_invalid(text: str) -> None:
    assert decide({"pattern": text, "event": {}}) == "invalid"


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", '{"pattern": {"a": [1]}}', '{"pattern": {"a": [1]}, "event": 5}', "[" * 5000]
)
def test_a_bad_line_is_an_error(line: str) -> None:
    with pytest.raises(ValueError):
        decide_line(line)
