"""Which day within the fuzz window: one with less to do, never a planned day off when there is another.

All days are counted from today: 1 is tomorrow. Pure and the same for the same card, showing and load, so that the
interval on the button is the one that is stored as long as nothing else is answered in between.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Set
from datetime import date

from quizzes.scheduler import fuzz

HORIZON = 400  # days ahead for which days off are listed
SEARCH = 60  # how far from its window a card is moved for a day off

# As in Anki: a day is drawn with a chance that falls with what is due on it, and a little with its distance, because
# later days always look emptier and every interval would grow.
LOAD_POWER, DISTANCE_POWER = 2.15, 3.0


def days_off(
    today: date, weekdays: Iterable[int], breaks: Iterable[tuple[date, date]], horizon: int = HORIZON
) -> frozenset[int]:
    """Days without study among the next `horizon`. Monday is weekday 0; breaks include both ends."""
    closed = {(weekday - today.weekday()) % 7 for weekday in weekdays if 0 <= weekday <= 6}
    off = {day for day in range(1, horizon + 1) if day % 7 in closed}
    for first, last in breaks:
        start, end = max(1, (first - today).days), min(horizon, (last - today).days)
        off.update(range(start, end + 1))
    return frozenset(off)


def balanced(
    days: int,
    load: Mapping[int, float],
    off: Set[int],
    card_id: int,
    seq: int,
    longest: int | None = None,
) -> int:
    """The interval that `days` becomes, at least 1. `load` says what is due on a day already (cards or minutes),
    `off` names days without study, `longest` bounds the interval: a look that is owed, or the eve of the exam."""
    low, high = fuzz.window(max(1, days))
    if longest is not None:
        high = min(high, max(1, longest))
        low = min(low, high)
    open_days = [day for day in range(low, high + 1) if day not in off]
    if not open_days:
        return _nearest(low, high, off, longest)
    if len(open_days) == 1:
        return open_days[0]
    weights = [1 / (1 + load.get(day, 0)) ** LOAD_POWER / day**DISTANCE_POWER for day in open_days]
    chance = random.Random(f"{card_id}:{seq}")  # noqa: S311  (not a secret)
    return chance.choices(open_days, weights)[0]


def _nearest(low: int, high: int, off: Set[int], longest: int | None) -> int:
    """The study day closest to the window; rather before it, since too early costs seconds and too late may cost the
    memory. Beyond `longest` only when no day before it is a study day."""
    around = [day for distance in range(1, SEARCH + 1) for day in (low - distance, high + distance)]
    open_days = [day for day in around if day >= 1 and day not in off]
    in_time = [day for day in open_days if longest is None or day <= longest]
    return next(iter(in_time or open_days), high)  # nothing but days off: due when it would be
