"""What is left out line by line: marks of exporters and site generators, pictures, comments, markup without text.

Everything left out stands in the discard list with its reason, and a person can take it back.
"""

from __future__ import annotations

import re

from content.ingest.blocks import furniture
from content.ingest.blocks.cursor import Cursor
from content.ingest.blocks.headings import html_heading
from content.ingest.blocks.lines import Line, too_much
from content.ingest.blocks.lists import Marker
from content.ingest.blocks.tables import MAX_COLUMNS, MAX_HTML, MAX_HTML_LINES, too_large
from content.ingest.blocks.working import Raw
from content.ingest.markup import TAG, is_picture, plain
from content.ingest.model import BlockKind

_ID = re.compile(r"<!--\s{0,5}id:\s{0,5}([A-Za-z0-9][\w:.-]{0,80})\s{0,5}-->\s*$")
_BLOCK_ID = re.compile(r"\^[A-Za-z0-9][\w-]{0,80}$")
_TAGS = re.compile(r"#[^\W\d][\w/-]{0,60}(?:[ ,]{1,3}#[^\W\d][\w/-]{0,60}){1,40}$")
_LINK = re.compile(
    r"\[([^\[\]^\n][^\[\]\n]{0,200})\]:[ \t]{1,20}<?([^\s<>]{0,1000}[/.#:][^\s<>]{0,1000})>?"
    r"(?:[ \t]{1,5}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|\([^()\n]{0,300}\)))?$"
)
_LIST_ITEM = re.compile(r"<li(?:\s[^<>\n]{0,200})?>(.*?)(?:</li\s{0,5}>\s*)?$", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
MAX_LINKS = 5_000
MAX_RAW_LINES = 2_000  # lines of one `<pre>`
MAX_PICTURE_LINES = 400  # lines of text that an exporter found in one picture


def left_out(c: Cursor, line: Line) -> int | None:
    """Leave a line out when it teaches nothing."""
    text, first = line.text, line.text[0]
    if len(line.raw) > 400 and (reason := too_much(line.raw)):
        return _too_much(c, line, reason)
    if line.no in c.repeated:
        return c.discard("page furniture")
    if first in "<*=-I(O" and furniture.exporter_mark(text):
        return _exported(c, text)
    if first in "pP" and not c.paged and furniture.page_of(text):
        return c.discard("page furniture")
    if c.paged and line.indent <= 3 and first != "#" and furniture.page_mark(text):
        return c.discard("page furniture")
    if first == "<":
        return _html(c, line)
    if (first in "[{*-" and furniture.contents_mark(text)) or (
        first in "{:%\\hwI" and furniture.template_mark(text)
    ):
        return c.discard("template mark")
    if first in "![" and is_picture(text):
        return c.discard("picture")
    if first in "[!?%^#:":
        return _marked(c, line)
    return None


def _too_much(c: Cursor, line: Line, reason: str) -> int:
    c.page.discard([line.no], "line too long to read")
    c.page.warn(
        line.no,
        "line_too_long",
        f"{c.page.path}, line {line.no} was left out: {reason}. Break it into shorter lines.",
    )
    return c.at + 1


def _exported(c: Cursor, text: str) -> int:
    """An exporter's mark; the words that it found in a picture go with the picture."""
    if furniture.picture_text(text) and (end := c.find_end("end of picture text", MAX_PICTURE_LINES)):
        return c.discard("text of a picture", end - c.at + 1)
    return c.discard("exporter mark")


def _marked(c: Cursor, line: Line) -> int | None:
    """Boxes, comments, definitions of links, identifiers and tags, as note-taking programs write them."""
    text = line.text
    if (title := furniture.box_title(text)) is not None:
        return _box(c, line, title)
    if text.startswith("%%"):
        end = c.find_end("%%") if text.count("%%") >= 2 else _closing_percent(c)
        return None if end is None else c.discard("comment", end - c.at + 1)
    if text[0] == "[" and (match := _LINK.match(text)):
        if len(c.links) < MAX_LINKS:
            c.links.setdefault(match.group(1).casefold(), match.group(2))
        elif not c.page.told.get("links"):
            message = f"only the first {MAX_LINKS:,} definitions of links were used; part the file into smaller ones."
            c.page.warn(line.no, "links", f"{c.page.path}, line {line.no}: {message}")
        return c.discard("link definition")
    if text[0] == "^" and _BLOCK_ID.match(text):
        before = c.page.raws[-1] if c.page.raws else None
        if before is None or before.kind not in (BlockKind.ITEM, BlockKind.PARAGRAPH):
            return c.discard("identifier of nothing")
        before.text, c.open = f"{before.text} {text}", None
        before.own.append(line.no)
        return c.at + 1
    if text[0] == "#" and _TAGS.match(text):
        return c.discard("tags")
    return None


def _closing_percent(c: Cursor) -> int | None:
    """Index of the line that ends a comment between lines of `%%`."""
    for index in range(c.at + 1, min(len(c.lines), c.at + MAX_PICTURE_LINES)):
        if "%%" in c.lines[index].text:
            return index
    return None


def _box(c: Cursor, line: Line, title: str) -> int:
    """A note, tip or warning: its mark is left out, its own title is text, and what it holds is text too."""
    c.admonished = line.text[0] in "!?" and line.quote == 0
    if not plain(title):
        c.open = None
        return c.discard("template mark")
    inside = c.inside(line)
    if not inside:
        c.close()
    c.open = None
    c.add(Raw(BlockKind.PARAGRAPH, [line.no], title, depth=inside, quoted=line.quote > 0, inside=inside > 0))
    return c.at + 1


# -- HTML --------------------------------------------------------------------------------------------------------


def _html(c: Cursor, line: Line) -> int | None:
    text = line.text
    if match := _ID.match(text):
        c.open = None
        c.add(Raw(BlockKind.ANCHOR, [line.no], match.group(1), info=match.group(1)))
        return c.at + 1
    if text.startswith("<!--"):
        return c.discard("comment", _comment_end(c) - c.at + 1)
    tag = text[:8].lower()
    if tag.startswith("<table") and (after := _table(c, line)):
        return after
    if tag.startswith("<pre") and (after := _preformatted(c, line)):
        return after
    if tag.startswith("<h") and (after := html_heading(c, line)):
        return after
    if tag.startswith("<li") and (match := _LIST_ITEM.match(text)) and plain(match.group(1)):
        return _item(c, line, Marker("-", match.group(1).strip()))
    if (match := _HIDDEN.match(text)) and (end := c.find_end(f"</{match.group(1).lower()}", MAX_RAW_LINES)):
        return c.discard("markup without text", end - c.at + 1)
    if furniture.only_tags(text) and not tag.startswith("<details"):
        return c.discard("markup without text")
    return None


def _item(c: Cursor, line: Line, mark: Marker) -> int:
    depth = c.nesting.place(line.indent, None, line.no)
    raw = Raw(BlockKind.ITEM, [line.no], mark.text, depth=depth, info=mark.sign, quoted=line.quote > 0)
    raw.indent = line.indent
    c.open = c.add(raw) if "</li" not in line.text.lower() else None
    if c.open is None:
        c.add(raw)
    return c.at + 1


def _table(c: Cursor, line: Line) -> int | None:
    if (found := c.html_tables.find(c.at)) is None:
        _large_table(c, line)
        return None
    c.close()
    raw = Raw(BlockKind.TABLE, c.own(found.end), rows=found.rows, header=found.header, quoted=line.quote > 0)
    raw.text = "\n".join(" | ".join(row) for row in found.rows)
    raw.info = " ".join(str(c.lines[c.at + begin].no) for begin in found.begins)
    c.add(raw)
    if found.columns > MAX_COLUMNS:
        too_large(c.page, line.no, found.columns)
    return found.end + 1


def _large_table(c: Cursor, line: Line) -> None:
    end = c.find_end("</table")
    if end is None or end in c.sized:
        return
    c.sized.add(end)
    size = (
        sum(len(row.text) + 1 for row in c.lines[c.at : end + 1])
        if end - c.at <= MAX_HTML_LINES
        else MAX_HTML + 1
    )
    if size > MAX_HTML:
        c.page.warn(
            line.no,
            "table_large",
            f"{c.page.path}, line {line.no}: the table that starts here is too large, so it was read line by line. "
            "Split it into smaller tables.",
        )


def _preformatted(c: Cursor, line: Line) -> int | None:
    """`<pre>` holds code, whatever it looks like."""
    if (end := c.find_end("</pre", MAX_RAW_LINES)) is None:
        return None
    inside = c.inside(line)
    rows = [TAG.sub("", row.raw.rstrip()) for row in c.lines[c.at : end + 1]]
    text = "\n".join(rows).strip("\n")
    if not text.strip():
        return c.discard("markup without text", end - c.at + 1)
    c.open = None
    c.add(Raw(BlockKind.CODE, c.own(end), text, depth=inside, quoted=line.quote > 0, inside=inside > 0))
    return end + 1


def _comment_end(c: Cursor) -> int:
    """Index of the line that closes the comment; an unclosed one costs its own line."""
    if (end := c.find_end("-->")) is not None:
        return end
    no = c.lines[c.at].no
    c.page.warn(
        no,
        "comment_open",
        f"{c.page.path}, line {no}: the comment that starts here is never closed; only this line was left out. "
        "Close it with --> where it ends.",
    )
    return c.at
