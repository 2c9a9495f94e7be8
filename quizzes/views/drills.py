"""Drills in the browser: the list, a new attempt, its answer and what became of it, and mending it afterwards.

index → start → attempt (hint …) → answered → mend, or start again with new numbers
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedIn
from quizzes import drills, graders, question_types
from quizzes.access import attempt_or_404, enrolment_or_404
from quizzes.graders import worker
from quizzes.graders.worker.lab.lines import TooMany, commands_of
from quizzes.models import DrillAttempt, Question
from quizzes.outline import outline_of
from quizzes.views import drill_list
from quizzes.views.drill_answers import Box, asks_of, box, sent_answer, start_of, unread
from quizzes.views.drill_results import comes_back, model_answer, result, stored, written

ANSWERED_BEFORE = "You answered this drill before. Your first answer counts, and here is what became of it."
CASE = "case"


@login_required
@require_GET
def index(request: SignedIn, slug: str) -> HttpResponse:
    """All drills by section; `?state=` and `?topic=` narrow the list."""
    enrolment = enrolment_or_404(request, slug)
    outline = outline_of(enrolment.certification)
    everything = drill_list.entries_of(enrolment, outline, request.now, request.user.profile)
    topic, state = outline.by_slug(request.GET.get("topic", "")), request.GET.get("state", "")
    under = {node.pk for node in outline.subtree(topic)} if topic else set()
    here = [entry for entry in everything if topic is None or entry.topic.pk in under]
    shown = drill_list.in_state(here, state)
    return render(
        request,
        "drills/index.html",
        {
            "section": "drills",
            "certification": enrolment.certification,
            "tabs": drill_list.tabs(here),
            "state": state if state in drill_list.STATES else "",
            "topic": topic,
            "sections": drill_list.sections(shown, outline, topic),
            "parts": drill_list.sections(everything, outline, None),
            "next": drill_list.next_one(shown),
            "count": len(everything),
            "due": sum(entry.due for entry in everything),
            "untried": sum(entry.score is None for entry in everything),
        },
    )


@login_required
@require_POST
def start(request: SignedIn, slug: str, question: int) -> HttpResponse:
    """Begin anew, or go on with the attempt that is open. A session sends `session`."""
    enrolment = enrolment_or_404(request, slug)
    drill = (
        Question.objects.ready()
        .filter(pk=question, certification_id=enrolment.certification_id, kind__in=question_types.DRILLS)
        .select_related("current")
        .first()
    )
    if drill is None:
        raise Http404("There is no such drill.")
    return redirect(
        "drill_attempt", drills.begin(enrolment, drill, request.now, "session" in request.POST).uid
    )


@login_required
@require_http_methods(["GET", "POST"])
def attempt(request: SignedIn, uid: uuid.UUID) -> HttpResponse:
    """One attempt: what is asked, or what became of the answer."""
    current = attempt_or_404(request, uid)
    if current.question_version.question.kind == CASE:
        return _case(request, current)
    if request.method == "POST":
        return _answered(request, current)
    return _written(request, current)


@login_required
@require_POST
def hint(request: SignedIn, uid: uuid.UUID) -> HttpResponse:
    """One more hint. The form says how many were seen, so that a repeated press reveals no other."""
    current = attempt_or_404(request, uid)
    if current.question_version.question.kind == CASE:
        raise Http404("A case has no hints.")
    if current.finished_at is not None:
        return redirect("drill_attempt", uid)
    if request.POST.get("seen") == str(current.hints_used):
        drills.reveal_hint(current)
    draft = sent_answer(request.POST, drills.variant(current).widget.kind)
    return _written(request, current, draft=draft, fragment="hints", fresh_hint=True)


@login_required
@require_http_methods(["GET", "POST"])
def mend(request: SignedIn, uid: uuid.UUID) -> HttpResponse:
    """The same variant once more with the answer at hand: graded as often as you like, and never counted."""
    current = attempt_or_404(request, uid)
    if current.question_version.question.kind == CASE:
        raise Http404("A case is decided once.")
    if current.finished_at is None:
        return redirect("drill_attempt", uid)
    context = _about(current)
    variant, spec = context["variant"], context["spec"]
    text, status = "".join(current.answers[-1:]), 200
    if request.method == "POST":
        text = sent_answer(request.POST, variant.widget.kind)
    context["box"] = answered = box(variant, spec, text)
    if request.method == "GET":
        context["result"] = result(*stored(current), answered)
    elif _sends(request):
        verdict = drills.practise(current, text)
        status = 422 if verdict.error else 200
        context["unread"] = unread(verdict, text)
        context["result"] = None if verdict.error else result(verdict.checks, verdict.trace, answered)
    context["transcript"] = _transcript(current, answered)
    template = "drills/mend.html#mend" if request.htmx else "drills/mend.html"
    return render(request, template, context, status=status)


# --- written drills -------------------------------------------------------------------------------------------
def _answered(request: SignedIn, current: DrillAttempt) -> HttpResponse:
    """Take an answer, once. A repeated one is told again; one that cannot be read stays on the page."""
    text = sent_answer(request.POST, drills.variant(current).widget.kind)
    if current.finished_at is None and not _sends(request):
        return _written(request, current, draft=text)
    verdict = drills.submit(current, text, request.now) if current.finished_at is None else None
    if current.finished_at is None:
        return _written(request, current, draft=text, verdict=verdict, status=422)
    if current.answers != [text]:
        return _written(request, current, verdict=verdict, problem=ANSWERED_BEFORE, status=409)
    if request.htmx:
        return _written(request, current, verdict=verdict)
    return redirect("drill_attempt", current.uid)


def _written(
    request: SignedIn,
    current: DrillAttempt,
    draft: str | None = None,
    verdict: graders.Verdict | None = None,
    problem: str = "",
    fragment: str = "attempt",
    fresh_hint: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page of a written drill, open (with `draft` in its box) or answered; for htmx its `fragment` alone.

    `verdict`: of this request, if there is one.
    """
    context = {**_about(current), "problem": problem, "fresh_hint": fresh_hint}
    variant, spec = context["variant"], context["spec"]
    if current.finished_at is None:
        graders.get(str(spec["grader"])).expect()
        context["box"] = box(variant, spec, start_of(spec) if draft is None else draft)
        context["echo"] = draft is not None
        context["transcript"] = _transcript(current, context["box"])
        context["unread"] = unread(verdict, draft or "") if verdict else None
        context["hints"] = variant.hints[: current.hints_used]
        context["more_hints"] = len(variant.hints) - current.hints_used
    else:
        context |= _ended(request, current, variant, spec, verdict)
    template = f"drills/written.html#{fragment}" if request.htmx else "drills/written.html"
    return render(request, template, context, status=status)


def _sends(request: SignedIn) -> bool:
    """Is this the answer? A thing moved in an order and a command that is only run are not."""
    return not {"move", "run"} & set(request.POST)


def _transcript(current: DrillAttempt, shown: Box) -> list[dict[str, Any]]:
    """What the terminal shows after the commands in the box; nothing for other boxes."""
    if shown.kind != "terminal" or not shown.text.strip():
        return []
    try:
        commands = commands_of(shown.text)
    except TooMany as error:
        return [{"command": "", "output": str(error), "ok": False}]
    return worker.transcript(current.question_version.payload, current.seed, commands)


def _about(current: DrillAttempt) -> dict[str, Any]:
    """What the pages of a written drill have in common. `spec` is the drill filled with this variant's values."""
    version = current.question_version
    spec = graders.fill(version.payload, current.seed)
    grader = graders.get(str(spec["grader"]))
    return {
        "section": "drills",
        "attempt": current,
        "certification": current.enrolment.certification,
        "question": version.question,
        "new_numbers": bool(version.payload.get("draw")),
        "inline": grader.mode == "inline",
        "missing": grader.missing(),
        "unseen": sum(bool(check.get("hidden")) for check in spec.get("checks") or ()),
        "variant": drills.variant(current),
        "spec": spec,
        "asks": asks_of(spec)[0],
    }


def _ended(
    request: SignedIn,
    current: DrillAttempt,
    variant: drills.Variant,
    spec: dict[str, Any],
    verdict: graders.Verdict | None,
) -> dict[str, Any]:
    """What became of an answered attempt."""
    answer = box(variant, spec, "".join(current.answers[-1:]))
    checks, traces = stored(current, verdict)
    question = current.question_version.question_id
    source = str(spec.get("source") or "")
    due = drills.schedule_of(current.enrolment, [question]).get(question)
    return {
        "result": result(checks, traces, answer),
        "answer": written(answer),
        "model": model_answer(variant, spec),
        "back": comes_back(due, request.now, request.user.profile),
        "source": source if source.startswith(("https://", "http://")) else "",
        "checked_on": str(spec.get("checked_on") or ""),
    }


# --- cases ----------------------------------------------------------------------------------------------------
def _case(request: SignedIn, current: DrillAttempt) -> HttpResponse:
    """What was decided, what follows from it, what to decide now."""
    problem, status = "", 200
    if request.method == "POST":
        problem, status = _decide(request, current)
        if not problem and not request.htmx:
            return redirect("drill_attempt", current.uid)
    version = current.question_version
    steps = drills.steps(current)
    due = drills.schedule_of(current.enrolment, [version.question_id]).get(version.question_id)
    context = {
        "attempt": current,
        "certification": current.enrolment.certification,
        "question": version.question,
        "version": version,
        "steps": steps,
        "right": sum(step.ok for step in steps),
        "back": comes_back(due, request.now, request.user.profile),
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
