"""FSRS-6 for whole arrays of cards: the simulation's own, so that truth and the scheduler under test share no code.

`Parameters` are 21 arrays of shape (runs, 1): every run has its own, and they spread over arrays of (runs, cards).
Stability is in days, difficulty from 1 to 10, ratings are 1 (Again) to 4 (Easy).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ratings = NDArray[np.int64]
Parameters = Array  # (21, runs, 1)

DEFAULTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
SHORTEST = 0.001  # days: no stability falls below


def parameters_of(rows: Sequence[Sequence[float]] | Array) -> Parameters:
    """Parameters of many runs, one row of 21 numbers a run."""
    array = np.asarray(rows, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 21:
        raise ValueError(f"FSRS-6 has 21 parameters a learner; these are {array.shape}.")
    return np.ascontiguousarray(array.T)[:, :, None]


def recall(w: Parameters, stability: Array, days: Array | float) -> Array:
    """The probability to remember, `days` after the last answer."""
    decay = -w[20]
    factor = 0.9 ** (1 / decay) - 1
    return (1 + factor * days / stability) ** decay


def interval(w: Parameters, stability: Array, retention: Array | float) -> Array:
    """Days until recall has fallen to `retention`; not rounded."""
    decay = -w[20]
    factor = 0.9 ** (1 / decay) - 1
    return stability / factor * (retention ** (1 / decay) - 1)


def first_stability(w: Parameters, rating: Ratings) -> Array:
    return np.maximum(_by_rating(rating, w[0], w[1], w[2], w[3]), SHORTEST)


def first_difficulty(w: Parameters, rating: Ratings) -> Array:
    return np.clip(_unbounded_difficulty(w, rating), 1, 10)


def next_difficulty(w: Parameters, difficulty: Array, rating: Ratings) -> Array:
    change = -w[6] * (rating - 3)
    moved = difficulty + change * (10 - difficulty) / 9
    return np.clip(w[7] * _unbounded_difficulty(w, np.int64(4)) + (1 - w[7]) * moved, 1, 10)


def next_stability(w: Parameters, stability: Array, difficulty: Array, rating: Ratings, days: Array) -> Array:
    """After an answer `days` whole days after the last one; 0 follow the short-term formula."""
    chance = recall(w, stability, days)
    after = np.where(
        rating == 1,
        forgotten(w, stability, difficulty, chance),
        recalled(w, stability, difficulty, chance, rating),
    )
    return np.maximum(np.where(days <= 0, same_day(w, stability, rating), after), SHORTEST)


def recalled(w: Parameters, stability: Array, difficulty: Array, chance: Array, rating: Ratings) -> Array:
    growth = np.exp(w[8]) * (11 - difficulty) * stability ** -w[9] * np.expm1((1 - chance) * w[10])
    return stability * (1 + growth * _by_rating(rating, 1.0, w[15], 1.0, w[16]))


def forgotten(w: Parameters, stability: Array, difficulty: Array, chance: Array) -> Array:
    long_term = w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1) * np.exp((1 - chance) * w[14])
    return np.minimum(long_term, stability / np.exp(w[17] * w[18]))


def same_day(w: Parameters, stability: Array, rating: Ratings) -> Array:
    factor = np.exp(w[17] * (rating - 3 + w[18])) * stability ** -w[19]
    return stability * np.where(rating >= 2, np.maximum(factor, 1.0), factor)


def _unbounded_difficulty(w: Parameters, rating: Ratings | np.int64) -> Array:
    return w[4] - np.exp(w[5] * (rating - 1)) + 1


def _by_rating(
    rating: Ratings, again: Array | float, hard: Array | float, good: Array | float, easy: Array | float
) -> Array:
    return np.where(rating == 1, again, np.where(rating == 2, hard, np.where(rating == 3, good, easy)))
