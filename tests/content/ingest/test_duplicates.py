"""Statements that say the same, and those that only look alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.ingest.comparing import conflicts
from content.ingest.comparing.duplicates import ALIKE, Duplicate, find
from content.ingest.model import Draft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from content.ingest.topics.joining import join
from tests.patience import comes_to_an_end


def read(*texts: str) -> Draft:
    return read_notes([InputFile(f"{n}.md", text.encode()) for n, text in enumerate(texts)])


def duplicates(*texts: str) -> list[Duplicate]:
    draft = read(*texts)
    return find(draft.facts, join(draft, []).group)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A tug pulls a large ship into the harbour", "A tug pulls a large ship into the harbour", True),
        ("A tug pulls a large ship into the harbour", "A **tug** pulls large ships into the harbour.", True),
        ("A tug pulls a large ship into the harbour", "Into the harbour a tug pulls a large ship", True),
        (
            "A tug pulls a large ship into the harbour",
            "A tug never pulls a large ship into the harbour",
            False,
        ),
        ("A tug pulls 2 large ships into the harbour", "A tug pulls 3 large ships into the harbour", False),
        ("A tug waits 60 minutes at the outer buoy", "A tug waits 1 hour at the outer buoy", False),
        ("A tug pulls a large ship into the harbour", "A crane lifts heavy crates out of the hold", False),
        ("Made of steel", "Made of steel", True),
        ("Made of steel", "Made from steel", False),
    ],
)
def test_pairs(one: str, other: str, same: bool) -> None:
    found = duplicates(f"# Harbour tugs\n\n- {one}\n", f"# Harbour tugs\n\n- {other}\n")
    assert [(d.a.source, d.b.source) for d in found] == ([("0.md", "1.md")] if same else [])
    assert all(ALIKE <= d.score <= 100 for d in found)


def test_other_topics_may_say_the_same() -> None:
    statement = "- A tug pulls a large ship into the harbour\n"
    assert duplicates(f"# Tugs of steel\n\n{statement}", f"# Bread and butter\n\n{statement}") == []


def test_twice_in_one_source_but_not_twice_in_one_note() -> None:
    statement = "- A tug pulls every large ship into the inner harbour\n"
    twice = duplicates(f"# Tugs\n\n{statement}\n# Ships\n\n{statement}")
    assert [(d.a.line_from, d.b.line_from, d.score) for d in twice] == [(3, 7, 100.0)]
    assert duplicates(f"# Tugs\n\n- By day\n  {statement}- By night\n  {statement}") == []


def test_the_key_survives_lines_and_order_and_three_of_a_kind_make_two_pairs() -> None:
    text = "# Harbour tugs\n\n- A tug pulls a large ship into the harbour\n"
    key = duplicates(text, text)[0].key
    assert [d.key for d in duplicates(f"First words.\n\n{text}", text)] == [key]
    draft = read(text, text, text)
    pairs = find(draft.facts, join(draft, []).group)
    assert {d.key for d in pairs} == {key}


LINES = st.lists(
    st.tuples(
        st.sampled_from(["A tug pulls", "A crane lifts", "Two cranes lift", "No tug pulls"]),
        st.sampled_from(["3 large ships", "5 large ships", "a heavy load"]),
        st.sampled_from(["into the harbour", "out of the harbour at night", "at the quay"]),
    ).map(" ".join),
    min_size=1,
    max_size=5,
)


@given(LINES, LINES)
def test_what_disagrees_is_no_duplicate(here: list[str], there: list[str]) -> None:
    texts = ["# Harbour work\n\n" + "".join(f"- {line}\n" for line in lines) for lines in (here, there)]
    draft = read(*texts)
    group = join(draft, []).group
    found = find(draft.facts, group)
    assert found == find(draft.facts, group)
    assert not {d.key for d in found} & {one.key for one in conflicts.find(draft.facts)}
    for one in found:
        assert [word for word in one.a.text.split() if word.isdigit()] == [
            word for word in one.b.text.split() if word.isdigit()
        ]


def test_many_equal_statements_cost_little() -> None:
    lines = "".join(f"- A tug pulls ship number {n} into the harbour basin\n" for n in range(1500))
    draft = read(f"# Tugs\n\n{lines}", f"# Tugs\n\n{lines}")
    with comes_to_an_end():
        found = find(draft.facts, join(draft, []).group)
    assert len(found) <= 500
