"""The frame of every page about a preview, and its outline: the tree beside the passage of one topic.

Every page reads the run's draft once and shows a slice of it, so that thousands of facts cost no more than dozens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.requests import SignedIn
from content.models import IngestionRun
from quizzes.outline import nested
from quizzes.studio.access import run_or_404
from quizzes.studio.paging import page_of
from quizzes.studio.preview import Passage, Preview, Start, TopicRow
from quizzes.studio.report import report_of
from quizzes.studio.tabs import tabs_of
from quizzes.studio.views.runs import publication_of
from quizzes.studio.waiting import waiting_in

TOPICS_A_PAGE = 250
LINES_BESIDE = 80


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands in one file under a topic. `more`: lines that are not shown."""

    start: Start
    passages: list[Passage]
    more: int


@login_required
@require_safe
@vary_on_headers("HX-Target")
def outline(request: SignedIn, uid: UUID) -> HttpResponse:
    """The tree that learners would see; `?topic=` shows the source of one topic beside it, and htmx swaps only that."""
    found, preview = preview_or_404(request, uid)
    topics = preview.outline()
    chosen = _chosen(preview, topics, request.GET.get("topic", ""))
    context: dict[str, object] = {
        "chosen": chosen,
        "beside": [_beside(preview, start) for start in chosen.files] if chosen else [],
    }
    if request.headers.get("HX-Target") == "passage":
        return render(request, "studio/run_outline.html#passage", {"run": found, **context})
    page = page_of(request, topics, TOPICS_A_PAGE)
    if chosen and "page" not in request.GET:
        page = page.paginator.get_page(topics.index(chosen) // TOPICS_A_PAGE + 1)
    context |= {
        "page": page,
        "entries": nested(list(page.object_list), lambda row: row.level),
        "count": len(topics),
    }
    return run_page(request, found, "outline", context)


def _chosen(preview: Preview, topics: list[TopicRow], asked: str) -> TopicRow | None:
    """The topic of this key, or the one that it is one with."""
    first = {str(key): str(one) for key, one in preview.draft.get("groups", [])}
    return next((row for row in topics if str(row.key) == first.get(asked, asked)), None)


def _beside(preview: Preview, start: Start) -> Beside:
    last = min(start.last, start.line + LINES_BESIDE - 1)
    return Beside(start, preview.passages(start.place, start.line, last), start.last - last)


def preview_or_404(request: SignedIn, uid: UUID) -> tuple[IngestionRun, Preview]:
    found = run_or_404(request, uid, draft=True)
    if not found.draft:
        raise Http404("There is no preview of this upload.")
    return found, Preview(found.draft)


def run_page(request: SignedIn, run: IngestionRun, tab: str, context: Mapping[str, object]) -> HttpResponse:
    """`studio/run_<tab>.html` with what the head of every page needs."""
    waits = waiting_in(run)
    shared = {
        "section": "studio",
        "certification": run.certification,
        "run": run,
        "publication": publication_of(run),
        "tab": tab,
        "tabs": tabs_of(run, report_of(run), waits),
        "waits": waits,
        "editable": run.state == IngestionRun.State.PREVIEW,
    }
    return render(request, f"studio/run_{tab}.html", {**shared, **context})
