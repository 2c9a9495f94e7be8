"""What is to be learned by when, what an answer costs, and how much time each day has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Seconds an answer takes, by rating (Again, Hard, Good, Easy), as measured on Anki's users by FSRS's own simulators.
FIRST_SECONDS = (19.58, 18.79, 13.78, 10.71)
FIRST_STEP_SECONDS = 13.78  # once more the same day, after a first Again or Hard
LATER_SECONDS = (19.4, 17.6, 12.4, 8.9)
RELEARNING_SECONDS = 12.3  # once more the same day, after a card was forgotten
FIRST_RATINGS = (0.24, 0.094, 0.495, 0.171)
LATER_PASSES = (0.224, 0.631, 0.145)  # Hard, Good, Easy, when a card was remembered
FASTEST = min(*FIRST_SECONDS, *LATER_SECONDS)

TRUTHS = ("fsrs", "traces", "two_process")
RELEARNING = ("included", "recorded", "charged", "shown_again")


@dataclass(frozen=True, slots=True)
class Scenario:
    """Study days are 0 … days-1, the exam is on day `days`; `minutes` a day are a hard cap.

    `difficulty_sigma`: a card's first stability is exp(N(0, sigma)) times that of its learner; nobody is told.
    `lasting_sigma`: a card lasts exp(N(0, sigma)) times as long all along, which is harder to learn; nobody is told.
    `missed_days_a_week`: so many days of each week, drawn at random, nothing is studied; nobody knows beforehand.
    `halved_at`: from that day on there is half the time; nobody knows beforehand.
    `relearning`, what happens to a card that was forgotten, or rated Again or Hard at first sight:
      "included": it is seen once more the same day as part of the same answer, which takes the seconds of both and
      changes the memory twice (the second time Good, by the short-term formula);
      "recorded": as included, but a planner that hears of answers one by one hears of both;
      "charged": the same seconds, but the memory changes once;
      "shown_again": the policy has to show it a second time itself, for the seconds of the step.
    """

    name: str
    cards: int
    days: int
    minutes: float
    difficulty_sigma: float = 0.0
    lasting_sigma: float = 0.0
    missed_days_a_week: int = 0
    halved_at: int | None = None
    truth: str = "fsrs"
    relearning: str = "included"

    def __post_init__(self) -> None:
        if self.cards < 1 or self.days < 1 or self.minutes <= 0:
            raise ValueError("A scenario needs at least one card, one day and some minutes.")
        if self.truth not in TRUTHS:
            raise ValueError(f"No truth is called {self.truth!r}; there are {', '.join(TRUTHS)}.")
        if self.relearning not in RELEARNING:
            raise ValueError(f"relearning is one of {', '.join(RELEARNING)}, not {self.relearning!r}.")
        if not 0 <= self.missed_days_a_week <= 7:
            raise ValueError("A week has 0 to 7 missed days.")

    @property
    def seconds_per_day(self) -> float:
        return self.minutes * 60.0

    @property
    def most_answers(self) -> int:
        """More answers than this never fit into a day."""
        return int(self.seconds_per_day / FASTEST) + 1

    def seconds(self, seed: int) -> NDArray[np.float64]:
        """Seconds of each day, (days,): the same for every policy that runs with this seed."""
        seconds = np.full(self.days, self.seconds_per_day)
        if self.halved_at is not None:
            seconds[self.halved_at :] /= 2
        drawn = np.random.default_rng([seed, 7])
        for monday in range(0, self.days, 7):
            missed = monday + drawn.permutation(7)[: self.missed_days_a_week]
            seconds[missed[missed < self.days]] = 0
        return seconds


NAMED = {
    "A": Scenario("A", cards=400, days=30, minutes=15),
    "B": Scenario("B", cards=300, days=14, minutes=20),
    "C": Scenario("C", cards=800, days=60, minutes=15),
    "D": Scenario("D", cards=400, days=30, minutes=8),
}


def scenario_of(text: str) -> Scenario:
    """A scenario by its letter, or from JSON: `{"cards": 400, "days": 30, "minutes": 15, "difficulty_sigma": 0.7}`."""
    if text in NAMED:
        return NAMED[text]
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"A scenario is one of {', '.join(NAMED)} or JSON; {text!r} is neither.") from error
    if not isinstance(given, Mapping):
        raise ValueError("A scenario in JSON is an object with cards, days and minutes.")
    return _from_json(given)


def _from_json(given: Mapping[str, Any]) -> Scenario:
    known = {field.name for field in fields(Scenario)}
    unknown = sorted(set(given) - known)
    missing = sorted({"cards", "days", "minutes"} - set(given))
    if unknown or missing:
        problem = [f"unknown: {', '.join(unknown)}"] * bool(unknown) + [
            f"missing: {', '.join(missing)}"
        ] * bool(missing)
        raise ValueError(f"Scenario in JSON, {'; '.join(problem)}. It may have {', '.join(sorted(known))}.")
    named = {"name": "{cards} cards, {days} d, {minutes} min".format(**given), **given}
    return Scenario(**named)
