"""Tables as people write them: with pipes, with tabs (as slide exporters leave them), in HTML; some without header."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import ClassVar

from content.ingest.blocks.lines import Line, too_much
from content.ingest.blocks.working import Page

_DELIMITER = re.compile(r"\|?\s{0,20}:?-{1,200}:?\s{0,20}(?:\|\s{0,20}:?-{1,200}:?\s{0,20}){0,60}\|?\s*$")
_CELL_END = re.compile(r"(?<!\\)\|")
_NUMBER = re.compile(r"[$€£<>≥≤~]?\s?\d[\d,.]*\s?%?$")
_TITLE = re.compile(r"[A-Z][a-z]+(?: [A-Za-z]+){0,3}")
MAX_COLUMNS = 60
MAX_HTML = 200_000  # characters of one HTML table
MAX_HTML_LINES = 5_000
MAX_BROKEN = 6  # lines that one cell of a pipe table may be broken into

Rows = tuple[tuple[str, ...], ...]


def is_delimiter(text: str) -> bool:
    """A row of dashes under a header."""
    return "-" in text and "|" in text and bool(_DELIMITER.match(text))


def cells(text: str) -> tuple[str, ...]:
    """Cells of a pipe row."""
    text = text.strip()
    text = text.removeprefix("|")
    text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL_END.split(text)[:MAX_COLUMNS])


def widest(lines: list[Line]) -> int:
    """Columns of the widest row, counted only when there are too many."""
    return max(max(line.text.count("|") - 1, line.text.count("\t") + 1) for line in lines)


def too_large(page: Page, line: int, columns: int) -> None:
    """Say that a table was cut."""
    page.warn(
        line,
        "table_wide",
        f"{page.path}, line {line}: the table has {columns:,} columns; the first {MAX_COLUMNS} were read. "
        "Split it into narrower tables.",
    )


def pipe_end(lines: list[Line], start: int) -> int | None:
    """Index of the last row of a pipe table that starts at index `start`, or None."""
    first = lines[start]
    if "|" not in first.text:
        return None
    after = lines[start + 1] if start + 1 < len(lines) else None
    framed = first.text.startswith("|") and first.text.endswith("|") and len(first.text) > 2
    headed = after is not None and is_delimiter(after.text)
    if not headed and not (framed and after is not None and after.text.startswith("|")):
        return None
    at = start + (1 if headed else 0)
    while at + 1 < len(lines) and lines[at + 1].quote == first.quote:
        if headed and at > start + 1 and _begins_anew(lines, at):
            break
        if "|" in lines[at + 1].text:
            at += 1
        elif framed and at > start + 1 and (end := _broken_cell(lines, at)) is not None:
            at = end
        else:
            break
    return at


def _begins_anew(lines: list[Line], at: int) -> bool:
    """Below the row at index `at` stands the header of another table, with its own row of dashes."""
    if at + 2 >= len(lines) or not is_delimiter(lines[at + 2].text) or is_delimiter(lines[at].text):
        return False
    header = lines[at + 1].text
    return "|" in header and all(cell and not _NUMBER.match(cell) for cell in cells(header)[1:])


def _open_row(text: str) -> bool:
    return text.startswith("|") and not text.endswith("|")


def _ends_row(text: str) -> bool:
    """The rest of a row that began in a line above: it ends with a pipe, or its cell goes on."""
    return not text.startswith("|") and (text.endswith("|") or "|" not in text)


def _broken_cell(lines: list[Line], at: int) -> int | None:
    """Index of the line that ends a row whose cell holds line ends, when the row at index `at` is one."""
    if not _open_row(lines[at].text):
        return None
    for index in range(at + 1, min(at + 1 + MAX_BROKEN, len(lines))):
        text = lines[index].text
        if "|" in text:
            return index if text.endswith("|") and not text.startswith("|") else None
        if not text or text[0] in "#`~":
            return None
    return None


def pipe_rows(lines: list[Line]) -> tuple[Rows, bool, tuple[int, ...]]:
    """Rows of a pipe table without the delimiter row, whether the first one is a header, and where each begins.

    The last is empty when there is a row a line, as there should be; else it counts from the first line.
    """
    headed = len(lines) > 1 and is_delimiter(lines[1].text)
    framed = lines[0].text.startswith("|") and lines[0].text.endswith("|")
    texts: list[str] = []
    begins: list[int] = []
    for at, line in enumerate(lines):
        if is_delimiter(line.text):
            continue
        if framed and len(texts) > 1 and _open_row(texts[-1]) and _ends_row(line.text):
            texts[-1] = f"{texts[-1]} {line.text}"  # an exporter left the line ends of a cell
        else:
            texts.append(line.text)
            begins.append(at)
    rows = [cells(text) for text in texts]
    odd = len(rows) + headed != len(lines)
    if headed and len(rows) > 1 and not re.search(r"\w", "".join(rows[0])):
        rows, begins, headed, odd = (
            rows[1:],
            begins[1:],
            False,
            True,
        )  # a header only because there has to be one
    return _even(rows), headed or _reads_as_header(rows), tuple(begins) if odd else ()


def has_tabs(line: Line) -> bool:
    """Holds at least two cells parted by a tab."""
    return (
        "\t" in line.text
        and bool(line.text.strip("\t "))
        and (
            line.text.startswith("\t")
            or len([c for c in line.text.split("\t") if c.strip()]) >= 2
            or line.raw.rstrip("\r\n").endswith("\t")
        )
    )


def tab_end(lines: list[Line], start: int) -> int | None:
    """Index of the last row of a tab table that starts at index `start`, or None when there are not two rows."""
    if not has_tabs(lines[start]):
        return None
    at = start
    while at + 1 < len(lines) and "\t" in lines[at + 1].text + _tail(lines[at + 1]):
        if at > start and _is_other_header(lines[start], lines[at + 1 : at + 3]):
            break
        at += 1
    return at if at > start else None


def _is_other_header(first: Line, below: list[Line]) -> bool:
    """A row of titles that is not as wide as the table, over a row of that width with a figure: another table."""
    wide, *rows = (_filled(line) for line in (first, *below))
    if len(rows) < 2 or not 2 <= len(rows[0]) < len(wide) or len(rows[1]) != len(rows[0]):
        return False
    return all(_TITLE.fullmatch(cell) for cell in rows[0]) and any(_NUMBER.match(cell) for cell in rows[1])


def _filled(line: Line) -> list[str]:
    return [cell.strip() for cell in line.text.split("\t") if cell.strip()]


def tab_rows(lines: list[Line]) -> tuple[Rows, bool]:
    """Rows of a tab table, and whether the first one is a header. A lone title row above is left to the caller."""
    rows = [
        tuple(cell.strip() for cell in (line.text + _tail(line)).split("\t")[:MAX_COLUMNS]) for line in lines
    ]
    return _even(rows), _reads_as_header(rows)


def _tail(line: Line) -> str:
    """Tabs at the end of a line: empty cells, which `text` has lost."""
    raw = line.raw.rstrip("\r\n ")
    return "\t" * (len(raw) - len(raw.rstrip("\t"))) if line.text else ""


def _even(rows: list[tuple[str, ...]]) -> Rows:
    """All rows as wide as the widest that holds text."""
    width = max((max((n + 1 for n, cell in enumerate(row) if cell), default=0) for row in rows), default=0)
    return tuple((row + ("",) * width)[:width] for row in rows)


def _reads_as_header(rows: list[tuple[str, ...]]) -> bool:
    if len(rows) < 2:
        return False
    first = rows[0]
    filled = [cell for cell in first if cell]
    if not filled or any(_NUMBER.match(cell) for cell in filled):
        return False
    return len(filled) >= max(2, len(first) - 1) or not first[0] or len(rows[1]) == len(filled)


class _HtmlTable(HTMLParser):
    """Cells of one HTML table. Markup in a cell becomes Markdown where it matters, a table in a cell its text."""

    _SIGNS: ClassVar[dict[str, str]] = {"b": "**", "strong": "**", "code": "`", "i": "*", "em": "*"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.lines: list[int] = []  # where each row begins, from 0
        self.header = False
        self.depth = 0
        self.cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
        elif self.depth > 1:
            return
        elif tag == "tr":
            self._close()
            self._row()
        elif tag in ("td", "th"):
            self._close()
            self.cell = []
            self.header = self.header or (tag == "th" and len(self.rows) <= 1)
        elif self.cell is not None:
            self.cell.append(" " if tag in ("br", "p", "li", "div") else self._SIGNS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.depth -= 1
        if tag in ("td", "th", "tr", "table") and self.depth <= 1:
            self._close()
        elif self.cell is not None and self.depth <= 1:
            self.cell.append(self._SIGNS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _row(self) -> None:
        self.rows.append([])
        self.lines.append(self.getpos()[0] - 1)

    def _close(self) -> None:
        if self.cell is not None:
            if not self.rows:
                self._row()
            self.rows[-1].append(" ".join("".join(self.cell).split()))
        self.cell = None


def html_rows(text: str) -> tuple[Rows, bool, tuple[int, ...], int]:
    """Rows of an HTML table, whether the first one is a header, the line (from 0) that each begins in, its width.

    No rows when there are not two that hold text, or when the table is too large to be one.
    """
    if len(text) > MAX_HTML:
        return (), False, (), 0
    parser = _HtmlTable()
    parser.feed(text)
    parser.close()
    filled = [at for at, row in enumerate(parser.rows) if any(row)]
    if len(filled) < 2:
        return (), False, (), 0
    wide = max(len(row) for row in parser.rows)
    rows = [tuple(parser.rows[at][:MAX_COLUMNS]) for at in filled]
    return (
        _even(rows),
        parser.header or _reads_as_header(rows),
        tuple(parser.lines[at] for at in filled),
        wide,
    )


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """`end`: index of its last line; `begins`: the line that each row begins in, counted from its first line."""

    end: int
    rows: Rows
    header: bool
    begins: tuple[int, ...]
    columns: int = 0  # as many as it has, also those beyond the limit


@dataclass(slots=True)
class HtmlTables:
    """Finds HTML tables. Each closing tag is tried once, so that what cannot be read costs no more than its length."""

    lines: list[Line]
    ends: list[int] | None = None
    spare: int = MAX_HTML  # characters that may still be tried in vain

    def find(self, start: int) -> HtmlTable | None:
        """The table that opens at index `start`; None without a closing tag or rows: then it is read line by line."""
        if self.ends is None:
            self.ends = [at for at, line in enumerate(self.lines) if "</table" in line.text.lower()]
        if self.spare <= 0:
            return None
        place = bisect_left(self.ends, start)
        if place == len(self.ends) or self.ends[place] - start > MAX_HTML_LINES:
            return None
        end = self.ends.pop(place)
        within = self.lines[start : end + 1]
        if any(too_much(line.raw) for line in within):
            return None
        text = "\n".join(line.text for line in within)
        if len(text) > self.spare:
            self.spare = 0
            return None
        rows, header, begins, columns = html_rows(text)
        self.spare -= 0 if rows else len(text)
        return HtmlTable(end, rows, header, begins, columns) if rows else None
