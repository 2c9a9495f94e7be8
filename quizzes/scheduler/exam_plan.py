"""The exam plan of one learner, kept up from answer to answer: what an outside simulator or another app can drive.

    plan = ExamPlan(parameters, cards, days, seconds_per_day)
    each day: ask plan.order(day) from the front, and plan.record(card, rating, day, seconds) what comes of it

The web application keeps its cards in the database and asks `exam_outlook.rank` instead. Loads no Django.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from quizzes.scheduler import fsrs6, map_fit
from quizzes.scheduler.exam_learner import Attendance, LearnerHabits
from quizzes.scheduler.exam_outlook import Cards, Outlook, Ranking, rank
from quizzes.scheduler.fsrs6 import Array
from quizzes.scheduler.map_fit import Answers

REPEAT_AFTER = 4  # other cards come first before a failed one is shown again
FEWEST_TO_FIT, FIT_GROWTH, FIT_STRENGTH = 12, 1.1, 2.0
SLACK = 0.05  # of a parameter's range: published fits of real learners lie a little beyond the bounds

LEAST = np.minimum(map_fit.LOW, 0.05)  # nothing that is divided by becomes 0

__all__ = ["Cards", "ExamPlan", "Outlook", "Ranking", "rank", "usable"]


class ExamPlan:
    """A plan kept up from answer to answer: the exam is on day `days`, and every card is unseen on day 0.

    `parameters`: where the memory model starts (FSRS-6; None for the published defaults); it is fitted from what is
    recorded as the days go by. `cards`: hashable ids. `weights`: the exam's weight of each card, in any unit, by id or
    in the order of `cards`. Raises ValueError for parameters that are no parameters and for answers that are none.
    """

    def __init__(
        self,
        parameters: Sequence[float] | None,
        cards: Iterable[Hashable],
        days: int,
        seconds_per_day: float,
        weights: Mapping[Any, float] | Sequence[float] | None = None,
    ) -> None:
        self.cards = list(dict.fromkeys(cards))
        self.days, self.seconds_per_day = int(days), _seconds_of_a_day(seconds_per_day)
        self.usual = usable(parameters)
        self._weight = _weights(self.cards, weights)
        self._place = {card: place for place, card in enumerate(self.cards)}
        self._histories: list[list[tuple[int, int]]] = [[] for _ in self.cards]
        self._w, self._fitted_on = self.usual, 0
        self._stability, self._difficulty = np.full(len(self.cards), np.nan), np.full(len(self.cards), 5.0)
        self._last = np.zeros(len(self.cards), dtype=np.int64)
        self._habits, self._attendance = LearnerHabits(), Attendance()
        self._day, self._spent, self._left_over = -1, 0.0, True
        self._outlook: Outlook | None = None
        self._queue: dict[int, None] = {}
        self._prices: Array | None = None

    def order(self, day: int) -> list[Hashable]:
        """Cards worth asking now on this day, best first: not those answered today, unless they should be again."""
        if day > self._day:
            self._begin(day)
        return [self.cards[place] for place in self._queue]

    def record(self, card: Hashable, rating: int, day: int, seconds: float) -> None:
        """An answer: `rating` 1 (Again) to 4 (Easy), the `seconds` it took. A clock set back stays on the last day."""
        if card not in self._place:
            raise ValueError(f"{card!r} is not among the cards of this plan.")
        if rating not in (1, 2, 3, 4):
            raise ValueError(f"A rating is 1, 2, 3 or 4, not {rating!r}.")
        if day > self._day:
            self._begin(day)
        place, rating = self._place[card], int(rating)
        unseen = not self._histories[place]
        again_today = not unseen and self._last[place] == self._day
        seconds = float(seconds) if np.isfinite(seconds) else 0.0
        self._spent += max(0.0, seconds)
        if not again_today:
            self._habits.record(unseen, rating, seconds)
        self._answer(place, rating)
        failed = rating == fsrs6.AGAIN or (unseen and rating == fsrs6.HARD)
        self._queue.pop(place, None)
        if failed and self._habits.repeats_inside:
            self._answer(place, fsrs6.GOOD)
        elif failed and not (again_today and rating == fsrs6.AGAIN):
            self._show_again(place)

    def forecast(self, day: int) -> dict[Hashable, float]:
        """Expected recall of each card on exam day, when the days from `day` on are used as planned."""
        outlook = Outlook(
            self._now(day), self._seconds(day), self._w, self._habits.habits(), self._guess(day)
        )
        return dict(zip(self.cards, outlook.forecast().tolist(), strict=True))

    def _begin(self, day: int) -> None:
        """A new day: learn from the days before, fit, rank."""
        if self._day >= 0 and self.seconds_per_day:
            used = self._spent / self.seconds_per_day if self._left_over and self._queue else 1.0
            for share in [used, *[0.0] * min(day - self._day - 1, 30)]:
                self._attendance.record(share)
        guess = self._guess(day)
        self._day, self._spent = day, 0.0
        self._fit()
        self._outlook = Outlook(self._now(day), self._seconds(day), self._w, self._habits.habits(), guess)
        ranking = self._outlook.ranking()
        self._prices = ranking.prices
        self._queue = dict.fromkeys(ranking.order.tolist())

    def _answer(self, place: int, rating: int) -> None:
        history = self._histories[place]
        gap = int(self._day - self._last[place]) if history else 0
        history.append((rating, gap))
        after = fsrs6.review(self._w, self._stability[place], self._difficulty[place], rating, gap)
        self._stability[place], self._difficulty[place] = float(after[0]), float(after[1])
        self._last[place] = self._day

    def _show_again(self, place: int) -> None:
        """Put a card that failed behind a few others, where a repetition today is worth its seconds."""
        outlook = self._outlook
        if outlook is None or outlook.empty:
            return
        gain = outlook.worth_again(self._stability[place], self._difficulty[place], place)
        if gain <= 0:
            return
        waiting = list(self._queue)
        at = min(len(waiting), REPEAT_AFTER)
        self._queue = dict.fromkeys([*waiting[:at], place, *waiting[at:]])

    def _fit(self) -> None:
        answers = Answers.of(self._histories)
        if answers.evaluable < max(FEWEST_TO_FIT, FIT_GROWTH * self._fitted_on):
            return
        self._fitted_on = answers.evaluable
        self._w = map_fit.fit(answers, self.usual, FIT_STRENGTH, start=self._w)
        self._stability, difficulty = map_fit.memories(self._w, answers)
        self._difficulty = difficulty

    def _now(self, day: int) -> Cards:
        return Cards.of(self._stability, self._difficulty, np.maximum(0, day - self._last), self._weight)

    def _seconds(self, day: int) -> Array:
        """Seconds on each day left: all of today's, and of the others the share that is usually used."""
        seconds = np.full(max(0, self.days - max(0, day)), self.seconds_per_day * self._attendance.share)
        seconds[:1] = self.seconds_per_day
        return seconds

    def _guess(self, day: int) -> Array | None:
        prices = None if self._prices is None else self._prices[max(0, day - self._day) :]
        return None if prices is None or not len(prices) else prices


def usable(parameters: Sequence[float] | None) -> Array:
    """The parameters as an array; ValueError unless they are 21 finite numbers within the bounds of FSRS-6."""
    if parameters is None:
        return fsrs6.DEFAULTS
    w = np.asarray(parameters, dtype=np.float64)
    if w.shape != (21,) or not np.isfinite(w).all():
        raise ValueError("The parameters of FSRS-6 are 21 finite numbers.")
    slack = SLACK * (map_fit.HIGH - map_fit.LOW) * (np.arange(21) >= 4)
    if (w < map_fit.LOW - slack).any() or (w > map_fit.HIGH + slack).any():
        raise ValueError("A parameter lies outside the bounds of FSRS-6.")
    return np.maximum(w, LEAST)


def _seconds_of_a_day(seconds: float) -> float:
    if math.isnan(seconds):
        raise ValueError("The seconds a day are a number.")
    return min(max(0.0, float(seconds)), 86_400.0)  # infinitely many would leave no order among cards


def _weights(cards: list[Hashable], weights: Mapping[Any, float] | Sequence[float] | None) -> Array:
    if weights is None:
        return np.ones(len(cards))
    if isinstance(weights, Mapping):
        return np.array([float(weights.get(card, 0.0)) for card in cards])
    if len(weights) != len(cards):
        raise ValueError(f"There are {len(cards)} cards and {len(weights)} weights.")
    return np.asarray(weights, dtype=np.float64)
