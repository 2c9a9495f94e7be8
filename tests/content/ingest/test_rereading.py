"""Structured notes: their canonical form, read again, has the same topics and the same facts."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from content.ingest.blocks.canonical import document
from content.ingest.model import Dialect, Draft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile

WORDS = st.sampled_from(
    [
        "harbour", "quay", "tide", "the", "a", "of", "is", "are", "must", "ships", "rope", "lamp", "Red", "Green", "North", "12", "3.5",
        "metres", "**beacon**", "`moor --now`", "*slack*", "[chart](https://example.org/c)", "GPS", "I", "A", "1.", "-", "–", "vs",
        "e.g.", "(lower)", "50%", "a_b", "x|y", "<b>wide</b>", "&amp;", "C#", "==bell==", "…", "“old”", "don't", "#", "\\*",
        "http://example.org/a_b", "~~gone~~", "é", "→", "!", "[x]", "{", "}", "$", "@", "/", ":", "Note:", "the [[Pilot]]", "%%", "!!!", "(a)", "b)", "•",
    ]
)  # fmt: skip
SENTENCE = st.lists(WORDS, min_size=1, max_size=9).map(" ".join)
TITLE = st.lists(
    st.sampled_from(["Tides", "Quays", "Lamps", "of", "the", "North", "and", "Ropes", "2"]),
    min_size=1,
    max_size=4,
).map(" ".join)
SIGN = st.sampled_from(["-", "*", "+", "1.", "2)", "•"])


@st.composite
def lists(draw: st.DrawFn) -> str:
    """A nested list: each item at most one level deeper than the one before it."""
    step, sign = draw(st.sampled_from([2, 4])), draw(SIGN)
    depth, lines = 0, []
    for _ in range(draw(st.integers(1, 7))):
        lines.append(f"{' ' * step * depth}{sign} {draw(SENTENCE)}")
        depth = draw(st.integers(0, min(depth + 1, 5)))
    return "\n".join(lines)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A pipe table with a header."""
    width = draw(st.integers(2, 4))
    cell = st.lists(
        st.sampled_from(["low", "high", "12 metres", "**red**", "`a`", "yes", "no", ""]), max_size=2
    ).map(" ".join)
    rows = [["Kind", "Depth", "Light", "Use"][:width], ["---"] * width]
    rows += [[f"Berth {n}", *(draw(cell) for _ in range(width - 1))] for n in range(draw(st.integers(1, 4)))]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


FENCE = st.lists(
    st.sampled_from(["moor --now", "# not a title", "- no item", "", "| a |", "  x: 1"]),
    min_size=1,
    max_size=4,
).map(lambda rows: "```sh\n" + "\n".join(rows) + "\n```")
QUOTE = st.lists(SENTENCE, min_size=1, max_size=3).map(lambda rows: "\n".join(f"> {row}" for row in rows))
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=3).map("\n".join)
PART = st.one_of(PARAGRAPH, lists(), tables(), FENCE, QUOTE, st.just("---"))
SECTION = st.tuples(st.integers(1, 4), TITLE, st.lists(PART, max_size=4)).map(
    lambda one: "\n\n".join([f"{'#' * one[0]} {one[1]}", *one[2]])
)
FRONT = st.sampled_from(
    ["", "---\ntitle: The Harbour\n---\n", "---\ntitle: Sea\ndomain: 2\n---\n", "---\nlayout: page\n---\n"]
)
NOTES = st.tuples(FRONT, st.lists(PART, max_size=2), st.lists(SECTION, min_size=1, max_size=6)).map(
    lambda one: one[0] + "\n\n".join([*one[1], *one[2]]) + "\n"
)


def read(text: str) -> Draft:
    return read_notes([InputFile("harbour.md", text.encode())])


def outline(draft: Draft) -> list[tuple[str, int, int | None]]:
    return [(topic.title, topic.depth, topic.domain) for topic in draft.topics]


def facts(draft: Draft) -> Counter[tuple[str, str]]:
    titles = {topic.key: topic.title for topic in draft.topics}
    return Counter((titles[fact.topic], fact.fingerprint) for fact in draft.facts)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(NOTES)
def test_the_canonical_form_has_the_same_topics_and_facts(text: str) -> None:
    first = read(text)
    if not first.sources:
        return
    vault = first.sources[0].dialect == Dialect.VAULT
    again = read(document(first.sources[0].blocks, first.topics[0].title if vault else ""))
    assert outline(again) == outline(first)
    assert facts(again) == facts(first)
