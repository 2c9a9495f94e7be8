"""The nightly fit against difficulties that are known, and against input that says little or nothing."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.calibration import elo, rasch
from quizzes.calibration.response import Floats, logistic
from tests.patience import comes_to_an_end


def answered(
    rng: np.random.Generator, learners: int, questions: int, answers: int
) -> tuple[Floats, rasch.Answers, rasch.Items]:
    """(true difficulties, answers of anybody to anything, items)."""
    difficulty = rng.normal(0.0, 1.0, questions)
    domain = rng.integers(0, 3, questions)
    ability = rng.normal(0.4, 0.9, (learners, 1)) + rng.normal(0.0, 0.35, (learners, 3))
    learner, item = rng.integers(0, learners, answers), rng.integers(0, questions, answers)
    floor = rng.choice([0.0, 0.25, 0.2], answers)
    right = rng.random(answers) < floor + (1 - floor) * logistic(
        ability[learner, domain[item]] - difficulty[item]
    )
    return difficulty, rasch.Answers(learner, item, right, floor), rasch.Items.unjudged(domain)


def routed(
    rng: np.random.Generator, learners: int, questions: int, each: int
) -> tuple[Floats, rasch.Answers]:
    """(true difficulties, answers to what lay nearest to a learner's level, as their answers before told it)."""
    difficulty, ability = rng.normal(0.0, 1.0, questions), rng.normal(0.4, 0.9, learners)
    items = [elo.Standing() for _ in range(questions)]
    asked, right = [], []
    for able in ability:
        learner = elo.Standing()
        for _ in range(each):
            offered = rng.integers(0, questions, 5).tolist()
            place = min(offered, key=lambda at: abs(items[at].value - learner.value))
            luck = 0.25 + 0.75 / (1 + exp(difficulty[place] - able))
            asked.append(place)
            right.append(rng.random() < luck)
            moved = elo.update(items[place], learner, right[-1], 0.25)
            items[place], learner = moved.item, moved.learner
    who = np.repeat(np.arange(learners), each)
    return difficulty, rasch.Answers(who, np.array(asked), np.array(right), np.full(len(asked), 0.25))


def test_difficulties_are_found_under_adaptive_routing_and_intervals_hold_them() -> None:
    truth, answers = routed(np.random.default_rng(1), 150, 200, 100)
    found = rasch.fit(answers, rasch.Items.unjudged(np.zeros(200, np.int64)))
    assert np.corrcoef(truth, found.difficulty)[0, 1] > 0.9
    held = np.mean((found.low < truth) & (truth < found.high))
    assert 0.70 < held < 0.90
    share_wrong = 1 - np.bincount(answers.item, answers.correct, 200) / found.answers
    assert np.corrcoef(truth, share_wrong)[0, 1] < np.corrcoef(truth, found.difficulty)[0, 1]


def test_the_population_is_found_too() -> None:
    _, answers, items = answered(np.random.default_rng(2), 300, 200, 30_000)
    found = rasch.fit(answers, items)
    assert found.mean == pytest.approx(0.4, abs=0.2)
    assert found.sd == pytest.approx(0.9, abs=0.15)
    assert found.domain_sd == pytest.approx(0.35, abs=0.12)
    assert found.domain_ability.shape == (300, 3)
    assert (found.domain_error > 0).all()


def test_ratings_decide_while_few_have_answered() -> None:
    learner, item = np.zeros(4, np.int64), np.array([0, 0, 1, 1])
    answers = rasch.Answers(learner, item, np.array([True, False, True, False]), np.zeros(4))
    judged = rasch.Items(np.zeros(3, np.int64), np.array([-1.5, 1.5, 0.0]), np.array([0.5, 0.5, np.nan]))
    found = rasch.fit(answers, judged)
    assert found.difficulty[0] < -0.8 < 0.8 < found.difficulty[1]
    assert found.provisional.all()
    assert found.error[2] > found.error[0]  # nobody said or answered anything


def test_thirty_answers_end_the_provisional() -> None:
    item = np.repeat([0, 1], [29, 30])
    answers = rasch.Answers(np.arange(59), item, np.arange(59) % 2 == 0, np.zeros(59))
    assert rasch.fit(answers, rasch.Items.unjudged(np.zeros(2, np.int64))).provisional.tolist() == [
        True,
        False,
    ]


def test_no_answers_give_back_the_priors() -> None:
    nothing = rasch.Answers(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool), np.zeros(0))
    items = rasch.Items(np.zeros(2, np.int64), np.array([0.7, -0.2]), np.array([0.4, np.nan]))
    found = rasch.fit(nothing, items)
    assert found.difficulty.tolist() == [0.7, -0.2]
    assert found.error.tolist() == [0.4, 1.0]
    assert len(rasch.fit(nothing, rasch.Items.unjudged(np.zeros(0, np.int64))).difficulty) == 0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.booleans())
def test_one_more_right_answer_never_makes_a_question_harder(seed: int, count: int, memory: bool) -> None:
    rng = np.random.default_rng(seed)
    learner, item = rng.integers(0, 5, count), rng.integers(0, 4, count)
    right = rng.random(count) < 0.5
    floor = rng.uniform(0, 1, count) if memory else np.full(count, 0.25)
    items = rasch.Items.unjudged(np.zeros(4, np.int64))
    before = rasch.fit(rasch.Answers(learner, item, right, floor), items)
    raised = right.copy()
    raised[0] = True
    after = rasch.fit(rasch.Answers(learner, item, raised, floor), items)
    assert np.isfinite([before.difficulty, before.error]).all()
    # The round that ends the fit may leave a few thousandths.
    assert after.difficulty[item[0]] <= before.difficulty[item[0]] + 0.02


@pytest.mark.parametrize("right", [True, False])
def test_all_right_and_all_wrong_stay_finite(right: bool) -> None:
    learner = np.repeat(np.arange(20), 10)
    item = np.tile(np.arange(10), 20)
    answers = rasch.Answers(learner, item, np.full(200, right), np.full(200, 0.25))
    found = rasch.fit(answers, rasch.Items.unjudged(np.arange(10) % 2))
    assert np.isfinite(found.difficulty).all()
    assert (found.error > 0).all()


def test_columns_that_do_not_fit_are_refused() -> None:
    one = np.zeros(1, np.int64)
    items = rasch.Items.unjudged(one)
    with pytest.raises(ValueError, match="one length"):
        rasch.fit(rasch.Answers(one, one, np.ones(2, bool), np.zeros(1)), items)
    with pytest.raises(ValueError, match="not among"):
        rasch.fit(rasch.Answers(one, one + 1, np.ones(1, bool), np.zeros(1)), items)
    with pytest.raises(ValueError, match="from 0"):
        rasch.fit(rasch.Answers(one - 1, one, np.ones(1, bool), np.zeros(1)), items)


@pytest.mark.slow
def test_a_school_is_fitted() -> None:
    _, answers, items = answered(np.random.default_rng(3), 1000, 5000, 100_000)
    with comes_to_an_end():
        found = rasch.fit(answers, items)
    assert np.isfinite(found.difficulty).all() and (found.error > 0).all()
    assert found.answers.sum() == 100_000
