"""Lines → typed blocks with line numbers. The one pass through a file; nothing here looks back.

`scan` reads a page; `titles` and `sweep` may then still turn blocks into headings or leave them out, before
`working.finish` freezes it. Every rule looks at a bounded neighbourhood, so the cost grows with the number of
lines. The rules stand in `left_out`, `headings` and `block_rules`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from content.ingest.blocks import lists
from content.ingest.blocks.cursor import Cursor
from content.ingest.blocks.dialects import vote
from content.ingest.blocks.headings import decided, heading, rule
from content.ingest.blocks.left_out import left_out
from content.ingest.blocks.lines import Line, measure, split
from content.ingest.blocks.rules import fence, indented, item, paragraph, question, table
from content.ingest.blocks.working import Page, Raw
from content.ingest.choices import LineChoice, LineChoiceKind, decisions
from content.ingest.front_matter import read_front_matter
from content.ingest.model import BlockKind

RULES: tuple[Callable[[Cursor, Line], int | None], ...] = (
    question,
    left_out,
    fence,
    heading,
    rule,
    table,
    item,
    indented,
)
_NOTE = re.compile(r"\[\^[^\[\]\s]{1,60}\]")
_REFERENCE = re.compile(r"(!?)\[([^\[\]\n]{1,300})\](?:\[([^\[\]\n]{0,200})\])?(?![(\[:])")


def scan(path: str, text: str, about: Mapping[str, tuple[LineChoice, ...]] | None = None) -> Page:
    """Read one file's text into a page of raw blocks. `about`: what a person decided about its lines."""
    raw_lines = split(text)
    said: Mapping[int, frozenset[str]] = {}
    if about:
        raw_lines, said = decisions(about, raw_lines)
    every = [measure(no, raw) for no, raw in enumerate(raw_lines, 1)]
    out = {no for no, kinds in said.items() if LineChoiceKind.LEAVE_OUT in kinds}
    lines = [line for line in every if line.no not in out] if out else every
    front = read_front_matter(path, lines)
    page = Page(path, every, vote(lines[front.lines :], front.data), front=front.data, decided=said)
    page.notices.extend(front.notices)
    page.discard(sorted(out), "left out by an instructor")
    if front.lines:
        own = [line.no for line in lines[: front.lines] if line.raw.strip()]
        if front.data or not front.notices:
            page.raws.append(
                Raw(BlockKind.FRONT_MATTER, own, "\n".join(ln.raw for ln in lines[: front.lines]))
            )
        else:
            page.discard(own, "front matter that cannot be read")
    _run(Cursor(page, lines, front.lines))
    return page


def _run(c: Cursor) -> None:
    while c.at < len(c.lines):
        line = c.lines[c.at]
        if line.blank:
            _blank(c, line)
            c.at += 1
        else:
            c.at = _line(c, line)
    if c.page.decided:
        for raw in c.page.raws:
            if LineChoiceKind.TEXT in c.page.decided.get(raw.first, ()):
                raw.decided = "text"
    _mend_links(c)
    if c.nesting.capped:
        c.page.warn(
            c.nesting.capped,
            "nesting",
            f"{c.page.path}, line {c.nesting.capped}: from here a list is deeper than {lists.MAX_DEPTH} "
            "levels; the deeper items were kept at the deepest level. Flatten the list to change that.",
        )


def _blank(c: Cursor, line: Line) -> None:
    if line.raw.strip():  # a bare quote mark, or characters that cannot be seen
        if c.page.raws and line.quote and c.page.raws[-1].last == line.no - 1:
            c.page.raws[-1].own.append(line.no)
        else:
            c.page.discard([line.no], "nothing to read")
    c.open = None


def _line(c: Cursor, line: Line) -> int:
    """Handle the line where the cursor stands; the index to go on from."""
    if c.page.decided and line.no in c.page.decided and (after := decided(c, line)) is not None:
        return after
    for rule_ in RULES:
        if (after := rule_(c, line)) is not None:
            return after
    return paragraph(c, line)


def _mend_links(c: Cursor) -> None:
    """Links that name their address elsewhere get it; marks of footnotes go."""
    for raw in c.page.raws:
        if raw.kind in (BlockKind.CODE, BlockKind.DRILL, BlockKind.QUESTION) or "[" not in raw.text:
            continue
        if "[^" in raw.text:
            raw.text = _NOTE.sub("", raw.text)
            raw.rows = tuple(tuple(_NOTE.sub("", cell) for cell in row) for row in raw.rows)
        if c.links:
            raw.text = _REFERENCE.sub(lambda m: _resolved(m, c.links), raw.text)
            raw.rows = tuple(
                tuple(_REFERENCE.sub(lambda m: _resolved(m, c.links), cell) for cell in row)
                for row in raw.rows
            )


def _resolved(match: re.Match[str], links: dict[str, str]) -> str:
    picture, text, label = match.groups()
    address = links.get((label or text).casefold())
    return f"{picture}[{text}]({address})" if address else match.group(0)
