"""The dashboard: one sentence, one button, then what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.requests import SignedIn
from quizzes import charts, drill_schedules, readiness, stats, study_days
from quizzes.models import DrillAttempt, Enrolment, ReviewLog, StudyDay
from quizzes.readiness import Readiness
from quizzes.readiness.shapes import says_nothing, times_in_100
from quizzes.showing import Left, next_showing

WEEK = timedelta(days=7)
NEVER = datetime.min.replace(tzinfo=UTC)
DAYS_AHEAD = 14


@login_required
@require_GET
def today(request: SignedIn, slug: str = "") -> HttpResponse:
    """The learner's day in one certification; the one studied last when none is named."""
    mine = list(
        Enrolment.objects.filter(user_id=request.user.pk, active=True)
        .select_related("certification", "study_class")
        .order_by("exam_date", "pk")
    )
    if slug:
        chosen = next((one for one in mine if one.certification.slug == slug), None)
    else:
        chosen = _studied_last(mine)
    if slug and chosen is None:
        raise Http404("You are not enrolled in this certification.")
    if chosen is None:
        return redirect("studio" if request.user.is_instructor else "certifications")
    chosen.user = request.user
    return render(
        request, "today/today.html", _day(request, chosen) | {"enrolments": mine, "section": "today"}
    )


def _studied_last(mine: Sequence[Enrolment]) -> Enrolment | None:
    """Where the latest answer was given; before any, the one with the nearest exam. No query for one enrolment."""
    if len(mine) < 2:
        return next(iter(mine), None)
    latest = ReviewLog.objects.filter(enrolment=OuterRef("pk")).order_by("-at").values("at")[:1]
    drilled = (
        DrillAttempt.objects.filter(enrolment=OuterRef("pk")).order_by("-started_at").values("started_at")[:1]
    )
    rows = Enrolment.objects.filter(pk__in=[one.pk for one in mine]).values_list(
        "pk", Subquery(latest), Subquery(drilled)
    )
    moments = {pk: max(filter(None, (answered, begun)), default=NEVER) for pk, answered, begun in rows}
    return max(mine, key=lambda one: moments[one.pk])


def _day(request: SignedIn, enrolment: Enrolment) -> dict[str, Any]:
    plan = study_days.ensure_plan(enrolment, request.now)
    showing = next_showing(enrolment.pk, plan.date, request.now)
    topics = stats.topic_mastery(enrolment, request.now)
    questions = sum(topic.questions for topic in topics)
    met = sum(topic.seen for topic in topics)
    slugs = {topic.topic_id: topic.slug for topic in topics}
    left = showing.left if showing else Left(0, 0, 0)
    minutes = -(-(left.seconds + drill_schedules.seconds_due(enrolment, plan.ends_at)) // 60)
    return _forecast(enrolment, plan, request.now, met, slugs) | {
        "enrolment": enrolment,
        "certification": enrolment.certification,
        "left": left,
        "days_to_exam": (enrolment.exam_date - plan.date).days if enrolment.exam_date else None,
        "domains": stats.domain_mastery(enrolment, request.now, topics),
        "weakest": sorted((topic for topic in topics if topic.seen), key=lambda topic: topic.mastery)[:6],
        "questions": questions,
        "met": met,
        "minutes": minutes,
        "drills_due": drill_schedules.what_is_due(enrolment.pk, plan.ends_at).count(),
        "day_off": plan.mode == StudyDay.Mode.OFF and not plan.budget_seconds,
        "week": stats.activity(enrolment, plan.ends_at - WEEK, plan.ends_at),
        "ahead": _bars(stats.due_by_day(enrolment, request.now, DAYS_AHEAD)),
        "next_due": None if showing else study_days.next_due(enrolment, request.now),
    }


def _forecast(
    enrolment: Enrolment, plan: StudyDay, at: datetime, met: int, slugs: Mapping[int, str]
) -> dict[str, Any]:
    """What is kept of the readiness; made now where other settings made it untrue. Nothing before the first answer."""
    if not met:
        return {"now": None}
    now = readiness.kept(enrolment, at)
    if now is None or not _is_about(now, enrolment, plan):
        now = readiness.current(enrolment, at)
    return {
        "now": now,
        "passing": times_in_100(now.low, now.high),
        "unsure": says_nothing(now.low, now.high),
        "bar": charts.Interval.of(now.low, now.probability, now.high),
        "best": [(one, slugs[one.topic]) for one in now.best_topics if one.topic in slugs],
    }


def _is_about(now: Readiness, enrolment: Enrolment, plan: StudyDay) -> bool:
    """Whether a kept forecast is about what the learner has set now."""
    exam = enrolment.exam_date if enrolment.exam_date and enrolment.exam_date >= plan.date else None
    return (now.exam_date, now.minutes) == (exam, enrolment.minutes_a_day)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart; lengths in its own units (height 0 to 100)."""

    on: date
    count: int
    x: int
    y: float
    height: float

    @property
    def middle(self) -> str:
        """Of the bar, from the left, in percent of the chart."""
        return f"{(self.x + 1) / (0.1 * DAYS_AHEAD):.2f}%"


def _bars(days: list[tuple[date, int]]) -> list[Bar]:
    """The chart of the days ahead; empty when nothing is due."""
    most = max((count for _, count in days), default=0)
    if not most:
        return []
    return [
        Bar(on, count, place * 10, 100 - 100 * count / most, 100 * count / most)
        for place, (on, count) in enumerate(days)
    ]
