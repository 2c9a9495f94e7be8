"""How sure a score is: intervals over learners, from resampling learners (never cards or seeds)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.simulation.fsrs import Array

RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over learners with its 95 % interval."""

    mean: float
    low: float
    high: float


def estimate(by_learner: Array) -> Estimate:
    """From one number a learner (the mean over seeds)."""
    drawn = np.random.default_rng(1).integers(0, len(by_learner), (RESAMPLES, len(by_learner)))
    low, high = np.quantile(by_learner[drawn].mean(axis=1), [0.025, 0.975])
    return Estimate(float(by_learner.mean()), float(low), float(high))


def no_worse(ours: Array, theirs: Array) -> float:
    """The share of learners for whom `ours` is at least as good as `theirs`."""
    return float((ours >= theirs).mean())
