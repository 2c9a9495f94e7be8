"""Spread intervals a little, so that cards learned together do not come back together for ever.

The spread depends on the card and the showing alone: the interval on the button is the interval that is stored.
"""

from __future__ import annotations

import random

# (from days, to days, share): the window grows by `share` of the days within each range. As in Anki and py-fsrs.
RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))


def window(days: int) -> tuple[int, int]:
    """The shortest and longest interval that `days` may become."""
    if days < 2.5:
        return days, days
    delta = 1.0 + sum(share * max(0.0, min(days, end) - start) for start, end, share in RANGES)
    return max(2, round(days - delta)), round(days + delta)


def fuzzed(days: int, card_id: int, seq: int) -> int:
    """`days` moved within its window; the same for the same card and showing."""
    low, high = window(days)
    return low if low == high else random.Random(f"{card_id}:{seq}").randint(low, high)  # noqa: S311  (not a secret)
