"""Headings of hand-written notes that were not marked as such, and those that were marked and are none."""

from __future__ import annotations

import pytest

from tests.content.ingest.helpers import draft, outline

LISTED = "  - one thing\n  - a second\n  - a third\n"


def test_bullets_that_hold_topics_are_topics() -> None:
    text = f"# Ships\n\n## Rigging\n\n- Ropes are dear.\n- Standing Rigging\n{LISTED}- Running Rigging (Ropes)\n{LISTED}"
    assert outline(text) == [
        (0, "Ships"),
        (1, "Rigging"),
        (2, "Standing Rigging"),
        (2, "Running Rigging (Ropes)"),
    ]
    notes = {n.topic: n.markdown for n in draft(text).notes}
    assert notes[1].strip() == "- Ropes are dear." and notes[2].startswith("- one thing\n- a second")


@pytest.mark.parametrize(
    "text",
    [
        f"# Ships\n\n## Rigging\n\n- Standing Rigging\n{LISTED}",
        f"# Ships\n\n## Rigging\n\n- Standing Rigging\n{LISTED}- Running Rigging\n{LISTED}- Ropes are dear.\n",
        f"# Ships\n\n## Rigging\n\n- it stands there\n{LISTED}- it runs there\n{LISTED}",
        f"# Ships\n\n## Rigging\n\n- Standing Rigging:\n{LISTED}- Running Rigging:\n{LISTED}",
    ],
    ids=["alone", "text behind it", "statements", "announcements"],
)
def test_other_bullets_stay_bullets(text: str) -> None:
    assert outline(text) == [(0, "Ships"), (1, "Rigging")]


def test_a_name_with_a_colon_over_a_list_is_a_topic_and_an_announcement_is_none() -> None:
    text = (
        "# Crew\n\n## Watches\n\nBridge Watch Duties:\n\n- look out\n- steer\n\nIt is used for:\n\n- one\n- two\n\n"
        "Basic commands are:\n\n- port\n- starboard\n"
    )
    assert outline(text) == [(0, "Crew"), (1, "Watches"), (2, "Bridge Watch Duties")]


def test_a_title_said_again_below_itself_is_no_topic() -> None:
    text = "# Crew\n\n## Night Watch\n\nNight Watch:\n\n- four hours\n- two people\n"
    assert outline(text) == [(0, "Crew"), (1, "Night Watch")]


def test_numbers_say_how_deep_sections_stand_in_plain_text() -> None:
    text = (
        "1.1 Rope work\n\nRopes are made of hemp and of nylon and need care.\n\n1.1.1 Knots\n\nA bowline holds and can be "
        "undone again.\n\n1.2 Sail work\n\nSails are sewn from cloth that does not stretch.\n"
    )
    assert outline(text) == [(0, "1.1 Rope work"), (1, "1.1.1 Knots"), (0, "1.2 Sail work")]


def test_lines_over_prose_are_titles_where_nothing_is_marked() -> None:
    text = (
        "Mooring Lines\n\nA ship is held by lines that lead forward and aft from the quay.\n\n"
        "Spring Lines\n\nThey keep the ship from moving along the quay when the tide runs hard.\n"
    )
    assert outline(text) == [(0, "Mooring Lines"), (0, "Spring Lines")]


@pytest.mark.parametrize(
    "more", ["(cont.)", "(continued)", "(2/2)", "2/2", "(2)", "– Part 2", "(2 of 2)", "– continued"]
)
def test_a_title_that_goes_on_is_one_topic(more: str) -> None:
    text = f"# Sea\n\n## Winds and Waves\n\n- Winds blow\n\n## Winds and Waves {more}\n\n- Waves roll\n"
    assert outline(text) == [(0, "Sea"), (1, "Winds and Waves")]


def test_a_count_is_no_part_of_the_title() -> None:
    assert outline("# Sea\n\n## Winds (1/2)\n\n- Winds blow\n\n## Winds (2/2)\n\n- They turn\n") == [
        (0, "Sea"),
        (1, "Winds"),
    ]


def test_a_file_of_nothing_but_headings_is_one_topic() -> None:
    text = "".join(f"# Point {n} about the sea\n" for n in range(20)) + "And a sentence.\n"
    assert outline(text, "sea.md") == [(0, "sea")]
