"""One upload: in, progress, cancel; preview (see preview.py); publish or discard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedIn
from content import decisions, ingestion
from content.models import Certification, IngestionRun, Publication
from quizzes.access import taught_or_404
from quizzes.studio import histories, line_choices, uploads
from quizzes.studio.access import run_or_404
from quizzes.studio.changes import STATES, Changed
from quizzes.studio.paging import page_of
from quizzes.studio.pipeline import pipeline
from quizzes.studio.progress import progress_of
from quizzes.studio.report import report_of
from quizzes.studio.tabs import tabs_of
from quizzes.studio.waiting import waiting_in

STOP_POLLING = 286  # htmx's own status: swap this in and ask no more
WARNINGS_A_PAGE = 50
FILES_SHOWN = 30
MOST_FACTS_AT_ONCE = 2_000  # about a second of writing; a larger preview is published by a worker


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: SignedIn, slug: str) -> HttpResponse:
    """Take files, or say what is wrong with them; the reading happens in a worker."""
    certification = taught_or_404(request, slug)
    refusal, status = "", 200
    if request.method == "POST":
        made, refusal, status = _received(request, certification)
        if made is not None:
            return redirect("studio_run", made.uid)
    context = {
        "section": "studio",
        "certification": certification,
        "limits": uploads.limits(),
        "most_bytes": uploads.limit_bytes(),
        "refusal": refusal,
    }
    return render(request, "studio/upload.html", context, status=status)


@login_required
@require_safe
def run(request: SignedIn, uid: UUID) -> HttpResponse:
    """Progress while it is read; afterwards what it would publish, or what went wrong."""
    found = run_or_404(request, uid)
    progress = progress_of(found, request.now)
    context = {
        "section": "studio",
        "certification": found.certification,
        "run": found,
        "progress": progress,
        "publication": publication_of(found),
        "tab": "overview",
    }
    if not progress.ended:
        return render(request, "studio/progress.html", context)
    report = report_of(found)
    context |= {"report": report, "has_draft": has_draft(found)}
    if context["has_draft"]:
        waits = waiting_in(found)
        context |= {
            "waits": waits,
            "tabs": tabs_of(found, report, waits),
            "editable": found.state == IngestionRun.State.PREVIEW,
            **_forecast(found, waits.stored),
        }
    warnings = page_of(request, report.warnings, WARNINGS_A_PAGE)
    doubted = line_choices.lines_in_doubt(
        found, [(notice.where, notice.line, notice.found) for notice in warnings if notice.fix]
    )
    context |= {
        "files": report.files[:FILES_SHOWN],
        "more_files": max(0, len(report.files) - FILES_SHOWN),
        "warnings": warnings,
        "notices": [(notice, *doubted.get((notice.where, notice.line), ("", []))) for notice in warnings],
    }
    return render(request, "studio/run.html", context)


@login_required
@require_safe
def progress(request: SignedIn, uid: UUID) -> HttpResponse:
    """The progress alone, for a page that asks every second. The last answer ends the asking and opens the preview."""
    found = run_or_404(request, uid)
    now = progress_of(found, request.now)
    context = {"run": found, "progress": now}
    response = render(request, "studio/progress.html#bar", context)
    if now.ended:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def cancel(request: SignedIn, uid: UUID) -> HttpResponse:
    """Stop the reading. Nothing was published, nothing changes for learners."""
    found = run_or_404(request, uid)
    if ingestion.cancel(found, request.now):
        messages.success(request, "The reading was cancelled. Nothing was changed.")
    else:
        messages.info(request, "It had already ended, so there was nothing to cancel.")
    return redirect("studio_run", found.uid)


@login_required
@require_POST
def discard(request: SignedIn, uid: UUID) -> HttpResponse:
    """Give up a preview. What is published stays as it is."""
    found = run_or_404(request, uid)
    if ingestion.discard(found, request.now):
        messages.success(request, "The preview was discarded. What learners see is as it was.")
    else:
        messages.info(request, "This upload was no longer waiting for you, so nothing was discarded.")
    return redirect("studio_certification", found.certification.slug)


@login_required
@require_POST
def publish(request: SignedIn, uid: UUID) -> HttpResponse:
    """All or nothing. A second press finds the same publication; a large one is published by a job."""
    found = run_or_404(request, uid)
    large = found.state == IngestionRun.State.PREVIEW and facts_in(found) > MOST_FACTS_AT_ONCE
    if large and not decisions.waiting(found):
        ingestion.submit_publishing(found, request.user.pk, request.now)
        return redirect("studio_run", found.uid)
    try:
        made = pipeline().publish(found, request.user, request.now)
    except pipeline().NotReady as why:
        messages.error(request, str(why))
        return redirect("studio_run", found.uid)
    if made.run_id != found.pk:
        messages.info(request, "These notes say what is published already, so nothing was changed.")
        return redirect("studio_run", found.uid)
    messages.success(request, "Published. Learners have it from now on.")
    return redirect("studio_publication", found.certification.slug, made.number)


def _received(request: SignedIn, certification: Certification) -> tuple[IngestionRun | None, str, int]:
    """The new run; or why there is none, as a sentence and a status."""
    if too_much := uploads.refusal(request):
        return None, too_much, 413
    files = request.FILES.getlist("files")
    if problem := uploads.problem_of(files):
        return None, problem, 422
    try:
        received = cast(Sequence[ingestion.Upload], files)
        made = ingestion.create_run(certification, request.user, received, request.now)
    except ingestion.Refused as refused:
        return None, str(refused), 422
    return made, "", 302


def _forecast(run: IngestionRun, stored: Mapping[str, Any]) -> dict[str, Any]:
    """What publishing would do, in numbers."""
    changed = Changed({"changes": stored}, frozenset(run.rejected))
    answers = [row["uid"] for row in stored.get("facts", []) if row["state"] == "answer_changed"]
    cards, learners = histories.of_answers(answers) if answers else (0, 0)
    return {
        "forecast": [(noun, changed.states(noun), changed.kept(noun)) for noun in STATES],
        "due_again": cards,
        "due_for": learners,
    }


def facts_in(run: IngestionRun) -> int:
    return int((run.report or {}).get("facts") or 0)


def publication_of(run: IngestionRun) -> Publication | None:
    return getattr(run, "publication", None)


def has_draft(run: IngestionRun) -> bool:
    """Is there something to preview? Asked without reading it."""
    return IngestionRun.objects.filter(pk=run.pk, draft__isnull=False).exists()
