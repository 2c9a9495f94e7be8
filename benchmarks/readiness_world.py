"""The truth behind `benchmarks/readiness.py`: learners, questions and an exam that the app never sees, only answers.

Not the app's model, on purpose: questions discriminate unevenly, distractors are better or worse than chance, careful
people slip, memory is ACT-R (a sum of decaying traces) and not FSRS, what is remembered helps on the exam in logits and
by an amount that differs between learners, practice raises ability, part of the exam asks facts that the
bank does not cover, and the exam as a whole may be harder than the bank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEIGHTS = (32.0, 26.0, 24.0, 18.0)
TRACES = 8  # of one question that a learner keeps; the oldest gives way
SLIP = 0.98  # nobody is right more often
COVERED = 0.85  # share of the exam's questions whose fact a question of the bank asks


@dataclass(frozen=True, slots=True)
class Truth:
    """One certification. Bank columns have length Q; exam columns E."""

    topic_domain: Ints
    topic: Ints
    difficulty: Floats
    slope: Floats
    luck: Floats  # what guessing really gives
    chance: Floats  # what it should give: 1 / options
    exam_fact: Ints  # the bank's question on the same fact, -1: none
    exam_topic: Ints
    exam_difficulty: Floats
    exam_slope: Floats
    exam_luck: Floats


def certification(rng: np.random.Generator, questions: int, topics: int) -> Truth:
    topic_domain = np.arange(topics) % len(WEIGHTS)
    topic = np.sort(rng.integers(0, topics, questions))
    of_topic = rng.normal(0.0, 0.4, topics)
    fact = of_topic[topic] + rng.normal(0.0, 0.85, questions)
    chance = rng.choice([0.0, 0.25, 0.1, 0.2], questions, p=[0.2, 0.5, 0.2, 0.1])
    covered = rng.random(questions) < COVERED
    harder = rng.normal(0.0, 0.1)
    exam_fact = np.where(covered, np.arange(questions), -1)
    exam_base = np.where(covered, fact, of_topic[topic] + rng.normal(0.0, 0.85, questions))
    exam_chance = rng.choice([0.25, 0.1], questions, p=[0.75, 0.25])
    return Truth(
        topic_domain=topic_domain,
        topic=topic,
        difficulty=fact + rng.normal(0.0, 0.6, questions),
        slope=rng.lognormal(0.0, 0.25, questions),
        luck=np.clip(chance * rng.uniform(0.7, 1.4, questions), 0.0, 0.5),
        chance=chance,
        exam_fact=exam_fact,
        exam_topic=topic,
        exam_difficulty=exam_base + rng.normal(harder, 0.6, questions),
        exam_slope=rng.lognormal(0.0, 0.25, questions),
        exam_luck=np.clip(exam_chance * rng.uniform(0.7, 1.4, questions), 0.0, 0.5),
    )


class Learners:
    """A group of learners of one certification; changed by what they practise."""

    def __init__(self, rng: np.random.Generator, truth: Truth, count: int) -> None:
        domains, topics, questions = len(WEIGHTS), len(truth.topic_domain), len(truth.topic)
        self.truth, self.rng, self.count = truth, rng, count
        general = rng.normal(0.1, 1.0, (count, 1))
        by_domain = general + rng.normal(0.0, 0.4, (count, domains))
        self.ability: Floats = by_domain[:, truth.topic_domain] + rng.normal(0.0, 0.35, (count, topics))
        self.learns = rng.lognormal(0.0, 0.4, count)
        self.decay = np.clip(rng.normal(0.45, 0.08, count), 0.25, 0.7)
        self.threshold = rng.normal(-1.0, 0.35, count)
        self.helps = rng.uniform(1.0, 3.5, count)  # logits that a memory adds on the exam
        self.strength = rng.normal(0.0, 0.5, (count, questions))
        self.traces: Floats = np.full((count, questions, TRACES), np.inf)  # days at which it was seen
        self.seen: Ints = np.zeros((count, questions), dtype=np.int64)

    def memory(self, day: float, questions: Ints | slice) -> Floats:
        """Probability to retrieve, (learners × questions)."""
        since = np.maximum(day - self.traces[:, questions], 0.02)
        with np.errstate(divide="ignore"):
            activation = np.log((since ** -self.decay[:, None, None] * np.isfinite(since)).sum(axis=2))
        activation = activation + self.strength[:, questions] - self.threshold[:, None]
        remembered: Floats = 1.0 / (1.0 + np.exp(np.clip(-activation / 0.5, -30.0, 30.0)))
        return np.where(self.seen[:, questions] > 0, remembered, 0.0)

    def answer(self, question: Ints, day: float) -> NDArray[np.bool_]:
        """Each learner answers one question; what is seen is remembered, and practice makes abler."""
        truth, who = self.truth, np.arange(self.count)
        topic = truth.topic[question]
        since = np.maximum(day - self.traces[who, question], 0.02)
        with np.errstate(divide="ignore"):
            activation = np.log((since ** -self.decay[:, None] * np.isfinite(since)).sum(axis=1))
        activation = activation + self.strength[who, question] - self.threshold
        memory = np.where(
            self.seen[who, question] > 0, 1.0 / (1.0 + np.exp(np.clip(-activation / 0.5, -30.0, 30.0))), 0.0
        )
        logit = truth.slope[question] * (self.ability[who, topic] - truth.difficulty[question])
        luck = truth.luck[question]
        unaided = luck + (SLIP - luck) / (1.0 + np.exp(-logit))
        right: NDArray[np.bool_] = self.rng.random(self.count) < memory * SLIP + (1.0 - memory) * unaided
        self.traces[who, question, self.seen[who, question] % TRACES] = day
        self.seen[who, question] += 1
        self.ability += 0.0006 * self.learns[:, None]
        self.ability[who, topic] += 0.015 * self.learns
        return right

    def exam_shares(self, day: float) -> Floats:
        """(learners × exam questions): probability to be right on each on that day."""
        truth = self.truth
        linked = truth.exam_fact >= 0
        memory = self.memory(day, slice(None))
        help_ = np.zeros((self.count, len(truth.exam_topic)))
        help_[:, linked] = memory[:, truth.exam_fact[linked]] * self.helps[:, None]
        logit = truth.exam_slope * (self.ability[:, truth.exam_topic] - truth.exam_difficulty) + help_
        shares: Floats = truth.exam_luck + (SLIP - truth.exam_luck) / (1.0 + np.exp(-logit))
        return shares


def sit(
    rng: np.random.Generator, truth: Truth, shares: Floats, on_form: tuple[int, ...]
) -> tuple[Ints, NDArray[np.bool_]]:
    """((learners × length) questions of a fresh form for each, whether right), drawn by blueprint."""
    domain = truth.topic_domain[truth.exam_topic]
    asked = np.empty((len(shares), sum(on_form)), dtype=np.int64)
    start = 0
    for place, count in enumerate(on_form):
        pool = np.flatnonzero(domain == place)
        order = np.argsort(rng.random((len(shares), len(pool))), axis=1)[:, :count]
        asked[:, start : start + count] = pool[order]
        start += count
    right = rng.random(asked.shape) < np.take_along_axis(shares, asked, axis=1)
    return asked, right


def domain_shares(truth: Truth, shares: Floats) -> Floats:
    """(learners × domains): mean share right over the exam's questions."""
    domain = truth.topic_domain[truth.exam_topic]
    return np.stack([shares[:, domain == place].mean(axis=1) for place in range(len(WEIGHTS))], axis=1)
