"""List items and their nesting, told by *relative* indentation: one space or four, tabs, `•` and numbers alike."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from content.ingest.blocks.lines import Line

_BULLET = re.compile(r"([-*+•◦▪▸►‣○●■□❖➢✓✔–—·∙➤⁃]|\uf0b7|\uf0a7)(?:[ \t]+|$)")
_TIGHT = re.compile(r"([•◦▪▸►‣●■❖➢➤⁃])(?=\S)")
_NUMBER = re.compile(r"(\d{1,9}[.)])(?:[ \t]+|$)")
_LETTER = re.compile(r"([a-hA-H][.)]|\([a-hA-H0-9]\))[ \t]+")
_LETTERS = frozenset("abcdefghABCDEFGH(")
_FIRST = frozenset("-*+•◦▪▸►‣○●■□❖➢✓✔–—·∙➤⁃\uf0b7\uf0a70123456789")
MAX_DEPTH = 8  # levels that are kept, written and shown


@dataclass(frozen=True, slots=True)
class Marker:
    """`sign`: the bullet or number as written; `text`: the rest; `ordinal`: value of a number."""

    sign: str
    text: str
    ordinal: int | None = None


def marker(line: Line) -> Marker | None:
    """The list marker that a line starts with, or None. Lettered ones are `lettered`'s."""
    text = line.text
    if text[:1] not in _FIRST and not text[:1].isdecimal():
        return None
    if text[1:2] == "\t":
        text = text.replace("\t", " ")
    if match := _BULLET.match(text) or _TIGHT.match(text):
        return Marker(match.group(1), text[match.end() :].strip())
    if match := _NUMBER.match(text):
        return Marker(match.group(1), text[match.end() :].strip(), int(match.group(1)[:-1]))
    return None


def lettered(line: Line) -> Marker | None:
    """An option such as `A. text`, `b) text`."""
    if line.text[:1] in _LETTERS and (match := _LETTER.match(line.text)):
        return Marker(match.group(1), line.text[match.end() :].strip())
    return None


def indent_unit(lines: list[Line]) -> int:
    """By how many columns this file nests: 1 (slide exports) or 2 and more."""
    steps: Counter[int] = Counter()
    before: Line | None = None
    for line in lines:
        if line.blank:
            continue
        if marker(line) is None:
            before = None
            continue
        if before is not None and line.quote == before.quote and line.indent > before.indent:
            steps[min(line.indent - before.indent, 4)] += 1
        before = line
    if not steps:
        return 2
    return 1 if steps[1] > sum(count for step, count in steps.items() if step > 1) else 2


@dataclass(slots=True)
class Nesting:
    """The open items, outermost first, as (indent, last ordinal). `capped`: first line that was too deep, or 0."""

    unit: int
    open: list[tuple[int, int | None]] = field(default_factory=list)
    capped: int = 0

    def place(self, indent: int, ordinal: int | None, line: int = 1) -> int:
        """Depth (from 0) of an item at this indentation, which becomes the innermost open one."""
        while len(self.open) > 1 and indent < self.open[-1][0] and indent < self.open[-2][0] + self.unit:
            self.open.pop()
        if not self.open:
            self.open.append((indent, ordinal))
        elif indent >= self.open[-1][0] + self.unit and not self._next_in_row(indent, ordinal):
            if len(self.open) >= MAX_DEPTH:
                self.capped = self.capped or line
                self.open[-1] = (self.open[-1][0], ordinal)
            else:
                self.open.append((indent, ordinal))
        else:
            self.open[-1] = (
                min(indent, self.open[-1][0]) if len(self.open) == 1 else self.open[-1][0],
                ordinal,
            )
        return len(self.open) - 1

    def _next_in_row(self, indent: int, ordinal: int | None) -> bool:
        """Exporters indent the second and later numbers of one list by a space, and people forget to take one back."""
        above, before = self.open[-1]
        follows = ordinal is not None and before is not None and ordinal == before + 1
        return follows and (self.unit == 1 or indent - above <= 3)

    def settle(self, indent: int) -> int:
        """Close the items that text at this indentation, after a gap, stands outside of; how many stay open.

        When it belongs to none of them, nothing is closed: the caller decides what that means.
        """
        if not self.open or indent < self.open[0][0] + 2:
            return 0
        while indent < self.open[-1][0] + 2:
            self.open.pop()
        return len(self.open)

    def close(self) -> None:
        self.open.clear()
