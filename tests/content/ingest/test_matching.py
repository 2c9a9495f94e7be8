"""Identity across imports: the ladder, one rung a test, then all of it on a list that changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.ingest.facts import value_of
from content.ingest.identity import fingerprint
from content.ingest.matching import Known, Matching, match


def row(
    ident: str,
    text: str,
    source: str = "sea.md",
    heading: str = "Tides",
    anchor: str | None = None,
    value: str | None = None,
) -> Known:
    return Known(ident, source, anchor, fingerprint(text), text, heading, value or value_of(text))


def pairs(found: Matching) -> dict[str, list[tuple[object, object]]]:
    names = ("kept", "moved", "edited", "answer_changed", "review")
    return {
        name: [(p.known, p.incoming) for p in getattr(found, name)] for name in names if getattr(found, name)
    }


TEXT = "The spring tide follows the full moon and the new moon"


@pytest.mark.parametrize(
    ("incoming", "rung"),
    [
        (row("n", TEXT), "kept"),
        (row("n", f"**{TEXT.upper()}**."), "kept"),
        (row("n", TEXT, source="other.md"), "moved"),
        (row("n", TEXT, heading="Moon"), "moved"),
        (row("n", "The spring tide always follows the full moon and the new moon"), "edited"),
        (
            row(
                "n",
                "The spring tide always follows the full moon and the new moon",
                source="other.md",
                heading="Moon",
            ),
            "edited",
        ),
        (row("n", "The spring tide does not follow the full moon and the new moon"), "answer_changed"),
        (
            row("n", "A spring tide comes after full moon, and another one after new moon", heading="Moon"),
            "review",
        ),
    ],
)
def test_rungs(incoming: Known, rung: str) -> None:
    assert pairs(match([row("k", TEXT)], [incoming])) == {rung: [("k", "n")]}


def test_a_number_that_changed_is_another_answer() -> None:
    found = match(
        [row("k", "The gate stays open for 15 minutes a tide")],
        [row("n", "The gate stays open for 20 minutes a tide")],
    )
    assert pairs(found) == {"answer_changed": [("k", "n")]}


def test_a_key_that_changed_is_another_answer_though_the_text_is_the_same() -> None:
    found = match([row("k", "Which wind?", value="north")], [row("n", "Which wind?", value="south")])
    assert pairs(found) == {"answer_changed": [("k", "n")]}


def test_an_anchor_beats_every_other_evidence() -> None:
    known = [row("a", TEXT, anchor="spring"), row("b", "The neap tide is weak")]
    incoming = [row("x", "Something else entirely now", anchor="spring"), row("y", TEXT)]
    found = match(known, incoming)
    assert ("a", "x") in pairs(found)["edited"] and found.retired == ["b"] and found.new == ["y"]


def test_what_is_gone_retires_and_what_is_new_is_new() -> None:
    found = match([row("k", TEXT)], [row("n", "Cranes lift containers from the deck")])
    assert (pairs(found), found.retired, found.new) == ({}, ["k"], ["n"])


def test_equal_texts_pair_in_order_and_one_to_one() -> None:
    known = [row("a", "No extra cost"), row("b", "No extra cost")]
    found = match(known, [row("x", "No extra cost"), row("y", "No extra cost"), row("z", "No extra cost")])
    assert pairs(found) == {"kept": [("a", "x"), ("b", "y")]} and found.new == ["z"]


def test_equal_texts_prefer_their_own_heading() -> None:
    known = [row("a", "No extra cost", heading="Quay"), row("b", "No extra cost", heading="Pier")]
    found = match(
        known, [row("x", "No extra cost", heading="Pier"), row("y", "No extra cost", heading="Quay")]
    )
    assert sorted(pairs(found)["kept"]) == [("a", "y"), ("b", "x")]


def test_a_renamed_folder_moves_everything_and_loses_nothing() -> None:
    known = [row(f"k{n}", f"Berth number {n} takes ships of class {n * 7}") for n in range(200)]
    found = match(known, [replace(k, id=f"n{k.id}", source="renamed/sea.md") for k in known])
    assert len(found.moved) == 200 and not (found.retired or found.new or found.review or found.edited)


def test_an_unchanged_import_changes_nothing_even_when_it_is_long() -> None:
    known = [row(f"k{n}", f"Statement {n} about berth {n % 97}", heading=f"H{n % 50}") for n in range(20_000)]
    found = match(known, [replace(k, id=f"n{k.id}") for k in known])
    assert len(found.kept) == 20_000 and [p.incoming for p in found.kept] == [
        f"n{p.known}" for p in found.kept
    ]


def test_ids_must_be_unique() -> None:
    with pytest.raises(ValueError):
        match([row("a", "x"), row("a", "y")], [])


WORDS = st.lists(
    st.sampled_from(
        ["tide", "quay", "pier", "5", "10", "not", "the", "of", "crane", "rope", "opens", "holds"]
    ),
    max_size=8,
).map(" ".join)
SIDES = st.lists(
    st.tuples(WORDS, st.sampled_from(["a.md", "b.md"]), st.sampled_from(["", "H", "I"])), max_size=12
)


@given(SIDES, SIDES)
def test_every_row_ends_in_exactly_one_place(
    old: list[tuple[str, str, str]], new: list[tuple[str, str, str]]
) -> None:
    known = [row(f"k{n}", *r) for n, r in enumerate(old)]
    incoming = [row(f"n{n}", *r) for n, r in enumerate(new)]
    found = match(known, incoming)
    paired = [*found.kept, *found.moved, *found.edited, *found.answer_changed, *found.review]
    assert Counter([p.known for p in paired] + found.retired) == Counter(k.id for k in known)
    assert Counter([p.incoming for p in paired] + found.new) == Counter(n.id for n in incoming)
