"""The days until the exam, and the seconds there are on each of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from quizzes.models import StudyDay

MOST_DAYS = 365  # an exam further away is planned for as if it were so near, and again every day
EXAM_DAY_SHARE = 0.5  # of the minutes: the morning of an exam is for a light review


@dataclass(frozen=True, slots=True)
class Horizon:
    """`days_left`: from today to the exam, 0 on its day, None without one ahead.

    `seconds`: what can be spent on each study day, today first; 0 on days off. At least one day long.
    """

    mode: StudyDay.Mode
    days_left: int | None
    seconds: tuple[float, ...]

    def attended(self, share: float) -> Horizon:
        """With that share of the seconds of the days to come: a learner who misses days will miss some again."""
        return replace(self, seconds=(self.seconds[0], *(share * seconds for seconds in self.seconds[1:])))

    @property
    def exam_day(self) -> bool:
        return self.days_left == 0


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Weekdays (Monday is 0) and spans of dates, both ends included, without study."""

    weekdays: Collection[int] = ()
    breaks: Sequence[tuple[date, date]] = ()

    def __contains__(self, on: object) -> bool:
        if not isinstance(on, date):
            return False
        return on.weekday() in self.weekdays or any(first <= on <= last for first, last in self.breaks)


def horizon_of(today: date, exam: date | None, seconds_a_day: int, left_today: int, off: DaysOff) -> Horizon:
    """What the plan of `today` looks ahead to. `left_today`: seconds of today's minutes that are not used yet."""
    days_left = (exam - today).days if exam is not None and exam >= today else None
    if days_left is None:
        return Horizon(StudyDay.Mode.RETENTION, None, (left_today,))
    if days_left == 0:
        return Horizon(StudyDay.Mode.EXAM, 0, (left_today,))
    ahead = [today + timedelta(days=n) for n in range(1, min(days_left, MOST_DAYS))]
    seconds = [0 if on in off else seconds_a_day for on in ahead]
    return Horizon(StudyDay.Mode.EXAM, days_left, (left_today, *seconds))


def budget_of(today: date, exam: date | None, seconds_a_day: int, off: DaysOff) -> int:
    """Seconds that the learner wants to study today: none on a day off, fewer on the day of the exam."""
    if today in off:
        return 0
    return round(EXAM_DAY_SHARE * seconds_a_day) if exam == today else seconds_a_day
