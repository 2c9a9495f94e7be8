"""What was published: what each publication changed, taken back or brought back; the published notes read again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedIn
from content import ingestion
from content.models import IngestionRun
from quizzes.access import taught_or_404
from quizzes.studio import publications
from quizzes.studio.access import publication_or_404, source_or_404
from quizzes.studio.pipeline import pipeline
from quizzes.studio.report import summary_of


@login_required
@require_safe
def publication(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """What it changed; where it can be taken back, what that would do."""
    found = publication_or_404(request, slug, number)
    why_not = pipeline().can_revert(found)
    context = {
        "section": "studio",
        "certification": found.certification,
        "publication": found,
        "summary": [(what, counts) for what, counts in summary_of(found) if what != "effect"],
        "took_back": found.reverts,
        "taken_back_by": getattr(found, "reverted_by", None),
        "why_not": why_not,
        "effect": [] if why_not else publications.effect_in_words(pipeline().effect_of(found)),
    }
    return render(request, "studio/publication.html", context)


@login_required
@require_POST
def take_back(request: SignedIn, slug: str, number: int) -> HttpResponse:
    """Take it back (a revert: bring back what it took). A second press finds the same publication."""
    found = publication_or_404(request, slug, number)
    try:
        made = pipeline().revert(found, request.user, request.now)
    except pipeline().CannotRevert as why:
        messages.error(request, str(why))
        return redirect("studio_publication", slug, number)
    told = (
        f"Publication {found.reverts.number} is back."
        if found.reverts is not None
        else f"Publication {found.number} is taken back. Every learner’s history stays."
    )
    messages.success(request, told)
    return redirect("studio_publication", slug, made.number)


@login_required
@require_POST
def read_again(request: SignedIn, slug: str) -> HttpResponse:
    """A preview of the published notes as they are read now: with later decisions, or with better rules."""
    certification = taught_or_404(request, slug)
    if not certification.sources.filter(retired=False).exists():
        messages.error(request, "Nothing is published yet, so there is nothing to read again.")
        return redirect("studio_certification", slug)
    being_read = certification.ingestion_runs.filter(again=True, state=IngestionRun.State.UPLOADED)
    run = being_read.only("uid").first() or ingestion.of_published(
        certification, request.user, request.now, "The published notes, read again"
    )
    return redirect("studio_run", run.uid)


@login_required
@require_POST
def take_out(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """Retire a source with what only it tells, as a publication that can be taken back."""
    source = source_or_404(request, slug, uid)
    made = pipeline().retire_source(source, request.user, request.now)
    if made is None:
        messages.info(request, f"{source.path} was taken out already.")
        return redirect("studio_source", slug, uid)
    messages.success(request, f"{source.path} is taken out. Every learner’s history stays.")
    return redirect("studio_publication", slug, made.number)
