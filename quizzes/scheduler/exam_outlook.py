"""What each card is worth today, and what will be known on exam day, at prices that use the minutes there are.

    cards as they are now, days and seconds left → Outlook → today's ranking, the forecast for exam day

The learner gives the exam date and the minutes a day; nothing else has to be set. A card's *gain* is what being asked
today, rather than at the best later moment or never, adds to the expected score on exam day, for each second it takes.
Seen and unseen cards are ranked by it together. Loads no Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quizzes.scheduler import fsrs6
from quizzes.scheduler.exam_prices import SHARP, Asked, Budget, Classes, grouped
from quizzes.scheduler.exam_table import GRID, REPEAT_SECONDS, USUAL, Habits, Table, choose, moments
from quizzes.scheduler.fsrs6 import Array

MOST_CLASSES = 6
SMALLEST_WEIGHT = 1e-6
LEAST_GAIN = 1e-12  # below this, asking is as good as not asking
CHUNK = 4000  # cards ranked at once: bounds memory


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards as they are now, one entry each. `stability` is NaN for a card never seen; `age`: study days since its
    last answer; `weight`: its share of the exam, in any unit; `pace`: its seconds for one second of a usual card."""

    stability: Array
    difficulty: Array
    age: Array
    weight: Array
    pace: Array

    @classmethod
    def of(
        cls,
        stability: npt.ArrayLike,
        difficulty: npt.ArrayLike,
        age: npt.ArrayLike,
        weight: npt.ArrayLike = 1.0,
        pace: npt.ArrayLike = 1.0,
    ) -> Cards:
        """Arrays of equal length; what cannot be (a negative age, a weight of 0, a NaN) is moved to what can."""
        stability = np.asarray(stability, dtype=np.float64)
        seen = np.isfinite(stability)
        size = len(stability)

        def usable(values: npt.ArrayLike, low: float, high: float, otherwise: float) -> Array:
            full = np.broadcast_to(np.asarray(values, dtype=np.float64), size)
            return np.clip(np.where(np.isfinite(full), full, otherwise), low, high)

        return cls(
            np.where(seen, np.clip(np.where(seen, stability, 1.0), fsrs6.SHORTEST, fsrs6.LONGEST), np.nan),
            usable(difficulty, 1.0, 10.0, 5.0),
            usable(age, 0.0, fsrs6.LONGEST, 0.0),
            usable(weight, SMALLEST_WEIGHT, 1e9, 1.0),
            usable(pace, 0.05, 20.0, 1.0),
        )

    def __len__(self) -> int:
        return len(self.stability)


@dataclass(frozen=True, slots=True)
class Ranking:
    """One entry a card, except `order` and `prices`.

    `order`: indexes of the cards worth asking today, best first (ties keep the order given); `gain`: expected score
    (0 to 1, of the whole exam) a second, 0 or less where asking today gains nothing; `seconds`: expected; `recall`:
    now, 0 for an unseen card; `kept`: expected on exam day if not asked again; `next_day`: the day, from today, on
    which the card is best asked next (-1: not again before the exam); `prices`: by day from today.
    """

    order: npt.NDArray[np.int64]
    gain: Array
    seconds: Array
    recall: Array
    kept: Array
    next_day: npt.NDArray[np.int64]
    prices: Array


def rank(
    cards: Cards,
    seconds_by_day: Sequence[float] | Array,
    parameters: Sequence[float] | Array | None = None,
    habits: Habits = USUAL,
    guess: Array | None = None,
) -> Ranking:
    """Rank `cards` for today. `seconds_by_day`: seconds there are today, tomorrow, … up to the day before the exam.

    `guess`: prices by day (from today) of an earlier ranking, to start from. With no day left nothing is ranked.
    """
    outlook = Outlook(cards, seconds_by_day, parameters, habits, guess)
    return outlook.ranking()


class Outlook:
    """Settled prices for the days left, and what they make of each card: today's ranking, the forecast."""

    def __init__(
        self,
        cards: Cards,
        seconds_by_day: Sequence[float] | Array,
        parameters: Sequence[float] | Array | None = None,
        habits: Habits = USUAL,
        guess: Array | None = None,
    ) -> None:
        """As `rank`."""
        self.cards, self.w = cards, fsrs6.vector(parameters)
        seconds = np.maximum(np.nan_to_num(np.asarray(seconds_by_day, dtype=np.float64)), 0.0)
        self.days = len(seconds)
        if self.empty:
            return
        self.at = moments(self.days, list(seconds > 0))
        self.table = Table(self.w, habits, self.at, self.days)
        self.level, classes = _classes(cards)
        unseen = np.isnan(cards.stability)
        groups = grouped(
            cards.stability[~unseen], cards.difficulty[~unseen], cards.age[~unseen], self.level[~unseen]
        )
        new = np.bincount(self.level[unseen], minlength=len(classes.ratio)).astype(np.float64)
        self.budget = Budget(self.table, between(seconds, self.at), groups, new, classes)
        known = None if guess is None else np.interp(self.at, np.arange(len(guess)), guess)
        self.price = self.budget.prices(known)
        self.prices = classes.ratio[:, None] * self.price[None, :]  # class × moment

    @property
    def empty(self) -> bool:
        """Without cards or days there is nothing to plan."""
        return not len(self.cards) or not self.days

    def ranking(self) -> Ranking:
        """Today's ranking at the settled prices, each card taking its best moment (no softness)."""
        cards = self.cards
        if self.empty:
            return _unranked(cards, self.w, self.days)
        self.table.solve(self.prices)
        parts = [
            _part(_some(cards, part), self.table, self.budget, self.prices, self.level[part])
            for part in _chunks(len(cards))
        ]
        gain, taken, recall, kept, best = (np.concatenate(part) for part in zip(*parts, strict=True))
        gain = gain * cards.weight / cards.weight.sum() / (taken * cards.pace)
        order = np.argsort(-gain, kind="stable")
        return Ranking(
            order=order[gain[order] > LEAST_GAIN],
            gain=gain,
            seconds=taken * cards.pace,
            recall=recall,
            kept=kept,
            next_day=np.append(self.at, -1)[best.astype(np.int64)],
            prices=np.interp(np.arange(self.days), self.at, self.price),
        )

    def worth_again(self, stability: float, difficulty: float, place: int) -> float:
        """Gain a second of asking a card once more today, answered Good; `place`: its index among the cards."""
        after = fsrs6.review(self.w, stability, difficulty, fsrs6.GOOD, 0)
        nodes, shares = GRID.corners(
            np.array([stability, float(after[0])]), np.array([difficulty, float(after[1])])
        )
        value = (self.table.value[0, nodes, self.level[place]] * shares).sum(axis=1)
        weight = self.cards.weight[place] / self.cards.weight.sum()
        return float((value[1] - value[0]) * weight / (REPEAT_SECONDS * self.cards.pace[place]))

    def forecast(self) -> Array:
        """Expected recall of each card on exam day when the minutes are used as planned; 0 for one never to be met."""
        if self.empty:
            return _unranked(self.cards, self.w, self.days).kept
        self.table.solve(self.prices, SHARP)
        ends = self.table.final_recall()
        parts = [
            _expected(_some(self.cards, part), self.table, self.budget, self.prices, self.level[part], ends)
            for part in _chunks(len(self.cards))
        ]
        return np.concatenate(parts)


def _expected(
    cards: Cards, table: Table, budget: Budget, prices: Array, level: npt.NDArray[np.int64], ends: Array
) -> Array:
    """Recall on exam day over the softened choice of the next moment."""
    seen = ~np.isnan(cards.stability)
    _, share = choose(budget.unseen_values(prices).T, SHARP)
    expected = (share[:-1].T * budget.unseen_ends(ends)).sum(axis=1)[level]
    asked = Asked.of(table, cards.stability[seen], cards.difficulty[seen], cards.age[seen])
    _, share = choose(asked.values(table, prices, level[seen]).T, SHARP)
    after = np.concatenate([asked.mean(ends, level[seen]), asked.kept[:, None]], axis=1)
    expected[seen] = (share.T * after).sum(axis=1)
    return np.asarray(expected)


def _chunks(size: int) -> list[slice]:
    return [slice(start, start + CHUNK) for start in range(0, size, CHUNK)]


def _part(
    cards: Cards, table: Table, budget: Budget, prices: Array, level: npt.NDArray[np.int64]
) -> tuple[Array, Array, Array, Array, Array]:
    """Gain of being asked today over the best of later and never, seconds, recall now and kept, best moment."""
    seen = ~np.isnan(cards.stability)
    stability, age = cards.stability[seen], cards.age[seen]
    asked = Asked.of(table, stability, cards.difficulty[seen], age)
    values = budget.unseen_values(prices)[level]
    values[seen] = asked.values(table, prices, level[seen])
    seconds = np.full(len(cards), table.habits.seconds_at_first_sight)
    recall, kept = np.zeros(len(cards)), np.zeros(len(cards))
    seconds[seen], kept[seen] = asked.seconds[:, 0], asked.kept
    recall[seen] = fsrs6.retrievability(table.w, stability, age)
    # Today's own price is added again: the gain is what the seconds could cost at most.
    gain = values[:, 0] + seconds * prices[level, 0] - values[:, 1:].max(axis=1)
    return gain, seconds, recall, kept, values.argmax(axis=1).astype(np.float64)


def _some(cards: Cards, places: slice) -> Cards:
    return Cards(
        cards.stability[places],
        cards.difficulty[places],
        cards.age[places],
        cards.weight[places],
        cards.pace[places],
    )


def _unranked(cards: Cards, w: Array, days: int) -> Ranking:
    """No card, or no day left: nothing is asked, and what is known now is what is known on exam day."""
    seen = ~np.isnan(cards.stability)
    recall = np.where(seen, fsrs6.retrievability(w, np.where(seen, cards.stability, 1.0), cards.age), 0.0)
    nothing = np.zeros(len(cards))
    never = np.full(len(cards), -1)
    return Ranking(np.zeros(0, np.int64), nothing, nothing, recall, recall, never, np.zeros(days))


def _classes(cards: Cards) -> tuple[npt.NDArray[np.int64], Classes]:
    """Cards by what a second of theirs is worth: at most MOST_CLASSES, split evenly on a logarithmic scale."""
    ratio = cards.pace / (cards.weight / cards.weight.mean())
    logs = np.log(ratio)
    distinct = np.unique(logs.round(6))
    if len(distinct) <= MOST_CLASSES:
        level = np.searchsorted(distinct, logs.round(6))
    else:
        edges = np.linspace(distinct[0], distinct[-1], MOST_CLASSES + 1)[1:-1]
        _, level = np.unique(np.searchsorted(edges, logs), return_inverse=True)
        level = level.reshape(-1)
    count = np.bincount(level)
    return level, Classes(np.exp(np.bincount(level, logs) / count), np.bincount(level, cards.pace) / count)


def between(seconds: Array, at: npt.NDArray[np.int64]) -> Array:
    """Seconds at each moment: those of its day and of the days up to the next moment."""
    upto = np.concatenate([[0.0], np.cumsum(seconds)])
    ends = np.append(at[1:], len(seconds))
    return np.asarray(upto[ends] - upto[at])
