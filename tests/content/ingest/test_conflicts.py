"""Where notes disagree, and where they only look as if they did."""

from __future__ import annotations

import pytest

from content.ingest.conflicts import Conflict, disputed, find
from content.ingest.read import read_notes
from content.ingest.reading import InputFile


def conflicts(one: str, other: str) -> list[Conflict]:
    return find(read_notes([InputFile("a.md", one.encode()), InputFile("b.md", other.encode())]).facts)


def told(one: str, other: str) -> list[tuple[str, int, int]]:
    return [(found.kind, found.a.line_from, found.b.line_from) for found in conflicts(one, other)]


def test_a_number_that_differs_under_one_heading() -> None:
    assert told("# Quay\n\n- Up to 5 ships berth", "# Quay\n\nIt is long.\n\n- Up to 15 ships berth") == [
        ("number", 3, 5)
    ]


def test_a_heading_in_one_source_is_a_bullet_in_another() -> None:
    deck = "# Port\n\n## Berths of the western quay\n\n- Up to 5 ships\n"
    notes = "# Port\n\n## Quays\n\n- Berths of the western quay\n  - Up to 15 ships\n"
    assert told(deck, notes) == [("number", 5, 6)]


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("The gate stays open for 15 minutes a tide", "The gate stays open for 15 hours a tide", "unit"),
        ("The eastern gate takes tankers", "The eastern gate does not take tankers", "polarity"),
        ("Tankers may pass the eastern gate", "Tankers may not pass the eastern gate", "polarity"),
        ("Tankers can pass the eastern gate", "Tankers can't pass the eastern gate", "polarity"),
        ("The lock holds 1,200 tons of water", "The lock holds 1200 tons of water", None),
        ("The lock is 20 metres wide", "The lock is 300 metres long", None),
        ("Example: the lock lifts 3 boats in an hour", "Example: the lock lifts 4 boats in an hour", None),
        ("Does the lock lift 3 boats at once?", "Does the lock lift 4 boats at once?", None),
    ],
)
def test_what_makes_a_disagreement(one: str, other: str, kind: str | None) -> None:
    found = told(f"# Gate\n\n- {one}\n", f"# Gate\n\n- {other}\n")
    assert [row[0] for row in found] == ([kind] if kind else [])


def test_other_things_may_have_other_numbers() -> None:
    assert told("# Quay\n\n- Up to 5 ships berth", "# Dry dock\n\n- Up to 2 ships berth") == []
    fees = "# Fees\n\n- Small boats\n  - Pay 5 euro a day\n- Large boats\n  - Pay 9 euro a day\n"
    assert told(fees, fees) == []


def test_below_a_comparison_nobody_can_tell_what_is_meant() -> None:
    assert (
        told(
            "# Sea Lock vs Canal Lock\n\n- Supports tankers\n",
            "# Sea Lock Canal\n\n- Does not support tankers\n",
        )
        == []
    )


def test_a_list_does_not_contradict_itself() -> None:
    assert (
        told(
            "# Channels\n\n- Port radio uses channel 12\n- Port radio uses channel 16\n",
            "# Sea\n\nIt is wide.\n",
        )
        == []
    )


def test_steps_are_told_by_their_words_not_by_their_ordinals() -> None:
    assert (
        told(
            "# Mooring\n\n1. Throw the bow line\n2. Winch it tight\n", "# Mooring\n\n3. Throw the bow line\n"
        )
        == []
    )


def test_two_places_of_one_source_may_disagree() -> None:
    text = "# Port\n\n## Lock\n\n- Opens at 6 every morning\n\n## Market\n\n- Fish is sold\n\n# Summary\n\n## Lock\n\n- Opens at 7 every morning\n"
    assert told(text, "# Sea\n\nIt is wide.\n") == [("number", 5, 15)]


def test_published_facts_of_other_sources_count_and_are_not_compared_with_each_other() -> None:
    def read(number: int, path: str) -> tuple[object, ...]:
        return read_notes([InputFile(path, f"# Quay\n\n- Up to {number} ships berth\n".encode())]).facts

    mine, others = read(5, "mine.md"), [*read(15, "b.md"), *read(25, "c.md")]
    found = find(mine, others)  # type: ignore[arg-type]
    assert [(one.a.source, one.b.source) for one in found] == [("mine.md", "b.md"), ("mine.md", "c.md")]
    assert disputed(found, mine) == {0}  # type: ignore[arg-type]
