"""What is learned from other learners is what they were drawn with."""

from __future__ import annotations

import numpy as np
import pytest

from quizzes.calibration import population
from quizzes.calibration.ability import USUAL, Bank, Evidence, Population, expected_miss, posterior
from quizzes.calibration.response import logistic

TOPICS, QUESTIONS = 8, 160


def drawn(people: Population, learners: int, answers: int) -> tuple[Bank, list[Evidence]]:
    rng = np.random.default_rng(5)
    bank = Bank(
        rng.normal(0, 1, QUESTIONS),
        np.zeros(QUESTIONS),
        np.full(QUESTIONS, 0.2),
        np.arange(QUESTIONS) % TOPICS,
        np.arange(TOPICS) % 4,
    )
    found = []
    for _ in range(learners):
        domains = people.mean + rng.normal(0, people.sd) + rng.normal(0, people.domain_sd, 4)
        able = domains[bank.topic_domain] + rng.normal(0, people.topic_sd, TOPICS)
        asked = rng.integers(0, QUESTIONS, answers)
        known = logistic(able[bank.topic[asked]] - bank.difficulty[asked])
        found.append(Evidence(asked, rng.random(answers) < 0.2 + 0.8 * known, np.zeros(answers)))
    return bank, found


def test_mean_and_spreads_are_found() -> None:
    true = Population(mean=0.6, sd=0.7, domain_sd=0.6, topic_sd=0.3, half_life=1e9)
    bank, learners = drawn(true, 80, 150)
    found = population.learn(learners, bank, Population(half_life=1e9), rounds=8)
    assert found.learners == 80
    assert found.mean == pytest.approx(0.6, abs=0.25)
    assert found.sd == pytest.approx(0.7, abs=0.2)
    assert found.domain_sd > found.topic_sd


def test_nobody_teaches_nothing() -> None:
    bank, _ = drawn(USUAL, 0, 0)
    assert population.learn([], bank) == USUAL
    assert population.learn([Evidence.none()], bank) == USUAL
    nothing = population.Fresh(
        np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool)
    )
    assert population.equate(nothing) == USUAL


@pytest.mark.parametrize(("carry", "shift"), [(0.9, -0.3), (0.4, 0.4)])
def test_carry_and_shift_are_found(carry: float, shift: float) -> None:
    rng = np.random.default_rng(2)
    size, learner = 9000, np.repeat(np.arange(180), 50)
    unable, recall = rng.uniform(0.1, 0.9, size), rng.choice([0.0, 0.5, 0.9], size)
    of_learner = np.clip(rng.normal(carry, 0.1, 180), 0, 1)[learner]
    harder = 0.8 * logistic(np.log(unable / (1 - unable)) + shift)
    right = rng.random(size) > harder * (1 - of_learner * recall)
    found = population.equate(population.Fresh(learner, 0.8 * unable, np.full(size, 0.2), recall, right))
    assert found.carry == pytest.approx(carry, abs=0.1)
    assert found.exam_shift == pytest.approx(shift, abs=0.15)
    assert 0.03 < found.carry_sd < 0.25
    assert found.exam_sd < USUAL.exam_sd


def test_who_is_right_misses_less() -> None:
    bank, _ = drawn(USUAL, 0, 0)
    asked = np.arange(40)
    missed = [
        expected_miss(
            posterior(Evidence(asked, np.full(40, right), np.zeros(40)), bank, 4, USUAL), bank, asked
        )
        for right in (True, False)
    ]
    assert (missed[0] < missed[1]).all()
    assert ((missed[0] > 0) & (missed[1] < 0.8)).all()
