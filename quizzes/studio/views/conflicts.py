"""Two statements side by side, and a person who chooses: disagreements of an upload and of what is published, and
statements of an upload that are likely the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn
from content import decisions
from content.models import Certification, Conflict, Decision, IngestionRun
from quizzes.access import taught_or_404
from quizzes.studio import consequences, pairs
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.pipeline import pipeline
from quizzes.studio.views.preview import preview_or_404, run_page

Subject = Decision.Subject
SHOWS = {"": "All", "open": "Not decided", "decided": "Decided"}
GONE = "These two do not stand side by side any more; the page shows what does. Nothing was changed."
OVER = "This upload is no longer waiting to be published, so nothing was changed here."


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_run(request: SignedIn, uid: UUID) -> HttpResponse:
    """Disagreements of an upload, with itself and with what is published from other sources."""
    found, preview = preview_or_404(request, uid)
    every = preview.draft.get("conflicts", [])
    if request.method == "POST":
        return _choose(request, found, every)
    chosen = decisions.chosen(found.certification, Subject.CONFLICT)
    open_ones = [one for one in every if not pairs.choice_of(one, chosen.get(one["key"], ""))]
    show = _show(request)
    rows = every if not show else [one for one in every if (one in open_ones) == (show == "open")]
    page = _page_with(request, rows)
    shown = list(page.object_list)
    context = {
        "page": page,
        "pairs": _with_consequences(
            pairs.of_run(found.certification, preview.draft, Subject.CONFLICT, shown),
            consequences.of_run(found.certification, preview.draft, shown),
        ),
        "shows": _counted(len(every), len(open_ones)),
        "show": show,
        "keyed": _keyed(show, shown),
        "query": query_without_page(request),
        "editable": found.state == IngestionRun.State.PREVIEW,
    }
    return run_page(request, found, "conflicts", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_published(request: SignedIn, slug: str) -> HttpResponse:
    """Disagreements between sources as they are published. A choice takes effect at once."""
    certification = taught_or_404(request, slug)
    if request.method == "POST":
        return _settle(request, certification)
    every = Conflict.objects.filter(certification=certification)
    total, open_count = every.count(), every.open().count()
    show = _show(request)
    rows = every.open() if show == "open" else every.exclude(chosen="") if show else every
    page = _page_with(request, rows.select_related("a__source", "b__source", "a__topic").defer(*_LONG))
    shown = list(page.object_list)
    context = {
        "section": "studio",
        "certification": certification,
        "page": page,
        "pairs": _with_consequences(
            pairs.of_published(certification, shown), consequences.of_published(certification, shown)
        ),
        "shows": _counted(total, open_count),
        "show": show,
        "keyed": _keyed(show, [{"key": one.key} for one in shown]),
        "query": query_without_page(request),
        "editable": True,
    }
    return render(request, "studio/conflicts.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def duplicates(request: SignedIn, uid: UUID) -> HttpResponse:
    """Statements of an upload that likely say the same: asked about once, unless somebody wants both."""
    found, preview = preview_or_404(request, uid)
    every = preview.draft.get("duplicates", [])
    if request.method == "POST":
        return _ask(request, found, every)
    page = _page_with(request, every)
    context = {
        "page": page,
        "pairs": pairs.of_run(found.certification, preview.draft, Subject.DUPLICATE, list(page.object_list)),
        "query": query_without_page(request),
        "editable": found.state == IngestionRun.State.PREVIEW,
    }
    return run_page(request, found, "duplicates", context)


_LONG = ("a__source__text", "a__source__discarded", "b__source__text", "b__source__discarded")


def _choose(request: SignedIn, run: IngestionRun, every: Sequence[Mapping[str, Any]]) -> HttpResponse:
    pair = _pair(request, every)
    side = request.POST.get("choice", "")
    where = reverse("studio_run_conflicts", args=[run.uid])
    if pair is None:
        messages.error(request, GONE)
        return redirect(where)
    if run.state != IngestionRun.State.PREVIEW:
        messages.error(request, OVER)
    elif side in ("a", "b", "both"):
        choice = decisions.BOTH if side == "both" else str(pair[side]["fingerprint"])
        data = {name: _plain(pair[name]) for name in ("a", "b")} | {"kind": pair.get("kind", "")}
        decisions.decide_pair(
            run.certification, Subject.CONFLICT, pair["key"], choice, data, request.user, request.now
        )
        messages.success(request, _told(side))
    elif decisions.withdraw(run.certification, Subject.CONFLICT, pair["key"], request.user, request.now):
        messages.info(request, "Taken back: nobody has chosen, so neither is asked about.")
    return _back(where, request, pair["key"])


def _settle(request: SignedIn, certification: Certification) -> HttpResponse:
    rows = Conflict.objects.filter(certification=certification, key=request.POST.get("key", ""))
    conflict = rows.select_related("a__source", "b__source", "certification").first()
    where = reverse("studio_conflicts", args=[certification.slug])
    if conflict is None:
        messages.error(request, GONE)
        return redirect(where)
    side = request.POST.get("choice", "")
    if side in ("a", "b", "both", ""):
        if not pipeline().settle_conflict(conflict, side, request.user, request.now):
            messages.error(request, GONE)
            return redirect(where)
        told = _told(side) if side else "Taken back: nobody has chosen, so neither is asked about."
        messages.success(request, told)
    return _back(where, request, conflict.key)


def _ask(request: SignedIn, run: IngestionRun, every: Sequence[Mapping[str, Any]]) -> HttpResponse:
    pair = _pair(request, every)
    choice = request.POST.get("choice", "")
    where = reverse("studio_run_duplicates", args=[run.uid])
    if pair is None:
        messages.error(request, GONE)
        return redirect(where)
    if run.state != IngestionRun.State.PREVIEW:
        messages.error(request, OVER)
    elif choice in (decisions.SAME, decisions.DIFFERENT):
        data = {name: _plain(pair[name]) for name in ("a", "b")}
        decisions.decide_pair(
            run.certification, Subject.DUPLICATE, pair["key"], choice, data, request.user, request.now
        )
        both = choice == decisions.DIFFERENT
        messages.success(request, "Both are asked about." if both else "Only the first is asked about.")
    elif decisions.withdraw(run.certification, Subject.DUPLICATE, pair["key"], request.user, request.now):
        messages.info(request, "Taken back: only the first is asked about.")
    return _back(where, request, pair["key"])


def _pair(request: SignedIn, every: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The pair that the form is about; None when the notes were read again since and it is gone."""
    return next((one for one in every if one["key"] == request.POST.get("key")), None)


def _plain(side: Mapping[str, Any]) -> dict[str, Any]:
    """A side as the page of decisions shows it."""
    return {name: side.get(name) for name in ("source", "line", "text", "fingerprint", "uid")}


def _told(side: str) -> str:
    if side == "both":
        return "Both hold: questions about either may be asked."
    return f"The {'first' if side == 'a' else 'second'} holds: questions about the other are not asked."


def _show(request: SignedIn) -> str:
    show = request.GET.get("show", "")
    return show if show in SHOWS else ""


def _keyed(show: str, shown: Sequence[Mapping[str, Any]]) -> str:
    """The pair that keys decide: the first of those that are open. Once decided it gives way to the next one."""
    return str(shown[0]["key"]) if show == "open" and shown else ""


def _counted(total: int, open_count: int) -> list[tuple[str, str, int]]:
    counts = {"": total, "open": open_count, "decided": total - open_count}
    return [(value, label, counts[value]) for value, label in SHOWS.items()]


def _page_with(request: SignedIn, rows: Any) -> Page:
    """The asked-for page, or the one that holds `?key=`."""
    page = page_of(request, rows, pairs.A_PAGE)
    key = request.GET.get("key", "")
    if not key or "page" in request.GET or page.paginator.num_pages == 1:
        return page
    keys = (
        [one["key"] for one in rows] if isinstance(rows, list) else list(rows.values_list("key", flat=True))
    )
    return page.paginator.get_page(keys.index(key) // pairs.A_PAGE + 1) if key in keys else page


def _with_consequences(
    shown: Sequence[pairs.Pair], of: Mapping[str, consequences.Consequence]
) -> list[tuple[pairs.Pair, consequences.Consequence]]:
    return [(pair, of[pair.key]) for pair in shown]


def _back(where: str, request: SignedIn, key: str) -> HttpResponse:
    """The page that the form stood on, at the pair."""
    query = query_without_page(request)
    page = request.GET.get("page", "")
    query = f"{query}page={page}" if page.isdigit() else query.rstrip("&")
    return redirect(f"{where}{'?' if query else ''}{query}#{key}")
