"""Where the scanner stands in a page: the line, the open list, the text that the next line may continue.

The rules of `left_out`, `headings` and `block_rules` are functions of a cursor and a line. Each answers with the
index to go on from, or with None when the line is none of its business.
"""

from __future__ import annotations

from bisect import bisect_left

from content.ingest.blocks import furniture, lists, tables
from content.ingest.blocks.fences import Fences
from content.ingest.blocks.lines import Line
from content.ingest.blocks.working import Page, Raw
from content.ingest.choices import LineChoiceKind
from content.ingest.markup import escape, plain
from content.ingest.model import BlockKind, Dialect
from content.ingest.questions import ready_made


class Cursor:
    """The state of one pass. `lines`: those that are read, which is all but what a person left out."""

    def __init__(self, page: Page, lines: list[Line], start: int) -> None:
        self.page = page
        self.lines = lines
        self.at = start
        self.fences = Fences(lines)
        self.nesting = lists.Nesting(lists.indent_unit(lines))
        self.slides = page.dialect == Dialect.SLIDES
        self.paged = self.slides or furniture.is_paged(lines)
        self.repeated = furniture.repeated(lines) if self.paged else set()
        self.made = ready_made.read(page.path, lines, start, page.dialect)
        self.open: Raw | None = None  # paragraph or item that the next line may continue
        self.shift = 0  # how far a quoted list is pushed in below the bullet above it
        self.sized: set[int] = set()  # ends of HTML tables whose size is known
        self.html_tables = tables.HtmlTables(lines)
        self.endings: dict[
            str, list[int]
        ] = {}  # ending → indexes of the lines that hold it, once it was asked for
        self.admonished = False  # indented lines are the text of a box, not code
        self.links: dict[str, str] = {}  # label → address, of link definitions
        self.told = {notice.line for notice in self.made.notices}
        for notice in self.made.notices:
            page.warn(notice.line, notice.code, notice.message)

    def add(self, raw: Raw) -> Raw:
        self.page.raws.append(raw)
        return raw

    def close(self) -> None:
        """End the open text and every open list."""
        self.open, self.shift = None, 0
        self.nesting.close()

    def after(self) -> Line | None:
        """The line below."""
        return self.lines[self.at + 1] if self.at + 1 < len(self.lines) else None

    def own(self, end: int) -> list[int]:
        """Numbers of the lines with text from here to index `end`."""
        return [line.no for line in self.lines[self.at : end + 1] if line.raw.strip()]

    def inside(self, line: Line) -> int:
        """How many list items deep the line belongs, closing deeper ones; 0 when it stands in no list."""
        return self.nesting.settle(line.indent)

    def discard(self, reason: str, count: int = 1) -> int:
        """Leave lines out from here on, but for those that a person wants."""
        for line in self.lines[self.at : self.at + count]:
            if self.page.chosen([line.no]):
                self._keep(line)
            else:
                self.page.discarded[line.no] = reason
        return self.at + count

    def _keep(self, line: Line) -> None:
        """A line that the rules would leave out, read as what it looks like."""
        if not line.text:
            return
        mark = lists.marker(line)
        text = furniture.uncommented(mark.text if mark else line.text)
        text = text if plain(text) else escape(text)
        title = LineChoiceKind.TITLE in self.page.decided.get(line.no, ())
        raw = Raw(BlockKind.PARAGRAPH, [line.no], text, quoted=line.quote > 0, indent=line.indent)
        if title:
            raw.kind, raw.decided = BlockKind.HEADING, "title"
            self.close()
        elif mark is not None:
            depth = self.nesting.place(line.indent, mark.ordinal, line.no)
            raw.kind, raw.depth, raw.info = BlockKind.ITEM, depth, mark.sign
        self.open = None
        self.add(raw)

    def find_end(self, ending: str, limit: int = 0) -> int | None:
        """Index of the first line from here, among the next `limit`, that holds `ending` (lower case)."""
        if (places := self.endings.get(ending)) is None:
            places = [at for at, line in enumerate(self.lines) if ending in line.raw.lower()]
            self.endings[ending] = places
        found = bisect_left(places, self.at)
        if found == len(places) or (limit and places[found] - self.at > limit):
            return None
        return places[found]
