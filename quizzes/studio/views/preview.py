"""The preview of an upload, page by page: outline, lines beside what became of them, left out.

Every page reads the run's draft once and shows a slice of it, so that thousands of facts cost no more than dozens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedIn
from content.models import IngestionRun
from quizzes.outline import nested
from quizzes.studio.access import run_or_404
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.preview import Preview
from quizzes.studio.views.certifications import LINES_A_PAGE
from quizzes.studio.views.runs import publication_of

TOPICS_A_PAGE = 250
DISCARDS_A_PAGE = 60


@login_required
@require_safe
def outline(request: SignedIn, uid: UUID) -> HttpResponse:
    """The tree that learners would see, with counts and a way to the line where each topic begins."""
    found, preview = preview_or_404(request, uid)
    topics = preview.outline()
    page = page_of(request, topics, TOPICS_A_PAGE)
    context = {
        "page": page,
        "entries": nested(list(page.object_list), lambda row: row.level),
        "count": len(topics),
    }
    return run_page(request, found, "outline", context)


@login_required
@require_safe
def source(request: SignedIn, uid: UUID, place: int = 0) -> HttpResponse:
    """One file's lines beside what became of them. `?line=` opens the page with that line."""
    found, preview = preview_or_404(request, uid)
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
    return run_page(request, found, "source", context)


@login_required
@require_safe
def left_out(request: SignedIn, uid: UUID) -> HttpResponse:
    """Every line that is in no block, by reason."""
    found, preview = preview_or_404(request, uid)
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
    return run_page(request, found, "left_out", context)


def preview_or_404(request: SignedIn, uid: UUID) -> tuple[IngestionRun, Preview]:
    found = run_or_404(request, uid, draft=True)
    if not found.draft:
        raise Http404("There is no preview of this upload.")
    return found, Preview(found.draft)


def run_page(request: SignedIn, run: IngestionRun, tab: str, context: Mapping[str, object]) -> HttpResponse:
    shared = {
        "section": "studio",
        "certification": run.certification,
        "run": run,
        "publication": publication_of(run),
        "tab": tab,
    }
    return render(request, f"studio/run_{tab}.html", {**shared, **context})
