"""What a card is worth until the exam: a finite-horizon dynamic programme with a price on each day's seconds.

    memory model, prices → table of values → (exam_prices: prices that use the minutes) → exam_plan: today's order

A card is in a state (stability, difficulty) from one answer to the next, so its future is one decision: on which of
the days left it is asked next, or never again. `Table` holds what does not depend on prices (where each answer leads,
with what probability, in how many seconds) as one small matrix for each number of days between two answers; `solve`
fills in the values for one set of prices by walking back from the exam. Values are expected recall on exam day, 0 to
1, less the price of the seconds still to be spent. Several price levels (`classes`) are solved side by side: a card of
twice the weight sees half the price.

The days that are looked at (`moments`) are every day near today and near the exam, and fewer between, so that the
cost does not grow with the distance of the exam.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quizzes.scheduler import fsrs6
from quizzes.scheduler.fsrs6 import Array

STABILITIES, DIFFICULTIES = 32, 6  # nodes of the grid
SHORTEST, LONGEST = 0.02, 3000.0  # stability, days: outside, recall hardly differs
FINE_FIRST, FINE_LAST, MOST_MOMENTS = 6, 6, 20


@dataclass(frozen=True, slots=True)
class Habits:
    """How answers fall and how long they take, by rating Again, Hard, Good, Easy.

    `first`: shares of the four ratings at a first sight; `passed`: shares of Hard, Good and Easy among recalled ones;
    `first_seconds`, `later_seconds`: what each costs, with the repetition of the same day that follows a failure
    where there is one (`repeats`): a card answered Again, or Hard at first sight, is then answered Good once more.
    """

    first: Array
    passed: Array
    first_seconds: Array
    later_seconds: Array
    repeats: bool = True

    @property
    def seconds_at_first_sight(self) -> float:
        return float(self.first @ self.first_seconds)

    def first_memory(self, w: Array) -> tuple[Array, Array]:
        """Stability and difficulty after a first sight, for each of the four ratings."""
        ratings = np.arange(1, 5)
        stability, difficulty = fsrs6.first_stability(w, ratings), fsrs6.first_difficulty(w, ratings)
        again = fsrs6.review(w, stability, difficulty, fsrs6.GOOD, 0)
        repeated = self.repeats & (ratings <= fsrs6.HARD)
        return np.where(repeated, again[0], stability), np.where(repeated, again[1], difficulty)

    def next_memory(
        self, w: Array, stability: Array, difficulty: Array, rating: int, days: npt.ArrayLike
    ) -> tuple[Array, Array]:
        """Stability and difficulty at the end of a day on which a seen card was answered `rating`."""
        after = fsrs6.review(w, stability, difficulty, rating, days)
        if self.repeats and rating == fsrs6.AGAIN:
            return fsrs6.review(w, after[0], after[1], fsrs6.GOOD, 0)
        return after

    def chances(self, recall: Array) -> Array:
        """Probability of each rating, on a new last axis."""
        return np.concatenate([1.0 - recall[..., None], recall[..., None] * self.passed], axis=-1)


# Published means of many learners' answers (FSRS simulators), with the repetition that follows a failure.
USUAL = Habits(
    first=np.array([0.24, 0.094, 0.495, 0.171]),
    passed=np.array([0.224, 0.631, 0.145]),
    first_seconds=np.array([33.4, 32.6, 13.8, 10.7]),
    later_seconds=np.array([31.7, 17.6, 12.4, 8.9]),
)
REPEAT_SECONDS = 12.3  # of a repetition on the day of a failure


def moments(days: int, open_days: Sequence[bool] | None = None) -> npt.NDArray[np.int64]:
    """The days, counted from today (0) to the last before the exam, on which the plan may act."""
    every = [day for day in range(days) if day == 0 or open_days is None or open_days[day]]
    if len(every) <= MOST_MOMENTS:
        return np.array(every, dtype=np.int64)
    between = np.linspace(FINE_FIRST - 1, len(every) - FINE_LAST, MOST_MOMENTS - FINE_FIRST - FINE_LAST + 2)
    places = {*range(FINE_FIRST), *np.rint(between).astype(int), *range(len(every) - FINE_LAST, len(every))}
    return np.array([every[place] for place in sorted(places)], dtype=np.int64)


class Grid:
    """Nodes (stability × difficulty, flattened) and linear interpolation between them."""

    def __init__(self) -> None:
        self.logs = np.linspace(np.log(SHORTEST), np.log(LONGEST), STABILITIES)
        self.levels = np.linspace(1.0, 10.0, DIFFICULTIES)
        self.stability = np.repeat(np.exp(self.logs), DIFFICULTIES)
        self.difficulty = np.tile(self.levels, STABILITIES)
        self.size = STABILITIES * DIFFICULTIES

    def corners(self, stability: Array, difficulty: Array) -> tuple[npt.NDArray[np.int64], Array]:
        """The four nodes around each point and their shares, on a new last axis of 4."""
        column, right = _place(np.log(stability), self.logs)
        row, above = _place(difficulty, self.levels)
        node = column * DIFFICULTIES + row
        nodes = np.stack([node, node + 1, node + DIFFICULTIES, node + DIFFICULTIES + 1], axis=-1)
        shares = np.stack(
            [(1 - right) * (1 - above), (1 - right) * above, right * (1 - above), right * above], axis=-1
        )
        return nodes, shares


GRID = Grid()


class Table:
    """Values for one learner, one exam. `at`: the moments (days from today); `days`: from today to the exam."""

    def __init__(self, w: Array, habits: Habits, at: npt.NDArray[np.int64], days: int) -> None:
        self.w, self.habits, self.at, self.days = w, habits, at, days
        gaps = at[None, :] - at[:, None]
        self.lengths, which = np.unique(gaps[gaps > 0], return_inverse=True)
        self.which = np.full(gaps.shape, -1)
        self.which[gaps > 0] = which
        self.leads, self.seconds = self._transitions(self.lengths)
        # Recall on exam day when a card is not asked again after a moment: moment × node.
        self.kept = fsrs6.retrievability(w, GRID.stability[None, :], (days - at)[:, None]).astype(np.float32)

    def solve(self, prices: Array, softness: float = 0.0) -> None:
        """Fill in `value` (moment × node × class) and `choices` for `prices` (class × moment), per second.

        `softness` > 0 spreads the choice of a day over days that are nearly as good, which makes the seconds that a
        plan uses a smooth function of the prices.
        """
        classes, last = len(prices), len(self.at)
        self.value = np.zeros((last, GRID.size, classes), dtype=np.float32)
        self.choices: list[Array] = [np.zeros(0, np.float32)] * last
        for place in range(last - 1, -1, -1):
            never = np.repeat(self.kept[place][None, :, None], classes, axis=2)
            options = np.concatenate([self._asked_later(place, prices), never])
            self.value[place], self.choices[place] = choose(options, softness)

    def final_recall(self) -> Array:
        """Recall on exam day that the solved choices lead to, from each moment and node: moment × node × class."""
        ends = np.zeros_like(self.value)
        for place in range(len(self.at) - 1, -1, -1):
            which, chosen = self.which[place, place + 1 :], self.choices[place]
            ends[place] = chosen[-1] * self.kept[place][:, None]
            ends[place] += (chosen[:-1] * np.matmul(self.leads[which], ends[place + 1 :])).sum(axis=0)
        return ends

    def _asked_later(self, place: int, prices: Array) -> Array:
        """Value of being asked next at each later moment: moment × node × class."""
        which = self.which[place, place + 1 :]
        paid = self.seconds[which][:, :, None] * prices.T[place + 1 :, None, :].astype(np.float32)
        return np.asarray(np.matmul(self.leads[which], self.value[place + 1 :]) - paid, dtype=np.float32)

    def _transitions(self, lengths: npt.NDArray[np.int64]) -> tuple[Array, Array]:
        """For each number of days between two answers: node → node probabilities, and expected seconds a node."""
        size = GRID.size
        leads = np.zeros((len(lengths), size, size), dtype=np.float32)
        recall = fsrs6.retrievability(self.w, GRID.stability[None, :], lengths[:, None])
        chances = self.habits.chances(recall)
        rows = np.broadcast_to(np.arange(size)[None, :, None], (len(lengths), size, 4))
        which = np.broadcast_to(np.arange(len(lengths))[:, None, None], rows.shape)
        for rating in range(1, 5):
            after = self.habits.next_memory(
                self.w, GRID.stability[None, :], GRID.difficulty[None, :], rating, lengths[:, None]
            )
            nodes, shares = GRID.corners(after[0], np.broadcast_to(after[1], recall.shape))
            np.add.at(leads, (which, rows, nodes), shares * chances[:, :, rating - 1, None])
        return leads, (chances @ self.habits.later_seconds).astype(np.float32)


def choose(options: Array, softness: float) -> tuple[Array, Array]:
    """The value of the best of the `options` (first axis), and the share of each in the choice."""
    best = options.max(axis=0)
    if softness <= 0:
        return best, (options == best).astype(options.dtype)
    shares = np.exp((options - best) / softness)
    total = shares.sum(axis=0)
    return best + softness * np.log(total), shares / total


def _place(points: Array, nodes: Array) -> tuple[npt.NDArray[np.int64], Array]:
    """The node left of each point and how far it lies towards the next, 0 to 1; points outside are moved in."""
    scaled = np.clip((points - nodes[0]) / (nodes[1] - nodes[0]), 0.0, len(nodes) - 1.000001)
    left = scaled.astype(np.int64)
    return left, scaled - left
