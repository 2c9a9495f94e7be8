"""The one formula of the package: the probability that a learner answers a question right.

`probability = floor + (1 - floor) · logistic(ability - difficulty)`, abilities and difficulties in logits. The floor
holds the two ways to be right without being able: luck, and remembering this very question.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HIGHEST_FLOOR = 0.999  # an answer is never wholly without information, and logarithms stay finite
WIDEST = 30.0  # logits; beyond it exp() says nothing more


def chance(options: int, right: int = 1) -> float:
    """Luck: the probability to pick exactly the `right` of `options` blindly; 0 where nothing is to be picked.

    Multiple response is all or nothing and says how many are to be chosen: one combination is right.
    """
    if options < 2 or not 0 < right <= options:
        return 0.0
    return 1.0 / max(2, comb(options, right))


def luck_of(payload: Mapping[str, Any]) -> float:
    """The probability to answer a question blindly right; 0 where its payload has no options to pick from."""
    options = payload.get("options") or []
    return chance(len(options), sum(bool(option.get("correct")) for option in options))


def floor(luck: ArrayLike, recall: ArrayLike = 0.0) -> Floats:
    """Probability (0 to 1) to be right without ability: by luck, or by remembering. Shapes broadcast."""
    lucky = clean(luck, 0.0, 0.0, 1.0)
    remembered = clean(recall, 0.0, 0.0, 1.0)
    return np.minimum(1.0 - (1.0 - lucky) * (1.0 - remembered), HIGHEST_FLOOR)


def logistic(logits: ArrayLike) -> Floats:
    """1 / (1 + e^-x), for any x without a warning."""
    clipped: Floats = np.clip(np.asarray(logits, dtype=np.float64), -WIDEST, WIDEST)
    result: Floats = 1.0 / (1.0 + np.exp(-clipped))
    return result


def attenuation(error: ArrayLike) -> Floats:
    """What a standard error of the difficulty does to a logit: it is drawn towards 0 by this factor (≤ 1)."""
    spread = clean(error, 0.0, 0.0, 10.0)
    factor: Floats = 1.0 / np.sqrt(1.0 + np.pi / 8.0 * spread**2)
    return factor


def clean(values: ArrayLike, otherwise: float, low: float, high: float) -> Floats:
    """Floats within low … high; what is not a number becomes `otherwise`."""
    numbers: Any = np.asarray(values, dtype=np.float64)
    kept: Floats = np.clip(np.where(np.isnan(numbers), otherwise, numbers), low, high)
    return kept
