"""Slots over all zones and clock changes, and how often somebody who stays away is written to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import example, given, settings
from hypothesis import strategies as st

from quizzes.digests import timing
from quizzes.digests.timing import Pace, Wish

zones = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
wishes = st.builds(Wish, zone=zones, weekday=st.integers(0, 6), hour=st.integers(0, 23))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001

LISBON = Wish(
    "Europe/Lisbon", 6, 1
)  # Sunday 01:00: clocks go from 00:59 to 02:00 in March, 01:59 to 01:00 in October


@settings(max_examples=400, deadline=None)
@given(wishes, moments)
@example(LISBON, datetime(2027, 3, 27, tzinfo=UTC))
@example(LISBON, datetime(2027, 10, 30, tzinfo=UTC))
@example(Wish("America/Nuuk", 5, 23), datetime(2027, 3, 26, tzinfo=UTC))
@example(Wish("Africa/Cairo", 4, 0), datetime(2027, 4, 29, tzinfo=UTC))
def test_slots_come_once_a_week(wish: Wish, after: datetime) -> None:
    """Over a year: strictly later, about a week apart, one an ISO week, none left out."""
    slots = [wish.next_slot(after)]
    assert after < slots[0] <= after + timedelta(days=8)
    for _ in range(53):
        slots.append(wish.next_slot(slots[-1]))
        assert timedelta(days=6, hours=20) <= slots[-1] - slots[-2] <= timedelta(days=7, hours=4)
        assert wish.is_slot(slots[-1])
    weeks = [wish.week(slot) for slot in slots]
    assert len(set(weeks)) == len(weeks)


@settings(max_examples=400, deadline=None)
@given(wishes, moments)
def test_a_slot_is_the_wished_hour_unless_the_clocks_skip_it(wish: Wish, after: datetime) -> None:
    slot = wish.next_slot(after)
    local = slot.astimezone(ZoneInfo(wish.zone))
    if (local.weekday(), local.hour, local.minute) == (wish.weekday, wish.hour, 0):
        return
    # The wished hour does not exist on that day: the clocks were put forward within the hours before the slot.
    before = (slot - timedelta(hours=3)).astimezone(ZoneInfo(wish.zone))
    assert local.utcoffset() > before.utcoffset()  # type: ignore[operator]
    assert local - timedelta(hours=3) <= local.replace(hour=0) + timedelta(hours=wish.hour) or local.hour == 0


@settings(max_examples=200, deadline=None)
@given(wishes, moments)
def test_going_on_from_any_moment_meets_the_same_slots(wish: Wish, after: datetime) -> None:
    slot = wish.next_slot(after)
    assert wish.next_slot(after + (slot - after) / 2) == slot
    assert wish.next_slot(slot - timedelta(microseconds=1)) == slot
    assert wish.next_slot(slot) > slot


def test_an_hour_that_does_not_exist_comes_after_the_gap() -> None:
    slot = LISBON.next_slot(datetime(2027, 3, 27, 12, tzinfo=UTC))
    assert slot == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert slot.astimezone(ZoneInfo("Europe/Lisbon")).hour == 2


def test_an_hour_that_comes_twice_is_taken_the_first_time() -> None:
    slot = LISBON.next_slot(datetime(2027, 10, 30, 12, tzinfo=UTC))
    assert slot == datetime(2027, 10, 31, 0, tzinfo=UTC)
    assert LISBON.next_slot(slot) == datetime(2027, 11, 7, 1, tzinfo=UTC)


def test_a_slot_pushed_over_midnight_keeps_its_week() -> None:
    """Were a zone to skip Sunday's last hour, Monday 00:00 would still be Sunday's review."""
    sunday_late = Wish("UTC", 6, 23)
    assert sunday_late.week(datetime(2026, 11, 23, 0, tzinfo=UTC)) == "2026-W47"
    assert sunday_late.week(datetime(2026, 11, 22, 23, tzinfo=UTC)) == "2026-W47"


def test_the_hour_that_has_just_begun_counts() -> None:
    wish = Wish("Asia/Kathmandu", 2, 9)  # UTC+5:45
    slot = datetime(2026, 11, 25, 3, 15, tzinfo=UTC)
    assert wish.first_slot(slot) == slot
    assert wish.first_slot(slot + timedelta(minutes=59)) == slot
    assert wish.first_slot(slot + timedelta(minutes=60)) == slot + timedelta(days=7)


def test_weeks_at_the_turn_of_the_year() -> None:
    wish = Wish("Pacific/Auckland", 4, 7)
    assert wish.week(datetime(2026, 12, 31, 18, tzinfo=UTC)) == "2026-W53"  # Friday, 1 January there
    assert wish.week(datetime(2027, 1, 7, 18, tzinfo=UTC)) == "2027-W01"


def test_a_zone_that_this_computer_does_not_know_counts_as_utc() -> None:
    assert Wish("Mars/Olympus", 6, 17).next_slot(datetime(2026, 11, 20, tzinfo=UTC)) == datetime(
        2026, 11, 22, 17, tzinfo=UTC
    )


def test_pace() -> None:
    seen = datetime(2026, 1, 4, 12, tzinfo=UTC)
    rhythms = [timing.pace(seen, seen + timedelta(days=7 * week, hours=5)) for week in range(20)]
    assert rhythms == [Pace.WEEKLY] * 4 + [Pace.MONTHLY] * 12 + [Pace.SILENT] * 4
    assert timing.pace(seen, seen - timedelta(days=1)) is Pace.WEEKLY
    kept = [week for week in range(30) if not timing.left_out(seen, seen + timedelta(days=7 * week, hours=5))]
    assert kept == [0, 1, 2, 3, 7, 11, 15]
