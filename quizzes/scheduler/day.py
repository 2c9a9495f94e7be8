"""The learner's study day: from rollover hour to rollover hour in the learner's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Day:
    """One study day: half-open, `starts_at` ≤ t < `ends_at`, both UTC. 23 or 25 hours long when clocks change."""

    date: date
    starts_at: datetime
    ends_at: datetime


def start_of(on: date, zone: str, rollover_hour: int) -> datetime:
    """The moment (UTC) at which the study day `on` begins. An hour that the clocks skip begins after the gap."""
    local = datetime.combine(on, time(rollover_hour), tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def study_day(at: datetime, zone: str, rollover_hour: int) -> Day:
    """The study day that the moment `at` belongs to. Every moment belongs to exactly one."""
    on = (at.astimezone(ZoneInfo(zone)) - timedelta(hours=rollover_hour)).date()
    while at < start_of(on, zone, rollover_hour):
        on -= timedelta(days=1)
    while at >= start_of(on + timedelta(days=1), zone, rollover_hour):
        on += timedelta(days=1)
    return Day(on, start_of(on, zone, rollover_hour), start_of(on + timedelta(days=1), zone, rollover_hour))


def days_between(earlier: datetime, later: datetime, zone: str, rollover_hour: int) -> int:
    """Whole study days from one moment to another; 0 within a day, and when the clock was set back."""
    return max(
        0, (study_day(later, zone, rollover_hour).date - study_day(earlier, zone, rollover_hour).date).days
    )
