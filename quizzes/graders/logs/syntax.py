"""What the languages of this package share: words, numbers, and comparing text with stars."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(?:[eE][-+]?[0-9]{1,3})?")


class BadQuery(ValueError):
    """Why a pattern or a query cannot be read, as a whole sentence."""


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: the name of the group that found it; `value`: its text without quotes."""

    kind: str
    text: str
    value: str
    at: int


def tokens(text: str, grammar: re.Pattern[str]) -> Iterator[Token]:
    """Words of a language; `grammar` names its kinds. Raises BadQuery."""
    place = 0
    while place < len(text):
        match = grammar.match(text, place)
        if match is None or match.end() == place:
            raise BadQuery(f"“{text[place : place + 20].strip()}” cannot stand here.")
        kind = match.lastgroup or ""
        if kind != "space":
            yield Token(kind, match[0], match[kind], place)
        place = match.end()


def number(text: str) -> float | None:
    """A number as learners and logs write it; None when the text is none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def fits_stars(value: str, pattern: str) -> bool:
    """Whether `value` is `pattern`, where a star stands for anything."""
    parts = pattern.split("*")
    if len(parts) == 1:
        return value == pattern
    if len(value) < len(parts[0]) + len(parts[-1]):
        return False
    if not value.startswith(parts[0]) or not value.endswith(parts[-1]):
        return False
    place, end = len(parts[0]), len(value) - len(parts[-1])
    for part in parts[1:-1]:
        found = value.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True
