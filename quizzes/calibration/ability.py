"""What one learner's answers say of their ability: a tree, general → domain → topic, solved exactly on a grid.

Each topic's ability is drawn around its domain's, each domain's around the general one; all three spreads come from
other learners (`population`). An answer speaks for its topic, and by the tree for everything else, the less the
farther. On a grid no shape is assumed, and a right answer in place of a wrong one never lowers any ability: the tree
only couples upwards. `readiness` draws equally likely learners from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from .response import Floats, Ints, attenuation, clean, logistic

STEP = 0.1
NODES: Floats = np.round(np.arange(-6.0, 6.0 + STEP / 2, STEP), 10)
LEAST_SPREAD = 0.05  # half a step: below it the grid sees none
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Population:
    """What other learners teach about one of whom nothing is known. Abilities and spreads in logits."""

    mean: float = 0.0
    sd: float = 1.0
    domain_sd: float = 0.4
    topic_sd: float = 0.4
    # Until mock exams tell, the usual values are kept low and wide: hope is not evidence.
    # How much of what is remembered of a question helps with the exam's question on the same fact: 0 to 1.
    carry: float = 0.65
    carry_sd: float = 0.2
    # The exam's questions are not ours: all of them are harder by `exam_shift`, known within `exam_sd`.
    exam_shift: float = 0.2
    exam_sd: float = 0.4
    # What ability may gain or lose until the exam beside what the cards teach: logits, in the root of days.
    drift: float = 0.02
    # An answer counts half after so many further ones: who learns is no longer who they were.
    half_life: float = 400.0
    learners: int = 0  # from how many it was learned


USUAL = Population()  # until there are learners to learn from


@dataclass(frozen=True, slots=True)
class Bank:
    """The certification's questions: columns of length Q, topics by number (0 … T - 1)."""

    difficulty: Floats  # logits (`rasch`, `angoff` or `elo`)
    error: Floats  # its standard error, logits
    luck: Floats  # probability to be right blindly (`response.chance`)
    topic: Ints
    topic_domain: Ints  # length T; -1 where a topic belongs to no domain of the blueprint
    provisional: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))  # empty: none is


@dataclass(frozen=True, slots=True)
class Evidence:
    """One learner's answers in the order of time: columns of length N."""

    question: Ints  # 0 … Q - 1
    correct: NDArray[np.bool_]
    # What was remembered of this very question before the answer, by the memory model: 0 at first sight.
    recall: Floats

    @staticmethod
    def none() -> Evidence:
        return Evidence(np.zeros(0, np.int64), np.zeros(0, bool), np.zeros(0))


@dataclass(frozen=True, slots=True)
class Ability:
    """The posterior. Rows of a conditional sum to 1."""

    general: Floats  # (nodes): probability of each general ability
    domain: Floats  # (D, nodes, nodes): of each domain ability, given the general one
    likelihood: Floats  # (T, nodes): of the answers in a topic, given the ability there; its largest is 1
    answered: NDArray[np.bool_]  # (T): whether there is any answer in the topic
    topic_domain: Ints  # (T)
    topic_sd: float

    def draw(self, uniform: Floats) -> Floats:
        """Abilities by topic, (S × T) logits, of S equally likely learners.

        `uniform` (S × 1 + D + T) holds numbers in [0, 1): for the general ability, the domains, the topics. Every
        ability rises with its number and with each right answer.
        """
        domains = len(self.domain)
        general = np.searchsorted(np.cumsum(self.general)[:-1], uniform[:, 0], side="right")
        by_domain = [
            _pick(_rows(self.domain[place]), general, uniform[:, 1 + place]) for place in range(domains)
        ]
        kernel = kernel_of(self.topic_sd)
        unanswered = _prior_rows(self.topic_sd)
        drawn = np.empty((len(uniform), len(self.topic_domain)))
        for topic, domain in enumerate(self.topic_domain):
            rows = _rows(kernel * self.likelihood[topic]) if self.answered[topic] else unanswered
            drawn[:, topic] = NODES[_pick(rows, by_domain[domain], uniform[:, 1 + domains + topic])]
        return drawn

    def general_moments(self) -> tuple[float, float]:
        """(mean, standard deviation) of the general ability, logits."""
        mean = float(self.general @ NODES)
        return mean, sqrt(max(0.0, float(self.general @ (NODES - mean) ** 2)))


def posterior(evidence: Evidence, bank: Bank, domains: int, population: Population) -> Ability:
    """The ability behind `evidence`; the population's without any. `bank.topic_domain` must lie in 0 … domains - 1."""
    likelihood, answered = topic_likelihood(evidence, bank, population)
    below = np.log(np.maximum(likelihood @ kernel_of(population.topic_sd).T, TINY))
    messages = np.zeros((domains, len(NODES)))
    np.add.at(messages, bank.topic_domain[answered], below[answered])
    messages = np.exp(messages - messages.max(axis=1, keepdims=True))
    kernel = kernel_of(population.domain_sd)
    upward = np.log(np.maximum(messages @ kernel.T, TINY)).sum(axis=0)
    general: Floats = upward - (NODES - population.mean) ** 2 / (2.0 * max(population.sd, LEAST_SPREAD) ** 2)
    general = np.exp(general - np.max(general))
    conditional = kernel[None, :, :] * np.maximum(messages, TINY)[:, None, :] + TINY
    return Ability(
        general=general / general.sum(),
        domain=conditional / conditional.sum(axis=2, keepdims=True),
        likelihood=likelihood,
        answered=answered,
        topic_domain=bank.topic_domain,
        topic_sd=population.topic_sd,
    )


def topic_likelihood(
    evidence: Evidence, bank: Bank, population: Population
) -> tuple[Floats, NDArray[np.bool_]]:
    """((T × nodes) likelihood of the answers by topic, whether there are any)."""
    topics = len(bank.topic_domain)
    total = np.zeros((topics, len(NODES)))
    answered = np.zeros(topics, dtype=bool)
    if len(evidence.question):
        topic = bank.topic[evidence.question]
        order = np.argsort(topic, kind="stable")
        _, first = np.unique(topic[order], return_index=True)
        answered[topic] = True
        total[answered] = np.add.reduceat(_log_likelihood(evidence, bank, population)[order], first, axis=0)
    return np.exp(total - total.max(axis=1, keepdims=True)), answered


def miss(bank: Bank, questions: Ints) -> Floats:
    """(questions × nodes): probability to know the answer neither by ability nor by luck."""
    soft = attenuation(bank.error[questions])
    able = logistic((NODES[None, :] - bank.difficulty[questions, None]) * soft[:, None])
    lost: Floats = (1.0 - bank.luck[questions, None]) * (1.0 - able)
    return lost


def expected_miss(ability: Ability, bank: Bank, questions: Ints) -> Floats:
    """`miss` over what is known of the learner, a number for each of `questions`: what only memory can mend."""
    kernel = kernel_of(ability.topic_sd)
    by_domain = np.einsum("g,dgk->dk", ability.general, ability.domain)
    down = by_domain[ability.topic_domain] / np.maximum(ability.likelihood @ kernel.T, TINY)
    by_topic = (down @ kernel) * ability.likelihood
    by_topic /= by_topic.sum(axis=1, keepdims=True)
    expected: Floats = np.einsum("nk,nk->n", by_topic[bank.topic[questions]], miss(bank, questions))
    return expected


def _log_likelihood(evidence: Evidence, bank: Bank, population: Population) -> Floats:
    """(N × nodes), older answers weighing less."""
    recall = clean(evidence.recall, 0.0, 0.0, 1.0)
    lost = np.clip(miss(bank, evidence.question) * (1.0 - recall)[:, None], 1e-9, 1.0 - 1e-9)
    age = np.arange(len(evidence.question))[::-1]
    # What is well remembered says little of ability, and least where the memory model is too sure of itself.
    weight = (1.0 - recall) * 0.5 ** (age / max(1.0, population.half_life))
    right = np.asarray(evidence.correct, dtype=bool)[:, None]
    logs: Floats = weight[:, None] * np.log(np.where(right, 1.0 - lost, lost))
    return logs


@lru_cache(maxsize=64)
def kernel_of(spread: float) -> Floats:
    """(nodes × nodes): probability of an ability around another; rows sum to 1."""
    spread = max(spread, LEAST_SPREAD)
    near = np.exp(-((NODES[None, :] - NODES[:, None]) ** 2) / (2.0 * spread**2))
    rows: Floats = near / near.sum(axis=1, keepdims=True)
    return rows


@lru_cache(maxsize=64)
def _prior_rows(spread: float) -> Floats:
    return _rows(kernel_of(spread))


def _rows(weights: Floats) -> Floats:
    """Cumulated rows laid end to end, row r over r … r + 1: one sorted line, so that one search draws from any row."""
    total = np.cumsum(weights + TINY, axis=1)
    total /= total[:, -1:]
    line: Floats = (total + np.arange(len(weights))[:, None]).ravel()
    return line


def _pick(line: Floats, row: Ints, uniform: Floats) -> Ints:
    """For each entry the node where its row passes `uniform`."""
    size = len(NODES)
    place: Ints = np.searchsorted(line, row + uniform, side="right") - row * size
    return np.clip(place, 0, size - 1)


def usable(bank: Bank) -> Bank:
    """The bank with every number finite and in bounds: difficulties unknown are average, and as unsure as that."""
    return Bank(
        difficulty=clean(bank.difficulty, 0.0, -6.0, 6.0),
        error=clean(bank.error, 1.0, 0.0, 3.0),
        luck=clean(bank.luck, 0.0, 0.0, 0.9),
        topic=np.asarray(bank.topic, dtype=np.int64),
        topic_domain=np.asarray(bank.topic_domain, dtype=np.int64),
        provisional=np.asarray(bank.provisional, dtype=bool),
    )
