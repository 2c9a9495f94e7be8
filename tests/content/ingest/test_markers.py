"""Marks of exporters, site generators and note-taking programs: left out with a reason, or read as what they mean."""

from __future__ import annotations

import pytest

from content.ingest.blocks.listing import rows
from tests.content.ingest.helpers import balanced, blocks, draft, outline

BODY = "# Harbour\n\nShips moor here.\n\n{}\n\nThe tide turns twice a day.\n"


def reasons(text: str) -> list[str]:
    found = blocks(BODY.format(text))
    assert balanced(found)
    return [gone.reason for gone in found.discarded]


def added(text: str) -> list[tuple[str, str]]:
    """Blocks that come of a text between two paragraphs."""
    found = blocks(BODY.format(text))
    assert balanced(found)
    kinds = [(block.kind, block.text) for block in found.blocks]
    assert kinds[0] == ("heading", "Harbour")
    return [one for one in kinds[1:] if one[1] not in ("Ships moor here.", "The tide turns twice a day.")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<!-- Slide number: 5 -->", "exporter mark"),
        ("==> picture [300 x 200] intentionally omitted <==", "exporter mark"),
        ("**==> picture [30 x 20] intentionally omitted <==**", "exporter mark"),
        ("In [3]:", "exporter mark"),
        ("----- Start of picture text -----<br>\nquay<br>crane\n----- End of picture text -----<br>", "text of a picture"),
        ("![](media/image1.png)", "picture"),
        ('![](media/image1.png){width="6in" height="3in"}', "picture"),
        ("![[chart.png]]", "picture"),
        ("Page 3 of 20", "page furniture"),
        ("::: {.column width=50%}", "template mark"),
        (":::", "template mark"),
        ("\\newpage", "template mark"),
        ("{{< figure src=a >}}", "template mark"),
        ("{% include nav.html %}", "template mark"),
        ("> [!note]", "template mark"),
        ("%% remark %%", "comment"),
        ("%%\ntwo\nlines\n%%", "comment"),
        ("<div style='page-break-after: always'></div>", "markup without text"),
        ("<script>\nvar x = 1\n</script>", "markup without text"),
        ("#sea #harbour/fees", "tags"),
        ("[rules]: https://example.org/rules 'Rules'", "link definition"),
        ("```\n\n```", "empty code block"),
    ],
)  # fmt: skip
def test_what_teaches_nothing_is_left_out_with_its_reason(text: str, reason: str) -> None:
    assert set(reasons(text)) == {reason}
    assert added(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("> [!tip] Mind the tide\n> It turns.", [("paragraph", "Mind the tide"), ("paragraph", "It turns.")]),
        ('!!! note "Ropes"\n    Coil them.', [("paragraph", "Ropes"), ("paragraph", "Coil them.")]),
        (":::info Fees\nShips pay.\n:::", [("paragraph", "Fees"), ("paragraph", "Ships pay.")]),
        ("Slack water\n: Time when the tide turns.", [("paragraph", "**Slack water**: Time when the tide turns.")]),
        ("A quay is a wall[^1].\n\n[^1]: Of stone.", [("paragraph", "A quay is a wall."), ("paragraph", "Of stone.")]),
        ("See [the rules][r].\n\n[r]: https://example.org/r", [("paragraph", "See [the rules](https://example.org/r).")]),
        ("A pilot boards. \n^p1", [("paragraph", "A pilot boards. ^p1")]),
        ("<pre>\n1. moor\n</pre>", [("code", "1. moor")]),
        ("<ul>\n<li>Red</li>\n<li>Green</li>\n</ul>", [("item", "Red"), ("item", "Green")]),
        ("<details>\n<p>Ropes</p>\n</details>", [("paragraph", "<p>Ropes</p>")]),
        ("- ```\n  moor\n  ```\n- next", [("code", "moor"), ("item", "next")]),
        ("&nbsp;&nbsp;- Red&nbsp;lamp", [("item", "Red lamp")]),
        ("| a | b |\n|--|--|\nRed | port\nGreen | sea", [("table", "a | b\nRed | port\nGreen | sea")]),
        ("| a | b |\n|--|--|\n| Quay | A wall\nfor ships\nto moor. |\n| Pier | On piles. |", [("table", "a | b\nQuay | A wall for ships to moor.\nPier | On piles.")]),
        (".|.\n-|-\nRed|port\nGreen|starboard", [("table", "Red | port\nGreen | starboard")]),
    ],
)  # fmt: skip
def test_marks_that_say_something_are_read_as_what_they_mean(text: str, found: list[tuple[str, str]]) -> None:
    assert added(text) == found


@pytest.mark.parametrize(
    "heading",
    ["## Lamps", "Lamps\n-----", "* ## Lamps", "> ## Lamps", "[## Lamps](#lamps)", "## [Lamps](#lamps)", "<h2>Lamps</h2>", "## Lamps ##"],
)  # fmt: skip
def test_a_heading_in_any_dress(heading: str) -> None:
    assert outline(BODY.format(f"{heading}\n\n- Red is port")) == [(0, "Harbour"), (1, "Lamps")]


@pytest.mark.parametrize("encode", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_encodings_change_nothing(end: str, encode: str) -> None:
    from content.ingest.read import read_notes
    from content.ingest.reading import InputFile

    text = "# Harbour\n\n- Red\u00a0lamp\n- “Green” lamp’s light 👩‍🚀\n"
    read = read_notes([InputFile("notes.md", text.replace("\n", end).encode(encode))])
    assert [fact.text for fact in read.facts] == ["Red lamp", "“Green” lamp’s light 👩‍🚀"]
    assert [(topic.title, topic.line) for topic in read.topics] == [("Harbour", 1)]


def test_marks_that_turn_the_direction_of_text_go_and_joiners_stay() -> None:
    assert added("\u202eAbc\u202c and \u2066def\u2069") == [("paragraph", "Abc and def")]
    assert reasons("\u200d\ufe0f") == ["nothing to read"]


def test_what_is_left_out_is_listed_with_its_shape_reason_and_parent() -> None:
    text = "# Harbour\n\n- [Lamps](#lamps)\n- [Quays](#quays)\n  - [Fees](#fees)\n\nShips.\n\n- one\n-\n- ![](a.png)\n\n## Lamps\n"
    found = [
        (r.block.kind, r.block.depth, r.block.line_from, r.block.parent, r.discarded)
        for r in rows("a.md", text)
    ]
    assert found == [
        ("heading", 0 + 1, 1, None, ""),
        ("item", 0, 3, None, "table of contents"),
        ("item", 0, 4, None, "table of contents"),
        ("item", 1, 5, 2, "table of contents"),
        ("paragraph", 0, 7, 0, ""),
        ("item", 0, 9, 0, ""),
        ("item", 0, 10, None, "empty bullet"),
        ("item", 0, 11, None, "picture"),
        ("heading", 2, 13, 0, ""),
    ]
    assert not [fact for fact in draft(text).facts if fact.line_from in (3, 4, 5, 10, 11)]


def test_options_of_a_question_are_listed_below_it() -> None:
    text = "# A\n\nQ: Which lamp is port?\n- [x] Red\n- [ ] Green\n\nText.\n"
    found = [(r.block.kind, r.block.parent) for r in rows("a.md", text)]
    assert found == [("heading", None), ("question", 0), ("item", 1), ("item", 1), ("paragraph", 0)]


def test_cells_of_odd_tables_keep_their_lines() -> None:
    text = "# A\n\n| a | b |\n| - | - |\n| Quay | A wall\nfor ships. |\n| Pier | On piles. |\n\n.|.\n-|-\nRopes|100\n"
    assert [(fact.line_from, fact.text) for fact in draft(text).facts] == [
        (5, "Quay – b: A wall for ships."),
        (7, "Pier – b: On piles."),
        (11, "Ropes: 100"),
    ]
