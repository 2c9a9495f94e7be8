"""A study day without an exam ahead: what falls below the desired retention, and a few new questions.

A backlog larger than the minutes is worked off over days: what is best remembered first, because it costs least to
keep, and nothing new until it is gone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence, Set

import numpy as np

from quizzes.planning.choosing import Basket, fill
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
        fresh = Basket(
            basket.seconds_left, basket.taken_groups, most=min(most_new, basket.most - len(basket.rows))
        )
        fill(fresh, by_weight(material), material, seconds)
        basket.rows += fresh.rows
        basket.seconds_left = fresh.seconds_left


def by_weight(material: Material, most: int = 4 * NEW_A_DAY) -> list[int]:
    """Unseen rows, the domains taken in proportion to their weights: the one furthest behind its share is next."""
    queues: dict[int | None, deque[int]] = {}
    weights: dict[int | None, float] = {}
    for row in np.flatnonzero(np.isnan(material.stability)).tolist():
        place = material.places[int(material.topic[row])]
        queues.setdefault(place.domain, deque()).append(row)
        weights[place.domain] = max(1e-9, place.weight)
    taken = dict.fromkeys(queues, 0)
    order: list[int] = []
    while any(queues.values()) and len(order) < most:
        domain = min(
            (one for one, queue in queues.items() if queue), key=lambda one: (taken[one] + 0.5) / weights[one]
        )
        order.append(queues[domain].popleft())
        taken[domain] += 1
    return order
