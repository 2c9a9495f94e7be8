"""Word by word: both texts can be read off the pieces, and small landmarks do not cut a change to shreds."""

from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from quizzes.studio.word_diff import MOST_WORDS, Piece, pieces

WORDS = st.lists(
    st.sampled_from(["a", "lamp", "of", "5", "5.5", "oil", ",", "burns", "GiB"]), max_size=14
).map(" ".join)


def shown(old: str, new: str) -> str:
    marks = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(piece.gap + marks[piece.kind].format(piece.text) for piece in pieces(old, new)).strip()


def letters(found: list[Piece], without: str) -> str:
    return re.sub(r"\s", "", "".join(piece.text for piece in found if piece.kind != without))


@given(WORDS | st.text(max_size=60), WORDS | st.text(max_size=60))
def test_both_texts_can_be_read_off(old: str, new: str) -> None:
    found = pieces(old, new)
    assert letters(found, without="new") == re.sub(r"\s", "", old)
    assert letters(found, without="gone") == re.sub(r"\s", "", new)
    kinds = [piece.kind for piece in found]
    assert all(one != other for one, other in itertools.pairwise(kinds))


@given(WORDS)
def test_an_unchanged_text_is_one_piece(text: str) -> None:
    assert [piece.kind for piece in pieces(text, text)] == (["same"] if text else [])


def test_a_number_is_one_word() -> None:
    assert shown("At most 1,000 lamps.", "At most 1,500 lamps.") == "At most [-1,000-] [+1,500+] lamps."


def test_words_that_come_and_go() -> None:
    assert shown("A lamp burns.", "A small lamp burns.") == "A [+small+] lamp burns."
    assert shown("A lamp burns brightly.", "A lamp burns.") == "A lamp burns [-brightly-]."


def test_small_words_between_changes_do_not_part_them() -> None:
    assert (
        shown("the wick of cotton burns", "the rope of hemp burns")
        == "the [-wick of cotton-] [+rope of hemp+] burns"
    )


def test_nothing_against_something() -> None:
    assert shown("", "A lamp.") == "[+A lamp.+]"
    assert shown("A lamp.", "") == "[-A lamp.-]"


def test_very_long_texts_are_one_change() -> None:
    long = "oil " * (MOST_WORDS + 1)
    assert [piece.kind for piece in pieces(long, long + "lamp")] == ["gone", "new"]
