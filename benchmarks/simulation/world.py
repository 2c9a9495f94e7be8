"""Learners at work: answers drawn from true recall, each taking its seconds, under a hard cap a day.

One rule for every policy: an answer that would end beyond the day's seconds is not given, and the day ends there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.simulation import draws
from benchmarks.simulation.fsrs import Array, Ratings
from benchmarks.simulation.memories import Cards, Mask, Memories, by_share, put
from benchmarks.simulation.scenario import (
    FIRST_SECONDS,
    FIRST_STEP_SECONDS,
    LATER_PASSES,
    LATER_SECONDS,
    RELEARNING_SECONDS,
)

Seeds = draws.Seeds
_PASSED, _HOW_WELL = 0, 1  # streams of luck
NOBODY = -1  # pads a queue


@dataclass(frozen=True, slots=True)
class Answers:
    """What a batch of runs answered, all (runs, places in the queue). Where not `given`, nothing happened."""

    cards: Cards
    ratings: Ratings
    seconds: Array
    given: Mask


class World:
    """`seeds` (runs,): the luck of each run; `seconds` (runs, days): the cap of each day."""

    def __init__(self, memories: Memories, cards: int, seeds: Seeds, seconds: Array, relearning: str) -> None:
        self.memories = memories
        self.cards = cards
        self.seeds = seeds[:, None]
        self.seconds = seconds
        self.relearning = relearning
        self.left = np.zeros(len(seeds))
        self._showings = np.zeros((len(seeds), cards), dtype=np.int64)
        self._owed = np.zeros((len(seeds), cards))  # seconds of the step that a card still needs today
        self._rows = np.arange(len(seeds))[:, None]

    def begin(self, day: int) -> None:
        self.left = self.seconds[:, day].copy()
        self._owed[:] = 0

    def ask(self, queue: Cards, day: int, at_once: bool = True) -> tuple[Answers, Answers]:
        """Asks each run the cards of its row in turn, each once, until the row or the day's seconds end.

        The second answers are the steps of cards that were forgotten, taken at once; their seconds are within those of
        the first. Where cards are `shown_again`, a policy that shows them itself asks with `at_once=False`, and there
        are none.
        """
        cards = np.maximum(queue, 0)
        at = (self._rows, cards)
        ratings, first = self._ratings(cards, day)
        needs_step = (ratings == 1) | (first & (ratings == 2))
        step = np.where(first, FIRST_STEP_SECONDS, RELEARNING_SECONDS) * needs_step
        owed = self._owed[at]
        seconds = np.where(first, np.take(FIRST_SECONDS, ratings - 1), np.take(LATER_SECONDS, ratings - 1))
        seconds = np.where(owed > 0, owed, seconds) + step * at_once
        given = self._in_time(seconds, queue != NOBODY)
        self._learn(cards, ratings, day, given)
        put(self._owed, cards, step * (not at_once), given)
        answers = Answers(cards, ratings, seconds, given)
        return answers, self._steps(Answers(cards, ratings, step, given & needs_step & at_once), day)

    def _steps(self, steps: Answers, day: int) -> Answers:
        """Takes the steps: Good, unless cards are really shown a second time, when they may be forgotten again."""
        ratings = np.full(steps.cards.shape, 3)
        if self.relearning == "shown_again":
            ratings, _ = self._ratings(steps.cards, day)
        given = steps.given & (self.relearning != "charged")
        if given.any():
            self._learn(steps.cards, ratings, day, given)
        return Answers(steps.cards, ratings, steps.seconds, given)

    def _learn(self, cards: Cards, ratings: Ratings, day: int, given: Mask) -> None:
        self.memories.learn(cards, ratings, day, given)
        put(self._showings, cards, self._showings[self._rows, cards] + 1, given)

    def score(self, day: int) -> Array:
        """Mean recall of each run over all its cards on that day, 0 to 1; a card never seen counts 0."""
        everything = np.broadcast_to(np.arange(self.cards), (len(self.seeds), self.cards))
        return self.memories.recall(everything, day).mean(axis=1)

    def _ratings(self, cards: Cards, day: int) -> tuple[Ratings, Mask]:
        showing = self._showings[self._rows, cards]
        luck = draws.uniform(self.seeds, cards, showing, _PASSED)
        how_well = draws.uniform(self.seeds, cards, showing, _HOW_WELL)
        passed = luck < self.memories.recall(cards, day)
        later = np.where(passed, by_share(how_well, LATER_PASSES, lowest=2), 1)
        first = ~self.memories.seen(cards)
        return np.where(first, self.memories.first_ratings(cards, how_well), later), first

    def _in_time(self, seconds: Array, asked: Mask) -> Mask:
        ends = np.cumsum(np.where(asked, seconds, 0.0), axis=1)
        given = asked & np.logical_and.accumulate(~asked | (ends <= self.left[:, None] + 1e-9), axis=1)
        self.left = self.left - np.where(given, seconds, 0.0).sum(axis=1)
        return given
