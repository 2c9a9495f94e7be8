"""Many moments counted at once are counted as each by itself, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quizzes.planning.material import LONGEST_AGO, LONGEST_AHEAD, StudyDays
from quizzes.scheduler import day

ZONES = (
    "UTC", "Europe/Berlin", "America/Los_Angeles", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Kiritimati",
)  # fmt: skip
DAY = 86_400
seconds_ago = st.integers(-(LONGEST_AHEAD - 2) * DAY, (LONGEST_AGO - 2) * DAY)


@given(
    st.sampled_from(ZONES),
    st.integers(0, 23),
    st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  (given their zone below)
    st.lists(seconds_ago, min_size=1, max_size=20),
)
def test_together_and_each_by_itself(zone: str, hour: int, at: datetime, ago: list[int]) -> None:
    today = day.study_day(at.replace(tzinfo=UTC), zone, hour)
    moments = tuple(at.replace(tzinfo=UTC) - timedelta(seconds=seconds) for seconds in ago)
    alone = [(today.date - day.study_day(moment, zone, hour).date).days for moment in moments]
    assert StudyDays(today, zone, hour).days_before(moments).tolist() == alone


def test_no_moment_is_no_number() -> None:
    today = day.study_day(datetime(2026, 11, 21, 12, tzinfo=UTC), "UTC", 4)
    found = StudyDays(today, "UTC", 4).days_before((None, today.starts_at, None))
    assert np.isnan(found[[0, 2]]).all() and found[1] == 0
    assert len(StudyDays(today, "UTC", 4).days_before(())) == 0
