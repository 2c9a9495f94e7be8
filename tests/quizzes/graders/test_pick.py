"""`pick`: what an author writes for `right`."""

from __future__ import annotations

from typing import Any

from quizzes.graders.registry import get

DRILL: dict[str, Any] = {
    "id": "lamps",
    "grader": "pick",
    "prompt": "Which lamps are lit?",
    "choices": {"a": "The first", "b": "The second", "c": "The third"},
    "say": "Look at the wick.",
}


def test_an_empty_text_among_the_right_keys_stands_for_nothing() -> None:
    drill = {**DRILL, "right": ["a", "", "c"]}
    assert list(get("pick").validate(drill)) == []
    assert list(get("pick").answers(drill)) == ["a\nc"]
    assert get("pick").grade("c, a", drill).ok
    assert not get("pick").grade("a", drill).ok


def test_something_must_be_right() -> None:
    assert "at least one" in str(next(iter(get("pick").validate({**DRILL, "right": ["", ""]}))))
