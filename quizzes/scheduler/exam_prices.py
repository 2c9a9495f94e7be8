"""Prices for the seconds of each day, such that the plan they lead to uses each day's minutes and no more.

A day's price says what one more second on it would be worth on exam day. It is found as in optimal transport: play
the softened plan forward over the expected states of all cards, compare the seconds it spends on each day with those
there are, and move each price by the logarithm of the ratio, while the choice gets sharper. Days with spare minutes
end near price 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quizzes.scheduler import fsrs6
from quizzes.scheduler.exam_table import GRID, Table, choose
from quizzes.scheduler.fsrs6 import Array

LOWEST, HIGHEST = 1e-8, 1.0  # price, expected recall a second
SOFTNESS = (0.016, 0.011, 0.008, 0.0055, 0.004, 0.003, 0.002)  # from coarse to sharp
SHARP = SOFTNESS[-1]
ROUNDS_EACH, ROUNDS_WARM = 3, 3
SWINGING = 0.0035  # softness below which prices would overshoot
TYPICAL_SECONDS = 18.0  # of one answer: turns softness (value) into a price (value a second)
FIRST_GUESS = 0.002


@dataclass(frozen=True, slots=True)
class Group:
    """Seen cards in like states: `count` of them, `age` days after their last answer, in a class of price."""

    stability: Array
    difficulty: Array
    age: Array
    count: Array
    level: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What being asked at each moment means for a set of seen cards; independent of prices. Shapes: card × moment."""

    nodes: npt.NDArray[np.int64]  # flat index into (moment × node), × 16
    shares: Array  # their probabilities, × 16
    seconds: Array
    kept: Array  # recall on exam day if never asked again: card

    @classmethod
    def of(cls, table: Table, stability: Array, difficulty: Array, age: Array) -> Asked:
        """One entry a card in all three columns; `stability` in days and never NaN, `age` in study days."""
        habits = table.habits
        days = age[:, None] + table.at[None, :]
        recall = fsrs6.retrievability(table.w, stability[:, None], days)
        chances = habits.chances(recall)
        nodes, shares = [], []
        first = np.arange(len(table.at))[None, :, None] * GRID.size
        for rating in range(1, 5):
            after = habits.next_memory(table.w, stability[:, None], difficulty[:, None], rating, days)
            corner, share = GRID.corners(after[0], np.broadcast_to(after[1], days.shape))
            nodes.append(corner + first)
            shares.append(share * chances[:, :, rating - 1, None])
        return cls(
            np.concatenate(nodes, axis=-1),
            np.concatenate(shares, axis=-1),
            chances @ habits.later_seconds,
            fsrs6.retrievability(table.w, stability, age + table.days),
        )

    def values(self, table: Table, prices: Array, level: npt.NDArray[np.int64]) -> Array:
        """Value of being asked next at each moment, and, last, of never: card × (moment + 1)."""
        asked = self.mean(table.value, level)
        return np.concatenate([asked - self.seconds * prices[level], self.kept[:, None]], axis=1)

    def mean(self, value: Array, level: npt.NDArray[np.int64]) -> Array:
        """The expectation of `value` (moment × node × class) after being asked: card × moment."""
        flat = value.reshape(-1, value.shape[-1])
        return np.asarray(np.einsum("cmk,cmk->cm", flat[self.nodes, level[:, None, None]], self.shares))


@dataclass(frozen=True, slots=True)
class Classes:
    """Cards that see the same prices. `ratio`: what a second costs them for a price of 1 (slow cards and cards of
    little weight see high prices); `pace`: their seconds for one second of a usual card."""

    ratio: Array
    pace: Array


class Budget:
    """The seconds there are at each moment, and the search for prices that use them."""

    def __init__(self, table: Table, seconds: Array, groups: Group, unseen: Array, classes: Classes) -> None:
        """`seconds`: there are, by moment; `unseen`: cards never seen, by class."""
        self.table, self.seconds, self.groups, self.unseen = table, seconds, groups, unseen
        self.ratios, self.paces = classes.ratio, classes.pace
        self.asked = Asked.of(table, groups.stability, groups.difficulty, groups.age)
        self.start = _first_states(table)

    def prices(self, guess: Array | None = None) -> Array:
        """Price of a second at each moment. A `guess` from the day before saves most of the work."""
        price = np.full(len(self.seconds), FIRST_GUESS) if guess is None else guess.copy()
        closed = self.seconds <= 0
        for softness in _schedule(warm=guess is not None):
            spent = self.spent(price, softness)
            ratio = np.log(np.clip(spent / np.maximum(self.seconds, 1e-9), 0.02, 50.0))
            overall = np.log(max(spent.sum(), 1e-9) / max(self.seconds.sum(), 1e-9))
            step = np.exp(0.3 * np.clip(overall, -1.0, 1.0))
            price = np.clip(price * step + _stride(softness) * ratio, LOWEST, HIGHEST)
            price[closed] = HIGHEST
        return price

    def spent(self, price: Array, softness: float) -> Array:
        """Expected seconds at each moment under the softened plan for these prices."""
        table = self.table
        prices = self.ratios[:, None] * price[None, :]
        table.solve(prices, softness)
        mass = np.zeros((len(table.at), GRID.size, len(self.ratios)))
        seconds = self._first_sights(prices, softness, mass)
        seconds += self._next_answers(prices, softness, mass)
        return seconds + _later_answers(table, mass, self.paces)

    def unseen_values(self, prices: Array) -> Array:
        """Value of a first sight at each moment, and of never (0): class × (moment + 1)."""
        value = self.unseen_ends(self.table.value)
        value -= self.table.habits.seconds_at_first_sight * prices
        return np.concatenate([value, np.zeros((len(value), 1))], axis=1)

    def unseen_ends(self, value: Array) -> Array:
        """The expectation of `value` (moment × node × class) after a first sight: class × moment."""
        nodes, shares = self.start
        return np.asarray(np.einsum("mrck,rc->km", value[:, nodes, :], shares))

    def _first_sights(self, prices: Array, softness: float, mass: Array) -> Array:
        _, share = choose(self.unseen_values(prices).T, softness)  # (moment + 1) × class
        many = share[:-1] * self.unseen
        nodes, shares = self.start
        for node, part in zip(nodes.ravel(), shares.ravel(), strict=True):
            mass[:, node, :] += many * part
        return np.asarray((many * self.paces).sum(axis=1) * self.table.habits.seconds_at_first_sight)

    def _next_answers(self, prices: Array, softness: float, mass: Array) -> Array:
        groups, classes = self.groups, len(self.ratios)
        if not len(groups.count):
            return np.zeros(len(self.seconds))
        _, share = choose(self.asked.values(self.table, prices, groups.level).T, softness)
        many = share[:-1].T * groups.count[:, None]
        place = self.asked.nodes * classes + groups.level[:, None, None]
        mass += np.bincount(place.ravel(), (self.asked.shares * many[:, :, None]).ravel(), mass.size).reshape(
            mass.shape
        )
        return np.asarray((many * self.asked.seconds * self.paces[groups.level][:, None]).sum(axis=0))


def _first_states(table: Table) -> tuple[npt.NDArray[np.int64], Array]:
    """Nodes and probabilities after a first sight: rating × corner."""
    nodes, shares = GRID.corners(*table.habits.first_memory(table.w))
    return nodes, shares * table.habits.first[:, None]


def _later_answers(table: Table, mass: Array, paces: Array) -> Array:
    """Push the cards answered at each moment on to their next answers; returns the seconds of those."""
    seconds = np.zeros(len(table.at))
    for place in range(len(table.at) - 1):
        moving = (table.choices[place][:-1] * mass[place]).astype(np.float32)  # later moment × node × class
        which = table.which[place, place + 1 :]
        seconds[place + 1 :] += np.einsum("mnk,mn,k->m", moving, table.seconds[which], paces)
        mass[place + 1 :] += np.matmul(table.leads[which].transpose(0, 2, 1), moving)
    return seconds


def _stride(softness: float) -> float:
    """How far a price moves for a spending e times too high. Sharp choices swing, so the last steps are shorter."""
    return softness / TYPICAL_SECONDS * (1.0 if softness > SWINGING else 0.55)


def _schedule(warm: bool) -> Iterator[float]:
    if warm:
        yield from [SOFTNESS[-2]] * ROUNDS_WARM + [SOFTNESS[-1]] * ROUNDS_WARM
        return
    for softness in SOFTNESS:
        yield from [softness] * ROUNDS_EACH


def grouped(
    stability: Array, difficulty: Array, age: Array, level: npt.NDArray[np.int64], most: int = 600
) -> Group:
    """Seen cards gathered into groups of like states, so that the search does not grow with the cards."""
    if len(stability) <= most:
        return Group(stability, difficulty, age, np.ones(len(stability)), level)
    keys = np.stack(
        [
            np.rint(np.log(np.clip(stability, 0.02, 3000.0)) * 2.0).astype(np.int64),
            np.rint(difficulty / 2.0).astype(np.int64),
            np.rint(np.log1p(age) * 3.0).astype(np.int64),
            level,
        ],
        axis=1,
    )
    _, which, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    which = which.reshape(-1)

    def mean(values: Sequence[float] | Array) -> Array:
        return np.asarray(np.bincount(which, values) / count)

    return Group(
        np.exp(mean(np.log(stability))),
        mean(difficulty),
        mean(age),
        count.astype(np.float64),
        np.rint(mean(level.astype(np.float64))).astype(np.int64),
    )
