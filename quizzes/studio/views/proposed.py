"""The questions that an upload would add: accept, edit, reject."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn
from content.models import IngestionRun
from quizzes.studio import proposals
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.views.preview import preview_or_404, run_page

QUESTIONS_A_PAGE = 40


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: SignedIn, uid: UUID) -> HttpResponse:
    """Proposed questions by topic. A ticked question is published; the form changes only what it showed."""
    found, preview = preview_or_404(request, uid)
    if request.method == "POST":
        return _save_choice(request, found)
    rows = proposals.rows(preview.draft, set(found.rejected))
    kind = request.GET.get("kind", "")
    shown = [row for row in rows if not kind or row.kind == kind]
    page = page_of(request, shown, QUESTIONS_A_PAGE)
    context = {
        "page": page,
        "groups": proposals.by_topic(page.object_list),
        "kinds": proposals.kinds(rows),
        "kind": kind,
        "kept": sum(row.kept for row in rows),
        "rejected": sum(not row.kept for row in rows),
        "query": query_without_page(request),
        "authored": len(preview.draft.get("questions", [])),
        "editable": found.state == IngestionRun.State.PREVIEW,
    }
    return run_page(request, found, "questions", context)


def _save_choice(request: SignedIn, run: IngestionRun) -> HttpResponse:
    shown = proposals.numbers(request.POST.getlist("shown"))
    kept = proposals.numbers(request.POST.getlist("keep"))
    total = proposals.save_choice(run, shown=shown, kept=kept)
    if total is None:
        messages.error(
            request, "This upload is no longer waiting to be published, so its questions cannot be chosen."
        )
        return redirect("studio_run", run.uid)
    turned_down = (
        f"{total} question{'' if total == 1 else 's'} turned down." if total else "All questions are kept."
    )
    messages.success(request, f"Saved. {turned_down}")
    query = query_without_page(request)
    page = request.GET.get("page", "")
    back = reverse("studio_run_questions", args=[run.uid])
    return redirect(f"{back}?{query}page={page}" if page.isdigit() else f"{back}?{query}".rstrip("?&"))
