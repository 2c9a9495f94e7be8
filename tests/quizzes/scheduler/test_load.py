"""Days chosen by load: within the window, off the days off, the same every time, and flatter than chance."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduler.fuzz import window
from quizzes.scheduler.load import balanced, days_off

SATURDAY = date(2026, 11, 21)
DAYS = st.integers(1, 2_000)
LOADS = st.dictionaries(st.integers(1, 400), st.floats(0, 500), max_size=30)
OFF = st.frozensets(st.integers(1, 400), max_size=60)


@given(DAYS, LOADS, OFF, st.integers(1, 10**9), st.integers(0, 1000))
def test_within_the_window_unless_every_day_of_it_is_off(
    days: int, load: dict[int, float], off: frozenset[int], card: int, seq: int
) -> None:
    low, high = window(days)
    chosen = balanced(days, load, off, card, seq)
    assert chosen == balanced(days, load, off, card, seq)
    assert chosen >= 1
    if all(day in off for day in range(low, high + 1)):
        assert chosen not in range(low, high + 1) or chosen == high
    else:
        assert low <= chosen <= high
        assert chosen not in off


@given(DAYS, st.integers(1, 60), OFF)
def test_a_bound_holds_unless_all_study_days_lie_beyond_it(
    days: int, longest: int, off: frozenset[int]
) -> None:
    chosen = balanced(days, {}, off, 1, 0, longest)
    in_time = [day for day in range(1, longest + 1) if day not in off]
    assert chosen >= 1
    assert chosen not in off or chosen <= longest
    if in_time and longest < 60:
        assert chosen <= longest
        assert chosen not in off


def test_a_day_off_is_gone_around_rather_early_than_late() -> None:
    assert balanced(1, {}, frozenset({1}), 1, 0) == 2  # there is nothing before tomorrow
    assert balanced(2, {}, frozenset({2}), 1, 0) == 1
    assert balanced(10, {}, frozenset(range(8, 13)), 1, 0) == 7
    assert balanced(3, {}, frozenset(range(1, 15)), 1, 0) == 15  # back from a fortnight away
    assert (
        balanced(3, {}, frozenset(range(1, 500)), 1, 0) == window(3)[1]
    )  # never a study day: as if none were off
    assert balanced(9, {}, frozenset({7}), 1, 0, longest=7) == 6


def test_full_days_are_avoided() -> None:
    full = dict.fromkeys((9, 10, 11), 200.0)
    chosen = Counter(balanced(10, full, frozenset(), card, 0) for card in range(300))
    assert set(chosen) <= set(range(8, 13))
    assert chosen[8] + chosen[12] > 290


def test_load_is_flatter_than_by_chance_and_intervals_do_not_grow() -> None:
    """A learner in the long run: every day some cards of many intervals are put on days ahead."""
    random = np.random.default_rng(5)
    ahead: dict[str, Counter[int]] = {"balanced": Counter(), "by chance": Counter()}
    off: frozenset[int] = frozenset()
    stretched = []
    for today in range(200):
        for card in range(30):
            days = int(random.choice([5, 9, 14, 22, 35, 50]))
            load = {day: ahead["balanced"][today + day] for day in range(1, 70)}
            chosen = balanced(days, load, off, card, today)
            ahead["balanced"][today + chosen] += 1
            low, high = window(days)
            ahead["by chance"][today + int(random.integers(low, high + 1))] += 1
            stretched.append(chosen / days)

    def unevenness(counts: Counter[int]) -> float:
        settled = [counts[day] for day in range(60, 195)]
        return float(np.std(settled) / np.mean(settled))

    assert unevenness(ahead["balanced"]) < 0.6 * unevenness(ahead["by chance"])
    assert abs(np.mean(stretched) - 1) < 0.02


def test_days_off_are_counted_from_today() -> None:
    off = days_off(SATURDAY, weekdays=[5, 6], breaks=[(date(2026, 11, 25), date(2026, 11, 26))], horizon=15)
    assert sorted(off) == [1, 4, 5, 7, 8, 14, 15]  # Sundays 1, 8, 15; Saturdays 7, 14; Wednesday and Thursday
    assert days_off(SATURDAY, [], []) == frozenset()
    assert days_off(SATURDAY, [], [(date(2020, 1, 1), date(2020, 2, 1))]) == frozenset()
    assert days_off(SATURDAY, range(7), []) == frozenset(range(1, 401))
    assert days_off(SATURDAY, [9, -1], [(date(2026, 11, 22), date(2100, 1, 1))], horizon=3) == frozenset(
        {1, 2, 3}
    )
