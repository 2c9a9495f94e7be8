"""FSRS-6 over numpy arrays: the same formulas as `memory`, for thousands of cards at once.

The exam plan, forecasts and simulations use this; an answer goes through `memory`. Every function takes and gives
arrays (or numbers) that broadcast together. `w` is the vector of 21 parameters, or an array whose first axis is those
21 and whose others broadcast with the rest. Stability is in study days, difficulty from 1 to 10, ratings from 1
(Again) to 4 (Easy). Source: the published formulas of FSRS-6.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from fsrs.scheduler import DEFAULT_PARAMETERS

Array = npt.NDArray[np.floating]

DEFAULTS: Array = np.array(DEFAULT_PARAMETERS, dtype=np.float64)
SHORTEST, LONGEST = 0.001, 36_500.0  # stability, days
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4


def vector(parameters: Sequence[float] | Array | None) -> Array:
    """The parameters as an array; the published defaults when there are none."""
    return DEFAULTS if parameters is None else np.asarray(parameters, dtype=np.float64)


def factor(w: Array) -> Array:
    """The constant that makes recall exactly 0.9 after `stability` days."""
    return np.asarray(0.9 ** (-1.0 / w[20]) - 1.0)


def retrievability(w: Array, stability: npt.ArrayLike, days: npt.ArrayLike) -> Array:
    """Probability of recall `days` (≥ 0) after the last answer."""
    return np.asarray(
        (1.0 + factor(w) * np.asarray(days) / np.asarray(stability)) ** -w[20], dtype=np.float64
    )


def first_stability(w: Array, rating: npt.ArrayLike) -> Array:
    rating = np.asarray(rating)
    chosen = np.where(
        rating == AGAIN, w[0], np.where(rating == HARD, w[1], np.where(rating == GOOD, w[2], w[3]))
    )
    return np.clip(chosen, SHORTEST, LONGEST)


def first_difficulty(w: Array, rating: npt.ArrayLike) -> Array:
    return np.clip(_first_difficulty(w, rating), 1.0, 10.0)


def next_difficulty(w: Array, difficulty: npt.ArrayLike, rating: npt.ArrayLike) -> Array:
    """Moves less the nearer it is to 10, and is drawn a little to the difficulty of an easy card."""
    difficulty = np.asarray(difficulty)
    change = -w[6] * (np.asarray(rating) - 3.0)
    damped = difficulty + (10.0 - difficulty) * change / 9.0
    return np.clip(w[7] * _first_difficulty(w, EASY) + (1.0 - w[7]) * damped, 1.0, 10.0)


def stability_recalled(
    w: Array,
    stability: npt.ArrayLike,
    difficulty: npt.ArrayLike,
    recall: npt.ArrayLike,
    rating: npt.ArrayLike,
) -> Array:
    """After Hard, Good or Easy on a later day."""
    stability, rating = np.asarray(stability), np.asarray(rating)
    extra = np.where(rating == HARD, w[15], np.where(rating == EASY, w[16], 1.0))
    growth = (
        np.exp(w[8])
        * (11.0 - np.asarray(difficulty))
        * stability ** -w[9]
        * np.expm1((1.0 - np.asarray(recall)) * w[10])
        * extra
    )
    return np.clip(stability * (1.0 + growth), SHORTEST, LONGEST)


def stability_forgotten(
    w: Array, stability: npt.ArrayLike, difficulty: npt.ArrayLike, recall: npt.ArrayLike
) -> Array:
    """After Again on a later day; never above what a failed review of the same day would leave."""
    stability = np.asarray(stability)
    left = (
        w[11]
        * np.asarray(difficulty) ** -w[12]
        * ((stability + 1.0) ** w[13] - 1.0)
        * np.exp((1.0 - np.asarray(recall)) * w[14])
    )
    return np.clip(np.minimum(left, stability / np.exp(w[17] * w[18])), SHORTEST, LONGEST)


def stability_same_day(w: Array, stability: npt.ArrayLike, rating: npt.ArrayLike) -> Array:
    """After a second answer on one study day; only Again may shorten it."""
    stability, rating = np.asarray(stability), np.asarray(rating)
    growth = np.exp(w[17] * (rating - 3.0 + w[18])) * stability ** -w[19]
    growth = np.where(rating >= HARD, np.maximum(growth, 1.0), growth)
    return np.clip(stability * growth, SHORTEST, LONGEST)


def review(
    w: Array, stability: npt.ArrayLike, difficulty: npt.ArrayLike, rating: npt.ArrayLike, days: npt.ArrayLike
) -> tuple[Array, Array]:
    """Stability and difficulty after an answer. NaN stability means a first sight; `days` are study days."""
    stability, difficulty = np.asarray(stability, dtype=np.float64), np.asarray(difficulty, dtype=np.float64)
    rating, days = np.asarray(rating), np.asarray(days)
    unseen = np.isnan(stability)
    known, hard = np.where(unseen, 1.0, stability), np.where(unseen, 5.0, difficulty)
    recall = retrievability(w, known, np.maximum(days, 0))
    later = np.where(
        rating == AGAIN,
        stability_forgotten(w, known, hard, recall),
        stability_recalled(w, known, hard, recall, rating),
    )
    after = np.where(days < 1, stability_same_day(w, known, rating), later)
    return (
        np.where(unseen, first_stability(w, rating), after),
        np.where(unseen, first_difficulty(w, rating), next_difficulty(w, hard, rating)),
    )


def _first_difficulty(w: Array, rating: npt.ArrayLike) -> Array:
    return np.asarray(w[4] - np.exp(w[5] * (np.asarray(rating) - 1.0)) + 1.0)
