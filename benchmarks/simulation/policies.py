"""The policies that ours is compared with, each for a whole batch of runs at once.

A policy keeps what it knows of every card itself, from ratings alone. `queue(day)` is the day's cards of every run, in
order; what does not fit into the day stays for the next. None of them knows how much time there is, as in Anki.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from benchmarks.simulation import draws, fsrs
from benchmarks.simulation.fsrs import Array, Ratings
from benchmarks.simulation.memories import UNSEEN, Cards, Mask, put
from benchmarks.simulation.scenario import Scenario
from benchmarks.simulation.world import NOBODY, Answers

NEVER = 10**6  # a day that does not come
_ANY, _SHUFFLE = (
    np.zeros((1, 1), dtype=np.uint64),
    90,
)  # seed and stream of luck: days are shuffled alike for all


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user of Anki can set. `algorithm`: fsrs, sm2 or leitner.

    `retention`: FSRS's desired retention. `modifier`: what every interval is multiplied by.
    `new_per_day`: None is no limit. `order`: new_first, reviews_first or mixed. `sort` of due cards: due, least_recall,
    most_recall, random. `longest`: the maximum interval in days. `before_exam`: no interval reaches beyond the day
    before the exam. `personal`: FSRS knows the learner's true parameters (more than any refit can give), else defaults.
    """

    algorithm: str = "fsrs"
    retention: float = 0.9
    modifier: float = 1.0
    new_per_day: int | None = 20
    order: str = "reviews_first"
    sort: str = "due"
    longest: int = 36_500
    before_exam: bool = False
    personal: bool = False

    def __str__(self) -> str:
        parts = [f"fsrs at {self.retention:.2f}" if self.algorithm == "fsrs" else self.algorithm]
        parts += [f"intervals × {self.modifier:g}"] * (self.modifier != 1)
        parts += [f"new {'unlimited' if self.new_per_day is None else self.new_per_day}"]
        parts += [self.order.replace("_", " "), f"sort {self.sort.replace('_', ' ')}"]
        parts += [f"longest {self.longest}"] * (self.longest < 36_500) + ["capped at exam"] * self.before_exam
        return ", ".join(parts + ["true parameters"] * self.personal)


class Policy(Protocol):
    def queue(self, day: int) -> Cards: ...

    def observe(self, answers: Answers, day: int) -> None: ...


class Spaced:
    """Anki (FSRS-6 or SM-2) and Leitner: a card has a due day, and new cards come in day by day."""

    def __init__(self, settings: Sequence[Settings], parameters: fsrs.Parameters, scenario: Scenario) -> None:
        """One of `settings` a run, which may differ in retention and modifier only; `parameters` as FSRS has them."""
        shape = (len(settings), scenario.cards)
        self.settings = settings[0]
        self.days = scenario.days
        self.most = min(scenario.most_answers, scenario.cards)
        self.modifier = np.array([each.modifier for each in settings])[:, None]
        retention = np.array([each.retention for each in settings])[:, None]
        self.due = np.full(shape, NEVER, dtype=np.int64)
        self.last = np.full(shape, UNSEEN, dtype=np.int64)
        self.algorithm = _ALGORITHMS[self.settings.algorithm](shape, parameters, retention)
        self._position = np.broadcast_to(np.arange(shape[1]) / shape[1], shape)  # new cards, from 0 to 1

    def queue(self, day: int) -> Cards:
        new = self.last == UNSEEN
        due = ~new & (self.due <= day)
        limit = self.settings.new_per_day
        if limit is not None:
            new &= np.cumsum(new, axis=1) <= limit
        return taken(self._keys(new, due, day), self.most)

    def observe(self, answers: Answers, day: int) -> None:
        cards = answers.cards
        rows = np.arange(len(cards))[:, None]
        last = self.last[rows, cards]
        elapsed = np.where(last == UNSEEN, 0, day - last)
        interval = self.algorithm.interval(cards, answers.ratings, elapsed, last == UNSEEN, answers.given)
        interval = np.clip(np.round(interval * self.modifier), 1, self.settings.longest).astype(np.int64)
        due = day + interval
        if self.settings.before_exam:
            due = np.where(due >= self.days, np.maximum(self.days - 1, day + 1), due)
        put(self.due, cards, due, answers.given)
        put(self.last, cards, np.full(cards.shape, day), answers.given)

    def _keys(self, new: Mask, due: Mask, day: int) -> Array:
        """Cards are asked by rising key; new cards keep their order, due ones are sorted as set."""
        order = self.settings.order
        reviews = np.where(due, self._sorted(day), np.inf)
        if order == "mixed":  # spread evenly over each other
            return np.where(new, _shares(np.where(new, self._position, np.inf)), _shares(reviews))
        return np.where(
            new, self._position + 2.0 * (order == "reviews_first"), reviews + 2.0 * (order == "new_first")
        )

    def _sorted(self, day: int) -> Array:
        """From 0 (soonest) to 1: the order among due cards."""
        sort = self.settings.sort
        if sort == "random":
            cards = np.arange(self.due.shape[1])[None, :]
            return np.broadcast_to(draws.uniform(_ANY, cards, np.int64(day), _SHUFFLE), self.due.shape)
        if sort == "due":
            return self.due / NEVER + self._position / NEVER
        recall = self.algorithm.recall(day - self.last)
        return recall if sort == "least_recall" else 1 - recall


class Algorithm(Protocol):
    """What remembers each card, and says when it is to come back."""

    def interval(self, cards: Cards, ratings: Ratings, elapsed: Cards, first: Mask, given: Mask) -> Array:
        """Takes in the answers that were `given`, `elapsed` days after the last ones; days until the next."""
        ...

    def recall(self, elapsed: Cards) -> Array:
        """(runs, cards): by what due cards are sorted; 1 is surely remembered."""
        ...


class FsrsScheduler:
    """Anki's FSRS-6: the interval after which recall is expected to be the desired retention."""

    def __init__(self, shape: tuple[int, int], parameters: fsrs.Parameters, retention: Array) -> None:
        self.w = parameters
        self.retention = retention
        self.stability = np.ones(shape)
        self.difficulty = np.ones(shape)

    def interval(self, cards: Cards, ratings: Ratings, elapsed: Cards, first: Mask, given: Mask) -> Array:
        rows = np.arange(len(cards))[:, None]
        old, difficulty = self.stability[rows, cards], self.difficulty[rows, cards]
        later = fsrs.next_stability(self.w, old, difficulty, ratings, elapsed.astype(np.float64))
        stability = np.where(first, fsrs.first_stability(self.w, ratings), later)
        harder = fsrs.next_difficulty(self.w, difficulty, ratings)
        put(self.stability, cards, stability, given)
        put(self.difficulty, cards, np.where(first, fsrs.first_difficulty(self.w, ratings), harder), given)
        return fsrs.interval(self.w, stability, self.retention)

    def recall(self, elapsed: Cards) -> Array:
        return fsrs.recall(self.w, self.stability, elapsed.astype(np.float64))


class Sm2Scheduler:
    """Anki's SM-2 with its defaults: graduating 1 day, easy 4 days, lapses start again at 1 day."""

    def __init__(self, shape: tuple[int, int], parameters: fsrs.Parameters, retention: Array) -> None:
        self.ease = np.full(shape, 2.5)
        self.days = np.ones(shape)

    def interval(self, cards: Cards, ratings: Ratings, elapsed: Cards, first: Mask, given: Mask) -> Array:
        rows = np.arange(len(cards))[:, None]
        ease, days = self.ease[rows, cards], self.days[rows, cards]
        late = np.maximum(elapsed - days, 0)
        hard = np.maximum(days * 1.2, days + 1)
        good = np.maximum((days + late / 2) * ease, hard + 1)
        easy = np.maximum((days + late) * ease * 1.3, good + 1)
        later = np.choose(ratings - 1, [np.ones(cards.shape), hard, good, easy])
        same_day = (elapsed < 1) & ~first  # a step of relearning leaves the interval as it is
        after = np.where(first, np.where(ratings == 4, 4.0, 1.0), np.where(same_day, days, np.round(later)))
        change = np.choose(ratings - 1, [-0.2, -0.15, 0.0, 0.15]) * ~(first | same_day)
        put(self.ease, cards, np.maximum(ease + change, 1.3), given)
        put(self.days, cards, after, given)
        return after

    def recall(self, elapsed: Cards) -> Array:
        """SM-2 knows none; cards most overdue for their interval come first, as Anki sorts them."""
        return 1 / (1 + np.maximum(elapsed, 0) / self.days)


class LeitnerScheduler:
    """Five boxes: remembered, a card moves one up; forgotten, it goes back to the first."""

    DAYS = np.array([1, 2, 4, 8, 16])

    def __init__(self, shape: tuple[int, int], parameters: fsrs.Parameters, retention: Array) -> None:
        self.box = np.zeros(shape, dtype=np.int64)

    def interval(self, cards: Cards, ratings: Ratings, elapsed: Cards, first: Mask, given: Mask) -> Array:
        rows = np.arange(len(cards))[:, None]
        box = self.box[rows, cards]
        stays = first | (elapsed < 1)
        box = np.where(ratings == 1, 0, np.where(stays, box, np.minimum(box + 1, 4)))
        put(self.box, cards, box, given)
        return self.DAYS[box].astype(np.float64)

    def recall(self, elapsed: Cards) -> Array:
        return 1 / (1 + np.maximum(elapsed, 0) / self.DAYS[self.box])


_ALGORITHMS: dict[str, Callable[[tuple[int, int], fsrs.Parameters, Array], Algorithm]] = {
    "fsrs": FsrsScheduler,
    "sm2": Sm2Scheduler,
    "leitner": LeitnerScheduler,
}


def _shares(key: Array) -> Array:
    """The place of each card among those of its row with a finite key, from 0 to 1; the others stay infinite."""
    finite = np.isfinite(key)
    places = np.empty(key.shape)
    np.put_along_axis(places, np.argsort(key, axis=1), np.arange(key.shape[1], dtype=float)[None, :], axis=1)
    return np.where(finite, (places + 0.5) / np.maximum(finite.sum(axis=1, keepdims=True), 1), np.inf)


def taken(key: Array, most: int) -> Cards:
    """The cards of each run by rising key, at most `most`; infinite keys are left out."""
    if most < key.shape[1]:
        kept = np.argpartition(key, most, axis=1)[:, :most]
    else:
        kept = np.broadcast_to(np.arange(key.shape[1]), key.shape)
    keys = np.take_along_axis(key, kept, axis=1)
    order = np.argsort(keys, axis=1, kind="stable")
    cards = np.take_along_axis(kept, order, axis=1)
    return np.where(np.isfinite(np.take_along_axis(keys, order, axis=1)), cards, NOBODY)
