"""What an objectively graded answer says about memory: correctness, certainty and time become a rating.

Being sure and wrong is worse than not knowing: nobody looks up what they believe to know. Such a card owes two more
looks, whatever the rating makes of its interval: one on the next study day, and, once that one is right, another about
a week later. `doubt` is stored on the card; `doubt_after` moves it at an answer, `WAITS` bounds the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from statistics import median

from quizzes.scheduler.memory import Rating

QUICK = 0.5  # of the usual time
USUAL_SECONDS = 20.0  # until a learner's own are known
ENOUGH_TIMES = 5
LONGEST_TIME = 300.0  # seconds; beyond it somebody was called away

NEXT_DAY, IN_A_WEEK = 2, 1  # doubt: looks that are still owed
WAITS = {NEXT_DAY: 1, IN_A_WEEK: 7}  # study days from this answer


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


def usual_seconds(seconds: Sequence[float], of_others: float | None = None) -> float:
    """The learner's median time for questions of one kind, from the latest right answers; with too few of them what
    others take, or a third of a minute. Times that cannot be are left out."""
    own = [taken for taken in seconds if 0 < taken <= LONGEST_TIME]
    if len(own) >= ENOUGH_TIMES:
        return float(median(own))
    return of_others or USUAL_SECONDS


def doubt_after(
    doubt: int | None, rating: Rating, certainty: Certainty | None, elapsed_days: int
) -> int | None:
    """What is owed after this answer. `certainty` is None where none was asked for, as for self-rated flashcards.

    A look counts when it is right and comes on a later study day than the last answer. Wrong and unsure, everything
    that was owed is owed again from tomorrow on.
    """
    if rating == Rating.AGAIN:
        return NEXT_DAY if certainty == Certainty.SURE or doubt else None
    if not doubt or elapsed_days < 1:
        return doubt or None
    return doubt - 1 or None
