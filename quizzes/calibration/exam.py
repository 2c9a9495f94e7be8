"""What the exam is: its blueprint, how long a form is, and what its pass mark means in questions right.

A vendor publishes a scaled pass mark, not how it scales. Here the scale is drawn by two straight lines: nothing right
is `scale_min`, exactly the cut is the pass mark, all right is `scale_max`. The cut is where the pass mark lies on one
straight line over the whole scale (720 of 100 … 1000 is 68.9 % right), unless a panel of instructors set another.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite

import numpy as np

from .response import Floats

USUAL_LENGTH = 65  # scored questions, where nothing is published
USUAL_CUT = 0.70  # share right, where nothing is published
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Exam:
    """Facts of the exam; None (or no weights) where they are not published.

    `weights`: one for each domain, on any scale. `scored`: questions that count. `cut`: share right that passes
    (0 to 1), for instance an Angoff panel's.
    """

    weights: tuple[float, ...] = ()
    scored: int | None = None
    pass_mark: float | None = None
    scale_min: float | None = None
    scale_max: float | None = None
    cut: float | None = None

    @property
    def length(self) -> int:
        return min(LONGEST, self.scored) if self.scored and self.scored > 0 else USUAL_LENGTH

    @property
    def has_scale(self) -> bool:
        """Whether the three numbers of a scale are there and in order."""
        numbers = (self.scale_min, self.pass_mark, self.scale_max)
        if any(number is None or not isfinite(number) for number in numbers):
            return False
        low, mark, high = (float(number) for number in numbers if number is not None)
        return low < high and low <= mark <= high

    @property
    def knows_cut(self) -> bool:
        return self.cut is not None or self.has_scale

    @property
    def cut_share(self) -> float:
        """Share of questions right that passes."""
        if self.cut is not None and isfinite(self.cut):
            return min(1.0, max(0.0, self.cut))
        if self.has_scale:
            low, mark, high = _numbers(self)
            return (mark - low) / (high - low)
        return USUAL_CUT

    @property
    def needed(self) -> int:
        """Questions right that pass; rounding noise does not ask for one more."""
        return ceil(self.cut_share * self.length - 1e-9)

    def scaled(self, share: float) -> float | None:
        """The scaled score of a share right (0 to 1); None without a scale."""
        if not self.has_scale:
            return None
        low, mark, high = _numbers(self)
        cut = self.cut_share
        if share < cut:
            return low + (mark - low) * share / cut
        return high if cut >= 1.0 else mark + (high - mark) * (share - cut) / (1.0 - cut)

    def questions(self) -> tuple[int, ...]:
        """Questions a domain on one form, by largest remainder; a tie goes to the earlier domain."""
        shares = self.shares()
        exact = [share * self.length for share in shares]
        whole = [floor(each + 1e-9) for each in exact]
        left = self.length - sum(whole)
        by_remainder = sorted(
            range(len(exact)), key=lambda place: (round(whole[place] - exact[place], 9), place)
        )
        for place in by_remainder[:left]:
            whole[place] += 1
        return tuple(whole)

    def shares(self) -> tuple[float, ...]:
        """The weights as shares that sum to 1; one domain without a blueprint, equal ones where all weigh nothing."""
        if not self.weights:
            return (1.0,)
        weights: Floats = np.array([each if isfinite(each) and each > 0 else 0.0 for each in self.weights])
        total = weights.sum()
        return tuple((weights / total).tolist()) if total > 0 else (1.0 / len(weights),) * len(weights)


def _numbers(exam: Exam) -> tuple[float, float, float]:
    return float(exam.scale_min or 0.0), float(exam.pass_mark or 0.0), float(exam.scale_max or 0.0)
