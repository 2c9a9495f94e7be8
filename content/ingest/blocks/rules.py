"""What the text of a page is made of: code, questions, tables, list items, paragraphs."""

from __future__ import annotations

import re
from dataclasses import replace

from content.ingest.blocks import furniture, lists, tables
from content.ingest.blocks.cursor import Cursor
from content.ingest.blocks.fences import content
from content.ingest.blocks.lines import Line
from content.ingest.blocks.working import Raw
from content.ingest.markup import BREAK, escape, is_picture, plain
from content.ingest.model import BlockKind
from content.ingest.questions import ready_made

MAX_JOINED = 6_000  # characters that wrapped lines may add up to; then a new paragraph begins
YEAR = 1_000  # a number that opens a wrapped line, not an item
_MEANING = re.compile(r":[ \t]{1,20}(?=\S)")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,60}\]:[ \t]{0,20}")
_HEADS = re.compile(r"(?:\*\*[^*]{1,80}\*\*|__[^_]{1,80}__)[ \t]{0,20}:?$")


# -- code --------------------------------------------------------------------------------------------------------


def fence(c: Cursor, line: Line) -> int | None:
    """Fenced code, or a drill."""
    if line.text[0] not in "`~" or (opening := c.fences.opens(line)) is None:
        return None
    end, closed = c.fences.end(c.at, opening[0])
    body = c.lines[c.at + 1 : end if closed else end + 1]
    own = c.own(end)
    if not closed:
        c.page.warn(
            line.no,
            "fence_open",
            f"{c.page.path}, line {line.no}: the code block that starts "
            f"here is never closed; it was closed after line {own[-1]}. Add the closing line there.",
        )
    info = opening[1]
    drill = info.split(" ")[0].strip("{.}").lower() == "drill"
    text = content(body, line.indent, line.quote)
    if not text.strip() and not drill:
        c.open = None
        return c.discard("empty code block", end - c.at + 1)
    _code(c, line, own, text, BlockKind.DRILL if drill else BlockKind.CODE, info)
    return end + 1


def indented(c: Cursor, line: Line) -> int | None:
    """Four columns in, after a gap, with no list open: code, as Markdown has it."""
    if line.indent < 4:
        c.admonished = False
        return None
    if c.open is not None or c.nesting.open or c.slides or c.admonished:
        return None
    end = at = c.at
    while at + 1 < len(c.lines) and (c.lines[at + 1].indent >= 4 or c.lines[at + 1].blank):
        at += 1
        end = end if c.lines[at].blank else at
    _code(c, line, c.own(end), content(c.lines[c.at : end + 1], 4, line.quote), BlockKind.CODE, "")
    return end + 1


def _code(c: Cursor, line: Line, own: list[int], text: str, kind: str, info: str) -> None:
    inside = c.inside(line)
    c.add(Raw(kind, own, text, depth=inside, info=info, quoted=line.quote > 0, inside=inside > 0))
    c.open = None


# -- questions and tables ----------------------------------------------------------------------------------------


def question(c: Cursor, line: Line) -> int | None:
    """A question that stands ready-made in the notes, or what belongs to one and is set aside."""
    part = c.made.parts.get(c.at)
    if part is None and ready_made.starts(line) and line.no not in c.told:
        c.page.warn(
            line.no,
            "question_open",
            f"{c.page.path}, line {line.no}: a question starts here, but no answer was found below it, so it was read "
            "as text. Write “A:” and the answer on the next line, or mark an option with [x].",
        )
    if part is None or part.end < c.at or c.page.chosen([line.no]):
        return None
    if part.aside:
        c.close()
        return c.discard(part.aside, part.end - c.at + 1)
    if part.found is None:
        return None
    c.close()
    text = "\n".join(ln.text for ln in c.lines[c.at : part.end + 1])
    c.add(Raw(BlockKind.QUESTION, c.own(part.end), text, quoted=line.quote > 0, payload=part.found))
    return part.end + 1


def table(c: Cursor, line: Line) -> int | None:
    """A table with pipes or tabs."""
    if (end := tables.pipe_end(c.lines, c.at)) is not None:
        rows, header, begins = tables.pipe_rows(c.lines[c.at : end + 1])
    elif lists.marker(line) is None and (end := tables.tab_end(c.lines, c.at)) is not None:
        (rows, header), begins = tables.tab_rows(c.lines[c.at : end + 1]), ()
    else:
        return None
    inside = c.inside(line)
    if not inside:
        c.close()
    c.open = None
    wide = tables.widest(c.lines[c.at : end + 1])
    if wide > tables.MAX_COLUMNS:
        tables.too_large(c.page, line.no, wide)
    raw = Raw(BlockKind.TABLE, c.own(end), "\n".join(" | ".join(row) for row in rows), depth=inside)
    raw.rows, raw.header, raw.quoted, raw.inside = rows, header, line.quote > 0, inside > 0
    raw.info = " ".join(str(c.lines[c.at + begin].no) for begin in begins)
    c.add(raw)
    return end + 1


# -- lists -------------------------------------------------------------------------------------------------------


def item(c: Cursor, line: Line) -> int | None:
    """A list item, at its depth."""
    mark = lists.marker(line) or _lettered(c, line)
    if mark is None or _wraps(c, line, mark):
        return None
    indent = line.indent
    if mark.text[:3] in ("```", "~~~") and (after := _fenced_item(c, line, mark)) is not None:
        return after
    if not plain(mark.text):
        _shift(c, line)
        depth = c.nesting.place(indent + c.shift, mark.ordinal, line.no)
        reason = "picture" if mark.text and is_picture(mark.text) else "empty bullet"
        bare = Raw(BlockKind.ITEM, [line.no], mark.text, depth=depth, info=mark.sign, quoted=line.quote > 0)
        if not c.page.chosen(bare.own):
            c.page.left.append((bare, reason))
        return c.discard(reason)
    inner = lists.marker(Line(line.no, line.raw, mark.text, indent, line.quote))
    if inner is not None and inner.ordinal is None and plain(inner.text):  # `*   - text`
        indent += 0 if c.slides else len(line.text) - len(mark.text)
        mark = lists.Marker(inner.sign, inner.text)
    _shift(c, line)
    depth = c.nesting.place(indent + c.shift, mark.ordinal, line.no)
    raw = Raw(BlockKind.ITEM, [line.no], mark.text, depth=depth, info=mark.sign, quoted=line.quote > 0)
    raw.indent = line.indent
    c.open = c.add(raw)
    return c.at + 1


def _fenced_item(c: Cursor, line: Line, mark: lists.Marker) -> int | None:
    """An item that is nothing but code: `- ``` `."""
    opening = c.fences.opens(replace(line, text=mark.text))
    if opening is None:
        return None
    end, closed = c.fences.end(c.at, opening[0])
    if not closed:
        return None
    depth = c.nesting.place(line.indent, mark.ordinal, line.no)
    bare = Raw(BlockKind.ITEM, [line.no], "", depth=depth, info=mark.sign, quoted=line.quote > 0)
    c.page.left.append((bare, "empty bullet"))
    indent = line.indent + len(line.text) - len(mark.text)
    text = content(c.lines[c.at + 1 : end], indent, line.quote)
    if not text.strip():
        return c.discard("empty code block", end - c.at + 1)
    c.add(
        Raw(
            BlockKind.CODE,
            c.own(end),
            text,
            depth=depth,
            info=opening[1],
            quoted=line.quote > 0,
            inside=depth > 0,
        )
    )
    c.open = None
    return end + 1


def _wraps(c: Cursor, line: Line, mark: lists.Marker) -> bool:
    """A wrapped sentence whose next line begins like an item: with a year, a number out of turn, a lone dash."""
    before = c.open
    if before is None or c.slides or before.last != line.no - 1:
        return False
    if mark.ordinal is not None:
        if mark.ordinal >= YEAR:
            return True
        bare = before.kind == BlockKind.PARAGRAPH and not before.inside and not c.nesting.open
        return bare and mark.ordinal > 1 and not before.text.endswith(":") and not _next_in_row(c, mark)
    if mark.sign not in "–—" or before.info == mark.sign or before.text.endswith(":"):
        return False
    after = c.after()
    return mark.text[:1].islower() and not (after is not None and after.text.startswith(mark.sign))


def _next_in_row(c: Cursor, mark: lists.Marker) -> bool:
    """The next number of a list stands right below."""
    after = c.after()
    found = lists.marker(after) if after is not None and after.text else None
    return found is not None and found.ordinal is not None and found.ordinal == (mark.ordinal or 0) + 1


def _lettered(c: Cursor, line: Line) -> lists.Marker | None:
    """`a) text` is an item when it continues a list or a lettered run."""
    mark = lists.lettered(line)
    if mark is None:
        return None
    near = c.open is not None and c.open.kind == BlockKind.ITEM
    after = c.after()
    return mark if near or (after is not None and lists.lettered(after)) else None


def _shift(c: Cursor, line: Line) -> None:
    """A quoted list directly under an unquoted bullet is nested below it."""
    before = c.open
    if line.quote == 0:
        c.shift = 0
    elif before is not None and before.kind == BlockKind.ITEM and not before.quoted and c.nesting.open:
        c.shift = c.nesting.open[-1][0] + 2 - line.indent


# -- paragraphs --------------------------------------------------------------------------------------------------


def paragraph(c: Cursor, line: Line) -> int:
    """Everything else: text that continues what is open, or begins anew."""
    before, text = c.open, line.text
    if text[0] == "<" and furniture.only_tags(text):
        return c.discard("markup without text")
    if text[0] == ":" and (meaning := _MEANING.match(text)) and _defines(c, line, text[meaning.end() :]):
        return c.at + 1
    if text[0] == "[" and (note := _FOOTNOTE.match(text)):
        text, before = text[note.end() :], None
        if not plain(text):
            return c.discard("empty footnote")
    if before is not None and _continues(c, line, before):
        joint = "\n" if BREAK.search(before.text[-12:]) or before.text.endswith("\\") else " "
        before.text = f"{before.text.rstrip(chr(92)).rstrip()}{joint}{text}"
        before.own.append(line.no)
        return c.at + 1
    inside = c.inside(line) or _between_items(c, line)
    if not inside:
        c.close()
    raw = Raw(BlockKind.PARAGRAPH, [line.no], text, depth=inside, quoted=line.quote > 0, inside=inside > 0)
    raw.indent = line.indent
    c.open = c.add(raw)
    return c.at + 1


def _defines(c: Cursor, line: Line, meaning: str) -> bool:
    """`: meaning` below its term: one statement that names the term. Each further meaning is one more."""
    before = c.page.raws[-1] if c.page.raws else None
    if before is None or before.kind != BlockKind.PARAGRAPH or c.slides or before.last < line.no - 2:
        return False
    if before.info == "definition":
        term = plain(before.text.partition("**: ")[0])
        c.open = c.add(replace(before, own=[line.no], text=f"**{term}**: {meaning}"))
        return True
    term = plain(before.text)
    if len(before.own) != 1 or not term or len(term) > 100 or term[-1] in ".:;?!,":
        return False
    before.text, before.info = f"**{escape(term)}**: {meaning}", "definition"
    before.own.append(line.no)
    c.open = before
    return True


def _continues(c: Cursor, line: Line, before: Raw) -> bool:
    """A wrapped line goes on with the sentence above it."""
    if "\x0c" in line.raw or " :: " in line.text:  # a new page, or a card a line
        return False
    if len(before.text) > MAX_JOINED or (before.kind == BlockKind.PARAGRAPH and " :: " in before.text[:400]):
        return False
    if before.kind == BlockKind.PARAGRAPH and before.quoted != (line.quote > 0):
        return False
    if before.kind == BlockKind.ITEM and c.slides:
        return True
    if before.kind == BlockKind.ITEM:
        announces = (
            line.text.endswith(":") and line.indent <= before.indent and _items_below(c) <= before.indent
        )
        starts_anew = line.text[0].isupper() and line.indent < before.indent
        return not (announces or starts_anew or _heads(c, line, before))
    return not (c.slides and before.kind == BlockKind.PARAGRAPH and _new_label(line, before))


def _heads(c: Cursor, line: Line, before: Raw) -> bool:
    """A line that is bold and nothing else, no deeper than the bullet above it: it names the list that follows."""
    if line.text[0] not in "*_" or line.indent > before.indent or not _HEADS.match(line.text):
        return False
    after = c.after()
    announces = after is not None and (after.blank or lists.marker(after) is not None)
    return announces and before.text.count("**") % 2 == 0


def _between_items(c: Cursor, line: Line) -> int:
    """How deep a line stands that parts two nested items without ending their list; 0 when it ends it."""
    before = c.open
    if (
        before is None
        or before.kind != BlockKind.ITEM
        or not before.depth
        or c.slides
        or line.text.endswith(":")
    ):
        return 0
    if _items_below(c) < before.indent:
        return 0
    del c.nesting.open[before.depth :]
    return len(c.nesting.open)


def _items_below(c: Cursor) -> int:
    """Indentation of the list item in the next line, -1 when there is none: what it is nested in is not over."""
    after = c.after()
    return after.indent if after is not None and after.text and lists.marker(after) is not None else -1


def _new_label(line: Line, before: Raw) -> bool:
    """In slides, lines of labels stay apart; only a sentence that plainly goes on is joined."""
    return not (line.text[0].islower() and len(before.text) > 60)
