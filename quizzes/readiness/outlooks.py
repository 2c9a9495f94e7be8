"""What will be known on exam day when so many seconds are used: expected recall of every card, by seconds in all.

The prices of a plan are made cheaper and dearer together. Each level of prices asks for so many seconds and leads to
so much recall; between two levels a part of the cards follows the one, the rest the other. So a forecast never counts
with more time than there is, and never falls with more of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from quizzes.calibration.response import Floats
from quizzes.scheduler import exam_outlook, fsrs6
from quizzes.scheduler.exam_prices import HIGHEST, LOWEST, SHARP
from quizzes.scheduler.exam_table import Habits

# Powers of two by which prices are multiplied, dearest first; densest around the plan itself.
LEVELS = (9.0, 6.0, 4.0, 3.0, 2.0, 1.0, 0.5, 0.0, -0.5, -1.0, -2.0, -3.0, -4.0, -6.0, -9.0)


class Outlooks:
    """Levels are worked out when they are asked for. `seconds_by_day`: of the plan whose prices are taken."""

    def __init__(
        self,
        cards: exam_outlook.Cards,
        seconds_by_day: Sequence[float] | Floats,
        parameters: Sequence[float] | None,
        habits: Habits,
        guess: Sequence[float] = (),
        most: int = 0,
    ) -> None:
        """`most`: with more cards than these, every so many are looked at and stand for those like them."""
        self.some, self.of = _representatives(cards, most)
        self.scale = len(cards) / max(1, len(self.some))
        seconds = np.asarray(seconds_by_day, dtype=np.float64) / self.scale
        spread = np.asarray(guess, dtype=np.float64) if len(guess) else None
        self.outlook = exam_outlook.Outlook(self.some, seconds, parameters, habits, spread)
        self.days = len(seconds)
        self.w = fsrs6.vector(parameters)
        self._spent: dict[int, float] = {}
        self._recall: dict[int, Floats] = {}

    def recall(self, seconds: float) -> Floats:
        """Expected recall of each card on exam day, with so many seconds of study until then."""
        seconds /= self.scale
        low, high = -1, len(LEVELS)  # places of a level that asks for no more, and of one that asks for more
        while high - low > 1:
            middle = (low + high) // 2
            if self._asks(middle) <= seconds:
                low = middle
            else:
                high = middle
        if high == len(LEVELS):
            return self._known(low)[self.of]
        before, after = self._asks(low), self._asks(high)
        part = (seconds - before) / max(1e-9, after - before)
        return ((1.0 - part) * self._known(low) + part * self._known(high))[self.of]

    def _asks(self, level: int) -> float:
        """Seconds in all that this level of prices uses; none below the first."""
        if level < 0:
            return 0.0
        if level not in self._spent:
            price = self._prices(level)
            dearer = self._asks(level - 1)
            self._spent[level] = max(dearer, float(self.outlook.budget.spent(price, SHARP).sum()))
        return self._spent[level]

    def _known(self, level: int) -> Floats:
        if level not in self._recall:
            if level < 0:
                self._recall[level] = left_alone(self.some, self.days, self.w)
            else:
                ratios = self.outlook.budget.ratios
                self.outlook.prices = ratios[:, None] * self._prices(level)[None, :]
                self._recall[level] = np.asarray(self.outlook.forecast())
        return self._recall[level]

    def _prices(self, level: int) -> Floats:
        closed = self.outlook.price >= HIGHEST
        moved = np.clip(self.outlook.price * 2.0 ** LEVELS[level], LOWEST, HIGHEST)
        return np.where(closed, HIGHEST, moved)


def left_alone(cards: exam_outlook.Cards, days: int, w: fsrs6.Array) -> Floats:
    """Recall of each card after so many study days without a look; 0 for one that was never seen."""
    unseen = np.isnan(cards.stability)
    recall = fsrs6.retrievability(w, np.where(unseen, 1.0, cards.stability), cards.age + days)
    return np.where(unseen, 0.0, recall)


def _representatives(cards: exam_outlook.Cards, most: int) -> tuple[exam_outlook.Cards, Any]:
    """(some of the cards, for each card the place of the one that stands for it): alike in worth and memory."""
    size = len(cards)
    if not most or size <= most:
        return cards, np.arange(size)
    order = np.lexsort((cards.age, cards.stability, cards.pace / cards.weight))
    every = -(-size // most)
    some = order[every // 2 :: every]
    of = np.empty(size, dtype=np.int64)
    of[order] = np.minimum(np.arange(size) // every, len(some) - 1)
    parts = (cards.stability, cards.difficulty, cards.age, cards.weight, cards.pace)
    return exam_outlook.Cards(*(column[some] for column in parts)), of
