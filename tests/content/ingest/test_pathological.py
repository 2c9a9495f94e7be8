"""Hostile and monstrous input: read and rendered in no more time than its length deserves, no line lost, no exception."""

from __future__ import annotations

import cProfile

import pytest

from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from content.rendering import inline_html, to_html
from tests.content.ingest.helpers import balanced
from tests.patience import comes_to_an_end

K = 20_000
CASES = {
    "brackets": "[" * K,
    "pictures": "![" * (K // 2),
    "angles": "<" * K,
    "stars and underscores": "*_" * (K // 2),
    "stars and words": "**a*b" * (K // 5),
    "backticks": "`" * K,
    "growing backticks": " ".join("`" * n for n in range(1, 200)),
    "open links": "[a](" * (K // 4),
    "links in links": "[" * 500 + "a" + "]" * 500 + "(x)" * 500,
    "deep list": "\n".join("  " * n + "- x" for n in range(300)),
    "deep numbers": "\n".join("   " * n + "1. x" for n in range(300)),
    "deep quote": ">" * 300 + " x\n" + "\n".join(">" * n + " x" for n in range(300)),
    "wide table": "|" + "a|" * 5000 + "\n|" + "-|" * 5000 + "\n|" + "b|" * 5000,
    "long table": "|a|b|\n|-|-|\n" + "|x|y|\n" * 3000,
    "wide tabs": "a\t" * 5000 + "\n" + "b\t" * 5000,
    "one line": "word " * 200_000,
    "comments that never close": "<!-- x\n" * 4000,
    "comments in a line": "a <!-- b " * 2000,
    "link definitions": "\n".join(f"[l{n}]: http://e.org/{n}" for n in range(5000))
    + "\n\nSee [l1] and [x][l2].",
    "link uses": "[l]: http://e.org/x\n\n" + "\n".join("- see [l] and [x][l]" for _ in range(1500)),
    "carriage returns": "# A\r- b\r- c\r" * 1500,
    "turned text": "- \u2066x\u2069 \u202eabc\n" * 1500,
    "emoji": "- 👩🏽‍🚀 é́́́ x\n" * 1500,
    "combining marks": "- a" + "\u0301" * 15_000,
    "fences": "```\n" * 4000 + "\n".join("`" * n for n in range(3, 203)),
    "details": "<details><summary>What?</summary>\n" * 2000,
    "questions": "Q: what?\n" * 2000,
    "cards": "Q: what?\nA: x\n" * 1500,
    "options": "- [ ] a\n" * 2000,
    "underlines": "a\n===\n" * 2000,
    "rules": "---\n" * 4000,
    "hashes": "#" * K,
    "backslashes": "\\" * K,
    "pipes": "|" * K,
    "equals": "==" * (K // 2) + "\n\n" + "==a== " * 3000,
    "colons": " :: " * 4000,
    "meanings": "a\n: b\n" * 1200,
    "footnotes": "[^1]: x\n" * 2000 + "x[^1]" * 3000,
    "wiki links": "[[a|" * 4000,
    "html tables": "<table><tr><td>a" * 2000,
    "tables in tables": "<table>\n" * 3000 + "</table>\n" * 3000,
    "tags": "<a " * 6000,
    "pre": "<pre>\n" * 4000 + "<script>\n" * 4000,
    "quote marks": "> \n" * 4000 + "> - a\n" * 2000,
    "spaces": " " * K + "x\n" + "\t" * K + "x",
    "long front matter": "---\n" + "a: b\n" * 5000 + "---\nx",
    "front matter that multiplies": "---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\n# T\ntext",
    "deep front matter": "---\na: " + "[" * 5000 + "\n---\nx",
    "addresses": "http://a.b/" * 1500 + "\n" + "http://a.b " * 1500,
    "mixed": "*_`[<!" * 3300,
    "misread numbers": "I 0 l O 1O " * 1800,
    "picture text": "----- Start of picture text -----\n" * 2000,
    "boxes": "> [!note] a\n" * 2000 + "::: note\n" * 2000,
}


@pytest.mark.parametrize("name", CASES)
def test_it_ends_and_loses_nothing(name: str) -> None:
    with comes_to_an_end():
        draft = read_notes([InputFile("a.md", CASES[name].encode())])
        for note in draft.notes:
            to_html(note.markdown)
        for fact in draft.facts[:500]:
            inline_html(fact.text)
    assert all(balanced(source) for source in draft.sources)
    assert [error.code for error in draft.errors if error.code == "unexpected"] == []
    assert draft.sources or (draft.errors and draft.errors[0].message.endswith("."))


@pytest.mark.parametrize(
    "data", [b"\x00" * 50, b"# A\x00\n", b"\xed\xa0\x80 lone surrogate", b"\xff\xfe\x00\xd8", b"\xff\xfe\x00"]
)
def test_what_is_no_text_is_refused_with_a_sentence(data: bytes) -> None:
    [error] = read_notes([InputFile("a.md", data)]).errors
    assert error.code in ("not_text", "not_utf8", "empty", "nothing_to_read")
    assert "a.md" in error.message


def test_the_cost_grows_with_the_length() -> None:
    def calls(times: int) -> int:
        text = (
            "## Ropes\n\n- A bowline **holds** and\n  - does not slip\n\nA [link](http://e.org).\n\n" * times
        )
        counted = cProfile.Profile()
        counted.runcall(read_notes, [InputFile("a.md", text.encode())])
        return sum(entry.callcount for entry in counted.getstats())

    calls(5)  # what is only loaded once
    assert calls(400) < 4 * 1.25 * calls(100)
