"""A truth that is not FSRS: two strengths of a memory (after Bjork and Bjork).

Storage only grows, the more the harder the card was to retrieve, and is never lost by forgetting; retrieval is renewed
by every sight and falls from there, the slower the more is stored. Cards and learners differ at random; nothing is
taken from FSRS parameters. The numbers are set so that Anki, which aims at 0.90, meets a true recall of 0.85.
"""

from __future__ import annotations

import numpy as np

from benchmarks.simulation import draws
from benchmarks.simulation.fsrs import Array, Ratings
from benchmarks.simulation.memories import UNSEEN, Cards, Mask, by_share, put
from benchmarks.simulation.scenario import FIRST_RATINGS

HALF_LIFE = 5.0  # days until half is forgotten, with nothing stored
GAIN = 4.0  # storage from a retrieval that had become impossible; easier ones give less, in proportion
LEAST_GAIN = 0.02  # storage from a sight of what was fully present
READ_GAIN = 0.3  # of the gain, when the answer had to be read because it was forgotten
FIRST_STORAGE = np.array([0.0, 0.5, 1.1, 2.3])  # by first rating
SHAPE = 0.8  # of forgetting: 1 would be exponential
LEARNERS_DIFFER, CARDS_DIFFER, GAIN_DIFFERS = 0.35, 0.5, 0.25  # standard deviations of logarithms
_CARD = 40  # stream of luck


class TwoProcessMemories:
    """`learners` (runs,): who; `lasting` (runs, cards): every card's time runs so many times slower."""

    def __init__(self, learners: Cards, seeds: draws.Seeds, lasting: Array) -> None:
        cards = draws.normal(seeds[:, None], np.arange(lasting.shape[1])[None, :], _CARD)
        each = np.stack([np.random.default_rng([8, who]).standard_normal(2) for who in learners.tolist()])
        self.half_life = HALF_LIFE * lasting * np.exp(LEARNERS_DIFFER * each[:, :1] + CARDS_DIFFER * cards)
        self.gain = GAIN * np.exp(GAIN_DIFFERS * each[:, 1:])
        self.storage = np.zeros(lasting.shape)
        self.last = np.full(lasting.shape, UNSEEN, dtype=np.int64)
        self._rows = np.arange(len(lasting))[:, None]

    def seen(self, cards: Cards) -> Mask:
        return self.last[self._rows, cards] != UNSEEN

    def recall(self, cards: Cards, day: int) -> Array:
        at = (self._rows, cards)
        half_lives = (day - self.last[at]) / (self.half_life[at] * np.exp(self.storage[at]))
        return np.where(self.last[at] != UNSEEN, 0.5 ** np.maximum(half_lives, 0) ** SHAPE, 0.0)

    def first_ratings(self, cards: Cards, luck: Array) -> Ratings:
        return by_share(luck, FIRST_RATINGS)

    def learn(self, cards: Cards, ratings: Ratings, day: int, given: Mask) -> None:
        at = (self._rows, cards)
        gain = self.gain * (1 - self.recall(cards, day)) * np.where(ratings == 1, READ_GAIN, 1.0)
        later = self.storage[at] + gain + LEAST_GAIN
        put(self.storage, cards, np.where(self.seen(cards), later, FIRST_STORAGE[ratings - 1]), given)
        put(self.last, cards, np.full(cards.shape, day), given)
