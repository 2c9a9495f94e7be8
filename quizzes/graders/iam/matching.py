"""Patterns with `*` (any text, also none) and `?` (one sign), matched without regular expressions.

A pattern is cut at its stars into parts. The first part must stand at the start, the last at the end, and every part
between is taken where it first occurs. A part without `?` is found by `str.find`, one with `?` by a bit-parallel
search. So a pattern such as `*a*a*a*b` cannot be made slow: nothing is ever tried twice.
Page: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_CACHED_LENGTH = 200  # longer patterns are rare, and are not kept

Part = tuple[int, tuple[tuple[int, str], ...]]
"""What stands between two stars: its length, and its texts with their places; the places between are any sign."""


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern cut at its stars; one part is a pattern without a star."""

    parts: tuple[Part, ...]

    def matches(self, text: str) -> bool:
        """Does the whole text fit the pattern? Upper and lower case differ."""
        parts = self.parts
        first, last = parts[0], parts[-1]
        if len(parts) == 1:
            return len(text) == first[0] and _stands(first, text, 0)
        start, end = first[0], len(text) - last[0]
        if start > end or not _stands(first, text, 0) or not _stands(last, text, end):
            return False
        for part in parts[1:-1]:
            place = _find(part, text, start, end)
            if place < 0:
                return False
            start = place + part[0]
        return True

    @property
    def plain(self) -> str:
        """The text of a pattern without wildcards."""
        return "".join(text for _, text in self.parts[0][1])


def _stands(part: Part, text: str, place: int) -> bool:
    """Does it stand exactly there? `place` leaves room for it."""
    return all(text.startswith(run, place + offset) for offset, run in part[1])


def _find(part: Part, text: str, start: int, end: int) -> int:
    """First place in text[start:end] where it stands, or -1."""
    size, runs = part
    if end - start < size:
        return -1
    if not runs:
        return start
    if len(runs) == 1:
        offset, run = runs[0]
        found = text.find(run, start + offset, end - (size - offset - len(run)))
        return found - offset if found >= 0 else -1
    return _search(part, text, start, end)


def _search(part: Part, text: str, start: int, end: int) -> int:
    """Shift-and: bit i of `state` says that the first i + 1 signs match up to here."""
    size, runs = part
    fixed, masks = 0, dict[str, int]()
    for offset, run in runs:
        fixed |= ((1 << len(run)) - 1) << offset
        for index, sign in enumerate(run):
            masks[sign] = masks.get(sign, 0) | 1 << (offset + index)
    anywhere = ((1 << size) - 1) & ~fixed
    goal, state = 1 << (size - 1), 0
    for place in range(start, end):
        state = ((state << 1) | 1) & (masks.get(text[place], 0) | anywhere)
        if state & goal:
            return place - size + 1
    return -1


def from_pieces(pieces: Iterable[tuple[str, bool]]) -> Glob:
    """Pieces of (text, is it a pattern?) → one pattern. In a piece that is none, `*` and `?` are plain signs."""
    parts: list[Part] = []
    size, runs = 0, list[tuple[int, str]]()
    for text, is_pattern in pieces:
        chunks = text.split("*") if is_pattern else [text]
        for number, chunk in enumerate(chunks):
            if number:
                parts.append((size, tuple(runs)))
                size, runs = 0, []
            for place, run in enumerate(chunk.split("?") if is_pattern else [chunk]):
                size += 1 if place else 0
                if run:
                    runs.append((size, run))
                    size += len(run)
    parts.append((size, tuple(runs)))
    return Glob(tuple(part for number, part in enumerate(parts) if part[0] or number in (0, len(parts) - 1)))


def glob(pattern: str) -> Glob:
    """The pattern as it is written."""
    return _cached(pattern) if len(pattern) <= _CACHED_LENGTH else from_pieces([(pattern, True)])


@lru_cache(maxsize=2048)
def _cached(pattern: str) -> Glob:
    return from_pieces([(pattern, True)])
