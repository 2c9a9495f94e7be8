"""A learner's memory parameters from few answers: the most probable ones, given what is usual.

`refit` needs some hundred answers and an extra package; this needs none, and is worth having from the first days on.
Each parameter is drawn to what is usual (the published defaults, or a class's) as strongly as learners are alike in
it, and moves as far as the answers argue for. Fisher scoring: predictions' slopes by small differences, all 21 at once
as one more axis of the arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quizzes.scheduler import fsrs6
from quizzes.scheduler.foretell import SURE
from quizzes.scheduler.fsrs6 import Array

# How far learners differ in each parameter: standard deviations published with the optimiser of FSRS-6, but of the
# logarithm for the four first stabilities, which range over factors.
SPREAD: Array = np.array(
    [1, 1, 1, 0.8, 0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33, 0.3, 0.09, 0.16, 0.57, 0.25, 1.03, 0.31, 0.32, 0.14, 0.2]
)  # fmt: skip
# Bounds of FSRS-6, as its optimiser clips.
LOW: Array = np.array(
    [0.001, 0.001, 0.001, 0.001, 1, 0.001, 0.001, 0.001, 0, 0, 0.001, 0.001, 0.001, 0.001, 0, 0, 1, 0, 0, 0, 0.1]
)  # fmt: skip
HIGH: Array = np.array(
    [100, 100, 100, 100, 10, 4, 4, 0.75, 4.5, 0.8, 3.5, 5, 0.25, 0.9, 4, 1, 6, 2, 2, 0.8, 0.8]
)
STEPS = 6
_LOGS = 4  # the first four move on a logarithmic scale
_NUDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Answers:
    """Cards' answers in order, padded: `ratings` card × place (0: none), `gaps` study days since the one before."""

    ratings: npt.NDArray[np.int64]
    gaps: npt.NDArray[np.int64]

    @classmethod
    def of(cls, histories: Iterable[Sequence[tuple[int, int]]]) -> Answers:
        """From (rating, days since the answer before) of each card, the first sight first."""
        rows = [list(history) for history in histories]
        longest = max((len(row) for row in rows), default=0)
        ratings = np.zeros((len(rows), longest), dtype=np.int64)
        gaps = np.zeros((len(rows), longest), dtype=np.int64)
        for place, row in enumerate(rows):
            if row:
                ratings[place, : len(row)], gaps[place, : len(row)] = np.array(row).T
        return cls(ratings, gaps)

    @property
    def evaluable(self) -> int:
        """Answers that say something about forgetting: those on a later day than the one before."""
        return int(((self.ratings > 0) & (self.gaps > 0))[:, 1:].sum())


def memories(w: Array, answers: Answers) -> tuple[Array, Array]:
    """Stability (NaN where there is no answer) and difficulty of each card after all its answers. `w`: (21,)."""
    stability, difficulty, _, _ = _walk(w.reshape(21, 1, 1), answers)
    return stability[0], difficulty[0]


def predictions(w: Array, answers: Answers) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Predicted recall at each evaluable answer, and whether it was recalled. `w`: (21,) or (21, several)."""
    several = w.reshape(21, -1, 1)
    _, _, recall, recalled = _walk(several, answers)
    if not recall:
        return np.zeros((several.shape[1], 0)), np.zeros(0, dtype=np.bool_)
    return np.clip(np.concatenate(recall, axis=1), SURE, 1 - SURE), np.concatenate(recalled)


def _walk(several: Array, answers: Answers) -> tuple[Array, Array, list[Array], list[npt.NDArray[np.bool_]]]:
    """Play all cards at once, answer by answer: memory at the end, and what was predicted and recalled on the way."""
    cards, longest = answers.ratings.shape
    stability = np.full((several.shape[1], cards), np.nan)
    difficulty = np.full_like(stability, 5.0)
    recall, recalled = [], []
    for place in range(longest):
        rating, gap = answers.ratings[:, place], answers.gaps[:, place]
        open_ = np.flatnonzero(rating)
        rating, gap = rating[open_], gap[open_]
        if place:
            counted = np.flatnonzero(gap > 0)
            recall.append(fsrs6.retrievability(several, stability[:, open_[counted]], gap[counted]))
            recalled.append(rating[counted] > fsrs6.AGAIN)
        stability[:, open_], difficulty[:, open_] = fsrs6.review(
            several, stability[:, open_], difficulty[:, open_], rating, gap
        )
    return stability, difficulty, recall, recalled


def fit(
    answers: Answers,
    usual: Sequence[float] | Array | None = None,
    strength: float = 1.0,
    start: Array | None = None,
) -> Array:
    """The most probable parameters (21,), within the bounds of FSRS-6; `usual` when nothing can be told.

    `strength` scales how strongly the usual ones draw; `start` may be an earlier fit.
    """
    centre = _inward(fsrs6.vector(usual))
    spread = SPREAD / np.sqrt(strength)
    place = centre if start is None else _inward(start)
    best = _badness(place, answers, centre, spread)
    for _ in range(STEPS):
        slopes, wrong, weight = _slopes(place, answers)
        if not len(wrong):
            return fsrs6.vector(usual)
        curvature = (slopes * weight) @ slopes.T + np.diag(1.0 / spread**2)
        downhill = slopes @ (wrong * weight) - (place - centre) / spread**2
        step = np.linalg.solve(curvature, downhill)
        place, better = _line_search(place, step, answers, centre, spread, best)
        if best - better < 0.01:
            break
        best = better
    return outward(place)


def _slopes(place: Array, answers: Answers) -> tuple[Array, Array, Array]:
    """d recall / d parameter (21 × answer), outcome less prediction, and 1 / variance of each outcome."""
    nudged = np.repeat(place[:, None], 22, axis=1)
    nudged[np.arange(21), np.arange(1, 22)] += _NUDGE
    recall, recalled = predictions(outward(nudged), answers)
    now = recall[0]
    return (recall[1:] - now) / _NUDGE, recalled - now, 1.0 / (now * (1.0 - now))


def _line_search(
    place: Array, step: Array, answers: Answers, centre: Array, spread: Array, best: float
) -> tuple[Array, float]:
    for share in (1.0, 0.5, 0.25, 0.1):
        tried = _inward(outward(place + share * step))
        if (badness := _badness(tried, answers, centre, spread)) < best:
            return tried, badness
    return place, best


def _badness(place: Array, answers: Answers, centre: Array, spread: Array) -> float:
    """Negative logarithm of the posterior, but for a constant."""
    recall, recalled = predictions(outward(place), answers)
    surprise = -np.log(np.where(recalled, recall[0], 1.0 - recall[0])).sum()
    return float(surprise + 0.5 * (((place - centre) / spread) ** 2).sum())


def _inward(w: Array) -> Array:
    place = np.clip(w.T, LOW, HIGH).T.copy()
    place[:_LOGS] = np.log(place[:_LOGS])
    return place


def outward(place: Array) -> Array:
    w = place.copy()
    w[:_LOGS] = np.exp(np.clip(w[:_LOGS], -10.0, 6.0))
    return np.asarray(np.clip(w.T, LOW, HIGH).T)
