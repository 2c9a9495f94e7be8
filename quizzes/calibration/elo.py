"""Difficulty and ability after each answer: Elo's update, a few multiplications.

It keeps difficulties fresh between two nights; the nightly fit (`rasch`) is the better figure and stands beside it.
`quizzes.elo_ratings` calls it in the order of the review log.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

FIRST_STEP = 0.9  # logits that a wholly surprising first answer moves
SLOWER = 0.05  # the step halves after 1 / SLOWER answers
SMALLEST_STEP = 0.02  # a learner goes on learning, a question may be reworded: never quite still
OF_DOMAIN = 0.3  # of a learner's step: domains lie near each other
WIDEST = 6.0  # logits


@dataclass(frozen=True, slots=True)
class Standing:
    """One difficulty or one ability: `value` in logits, after so many `answers`."""

    value: float = 0.0
    answers: int = 0


NOBODY = Standing()


@dataclass(frozen=True, slots=True)
class Moved:
    """The three after one answer."""

    item: Standing
    learner: Standing
    domain: Standing


def update(
    item: Standing, learner: Standing, correct: bool, floor: float = 0.0, domain: Standing = NOBODY
) -> Moved:
    """One answer: a right one makes the item easier and the learner abler, over all and in the `domain`.

    `domain`: how far the learner stands above their own ability there. `floor`: probability to be right by luck or by
    memory (0 to below 1, see `response.floor`): the likelier that was, the less a right answer moves. The move is the
    slope of the log-likelihood.
    """
    surprise = _surprise(learner.value + domain.value - item.value, correct, floor)
    return Moved(
        item=_moved(item, -_step(item.answers) * surprise),
        learner=_moved(learner, _step(learner.answers) * surprise),
        domain=_moved(domain, OF_DOMAIN * _step(domain.answers) * surprise),
    )


def expected(item: Standing, learner: Standing, floor: float = 0.0, domain: Standing = NOBODY) -> float:
    """Probability of a right answer, 0 to 1."""
    return floor + (1.0 - floor) / (1.0 + exp(item.value - learner.value - domain.value))


def _surprise(logit: float, correct: bool, floor: float) -> float:
    """d log-likelihood / d ability: between -1 and 1, the sign of the answer."""
    if not 0.0 <= floor < 1.0:  # also refuses NaN
        raise ValueError(f"A floor is at least 0 and below 1, not {floor}.")
    able = 1.0 / (1.0 + exp(-logit))
    if not correct:
        return -able
    right = floor + (1.0 - floor) * able
    return (1.0 - right) * able / right


def _step(answers: int) -> float:
    return max(SMALLEST_STEP, FIRST_STEP / (1.0 + SLOWER * answers))


def _moved(standing: Standing, change: float) -> Standing:
    return Standing(max(-WIDEST, min(WIDEST, standing.value + change)), standing.answers + 1)
