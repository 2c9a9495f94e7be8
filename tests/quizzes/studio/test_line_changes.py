"""Lines that differ between two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quizzes.studio.line_changes import ChangedLine, changes

LINES = st.lists(st.sampled_from(["a: 1", "b: 2", "c: 3", "", "  - lamp"]), max_size=12)


def test_nothing_changed_is_nothing() -> None:
    assert changes("a\nb\n", "a\nb") == []


def test_one_word_of_one_line() -> None:
    old = "\n".join(f"line {n}" for n in range(9))
    found = changes(old, old.replace("line 4", "lime 4"))
    assert found == [
        ChangedLine("skipped", "…"),
        ChangedLine("same", "line 2"), ChangedLine("same", "line 3"),
        ChangedLine("gone", "", "line", " 4"), ChangedLine("new", "", "lime", " 4"),
        ChangedLine("same", "line 5"), ChangedLine("same", "line 6"),
        ChangedLine("skipped", "…"),
    ]  # fmt: skip


def test_lines_that_came_and_went() -> None:
    kinds = [(line.kind, line.before + line.middle + line.after) for line in changes("a\nb\nc", "a\nx\ny\nc")]
    assert kinds == [("same", "a"), ("gone", "b"), ("new", "x"), ("new", "y"), ("same", "c")]


@given(LINES, LINES)
def test_every_changed_line_is_told(old: list[str], new: list[str]) -> None:
    found = changes("\n".join(old), "\n".join(new))
    whole = [(line.kind, line.before + line.middle + line.after) for line in found]
    assert {text for kind, text in whole if kind in ("gone", "same")} <= {*old, ""}
    assert {text for kind, text in whole if kind in ("new", "same")} <= {*new, ""}
    assert bool(found) == ("\n".join(old).rstrip("\n") != "\n".join(new).rstrip("\n"))


def test_endless_texts_are_cut() -> None:
    found = changes("x" * 50_000, "x" * 25_000 + "y" + "x" * 24_999)
    assert sum(len(line.before + line.middle + line.after) for line in found) < 4_000
    many = changes("\n".join(map(str, range(5_000))), "\n".join(map(str, range(5_000, 10_000))))
    assert len(many) < 80
