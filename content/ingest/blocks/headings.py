"""Headings that are marked as such: `#`, underlined, in a bullet, around a link, in HTML."""

from __future__ import annotations

import re

from content.ingest.blocks import lists
from content.ingest.blocks.cursor import Cursor
from content.ingest.blocks.lines import Line
from content.ingest.blocks.working import Raw
from content.ingest.choices import LineChoiceKind
from content.ingest.markup import BOLD, plain
from content.ingest.model import BlockKind

_ATX = re.compile(r"(#{1,6})(?:[ \t]+(.*)|$)")
_TIGHT_ATX = re.compile(r"(#{2,6})([^\s#!].*)")
_LINKED_ATX = re.compile(r"\[\s{0,3}(#{1,6})\s+([^\[\]]{1,200})\]\(([^()\s]{0,500})\)\s*$")
_HTML = re.compile(r"<h([1-6])(?:\s[^<>\n]{0,300})?>(.{0,2000})</h[1-6]>\s*$", re.IGNORECASE)
_RULE = re.compile(r"(?:-[ \t]{0,3}){3,200}$|(?:\*[ \t]{0,3}){3,200}$|(?:_[ \t]{0,3}){3,200}$")
_UNDERLINE = re.compile(r"(={3,200}|-{3,200})\s*$")
_CLOSING = re.compile(r"(?:^|[ \t])#{1,50}\s*$")
_SENTENCE_END = re.compile(r"[.!?;,:]['\")\]]?$")


def marked(line: Line, slides: bool) -> tuple[int, str] | None:
    """(depth, title) of a heading with number signs; the title may be empty."""
    text = line.text
    mark = lists.marker(line) if text[0] not in "#[" else None
    if mark is not None:
        text = mark.text
    if not text or text[0] not in "#[":
        return None
    if match := _LINKED_ATX.match(text) or _ATX.match(text):
        pass
    elif mark is not None or slides or not (match := _TIGHT_ATX.match(text)):
        return None
    title = (match.group(2) or "").strip()
    return len(match.group(1)), _CLOSING.sub("", title).strip() if title.endswith("#") else title


def heading(c: Cursor, line: Line) -> int | None:
    """A heading with number signs, also in a bullet."""
    found = marked(line, c.slides)
    return None if found is None else _add(c, line, *found)


def html_heading(c: Cursor, line: Line) -> int | None:
    """`<h2>…</h2>` on one line."""
    match = _HTML.match(line.text)
    return _add(c, line, int(match.group(1)), match.group(2).strip()) if match else None


def _add(c: Cursor, line: Line, depth: int, title: str) -> int:
    if not plain(title):
        return c.discard("heading without text")
    c.close()
    c.add(Raw(BlockKind.HEADING, [line.no], title, depth=depth, quoted=line.quote > 0))
    return c.at + 1


def decided(c: Cursor, line: Line) -> int | None:
    """A line of which a person said that it is a title, or that it is none."""
    kinds = c.page.decided.get(line.no, frozenset())
    found = marked(line, slides=False)
    if LineChoiceKind.TITLE in kinds and c.lines[c.at].text:
        depth, title = found or (0, _bare(line))
        if not plain(title):
            return None
        c.close()
        raw = Raw(BlockKind.HEADING, [line.no], title, depth=depth, quoted=line.quote > 0)
        raw.decided = "title"
        c.add(raw)
        return c.at + 1
    if LineChoiceKind.TEXT in kinds and found is not None and plain(found[1]):
        mark = lists.marker(line)
        raw = Raw(BlockKind.PARAGRAPH, [line.no], found[1], quoted=line.quote > 0, indent=line.indent)
        if mark is not None:
            depth = c.nesting.place(line.indent, mark.ordinal, line.no)
            raw.kind, raw.depth, raw.info = BlockKind.ITEM, depth, mark.sign
        else:
            c.close()
        raw.decided = "text"
        c.open = c.add(raw)
        return c.at + 1
    return None


def _bare(line: Line) -> str:
    """The words of a line that is to be a title: no bullet, no bold signs around it, no colon after it."""
    mark = lists.marker(line)
    text = (mark.text if mark else line.text).strip()
    bold = BOLD.fullmatch(text.rstrip(": "))
    return (bold.group(1) or bold.group(2)) if bold else text.rstrip(":")


def rule(c: Cursor, line: Line) -> int | None:
    """A thematic break, or the underline of the heading above it."""
    if line.text[0] not in "-*_=" or not (_RULE.match(line.text) or _UNDERLINE.match(line.text)):
        return None
    before = c.open
    if before is not None and before.kind == BlockKind.PARAGRAPH and _underlines(c, line, before):
        before.kind, before.depth = BlockKind.HEADING, 1 if line.text[0] == "=" else 2
        before.own.append(line.no)
        c.close()
        return c.at + 1
    c.close()
    c.add(Raw(BlockKind.RULE, [line.no], quoted=line.quote > 0))
    return c.at + 1


def _underlines(c: Cursor, line: Line, before: Raw) -> bool:
    """A setext heading: one short line without sentence punctuation, directly above."""
    return (
        bool(_UNDERLINE.match(line.text))
        and len(before.own) == 1
        and before.last == line.no - 1
        and not before.inside
        and not before.decided
        and LineChoiceKind.TEXT not in c.page.decided.get(before.first, ())
        and len(before.text) <= 100
        and not _SENTENCE_END.search(before.text)
        and bool(plain(before.text))
        and not (c.slides and line.text[0] == "-")
    )
