"""A study day without an exam ahead: what falls below the desired retention, and a few new questions.

A backlog larger than the minutes is worked off over days: what is best remembered first, because it costs least to
keep, and nothing new until it is gone.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np

from quizzes.planning.choosing import Basket, by_weight, fill
from quizzes.planning.material import Floats, Material
from quizzes.scheduler import leeches

NEW_A_DAY = 20


def choose(
    material: Material,
    recall: Floats,
    seconds: Sequence[float],
    musts: Set[int],
    basket: Basket,
    most_new: int = NEW_A_DAY,
) -> None:
    """Fill the basket. `recall`: expected now, NaN where unseen; `musts`: rows that come before all others."""
    due = np.flatnonzero(~np.isnan(material.stability) & (material.due <= 0) & ~material.today)
    slippery = material.lapses[due] >= leeches.LAPSES  # asked after the others: it costs most and keeps least
    order = due[np.lexsort((recall[due], slippery))]
    urgent = [int(row) for row in order if row not in musts]
    fill(basket, sorted(musts), material, seconds)
    backlog = sum(seconds[row] for row in urgent) > basket.seconds_left
    if backlog:
        urgent.sort(key=lambda row: (material.lapses[row] >= leeches.LAPSES, -recall[row]))
    fill(basket, urgent, material, seconds)
    if not backlog and most_new > 0:
        unseen = np.flatnonzero(np.isnan(material.stability)).tolist()
        fresh = Basket(
            basket.seconds_left, basket.taken_groups, most=min(most_new, basket.most - len(basket.rows))
        )
        fill(fresh, by_weight(material, unseen, 4 * NEW_A_DAY), material, seconds)
        basket.rows += fresh.rows
        basket.seconds_left = fresh.seconds_left
