"""The study day: every moment belongs to exactly one, whatever the clocks do and wherever the learner goes."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduler.day import days_between, start_of, study_day

ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), LAST - FIRST).map(lambda since: FIRST + since)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def test_before_the_rollover_hour_it_is_still_yesterday() -> None:
    late = datetime(2026, 11, 21, 3, 59, tzinfo=UTC)
    assert study_day(late, "UTC", 4).date == date(2026, 11, 20)
    assert study_day(late + timedelta(minutes=1), "UTC", 4).date == date(2026, 11, 21)


def test_the_day_of_the_change_to_summer_time_is_an_hour_short() -> None:
    on = study_day(datetime(2026, 3, 28, 12, tzinfo=UTC), "Europe/Paris", 2)
    assert on.ends_at - on.starts_at == DAY  # 02:00 does not exist on the 29th and begins after the gap
    after = study_day(datetime(2026, 3, 29, 12, tzinfo=UTC), "Europe/Paris", 2)
    assert after.ends_at - after.starts_at == timedelta(hours=23)


def test_start_is_the_rollover_hour_on_the_learners_clock() -> None:
    assert start_of(date(2026, 11, 21), "Asia/Kathmandu", 4) == datetime(2026, 11, 20, 22, 15, tzinfo=UTC)


@cache
def transitions() -> dict[str, tuple[datetime, ...]]:
    """Every change of every zone's clock from 2020 to 2040, to the second, one zone for each set of changes."""
    months = [FIRST + timedelta(days=14 * step) for step in range((LAST - FIRST).days // 14 + 1)]
    seen: dict[tuple[object, ...], str] = {}
    found: dict[str, tuple[datetime, ...]] = {}
    for zone in ZONES:
        clock = ZoneInfo(zone)
        offsets = [moment.astimezone(clock).utcoffset() for moment in months]
        # 14 days are shorter than any stay of a clock but one: Morocco goes back for about a month of fasting.
        changes = tuple(
            _between(clock, *span)
            for span, (before, after) in zip(pairwise(months), pairwise(offsets), strict=True)
            if before != after
        )
        if seen.setdefault((offsets[0], *changes), zone) == zone:
            found[zone] = changes
    return found


def _between(clock: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first moment (UTC) with the new offset."""
    old = low.astimezone(clock).utcoffset()
    while high - low > SECOND:
        middle = low + (high - low) // 2
        low, high = (middle, high) if middle.astimezone(clock).utcoffset() == old else (low, middle)
    return high.replace(microsecond=0)


def cases() -> Iterator[tuple[str, datetime, int]]:
    """Every change with the rollover hours near it and the usual one; each kind of change once with all 24 hours."""
    for zone, changes in transitions().items():
        clock, kinds = ZoneInfo(zone), set()
        for change in changes:
            before, after = (change - SECOND).astimezone(clock), change.astimezone(clock)
            kind = (before.utcoffset(), after.utcoffset(), before.time())
            near = {4, before.hour, after.hour, (after.hour + 1) % 24}
            yield from ((zone, change, hour) for hour in (near if kind in kinds else range(24)))
            kinds.add(kind)


def test_every_change_of_every_clock_with_every_rollover_hour() -> None:
    """Days follow each other without gap or overlap, and a day is three hours longer or shorter at most."""
    count = 0
    for zone, change, hour in cases():
        count += 1
        day = study_day(change, zone, hour)
        assert day.starts_at <= change < day.ends_at
        before, after = study_day(day.starts_at - SECOND, zone, hour), study_day(day.ends_at, zone, hour)
        assert (before.date, after.date) == (day.date - timedelta(days=1), day.date + timedelta(days=1))
        assert (before.ends_at, after.starts_at) == (day.starts_at, day.ends_at)
        for one in (before, day, after):
            assert timedelta(hours=21) <= one.ends_at - one.starts_at <= timedelta(hours=27)
    assert count > 5_000


def test_changes_were_found() -> None:
    found = transitions()
    assert len(found) > 50
    paris = next(
        changes for zone, changes in found.items() if datetime(2026, 3, 29, 1, tzinfo=UTC) in changes
    )
    assert len(paris) >= 40
    assert datetime(2026, 10, 25, 1, tzinfo=UTC) in paris


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
    assert days_between(at + later, at, zone, hour) == 0  # a clock set back


@given(MOMENTS, st.lists(st.timedeltas(timedelta(0), timedelta(days=40)), max_size=8), st.sampled_from(ZONES))
def test_at_home_no_day_is_lost_or_counted_twice(at: datetime, waits: list[timedelta], zone: str) -> None:
    moments = [at]
    for wait in waits:
        moments.append(moments[-1] + wait)
    parts = [days_between(earlier, later, zone, 4) for earlier, later in pairwise(moments)]
    assert sum(parts) == days_between(moments[0], moments[-1], zone, 4)


@given(
    MOMENTS, st.lists(st.tuples(st.timedeltas(HOUR, timedelta(days=9)), st.sampled_from(ZONES)), max_size=8)
)
def test_a_traveller_ages_as_others_do(at: datetime, journey: list[tuple[timedelta, str]]) -> None:
    """Both ends of a wait are read on the clock of where the learner is now: a journey around the world neither loses
    a day nor gains one at any single wait, and what was counted before the journey is not counted again."""
    for wait, zone in journey:
        days = days_between(at, at + wait, zone, 4)
        assert abs(days - wait / DAY) < 1 + 2 / 24  # days of 23 or 25 hours
        at += wait


@given(
    MOMENTS, st.timedeltas(timedelta(0), timedelta(days=3)), st.timedeltas(timedelta(0), timedelta(days=3))
)
def test_a_clock_set_back_and_forward_again_loses_no_day(
    at: datetime, back: timedelta, forward: timedelta
) -> None:
    """While the clock lies nothing has elapsed; once it is right the days that passed are counted in full."""
    assert days_between(at, at - back, "Europe/Berlin", 4) == 0
    truth = days_between(at, at + forward, "Europe/Berlin", 4)
    assert days_between(at - back, at + forward, "Europe/Berlin", 4) >= truth
