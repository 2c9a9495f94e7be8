"""Choosing what to study, and the goals of one enrolment."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedIn
from content.models import Certification
from content.rendering import to_html
from quizzes import enrolling
from quizzes.access import enrolment_or_404
from quizzes.forms import BreakForm, GoalsForm
from quizzes.models import Enrolment


@login_required
@require_safe
def certifications(request: SignedIn) -> HttpResponse:
    """What this person studies, and what else is open to them."""
    enrolments = list(
        Enrolment.objects.filter(user=request.user, active=True)
        .select_related("certification", "study_class")
        .order_by("exam_date", "certification__title")
    )
    others = _on_offer(request).exclude(pk__in=[found.certification_id for found in enrolments])
    context = {"enrolments": enrolments, "others": others, "today": timezone.localdate(request.now)}
    return render(request, "quizzes/certifications.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment(request: SignedIn, slug: str) -> HttpResponse:
    """One certification: what the exam asks; for those enrolled, exam date, minutes a day and days off."""
    if request.method == "POST":
        return _keep_goals(request, enrolment_or_404(request, slug))
    certification = _offered_or_404(request, slug)
    found = Enrolment.objects.filter(user=request.user, certification=certification)
    mine = found.select_related("study_class").first()
    form = _goals(request, mine) if mine is not None and mine.active else None
    return render(request, "quizzes/enrolment.html", _context(request, certification, mine, form))


@login_required
@require_POST
def enrol(request: SignedIn, slug: str) -> HttpResponse:
    certification = _offered_or_404(request, slug)
    try:
        enrolling.enrol(request.user, certification, request.now)
    except enrolling.NotOpen:
        raise Http404("This certification takes nobody without an invite.") from None
    messages.success(request, f"You are enrolled in {certification.title}.")
    return redirect("enrolment", slug)


@login_required
@require_POST
def leave(request: SignedIn, slug: str) -> HttpResponse:
    mine = enrolment_or_404(request, slug)
    enrolling.leave(mine)
    messages.success(request, f"You have left {mine.certification.title}. Your cards and history are kept.")
    return redirect("certifications")


@login_required
@require_POST
def add_break(request: SignedIn, slug: str) -> HttpResponse:
    """Dates without study."""
    mine = enrolment_or_404(request, slug)
    form = BreakForm(request.POST, today=timezone.localdate(request.now))
    if not form.is_valid():
        context = _context(request, mine.certification, mine, _goals(request, mine, bound=False), form)
        return render(request, "quizzes/enrolment.html", context, status=422)
    enrolling.add_break(mine, form.cleaned_data["first"], form.cleaned_data["last"])
    messages.success(request, "Saved. Nothing is asked on these days, and the plan goes around them.")
    return redirect("enrolment", slug)


@login_required
@require_POST
def cancel_break(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    mine = enrolment_or_404(request, slug)
    if not enrolling.cancel_break(mine, pk):
        raise Http404("There is no such break.")
    messages.success(request, "The break is taken out. These days are planned like any other.")
    return redirect("enrolment", slug)


def _keep_goals(request: SignedIn, mine: Enrolment) -> HttpResponse:
    form = _goals(request, mine)
    if not form.is_valid():
        context = _context(request, mine.certification, mine, form)
        return render(request, "quizzes/enrolment.html", context, status=422)
    data = form.cleaned_data
    with transaction.atomic():
        enrolling.set_goals(mine, data["exam_date"], data["minutes_a_day"])
        enrolling.set_days_off(mine, data["days_off"])
    messages.success(request, "Saved. The days ahead are planned anew.")
    return redirect("enrolment", mine.certification.slug)


def _goals(request: SignedIn, mine: Enrolment, bound: bool = True) -> GoalsForm:
    sent = request.POST if bound and request.method == "POST" else None
    return GoalsForm(sent, enrolment=mine, today=timezone.localdate(request.now))


def _context(
    request: SignedIn,
    certification: Certification,
    mine: Enrolment | None,
    form: GoalsForm | None,
    break_form: BreakForm | None = None,
) -> dict[str, Any]:
    today = timezone.localdate(request.now)
    return {
        "break_form": break_form or BreakForm(today=today),
        "breaks": list(mine.breaks.filter(last__gte=today)) if form and mine else [],
        "certification": certification,
        "enrolment": mine,
        "form": form,
        "domains": certification.domains.all(),
        "facts": exam_facts(certification),
        "may_enrol": form is None and enrolling.may_enrol(request.user, certification),
        "days_sentence": days_sentence(mine, today) if form and mine else "",
        "introduction": to_html(certification.introduction),
    }


def exam_facts(certification: Certification) -> list[tuple[str, str]]:
    """What the blueprint says about the exam, as terms and values; what is not known is left out."""
    facts = []
    scored, trial = certification.scored_questions, certification.unscored_questions
    if scored:
        also = f", and {trial} that do not count" if trial else ""
        facts.append(("Questions", f"{scored} that count{also}"))
    if certification.minutes:
        facts.append(("Time", f"{certification.minutes} minutes"))
    if certification.pass_mark:
        scale = certification.scale_min is not None and certification.scale_max is not None
        on = f", on a scale from {certification.scale_min} to {certification.scale_max}" if scale else ""
        facts.append(("Pass mark", f"{certification.pass_mark}{on}"))
    return facts


def days_sentence(mine: Enrolment, today: date) -> str:
    """Where the learner stands, in one sentence."""
    a_day = f"{mine.minutes_a_day} minute{'' if mine.minutes_a_day == 1 else 's'} a day"
    if mine.exam_date is None:
        return f"{a_day}. Set the exam date when you know it."
    days = (mine.exam_date - today).days
    if days < 0:
        return f"The exam was on {_long(mine.exam_date)}. Set a new date if you take it again."
    when = {0: "The exam is today", 1: "The exam is tomorrow"}.get(days, f"{days} days to the exam")
    return f"{when}, {a_day}."


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _on_offer(request: SignedIn) -> QuerySet[Certification]:
    """What this person may enrol in: published and open to all, taught by them, or once theirs."""
    open_to_all = Q(open_to_all=True, revision__gt=0)
    taught = Q(pk__in=Certification.objects.taught_by(request.user).values("pk"))
    theirs = Q(pk__in=Enrolment.objects.filter(user=request.user).values("certification"))
    return Certification.objects.filter(open_to_all | taught | theirs)


def _offered_or_404(request: SignedIn, slug: str) -> Certification:
    found = _on_offer(request).filter(slug=slug).first()
    if found is None:
        raise Http404("There is no such certification, or it takes nobody without an invite.")
    return found
