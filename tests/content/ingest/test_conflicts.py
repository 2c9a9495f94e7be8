"""Where notes disagree, and where they only look as if they did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.ingest.comparing.conflicts import Conflict, disputed, find
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
        ("The lock lifts 3 boats. Is that enough?", "The lock lifts 4 boats. Is that enough?", "number"),
    ],
)
def test_what_makes_a_disagreement(one: str, other: str, kind: str | None) -> None:
    found = told(f"# Gate\n\n- {one}\n", f"# Gate\n\n- {other}\n")
    assert [row[0] for row in found] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("A pass is valid for 1 hour", "A pass is valid for 60 minutes", None),
        ("A pass is valid for 2 hours", "A pass is valid for 60 minutes", "number"),
        ("A pass is valid for 2 hours", "A pass is valid for 2 days", "unit"),
        ("Cargo of 5 TB (5000 GB) fits the hold", "Cargo of 5 TB fits the hold", None),
        ("Cargo of up to 5 TB fits the hold", "Cargo of 5 TB fits the hold", None),
        ("Unloading takes 1-5 hours in the dock", "Unloading takes 3 hours in the dock", None),
        ("Unloading takes 1-5 hours in the dock", "Unloading takes 9 hours in the dock", "number"),
        ("The default wait at the gate is 5 minutes", "The maximum wait at the gate is 15 minutes", None),
        ("The harbour radio answers on port 80", "The harbour radio answers on port 443", None),
        ("The chart is printed in version 1.2", "The chart is printed in version 1.3", None),
        ("Since 2019 the pier has a crane", "Since 2021 the pier has a crane", None),
        ("A berth is $5 a night", "A berth is $9 a night", None),
        ("The 2nd buoy shows a red light", "The 3rd buoy shows a red light", None),
        ("Holds 99.999% of the load", "Holds 99.99% of the load", "number"),
        ("Logging of ships is enabled at night", "Logging of ships is disabled at night", "polarity"),
        ("Cargo lists are encrypted on board", "Cargo lists are unencrypted on board", "polarity"),
        ("4.2 Still lifts a heavy load", "5.3 Still lifts a heavy load", None),
        ("An X-ray scanner looks at crates", "An X-ray scanner never looks at crates", "polarity"),
        ("Room for 1,000 crates", "Room for 1 thousand crates", None),
    ],
)
def test_quantities_are_compared_by_what_they_mean(one: str, other: str, kind: str | None) -> None:
    found = told(f"# Sea Gate\n\n- {one}\n", f"# Sea Gate\n\n- {other}\n")
    assert [row[0] for row in found] == ([kind] if kind else [])


def test_limits_of_one_thing_are_not_those_of_another() -> None:
    locks = "# Port\n\n## Locks\n\n### Limits\n\n- Vessels up to 90 metres\n"
    slips = "# Port\n\n## Slipways\n\n### Limits\n\n- Vessels up to 20 metres\n"
    assert told(locks, slips) == []
    assert told(locks, locks.replace("90", "80")) == [("number", 7, 7)]


def test_what_can_be_done_and_what_cannot() -> None:
    deck = "# Berths\n\n## Berth limits\n\n- You can ask for a longer stay at the berth office\n"
    notes = "# Notes\n\n## Berths and their limits\n\n- Three nights a berth. Today, you cannot ask for a longer stay\n"
    assert told(deck, notes) == [("polarity", 5, 5)]
    others = "# Cranes\n\n## Crane hours\n\n- You cannot ask for a longer stay of a crane\n"
    assert told(deck, others) == []


def test_a_list_of_values_is_no_disagreement() -> None:
    one = "# Signals\n\n- Blast every 2 minutes\n- Blast every 5 minutes\n"
    assert told(one, "# Signals\n\n- Blast every 2 minutes\n\n## More\n\n- Red light\n") == []


def test_the_key_of_a_disagreement_survives_other_files_lines_and_order() -> None:
    one, other = "# Quay\n\n- Up to 5 ships berth", "# Quay\n\n- Up to 15 ships berth"
    key = conflicts(one, other)[0].key
    assert conflicts(other, one)[0].key == key
    moved = conflicts(f"Some words first.\n\n{one.replace('Up to', '**Up to**')}\n", other)
    assert [found.key for found in moved] == [key]
    assert conflicts(one, other.replace("15", "25"))[0].key != key
    assert conflicts(one.replace("# Quay", "# Quays"), other.replace("# Quay", "# Quays"))[0].key != key


def test_one_disagreement_of_several_sources_is_shown_once_and_holds_all_of_them() -> None:
    texts = [f"# Quay\n\n- Up to {number} ships berth\n" for number in (5, 15, 5)]
    read = read_notes([InputFile(f"{n}.md", text.encode()) for n, text in enumerate(texts)])
    found = find(read.facts)
    assert [(one.a.source, one.b.source) for one in found] == [("0.md", "1.md")]
    assert disputed(found, read.facts) == {0, 1, 2}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 30), st.sampled_from(["s", "minutes", "GB", "", "%"])), min_size=2, max_size=8))  # fmt: skip
def test_finding_does_not_depend_on_the_order_of_sources(rows: list[tuple[str, int, str]]) -> None:
    texts = {name: "# Gate\n" + "".join(f"\n## Gate {n} of the lock\n\n- It opens {number} {unit} after the call\n" for n, (_, number, unit) in enumerate(r for r in rows if r[0] == name)) for name in "ab"}  # fmt: skip
    files = [InputFile(f"{name}.md", text.encode()) for name, text in texts.items()]
    one, other = find(read_notes(files).facts), find(read_notes(files[::-1]).facts)
    assert {found.key for found in one} == {found.key for found in other}


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
