"""`[ip, user, ..., status = 4*, bytes > 1000]`: filter patterns for events that are split at spaces.

What stands between [ and ] or between quotes is one field. There must be as many fields as names, except with `...`.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-space-delimited-log-events.html
"""

from __future__ import annotations

import re
from collections.abc import Callable

from quizzes.graders.logs.conditions import Conditions, Holds, Values
from quizzes.graders.logs.regexes import Steps
from quizzes.graders.logs.syntax import BadQuery

MOST_FIELDS = 60

_FIELD = re.compile(r'"([^"]*)"|\[([^\]]*)\]|(\S+)')
_NAME = re.compile(r"\s*([A-Za-z_][\w-]*)\s*")
_SPLIT = re.compile(r'"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)+%|,|[^",%]+|["%]')


def columns(text: str, steps: Steps) -> Callable[[str], bool]:
    """Raises BadQuery."""
    if not text.endswith("]"):
        raise BadQuery("A pattern for fields stands in square brackets; the closing one is missing.")
    parts = _parts(text[1:-1])
    gap = [at for at, part in enumerate(parts) if part == "..."]
    if len(gap) > 1:
        raise BadQuery("“...” can stand only once.")
    if len(parts) > MOST_FIELDS:
        raise BadQuery(f"A pattern has at most {MOST_FIELDS} fields.")
    checks = [
        (_position(at, gap, len(parts)), _check(part, steps))
        for at, part in enumerate(parts)
        if part != "..."
    ]
    needed = len(parts) - len(gap)

    def matches(event: str) -> bool:
        fields = [
            next(group for group in found.groups() if group is not None) for found in _FIELD.finditer(event)
        ]
        if len(fields) < needed or (not gap and len(fields) != needed):
            return False
        return all(holds is None or holds(fields[at]) for at, holds in checks)

    return matches


def _parts(body: str) -> list[str]:
    parts = [""]
    for piece in _SPLIT.findall(body):
        if piece == ",":
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]


def _position(at: int, gap: list[int], count: int) -> int:
    """Fields behind the gap are counted from the end."""
    return at - count if gap and at > gap[0] else at


def _check(part: str, steps: Steps) -> Holds | None:
    if part == "*":
        return None
    name = _NAME.match(part)
    if name is None:
        raise BadQuery(f"“{part[:40]}” begins with no name of a field.")
    if name.end() == len(part):
        return None

    def values_of(word: str) -> Values:
        if word != name[1]:
            raise BadQuery(f"In one field stand conditions on one name: “{word[:30]}” is not “{name[1]}”.")
        return lambda field: [field]

    return Conditions(part, "word", values_of, steps).read()
