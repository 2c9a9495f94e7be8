"""What an exam plan has learned of its learner: how answers fall, how long they take, how much of the time is used.

Every figure starts at what is usual and moves with what is recorded.
"""

from __future__ import annotations

import numpy as np

from quizzes.scheduler import fsrs6
from quizzes.scheduler.exam_table import REPEAT_SECONDS, USUAL, Habits
from quizzes.scheduler.fsrs6 import Array

# As many answers as these weigh as much as what is usual.
SHARES_PRIOR, SECONDS_PRIOR, DAYS_PRIOR = 60.0, 8.0, 2.0
DAYS_KEPT = 0.85  # the weight of a day that is one day older
# Seconds of an answer alone; what follows a failure on the same day is told apart by `REPEATED`.
FIRST_ALONE: Array = np.array([19.6, 18.8, 13.8, 10.7])
LATER_ALONE: Array = np.array([19.4, 17.6, 12.4, 8.9])
REPEATED = 1.9  # a failure that takes this many times a Good was recorded with its repetition
LONGEST_ANSWER = 600.0  # seconds; longer, and the learner was away


class LearnerHabits:
    """Counts of one learner's ratings and seconds, at first sights and later."""

    def __init__(self) -> None:
        self.first, self.passed = SHARES_PRIOR * USUAL.first, SHARES_PRIOR * USUAL.passed
        self.seconds = np.stack([FIRST_ALONE, LATER_ALONE]) * SECONDS_PRIOR
        self.counts = np.full((2, 4), SECONDS_PRIOR)
        self.failed, self.good = np.zeros(2), np.zeros(2)  # seconds and number of what was recorded

    def record(self, unseen: bool, rating: int, seconds: float) -> None:
        """One answer, the first of its day."""
        seconds = min(max(0.0, seconds), LONGEST_ANSWER)
        if unseen:
            self.first[rating - 1] += 1
        elif rating > fsrs6.AGAIN:
            self.passed[rating - 2] += 1
        self.seconds[0 if unseen else 1, rating - 1] += seconds
        self.counts[0 if unseen else 1, rating - 1] += 1
        if rating == fsrs6.AGAIN or (unseen and rating == fsrs6.HARD):
            self.failed += seconds, 1
        elif rating == fsrs6.GOOD:
            self.good += seconds, 1

    @property
    def repeats_inside(self) -> bool:
        """Whether the recorded seconds of a failure hold its repetition, so that none is recorded by itself."""
        if not self.failed[1]:
            return False
        good = (self.good[0] + SECONDS_PRIOR * LATER_ALONE[2]) / (self.good[1] + SECONDS_PRIOR)
        return bool(self.failed[0] / self.failed[1] > REPEATED * good)

    def habits(self) -> Habits:
        """What a day's answer costs, with the repetition that follows a failure."""
        first, later = self.seconds / self.counts
        if self.repeats_inside:
            # The prior was of failures alone.
            first[0] = max(first[0], self.failed[0] / self.failed[1])
            later[0] = max(later[0], self.failed[0] / self.failed[1])
            first[1] = max(first[1], USUAL.first_seconds[1])
        else:
            first = first + REPEAT_SECONDS * np.array([1.0, 1.0, 0.0, 0.0])
            later = later + REPEAT_SECONDS * np.array([1.0, 0.0, 0.0, 0.0])
        return Habits(self.first / self.first.sum(), self.passed / self.passed.sum(), first, later)


class Attendance:
    """The share of the planned seconds that is used, recent days first; 1 until days were missed."""

    def __init__(self) -> None:
        self.used, self.days = DAYS_PRIOR, DAYS_PRIOR

    def record(self, share: float) -> None:
        """One day that is over: the share of its seconds that was used (missed days: 0)."""
        self.used = DAYS_KEPT * self.used + min(max(0.0, share), 1.0)
        self.days = DAYS_KEPT * self.days + 1.0

    @property
    def share(self) -> float:
        return max(0.1, self.used / self.days)
