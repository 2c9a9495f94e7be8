"""List items against another reader of Markdown: on ordinary notes both see the same items, nested alike."""

from __future__ import annotations

import re

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from content.ingest.blocks.listing import rows

_TAG = re.compile(r"<(/?)(ul|ol|li)\b(?:[^>]*data-sourcepos=\"(\d+):)?")
Items = list[tuple[int, bool]]  # line, nested


def theirs(text: str) -> Items:
    depth, found = 0, []
    for match in _TAG.finditer(
        cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_SOURCEPOS)
    ):
        close, tag, line = match.groups()
        if tag != "li":
            depth += -1 if close else 1
        elif not close:
            found.append((int(line), depth > 1))
    return found


def ours(text: str) -> Items:
    return [(r.block.line_from, r.block.depth > 0) for r in rows("a.md", text) if r.block.kind == "item"]


@pytest.mark.parametrize(
    "text",
    [
        "- a\n- b\n  - c\n    - d\n- e\n",
        "* a\n\t* b\n\t\t* c\n* d\n",
        "1. a\n   - b\n   - c\n2. d\n",
        "Text right above\n- a\n- b\n",
        "Text\n\n1) a\n2) b\n\nText\n\n- [ ] open\n- [x] done\n",
        "> - a\n>   - b\n> - c\n",
        "- a\n\n  paragraph of a\n\n  - b\n- c\n",
        "- a\n  wrapped\n- b wrapped\n  at the end\n",
        "1. a\n\n   ```sh\n   code\n   ```\n\n   * b\n\n   ```sh\n   code\n   ```\n\n   * c\n2. d\n",
        "- a\n  - b\n  - c\n\n  Paragraph of a:\n\n  - d\n  - e\n- f\n",
        "- a\n  — and wrapped with a dash\n- b\n",
        "# Contents\n\n- [A](#a)\n  - [B](#b)\n- [C](#c)\n\n# A\n\n[top](#a)\n\n- x\n",
        "* ### Title\n  * a\n    * b\n* c\n\n### Other\n\n* d\n  * ### Inner\n  * e\n",
        "-\n- a\n- ![](a.png)\n- b\n",
        "    code\n\n    - more code\n\n- a\n",
        "Modes are:\n\n* a.\nThis asks you.\nTwo are:\n  * b\nwrapped b\n  * c\n* d\n",
        "- a\n\n\n- b\n---\n- c\n",
        "<pre>\n- no item\n</pre>\n\n<!--\n- nor this\n-->\n\n- a\n",
        "The note of\n3. May is no list\n\n3. but this is\n4. one\n",
    ],
)
def test_ordinary_notes_have_the_same_items(text: str) -> None:
    assert ours(text) == theirs(text)


@st.composite
def notes(draw: st.DrawFn) -> str:
    """Notes as people write them: nested lists of one style, wrapped lines, paragraphs, code and titles between them."""
    parts = []
    for _ in range(draw(st.integers(1, 5))):
        step, sign = draw(st.sampled_from([(2, "-"), (4, "*"), (4, "-"), (3, "1."), (4, "1."), (2, "+")]))
        depth, lines = 0, []
        for at in range(draw(st.integers(1, 8))):
            pad = " " * step * depth
            lines.append(
                f"{pad}{sign} {draw(st.sampled_from(['Rope', 'A knot that holds', '**Bold** term', '[Link](http://e.org)', '`code`']))}"
            )
            match draw(st.integers(0, 9)):
                case 0:
                    lines.append(f"{pad}{' ' * (len(sign) + 1)}wrapped line below")
                case 1:
                    lines += ["", f"{pad}{' ' * (len(sign) + 1)}A paragraph of the item.", ""]
                case 2:
                    inner = f"{pad}{' ' * (len(sign) + 1)}"
                    lines += ["", f"{inner}```", f"{inner}- in code {at}", f"{inner}```", ""]
                case 3:
                    lines.append("")
            depth = draw(st.integers(0, min(depth + 1, 4)))
        parts.append("\n".join(lines))
        parts.append(
            draw(
                st.sampled_from(
                    [
                        "## Title",
                        "A paragraph between.",
                        "---",
                        "```\n- code\n```",
                        "> Quoted words.",
                        "| a | b |\n| - | - |\n| 1 | 2 |",
                    ]
                )
            )
        )
    return "\n\n".join(parts) + "\n"


@settings(max_examples=150, deadline=None, derandomize=True)
@given(notes())
def test_composed_notes_have_the_same_items(text: str) -> None:
    assert ours(text) == theirs(text)


def test_a_wrapped_year_and_double_bullets_are_what_the_author_meant() -> None:
    assert ours("- built before\n2020. And after\n- b\n") == [(1, False), (3, False)]
    assert ours("* a\n*   - b\n* c\n") == [(1, False), (2, True), (3, False)]
    assert ours("• a\n  • b\n") == [(1, False), (2, True)]


def test_a_quoted_list_begins_anew_and_still_belongs_to_the_bullet_above() -> None:
    text = "* Kinds:\n> * a\n>   * b\n> * c\n"
    assert ours(text) == theirs(text) == [(1, False), (2, False), (3, True), (4, False)]
    listed = rows("n.md", text)
    assert [row.block.parent for row in listed] == [None, 0, 1, 0]
