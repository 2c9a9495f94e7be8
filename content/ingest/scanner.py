"""Lines → typed blocks with line numbers. The one pass through a file; nothing here looks back.

`scan` reads a page; `titles`, `outline` and `furniture` may then still turn blocks into headings or leave them
out, before `working.finish` freezes it. Every rule looks at a bounded neighbourhood, so the cost grows with the
number of lines.
"""

from __future__ import annotations

import re

from content.ingest import furniture, lists, ready_made, tables
from content.ingest.dialects import vote
from content.ingest.fences import Fences, content
from content.ingest.front_matter import read_front_matter
from content.ingest.lines import Line, measure, split, too_much
from content.ingest.markup import BREAK, is_picture, plain
from content.ingest.model import BlockKind, Dialect
from content.ingest.working import Page, Raw

MAX_JOINED = 6_000  # characters that wrapped lines may add up to; then a new paragraph begins
_ATX = re.compile(r"(#{1,6})(?:[ \t]+(.*)|$)")
_TIGHT_ATX = re.compile(r"(#{2,6})([^\s#!].*)")
_LINKED_ATX = re.compile(r"\[\s{0,3}(#{1,6})\s+([^\[\]]{1,200})\]\(([^()\s]{0,500})\)\s*$")
_RULE = re.compile(r"(?:-[ \t]{0,3}){3,200}$|(?:\*[ \t]{0,3}){3,200}$|(?:_[ \t]{0,3}){3,200}$")
_UNDERLINE = re.compile(r"(={3,200}|-{3,200})\s*$")
_ID = re.compile(r"<!--\s{0,5}id:\s{0,5}([A-Za-z0-9][\w:.-]{0,80})\s{0,5}-->\s*$")
_SENTENCE_END = re.compile(r"[.!?;,:]['\")\]]?$")


def scan(path: str, text: str) -> Page:
    """Read one file's text into a page of raw blocks."""
    raw_lines = split(text)
    lines = [measure(no, raw) for no, raw in enumerate(raw_lines, 1)]
    front, after = read_front_matter(lines)
    page = Page(path, lines, vote(lines[after:], front), front=front)
    if after:
        own = [line.no for line in lines[:after] if line.raw.strip()]
        page.raws.append(Raw(BlockKind.FRONT_MATTER, own, "\n".join(line.raw for line in lines[:after])))
    _Scan(page, after).run()
    return page


class _Scan:
    """The state of one pass: where we are, which list is open, what a paragraph may still gain."""

    def __init__(self, page: Page, start: int) -> None:
        self.page = page
        self.lines = page.lines
        self.at = start
        self.fences = Fences(page.lines)
        self.nesting = lists.Nesting(lists.indent_unit(page.lines))
        self.slides = page.dialect == Dialect.SLIDES
        self.repeated = furniture.repeated(page.lines) if self.slides else set()
        self.open: Raw | None = None  # paragraph or item that the next line may continue
        self.shift = 0  # how far a quoted list is pushed in below the bullet above it
        self.html_tables = tables.HtmlTables(page.lines)
        self.comment_free = -1  # no `-->` at or after this index

    def run(self) -> None:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.blank:
                self._blank(line)
                self.at += 1
            else:
                self.at = self._line(line)
        if self.nesting.capped:
            self.page.warn(
                self.nesting.capped,
                "nesting",
                f"{self.page.path}, line {self.nesting.capped}: from here a list is deeper than {lists.MAX_DEPTH} "
                "levels; the deeper items were kept at the deepest level. Flatten the list to change that.",
            )

    def _blank(self, line: Line) -> None:
        if line.raw.strip():  # a bare quote mark, or characters that cannot be seen
            if self.page.raws and line.quote and self.page.raws[-1].last == line.no - 1:
                self.page.raws[-1].own.append(line.no)
            else:
                self.page.discard([line.no], "nothing to read")
        self.open = None

    def _line(self, line: Line) -> int:
        """Handle the line at `self.at`; the index to go on from."""
        for rule in (
            self._left_out,
            self._fence,
            self._question,
            self._heading,
            self._rule,
            self._table,
            self._item,
            self._indented,
        ):
            after = rule(line)
            if after is not None:
                return after
        return self._paragraph(line)

    def _add(self, raw: Raw) -> Raw:
        self.page.raws.append(raw)
        return raw

    # -- what is left out ------------------------------------------------------------------------------------

    def _left_out(self, line: Line) -> int | None:
        text, no = line.text, line.no
        if reason := too_much(line.raw):
            self.page.discard([no], "line too long to read")
            self.page.warn(
                no,
                "line_too_long",
                f"{self.page.path}, line {no} was left out: {reason}. Break it into shorter lines.",
            )
            return self.at + 1
        if no in self.repeated:
            return self._discard("page furniture")
        first = text[0]
        if first in "<*=" and furniture.exporter_mark(text):
            return self._discard("exporter mark")
        if self.slides and line.indent <= 3 and not text.startswith("#") and furniture.page_mark(text):
            return self._discard("page furniture")
        if first == "<":
            return self._html(line)
        if (first in "[{*-" and furniture.contents_mark(text)) or (
            first in "{:%" and furniture.template_mark(text)
        ):
            return self._discard("template mark")
        if first in "![" and is_picture(text):
            return self._discard("picture")
        return None

    def _discard(self, reason: str, count: int = 1) -> int:
        self.page.discard([line.no for line in self.lines[self.at : self.at + count]], reason)
        return self.at + count

    def _html(self, line: Line) -> int | None:
        if match := _ID.match(line.text):
            self.open = None
            self._add(Raw(BlockKind.ANCHOR, [line.no], match.group(1), info=match.group(1)))
            return self.at + 1
        if line.text.startswith("<!--"):
            end = self._comment_end()
            return self._discard("comment", end - self.at + 1)
        if line.text[:6].lower() == "<table" and (after := self._html_table(line)):
            return after
        if furniture.only_tags(line.text) and not line.text.lower().startswith("<details"):
            return self._discard("markup without text")
        return None

    def _html_table(self, line: Line) -> int | None:
        if (found := self.html_tables.find(self.at)) is None:
            return None
        self._close()
        own = [ln.no for ln in self.lines[self.at : found.end + 1] if ln.raw.strip()]
        raw = Raw(BlockKind.TABLE, own, rows=found.rows, header=found.header, quoted=line.quote > 0)
        raw.text = "\n".join(" | ".join(row) for row in found.rows)
        raw.info = " ".join(str(line.no + begin) for begin in found.begins)
        self._add(raw)
        return found.end + 1

    def _comment_end(self) -> int:
        """Index of the line that closes the comment; an unclosed one costs its own line."""
        if self.comment_free >= 0 and self.at >= self.comment_free:
            return self.at
        for index in range(self.at, len(self.lines)):
            if "-->" in self.lines[index].raw:
                return index
        self.comment_free = self.at
        self.page.warn(
            self.lines[self.at].no,
            "comment_open",
            f"{self.page.path}, line {self.lines[self.at].no}: "
            "the comment that starts here is never closed; only this line was left out.",
        )
        return self.at

    # -- blocks ----------------------------------------------------------------------------------------------

    def _fence(self, line: Line) -> int | None:
        if line.text[0] not in "`~" or (opening := self.fences.opens(line)) is None:
            return None
        end, closed = self.fences.end(self.at, opening[0])
        body = self.lines[self.at + 1 : end if closed else end + 1]
        own = [ln.no for ln in self.lines[self.at : end + 1] if ln.raw.strip()]
        if not closed:
            self.page.warn(
                line.no,
                "fence_open",
                f"{self.page.path}, line {line.no}: the code block that starts "
                f"here is never closed; it was closed after line {own[-1]}. Add the closing line there.",
            )
        info = opening[1]
        kind = BlockKind.DRILL if info.split(" ")[0].strip("{.}").lower() == "drill" else BlockKind.CODE
        self._add(
            Raw(
                kind,
                own,
                content(body, line.indent, line.quote),
                info=info,
                quoted=line.quote > 0,
                inside=self.nesting.holds(line.indent),
            )
        )
        self.open = None
        return end + 1

    def _question(self, line: Line) -> int | None:
        found = ready_made.find(self.lines, self.at)
        if found is None:
            return None
        end, question = found
        own = [ln.no for ln in self.lines[self.at : end + 1] if ln.raw.strip()]
        self._close()
        self._add(
            Raw(
                BlockKind.QUESTION,
                own,
                "\n".join(ln.text for ln in self.lines[self.at : end + 1]),
                quoted=line.quote > 0,
                payload=question,
            )
        )
        return end + 1

    def _heading(self, line: Line) -> int | None:
        text = line.text
        mark = lists.marker(line) if text[0] not in "#[" else None
        if mark is not None:
            text = mark.text
        if not text or text[0] not in "#[":
            return None
        if match := _LINKED_ATX.match(text):
            depth, title = len(match.group(1)), match.group(2)
        elif match := _ATX.match(text):
            depth, title = len(match.group(1)), (match.group(2) or "")
        elif mark is None and not self.slides and (match := _TIGHT_ATX.match(text)):
            depth, title = len(match.group(1)), match.group(2)
        else:
            return None
        title = re.sub(r"(?:^|[ \t])#{1,50}\s*$", "", title.strip()).strip()
        if not plain(title):
            return self._discard("heading without text")
        self._close()
        self._add(Raw(BlockKind.HEADING, [line.no], title, depth=depth, quoted=line.quote > 0))
        return self.at + 1

    def _rule(self, line: Line) -> int | None:
        if line.text[0] not in "-*_=" or not (_RULE.match(line.text) or _UNDERLINE.match(line.text)):
            return None
        before = self.open
        if before is not None and before.kind == BlockKind.PARAGRAPH and self._underlines(line, before):
            before.kind, before.depth = BlockKind.HEADING, 1 if line.text[0] == "=" else 2
            before.own.append(line.no)
            self._close()
            return self.at + 1
        self._close()
        self._add(Raw(BlockKind.RULE, [line.no], quoted=line.quote > 0))
        return self.at + 1

    def _underlines(self, line: Line, before: Raw) -> bool:
        """A setext heading: one short line without sentence punctuation, directly above."""
        return (
            bool(_UNDERLINE.match(line.text))
            and len(before.own) == 1
            and before.last == line.no - 1
            and not before.inside
            and len(before.text) <= 100
            and not _SENTENCE_END.search(before.text)
            and bool(plain(before.text))
            and not (self.slides and line.text[0] == "-")
        )

    def _table(self, line: Line) -> int | None:
        if (end := tables.pipe_end(self.lines, self.at)) is not None:
            rows, header = tables.pipe_rows(self.lines[self.at : end + 1])
        elif lists.marker(line) is None and (end := tables.tab_end(self.lines, self.at)) is not None:
            rows, header = tables.tab_rows(self.lines[self.at : end + 1])
        else:
            return None
        own = [ln.no for ln in self.lines[self.at : end + 1]]
        inside = self.nesting.holds(line.indent)
        if not inside:
            self._close()
        self.open = None
        text = "\n".join(" | ".join(row) for row in rows)
        self._add(
            Raw(BlockKind.TABLE, own, text, rows=rows, header=header, quoted=line.quote > 0, inside=inside)
        )
        return end + 1

    def _item(self, line: Line) -> int | None:
        mark = lists.marker(line) or self._lettered(line)
        if mark is None:
            return None
        if not plain(mark.text):
            if mark.text and is_picture(mark.text):
                return self._discard("picture")
            return self._discard("empty bullet")
        inner = lists.marker(Line(line.no, line.raw, mark.text, line.indent, line.quote))
        if inner is not None and inner.ordinal is None and plain(inner.text):  # `*   - text`
            mark = lists.Marker(inner.sign, inner.text)
        self._shift(line)
        depth = self.nesting.place(line.indent + self.shift, mark.ordinal, line.no)
        self.open = self._add(
            Raw(
                BlockKind.ITEM,
                [line.no],
                mark.text,
                depth=depth,
                info=mark.sign,
                quoted=line.quote > 0,
                indent=line.indent,
            )
        )
        return self.at + 1

    def _lettered(self, line: Line) -> lists.Marker | None:
        """`a) text` is an item when it continues a list or a lettered run."""
        mark = lists.lettered(line)
        if mark is None:
            return None
        near = self.open is not None and self.open.kind == BlockKind.ITEM
        after = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else None
        return mark if near or (after is not None and lists.lettered(after)) else None

    def _shift(self, line: Line) -> None:
        """A quoted list directly under an unquoted bullet is nested below it."""
        before = self.open
        if line.quote == 0:
            self.shift = 0
        elif before is not None and before.kind == BlockKind.ITEM and not before.quoted and self.nesting.open:
            self.shift = self.nesting.open[-1][0] + 2 - line.indent

    def _indented(self, line: Line) -> int | None:
        """Four columns in, after a gap, with no list open: code, as Markdown has it."""
        if line.indent < 4 or self.open is not None or self.nesting.open or self.slides:
            return None
        end = self.at
        while end + 1 < len(self.lines) and self.lines[end + 1].indent >= 4 and not self.lines[end + 1].blank:
            end += 1
        own = [ln.no for ln in self.lines[self.at : end + 1]]
        self._add(
            Raw(
                BlockKind.CODE,
                own,
                content(self.lines[self.at : end + 1], 4, line.quote),
                quoted=line.quote > 0,
            )
        )
        return end + 1

    def _paragraph(self, line: Line) -> int:
        before = self.open
        if before is not None and self._continues(line, before):
            joint = "\n" if BREAK.search(before.text[-12:]) or before.text.endswith("\\") else " "
            before.text = f"{before.text.rstrip(chr(92)).rstrip()}{joint}{line.text}"
            before.own.append(line.no)
            return self.at + 1
        inside = self.nesting.holds(line.indent)
        if not inside:
            self._close()
        self.open = self._add(
            Raw(
                BlockKind.PARAGRAPH,
                [line.no],
                line.text,
                quoted=line.quote > 0,
                indent=line.indent,
                inside=inside,
            )
        )
        return self.at + 1

    def _continues(self, line: Line, before: Raw) -> bool:
        """A wrapped line goes on with the sentence above it."""
        if "\x0c" in line.raw or " :: " in line.text:  # a new page, or a card a line
            return False
        if len(before.text) > MAX_JOINED or (
            before.kind == BlockKind.PARAGRAPH and " :: " in before.text[:400]
        ):
            return False
        if before.kind == BlockKind.PARAGRAPH and before.quoted != (line.quote > 0):
            return False
        if before.kind == BlockKind.ITEM and self.slides:
            return True
        if before.kind == BlockKind.ITEM:
            announces = line.text.endswith(":") and line.indent <= before.indent
            starts_anew = line.text[0].isupper() and line.indent < before.indent
            return not (announces or starts_anew)
        return not (self.slides and before.kind == BlockKind.PARAGRAPH and self._new_label(line, before))

    def _new_label(self, line: Line, before: Raw) -> bool:
        """In slides, lines of labels stay apart; only a sentence that plainly goes on is joined."""
        return not (line.text[0].islower() and len(before.text) > 60)

    def _close(self) -> None:
        self.open, self.shift = None, 0
        self.nesting.close()
