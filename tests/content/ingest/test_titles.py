"""Slide titles and bare headings: the rules, on small decks of our own."""

from __future__ import annotations

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
