"""What a learner remembers of one card: FSRS-6 states, through the `fsrs` package.

`fsrs` counts blocks of 24 hours between two reviews, its optimiser counts study days. Here only study days exist:
the caller says how many lie between the two answers, and `fsrs` is given times exactly so far apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS

DEFAULT_DECAY = DEFAULT_PARAMETERS[20]
# One step: what was known or guessed right at first sight needs no second look that day (ADR 0021).
LEARNING_STEPS = (timedelta(minutes=10),)
TWO_STEPS = (timedelta(minutes=1), timedelta(minutes=10))  # of other programs, and of the published vectors
RELEARNING_STEPS = (timedelta(minutes=10),)
LONGEST_DAYS = 36_500

_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # any: only differences reach fsrs


class State(IntEnum):
    """As stored on a card. `fsrs` knows no NEW: it is its LEARNING without a stability."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


class Rating(IntEnum):
    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """`stability`: days until recall falls to 90 %; `difficulty`: 1 to 10; `step`: place in the (re)learning steps."""

    state: State = State.NEW
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The memory after an answer, and the wait: whole study `days`, or, within the steps, `minutes`-long `wait`."""

    memory: Memory
    days: int
    wait: timedelta


NEW = Memory()


def review(
    memory: Memory,
    rating: Rating,
    elapsed_days: int,
    parameters: Sequence[float] | None = None,
    desired_retention: float = 0.9,
    learning_steps: tuple[timedelta, ...] = LEARNING_STEPS,
) -> Outcome:
    """The outcome of answering with `rating`, `elapsed_days` study days (≥ 0) after the last answer."""
    fitted = tuple(parameters) if parameters else DEFAULT_PARAMETERS
    scheduler = _scheduler(fitted, desired_retention, learning_steps)
    elapsed = timedelta(days=max(0, elapsed_days))
    card = fsrs.Card(
        card_id=0,  # without one, fsrs sleeps a millisecond to invent it
        state=fsrs.State(max(memory.state, State.LEARNING)),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_MOMENT,
        last_review=None if memory.stability is None else _MOMENT - elapsed,
    )
    after, _ = scheduler.review_card(card, fsrs.Rating(int(rating)), _MOMENT)
    wait = after.due - _MOMENT
    # Bounded as in fsrs-rs and fsrs6; fsrs itself lets it grow for ever.
    stability = None if after.stability is None else min(after.stability, float(LONGEST_DAYS))
    then = Memory(State(int(after.state)), after.step, stability, after.difficulty)
    return Outcome(then, wait.days, wait) if then.state == State.REVIEW else Outcome(then, 0, wait)


def outcomes(
    memory: Memory,
    elapsed_days: int,
    parameters: Sequence[float] | None = None,
    desired_retention: float = 0.9,
) -> dict[Rating, Outcome]:
    """All four outcomes, computed before the learner answers."""
    return {rating: review(memory, rating, elapsed_days, parameters, desired_retention) for rating in Rating}


def interval(
    stability: float, desired_retention: float = 0.9, parameters: Sequence[float] | None = None
) -> int:
    """Whole study days (≥ 1) until recall falls to what is desired: where a card is due when that setting changes."""
    decay = parameters[20] if parameters else DEFAULT_DECAY
    days = stability * (desired_retention ** (-1 / decay) - 1) / (0.9 ** (-1 / decay) - 1)
    return min(max(round(days), 1), LONGEST_DAYS)


def retrievability(stability: float, elapsed_days: float, decay: float = DEFAULT_DECAY) -> float:
    """Probability of recall `elapsed_days` after the last answer: the power forgetting curve of FSRS-6."""
    factor = 0.9 ** (-1 / decay) - 1
    return float((1 + factor * max(0.0, elapsed_days) / stability) ** -decay)


def usable_parameters(values: Sequence[float] | None) -> bool:
    """Whether these are 21 finite numbers within the bounds of FSRS-6."""
    try:
        fsrs.Scheduler(parameters=tuple(values or ()))
    except (TypeError, ValueError):
        return False
    return True


@lru_cache(maxsize=512)
def _scheduler(
    parameters: tuple[float, ...], desired_retention: float, learning_steps: tuple[timedelta, ...]
) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        parameters=parameters,
        desired_retention=desired_retention,
        learning_steps=learning_steps,
        relearning_steps=RELEARNING_STEPS,
        maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,  # our own fuzz is the same for the preview, the answer and the replay
    )
