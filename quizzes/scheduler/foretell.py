"""What a memory model says before each answer that it could be judged by: the ground of refits and of measurements.

A history is the answers to one card, oldest first. An answer is *evaluable* when it is not the first of its card and
at least one study day lies before it: only there does the model say something that can be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from quizzes.scheduler import fsrs6
from quizzes.scheduler.memory import Rating

Array = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]

SURE = 1e-4  # no forecast counts as more certain than this


class Answer(NamedTuple):
    """`rating` 1–4, `elapsed` study days since the card's last answer (0 for the first), `at` any number that orders
    the answers of all cards in time, such as seconds or study days. A plain tuple of the three will do."""

    rating: int
    elapsed: int
    at: float


History = Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Evaluable:
    """All evaluable answers of many histories in order of time; arrays of equal length.

    `card` and `place` say where an answer stands (index of the history, index in it), `elapsed` is in study days,
    `recalled` is 1 or 0.
    """

    card: Integers
    place: Integers
    elapsed: Integers
    recalled: Array

    def __len__(self) -> int:
        return len(self.card)


def evaluable(histories: Sequence[History]) -> Evaluable:
    """The order is that of `at`; answers of one moment keep the order of cards and places."""
    found = [
        (answer[2], card, place, answer[1], answer[0] != Rating.AGAIN)
        for card, history in enumerate(histories)
        for place, answer in enumerate(history)
        if place and answer[1] >= 1
    ]
    found.sort()
    columns = np.array([row[1:] for row in found], dtype=np.int64).reshape(len(found), 4)
    return Evaluable(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3].astype(np.float64))


class Table:
    """Many histories as arrays, so that all cards move on by one answer at once. Ratings 0 stand for no answer."""

    def __init__(self, histories: Sequence[History]) -> None:
        counts = np.array([len(history) for history in histories], dtype=np.int64)
        self._order = np.argsort(
            -counts, kind="stable"
        )  # longest first: the cards still running are the first rows
        self._row = np.empty(len(counts), dtype=np.int64)
        self._row[self._order] = np.arange(len(counts))
        self._counts = counts[self._order]
        width = int(counts.max(initial=0))
        self._ratings = np.zeros((len(counts), width), dtype=np.int64)
        self._elapsed = np.zeros((len(counts), width), dtype=np.int64)
        for row, card in enumerate(self._order):
            history = histories[card]
            self._ratings[row, : len(history)] = [answer[0] for answer in history]
            self._elapsed[row, : len(history)] = [answer[1] for answer in history]

    def recall(self, at: Evaluable, parameters: Sequence[float] | None) -> Array:
        """Probability of recall just before each of these answers, under these parameters (None: the defaults)."""
        w = fsrs6.vector(parameters)
        before = np.ones(self._ratings.shape)
        stability, difficulty = np.full(len(self._row), np.nan), np.full(len(self._row), np.nan)
        for place in range(self._ratings.shape[1]):
            running = int(np.searchsorted(-self._counts, -place, side="left"))
            stability, difficulty = stability[:running], difficulty[:running]
            rating, elapsed = self._ratings[:running, place], self._elapsed[:running, place]
            if place:
                before[:running, place] = fsrs6.retrievability(w, stability, elapsed)
            stability, difficulty = fsrs6.review(w, stability, difficulty, rating, elapsed)
        return np.asarray(before[self._row[at.card], at.place])


def losses(recall: Array, recalled: Array) -> Array:
    """Of each answer −log of the probability that was given to what happened."""
    p = np.clip(recall, SURE, 1 - SURE)
    return np.asarray(-np.log(np.where(recalled > 0, p, 1 - p)), dtype=np.float64)


def log_loss(recall: Array, recalled: Array) -> float:
    """The mean of these; 0 is perfect, 0.693 a coin. NaN without answers."""
    return float(losses(recall, recalled).mean()) if len(recall) else float("nan")
