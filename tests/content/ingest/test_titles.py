"""Slide titles and bare headings: the rules, on small decks of our own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.content.ingest.helpers import DECK, draft, outline


def test_a_deck_gets_sections_and_titles_and_merges_continuations() -> None:
    assert outline(DECK) == [
        (0, "Harbour Basics Section"),
        (1, "Harbour – Overview"),
        (1, "Harbour – Fees"),
        (1, "Quay vs. Pier"),
        (1, "Harbour – Signals"),
    ]


def test_a_continuation_adds_to_the_note_of_its_title() -> None:
    result = draft(DECK)
    fees = next(t for t in result.topics if t.title == "Harbour – Fees")
    note = next(n for n in result.notes if n.topic == fees.key)
    assert "paid on arrival" in note.markdown and "45 euro" in note.markdown


def test_labels_of_a_picture_are_discarded_not_titled() -> None:
    source = draft(DECK).sources[0]
    assert [d.reason for d in source.discarded] == ["diagram debris"]
    assert source.discarded[0].nonblank == 2


def test_a_title_in_two_halves_is_joined() -> None:
    deck = (
        "Mooring Lines\n\n- Lines hold the ship\n\nMooring Lines – Bow\n\n- It leads forward\n\nMooring Lines – Stern\n\n- It leads aft\n\n"
        "Anchoring in Bays with\n\nStrong Currents\n\n- Use two anchors\n"
    )
    assert (0, "Anchoring in Bays with Strong Currents") in outline(deck)


def test_domains_become_sections() -> None:
    deck = "".join(
        f"Domain {n} – Area {n}\n\nTopic {n} – First\n\n- Some fact number {n} here\n- And more\n\n"
        for n in (1, 2, 3)
    )
    result = draft(deck)
    assert [t.domain for t in result.topics] == [1, 1, 2, 2, 3, 3]
    assert [t.depth for t in result.topics] == [0, 1] * 3


def test_bare_and_bold_headings_in_notes() -> None:
    text = (
        "# Sails\n\n## Storm Sails\n\n- Small and strong\n\nSail Repair\n\n- Needle and thread\n\n**Sail Care**\n\n- Dry them\n\n"
        "It is best to:\n\n- Fold them\n"
    )
    assert outline(text) == [(0, "Sails"), (1, "Storm Sails"), (1, "Sail Repair"), (1, "Sail Care")]


def test_a_heading_that_is_the_rest_of_a_sentence_is_joined_back() -> None:
    text = "# Ropes\n\n- A line leads from the winch to the\n\n## Cleat\n- It is tied there\n\n## Care\n- Rinse it\n"
    result = draft(text)
    assert [t.title for t in result.topics] == ["Ropes", "Care"]
    assert any(f.text == "A line leads from the winch to the Cleat" for f in result.facts)


def test_too_many_headings_are_bullets() -> None:
    text = "# Sea\n\n" + "".join(
        f"## Part {n}\n\n" + "".join(f"### Point {n}.{k} of it\n\ntext {k} here\n\n" for k in range(4))
        for n in range(4)
    )
    assert [title for _, title in outline(text)] == ["Sea", "Part 0", "Part 1", "Part 2", "Part 3"]


def deck_with_a_picture() -> str:
    slides = "".join(
        f"Harbour – Quay {n}\n\n- Ships of class {n} berth here\n- The crane lifts {n} tons\n\n\n\n"
        for n in range(12)
    )
    picture = "".join(f"{kind} Harbour\n\n\n\n" for kind in ("Fishing", "Naval", "Sports", "Ferry", "Winter"))
    return f"{slides}Harbour – Kinds\n\n\n\n{picture}Harbour – Fees\n\n- Fees are paid on arrival\n"


def test_the_labels_of_a_picture_are_no_titles_where_titles_have_text_below() -> None:
    titles = [title for _, title in outline(deck_with_a_picture())]
    assert titles == [*(f"Harbour – Quay {n}" for n in range(12)), "Harbour – Kinds", "Harbour – Fees"]


def test_a_deck_with_little_text_keeps_its_bare_titles() -> None:
    slides = (
        "Mooring Lines",
        "Harbour Lights",
        "Tides and Currents",
        "Pilot Service",
        "Crane Types",
        "Quay Walls",
    )
    deck = "".join(f"{title} – Overview\n\n\n\n{title} – Plan\n\n\n\nbuoy\n\n" for title in slides)
    deck += "Quay Walls – Fees\n\n- Fees are paid on arrival\n- By length\n- At the gate\n"
    titles = [title for _, title in outline(deck)]
    assert titles == [
        *(f"{title} – {part}" for title in slides for part in ("Overview", "Plan")),
        "Quay Walls – Fees",
    ]


def paged(mark: Callable[[int], str], bullet: str = "- ") -> str:
    """Eight slides with a mark of the export before each."""
    return "".join(
        f"{mark(n)}The {name} of the harbour\n{bullet}What it is for\n{bullet}Who looks after it\nold {name}\n\n"
        for n, name in enumerate(("quay", "pier", "crane", "gate", "light", "dock", "slip", "lock"), 1)
    )


@pytest.mark.parametrize(
    "deck",
    [
        paged(lambda n: "\f" if n > 1 else ""),
        paged(lambda n: f"Slide {n}\n\n"),
        paged(lambda n: f"--- Page {n} ---\n"),
        paged(lambda n: f"<!-- Slide number: {n} -->\n"),
        paged(lambda n: f"<!-- Slide number: {n} -->\n# "),
        paged(lambda n: "---\n\n" if n > 1 else ""),
        paged(lambda n: f"Harbour Academy | {n - 1}\n" if n > 1 else "", "• "),
        paged(lambda n: "© 2024 Harbour Academy\n\n" if n > 1 else "") + "© 2024 Harbour Academy\n",
    ],
    ids=["form feed", "slide", "page", "comment", "marked", "rule", "running foot", "rights"],
)
def test_the_first_line_of_a_slide_is_its_title_where_the_export_says_where_slides_begin(deck: str) -> None:
    names = ("quay", "pier", "crane", "gate", "light", "dock", "slip", "lock")
    assert [title for _, title in outline(deck)] == [f"The {name} of the harbour" for name in names]


def test_speaker_notes_are_no_slide() -> None:
    deck = paged(lambda n: f"<!-- Slide number: {n} -->\n# ").replace(
        "old quay\n", "\n### Notes:\nGreet them first.\n"
    )
    result = draft(deck)
    assert len(result.topics) == 8
    assert "Greet them first" in result.notes[0].markdown


def test_numbered_slide_titles_are_no_list() -> None:
    deck = "".join(
        f"{n}. The {name}\n\n- What it is for\n- Who looks after it\n\n"
        for n, name in enumerate(("quay", "pier", "crane", "gate", "light", "dock"), 1)
    )
    assert [title for _, title in outline(deck)][:2] == ["1. The quay", "2. The pier"]


def test_heads_of_columns_are_parts_of_their_slide() -> None:
    deck = deck_with_a_picture() + (
        "\n\nHarbour – Kinds of Quay\n\nSolid Quay\n\n- Stone\n- Heavy\n\nOpen Quay\n\n- On piles\n- Light\n\n"
        "Harbour – Tides\n\n- Twice a day\n"
    )
    assert [title for _, title in outline(deck)][-3:] == [
        "Harbour – Fees",
        "Harbour – Kinds of Quay",
        "Harbour – Tides",
    ]


def test_a_deck_in_small_letters_and_one_in_capitals_are_read_alike() -> None:
    names = (
        "Mooring the ship",
        "Lights at night",
        "Why tides matter",
        "Fees and hours",
        "Before you sail",
        "Repairs",
    )
    deck = "".join(f"{name}\n\n- One thing to know\n- Another thing\n\n\n\n" for name in names)
    assert [title for _, title in outline(deck)] == list(names)
    upper = "".join(f"{name.upper()}\n\n- One thing to know\n- Another thing\n\n\n\n" for name in names)
    assert [title for _, title in outline(upper)] == [name.upper() for name in names]


def test_a_label_between_two_lists_divides_its_slide() -> None:
    deck = deck_with_a_picture()
    deck += "\n\nHarbour – Mooring\n\n- Two ways\n- Both are safe\n\nEasy way\n\n- Throw an easy line\n- Wait\n\nHard way\n\n- Swim\n"
    assert [title for _, title in outline(deck)][-1] == "Harbour – Mooring"
