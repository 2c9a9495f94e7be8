"""What each card is worth today, and what it costs: recall now and on exam day, seconds, gain for each second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from quizzes.models import StudyDay
from quizzes.planning.horizon import Horizon
from quizzes.planning.material import Floats, Material
from quizzes.planning.pace import Pace
from quizzes.scheduler import exam_outlook, fsrs6, leeches
from quizzes.scheduler.exam_table import Habits

SMALLEST_LIFT = 0.005  # of recall on exam day: below, a look is not worth anybody's time
LEECH_SHARE = 0.5  # of its worth that a card keeps which is forgotten again and again
KEPT_PRICES = 60  # of the days ahead, in the row of a study day


@dataclass(frozen=True, slots=True)
class Worth:
    """One entry a row of the material; recalls are NaN where unseen. `prices`: of a second, by day from today."""

    recall: Floats
    on_exam_day: Floats  # if it is left alone
    if_remembered: Floats  # on exam day, if it is remembered today
    seconds: Floats
    gain: Floats  # of expected exam score a second, against the best later day; 0 without an exam ahead
    lift: Floats  # of the same a second, against leaving it alone; 0 where it is not worth a look
    prices: Floats | None = None


def worth_of(
    material: Material,
    horizon: Horizon,
    pace: Pace,
    parameters: Sequence[float] | None,
    guess: Sequence[float] | None = None,
) -> Worth:
    """`guess`: prices found yesterday, by day from today; they save most of the search."""
    w = fsrs6.vector(parameters)
    habits = habits_of(pace)
    stability, difficulty = material.stability, material.difficulty
    recall = fsrs6.retrievability(w, stability, material.days)
    days_left = max(1, horizon.days_left or 1)
    stronger = fsrs6.stability_recalled(w, stability, difficulty, recall, fsrs6.GOOD)
    lengths = np.array([pace.length(kind) for kind in material.kind], dtype=np.float64)
    later = habits.chances(np.nan_to_num(recall)) @ habits.later_seconds
    worth = Worth(
        recall=recall,
        on_exam_day=fsrs6.retrievability(w, stability, material.days + days_left),
        if_remembered=fsrs6.retrievability(w, stronger, days_left),
        seconds=lengths * np.where(np.isnan(stability), habits.seconds_at_first_sight, later),
        gain=np.zeros(len(material)),
        lift=np.zeros(len(material)),
    )
    if horizon.mode != StudyDay.Mode.EXAM:
        return worth
    shares = material.shares()
    cards = exam_outlook.Cards.of(stability, difficulty, material.days, shares, lengths)
    spread = None if not guess else np.asarray(guess, dtype=np.float64)
    ranking = exam_outlook.rank(cards, horizon.seconds, parameters, habits, spread)
    gain = np.zeros(len(material))
    gain[ranking.order] = ranking.gain[ranking.order]
    less = np.where(material.lapses >= leeches.LAPSES, LEECH_SHARE, 1.0)
    return replace(
        worth,
        gain=gain * shares.sum() * less,
        lift=_lift(worth, w, habits, material, days_left) * shares / ranking.seconds * less,
        seconds=ranking.seconds,
        prices=ranking.prices,
    )


def _lift(worth: Worth, w: Floats, habits: Habits, material: Material, days_left: int) -> Floats:
    """How much more a card is expected to be known on exam day when it is asked today and never again."""
    stability, difficulty, recall = material.stability, material.difficulty, worth.recall
    unseen = np.isnan(stability)
    first = float(habits.first @ fsrs6.retrievability(w, habits.first_memory(w)[0], days_left))
    forgotten, _ = habits.next_memory(w, stability, difficulty, fsrs6.AGAIN, material.days)
    relearned = fsrs6.retrievability(w, forgotten, days_left)
    lift = np.where(
        unseen, first, recall * worth.if_remembered + (1.0 - recall) * relearned - worth.on_exam_day
    )
    return np.where(lift >= SMALLEST_LIFT, lift, 0.0)


def kept_prices(prices: Floats | None) -> list[float]:
    """As stored: those of the nearest days; the last one stands for all after it."""
    return [] if prices is None else [float(f"{price:.4g}") for price in prices[:KEPT_PRICES]]


def habits_of(pace: Pace) -> Habits:
    """The same figures as the exam plan takes them: shares and seconds by rating, as arrays."""
    return Habits(
        first=np.array(pace.first_shares),
        passed=np.array(pace.passed_shares),
        first_seconds=np.array(pace.first_seconds),
        later_seconds=np.array(pace.later_seconds),
    )
