"""`cron(minutes hours day-of-month month day-of-week year)`: read, or refused with the reason, and when it fires.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: at for at, name in enumerate(_MONTH_NAMES, start=1)}
_DAYS = {name: at for at, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], start=1)}
_NUMBER = re.compile(r"[0-9]{1,4}")
_LONGEST = 200


class BadExpression(ValueError):
    """Why an expression is none, as a whole sentence."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    low: int
    high: int
    names: dict[str, int]


MINUTES = Field("minutes", 0, 59, {})
HOURS = Field("hours", 0, 23, {})
DAY = Field("day of month", 1, 31, {})
MONTH = Field("month", 1, 12, _MONTHS)
WEEKDAY = Field("day of week", 1, 7, _DAYS)
YEAR = Field("year", 1970, 2199, {})
FIELDS = (MINUTES, HOURS, DAY, MONTH, WEEKDAY, YEAR)


@dataclass(frozen=True, slots=True)
class Cron:
    """When it fires. Of `days` and `weekdays` one is None, for ?; 1 is Sunday. Special days: see the fields."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    years: tuple[int, ...]
    days: tuple[int, ...] | None
    weekdays: tuple[int, ...] | None
    last_day: bool = False  # L
    last_working_day: bool = False  # LW
    near: int = 0  # 15W: the working day nearest to the 15th
    nth: tuple[int, int] = (0, 0)  # 3#2: (weekday, which one of the month)
    last_weekday: int = 0  # 6L: the last Friday of the month

    def days_of(self, year: int, month: int) -> list[int]:
        """Days of this month on which it fires, in order."""
        length = calendar.monthrange(year, month)[1]
        if self.last_working_day:
            return [_near(year, month, length)]
        if self.near:
            return [_near(year, month, self.near)] if self.near <= length else []
        found = {day for day in self.days or () if day <= length} | ({length} if self.last_day else set())
        for day in range(1, length + 1):
            weekday = date(year, month, day).isoweekday() % 7 + 1
            if self.weekdays is not None and weekday in self.weekdays:
                found.add(day)
            if weekday == self.last_weekday and day + 7 > length:
                found.add(day)
            if self.nth == (weekday, (day - 1) // 7 + 1):
                found.add(day)
        return sorted(found)


def read_cron(text: str) -> Cron:
    """The expression between the brackets. Raises BadExpression."""
    parts = text.upper().split()
    if len(text) > _LONGEST:
        raise BadExpression("This cron expression is too long.")
    if len(parts) != 6:
        hint = " The year is the sixth: * for every year." if len(parts) == 5 else ""
        raise BadExpression(f"A cron expression has six fields, and this one has {len(parts)}.{hint}")
    if (parts[2] == "?") == (parts[4] == "?"):
        raise BadExpression(
            "One of day of month and day of week must be ?: if you set one of them (or write *), the other is ?."
        )
    days, weekdays = parts[2], parts[4]
    last_day, last_working_day, near = _special_day(days)
    nth, last_weekday, saturday = _special_weekday(weekdays)
    plain_day = not (last_day or last_working_day or near or days == "?")
    plain_weekday = not (nth != (0, 0) or last_weekday or saturday or weekdays == "?")
    chosen = _values(WEEKDAY, weekdays) if plain_weekday else (7,) if saturday else None
    return Cron(
        minutes=_values(MINUTES, parts[0]),
        hours=_values(HOURS, parts[1]),
        months=_values(MONTH, parts[3]),
        years=_values(YEAR, parts[5]),
        days=_values(DAY, days) if plain_day else None,
        weekdays=chosen,
        last_day=last_day,
        last_working_day=last_working_day,
        near=near,
        nth=nth,
        last_weekday=last_weekday,
    )


def fires(cron: Cron, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Instants in UTC after `after`, in order.

    When clocks change, a local time that does not exist is left out, and one that comes twice fires once.
    """
    local = after.astimezone(zone)
    first = local.date() - timedelta(days=1)
    for year in cron.years:
        if year < first.year:
            continue
        for month in cron.months:
            if (year, month) < (first.year, first.month):
                continue
            for day in cron.days_of(year, month):
                if date(year, month, day) >= first:
                    yield from _day(cron, date(year, month, day), after, zone)


def _day(cron: Cron, day: date, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    found = []
    for hour in cron.hours:
        for minute in cron.minutes:
            wanted = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
            instant = wanted.astimezone(UTC)
            if instant > after and instant.astimezone(zone).replace(tzinfo=None) == wanted.replace(
                tzinfo=None
            ):
                found.append(instant)
    yield from sorted(found)


def _near(year: int, month: int, day: int) -> int:
    """The working day (Monday to Friday) nearest to a day, within its month."""
    length = calendar.monthrange(year, month)[1]
    weekday = date(year, month, day).isoweekday()
    if weekday == 6:
        return day - 1 if day > 1 else day + 2
    if weekday == 7:
        return day + 1 if day < length else day - 2
    return day


def _special_day(text: str) -> tuple[bool, bool, int]:
    if text in ("L", "LW"):
        return text == "L", text == "LW", 0
    if text.endswith("W") and _NUMBER.fullmatch(text[:-1]):
        day = int(text[:-1])
        if not 1 <= day <= 31:
            raise BadExpression("Before W stands a day from 1 to 31.")
        return False, False, day
    return False, False, 0


def _special_weekday(text: str) -> tuple[tuple[int, int], int, bool]:
    if text == "L":
        return (0, 0), 0, True
    if "#" in text:
        day, _, which = text.partition("#")
        if "," in text or not which.isdecimal() or not 1 <= int(which[:2]) <= 5:
            raise BadExpression(
                "Write one weekday, # and a number from 1 to 5, as 3#2 for the second Tuesday."
            )
        return (_one(WEEKDAY, day), int(which)), 0, False
    if text.endswith("L") and len(text) > 1 and "," not in text:
        return (0, 0), _one(WEEKDAY, text[:-1]), False
    return (0, 0), 0, False


def _values(field: Field, text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        found.update(_range(field, part))
    return tuple(sorted(found))


def _range(field: Field, text: str) -> range:
    body, slash, step_text = text.partition("/")
    if slash and (not _NUMBER.fullmatch(step_text) or int(step_text) == 0):
        raise BadExpression(f"In {field.name}, a number of 1 or more must stand behind the slash.")
    step = int(step_text) if slash else 1
    if body == "*":
        return range(field.low, field.high + 1, step)
    first, dash, last = body.partition("-")
    low = _one(field, first)
    high = _one(field, last) if dash else field.high if slash else low
    if high < low:
        raise BadExpression(f"In {field.name}, the range {body} ends before it begins.")
    return range(low, high + 1, step)


def _one(field: Field, text: str) -> int:
    if text in field.names:
        return field.names[text]
    if not _NUMBER.fullmatch(text):
        raise BadExpression(f"In {field.name}, “{text[:20]}” cannot stand.")
    number = int(text)
    if not field.low <= number <= field.high:
        raise BadExpression(f"In {field.name}, {number} is not within {field.low} and {field.high}.")
    return number
