"""The forecast of each study day as a row: made by a sweep after planning, made again when something has changed.

The only writer of readiness forecasts. A row is the forecast of its study day; studying makes it anew, at most once in
`RENEW_AFTER`, other settings or notes at once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from content import jobs
from quizzes import study_days
from quizzes.models import Enrolment, ReadinessForecast, ReviewLog, StudyDay
from quizzes.readiness.shapes import Curve, CurvePoint, Readiness, domains_of, topics_of
from quizzes.scheduler.day import Day
from quizzes.sweeping import sweep

RENEW_AFTER = timedelta(minutes=3)
MOST_MINUTES = 600


def current(enrolment: Enrolment, at: datetime) -> Readiness:
    """Today's forecast: the kept one while nothing has changed, else a new one. `enrolment` comes with its
    certification and its user's profile."""
    today = study_days.study_day(enrolment.user.profile, at)
    basis = _basis(enrolment)
    row = _row(enrolment, today)
    if row is not None and row.detail.get("basis") == basis and not _outdated(row, enrolment, today, at):
        return _value(row)
    return _made(enrolment, today, at, basis)


def kept(enrolment: Enrolment, at: datetime) -> Readiness | None:
    """The latest kept forecast, whatever happened since; None when there is none. One query: for lists."""
    today = study_days.study_day(enrolment.user.profile, at)
    row = (
        ReadinessForecast.objects.filter(enrolment=enrolment, date__lte=today.date).order_by("-date").first()
    )
    return _value(row) if row is not None and "basis" in row.detail else None


def what_if(enrolment: Enrolment, at: datetime, minutes: int) -> Readiness:
    """The forecast for other minutes a day (0 to 600). Nothing is kept."""
    from quizzes.readiness import forecasting, inputs

    today = study_days.study_day(enrolment.user.profile, at)
    known = inputs.gather(enrolment, today)
    return forecasting.forecast(known, max(0, min(MOST_MINUTES, minutes)), at)


def curve(enrolment: Enrolment, at: datetime) -> Curve:
    """What more or fewer minutes a day lead to. Kept on today's row until something changes."""
    today = study_days.study_day(enrolment.user.profile, at)
    current(enrolment, at)
    row = _row(enrolment, today)
    if row is not None and "curve" in row.detail:
        return _curve(row.detail["curve"], enrolment, row.made_at)
    from quizzes.readiness import forecasting, inputs

    made = forecasting.curve(inputs.gather(enrolment, today), at)
    if row is not None:
        detail = {**row.detail, "curve": _kept_curve(made)}
        # Only beside the forecast that it belongs to.
        ReadinessForecast.objects.filter(pk=row.pk, made_at=row.made_at).update(detail=detail)
    return made


def forecast_due(claim: jobs.Claim, at: datetime) -> int:
    """A forecast for everybody whose study day was planned and has none yet; returns how many. Safe to run twice."""
    made = ReadinessForecast.objects.filter(enrolment=OuterRef("enrolment"), date=OuterRef("date"))
    days = StudyDay.objects.filter(
        ~Exists(made),
        starts_at__lte=at,
        ends_at__gt=at,
        enrolment__active=True,
        enrolment__user__is_active=True,
    )
    waiting = list(days.order_by("enrolment").values_list("enrolment", flat=True).distinct())
    return sweep(claim, "forecasting", waiting, lambda enrolment: current(enrolment, at))


def forecast_job(claim: jobs.Claim) -> None:
    """The periodic job."""
    forecast_due(claim, timezone.now())


def _made(enrolment: Enrolment, today: Day, at: datetime, basis: dict[str, Any]) -> Readiness:
    from quizzes.readiness import forecasting, inputs

    found = forecasting.forecast(inputs.gather(enrolment, today), enrolment.minutes_a_day, at)
    columns = ("exam_date", "probability", "low", "high", "scaled", "provisional", "made_at")
    values: dict[str, Any] = {name: getattr(found, name) for name in columns}
    values["detail"] = {**found.detail(), "basis": basis}
    ReadinessForecast.objects.update_or_create(enrolment=enrolment, date=today.date, defaults=values)
    return found


def _row(enrolment: Enrolment, today: Day) -> ReadinessForecast | None:
    return ReadinessForecast.objects.filter(enrolment=enrolment, date=today.date).first()


def _outdated(row: ReadinessForecast, enrolment: Enrolment, today: Day, at: datetime) -> bool:
    """Whether something was answered since, long enough ago; also when the clock was set back behind the row."""
    if row.made_at > at:
        return True
    if at - row.made_at < RENEW_AFTER:
        return False
    answers = ReviewLog.objects.filter(enrolment=enrolment, at__gt=row.made_at, at__lt=today.ends_at)
    return answers.exists()


def _basis(enrolment: Enrolment) -> dict[str, Any]:
    """What a forecast depends on beside the answers. One query."""
    breaks = enrolment.breaks.order_by("first", "pk").values_list("first", "last")
    return {
        "exam": None if enrolment.exam_date is None else enrolment.exam_date.isoformat(),
        "minutes": enrolment.minutes_a_day,
        "days_off": list(enrolment.days_off),
        "breaks": [[first.isoformat(), last.isoformat()] for first, last in breaks],
        "revision": enrolment.certification.revision,
        "fit": enrolment.fit_id,
    }


def _value(row: ReadinessForecast) -> Readiness:
    detail = row.detail
    return Readiness(
        on=row.date,
        exam_date=row.exam_date,
        made_at=row.made_at,
        minutes=detail["minutes"],
        probability=row.probability,
        low=row.low,
        high=row.high,
        share=detail["share"],
        share_low=detail["share_low"],
        share_high=detail["share_high"],
        scaled=row.scaled,
        scaled_low=detail["scaled_low"],
        scaled_high=detail["scaled_high"],
        pass_mark=detail["pass_mark"],
        domains=domains_of(detail),
        best_topics=topics_of(detail),
        answers=detail["answers"],
        provisional=row.provisional,
        reasons=tuple(detail["reasons"]),
    )


def _kept_curve(made: Curve) -> dict[str, Any]:
    points = [
        [point.minutes, point.share, point.scaled, point.probability, point.low, point.high]
        for point in made.points
    ]
    exam = None if made.exam_date is None else made.exam_date.isoformat()
    return {"points": points, "exam": exam, "assumed": made.assumed}


def _curve(stored: dict[str, Any], enrolment: Enrolment, made_at: datetime) -> Curve:
    points = tuple(CurvePoint(*point) for point in stored["points"])
    exam = None if stored["exam"] is None else date.fromisoformat(stored["exam"])
    return Curve(points, exam, stored["assumed"], enrolment.minutes_a_day, made_at)
