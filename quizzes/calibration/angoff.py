"""What instructors think of a question, as the prior of its difficulty, until enough learners have answered it.

An Angoff rating is the share of just-qualified candidates who would get the question right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

from .response import Floats, clean

# How far one instructor's rating lies from the truth (logits): people judge order better than size.
ONE_RATER = 0.8
ALL_RATERS = 0.4  # what raters share does not average out
EXTREME = 0.02  # "everybody" and "nobody" are taken as nearly so


@dataclass(frozen=True, slots=True)
class Judged:
    """The prior of one difficulty: mean and standard deviation, logits."""

    difficulty: float
    spread: float


def judged(ratings: Sequence[float], luck: float = 0.0, borderline: float = 0.0) -> Judged | None:
    """The difficulty that gives a just-qualified candidate (ability `borderline`, logits) the mean of the `ratings`.

    Ratings are shares 0 to 1, luck included; None without any usable one.
    """
    usable = [rating for rating in ratings if 0.0 <= rating <= 1.0]
    if not usable:
        return None
    share = sum(usable) / len(usable)
    knows = (share - luck) / (1.0 - luck) if luck < 1.0 else 0.5
    knows = min(1.0 - EXTREME, max(EXTREME, knows))
    return Judged(borderline - log(knows / (1.0 - knows)), sqrt(ALL_RATERS**2 + ONE_RATER**2 / len(usable)))


def pass_share(ratings_by_question: Sequence[Sequence[float]]) -> float | None:
    """The panel's pass mark as a share of questions right: the mean over questions of their mean rating."""
    means: Floats = clean([sum(each) / len(each) for each in ratings_by_question if each], 0.0, 0.0, 1.0)
    return float(means.mean()) if means.size else None
