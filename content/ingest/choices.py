"""What a person decided about single lines of a source; reading follows it, now and at every later import. Pure.

A line is known by its words (`key_of`), not by its number, so that a choice survives lines that come and go above it.
What is said of a line holds for every line of that file with the same words.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class LineChoiceKind(StrEnum):
    """What was decided about a line."""

    KEEP = "keep"  # left out by the rules; it is text after all
    LEAVE_OUT = "leave_out"  # taken by the rules; it is furniture after all
    TITLE = "title"  # the title of a topic
    TEXT = "text"  # no title
    FIX = "fix"  # a reading error is put right
    RIGHT = "right"  # what looks like a reading error is as it should be


@dataclass(frozen=True, slots=True)
class LineChoice:
    """One decision. `line`: see `key_of`. `found` and `fix`: words of the line and what they are read as."""

    path: str
    line: str
    kind: str
    found: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """All decisions about the lines of some sources."""

    by_path: Mapping[str, Mapping[str, tuple[LineChoice, ...]]] = field(default_factory=dict)

    @classmethod
    def of(cls, choices: Iterable[LineChoice]) -> Choices:
        found: dict[str, dict[str, tuple[LineChoice, ...]]] = defaultdict(dict)
        for one in choices:
            found[one.path][one.line] = (*found[one.path].get(one.line, ()), one)
        return cls(found)

    def about(self, path: str) -> Mapping[str, tuple[LineChoice, ...]]:
        """Line key → what was decided about it, in one source; most sources have none."""
        return self.by_path.get(path, {})

    def renamed(self, paths: Mapping[str, str]) -> Choices:
        """The same for files that go by other names now: old path → new path."""
        return Choices({paths.get(path, path): chosen for path, chosen in self.by_path.items()})


def decisions(
    about: Mapping[str, tuple[LineChoice, ...]], lines: list[str]
) -> tuple[list[str], dict[int, frozenset[str]]]:
    """(lines with their reading errors put right, line number → kinds of the choices about it)."""
    read: list[str] = []
    said: dict[int, frozenset[str]] = {}
    for no, line in enumerate(lines, 1):
        chosen = about.get(key_of(line), ()) if line.strip() else ()
        if chosen:
            said[no] = frozenset(str(one.kind) for one in chosen)
        for one in chosen:
            if one.kind == LineChoiceKind.FIX and one.found:
                line = corrected(line, one.found, one.fix)
        read.append(line)
    return read, said


def corrected(line: str, found: str, fix: str) -> str:
    """The line with the words `found`, however they are spaced, read as `fix`."""
    words = r"\s+".join(re.escape(word) for word in found.split())
    for pattern in (rf"(?<!\S){words}(?!\S)", words):
        changed, count = re.subn(pattern, lambda m: fix, line, count=1)
        if count:
            return changed
    return line


def key_of(line: str) -> str:
    """What a line is known by: its characters, but for the space around and between them. 32 hexadecimal digits.

    Signs count: debris is often nothing else.
    """
    return hashlib.sha256(" ".join(line.split()).encode("utf-8", "surrogatepass")).hexdigest()[:32]
