"""What learners truly remember: one interface, and the truth that is FSRS-6 with each learner's own parameters.

All arrays are (runs, cards asked): row r of `cards` holds the cards that run r is asked, padded where `given` is False.
No policy ever sees anything from here but ratings.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation import fsrs
from benchmarks.simulation.fsrs import Array, Ratings
from benchmarks.simulation.scenario import FIRST_RATINGS

Cards = NDArray[np.int64]
Mask = NDArray[np.bool_]
UNSEEN = -1


class Memories(Protocol):
    """The memories of all runs of a batch."""

    def seen(self, cards: Cards) -> Mask: ...

    def recall(self, cards: Cards, day: int) -> Array:
        """Probability to remember each card on that day; 0 for cards never seen."""
        ...

    def first_ratings(self, cards: Cards, luck: Array) -> Ratings:
        """Ratings at first sight, by luck in (0, 1)."""
        ...

    def learn(self, cards: Cards, ratings: Ratings, day: int, given: Mask) -> None:
        """Changes the memory of each card that was `given`."""
        ...


class FsrsMemories:
    """FSRS-6 and, hidden, (runs, cards): `first`, what multiplies a card's first stability; `lasting`, how many times
    as long it is remembered as its stability says."""

    def __init__(self, parameters: fsrs.Parameters, first: Array, lasting: Array) -> None:
        self.w = parameters
        self.first = first
        self.lasting = lasting
        self.stability = np.ones(lasting.shape)
        self.difficulty = np.ones(lasting.shape)
        self.last = np.full(lasting.shape, UNSEEN, dtype=np.int64)
        self._rows = np.arange(len(lasting))[:, None]

    def seen(self, cards: Cards) -> Mask:
        return self.last[self._rows, cards] != UNSEEN

    def recall(self, cards: Cards, day: int) -> Array:
        at = (self._rows, cards)
        days = (day - self.last[at]) / self.lasting[at]
        return np.where(self.last[at] != UNSEEN, fsrs.recall(self.w, self.stability[at], days), 0.0)

    def first_ratings(self, cards: Cards, luck: Array) -> Ratings:
        return by_share(luck, FIRST_RATINGS)

    def learn(self, cards: Cards, ratings: Ratings, day: int, given: Mask) -> None:
        at = (self._rows, cards)
        stability, difficulty, seen = self.stability[at], self.difficulty[at], self.last[at] != UNSEEN
        days = np.where(seen, (day - self.last[at]) / self.lasting[at], 0.0)
        later = fsrs.next_stability(self.w, stability, difficulty, ratings, days)
        first = fsrs.first_stability(self.w, ratings) * self.first[at]
        harder = fsrs.next_difficulty(self.w, difficulty, ratings)
        put(self.stability, cards, np.where(seen, later, first), given)
        put(self.difficulty, cards, np.where(seen, harder, fsrs.first_difficulty(self.w, ratings)), given)
        put(self.last, cards, np.full(cards.shape, day), given)


def put(into: NDArray, cards: Cards, values: NDArray, given: Mask) -> None:
    """`into[run, card] = value` where given."""
    rows, columns = np.nonzero(given)
    into[rows, cards[rows, columns]] = values[rows, columns]


def by_share(luck: Array, shares: tuple[float, ...], lowest: int = 1) -> Ratings:
    """Ratings from `lowest` upwards, drawn by luck in (0, 1) with these shares."""
    return np.searchsorted(np.cumsum(shares)[:-1], luck, side="right").astype(np.int64) + lowest
