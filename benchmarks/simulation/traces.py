"""A truth that is not FSRS: every sight of a card leaves a trace that fades by a power law (Pavlik and Anderson).

A trace fades the faster the stronger the memory was when it was made; so repeating at once adds little, and repeating
after a while much: the spacing effect. Forgetting a card does not undo its older traces. Recall is a logistic function
of the summed traces. Cards and learners differ at random; nothing is taken from FSRS parameters. The numbers are set so
that Anki, which aims at 0.90, meets a true recall of 0.87 at reviews.
"""

from __future__ import annotations

import numpy as np

from benchmarks.simulation import draws
from benchmarks.simulation.fsrs import Array, Ratings
from benchmarks.simulation.memories import Cards, Mask, by_share
from benchmarks.simulation.scenario import FIRST_RATINGS

FADING = 0.22  # how fast a trace of an unknown card fades; the exponent, time in days
FADING_FASTER = 0.22  # what a memory of strength 1 adds to that
SOONEST = 0.02  # days: half an hour, the youngest that a trace counts as
THRESHOLD = -0.55  # log strength at which half is recalled
NOISE = 0.35  # of the logistic curve
CARDS_DIFFER, LEARNERS_DIFFER = 0.3, 0.15  # standard deviations of the threshold
FADING_DIFFERS = 0.15  # standard deviation of its logarithm, over learners
FIRST_TELLS = 0.7  # correlation of a card's ease with its first rating
_EASE, _ELSE = 30, 32  # streams of luck


class TraceMemories:
    """`learners` (runs,): who; `lasting` (runs, cards): every card's time runs so many times slower."""

    def __init__(self, learners: Cards, seeds: draws.Seeds, lasting: Array) -> None:
        shape = lasting.shape
        self.lasting = lasting
        columns = np.arange(shape[1])[None, :]
        self._ease = draws.normal(seeds[:, None], columns, _EASE)
        self._else = draws.normal(seeds[:, None], columns, _ELSE)
        each = np.stack([np.random.default_rng([7, who]).standard_normal(2) for who in learners.tolist()])
        self.threshold = THRESHOLD + LEARNERS_DIFFER * each[:, :1] - CARDS_DIFFER * self._ease
        self.fading = FADING * np.exp(FADING_DIFFERS * each[:, 1:])
        self.count = np.zeros(shape, dtype=np.int64)
        self.made = np.zeros((*shape, 8), dtype=np.float32)  # day of each trace
        self.exponent = np.zeros((*shape, 8), dtype=np.float32)
        self._rows = np.arange(shape[0])[:, None]

    def seen(self, cards: Cards) -> Mask:
        return self.count[self._rows, cards] > 0

    def recall(self, cards: Cards, day: int) -> Array:
        strength = self._strength(cards, day)
        with np.errstate(divide="ignore"):
            above = np.log(strength) - self.threshold[self._rows, cards]
        return np.where(strength > 0, 1 / (1 + np.exp(-above / NOISE)), 0.0)

    def first_ratings(self, cards: Cards, luck: Array) -> Ratings:
        """Easy cards are rated better at first sight, with the usual shares over all cards."""
        at = (self._rows, cards)
        told = FIRST_TELLS * self._ease[at] + np.sqrt(1 - FIRST_TELLS**2) * self._else[at]
        return by_share(_share_below(told), FIRST_RATINGS)

    def learn(self, cards: Cards, ratings: Ratings, day: int, given: Mask) -> None:
        exponent = self.fading + FADING_FASTER * self._strength(cards, day)
        rows, places = np.nonzero(given)
        columns = cards[rows, places]
        at = self.count[rows, columns]
        if at.size and at.max() >= self.made.shape[2]:
            more = np.zeros_like(self.made)
            self.made = np.concatenate([self.made, more], axis=2)
            self.exponent = np.concatenate([self.exponent, more], axis=2)
        self.made[rows, columns, at] = day
        self.exponent[rows, columns, at] = exponent[rows, places]
        self.count[rows, columns] += 1

    def _strength(self, cards: Cards, day: int) -> Array:
        at = (self._rows, cards)
        days = (day - self.made[at]) / self.lasting[at][:, :, None] + SOONEST
        there = np.arange(self.made.shape[2]) < self.count[at][:, :, None]
        return np.asarray(np.where(there, days ** -self.exponent[at], 0.0).sum(axis=2), dtype=np.float64)


def _share_below(normal: Array) -> Array:
    """The cumulative normal distribution (logistic approximation, within 0.0002)."""
    return 1 / (1 + np.exp(-(1.5976 * normal + 0.07056 * normal**3)))
