"""Any text at all: reading ends, loses no line, and reads its own canonical form the same way."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from content.ingest.blocks.canonical import document
from content.ingest.blocks.lines import split
from content.ingest.choices import Choices, LineChoice, LineChoiceKind, key_of
from content.ingest.read import read_blocks, read_notes
from content.ingest.reading import InputFile
from tests.content.ingest.helpers import balanced

PIECES = st.sampled_from(
    [
        "# ", "## ", "- ", " - ", "    - ", "* ### ", "1. ", " 2. ", "> ", "> * ", "• ", "```", "```sh", "~~~~", "---", "===", "|", " | ",
        "| --- | --- |", "\t", "**", "==", " :: ", "Q: ", "A: ", "- [x] ", "- [ ] ", "<!--", "-->", "<details>", "<summary>", "{#a}",
        " ^b", "<!-- id: c -->", "[", "](#x)", "](http://e.org)", "![", "\\", "`", "_", "&amp;", "&lt;", "(cont.)", "Domain 2", ":", ".",
        "?", "Tide tables", "sea", "Red – Blue", "A vs B", "the", "12", "%", "\u00a0", "\u2028", "\x0c", "\u200b", "é", "[[a|b]]",
        "Table of Contents", "title: x", "```drill", "Answer: B", "A. ", "B) ", "=> ", "<br>", "<div>", "$", "~", "!", "%%", "[!note] ", ":::", "!!! note", ": ", "[^1]:", "[a]: http://e.org", "<pre>", "</pre>", "<li>",
        "<h2>", "</h2>", "\\newpage", "Page 3 of 20", "^a", "\u202e", "\u200d", "&nbsp;", "---\n", "domain: x", "#a #b", "I 0", "1O",
    ]
)  # fmt: skip
LINES = st.lists(PIECES, max_size=7).map("".join)
DOCUMENTS = st.one_of(
    st.text(max_size=300),
    st.text(st.characters(min_codepoint=0, max_codepoint=0xFFFF), max_size=100),
    st.lists(st.one_of(LINES, st.text(max_size=30), st.just("")), max_size=40).map("\n".join),
)


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_no_line_is_lost_and_owners_are_real_lines(text: str) -> None:
    found = read_blocks("any.md", text)
    count = len(split(text))
    assert balanced(found)
    assert found.nonblank == sum(1 for line in split(text) if line.strip())
    for block in found.blocks:
        assert 1 <= block.line_from <= block.line_to <= count
        assert block.parent is None or block.parent < block.index


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_the_canonical_form_has_the_same_outline(text: str) -> None:
    first = read_blocks("any.md", text)
    again = read_blocks("any.md", document(first.blocks))
    before, after = _headings(first.blocks), _headings(again.blocks)
    assert after == before


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, st.lists(st.tuples(st.integers(0, 40), st.sampled_from(LineChoiceKind)), max_size=8))
def test_whatever_a_person_decides_no_line_is_lost(text: str, said: list[tuple[int, LineChoiceKind]]) -> None:
    lines = split(text)
    choices = Choices.of(
        LineChoice("any.md", key_of(lines[at]), kind, "I", "1") for at, kind in said if at < len(lines)
    )
    assert balanced(read_blocks("any.md", text, choices.about("any.md")))
    draft = read_notes([InputFile("any.md", text.encode("utf-8", "replace"))], choices=choices)
    assert not [error for error in draft.errors if error.code == "unexpected"]
    assert all(balanced(source) for source in draft.sources)


def _headings(blocks):
    from content.ingest.markup import split_attributes
    from content.ingest.titles.promoting import clean

    shown = []
    for block in blocks:
        if block.kind == "heading" and block.info != "continued":
            text, anchor, domain = split_attributes(block.text)
            shown.append((block.depth, clean(text) or clean(block.text), anchor, domain))
    return shown


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS)
def test_reading_never_raises_and_every_index_holds(text: str) -> None:
    draft = read_notes(
        [
            InputFile("any.md", text.encode("utf-8", "replace")),
            InputFile("b.md", b"# B\n\nThe sea is wide.\n"),
        ]
    )
    assert any(t.title == "B" for t in draft.topics)
    assert not [e for e in draft.errors if e.code == "unexpected"]
    keys = {t.key for t in draft.topics}
    assert all(t.parent is None or t.parent in keys for t in draft.topics)
    assert all(n.topic in keys for n in draft.notes)
    assert all(f.topic in keys and draft.notes[f.note].topic == f.topic for f in draft.facts)
    assert all(q.topic in keys and q.stem for q in draft.questions)
    assert all(
        source.in_blocks + sum(d.nonblank for d in source.discarded) == source.nonblank
        for source in draft.sources
    )
