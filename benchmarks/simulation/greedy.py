"""A policy between Anki and ours: the cards whose study today raises recall on exam day most per second."""

from __future__ import annotations

import numpy as np

from benchmarks.simulation import fsrs
from benchmarks.simulation.fsrs import Array
from benchmarks.simulation.memories import UNSEEN, put
from benchmarks.simulation.policies import taken
from benchmarks.simulation.scenario import (
    FIRST_RATINGS,
    FIRST_SECONDS,
    FIRST_STEP_SECONDS,
    LATER_PASSES,
    LATER_SECONDS,
    RELEARNING_SECONDS,
    Scenario,
)
from benchmarks.simulation.world import Answers, Cards

FIRST_SIGHT = float(np.dot(FIRST_RATINGS, FIRST_SECONDS)) + FIRST_STEP_SECONDS * sum(FIRST_RATINGS[:2])


class Greedy:
    """Looks one answer ahead, with FSRS-6's default parameters: expected recall on exam day with and without it."""

    def __init__(self, runs: int, scenario: Scenario) -> None:
        shape = (runs, scenario.cards)
        self.w = fsrs.parameters_of([fsrs.DEFAULTS])
        self.days = scenario.days
        self.most = min(scenario.most_answers, scenario.cards)
        self.stability = np.ones(shape)
        self.difficulty = np.ones(shape)
        self.last = np.full(shape, UNSEEN, dtype=np.int64)
        self._new_first = np.arange(scenario.cards) * 1e-12  # ties: in the order of the course

    def queue(self, day: int) -> Cards:
        new = self.last == UNSEEN
        worth = np.where(new, self._worth_of_new(day), self._worth_of_seen(day))
        return taken(np.where(self.last == day, np.inf, self._new_first - worth), self.most)

    def observe(self, answers: Answers, day: int) -> None:
        cards, ratings, given = answers.cards, answers.ratings, answers.given
        rows = np.arange(len(cards))[:, None]
        stability, difficulty = self.stability[rows, cards], self.difficulty[rows, cards]
        last = self.last[rows, cards]
        first = last == UNSEEN
        later = fsrs.next_stability(
            self.w, stability, difficulty, ratings, np.where(first, 0, day - last).astype(float)
        )
        harder = fsrs.next_difficulty(self.w, difficulty, ratings)
        put(self.stability, cards, np.where(first, fsrs.first_stability(self.w, ratings), later), given)
        put(self.difficulty, cards, np.where(first, fsrs.first_difficulty(self.w, ratings), harder), given)
        put(self.last, cards, np.full(cards.shape, day), given)

    def _worth_of_new(self, day: int) -> float:
        ratings = np.arange(1, 5)[None, :]
        recalls = fsrs.recall(self.w, fsrs.first_stability(self.w, ratings), float(self.days - day))
        return float((recalls * np.array(FIRST_RATINGS)).sum()) / FIRST_SIGHT

    def _worth_of_seen(self, day: int) -> Array:
        elapsed = (day - self.last).astype(float)
        chance = fsrs.recall(self.w, self.stability, elapsed)
        shares = np.stack([1 - chance, *(chance * share for share in LATER_PASSES)])
        costs = np.array(LATER_SECONDS) + np.array([RELEARNING_SECONDS, 0, 0, 0])
        after = 0.0
        for rating in range(1, 5):
            ratings = np.full((1, 1), rating)
            stability = fsrs.next_stability(self.w, self.stability, self.difficulty, ratings, elapsed)
            after = after + shares[rating - 1] * fsrs.recall(self.w, stability, float(self.days - day))
        before = fsrs.recall(self.w, self.stability, elapsed + self.days - day)
        return (after - before) / np.tensordot(costs, shares, axes=1)
