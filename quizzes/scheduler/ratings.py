"""What an objectively graded answer says about memory: correctness, certainty and time become a rating."""

from __future__ import annotations

from enum import IntEnum

from quizzes.scheduler.memory import Rating

QUICK = 0.5  # of the usual time


class Certainty(IntEnum):
    GUESS = 1
    THINK = 2
    SURE = 3


def rating_of(correct: bool, certainty: Certainty, seconds: float, usual_seconds: float) -> Rating:
    """A wrong answer is Again, a lucky guess Hard, a right one Good; a sure and quick one Easy."""
    if not correct:
        return Rating.AGAIN
    if certainty == Certainty.GUESS:
        return Rating.HARD
    if certainty == Certainty.SURE and seconds < QUICK * usual_seconds:
        return Rating.EASY
    return Rating.GOOD
