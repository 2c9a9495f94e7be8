"""The readiness page of one certification: will I pass, what would help most, and what if I had more minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedIn
from content.models import Topic
from quizzes import charts, enrolling, readiness, study_days
from quizzes.access import enrolment_or_404
from quizzes.forms import MinutesForm
from quizzes.models import Enrolment, ReadinessForecast
from quizzes.readiness import Readiness, TopicGain
from quizzes.readiness.shapes import says_nothing, times_in_100
from quizzes.score_charts import score_chart

DAYS_SHOWN = 120


@login_required
@require_safe
def page(request: SignedIn, slug: str) -> HttpResponse:
    """The forecast and what stands behind it; `?minutes=` tries other minutes a day."""
    enrolment = enrolment_or_404(request, slug)
    enrolment.user = request.user
    form = MinutesForm(request.GET if "minutes" in request.GET else None)
    study_days.ensure_plan(enrolment, request.now)
    now = readiness.current(enrolment, request.now)
    tried = None
    if form.is_bound and form.is_valid():
        tried = readiness.what_if(enrolment, request.now, form.cleaned_data["minutes"])
    context = _context(enrolment, now) | _simulated(request, enrolment, now, tried)
    return render(request, "readiness/readiness.html", context | {"form": form, "tried": tried})


@login_required
@require_POST
def set_minutes(request: SignedIn, slug: str) -> HttpResponse:
    """Study as many minutes a day from now on."""
    enrolment = enrolment_or_404(request, slug)
    form = MinutesForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["minutes"][0]))
        return redirect("readiness", slug)
    minutes = form.cleaned_data["minutes"]
    enrolling.set_goals(enrolment, enrolment.exam_date, minutes)
    unit = "minute" if minutes == 1 else "minutes"
    messages.success(request, f"From now on the plan counts on {minutes} {unit} a day.")
    return redirect("readiness", slug)


def _context(enrolment: Enrolment, now: Readiness) -> dict[str, Any]:
    latest = list(
        ReadinessForecast.objects.filter(enrolment=enrolment)
        .order_by("-date")
        .values("date", "exam_date", "probability", "low", "high", "scaled")[:DAYS_SHOWN]
    )
    trend = latest[::-1]
    return {
        "certification": enrolment.certification,
        "enrolment": enrolment,
        "now": now,
        "passing": times_in_100(now.low, now.high),
        "unsure": says_nothing(now.low, now.high),
        "bar": charts.Interval.of(now.low, now.probability, now.high),
        "days_to_exam": (enrolment.exam_date - now.on).days if enrolment.exam_date else None,
        "domains": [
            (domain, charts.Interval.of(domain.low, domain.right, domain.high)) for domain in now.domains
        ],
        "best": with_slugs(now.best_topics),
        "trend": trend,
        "trend_chart": _trend_chart(trend),
        "section": "readiness",
    }


def _simulated(
    request: SignedIn, enrolment: Enrolment, now: Readiness, tried: Readiness | None
) -> dict[str, Any]:
    curve = readiness.curve(enrolment, request.now)
    return {
        "curve": curve,
        "curve_chart": score_chart(curve.points, now, tried),
        "tried_passing": times_in_100(tried.low, tried.high) if tried else "",
        "tried_unsure": tried is not None and says_nothing(tried.low, tried.high),
        "tried_bar": charts.Interval.of(tried.low, tried.probability, tried.high) if tried else None,
        "suggested": tried.minutes if tried else min(600, max(5, 2 * enrolment.minutes_a_day)),
        "is_another": tried is not None and tried.minutes != enrolment.minutes_a_day,
    }


def with_slugs(best: Sequence[TopicGain]) -> list[tuple[TopicGain, str]]:
    """Each with the slug of its topic, for the link to read it. One query."""
    slugs = dict(Topic.objects.filter(pk__in=[one.topic for one in best]).values_list("pk", "slug"))
    return [(one, slugs[one.topic]) for one in best if one.topic in slugs]


def _trend_chart(trend: Sequence[Mapping[str, Any]]) -> charts.Chart | None:
    """Probability by day, in its interval; None until there are two days."""
    if len(trend) < 2:
        return None
    points = [
        charts.Point(row["date"].toordinal(), 100 * row["probability"], 100 * row["low"], 100 * row["high"])
        for row in trend
    ]
    first, last = trend[0]["date"], trend[-1]["date"]
    dates = [(first.toordinal(), f"{first.day} {first:%b}"), (last.toordinal(), f"{last.day} {last:%b}")]
    scale = charts.Scale(points[0].x, points[-1].x, 0, 100)
    return charts.chart(
        points, dates, [(0, "0"), (50, "50"), (100, "100")], scale, marks=[(points[-1], "", False)]
    )
