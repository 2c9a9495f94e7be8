"""FSRS-6 through our states and study days, against the published vectors of the FSRS family."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduler.memory import (
    NEW,
    TWO_STEPS,
    Memory,
    Rating,
    State,
    outcomes,
    retrievability,
    review,
    usable_parameters,
)

GOOD, AGAIN, EASY = Rating.GOOD, Rating.AGAIN, Rating.EASY
RATINGS = st.sampled_from(list(Rating))


def intervals(ratings: list[Rating]) -> list[int]:
    """Days to the next review after each rating, answered exactly when due."""
    memory, elapsed, days = NEW, 0, []
    for rating in ratings:
        outcome = review(memory, rating, elapsed, learning_steps=TWO_STEPS)
        memory, elapsed = outcome.memory, outcome.days
        days.append(outcome.days)
    return days


def test_intervals_of_a_whole_life_of_a_card() -> None:
    ratings = [GOOD] * 6 + [AGAIN] * 2 + [GOOD] * 5
    assert intervals(ratings) == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_stability_and_difficulty_after_known_gaps() -> None:
    memory = NEW
    for rating, gap in zip([AGAIN, GOOD, GOOD, GOOD, GOOD, GOOD], [0, 0, 1, 3, 8, 21], strict=True):
        memory = review(memory, rating, gap).memory
    assert memory.stability == pytest.approx(53.62691, abs=1e-4)
    assert memory.difficulty == pytest.approx(6.3574867, abs=1e-4)


def test_what_was_missed_or_hard_at_first_sight_is_seen_again_that_day() -> None:
    first = outcomes(NEW, 0)
    waits = {
        rating: (outcome.memory.state, outcome.wait.total_seconds()) for rating, outcome in first.items()
    }
    assert waits[Rating.AGAIN] == (State.LEARNING, 600)
    assert waits[Rating.HARD] == (State.LEARNING, 900)
    assert first[GOOD].memory.state == State.REVIEW
    assert first[GOOD].days == 2
    assert first[EASY].memory.state == State.REVIEW
    assert first[EASY].days == 8


def test_a_lapse_goes_through_the_relearning_step() -> None:
    known = Memory(State.REVIEW, None, 10.0, 5.0)
    lapse = review(known, AGAIN, 10)
    assert (lapse.memory.state, lapse.memory.step, lapse.wait.total_seconds()) == (State.RELEARNING, 0, 600)
    assert lapse.memory.stability is not None
    assert lapse.memory.stability < 10
    assert review(lapse.memory, GOOD, 0).memory.state == State.REVIEW


def test_retrievability_is_ninety_percent_at_the_stability() -> None:
    assert retrievability(7.0, 7.0) == pytest.approx(0.9)
    assert retrievability(7.0, 0.0) == 1.0
    assert retrievability(7.0, -3.0) == 1.0  # a clock set back is not a better memory


@given(st.lists(st.tuples(RATINGS, st.integers(0, 4000)), max_size=40))
def test_any_history_keeps_memory_within_its_bounds(history: list[tuple[Rating, int]]) -> None:
    memory = NEW
    for rating, elapsed in history:
        outcome = review(memory, rating, elapsed)
        memory = outcome.memory
        assert memory.stability is not None
        assert memory.difficulty is not None
        assert math.isfinite(memory.stability)
        assert memory.stability > 0
        assert 1 <= memory.difficulty <= 10
        assert (outcome.days >= 1) == (memory.state == State.REVIEW)
        assert outcome.wait.total_seconds() > 0


@given(st.floats(0.01, 5000), st.floats(1, 10), st.integers(0, 2000))
def test_a_better_rating_never_means_a_shorter_wait(
    stability: float, difficulty: float, elapsed: int
) -> None:
    results = outcomes(Memory(State.REVIEW, None, stability, difficulty), elapsed)
    waits = [results[rating].wait for rating in (AGAIN, Rating.HARD, GOOD, EASY)]
    assert waits[1] <= waits[2] <= waits[3]


@pytest.mark.parametrize("values", [None, [], [1.0] * 20, [float("nan")] * 21, [1e9] * 21])
def test_unusable_parameters_are_told_apart(values: list[float] | None) -> None:
    assert not usable_parameters(values)
