"""Typed text → words → query languages, and marked excerpts."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.search_words import Piece, Words, joined, marked


@pytest.mark.parametrize(
    ("typed", "sqlite", "postgres"),
    [
        ("tide table", '"tide" AND ("table"*)', "('tide') & ('table':*)"),
        ('"high tide" gate', '"high tide" AND ("gate"*)', "('high' <-> 'tide') & ('gate':*)"),
        ("us-east-1", '("us east 1"*)', "('us' <-> 'east' <-> '1':*)"),
        ('"gate"', '"gate"', "('gate')"),
        ("Façade", '("facade"* OR "facad")', "('facade':* | 'facad')"),
        ("what is a gate", '("gate"*)', "('gate':*)"),
        ("what is", '"what" AND ("is"*)', "('what') & ('is':*)"),
    ],
)
def test_words_as_queries(typed: str, sqlite: str, postgres: str) -> None:
    words = Words.of(typed)
    assert (words.for_sqlite(), words.for_postgres()) == (sqlite, postgres)


@pytest.mark.parametrize("typed", ["", "   ", "***", '""', "( ) - :", "☂"])
def test_nothing_to_look_for(typed: str) -> None:
    assert not Words.of(typed)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_query_that_sqlite_understands(typed: str) -> None:
    words = Words.of(typed)
    if words:
        index = sqlite3.connect(":memory:")
        index.execute(
            "CREATE VIRTUAL TABLE found USING fts5(text, tokenize='porter unicode61 remove_diacritics 2')"
        )
        assert index.execute("SELECT * FROM found WHERE found MATCH ?", [words.for_sqlite()]).fetchall() == []


@given(st.text(max_size=400), st.text(max_size=20), st.integers(0, 200))
def test_marking_changes_no_letter(text: str, typed: str, width: int) -> None:
    words = Words.of(typed)
    assert joined(marked(text, words)) == text
    assert joined(marked(text, words, width)).strip("…").strip() in text or width


def test_marks_know_other_endings_and_cut_between_words() -> None:
    assert marked("Replicas lag.", Words.of("replication")) == (Piece("Replicas", True), Piece(" lag."))
    assert marked("A category", Words.of("cats")) == (Piece("A category"),)
    long = "word " * 60 + "anchor holds " + "word " * 60
    pieces = marked(long, Words.of("anchor"), 80)
    assert pieces[0] == pieces[-1] == Piece("…")
    assert Piece("anchor", True) in pieces and len(joined(pieces)) <= 84
