"""The preview of an upload, page by page: outline, lines beside what became of them, left out, proposed questions.

Every page reads the run's draft once and shows a slice of it, so that thousands of facts cost no more than dozens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedIn
from content.models import IngestionRun
from quizzes.outline import nested
from quizzes.studio import proposals
from quizzes.studio.access import run_or_404
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.preview import Preview
from quizzes.studio.views.certifications import LINES_A_PAGE
from quizzes.studio.views.runs import publication_of

TOPICS_A_PAGE = 250
DISCARDS_A_PAGE = 60
QUESTIONS_A_PAGE = 40


@login_required
@require_safe
def outline(request: SignedIn, uid: UUID) -> HttpResponse:
    """The tree that learners would see, with counts and a way to the line where each topic begins."""
    found, preview = _preview_or_404(request, uid)
    topics = preview.outline()
    page = page_of(request, topics, TOPICS_A_PAGE)
    context = {
        "page": page,
        "entries": nested(list(page.object_list), lambda row: row.level),
        "count": len(topics),
    }
    return _render(request, found, "outline", context)


@login_required
@require_safe
def source(request: SignedIn, uid: UUID, place: int = 0) -> HttpResponse:
    """One file's lines beside what became of them. `?line=` opens the page with that line."""
    found, preview = _preview_or_404(request, uid)
    if place >= max(1, len(preview.sources)):
        raise Http404("There is no such file in this upload.")
    file: dict[str, Any] = preview.sources[place] if preview.sources else {"path": "", "lines": 0}
    page = page_of(request, range(file["lines"]), LINES_A_PAGE)
    line = request.GET.get("line", "")
    if line.isascii() and line.isdigit() and "page" not in request.GET:
        page = page.paginator.get_page(max(0, int(line[:9]) - 1) // LINES_A_PAGE + 1)
    passages = preview.passages(place, page.start_index() or 1, page.end_index()) if preview.sources else []
    files = list(enumerate(row["path"] for row in preview.sources))
    context = {"file": file, "place": place, "files": files, "passages": passages, "page": page}
    return _render(request, found, "source", context)


@login_required
@require_safe
def left_out(request: SignedIn, uid: UUID) -> HttpResponse:
    """Every line that is in no block, by reason."""
    found, preview = _preview_or_404(request, uid)
    reasons = preview.left_out()
    chosen = request.GET.get("reason", "")
    if chosen not in reasons:
        chosen = next(iter(reasons), "")
    counts = [(reason, sum(row.nonblank for row in rows)) for reason, rows in reasons.items()]
    context = {
        "reasons": counts,
        "chosen": chosen,
        "several": len(preview.sources) > 1,
        "total": sum(count for _, count in counts),
        "page": page_of(request, reasons.get(chosen, []), DISCARDS_A_PAGE),
        "query": query_without_page(request),
    }
    return _render(request, found, "left_out", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: SignedIn, uid: UUID) -> HttpResponse:
    """Proposed questions by topic. A ticked question is published; the form changes only what it showed."""
    found, preview = _preview_or_404(request, uid)
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
    return _render(request, found, "questions", context)


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


def _preview_or_404(request: SignedIn, uid: UUID) -> tuple[IngestionRun, Preview]:
    found = run_or_404(request, uid, draft=True)
    if not found.draft:
        raise Http404("There is no preview of this upload.")
    return found, Preview(found.draft)


def _render(request: SignedIn, run: IngestionRun, tab: str, context: Mapping[str, object]) -> HttpResponse:
    shared = {
        "section": "studio",
        "certification": run.certification,
        "run": run,
        "publication": publication_of(run),
        "tab": tab,
    }
    return render(request, f"studio/run_{tab}.html", {**shared, **context})
