"""Fuzz that preview, answer and replay agree on; ratings out of graded answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduler.fuzz import fuzzed, window
from quizzes.scheduler.memory import Rating
from quizzes.scheduler.ratings import Certainty, rating_of


@given(st.integers(1, 36_500), st.integers(1, 10**9), st.integers(0, 1000))
def test_fuzz_is_the_same_for_the_same_showing_and_stays_in_its_window(
    days: int, card: int, seq: int
) -> None:
    low, high = window(days)
    assert fuzzed(days, card, seq) == fuzzed(days, card, seq)
    assert 1 <= low <= fuzzed(days, card, seq) <= high
    assert high - days <= max(4, 0.1 * days)


def test_short_intervals_are_exact_and_longer_ones_spread() -> None:
    assert [window(days) for days in (1, 2)] == [(1, 1), (2, 2)]
    assert len({fuzzed(30, card, 0) for card in range(200)}) > 3


@pytest.mark.parametrize(
    ("correct", "certainty", "seconds", "rating"),
    [
        (False, Certainty.SURE, 1, Rating.AGAIN),
        (False, Certainty.GUESS, 60, Rating.AGAIN),
        (True, Certainty.GUESS, 1, Rating.HARD),
        (True, Certainty.THINK, 1, Rating.GOOD),
        (True, Certainty.SURE, 30, Rating.GOOD),
        (True, Certainty.SURE, 9, Rating.EASY),
    ],
)
def test_rating_of_a_graded_answer(
    correct: bool, certainty: Certainty, seconds: float, rating: Rating
) -> None:
    assert rating_of(correct, certainty, seconds, usual_seconds=20) == rating
