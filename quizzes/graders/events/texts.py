"""Ways to compare text, each in time linear in its length. No learner's text is ever a regular expression.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

from functools import lru_cache


class BadWildcard(ValueError):
    """Why a wildcard pattern is none, as the end of a sentence."""


@lru_cache(maxsize=256)
def wildcard_parts(pattern: str) -> tuple[str, ...]:
    """The literal parts between the stars. `\\*` is a star, `\\\\` a backslash. Raises BadWildcard."""
    parts, literal = [], []
    place = 0
    while place < len(pattern):
        sign = pattern[place]
        after = pattern[place + 1 : place + 2]
        if sign == "\\":
            if after not in ("*", "\\"):
                raise BadWildcard("a backslash may only stand before * or another backslash")
            literal.append(after)
            place += 1
        elif sign == "*":
            if after == "*":
                raise BadWildcard("two stars stand side by side; one is enough")
            parts.append("".join(literal))
            literal = []
        else:
            literal.append(sign)
        place += 1
    return (*parts, "".join(literal))


def fits_wildcard(value: str, parts: tuple[str, ...]) -> bool:
    """Whether `value` is the parts in order with anything between them. The first place of each part will do."""
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return value == first
    if len(value) < len(first) + len(last) or not value.startswith(first) or not value.endswith(last):
        return False
    place, end = len(first), len(value) - len(last)
    for part in parts[1:-1]:
        found = value.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def starts_ignoring_case(value: str, start: str) -> bool:
    if start.isascii():
        head = value[: len(start)]
        return head.isascii() and head.lower() == start.lower()
    return bool(_reached(value, start))


def ends_ignoring_case(value: str, end: str) -> bool:
    if end.isascii():
        tail = value[len(value) - len(end) :] if len(end) <= len(value) else value
        return tail.isascii() and tail.lower() == end.lower()
    return bool(_reached(value, end, backwards=True))


def equals_ignoring_case(value: str, wanted: str) -> bool:
    if wanted.isascii():
        return value.isascii() and value.lower() == wanted.lower()
    return len(value) in _reached(value, wanted)


def _reached(value: str, wanted: str, backwards: bool = False) -> set[int]:
    """Places in `value` where `wanted` can end; each sign of it counts in its lower and in its upper form."""
    places = {len(value) if backwards else 0}
    for sign in reversed(wanted) if backwards else wanted:
        moved = set()
        for form in _forms(sign):
            for place in places:
                start = place - len(form) if backwards else place
                if start >= 0 and value.startswith(form, start):
                    moved.add(start if backwards else place + len(form))
        if not moved:
            return moved
        places = moved
    return places


def _forms(sign: str) -> tuple[str, ...]:
    if ord(sign) > 0xFFFF:  # the engine reads such a sign as two halves, and each as a question mark
        return ("??",)
    return tuple({sign.lower(), sign.upper()})
