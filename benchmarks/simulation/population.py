"""Who learns: FSRS-6 parameters from a file, or a synthetic population of the project's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.simulation.fsrs import DEFAULTS, Array

# Exam material is harder than what people collect for themselves, and fades faster: changes to the default parameters.
_HARDER = {0: 0.9, 1: 0.7, 2: 0.8, 8: 0.8, 20: 1.5}
# How much learners differ, as we judge it: standard deviations of the logarithm of each parameter. First stabilities
# and what repeating on one day does differ most; what difficulty and lapses do differs little.
_SPREAD = (
    1.0, 0.9, 0.9, 0.9, 0.05, 0.4, 0.15, 1.0, 0.2, 0.5, 0.3,
    0.1, 0.4, 0.3, 0.2, 0.5, 0.3, 0.25, 0.8, 0.8, 0.4,
)  # fmt: skip
# The bounds that FSRS-6 sets for its parameters.
_LOWEST = (
    0.001, 0.001, 0.001, 0.001, 1.0, 0.001, 0.001, 0.001, 0.0, 0.0, 0.001,
    0.001, 0.001, 0.001, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.1,
)  # fmt: skip
_HIGHEST = (
    100.0, 100.0, 100.0, 100.0, 10.0, 4.0, 4.0, 0.75, 4.5, 0.8, 3.5,
    5.0, 0.25, 0.9, 4.0, 1.0, 6.0, 2.0, 2.0, 0.8, 0.8,
)  # fmt: skip


def synthetic(learners: int, seed: int) -> Array:
    """(learners, 21): around a harder default; all first stabilities of a learner tend to be long or short together."""
    random = np.random.default_rng(seed)
    deviation = random.standard_normal((learners, 21))
    ability = random.standard_normal((learners, 1))
    deviation[:, :4] = 0.7 * ability + np.sqrt(1 - 0.7**2) * deviation[:, :4]
    centre = np.array(DEFAULTS) * [_HARDER.get(number, 1.0) for number in range(21)]
    drawn = centre * np.exp(deviation * np.array(_SPREAD))
    drawn[:, :4] = np.sort(drawn[:, :4], axis=1)  # a better first rating never lasts shorter
    return np.clip(drawn, _LOWEST, _HIGHEST)


def from_file(path: Path) -> Array:
    """(learners, 21), from JSON: a list of lists, or an object of lists by name."""
    given = json.loads(path.read_text(encoding="utf-8"))
    rows = list(given.values()) if isinstance(given, Mapping) else given
    parameters = np.array(rows, dtype=np.float64)
    if parameters.ndim != 2 or parameters.shape[1] != 21 or not np.isfinite(parameters).all():
        raise ValueError(
            f"{path.name} must hold 21 finite numbers for each learner, the parameters of FSRS-6."
        )
    return parameters
