"""What other learners teach about a new one: how abilities spread, and how far memory carries to the exam.

Nightly, after `rasch`: expectation-maximisation over the same tree as `ability`, so that a forecast's prior is the
certification's own. With few learners the usual spreads weigh as much as `USUAL_LEARNERS` of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from .ability import (
    LEAST_SPREAD,
    NODES,
    STEP,
    TINY,
    USUAL,
    Bank,
    Evidence,
    Population,
    kernel_of,
    topic_likelihood,
)
from .response import Floats, Ints, clean, logistic

USUAL_LEARNERS = 10.0
ROUNDS = 12
EQUATING_ROUNDS = 4
CARRY_ROUNDS = 30
DISTANCE: Floats = (NODES[None, :] - NODES[:, None]) ** 2
SHIFTS: Floats = np.linspace(-1.0, 1.0, 81)
CARRIES: Floats = np.linspace(-0.5, 1.5, 81)  # as drawn; what is used is cut to 0 … 1


@dataclass(frozen=True, slots=True)
class _Learner:
    likelihood: Floats  # (topics answered × nodes)
    domain: Ints  # of each of them, counted over the domains answered


@dataclass(frozen=True, slots=True)
class _Moments:
    """Sums of one learner, to be divided by their counts."""

    mean: float
    square: float  # of the general ability
    domain: float
    domains: int
    topic: float
    topics: int


def learn(
    learners: Sequence[Evidence], bank: Bank, start: Population = USUAL, rounds: int = ROUNDS
) -> Population:
    """`start` with mean and spreads of these learners (those who answered; a few hundred are plenty)."""
    known = [_learner(each, bank, start) for each in learners if len(each.question)]
    found = start
    for _ in range(rounds if known else 0):
        found = _round(known, start, found)
    return replace(found, learners=len(known))


@dataclass(frozen=True, slots=True)
class Fresh:
    """Answers of many learners to fresh questions on facts they had studied: of a mock exam, or siblings' first sights.

    Columns of length N. A fresh question has no answers of its own yet; the studied one on that fact stands for it.
    """

    learner: Ints
    missed: (
        Floats  # probability to miss the studied question by ability and luck alone (`ability.expected_miss`)
    )
    luck: Floats  # of the studied question
    recall: Floats  # of the studied question at that time, by the memory model
    correct: NDArray[np.bool_]


def equate(answers: Fresh, start: Population = USUAL) -> Population:
    """`start` with what these answers teach: how much of a memory carries over, and how much harder the exam is.

    The carry differs between learners (whoever forgets faster than forecast has a low one), so its spread is theirs.
    The shift is one for all; it also takes up what the model does not know of, as long as it is alike for everybody.
    """
    if not len(answers.learner):
        return start
    found = start
    for _ in range(EQUATING_ROUNDS):
        found = _carry(answers, start, _shift(answers, start, found))
    return found


def _shift(answers: Fresh, usual: Population, now: Population) -> Population:
    helped = 1.0 - now.carry * clean(answers.recall, 0.0, 0.0, 1.0)[:, None]
    logs = _logs(answers, _shifted(answers, SHIFTS) * helped).sum(axis=0)
    # Answers of one learner hang together, so that all of them say less than as many of strangers.
    each = len(np.unique(answers.learner)) / len(answers.learner)
    logs = logs * max(each, 0.25) - (SHIFTS - usual.exam_shift) ** 2 / (2.0 * max(usual.exam_sd, 0.01) ** 2)
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    mean = float(weight @ SHIFTS)
    return replace(now, exam_shift=mean, exam_sd=sqrt(max(1e-4, float(weight @ (SHIFTS - mean) ** 2))))


def _carry(answers: Fresh, usual: Population, now: Population) -> Population:
    recall = clean(answers.recall, 0.0, 0.0, 1.0)[:, None]
    missed = _shifted(answers, np.array([now.exam_shift]))
    logs = _logs(answers, missed * (1.0 - np.clip(CARRIES, 0.0, 1.0) * recall))
    _, person = np.unique(answers.learner, return_inverse=True)
    of_person = np.zeros((int(person.max()) + 1, len(CARRIES)))
    np.add.at(of_person, person, logs)
    likelihood = np.exp(of_person - of_person.max(axis=1, keepdims=True))
    mean, variance = usual.carry, max(usual.carry_sd, 0.05) ** 2
    people = len(likelihood) + USUAL_LEARNERS
    for _ in range(CARRY_ROUNDS):
        weight = likelihood * np.exp(-((CARRIES - mean) ** 2) / (2.0 * variance)) + TINY
        weight /= weight.sum(axis=1, keepdims=True)
        mean = (float((weight @ CARRIES).sum()) + USUAL_LEARNERS * usual.carry) / people
        beside = USUAL_LEARNERS * (usual.carry_sd**2 + (usual.carry - mean) ** 2)
        variance = max(1e-3, (float((weight @ (CARRIES - mean) ** 2).sum()) + beside) / people)
    return replace(now, carry=mean, carry_sd=sqrt(variance))


def _shifted(answers: Fresh, shifts: Floats) -> Floats:
    """(N × shifts): probability to miss by ability and luck, were everything harder by each shift."""
    lucky = clean(answers.luck, 0.0, 0.0, 0.9)[:, None]
    unable = np.clip(clean(answers.missed, 0.5, 0.0, 1.0)[:, None] / (1.0 - lucky), 1e-4, 1.0 - 1e-4)
    moved: Floats = (1.0 - lucky) * logistic(np.log(unable / (1.0 - unable)) + shifts)
    return moved


def _logs(answers: Fresh, missed: Floats) -> Floats:
    lost = np.clip(missed, 1e-6, 1.0 - 1e-6)
    logs: Floats = np.log(np.where(np.asarray(answers.correct, dtype=bool)[:, None], 1.0 - lost, lost))
    return logs


def _learner(evidence: Evidence, bank: Bank, population: Population) -> _Learner:
    likelihood, answered = topic_likelihood(evidence, bank, population)
    _, domain = np.unique(bank.topic_domain[answered], return_inverse=True)
    return _Learner(likelihood[answered], domain)


def _round(known: Sequence[_Learner], usual: Population, now: Population) -> Population:
    topic_kernel, domain_kernel = kernel_of(now.topic_sd), kernel_of(now.domain_sd)
    each = [_moments(learner, now, topic_kernel, domain_kernel) for learner in known]
    learners = len(each) + USUAL_LEARNERS
    mean = (sum(one.mean for one in each) + USUAL_LEARNERS * usual.mean) / learners
    spread = sum(one.square - 2.0 * mean * one.mean + mean**2 for one in each)
    return replace(
        now,
        mean=mean,
        sd=_root(spread, len(each), usual.sd, 1.0),
        domain_sd=_root(
            sum(one.domain for one in each), sum(one.domains for one in each), usual.domain_sd, 2.0
        ),
        topic_sd=_root(sum(one.topic for one in each), sum(one.topics for one in each), usual.topic_sd, 5.0),
    )


def _root(total: float, count: int, usual: float, each: float) -> float:
    """Spread of `count` squares that sum to `total`, with usual ones (`each` a learner) beside them.

    Rounded, because kernels are kept by spread, and no further digit matters.
    """
    beside = USUAL_LEARNERS * each
    return round(max(LEAST_SPREAD, sqrt(max(0.0, total + beside * usual**2) / (count + beside))), 3)


def _moments(learner: _Learner, now: Population, topic_kernel: Floats, domain_kernel: Floats) -> _Moments:
    below = np.maximum(learner.likelihood @ topic_kernel.T, TINY)
    messages = np.zeros((int(learner.domain.max()) + 1, len(NODES)))
    np.add.at(messages, learner.domain, np.log(below))
    messages = np.exp(messages - messages.max(axis=1, keepdims=True))
    upward = np.maximum(messages @ domain_kernel.T, TINY)
    general = np.log(upward).sum(axis=0) - (NODES - now.mean) ** 2 / (2.0 * max(now.sd, STEP) ** 2)
    general = np.exp(general - general.max())
    general /= general.sum()
    down = general / upward
    by_domain = (down @ domain_kernel) * messages
    total = by_domain.sum(axis=1, keepdims=True)
    domain = ((down @ (domain_kernel * DISTANCE)) * messages).sum(axis=1) / total[:, 0]
    onward = (by_domain / total)[learner.domain] / below
    by_topic = ((onward @ topic_kernel) * learner.likelihood).sum(axis=1)
    topic = ((onward @ (topic_kernel * DISTANCE)) * learner.likelihood).sum(axis=1) / by_topic
    return _Moments(
        mean=float(general @ NODES),
        square=float(general @ NODES**2),
        domain=float(domain.sum()),
        domains=len(domain),
        topic=float(topic.sum()),
        topics=len(topic),
    )
