"""Identity across imports: the ladder, one rung a test, then all of it on a list that changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.ingest.comparing.matching import Known, Matching, match
from content.ingest.facts import value_of
from content.ingest.identity import fingerprint


def row(
    ident: str,
    text: str,
    source: str = "sea.md",
    heading: str = "Tides",
    anchor: str | None = None,
    value: str | None = None,
    above: str = "",
) -> Known:
    return Known(
        ident, source, anchor, fingerprint(text), text, heading, value or value_of(text), above=above
    )


def cell(ident: str, term: str, column: str, value: str, **place: str) -> Known:
    """A cell as reading makes it of a table."""
    text = f"{term} – {column}: {value}" if column else f"{term}: {value}"
    return replace(row(ident, text, **place), term=term, above=column.lower(), value=value, cell=True)


def list_of(texts: list[str], prefix: str, **place: str) -> list[Known]:
    return [row(f"{prefix}{n}", text, **place) for n, text in enumerate(texts)]


PIERS = [
    "Pier one takes the ferries from the islands",
    "The harbour master lives above the customs office",
    "Fish is landed before sunrise on every working day",
    "A red flag closes the inner basin to all boats",
    "The crane at the end of the mole lifts forty tons",
]


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


def test_a_clause_behind_a_statement_keeps_it() -> None:
    longer = f"{PIERS[2]}; nothing is sold on board, and the hall stays shut until the bell was rung twice"
    found = match(list_of(PIERS, "k"), list_of([*PIERS[:2], longer, *PIERS[3:]], "n"))
    assert [(p.known, p.incoming) for p in found.edited] == [("k2", "n2")]
    assert len(found.kept) == 4


def test_a_clause_taken_away_keeps_the_statement() -> None:
    longer = f"{PIERS[2]}; nothing is sold on board, and the hall stays shut until the bell was rung twice"
    found = match(list_of([*PIERS[:2], longer, *PIERS[3:]], "k"), list_of(PIERS, "n"))
    assert [(p.known, p.incoming) for p in found.edited] == [("k2", "n2")]


def test_between_the_same_neighbours_a_statement_may_be_reworded_much() -> None:
    new = "Before the sun is up, on working days, all fish has been landed"
    found = match(list_of(PIERS, "k"), list_of([*PIERS[:2], new, *PIERS[3:]], "n", heading="Renamed"))
    assert ("k2", "n2") in [(p.known, p.incoming) for p in (*found.edited, *found.review)]
    alone = match([row("k", PIERS[2])], [row("n", new, heading="Renamed", source="other.md")])
    assert alone.edited == []


def test_between_the_same_neighbours_another_statement_is_new() -> None:
    new = "Ice is made in the tower behind the auction hall"
    found = match(list_of(PIERS, "k"), list_of([*PIERS[:2], new, *PIERS[3:]], "n"))
    assert (found.retired, found.new) == (["k2"], ["n2"])


def test_the_same_sentence_about_something_else_is_new() -> None:
    """A statement of the same build is taken out and one about another place is put in elsewhere."""
    old = "The ferry to Sandholm leaves from the northern pier"
    new = "The ferry to Kirkness leaves from the northern pier"
    found = match(list_of([*PIERS, old], "k"), list_of([new, *PIERS], "n"))
    assert (found.retired, found.new) in ((["k5"], ["n0"]), ([], []))
    assert found.edited == []


def test_a_name_that_was_misspelled_is_the_same_name() -> None:
    old = "The ferry to Sandholm leaves from the northern pier"
    found = match([row("k", old)], [row("n", old.replace("Sandholm", "Sandhlom"))])
    assert pairs(found) == {"edited": [("k", "n")]}


def test_short_statements_belong_to_what_stands_above_them() -> None:
    known = [row("k", "No fee", heading="Pier one", above="Mooring")]
    elsewhere = [row("n", "No fee", heading="Market", above="Stalls", source="other.md")]
    other = [row("m", "No fee", heading="Pier two", above="Mooring")]
    assert pairs(match(known, other)) == {"moved": [("k", "m")]}
    both = match(known, [*elsewhere, *other])
    assert pairs(both) == {"moved": [("k", "m")]} and both.new == ["n"]


TABLE = [("Pier one", "12 m"), ("Pier two", "8 m"), ("Pier three", "8 m"), ("Mole", "20 m")]


def table(prefix: str, rows: list[tuple[str, str]], column: str = "Depth") -> list[Known]:
    return [cell(f"{prefix}{n}", term, column, value) for n, (term, value) in enumerate(rows)]


def test_cells_are_known_by_row_and_column() -> None:
    deeper = [("Pier one", "14 m"), *TABLE[1:]]
    found = match(table("k", TABLE), table("n", deeper))
    assert pairs(found)["answer_changed"] == [("k0", "n0")] and len(found.kept) == 3


def test_a_column_that_was_renamed_keeps_its_cells() -> None:
    found = match(table("k", TABLE), table("n", TABLE, "Draught at low water"))
    assert [(p.known, p.incoming) for p in found.edited] == [(f"k{n}", f"n{n}") for n in range(4)]


def test_a_row_of_another_name_is_not_the_row_that_was_there() -> None:
    found = match(table("k", TABLE), table("n", [("Slipway", "2 m"), *TABLE[1:]]))
    assert (found.retired, found.new) == (["k0"], ["n0"])


def test_rows_that_differ_by_a_number_are_not_one_row() -> None:
    known = [cell("k0", "Berth class 100", "Crane", "yes"), cell("k1", "Berth class 200", "Crane", "yes")]
    found = match(known, [cell("n0", "Berth class 200", "Hoist", "yes")])
    assert [(p.known, p.incoming) for p in (*found.edited, *found.review)] in ([("k1", "n0")], [])


def test_a_table_that_became_a_list_keeps_its_cells() -> None:
    as_list = [
        row(f"n{n}", f"{term}: {value} of water at the lowest tide") for n, (term, value) in enumerate(TABLE)
    ]
    cells = table("k", [(term, f"{value} of water at the lowest tide") for term, value in TABLE])
    found = match(cells, as_list)
    assert [(p.known, p.incoming) for p in found.edited] == [(f"k{n}", f"n{n}") for n in range(4)]


def test_what_a_person_said_to_be_one_is_one() -> None:
    known = [row("a", TEXT), row("b", "Cranes lift containers from the deck")]
    incoming = [row("x", "Something else entirely"), row("y", TEXT)]
    found = match(known, incoming, same=[("b", "x"), ("gone", "x"), ("a", "gone")])
    assert pairs(found) == {"kept": [("a", "y")], "edited": [("b", "x")]}
    found = match(known, incoming, same=[("a", "x")])
    assert ("a", "x") in pairs(found)["edited"] and found.new == ["y"]


def test_what_a_person_told_apart_is_not_bound_by_likeness() -> None:
    known, incoming = [row("a", TEXT)], [row("x", f"{TEXT}, on most days")]
    assert pairs(match(known, incoming)) == {"edited": [("a", "x")]}
    found = match(known, incoming, different=[("a", "x")])
    assert (pairs(found), found.retired, found.new) == ({}, ["a"], ["x"])


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


NOUNS = ["tide", "quay", "crane", "rope", "pilot", "buoy", "anchor", "lamp", "sail", "hull", "mast", "keel"]
VERBS = ["guards", "carries", "marks", "lifts", "leads", "holds"]
STATEMENTS = st.lists(
    st.builds(
        "The {} {} the {} beside the {} at the {}".format,
        *(st.sampled_from(NOUNS), st.sampled_from(VERBS), st.sampled_from(NOUNS)),
        *(st.sampled_from(NOUNS), st.sampled_from(NOUNS)),
    ),
    unique=True,
    max_size=15,
)
COSMETIC: st.SearchStrategy[Callable[[str], str]] = st.sampled_from(
    [str.upper, str.lower, "**{}**".format, "{}.".format, "_{}_".format, "  {}  ".format, str]
)


@given(STATEMENTS)
def test_identical_input_is_all_kept(texts: list[str]) -> None:
    found = match(list_of(texts, "k"), list_of(texts, "n"))
    assert [(p.known, p.incoming) for p in found.kept] == [(f"k{n}", f"n{n}") for n in range(len(texts))]
    assert not (
        found.moved or found.edited or found.answer_changed or found.review or found.retired or found.new
    )


@given(STATEMENTS, st.data())
def test_shuffled_inserted_deleted_and_dressed_statements_keep_their_ids(
    texts: list[str], data: st.DataObject
) -> None:
    known = list_of(texts, "k")
    left = [(n, text) for n, text in enumerate(texts) if data.draw(st.booleans())]
    dressed = [(n, data.draw(COSMETIC)(text)) for n, text in left]
    added = [
        (-1, f"Nobody said before that number {n} is painted green")
        for n in range(data.draw(st.integers(0, 3)))
    ]
    mixed = data.draw(st.permutations([*dressed, *added]))
    found = match(known, [row(f"n{place}", text) for place, (_, text) in enumerate(mixed)])
    wanted = {f"k{n}": f"n{place}" for place, (n, _) in enumerate(mixed) if n >= 0}
    assert {p.known: p.incoming for p in found.kept} == wanted
    paired = [*found.kept, *found.moved, *found.edited, *found.answer_changed, *found.review]
    assert Counter([p.known for p in paired] + found.retired) == Counter(one.id for one in known)
    assert Counter([p.incoming for p in paired] + found.new) == Counter(
        f"n{place}" for place in range(len(mixed))
    )
