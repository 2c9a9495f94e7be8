"""Intrinsic functions: `States.Format('Order {}', $.id)` → a value. Bounded, and always the same for the same data.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from quizzes.graders.asl.errors import Invalid
from quizzes.graders.asl.functions import FUNCTIONS
from quizzes.graders.asl.paths import Path, parsed

MOST_NESTED = 10
LONGEST_CALL = 2_000

_NAME = re.compile(r"\s*(States\.[A-Za-z0-9]+)\s*\(")
_TEXT = re.compile(r"\s*'((?:[^'\\]|\\.)*)'\s*", re.DOTALL)
_NUMBER = re.compile(r"\s*(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*(?=[,)])")
_WORD = re.compile(r"\s*(true|false|null)\s*(?=[,)])")
_PATH = re.compile(r"\s*(\$(?:[^,()'\s\[]|\[[^\]]*\])*)\s*")
_NEXT = re.compile(r"\s*([,)])\s*")
_ESCAPES = re.compile(r"\\(['{}\\])")
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments: values, paths and calls."""

    name: str
    arguments: tuple[Any, ...]


@lru_cache(maxsize=256)
def call(text: str) -> Call:
    """Raises Invalid."""
    if len(text) > LONGEST_CALL:
        raise Invalid("an intrinsic function is longer than 2,000 signs")
    found, end = _call(text, 0, 0)
    if text[end:].strip():
        raise Invalid(f"after “{found.name}(…)” nothing may follow")
    return found


def _call(text: str, place: int, depth: int) -> tuple[Call, int]:
    match = _NAME.match(text, place)
    if match is None:
        raise Invalid(f"“{text[:60]}” is neither a path ($…) nor an intrinsic function (States.…)")
    name = match[1]
    if name not in FUNCTIONS:
        raise Invalid(f"there is no intrinsic function “{name}”")
    if depth >= MOST_NESTED:
        raise Invalid(f"intrinsic functions can be nested at most {MOST_NESTED} deep")
    place = match.end()
    arguments: list[Any] = []
    if end := re.compile(r"\s*\)\s*").match(text, place):
        return _counted(Call(name, ())), end.end()
    while True:
        argument, place = _argument(text, place, depth)
        arguments.append(argument)
        sign = _NEXT.match(text, place)
        if sign is None:
            raise Invalid(f"a comma or a bracket is missing in “{name}(…)”")
        place = sign.end()
        if sign[1] == ")":
            return _counted(Call(name, tuple(arguments))), place


def _argument(text: str, place: int, depth: int) -> tuple[Any, int]:
    if match := _TEXT.match(text, place):
        return _unescaped(match[1]), match.end()
    if match := _NUMBER.match(text, place):
        return (float(match[1]) if "." in match[1] else int(match[1])), match.end()
    if match := _WORD.match(text, place):
        return _WORDS[match[1]], match.end()
    if match := _PATH.match(text, place):
        return parsed(match[1]), match.end()
    return _call(text, place, depth + 1)


def _unescaped(text: str) -> str:
    """`\\'` and `\\\\` lose their backslash here; `\\{` keeps it for States.Format."""
    return _ESCAPES.sub(lambda match: match[0] if match[1] in "{}" else match[1], text)


def _counted(found: Call) -> Call:
    low, high, _ = FUNCTIONS[found.name]
    if not low <= len(found.arguments) <= high:
        wanted = str(low) if low == high else f"{low} or more" if high > 50 else f"{low} to {high}"
        raise Invalid(f"“{found.name}” takes {wanted} arguments, not {len(found.arguments)}")
    return found


def paths_of(found: Call) -> list[Path]:
    """Every path in a call, for looking at them before it runs."""
    below: list[Path] = []
    for argument in found.arguments:
        if isinstance(argument, Path):
            below.append(argument)
        elif isinstance(argument, Call):
            below += paths_of(argument)
    return below
