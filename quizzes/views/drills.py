"""Drills in the browser: the list, a new attempt, one step after another."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedIn
from quizzes import drills
from quizzes.access import attempt_or_404, enrolment_or_404
from quizzes.models import DrillAttempt, Enrolment, Question

KINDS = ("case",)


@login_required
@require_GET
def index(request: SignedIn, slug: str) -> HttpResponse:
    enrolment = enrolment_or_404(request, slug)
    return render(
        request,
        "drills/index.html",
        {
            "certification": enrolment.certification,
            "drills": _drills(enrolment),
            "section": "drills",
        },
    )


@login_required
@require_POST
def start(request: SignedIn, slug: str, question: int) -> HttpResponse:
    """Begin anew; an attempt that was begun and not answered yet is taken up again."""
    enrolment = enrolment_or_404(request, slug)
    drill = _drills(enrolment).filter(pk=question).first()
    if drill is None:
        raise Http404("There is no such drill.")
    untouched = DrillAttempt.objects.filter(
        enrolment=enrolment, question_version=drill.current, steps_answered=0
    ).first()
    attempt = untouched or drills.begin(enrolment, drill, request.now)
    return redirect("drill_attempt", attempt.uid)


@login_required
@require_http_methods(["GET", "POST"])
def attempt(request: SignedIn, uid: uuid.UUID) -> HttpResponse:
    """One attempt: what was decided, what follows from it, what to decide now."""
    current = attempt_or_404(request, uid)
    problem, status = "", 200
    if request.method == "POST":
        problem, status = _decide(request, current)
        if not problem and not request.htmx:
            return redirect("drill_attempt", uid)
    version = current.question_version
    steps = drills.steps(current)
    context = {
        "attempt": current,
        "certification": current.enrolment.certification,
        "question": version.question,
        "version": version,
        "steps": steps,
        "right": sum(step.ok for step in steps),
        "problem": problem,
        "section": "drills",
    }
    template = "drills/attempt.html#attempt" if request.htmx else "drills/attempt.html"
    return render(request, template, context, status=status)


def _decide(request: SignedIn, attempt: DrillAttempt) -> tuple[str, int]:
    step, place = request.POST.get("step", ""), request.POST.get("option", "")
    if not (step.isdecimal() and len(step) < 4):
        raise Http404("There is no such step.")
    try:
        if not (place.isdecimal() and len(place) < 4):
            raise ValueError("Choose one of the options first.")
        decided = drills.decide(attempt, int(step), int(place), request.now)
    except ValueError as error:
        return str(error), 422
    return ("", 200) if decided else ("That step was already decided. Here is where you are.", 409)


def _drills(enrolment: Enrolment) -> QuerySet[Question]:
    last = DrillAttempt.objects.filter(
        enrolment=enrolment, question_version__question=OuterRef("pk"), finished_at__isnull=False
    ).order_by("-finished_at")
    return (
        Question.objects.ready()
        .filter(certification_id=enrolment.certification_id, kind__in=KINDS)
        .select_related("topic", "current")
        .annotate(
            last_score=Subquery(last.values("score")[:1]), last_at=Subquery(last.values("finished_at")[:1])
        )
        .order_by("topic__position", "position")
    )
