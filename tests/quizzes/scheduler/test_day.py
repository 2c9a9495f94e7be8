"""The study day: every moment belongs to exactly one, whatever the clocks do."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduler.day import days_between, start_of, study_day

ZONES = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc"))
TWENTY_YEARS = st.timedeltas(timedelta(0), timedelta(days=20 * 365))
MOMENTS = TWENTY_YEARS.map(lambda since: datetime(2020, 1, 1, tzinfo=UTC) + since)


def test_before_the_rollover_hour_it_is_still_yesterday() -> None:
    late = datetime(2026, 11, 21, 3, 59, tzinfo=UTC)
    assert study_day(late, "UTC", 4).date == date(2026, 11, 20)
    assert study_day(late + timedelta(minutes=1), "UTC", 4).date == date(2026, 11, 21)


def test_the_day_of_the_change_to_summer_time_is_an_hour_short() -> None:
    on = study_day(datetime(2026, 3, 28, 12, tzinfo=UTC), "Europe/Paris", 2)
    assert on.ends_at - on.starts_at == timedelta(
        hours=24
    )  # 02:00 does not exist on the 29th and begins after the gap
    after = study_day(datetime(2026, 3, 29, 12, tzinfo=UTC), "Europe/Paris", 2)
    assert after.ends_at - after.starts_at == timedelta(hours=23)


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 23))
def test_every_moment_belongs_to_exactly_one_day(at: datetime, zone: str, hour: int) -> None:
    day = study_day(at, zone, hour)
    assert day.starts_at <= at < day.ends_at
    assert study_day(day.starts_at, zone, hour) == day
    assert study_day(day.ends_at - timedelta(microseconds=1), zone, hour) == day
    assert study_day(day.ends_at, zone, hour).date == day.date + timedelta(days=1)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)), st.sampled_from(ZONES), st.integers(0, 23))
def test_days_between_counts_boundaries(at: datetime, later: timedelta, zone: str, hour: int) -> None:
    days = days_between(at, at + later, zone, hour)
    assert abs(days - later.days) <= 1
    assert days_between(at + later, at, zone, hour) == 0


def test_start_is_the_rollover_hour_on_the_learners_clock() -> None:
    assert start_of(date(2026, 11, 21), "Asia/Kathmandu", 4) == datetime(2026, 11, 20, 22, 15, tzinfo=UTC)
