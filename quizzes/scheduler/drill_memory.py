"""When a drill comes back: FSRS-6 over whole study days, for what is practised rather than recalled.

What is remembered is the mechanism, so every return has new numbers. A drill takes minutes: there are no steps within
a day, and the soonest return is the next study day.
"""

from __future__ import annotations

from dataclasses import dataclass

from quizzes.scheduler import memory
from quizzes.scheduler.memory import Memory, Rating, State


@dataclass(frozen=True, slots=True)
class DrillMemory:
    """`stability`: days until recall falls to 90 %, `difficulty`: 1 to 10; both None before the first attempt."""

    stability: float | None = None
    difficulty: float | None = None
    tries: int = 0
    lapses: int = 0


NEW = DrillMemory()


def rating_of(passed: bool, hints_used: int) -> Rating:
    """Anything less than all checks is Again; help makes a pass Hard. Nobody rates a drill: an engine has."""
    if not passed:
        return Rating.AGAIN
    return Rating.HARD if hints_used else Rating.GOOD


def after(
    before: DrillMemory, rating: Rating, elapsed_days: int, desired_retention: float = 0.9
) -> tuple[DrillMemory, int]:
    """The memory after an attempt, and the study days (≥ 1) until the drill comes back.

    `elapsed_days`: study days since the last attempt, 0 on the same day.
    """
    state = State.NEW if before.stability is None else State.REVIEW
    known = Memory(state, None, before.stability, before.difficulty)
    then = memory.review(known, rating, elapsed_days, None, desired_retention, learning_steps=()).memory
    lapsed = before.stability is not None and rating == Rating.AGAIN
    kept = DrillMemory(then.stability, then.difficulty, before.tries + 1, before.lapses + lapsed)
    if rating == Rating.AGAIN or then.stability is None:
        return kept, 1
    return kept, memory.interval(then.stability, desired_retention)
