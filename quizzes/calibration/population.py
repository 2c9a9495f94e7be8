"""What other learners teach about a new one: how abilities spread, and how far memory carries to the exam.

Nightly, after `rasch`: expectation-maximisation over the same tree as `ability`, so that a forecast's prior is the
certification's own. With few learners the usual spreads weigh as much as `USUAL_LEARNERS` of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from .ability import (
    LEAST_SPREAD,
    NODES,
    STEP,
    TINY,
    USUAL,
    Bank,
    Evidence,
    Population,
    _kernel,
    topic_likelihood,
)
from .response import Floats, Ints, clean

USUAL_LEARNERS = 10.0
ROUNDS = 12
DISTANCE: Floats = (NODES[None, :] - NODES[:, None]) ** 2
CARRIES: Floats = np.linspace(0.0, 1.0, 41)


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


def carry(missed: Floats, recall: Floats, correct: Floats, start: Population = USUAL) -> Population:
    """`start` with the carry that these answers to fresh questions on studied facts suggest.

    Columns of length N. `missed`: probability to miss by ability and luck alone (`ability.expected_miss`); `recall`:
    of the studied question on the same fact, at that time; `correct`: 0 or 1. Answers of one person hang together:
    each counts a quarter, so that the spread is not made too small.
    """
    lost = clean(missed, 0.5, 0.0, 1.0)[:, None] * (1.0 - CARRIES * clean(recall, 0.0, 0.0, 1.0)[:, None])
    lost = np.clip(lost, 1e-6, 1.0 - 1e-6)
    right = np.asarray(correct, dtype=bool)[:, None]
    logs = 0.25 * np.log(np.where(right, 1.0 - lost, lost)).sum(axis=0)
    logs = logs - (CARRIES - start.carry) ** 2 / (2.0 * max(start.carry_sd, 0.02) ** 2)
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    mean = float(weight @ CARRIES)
    return replace(start, carry=mean, carry_sd=sqrt(max(1e-4, float(weight @ (CARRIES - mean) ** 2))))


def _learner(evidence: Evidence, bank: Bank, population: Population) -> _Learner:
    likelihood, answered = topic_likelihood(evidence, bank, population)
    _, domain = np.unique(bank.topic_domain[answered], return_inverse=True)
    return _Learner(likelihood[answered], domain)


def _round(known: Sequence[_Learner], usual: Population, now: Population) -> Population:
    topic_kernel, domain_kernel = _kernel(now.topic_sd), _kernel(now.domain_sd)
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
