"""A schedule as it is written: `rate(5 minutes)`, `cron(0 10 ? * MON-FRI *)` or `at(2026-11-20T13:00:00)`.

Rules of EventBridge know rate and cron, in UTC; 1 has a singular unit (`rate(1 hour)`), more a plural one. EventBridge
Scheduler also knows `at` and time zones.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Literal
from zoneinfo import ZoneInfo

from quizzes.graders.schedule.cron import BadExpression, Cron, fires, read_cron

Service = Literal["rules", "scheduler"]
MOST = 2_000

_FORM = re.compile(r"\s*([A-Za-z]+)\s*\((.*)\)\s*", re.DOTALL)
_RATE = re.compile(r"\s*([0-9]{1,9})\s+(minutes?|hours?|days?)\s*")
_AT = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})\s*")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Schedule:
    """One of `every`, `cron` and `once` is there."""

    every: timedelta | None = None
    cron: Cron | None = None
    once: datetime | None = None
    zone: ZoneInfo = _UTC

    def after(self, start: datetime) -> Iterator[datetime]:
        """Instants in UTC after `start`. A rate counts from there."""
        if self.every is not None:
            try:
                for number in range(1, MOST + 1):
                    yield start + self.every * number
            except OverflowError:
                return
        elif self.cron is not None:
            yield from fires(self.cron, start, self.zone)
        elif self.once is not None and self.once > start:
            yield self.once

    def next(self, start: datetime, count: int) -> list[datetime]:
        return list(islice(self.after(start), min(count, MOST)))

    def within(self, start: datetime, end: datetime) -> list[datetime]:
        """All of them after `start` and not after `end`; at most 2,000."""
        return list(islice(takewhile(lambda instant: instant <= end, self.after(start)), MOST))


def read_schedule(text: str, service: Service = "rules", zone: ZoneInfo = _UTC) -> Schedule:
    """Raises BadExpression with the reason."""
    match = _FORM.fullmatch(text) if len(text) <= 500 else None
    if match is None:
        known = "rate(…) or cron(…)" if service == "rules" else "rate(…), cron(…) or at(…)"
        raise BadExpression(f"A schedule is written as {known}.")
    name, body = match[1], match[2]
    if name == "rate":
        return Schedule(every=_rate(body, service))
    if name == "cron":
        return Schedule(cron=read_cron(body), zone=zone)
    if name == "at" and service == "scheduler":
        return Schedule(once=_once(body, zone))
    if name.lower() in ("rate", "cron", "at") and name != name.lower():
        raise BadExpression(f"Write “{name.lower()}” in lower case.")
    if name == "at":
        raise BadExpression("A rule knows rate and cron; at(…) is for EventBridge Scheduler.")
    raise BadExpression(f"There is no schedule “{name[:20]}(…)”.")


def _rate(body: str, service: Service) -> timedelta:
    match = _RATE.fullmatch(body)
    if match is None:
        raise BadExpression(
            "A rate is a whole number, a space and minutes, hours or days, as rate(5 minutes)."
        )
    number, unit = int(match[1]), match[2]
    if number == 0:
        raise BadExpression("A rate needs a number of 1 or more.")
    if service == "rules" and (number == 1) == unit.endswith("s"):
        right = unit.rstrip("s") if number == 1 else f"{unit}s"
        raise BadExpression(f"With {number}, the unit is “{right}”.")
    try:
        return number * _UNITS[unit.rstrip("s")]
    except OverflowError:
        raise BadExpression("This rate is too long.") from None


def _once(body: str, zone: ZoneInfo) -> datetime:
    match = _AT.fullmatch(body)
    if match is None:
        raise BadExpression("One time is written as at(2026-11-20T13:00:00), without an offset.")
    try:
        return datetime.fromisoformat(match[1]).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadExpression("There is no such day or time.") from None
