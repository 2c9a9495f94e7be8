"""The arithmetic of a form: score distributions, and what each topic adds to the share right in its domain.

Shapes: S equally likely learners, D domains, T topics. Used by `readiness` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .ability import NODES, STEP, Bank, miss
from .response import Floats, Ints

SEED = 20_260


@lru_cache(maxsize=4)
def uniforms(samples: int, columns: int) -> Floats:
    """(samples × columns) in (0, 1), each column evenly spread and in an order of its own; always the same."""
    random = np.random.default_rng(SEED)
    ranks = np.argsort(random.random((columns, samples)), axis=1).T
    spread: Floats = (ranks + 0.5) / samples
    spread.setflags(write=False)
    return spread


def normal_quantile(uniform: Floats) -> Floats:
    """Of the standard normal distribution, by table; exact to 1e-4 between 0.0005 and 0.9995."""
    grid, cumulated = _normal_table()
    return np.interp(uniform, cumulated, grid)


@lru_cache(maxsize=1)
def _normal_table() -> tuple[Floats, Floats]:
    grid = np.linspace(-4.5, 4.5, 9001)
    density = np.exp(-(grid**2) / 2.0)
    cumulated = np.cumsum(density) - density / 2.0
    return grid, cumulated / density.sum()


@dataclass(frozen=True, slots=True)
class Missed:
    """Share of its domain's exam questions that fall to a topic and are missed, by ability there (T × nodes)."""

    unaided: Floats  # by ability and luck alone
    mended: Floats  # of these, what memory would mend if it carried over wholly

    def at(self, ability: Floats, carry: Floats) -> Floats:
        """(S × T): missed at these abilities (S × T), with `carry` (S) of what is remembered."""
        return _read(self.unaided, ability) - carry[:, None] * _read(self.mended, ability)


def missed(bank: Bank, weight: Floats, recall: Floats) -> Missed:
    """`weight` (Q): the share of its domain's exam questions that each question stands for; `recall` (Q): 0 to 1."""
    lost = miss(bank, np.arange(len(weight))) * weight[:, None]
    return Missed(by_topic(bank, lost), by_topic(bank, lost * recall[:, None]))


def by_topic(bank: Bank, rows: Floats) -> Floats:
    """Sums of `rows` (Q × …) over the questions of each topic (T × …)."""
    total = np.zeros((len(bank.topic_domain), *rows.shape[1:]))
    if len(rows):
        order = np.argsort(bank.topic, kind="stable")
        topics, first = np.unique(bank.topic[order], return_index=True)
        total[topics] = np.add.reduceat(rows[order], first, axis=0)
    return total


def by_domain(topic_domain: Ints, rows: Floats, domains: int) -> Floats:
    """Sums of `rows` (S × T) over the topics of each domain (S × D)."""
    member = (topic_domain[:, None] == np.arange(domains)[None, :]).astype(np.float64)
    total: Floats = rows @ member
    return total


def scores(right: Floats, questions: Sequence[int]) -> Floats:
    """(S × length + 1): probability of each number right, `right` (S × D) being the share right in a domain."""
    length = sum(questions)
    density = np.zeros((length + 1, len(right)))
    density[0] = 1.0
    asked = 0
    for domain, count in enumerate(questions):
        share = np.clip(right[:, domain], 0.0, 1.0)
        for _ in range(count):
            asked += 1
            density[1 : asked + 1] = density[1 : asked + 1] * (1.0 - share) + density[:asked] * share
            density[0] *= 1.0 - share
    return density.T


def passing(density: Floats, needed: int) -> Floats:
    """(S): probability of at least `needed` right."""
    return np.clip(density[:, needed:].sum(axis=1), 0.0, 1.0)


def pull(right: Floats, questions: Sequence[int], needed: int) -> Floats:
    """(D): how much the probability to pass rises with the share right in a domain (normal approximation)."""
    count = np.asarray(questions, dtype=np.float64)
    mean = right @ count
    variance = np.maximum((right * (1.0 - right)) @ count, 0.25)
    density = np.exp(-((needed - 0.5 - mean) ** 2) / (2.0 * variance)) / np.sqrt(2.0 * np.pi * variance)
    slope: Floats = density.mean() * count
    return slope


def quantile(density: Floats, probability: float) -> float:
    """Of a distribution over whole numbers, each spread evenly half to either side; within 0 … the largest."""
    edges = np.arange(len(density) + 1) - 0.5
    cumulated = np.concatenate([[0.0], np.cumsum(density)])
    return float(np.clip(np.interp(probability, cumulated, edges), 0.0, len(density) - 1))


def _read(table: Floats, ability: Floats) -> Floats:
    """(S × T): rows of `table` (T × nodes) at `ability` (S × T), linear between nodes."""
    place = np.clip((ability - NODES[0]) / STEP, 0.0, len(NODES) - 1.0)
    below = np.minimum(place.astype(np.int64), len(NODES) - 2)
    beyond = place - below
    topic = np.arange(table.shape[0])[None, :]
    read: Floats = table[topic, below] * (1.0 - beyond) + table[topic, below + 1] * beyond
    return read
