"""The one formula, Elo's update, and what instructors' ratings become."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.calibration import angoff, elo, response

logits = st.floats(-6, 6)
floors = st.floats(0, 0.99)


@pytest.mark.parametrize(
    ("options", "right", "luck"),
    [(4, 1, 0.25), (5, 2, 0.1), (2, 1, 0.5), (5, 4, 0.2), (0, 1, 0.0), (1, 1, 0.0), (3, 3, 0.5), (4, 5, 0.0)],
)
def test_luck_is_one_combination(options: int, right: int, luck: float) -> None:
    assert response.chance(options, right) == pytest.approx(luck)


def test_floor_joins_luck_and_memory_and_stays_below_one() -> None:
    assert response.floor([0.25, 0.25, 0.0], [0.0, 0.8, 0.5]) == pytest.approx([0.25, 0.85, 0.5])
    assert response.floor(1.0, 1.0) < 1.0
    assert response.floor(float("nan"), float("nan")) == 0.0


@given(st.floats(allow_nan=False))
def test_logistic_is_a_probability_everywhere(logit: float) -> None:
    assert 0.0 <= float(response.logistic(logit)) <= 1.0


@given(logits, logits, logits, floors, st.booleans(), st.integers(0, 10**6))
def test_an_answer_moves_both_the_right_way(
    item: float, learner: float, domain: float, floor: float, correct: bool, answers: int
) -> None:
    before = elo.Standing(item, answers), elo.Standing(learner, answers), elo.Standing(domain, answers)
    after = elo.update(before[0], before[1], correct, floor, before[2])
    sign = 1 if correct else -1
    assert sign * (after.learner.value - learner) >= 0
    assert sign * (after.domain.value - domain) >= 0
    assert sign * (after.item.value - item) <= 0
    assert {after.item.answers, after.learner.answers, after.domain.answers} == {answers + 1}
    assert max(abs(each.value) for each in (after.item, after.learner, after.domain)) <= elo.WIDEST


def test_steps_shrink_and_luck_counts_less() -> None:
    item, learner = elo.Standing(), elo.Standing()
    first = elo.update(item, learner, True).item.value
    later = elo.update(elo.Standing(0.0, 200), learner, True).item.value
    lucky = elo.update(item, learner, True, floor=0.5).item.value
    assert first < lucky < 0
    assert first < later < 0
    assert elo.expected(item, learner, 0.25) == pytest.approx(0.625)


@pytest.mark.parametrize("floor", [-0.1, 1.0, float("nan")])
def test_a_floor_that_is_none_is_refused(floor: float) -> None:
    with pytest.raises(ValueError, match="floor"):
        elo.update(elo.Standing(), elo.Standing(), True, floor)


def test_elo_finds_the_order_under_adaptive_routing() -> None:
    """Everybody is asked what is nearest to them: shares right are all alike, Elo still tells hard from easy."""
    chosen = random.Random(4)
    truth = [chosen.gauss(0, 1) for _ in range(40)]
    items = [elo.Standing() for _ in truth]
    for _ in range(120):
        ability, learner = chosen.gauss(0, 1), elo.Standing()
        for _ in range(25):
            place = min(chosen.sample(range(40), 8), key=lambda at: abs(items[at].value - learner.value))
            right = chosen.random() < elo.expected(elo.Standing(truth[place]), elo.Standing(ability), 0.25)
            moved = elo.update(items[place], learner, right, 0.25)
            items[place], learner = moved.item, moved.learner
    found = np.corrcoef(truth, [each.value for each in items])[0, 1]
    assert found > 0.85


def test_ratings_become_a_prior() -> None:
    hard, easy = angoff.judged([0.3, 0.4], 0.25), angoff.judged([0.9, 0.95], 0.25)
    assert hard is not None and easy is not None
    assert hard.difficulty > 0 > easy.difficulty
    alone = angoff.judged([0.35], 0.25)
    assert alone is not None and alone.spread > hard.spread > angoff.ALL_RATERS
    assert angoff.judged([], 0.25) is None
    assert angoff.judged([float("nan"), 3.0]) is None
    middle = angoff.judged([0.625], 0.25, borderline=0.7)
    assert middle is not None and middle.difficulty == pytest.approx(0.7)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0, 1))
def test_a_prior_is_finite_whatever_was_rated(ratings: list[float], luck: float) -> None:
    found = angoff.judged(ratings, luck)
    assert found is not None
    assert np.isfinite([found.difficulty, found.spread]).all()


def test_the_panels_pass_mark_is_the_mean_of_its_means() -> None:
    assert angoff.pass_share([[0.6, 0.8], [0.5], []]) == pytest.approx(0.6)
    assert angoff.pass_share([[], []]) is None
