"""When a person's weekly review is due, and how often somebody who stays away is written to. Pure.

A slot is the hour that a person chose, on their weekday, in their zone, as a moment in UTC. An hour that the clocks
skip comes right after the gap; an hour that comes twice is taken the first time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
LATEST = timedelta(hours=48)  # a review that is later than this is left out; the next one comes in a week


class Pace(Enum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody wants the review: `weekday` 0 is Monday, `hour` 0 to 23, `zone` an IANA name."""

    zone: str
    weekday: int
    hour: int

    def next_slot(self, after: datetime) -> datetime:
        """The first slot later than `after`."""
        zone = zone_of(self.zone)
        on = after.astimezone(zone).date() - timedelta(
            days=1
        )  # yesterday's slot may lie behind a gap at midnight
        on += timedelta(days=(self.weekday - on.weekday()) % 7)
        while True:
            slot = datetime.combine(on, time(self.hour), tzinfo=zone).astimezone(UTC)
            if slot > after:
                return slot
            on += WEEK

    def first_slot(self, at: datetime) -> datetime:
        """The slot to begin with: the hour that has just begun counts, else the next one."""
        return self.next_slot(at - HOUR)

    def is_slot(self, moment: datetime) -> bool:
        """Whether `moment` is one of this wish's slots, or was left over from another wish."""
        return self.next_slot(moment - timedelta(microseconds=1)) == moment

    def week(self, slot: datetime) -> str:
        """The ISO week of a slot in the person's zone, such as 2026-W47."""
        on = slot.astimezone(zone_of(self.zone)).date()
        if (on.weekday() - self.weekday) % 7 == 1:  # the gap pushed it over midnight
            on -= timedelta(days=1)
        return iso_week(on)


def iso_week(on: date) -> str:
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02}"


def zone_of(name: str) -> ZoneInfo:
    """The zone, or UTC when this computer does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def pace(last_seen: datetime, due: datetime) -> Pace:
    """Weekly for the four weeks after somebody was last here, then three times every fourth week, then silence."""
    weeks = (due - last_seen) // WEEK
    if weeks < 4:
        return Pace.WEEKLY
    return Pace.MONTHLY if weeks < 16 else Pace.SILENT


def left_out(last_seen: datetime, due: datetime) -> bool:
    """Whether the pace leaves this week's review out."""
    rhythm = pace(last_seen, due)
    return rhythm is Pace.SILENT or (rhythm is Pace.MONTHLY and ((due - last_seen) // WEEK) % 4 != 3)
