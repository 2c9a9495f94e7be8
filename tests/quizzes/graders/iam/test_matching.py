"""Patterns: right, against the library that has regular expressions, and never slow."""

from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.graders.iam.matching import from_pieces, glob
from tests.patience import comes_to_an_end

SIGNS = st.text("ab*?", max_size=12)


@given(SIGNS, st.text("ab", max_size=14))
def test_as_the_shell_matches(pattern: str, text: str) -> None:
    assert glob(pattern).matches(text) == fnmatch.fnmatchcase(text, pattern)


@given(st.lists(st.tuples(SIGNS, st.booleans()), max_size=4), st.text("ab*?", max_size=10))
def test_plain_pieces_have_no_wildcards(pieces: list[tuple[str, bool]], text: str) -> None:
    escaped = "".join(
        piece if wild else piece.replace("*", "[*]").replace("?", "[?]") for piece, wild in pieces
    )
    assert from_pieces(pieces).matches(text) == fnmatch.fnmatchcase(text, escaped)


@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 30_000 + "b",
        "?a" * 20_000 + "*b",
        "*" + "?a" * 15_000 + "*b",
        "*?" * 30_000,
        "*" + "a?" * 1_000 + "b*",
    ],
)
def test_hostile_patterns_come_to_an_end(pattern: str) -> None:
    with comes_to_an_end():
        for text in ("a" * 60_000, "ab" * 30_000):
            glob(pattern).matches(text)
