"""How long a learner takes: drawn to what is usual, moved by what is measured, and not by who went for a walk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.planning.pace import (
    EVERYBODY,
    FIRST_SECONDS,
    LATEST,
    LONGEST,
    Answer,
    PlannedDay,
    attendance,
    measured,
)
from tests.factories import NOW


def answers(
    count: int, seconds: float, rating: int = 3, first: bool = False, kind: str = "flashcard"
) -> list[Answer]:
    return [Answer(n, NOW, kind, rating, first, seconds) for n in range(count)]


def test_without_answers_everybody_is_alike() -> None:
    assert measured([]) is EVERYBODY
    assert EVERYBODY.length("flashcard") == 1.0
    assert EVERYBODY.length("multiple_choice") > 2.0


def test_a_quick_learner_is_known_after_some_answers() -> None:
    few, many = measured(answers(3, 4.0)), measured(answers(300, 4.0))
    assert 10.0 < few.kinds["flashcard"] < 12.0
    assert many.kinds["flashcard"] == pytest.approx(4.0, abs=1.0)
    assert many.stored()["kinds"]["cloze"] == 9.0


def test_repetitions_of_the_day_belong_to_the_answer_that_led_to_them() -> None:
    day = [
        Answer(card, NOW + timedelta(minutes=10 * n), "flashcard", rating, n == 0, 12.0)
        for card in range(200)
        for n, rating in enumerate((1, 3, 3))
    ]
    pace = measured(day)
    assert pace.first_seconds[0] == pytest.approx(36.0, rel=0.05)
    assert pace.first_seconds[2] == FIRST_SECONDS[2], "nobody began with Good"
    assert pace.first_shares[0] > 0.9


@given(st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.floats(0.001, 600.0)), max_size=50))
def test_every_pace_can_be_planned_with(found: list[tuple[int, bool, float]]) -> None:
    pace = measured(
        Answer(n, NOW, "cloze", rating, first, seconds) for n, (rating, first, seconds) in enumerate(found)
    )
    assert sum(pace.first_shares) == pytest.approx(1.0)
    assert sum(pace.passed_shares) == pytest.approx(1.0)
    assert all(0.0 < seconds < 20 * LONGEST for seconds in (*pace.first_seconds, *pace.later_seconds))


def day_ago(days: int, seconds: float = 600.0) -> PlannedDay:
    starts_at = NOW - timedelta(days=days)
    return PlannedDay(starts_at, NOW - timedelta(days=days - 1), starts_at, seconds)


def test_missed_days_are_expected_again() -> None:
    assert attendance([], []) == 1.0
    week = [day_ago(n) for n in range(1, 8)]
    studied = [Answer(n, one.starts_at, "cloze", 3, False, 100.0) for one in week for n in range(6)]
    assert attendance(week, studied) == pytest.approx(1.0)
    assert attendance(week, []) < 0.4
    late = [answer for answer in studied if answer.at < NOW - timedelta(days=4)]
    early = [answer for answer in studied if answer.at >= NOW - timedelta(days=4)]
    assert attendance(week, late) < attendance(week, early) < 1.0, "the latest days say most"


def test_what_was_studied_before_a_day_was_planned_again_counts() -> None:
    one = day_ago(1)
    studied = [Answer(n, one.starts_at + timedelta(minutes=n), "cloze", 3, False, 100.0) for n in range(6)]
    half_way = replace(one, built_at=one.starts_at + timedelta(minutes=3), seconds=300.0)
    assert attendance([half_way], studied) == 1.0
    assert attendance([half_way], studied[:3]) == attendance([one], studied[:3]) < 1.0
    assert attendance([replace(one, built_at=one.ends_at, seconds=0.0)], studied) == 1.0


def test_days_that_the_answers_do_not_reach_say_nothing() -> None:
    many = [Answer(n, NOW - timedelta(hours=1), "cloze", 3, False, 9.0) for n in range(LATEST)]
    assert attendance([day_ago(n) for n in range(2, 9)], many) == 1.0
