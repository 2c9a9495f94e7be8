"""A study day before an exam: what raises the expected score on the exam day most for its seconds.

The worth of a card comes of `quizzes.scheduler.exam_plan`, for seen and unseen ones together. The minutes are a hard
limit. What is left of them when nothing gains more today than on a later day is used all the same: on what lifts the
score most against leaving it alone, because a later day may not come.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np
import numpy.typing as npt

from quizzes.planning.choosing import MOST_CARDS, Basket, by_weight, fill
from quizzes.planning.material import Floats, Material


def choose(
    material: Material,
    gain: Floats,
    lift: Floats,
    seconds: Sequence[float],
    musts: Set[int],
    basket: Basket,
    only_seen: bool = False,
) -> None:
    """Fill the basket. Both by second spent on the row today: `gain` of expected score against the best later day,
    `lift` of recall on exam day, weighted, against leaving it alone; 0 where it is not worth a look."""
    fill(basket, sorted(musts), material, seconds)
    asked = ~material.today
    if only_seen:
        asked &= ~np.isnan(material.stability)
    for worth in (gain, lift):
        asked[[*musts, *basket.rows]] = False
        fill(basket, _shared_out(_best_first(worth, asked), asked, material), material, seconds)


def _shared_out(order: list[int], asked: npt.NDArray[np.bool_], material: Material) -> list[int]:
    """How many first sights there are is a matter of worth; the domains share them by weight.

    Unseen cards of a domain are alike: which day meets which hardly matters to the plan, so its order says nothing
    about domains, and a heavy one could be left for later and later.
    """
    unseen = np.isnan(material.stability)
    places = [place for place, row in enumerate(order) if unseen[row]][: 2 * MOST_CARDS]
    rows = by_weight(material, np.flatnonzero(asked & unseen).tolist(), len(places))
    shared = order.copy()
    for place, row in zip(places, rows, strict=False):
        shared[place] = row
    return shared


def _best_first(worth: Floats, asked: npt.NDArray[np.bool_]) -> list[int]:
    rows = np.flatnonzero(asked & (worth > 0))
    order: list[int] = rows[np.argsort(-worth[rows], kind="stable")].tolist()
    return order
