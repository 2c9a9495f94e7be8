"""The score of the exam day, forecast a week before, while study goes on: part of `benchmarks/readiness.py`.

Score: mean recall on the exam day over all cards, unseen ones 0, in points of 100. Each learner has FSRS parameters
of their own, every card a stability of its own around them, and nobody is told; 400 cards, 30 days, 15 minutes a day,
asked greedily by gain on the exam day a second, under parameters fitted again every third day and drawn to the middle
of sixteen class-mates' fits. A week before the exam the days that are left are simulated some times under the fit of
that day: the mean score is the forecast. Then the learner goes on, and what is really known on the exam day is
compared.

A plan picks what its model believes in, so the model is too hopeful just there. How much, answers tell: forecast
recall minus share recalled, over the class-mates' answers and (half as much, there are few) the learner's own.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from benchmarks.readiness_world import Floats, Ints
from benchmarks.simulation.population import synthetic
from quizzes.scheduler import fsrs6, map_fit, refit
from quizzes.scheduler.exam_table import USUAL

CARDS, DAYS, SECONDS, BEFORE = 400, 30, 900.0, 7
HIDDEN = (
    0.3  # how far a card's stability lies from its learner's usual one, standard deviation of the logarithm
)
WEEKS = 6  # simulated
JUDGED_FROM = 8  # day: before, parameters are hardly fitted
REFITS = range(5, DAYS, 3)  # 23 is a week before
MATES = 16


@dataclass(slots=True)
class Memory:
    """All cards of one learner under one vector of parameters; NaN stability is unseen. `last`: study day."""

    w: fsrs6.Array
    strength: Floats  # a factor on the first stability of each card
    stability: Floats = field(default_factory=lambda: np.full(CARDS, np.nan))
    difficulty: Floats = field(default_factory=lambda: np.full(CARDS, 5.0))
    last: Floats = field(default_factory=lambda: np.zeros(CARDS))

    def recall(self, day: float) -> Floats:
        seen = ~np.isnan(self.stability)
        known = np.where(seen, self.stability, 1.0)
        return np.where(seen, fsrs6.retrievability(self.w, known, np.maximum(day - self.last, 0.0)), 0.0)

    def learn(self, cards: Ints, rating: Ints, day: int) -> None:
        """Each card once; a failed one is answered Good once more the same day."""
        unseen = np.isnan(self.stability[cards])
        stability, difficulty = self.after(cards, rating, day)
        self.stability[cards] = np.where(unseen, stability * self.strength[cards], stability)
        self.difficulty[cards], self.last[cards] = difficulty, day

    def after(self, cards: Ints, rating: Ints, day: int) -> tuple[Floats, Floats]:
        gap = day - self.last[cards]
        after = fsrs6.review(self.w, self.stability[cards], self.difficulty[cards], rating, gap)
        again = fsrs6.review(self.w, *after, fsrs6.GOOD, 0)
        unseen = np.isnan(self.stability[cards])
        repeated = (rating == fsrs6.AGAIN) | (unseen & (rating == fsrs6.HARD))
        return np.where(repeated, again[0], after[0]), np.where(repeated, again[1], after[1])

    def copy(self) -> Memory:
        return Memory(self.w, self.strength, self.stability.copy(), self.difficulty.copy(), self.last.copy())


History = list[list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Told:
    """Of one learner; shares, not points."""

    forecast: float
    truth: float
    hope: float  # forecast recall minus share recalled, over their answers until a week before
    fitted: fsrs6.Array


def errors(parameters: Floats, seed: int, pool: Executor, class_size: int = MATES) -> Floats:
    """(learners): forecast minus truth, in points; `parameters` (learners × 21) are the truth."""
    others = synthetic(class_size, seed + 500)
    mates = list(pool.map(_learner, others, [[seed, 500 + at] for at in range(class_size)]))
    usual = np.array(refit.middle([mate.fitted.tolist() for mate in mates]), dtype=np.float64)
    hope = float(np.mean([mate.hope for mate in mates]))
    seeds = [[seed, at] for at in range(len(parameters))]
    told = pool.map(_learner, parameters, seeds, [usual] * len(parameters))
    return np.array([100.0 * (each.forecast - (hope + each.hope) / 2.0 - each.truth) for each in told])


def _learner(w: Floats, seed: list[int], usual: Floats | None = None) -> Told:
    rng = np.random.default_rng(seed)
    truth = Memory(w, np.exp(rng.normal(0.0, HIDDEN, CARDS)))
    belief = Memory(fsrs6.vector(usual), np.ones(CARDS))
    history: History = [[] for _ in range(CARDS)]
    forecast, fitted, hopes = 0.0, belief.w, [np.zeros(0)]
    for day in range(DAYS):
        if day in REFITS:
            belief = _refit(belief, history, usual)
        if day == DAYS - BEFORE:
            forecast = float(np.mean([_week(rng, belief.copy(), day) for _ in range(WEEKS)]))
            fitted, hope = belief.w, float(np.concatenate(hopes).mean())
        cards, rating = _study(rng, truth, belief, day)
        later = (belief.last[cards] < day) & ~np.isnan(belief.stability[cards])
        if day >= JUDGED_FROM:
            hopes.append((belief.recall(day)[cards] - (rating > fsrs6.AGAIN))[later])
        _note(history, belief, cards, rating, day)
        truth.learn(cards, rating, day)
        belief.learn(cards, rating, day)
    return Told(forecast, float(truth.recall(DAYS).mean()), hope, fitted)


def _week(rng: np.random.Generator, truth: Memory, first: int) -> float:
    """The score, were what is believed the truth."""
    for day in range(first, DAYS):
        cards, rating = _study(rng, truth, truth, day)
        truth.learn(cards, rating, day)
    return float(truth.recall(DAYS).mean())


def _study(rng: np.random.Generator, truth: Memory, belief: Memory, day: int) -> tuple[Ints, Ints]:
    """(cards, ratings) of one day: the best first, as far as the seconds last."""
    order = _order(belief, day)
    unseen = np.isnan(truth.stability[order])
    passed = rng.random(len(order)) < truth.recall(day)[order]
    later = np.where(passed, rng.choice([2, 3, 4], len(order), p=USUAL.passed), fsrs6.AGAIN)
    rating = np.where(unseen, rng.choice([1, 2, 3, 4], len(order), p=USUAL.first), later)
    seconds = np.where(unseen, USUAL.first_seconds[rating - 1], USUAL.later_seconds[rating - 1])
    done = int(np.searchsorted(np.cumsum(seconds), SECONDS, side="right"))
    return order[:done], rating[:done]


def _order(belief: Memory, day: int) -> Ints:
    everything = np.arange(CARDS)
    unseen = np.isnan(belief.stability)
    recall = belief.recall(day)
    chances = np.where(
        unseen, USUAL.first[:, None], np.concatenate([[1.0 - recall], USUAL.passed[:, None] * recall])
    )
    seconds = np.where(unseen, USUAL.first_seconds[:, None], USUAL.later_seconds[:, None])
    then = np.stack([belief.after(everything, np.full(CARDS, rating), day)[0] for rating in (1, 2, 3, 4)])
    kept = fsrs6.retrievability(belief.w, then, DAYS - day)
    gain = ((chances * kept).sum(axis=0) - belief.recall(DAYS)) / (chances * seconds).sum(axis=0)
    order: Ints = np.argsort(-gain, kind="stable")
    return order[gain[order] > 0]


def _note(history: History, belief: Memory, cards: Ints, rating: Ints, day: int) -> None:
    for card, given in zip(cards.tolist(), rating.tolist(), strict=True):
        rows = history[card]
        first = not rows
        rows.append((given, 0 if first else int(day - belief.last[card])))
        if given == fsrs6.AGAIN or (first and given == fsrs6.HARD):
            rows.append((fsrs6.GOOD, 0))


def _refit(belief: Memory, history: History, usual: Floats | None) -> Memory:
    """The same answers under parameters fitted to them."""
    answers = map_fit.Answers.of([rows for rows in history if rows])
    if not answers.evaluable:
        return belief
    w = map_fit.fit(answers, usual)
    met = np.array([card for card, rows in enumerate(history) if rows])
    fitted = Memory(w, np.ones(CARDS), last=belief.last.copy())
    fitted.stability[met], fitted.difficulty[met] = map_fit.memories(w, answers)
    return fitted
