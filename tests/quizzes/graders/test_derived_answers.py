"""`pick`, `order`, `number`: what an author writes for `right`, and the wrong answers that follow from a drill."""

from __future__ import annotations

from typing import Any

from quizzes.graders.engine.mutants import broken_words
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


def test_wrong_answers_follow_from_the_drill() -> None:
    drill = {
        **DRILL,
        "right": ["a", "c"],
        "choices": {**DRILL["choices"], "b": {"text": "B", "say": "It is out."}},
    }
    assert dict(get("pick").wrong(drill)) == {
        "c": "Look at the wick.",
        "a\nb\nc": "It is out.",
        "a": "Look at the wick.",
    }
    assert [answer for answer, _ in get("pick").wrong({**drill, "right": "b", "one": True})] == ["a", "c"]
    assert [answer for answer, _ in get("pick").wrong({**drill, "right": "b"})] == ["a\nb", "b\nc"]


def test_wrong_orders_follow_as_well() -> None:
    drill: dict[str, Any] = {
        "items": {"a": "A", "b": "B", "c": "C"},
        "order": [["a", "b"], "c"],
        "say": "C is last.",
    }
    wrong = dict(get("order").wrong(drill))
    assert "c\nb\na" in wrong and "b\na\nc" not in wrong
    assert set(wrong.values()) == {"C is last."}


def test_of_two_traps_with_the_same_figure_the_first_counts() -> None:
    traps = [{"value": 4, "say": "Two."}, {"value": 7, "say": "Right."}, {"value": 4.0, "say": "Three."}]
    drill: dict[str, Any] = {"expect": 7, "say": "Count.", "traps": traps}
    assert list(get("number").wrong(drill)) == [("4", "Two.")]
    assert get("number").grade("4", drill).checks[0].say == "Two."


def test_a_broken_word_is_another_word() -> None:
    for text in ("footage/", "arn:aws:s3:::", "a/b", "Allow", "*", "v2", ""):
        assert text not in list(broken_words(text))
    assert "arn:aws:iam::*" in list(broken_words("arn:aws:iam::root"))
