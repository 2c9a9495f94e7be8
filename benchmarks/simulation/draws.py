"""Common random numbers: the luck of a card's n-th answer depends on run, card and n, never on the policy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)

Seeds = NDArray[np.uint64]
Numbers = NDArray[np.int64] | np.int64


def uniform(seeds: Seeds, cards: Numbers, showing: Numbers, stream: int) -> NDArray[np.float64]:
    """Numbers in (0, 1), by the finaliser of splitmix64; arguments spread over each other."""
    mixed = seeds
    for part in (cards, showing, np.int64(stream)):
        mixed = _mixed(mixed + np.asarray(part).astype(np.uint64) * _GOLDEN + _GOLDEN)
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def normal(seeds: Seeds, cards: Numbers, stream: int) -> NDArray[np.float64]:
    """Standard normal numbers, one a card (Box and Muller: uses `stream` and the one after it)."""
    zero = np.int64(0)
    radius = np.sqrt(-2 * np.log(uniform(seeds, cards, zero, stream)))
    return np.asarray(radius * np.cos(2 * np.pi * uniform(seeds, cards, zero, stream + 1)))


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * _FIRST
        x = (x ^ (x >> np.uint64(27))) * _SECOND
        return x ^ (x >> np.uint64(31))
