"""Fuzz that preview, answer and replay agree on; ratings out of graded answers; doubt after sure mistakes; leeches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduler.fuzz import window
from quizzes.scheduler.leeches import leech
from quizzes.scheduler.load import balanced
from quizzes.scheduler.memory import Rating
from quizzes.scheduler.ratings import WAITS, Certainty, doubt_after, rating_of, usual_seconds

SURE, THINK = Certainty.SURE, Certainty.THINK


@given(st.integers(1, 36_500), st.integers(1, 10**9), st.integers(0, 1000))
def test_fuzz_is_the_same_for_the_same_showing_and_stays_in_its_window(
    days: int, card: int, seq: int
) -> None:
    low, high = window(days)
    found = balanced(days, {}, frozenset(), card, seq)
    assert found == balanced(days, {}, frozenset(), card, seq)
    assert 1 <= low <= found <= high
    assert high - days <= max(4, 0.1 * days)


def test_short_intervals_are_exact_and_longer_ones_spread() -> None:
    assert [window(days) for days in (1, 2)] == [(1, 1), (2, 2)]
    assert len({balanced(30, {}, frozenset(), card, 0) for card in range(200)}) > 3


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


def test_usual_time_is_the_learners_own_median_once_there_is_one() -> None:
    assert usual_seconds([8, 10, 12, 30, 9]) == 10
    assert (
        usual_seconds([8, 10, 12, 30, 9, 4_000, 0, -3]) == 10
    )  # a night with the page open, clocks that jump
    assert usual_seconds([8, 10, 12]) == 20
    assert usual_seconds([], of_others=42.0) == 42.0


def test_a_sure_mistake_comes_back_next_day_and_about_a_week_later() -> None:
    doubt = doubt_after(None, Rating.AGAIN, SURE, elapsed_days=30)
    assert doubt is not None and WAITS[doubt] == 1
    assert (
        doubt_after(doubt, Rating.GOOD, SURE, elapsed_days=0) == doubt
    )  # relearned within minutes: still owed
    doubt = doubt_after(doubt, Rating.GOOD, SURE, elapsed_days=1)
    assert doubt is not None and WAITS[doubt] == 7
    doubt = doubt_after(doubt, Rating.HARD, THINK, elapsed_days=7)
    assert doubt is None


def test_a_mistake_while_something_is_owed_begins_again() -> None:
    assert doubt_after(1, Rating.AGAIN, Certainty.GUESS, 7) == 2
    assert doubt_after(2, Rating.AGAIN, None, 1) == 2
    assert doubt_after(None, Rating.AGAIN, THINK, 5) is None
    assert doubt_after(0, Rating.AGAIN, None, 5) is None
    assert doubt_after(None, Rating.EASY, SURE, 5) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(Rating)),
            st.sampled_from([None, *Certainty]),
            st.integers(0, 50),
        ),
        max_size=30,
    )
)
def test_doubt_ends_with_two_right_days(
    answers: list[tuple[Rating, Certainty | None, int]],
) -> None:
    doubt: int | None = None
    for rating, certainty, elapsed in answers:
        doubt = doubt_after(doubt, rating, certainty, elapsed)
        assert doubt in (None, 1, 2)
    for _ in range(2):
        doubt = doubt_after(doubt, Rating.GOOD, THINK, 1)
    assert doubt is None


def test_leeches_are_what_was_forgotten_eight_times() -> None:
    assert [leech(lapses) for lapses in (7, 8, 100)] == [False, True, True]
    assert not any(leech(lapses, threshold=0) for lapses in range(50))
