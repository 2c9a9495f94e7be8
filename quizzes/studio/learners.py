"""How the learners of a certification or a class stand: their latest forecast, who is stuck, minutes and score.

Everything is read from rows that are kept: forecasts made each study day, the curve beside them. A fixed number of
queries, and nothing is worked out for a page but the few curves that are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from quizzes import charts, readiness, study_days
from quizzes.models import Enrolment, ReadinessForecast, ReviewLog
from quizzes.score_charts import drawn, rising, until_flat

STUCK_AFTER = timedelta(days=7)  # without an answer
SOON = 60  # days to the exam within which standing still is worth a word
ENOUGH_ANSWERS = 30  # of a learner, before a forecast alone is a reason to speak to them
UNLIKELY = 0.5  # less than an even chance
CURVES_A_PAGE = 2  # missing curves worked out for one page; the others follow with the next visits
MOST_LEARNERS = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """One learner. `stuck`: why somebody should have a word with them, as a sentence; empty for most."""

    enrolment: Enrolment
    forecast: ReadinessForecast | None
    studied_at: datetime | None
    days_to_exam: int | None
    stuck: str

    @property
    def passing(self) -> str:
        """“68–79”; a table has its own words for what is certain."""
        if self.forecast is None:
            return ""
        first, last = round(100 * self.forecast.low), round(100 * self.forecast.high)
        if first == last:
            return {0: "hardly any", 100: "nearly all"}.get(first, f"about {first}")
        return f"{first}–{last}"

    @property
    def bar(self) -> charts.Interval | None:
        found = self.forecast
        return charts.Interval.of(found.low, found.probability, found.high) if found else None


@dataclass(frozen=True, slots=True)
class Together:
    """The simulator of a group: the mean learner's score for minutes a day, from `learners` of `of`."""

    chart: charts.Chart
    rows: list[tuple[int, float, float]]  # minutes, mean score, mean probability
    scaled: bool
    learners: int
    of: int


def members(enrolments: QuerySet[Enrolment]) -> list[Enrolment]:
    """Active learners with the moment of their last answer as `studied_at`. One query."""
    log = ReviewLog.objects.filter(enrolment=OuterRef("pk"), rating__isnull=False).order_by()
    last = log.values("enrolment").annotate(last=Max("at")).values("last")
    found = enrolments.filter(active=True).select_related("user__profile", "certification", "study_class")
    in_order = found.annotate(studied_at=Subquery(last)).order_by("user__name", "user__email")
    return list(in_order[:MOST_LEARNERS])


def forecasts(enrolments: Iterable[Enrolment]) -> dict[int, ReadinessForecast]:
    """The latest forecast of each, by enrolment id. One query."""
    newest = (
        ReadinessForecast.objects.filter(enrolment=OuterRef("enrolment")).order_by("-date").values("pk")[:1]
    )
    rows = ReadinessForecast.objects.filter(enrolment__in=list(enrolments), pk=Subquery(newest))
    return {row.enrolment_id: row for row in rows}


def standings(
    enrolments: Sequence[Enrolment], found: dict[int, ReadinessForecast], at: datetime
) -> list[Standing]:
    """Those who are stuck first, then the least ready, then those without a forecast."""
    rows = [_standing(one, found.get(one.pk), at) for one in enrolments]
    return sorted(
        rows,
        key=lambda row: (
            not row.stuck,
            row.forecast is None,
            row.forecast.probability if row.forecast else 0.0,
        ),
    )


def together(
    enrolments: Sequence[Enrolment], found: dict[int, ReadinessForecast], at: datetime
) -> Together | None:
    """The mean of the learners' own curves, where they have one on the same scale."""
    curves = _curves(enrolments, found, at)
    if not curves:
        return None
    scaled = all(point[2] is not None for curve in curves for point in curve)
    minutes = sorted(set.intersection(*({point[0] for point in curve} for curve in curves)))
    of_curve = [{point[0]: point for point in curve} for curve in curves]
    rows = [
        (
            each,
            fmean(curve[each][2] if scaled else 100 * curve[each][1] for curve in of_curve),
            fmean(curve[each][3] for curve in of_curve),
        )
        for each in minutes
    ]
    if len(rows) < 2:
        return None
    mark = enrolments[0].certification.pass_mark if scaled else None
    points = until_flat(rising([charts.Point(each, score) for each, score, _ in rows]))
    chart = drawn(points, scaled, None if mark is None else float(mark))
    return Together(chart, rows, scaled, len(curves), len(enrolments))


def _curves(
    enrolments: Sequence[Enrolment], found: dict[int, ReadinessForecast], at: datetime
) -> list[list[Any]]:
    """Points as kept: minutes, share, scaled, probability, low, high."""
    kept = []
    allowed = CURVES_A_PAGE
    for one in enrolments:
        row = found.get(one.pk)
        points = row.detail.get("curve", {}).get("points", []) if row else []
        if row is not None and not points and allowed:
            allowed -= 1
            points = [
                [point.minutes, point.share, point.scaled, point.probability, point.low, point.high]
                for point in readiness.curve(one, at).points
            ]
        if points:
            kept.append(points)
    return kept


def _standing(one: Enrolment, forecast: ReadinessForecast | None, at: datetime) -> Standing:
    today = study_days.study_day(one.user.profile, at).date
    days = (one.exam_date - today).days if one.exam_date else None
    studied_at: datetime | None = one.studied_at  # type: ignore[attr-defined]
    return Standing(one, forecast, studied_at, days, _stuck(one, forecast, studied_at, days, at))


def _stuck(
    one: Enrolment,
    forecast: ReadinessForecast | None,
    studied_at: datetime | None,
    days: int | None,
    at: datetime,
) -> str:
    if days is not None and days < 0:
        return ""
    since = studied_at or one.created_at
    if at - since >= STUCK_AFTER:
        waited = (at - since).days
        return f"No answer for {waited} days." if studied_at else f"Joined {waited} days ago, no answer yet."
    known = forecast is not None and forecast.detail.get("answers", 0) >= ENOUGH_ANSWERS
    unready = known and forecast is not None and forecast.high < UNLIKELY
    if unready and days is not None and days <= SOON:
        return "Studies, but the minutes a day will hardly do."
    return ""
