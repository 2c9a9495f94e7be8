"""A right schedule, broken in the ways learners break it: one mistake at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.graders.schedule.cron import BadExpression
from quizzes.graders.schedule.expressions import read_schedule

_RATE = re.compile(r"rate\(\s*([0-9]{1,9})\s+(minute|hour|day)s?\s*\)")
_CRON = re.compile(r"cron\((.*)\)")
_AT = re.compile(r"at\((.{10})T([0-9]{2}):(.{5})\)")
_OTHER = {"minute": "hour", "hour": "day", "day": "hour"}


def mutants(text: str) -> Iterator[str]:
    """Expressions that mean something else, or are none."""
    meaning = _meaning(text)
    seen = {text}
    for mutant in _broken(text):
        if mutant not in seen and (_meaning(mutant) is None or _meaning(mutant) != meaning):
            seen.add(mutant)
            yield mutant


def _meaning(text: str) -> object:
    try:
        return read_schedule(text, "scheduler")
    except BadExpression:
        return None


def _broken(text: str) -> Iterator[str]:
    if match := _RATE.fullmatch(text):
        number, unit = int(match[1]), match[2]
        yield f"rate({number + 1} {unit}s)"
        yield f"rate({number} {_OTHER[unit]}{'s' * (number != 1)})"
        yield f"rate({number}{unit})"
        yield f"every({number} {unit})"
    elif match := _AT.fullmatch(text):
        day, hour, rest = match[1], int(match[2]), match[3]
        yield from (f"at({day}T{other % 24:02}:{rest})" for other in (hour - 1, hour + 1, hour + 12))
        yield f"at({day} {hour:02}:{rest})"
        yield f"at({day}T{hour:02}:{rest}Z)"
        yield f"at({day}T{hour:02}:{rest[:2]})"
    elif (match := _CRON.fullmatch(text)) and len(match[1].split()) == 6:
        for fields in _broken_fields(match[1].split()):
            yield f"cron({' '.join(fields)})"


def _broken_fields(fields: list[str]) -> Iterator[list[str]]:
    minutes, hours, days, months, weekdays, years = fields
    yield fields[:5]  # the year forgotten
    yield [hours, minutes, days, months, weekdays, years]
    yield [minutes, hours, "*" if days == "?" else days, months, "*" if weekdays == "?" else weekdays, years]
    if minutes != "*":
        yield ["*", hours, days, months, weekdays, years]
    if hours != "*":
        yield [minutes, "*", days, months, weekdays, years]
        yield from ([minutes, other, days, months, weekdays, years] for other in _shifted(hours, 23, 1))
    if days not in ("*", "?"):
        yield [minutes, hours, "*", months, weekdays, years]
        yield from ([minutes, hours, other, months, weekdays, years] for other in _shifted(days, 31, 1))
    if weekdays not in ("*", "?"):
        yield [minutes, hours, days, months, "*", years]
        yield from ([minutes, hours, days, months, other, years] for other in _shifted(weekdays, 7, -1))
        if "#" in weekdays:
            yield [minutes, hours, days, months, weekdays.partition("#")[0], years]
    if months != "*":
        yield [minutes, hours, days, "*", weekdays, years]


def _shifted(text: str, high: int, by: int) -> Iterator[str]:
    """Every number one off, as with fields that count from 0 elsewhere."""
    shifted = re.sub(r"(?<![#/])\b[0-9]+", lambda match: str((int(match[0]) + by) % (high + 1)), text)
    if shifted != text:
        yield shifted
    if "/" in text:
        yield text.partition("/")[0]
