"""Paths into a document, for checks of written files. A language of our own: no regular expressions, no recursion.

    phases.build.commands            keys, one after another
    hooks[0]   hooks[-1]             a place in a list
    mainSteps[*].action              every item of a list, or every value of a mapping
    "a key.with dots".x              a key in double quotes

A path leads to no value, to one, or with [*] to several; at most 12 steps and 2,000 values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MOST_STEPS = 12
MOST_VALUES = 2_000
_STEP = re.compile(r'\.?(?:"([^"\n]{1,200})"|([A-Za-z_$][A-Za-z0-9_:/-]{0,99})|\[(\*|-?[0-9]{1,4})\])')

Step = str | int | None  # a key, a place, or None for all


class BadPath(ValueError):
    """A path that means nothing. The message is a sentence."""


def read_path(text: str) -> tuple[Step, ...]:
    """Steps of a path. Raises BadPath."""
    steps: list[Step] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or (at > 0 and text[at] not in ".["):
            raise BadPath(f"The path “{text[:60]}” is not understood from “{text[at : at + 20]}” on.")
        if match[3]:
            steps.append(None if match[3] == "*" else int(match[3]))
        else:
            steps.append(match[1] or match[2])
        at = match.end()
    if not 1 <= len(steps) <= MOST_STEPS:
        raise BadPath(f"A path has 1 to {MOST_STEPS} steps.")
    return tuple(steps)


def found(document: Any, path: tuple[Step, ...]) -> list[Any]:
    """Values that a path leads to, in order; none when it leads nowhere."""
    values = [document]
    for step in path:
        values = [one for value in values for one in _next(value, step)][:MOST_VALUES]
    return values


def _next(value: Any, step: Step) -> Iterator[Any]:
    if step is None:
        yield from value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    elif isinstance(step, int):
        if isinstance(value, list) and -len(value) <= step < len(value):
            yield value[step]
    elif isinstance(value, dict) and step in value:
        yield value[step]


def fits(text: str, pattern: str) -> bool:
    """Whether a text is like a pattern, in which * stands for any signs. In time of length times length."""
    parts = pattern.split("*")
    if len(parts) == 1:
        return text == pattern
    if not text.startswith(parts[0]) or not text.endswith(parts[-1]):
        return False
    at, end = len(parts[0]), len(text) - len(parts[-1])
    for part in parts[1:-1]:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return at <= end
