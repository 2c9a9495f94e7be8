"""Fenced code: where a fence ends, also when its author forgot to say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from content.ingest.blocks.lines import Line

_OPEN = re.compile(r"(`{3,200}|~{3,200})\s{0,20}([^`]{0,200})$")
_PROSE = re.compile(r"(?:#{2,6}\s+\S|[-*+•]\s+\*\*|[-*+•]\s+[A-Z][a-z]+ [a-z]+ [a-z]+)")


@dataclass(slots=True)
class Fences:
    """Finds the end of fences. Remembers what has no closing line, so that a file is not searched twice."""

    lines: list[Line]
    hopeless: dict[str, int] = field(default_factory=dict)

    def opens(self, line: Line) -> tuple[str, str] | None:
        """(fence, info string) when the line opens a fence."""
        match = _OPEN.match(line.text)
        return (match.group(1), match.group(2).strip()) if match else None

    def end(self, start: int, fence: str) -> tuple[int, bool]:
        """Index of the last line of the fence that opens at index `start`, and whether a closing line is there."""
        quote = self.lines[start].quote
        if self.hopeless.get(fence[0], 10**9) > len(fence):
            for at in range(start + 1, len(self.lines)):
                line = self.lines[at]
                if line.quote < quote:
                    return at - 1, False
                found = self.opens(line) if line.text[:1] == fence[0] else None
                if found is None or found[0][0] != fence[0]:
                    continue
                if found[1] == "" and len(found[0]) >= len(fence):
                    return at, True
                if found[1] and len(found[0]) == len(fence) and re.fullmatch(r"[\w+#.-]{1,20}", found[1]):
                    return at - 1, False  # a second opening line: the first fence was never closed
            self.hopeless[fence[0]] = min(len(fence), self.hopeless.get(fence[0], 10**9))
        return self._guess(start), False

    def _guess(self, start: int) -> int:
        """The fence was never closed: it ends before the first line after a gap that reads as prose."""
        quote = self.lines[start].quote
        for at in range(start + 1, len(self.lines)):
            line = self.lines[at]
            after_gap = self.lines[at - 1].blank
            if line.quote < quote or (after_gap and line.indent == 0 and _PROSE.match(line.text)):
                return at - 1
            if at > start + 1 and self.opens(line):
                return at - 1
        return len(self.lines) - 1


def content(lines: list[Line], indent: int, quote: int) -> str:
    """The text of fenced lines, without the indentation and quote marks of the fence itself."""
    return "\n".join(_body(line, indent, quote) for line in lines)


def _body(line: Line, indent: int, quote: int) -> str:
    rest = line.raw.replace("\u00a0", " ").rstrip()
    for _ in range(min(quote, line.quote)):
        rest = re.sub(r"^[ ]{0,3}>[ ]?", "", rest, count=1)
    cut = 0
    while cut < len(rest) and cut < indent and rest[cut] in " \t":
        cut += 1
    return rest[cut:]
