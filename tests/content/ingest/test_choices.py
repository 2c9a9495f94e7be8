"""What a person decided about single lines is followed at every reading."""

from __future__ import annotations

import pytest

from content.ingest.choices import Choices, LineChoice, LineChoiceKind, corrected, key_of
from content.ingest.model import Draft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from tests.content.ingest.helpers import DECK, balanced

NOTES = """# Harbour

Ships moor here.

Low water
- The quay falls dry
- Berth I0 holds 5 ships
<!-- tide tables hang in the office -->
![](quay.png)
Page 3 of 20

## Lamps

- Red is port
- [x](#lamps)
"""
Said = tuple[str, str] | tuple[str, str, str, str]


def read(text: str, *said: Said, path: str = "harbour.md") -> Draft:
    """`said`: (line, kind) or (line, kind, found, fix)."""
    choices = [LineChoice(path, key_of(one[0]), one[1], *one[2:]) for one in said]
    draft = read_notes([InputFile(path, text.encode())], choices=Choices.of(choices))
    assert all(balanced(source) for source in draft.sources)
    return draft


def titles(draft: Draft) -> list[str]:
    return [topic.title for topic in draft.topics]


def blocks(draft: Draft) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in draft.sources[0].blocks]


def reasons(draft: Draft) -> dict[int, str]:
    return {
        no: gone.reason
        for gone in draft.sources[0].discarded
        for no in range(gone.line_from, gone.line_to + 1)
    }


@pytest.mark.parametrize(
    ("line", "block"),
    [
        ("<!-- tide tables hang in the office -->", ("paragraph", "tide tables hang in the office")),
        ("Page 3 of 20", ("paragraph", "Page 3 of 20")),
        ("- [x](#lamps)", ("item", "[x](#lamps)")),
        ("![](quay.png)", ("paragraph", r"\!\[\](quay.png)")),
    ],
)
def test_a_line_that_the_rules_leave_out_is_kept(line: str, block: tuple[str, str]) -> None:
    no = NOTES.split("\n").index(line) + 1
    assert no in reasons(read(NOTES))
    kept = read(NOTES, (line, LineChoiceKind.KEEP))
    assert no not in reasons(kept)
    assert block in blocks(kept)


def test_one_line_of_a_longer_comment_is_kept_and_the_rest_is_not() -> None:
    text = "# A\n\n<!--\nkeep this\nand not this\n-->\n\nText.\n"
    kept = read(text, ("keep this", LineChoiceKind.KEEP))
    assert ("paragraph", "keep this") in blocks(kept)
    assert sorted(reasons(kept)) == [3, 5, 6]


def test_a_line_is_left_out_wherever_it_stands() -> None:
    text = "# A\n\nOne\nAd for ropes\nline.\n\n| a | b |\n| - | - |\nAd for ropes\n| 1 | 2 |\n\n```\nx\nAd for ropes\ny\n```\n"
    left = read(text, ("Ad for ropes", LineChoiceKind.LEAVE_OUT))
    assert reasons(left) == dict.fromkeys((4, 9, 14), "left out by an instructor")
    assert blocks(left) == [
        ("heading", "A"),
        ("paragraph", "One line."),
        ("table", "a | b\n1 | 2"),
        ("code", "x\ny"),
    ]


def test_a_line_becomes_a_title_and_a_title_becomes_text() -> None:
    assert titles(read(NOTES)) == ["Harbour", "Low water", "Lamps"]
    assert titles(read(NOTES, ("Low water", LineChoiceKind.TEXT))) == ["Harbour", "Lamps"]
    assert titles(read(NOTES, ("Ships moor here.", LineChoiceKind.TITLE))) == [
        "Harbour",
        "Ships moor here.",
        "Low water",
        "Lamps",
    ]
    assert titles(read(NOTES, ("- Red is port", LineChoiceKind.TITLE)))[-1] == "Red is port"
    assert titles(read(NOTES, ("<!-- tide tables hang in the office -->", LineChoiceKind.TITLE)))[
        2
    ].startswith("tide tables")


@pytest.mark.parametrize(
    "heading", ["## Lamps", "Lamps\n-----", "* ## Lamps", "## [Lamps](#a)", "<h2>Lamps</h2>"]
)
def test_a_marked_heading_is_forced_to_text_in_every_dialect(heading: str) -> None:
    first = heading.split("\n")[0]
    for front in ("", "---\ndomain: 1\n---\n"):
        text = f"{front}# Harbour\n\nShips.\n\n{heading}\n\nRed and green.\n"
        assert titles(read(text)) == ["Harbour", "Lamps"]
        forced = read(text, (first, LineChoiceKind.TEXT))
        assert titles(forced) == ["Harbour"]
        assert any("Lamps" in said for kind, said in blocks(forced) if kind in ("paragraph", "item"))


def test_a_deck_follows_too() -> None:
    assert "Crane 1" not in titles(read(DECK))
    chosen = read(DECK, ("Crane 1", LineChoiceKind.TITLE), ("Quay vs. Pier", LineChoiceKind.TEXT))
    assert "Crane 1" in titles(chosen)
    assert "Quay vs. Pier" not in titles(chosen)
    assert ("paragraph", "Quay vs. Pier") in blocks(chosen)
    assert ("paragraph", "Crane 2") in blocks(read(DECK, ("Crane 2", LineChoiceKind.KEEP)))


def test_a_choice_holds_for_every_line_with_the_same_words_and_survives_new_lines() -> None:
    text = "Note to self\n\n" + NOTES + "\n  Note   to self\n"
    assert (
        len(
            [
                r
                for r in reasons(read(text, ("Note to self", LineChoiceKind.LEAVE_OUT))).values()
                if "instructor" in r
            ]
        )
        == 2
    )


def test_a_reading_error_is_put_right_and_the_upload_stays() -> None:
    before = read(NOTES)
    [warning] = [notice for notice in before.warnings if notice.code == "misread"]
    line = "- Berth I0 holds 5 ships"
    after = read(NOTES, (line, LineChoiceKind.FIX, warning.found, warning.fix))
    assert after.sources[0].text == before.sources[0].text
    assert ("item", "Berth 10 holds 5 ships") in blocks(after)
    assert "Berth 10 holds 5 ships" in [fact.text for fact in after.facts]
    assert not [notice for notice in after.warnings if notice.code == "misread"]
    right = read(NOTES, (line, LineChoiceKind.RIGHT))
    assert ("item", "Berth I0 holds 5 ships") in blocks(right)
    assert not [notice for notice in right.warnings if notice.code == "misread"]


def test_errors_far_apart_are_proposed_one_after_the_other() -> None:
    line = f"- A berth holds I 0 boats and {'many ' * 30}boats pay 1O euro"
    text = f"# A\n\n{line}\n"
    said: list[Said] = []
    for _ in range(2):
        [warning] = [notice for notice in read(text, *said).warnings if notice.code == "misread"]
        said.append((line, LineChoiceKind.FIX, warning.found, warning.fix))
    fixed = read(text, *said)
    assert blocks(fixed)[1][1].startswith("A berth holds 10 boats")
    assert blocks(fixed)[1][1].endswith("pay 10 euro")


def test_words_are_found_however_they_are_spaced_and_only_whole() -> None:
    assert corrected("a\u00a0I  0 b", "I 0", "10") == "a\u00a010 b"
    assert corrected("IO, I", "I", "1") == "IO, 1"
    assert corrected("nothing", "I 0", "10") == "nothing"


def test_choices_about_other_files_change_nothing() -> None:
    choices = Choices.of([LineChoice("other.md", key_of("Low water"), LineChoiceKind.LEAVE_OUT)])
    assert read_notes([InputFile("harbour.md", NOTES.encode())], choices=choices) == read(NOTES)
