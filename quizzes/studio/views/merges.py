"""Topics of several sources that become one: told apart, or told to be one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn
from content import decisions
from content.decisions import APART, TOGETHER
from content.models import Decision, IngestionRun
from quizzes.studio import merges
from quizzes.studio.merges import Place
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.preview import Preview
from quizzes.studio.views.preview import preview_or_404, run_page

MERGES_A_PAGE = 15
OVER = "This upload is no longer waiting to be published, so nothing was changed here."


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merged(request: SignedIn, uid: UUID) -> HttpResponse:
    """Each topic that several places share, side by side; and a search for two that should be one."""
    found, preview = preview_or_404(request, uid)
    if request.method == "POST":
        return _decide(request, found, preview)
    page = page_of(request, preview.draft.get("merges", []), MERGES_A_PAGE)
    one, other = (request.GET.get(name, "")[:100] for name in ("one", "other"))
    places = merges.every_place(found.certification, preview.draft) if one or other else []
    context = {
        "page": page,
        "merges": merges.merged(found.certification, preview.draft, list(page.object_list)),
        "by_hand": merges.joined_by_hand(found.certification),
        "one": one,
        "other": other,
        "ones": merges.search(places, one),
        "others": merges.search(places, other),
        "searched": bool(one and other),
        "query": query_without_page(request),
        "editable": found.state == IngestionRun.State.PREVIEW,
    }
    return run_page(request, found, "merges", context)


def _decide(request: SignedIn, run: IngestionRun, preview: Preview) -> HttpResponse:
    do = request.POST.get("do", "")
    where = reverse("studio_run_merges", args=[run.uid])
    if run.state != IngestionRun.State.PREVIEW:
        messages.error(request, OVER)
        return redirect(where)
    if do == "together":
        return _together(request, run, preview)
    if do == "withdraw":
        _withdraw(request, run)
        return redirect(f"{where}#by-hand")
    key = request.POST.get("key", "")
    row = next((one for one in preview.draft.get("merges", ()) if one["key"] == key), None)
    places = merges.places_of(row) if row else []
    place = _named(places, request.POST.get("place", ""))
    if place is None:
        messages.error(
            request, "This topic is not shared any more; the page shows what is. Nothing was changed."
        )
        return redirect(where)
    pairs = merges.pairs_of(place, places)
    if do == "apart":
        titles = (place.title, str(row["title"]) if row else "")
        decisions.decide_topics(run.certification, pairs, APART, titles, request.user, request.now)
        messages.success(
            request, f"“{place.title}” of {place.source} becomes a topic of its own when you publish."
        )
    else:
        for pair in pairs:
            key_of_pair = decisions.topics_key(*pair)
            decisions.withdraw(
                run.certification, Decision.Subject.TOPICS, key_of_pair, request.user, request.now
            )
        messages.info(request, "Taken back: they are one topic again.")
    page = request.GET.get("page", "")
    return redirect(f"{where}{f'?page={page}' if page.isdigit() else ''}#{key}")


def _together(request: SignedIn, run: IngestionRun, preview: Preview) -> HttpResponse:
    where = reverse("studio_run_merges", args=[run.uid])
    places = merges.every_place(run.certification, preview.draft)
    one = _named(places, request.POST.get("one", ""))
    other = _named(places, request.POST.get("other", ""))
    if one is None or other is None:
        messages.error(request, "Choose one topic on each side first.")
        return redirect(f"{where}?{request.GET.urlencode()}#join")
    if one.source == other.source:
        messages.error(
            request,
            f"Both stand in {one.source}. Topics of one file stay as the file has them; put them under one "
            "heading there.",
        )
        return redirect(f"{where}?{request.GET.urlencode()}#join")
    pair = [(one.identity, other.identity)]
    titles = (one.title, other.title)
    decisions.decide_topics(run.certification, pair, TOGETHER, titles, request.user, request.now)
    messages.success(request, f"“{one.title}” and “{other.title}” become one topic when you publish.")
    return redirect(f"{where}#by-hand")


def _withdraw(request: SignedIn, run: IngestionRun) -> None:
    key = request.POST.get("key", "")
    if decisions.withdraw(run.certification, Decision.Subject.TOPICS, key, request.user, request.now):
        messages.info(request, "Taken back: they are two topics again when you publish.")


def _named(places: Sequence[Place], ident: str) -> Place | None:
    return next((place for place in places if place.ident == ident), None)
