"""What text recognition makes of numbers is pointed out with a proposal; what only looks like it is left alone."""

from __future__ import annotations

import pytest

from tests.content.ingest.helpers import blocks, draft


def proposals(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.found, one.fix) for one in draft(text).warnings if one.code == "misread"]


@pytest.mark.parametrize(
    ("line", "found", "fix"),
    [
        ("Tide rises I OPercent every hour", "I OPercent", "10Percent"),
        ("The mole takes I 0000 tons", "I 0000", "10000"),
        ("Depths of 5, I0 and 20 metres", "I0", "10"),
        ("A lamp burns for l2 hours", "l2", "12"),
        ("A chain of 3O metres", "3O", "30"),
        ("A slope of O.5 in ten", "O.5", "0.5"),
        ("The echo comes in less than I second", "I", "1"),
        ("Tolls are kept for I to 30 days", "I", "1"),
        ("A quay holds at most I pilot boat", "I", "1"),
        ("Ships > I wait outside", "I", "1"),
        ("Every I/5/I0 minutes", "I/5/I0", "1/5/10"),
        ("Berth I lies before berth 2 and berth 3", "I", "1"),
    ],
)
def test_misread_numbers(line: str, found: str, fix: str) -> None:
    assert proposals(f"# Harbour\n\n- {line}\n") == [(3, found, fix)]


@pytest.mark.parametrize(
    "line",
    [
        "When I moor, I use 2 lines",
        "It took longer than I thought",
        "At least I have one anchor",
        "World War I ended in 1918",
        "Class IO1 and class I3 hulls",
        "The I3.large crane lifts 30 tons",
        "O2 is the sign of oxygen",
        "A 5l can and a 2 l bottle",
        "Elizabeth I and Charles II sailed",
        "Phase I and Phase II of the works",
    ],
)
def test_what_only_looks_like_it(line: str) -> None:
    assert proposals(f"# Harbour\n\n- {line}\n") == []


def test_code_is_left_alone_and_nothing_is_rewritten() -> None:
    text = "# Harbour\n\n```\nx = I 0000\n```\n\n- The mole takes I 0000 tons\n"
    assert proposals(text) == [(7, "I 0000", "10000")]
    assert blocks(text).blocks[-1].text == "The mole takes I 0000 tons"


def test_a_section_is_number_one_among_others_that_are_numbered() -> None:
    deck = "# Domain I – Ropes\n\n- Knots hold\n\n# Domain 2 – Sails\n\n- Sails pull\n"
    assert proposals(deck) == [(1, "I", "1")]
    assert proposals(deck.replace("2", "II")) == []
