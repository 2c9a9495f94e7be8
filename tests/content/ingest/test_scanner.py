"""Lines → blocks: one short example a rule."""

from __future__ import annotations

import pytest

from content.ingest.blocks.scanner import scan
from content.ingest.model import BlockKind, Dialect
from tests.content.ingest.helpers import balanced, blocks, draft


def kinds(text: str) -> list[str]:
    return [block.kind for block in blocks(text).blocks]


def items(text: str) -> list[tuple[int, str]]:
    return [(b.depth, b.text) for b in blocks(text).blocks if b.kind == BlockKind.ITEM]


@pytest.mark.parametrize(
    "line",
    [
        "## Tides",
        "* ## Tides",
        "> ## Tides",
        "## [Tides](#tides)",
        "[## Tides](#tides)",
        "##Tides",
        "## Tides ##",
    ],
)
def test_headings_in_every_form_people_write_them(line: str) -> None:
    found = [
        b
        for b in blocks(f"# Sea\n\n{line}\n\n- The sea rises twice a day\n").blocks
        if b.kind == BlockKind.HEADING
    ]
    assert [(b.depth, b.line_from) for b in found] == [(1, 1), (2, 3)]


def test_an_underlined_line_is_a_heading_and_owns_both_lines() -> None:
    heading = blocks("Tides\n=====\n\nThe sea rises twice a day.\n").blocks[0]
    assert (heading.kind, heading.depth, heading.line_from, heading.line_to) == ("heading", 1, 1, 2)


def test_a_rule_under_a_sentence_is_no_heading() -> None:
    assert kinds("The sea rises twice a day.\n---\nThen it falls.\n") == ["paragraph", "rule", "paragraph"]


def test_a_bare_dash_in_slides_underlines_nothing() -> None:
    assert "heading" not in kinds("- one\n- two\n-\n- three\n")


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_lists_nest_by_relative_indent(step: int) -> None:
    pad = " " * step
    text = f"- Sails\n{pad}- Jib\n{pad * 2}- Storm jib\n{pad}- Main\n- Ropes\n"
    assert items(text) == [(0, "Sails"), (1, "Jib"), (2, "Storm jib"), (1, "Main"), (0, "Ropes")]


def test_tabs_and_round_bullets_are_lists_too() -> None:
    assert items("• Sails\n\t• Jib\n•Ropes\n") == [(0, "Sails"), (1, "Jib"), (0, "Ropes")]


def test_numbers_indented_by_one_space_go_on_counting() -> None:
    text = "- Look in this order\n1. Log book\n 2. Chart\n 3. Almanac\n- Then ask\n - the pilot\n"
    assert [depth for depth, _ in items(text)][:4] == [0, 0, 0, 0]


def test_a_wrapped_line_joins_its_bullet_and_a_lead_does_not() -> None:
    text = "- A rope that is longer than the\nship\n\nKnots:\n- Bowline\n- Reef knot\n"
    found = blocks(text).blocks
    assert found[0].text == "A rope that is longer than the ship"
    assert found[1].kind == "paragraph" and found[2].parent == found[1].index


def test_quoted_bullets_below_a_bullet_nest_in_it() -> None:
    assert items("* When the flag is red:\n> * Stay in the harbour\n> * Call the pilot\n") == [
        (0, "When the flag is red:"),
        (1, "Stay in the harbour"),
        (1, "Call the pilot"),
    ]


def test_fences_keep_headings_and_lists_inside_them() -> None:
    found = blocks("# A\n```sh\n# not a heading\n- not an item\n```\n- item\n").blocks
    assert [b.kind for b in found] == ["heading", "code", "item"]
    assert found[1].text == "# not a heading\n- not an item" and found[1].info == "sh"


def test_an_open_fence_is_closed_where_prose_begins_and_reported() -> None:
    result = draft("# Knots\n\n```\ntie(rope)\n\n## Bends\n\n- A bend joins two ropes together\n")
    assert [t.title for t in result.topics] == ["Knots", "Bends"]
    assert [(w.code, w.line) for w in result.warnings] == [("fence_open", 3)]


def test_a_second_opening_line_closes_the_first_fence() -> None:
    assert kinds("```\none\n\n```sh\ntwo\n```\nText after it.\n") == ["code", "code", "paragraph"]


def test_pipe_tables_with_and_without_header() -> None:
    with_header, without = (
        blocks("| Sail | Area |\n| --- | ---: |\n| Jib | 20 |\n").blocks[0],
        blocks("| Jib | 20 |\n| Main | 35 |\n").blocks[0],
    )
    assert with_header.rows == (("Sail", "Area"), ("Jib", "20")) and with_header.header
    assert without.rows == (("Jib", "20"), ("Main", "35")) and not without.header


def test_tab_tables_keep_empty_cells_and_line_numbers() -> None:
    table = blocks("Intro to it.\n\n\tJib\tMain\nArea\t20\t35\nSpare\t\tyes\n").blocks[1]
    assert table.rows == (("", "Jib", "Main"), ("Area", "20", "35"), ("Spare", "", "yes"))
    assert (table.line_from, table.line_to, table.header) == (3, 5, True)


def test_what_is_left_out_is_left_out_with_a_reason() -> None:
    text = (
        "# Tides\n\n- [Low](#low)\n- [High](#high)\n- [Spring](#spring)\n\n![chart](a.png)\n\n<!-- later -->\n"
        "<div align=center>\n\nThe sea rises.\n\n[Back to top](#tides)\n"
    )
    found = blocks(text)
    assert [(d.line_from, d.line_to, d.reason) for d in found.discarded] == [
        (3, 5, "table of contents"),
        (7, 7, "picture"),
        (9, 9, "comment"),
        (10, 10, "markup without text"),
        (14, 14, "navigation"),
    ]
    assert balanced(found)


def test_exporter_marks_and_running_heads_are_furniture() -> None:
    pages = "".join(
        f"<!-- Slide number: {n} -->\nSail – Part {n}\n\n- The {n}. sail is hoisted by hand\n\nHarbour School 2031\n\n{n}\n\n"
        for n in range(1, 13)
    )
    found = blocks(pages)
    reasons = {d.reason for d in found.discarded}
    assert reasons == {"exporter mark", "page furniture"} and balanced(found)
    assert sum(b.kind == "heading" for b in found.blocks) == 12


def test_line_ends_byte_order_mark_and_hard_spaces() -> None:
    assert kinds("\ufeff# Sea\r\n\r\n-\u00a0Salt\r\n\u00a0\u00a0- Much of it\r\n") == [
        "heading",
        "item",
        "item",
    ]
    assert items("-\u00a0Salt\r\n\u00a0\u00a0- Much\r\n") == [(0, "Salt"), (1, "Much")]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("# A\n\n- b\n- c\n", Dialect.NOTES),
        ("A – B\n\n- c\n- d\n- e\n\nF – G\n\n- h\n", Dialect.SLIDES),
        ("# A\n\nSee [[B]] and [[C|c]].\n\n[[D]]\n", Dialect.VAULT),
        (
            "Q: Which sea is salty?\nA: All of them.\n\nQ: Why is that?\nA: Rivers bring salt.\n",
            Dialect.QUESTIONS,
        ),
        ("---\ntitle: A\ndomain: 2\n---\n# A\n", Dialect.COURSE),
    ],
)
def test_the_vote_on_the_dialect(text: str, dialect: Dialect) -> None:
    assert scan("a.md", text).dialect == dialect


def test_blocks_name_their_lines_and_parents() -> None:
    found = blocks("# Sea\n\n- Waves\n  - Swell\n\n    Long and slow.\n").blocks
    assert [(b.kind, b.line_from, b.parent, b.depth) for b in found] == [
        ("heading", 1, None, 1),
        ("item", 3, 0, 0),
        ("item", 4, 1, 1),
        ("paragraph", 6, 2, 2),
    ]


def test_a_form_feed_opens_a_page_even_after_a_bullet() -> None:
    text = "".join(
        f"\x0cSail trim {n}\n- Ease the sheet by {n} hand widths\n- Watch the telltales\n"
        for n in range(1, 7)
    )
    found = blocks(text, "deck.txt")
    assert [b.line_from for b in found.blocks if b.kind == BlockKind.HEADING] == [1, 4, 7, 10, 13, 16]


def test_a_paragraph_that_never_ends_is_cut_and_stays_whole() -> None:
    found = blocks("word word\n" * 5_000)
    assert len(found.blocks) > 1 and all(len(b.text) < 7_000 for b in found.blocks)
    assert found.in_blocks == 5_000


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(" " * 4 * n + f"- level {n}" for n in range(300)),
        "\n".join(">" * n + " deep" for n in range(300)),
        "```\n\n" * 2_000,
        "<!-- open\n" * 2_000,
        "<details>\n" * 2_000,
        "Which?\n" + "- [ ] a\n" * 5_000,
    ],
    ids=["list", "quote", "fence", "comment", "details", "options"],
)
def test_deep_and_unclosed_things_are_read_to_the_end(text: str) -> None:
    result = draft(f"# Sea\n\nThe sea is wide.\n\n{text}\n")
    assert not result.errors and balanced(result.sources[0])
    assert all(b.depth <= 12 for b in result.sources[0].blocks)


def test_a_list_deeper_than_the_limit_is_flattened_and_told() -> None:
    result = draft("\n".join(" " * 4 * n + f"- level number {n}" for n in range(30)))
    assert [(w.code, w.line > 1, f"line {w.line}" in w.message) for w in result.warnings] == [
        ("nesting", True, True)
    ]
    assert result.sources[0].in_blocks == 30
