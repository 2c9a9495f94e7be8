"""The days until the exam and their seconds: days off, breaks, the day itself, and no exam at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quizzes.models import StudyDay
from quizzes.planning.horizon import MOST_DAYS, DaysOff, budget_of, horizon_of

TODAY = date(2026, 11, 21)  # a Saturday
NEVER = DaysOff()


def test_every_day_from_today_to_the_one_before_the_exam() -> None:
    ahead = horizon_of(TODAY, TODAY + timedelta(days=4), 900, 300, NEVER)
    assert (ahead.mode, ahead.days_left, ahead.seconds) == (StudyDay.Mode.EXAM, 4, (300, 900, 900, 900))


def test_days_off_and_breaks_have_no_seconds() -> None:
    off = DaysOff((6,), ((date(2026, 11, 24), date(2026, 11, 25)),))
    ahead = horizon_of(TODAY, TODAY + timedelta(days=6), 900, 900, off)
    assert ahead.seconds == (900, 0, 900, 0, 0, 900)
    assert budget_of(date(2026, 11, 22), None, 900, off) == 0


@pytest.mark.parametrize("exam", (None, TODAY - timedelta(days=1), date(1999, 1, 1)))
def test_without_an_exam_ahead_only_today_counts(exam: date | None) -> None:
    ahead = horizon_of(TODAY, exam, 900, 300, NEVER)
    assert (ahead.mode, ahead.days_left, ahead.seconds) == (StudyDay.Mode.RETENTION, None, (300,))


def test_on_the_day_of_the_exam_there_is_a_light_review() -> None:
    ahead = horizon_of(TODAY, TODAY, 900, 450, NEVER)
    assert ahead.exam_day
    assert ahead.seconds == (450,)
    assert budget_of(TODAY, TODAY, 900, NEVER) == 450


def test_an_exam_in_years_costs_no_more_than_one_in_a_year() -> None:
    ahead = horizon_of(TODAY, TODAY + timedelta(days=1800), 900, 900, NEVER)
    assert ahead.days_left == 1800
    assert len(ahead.seconds) == MOST_DAYS


def test_days_to_come_count_as_far_as_the_learner_comes() -> None:
    ahead = horizon_of(TODAY, TODAY + timedelta(days=3), 900, 300, NEVER).attended(0.5)
    assert ahead.seconds == (300, 450, 450)
