"""Learners of a certification, and of a class: readiness, days to the exam, who is stuck, minutes and score."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedIn
from content.models import Certification
from quizzes.access import class_or_404, taught_or_404
from quizzes.models import Class, Enrolment
from quizzes.studio import learners as standing
from quizzes.studio.paging import page_of

LEARNERS_A_PAGE = 50


@login_required
@require_safe
def of_certification(request: SignedIn, slug: str) -> HttpResponse:
    """Everybody who studies it; `?class=` narrows to one class."""
    certification = taught_or_404(request, slug)
    groups = list(Class.objects.filter(certification=certification).order_by("name"))
    wanted = request.GET.get("class", "")
    group = next((one for one in groups if str(one.pk) == wanted), None)
    if wanted and group is None:
        raise Http404("There is no such class.")
    enrolments = Enrolment.objects.filter(certification=certification)
    if group is not None:
        enrolments = enrolments.filter(study_class=group)
    return _page(request, certification, enrolments, groups, group)


@login_required
@require_safe
def of_class(request: SignedIn, pk: int) -> HttpResponse:
    """One class, for those who teach it, also where they do not teach the certification."""
    group = class_or_404(request, pk)
    return _page(request, group.certification, Enrolment.objects.filter(study_class=group), [], group)


def _page(
    request: SignedIn,
    certification: Certification,
    enrolments: QuerySet[Enrolment],
    groups: list[Class],
    group: Class | None,
) -> HttpResponse:
    everybody = standing.members(enrolments)
    found = standing.forecasts(everybody)
    rows = standing.standings(everybody, found, request.now)
    context: dict[str, Any] = {
        "section": "studio" if groups or group is None else "classes",
        "nav": certification,
        "certification": certification,
        "groups": groups,
        "group": group,
        "page": page_of(request, rows, LEARNERS_A_PAGE),
        "query": f"class={group.pk}&" if groups and group else "",
        "learners": len(rows),
        "stuck": sum(bool(row.stuck) for row in rows),
        "likely": sum(row.forecast is not None and row.forecast.probability >= 0.8 for row in rows),
        "together": standing.together(everybody, found, request.now),
        "in_class": request.resolver_match is not None
        and request.resolver_match.url_name == "class_learners",
    }
    return render(request, "studio/learners.html", context)
