"""A metric alarm in virtual time: M of N data points, missing data, and the rule against premature alarms.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html (read on 2026-11-21)

With `N` real points or more in the evaluation range, the newest N decide, and how missing data is treated does not
matter. With fewer, every real point counts and the rest is filled: as breaching, as not breaching, or not at all. Not
at all (missing, ignore): M real breaching points raise the alarm; so do breaching points without any other, once the
oldest is at least M points old (`ignore` keeps the state instead). Without any point: INSUFFICIENT_DATA, or the state
is kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

START = "INSUFFICIENT_DATA"
MOST_POINTS = 120
OPERATORS = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
MISSING = ("missing", "ignore", "breaching", "notBreaching")
STATISTICS = ("Average", "Sum", "Minimum", "Maximum", "SampleCount")
OTHER_SETTINGS = frozenset({
    "AlarmName", "AlarmDescription", "Namespace", "MetricName", "Dimensions", "Unit", "AlarmActions", "OKActions",
    "InsufficientDataActions", "ActionsEnabled", "ExtendedStatistic", "Tags",
})  # fmt: skip
_NAMES = {"EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData", "Statistic",
          "Period"}  # fmt: skip
_POINT = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")


class BadAlarm(ValueError):
    """Settings that CloudWatch would refuse, or a series that cannot be read. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class MetricAlarm:
    threshold: float
    operator: str
    periods: int  # N
    datapoints: int  # M
    missing: str
    looked_at: int  # the evaluation range

    def breaches(self, point: float | None) -> bool | None:
        return None if point is None else bool(OPERATORS[self.operator](point, self.threshold))

    def states(self, points: Sequence[float | None]) -> list[str]:
        """The state after each point, oldest first; before the first it is INSUFFICIENT_DATA."""
        marks = [self.breaches(point) for point in points]
        state, found = START, []
        for end in range(1, len(marks) + 1):
            before = [None] * max(0, self.looked_at - end)
            state = self.next_state([*before, *marks[max(0, end - self.looked_at) : end]], state)
            found.append(state)
        return found

    def next_state(self, marks: Sequence[bool | None], state: str) -> str:
        """The state for the points of one evaluation range, oldest first; `state` is the one before."""
        real = [mark for mark in marks if mark is not None]
        if len(real) >= self.periods:
            return _alarm_if(sum(real[-self.periods :]) >= self.datapoints)
        breaching = sum(real) + (self.periods - len(real) if self.missing == "breaching" else 0)
        if self.missing in ("breaching", "notBreaching") or breaching >= self.datapoints:
            return _alarm_if(breaching >= self.datapoints)
        if not real:
            return state if self.missing == "ignore" else "INSUFFICIENT_DATA"
        oldest = len(marks) - next(at for at, mark in enumerate(marks) if mark is not None)
        if all(real) and oldest >= self.datapoints:
            return state if self.missing == "ignore" else "ALARM"
        return "OK"


def read_alarm(settings: Mapping[str, Any], looked_at: Any = None) -> MetricAlarm:
    """Settings as PutMetricAlarm has them. Raises BadAlarm."""
    if strange := sorted(set(settings) - _NAMES - OTHER_SETTINGS):
        raise BadAlarm(f"PutMetricAlarm has no setting “{strange[0][:60]}”.")
    periods = _whole(settings, "EvaluationPeriods")
    datapoints = _whole(settings, "DatapointsToAlarm") if "DatapointsToAlarm" in settings else periods
    if datapoints > periods:
        raise BadAlarm("DatapointsToAlarm cannot be greater than EvaluationPeriods.")
    threshold = settings.get("Threshold")
    if not _number(threshold):
        raise BadAlarm("Threshold must be a number.")
    if "Period" in settings and not _period(settings["Period"]):
        raise BadAlarm("Period must be 10, 20, 30 or a multiple of 60 seconds.")
    operator = _known(settings, "ComparisonOperator", tuple(OPERATORS))
    missing = _known(settings, "TreatMissingData", MISSING, "missing")
    _known(settings, "Statistic", STATISTICS, "Average")
    wide = looked_at if isinstance(looked_at, int) and looked_at >= periods else periods + 2
    return MetricAlarm(float(threshold or 0), operator, periods, datapoints, missing, min(wide, MOST_POINTS))


def read_series(text: str) -> list[float | None]:
    """Points of a series: numbers, and - where data is missing. Raises BadAlarm."""
    words = text.replace(",", " ").split()
    if not 1 <= len(words) <= MOST_POINTS:
        raise BadAlarm(f"A series has 1 to {MOST_POINTS} points.")
    if strange := next((word for word in words if word != "-" and not _POINT.fullmatch(word)), None):
        raise BadAlarm(f"“{strange[:20]}” is no point of a series: write numbers, and - for a missing one.")
    return [None if word == "-" else float(word) for word in words]


def _alarm_if(condition: bool) -> str:
    return "ALARM" if condition else "OK"


def _whole(settings: Mapping[str, Any], key: str) -> int:
    value = settings.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_POINTS:
        raise BadAlarm(f"{key} must be a whole number from 1 to {MOST_POINTS}.")
    return value


def _known(settings: Mapping[str, Any], key: str, known: tuple[str, ...], default: str = "") -> str:
    value = settings.get(key, default)
    if value not in known:
        raise BadAlarm(f"{key} must be one of {', '.join(known)}.")
    return str(value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _period(value: Any) -> bool:
    return isinstance(value, int) and value > 0 and (value in (10, 20, 30) or value % 60 == 0)
