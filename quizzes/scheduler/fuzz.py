"""How far an interval may be moved, so that cards learned together do not come back together for ever.

Which day within the window it becomes, `load` says.
"""

from __future__ import annotations

# (from days, to days, share): the window grows by `share` of the days within each range. As in Anki and py-fsrs.
RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))


def window(days: int) -> tuple[int, int]:
    """The shortest and longest interval (study days) that `days` (≥ 1) may become."""
    if days < 2.5:
        return days, days
    delta = 1.0 + sum(share * max(0.0, min(days, end) - start) for start, end, share in RANGES)
    return max(2, round(days - delta)), round(days + delta)
