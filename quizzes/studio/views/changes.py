"""What publishing would change, and the queue of statements that are too unlike to be sure."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedIn
from content.models import Certification, IngestionRun, Source
from quizzes.studio import histories, relinks
from quizzes.studio.changes import STATES, Changed, Row, Telling
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.views.preview import preview_or_404, run_page

CHANGES_A_PAGE = 50
PAIRS_A_PAGE = 50


@login_required
@require_safe
def changes(request: SignedIn, uid: UUID) -> HttpResponse:
    """Against what is published: facts, topics or questions (`?of=`), in one state or all of them (`?state=`)."""
    found, preview = preview_or_404(request, uid)
    changed = Changed(preview.draft, frozenset(found.rejected))
    noun = request.GET.get("of", "")
    if noun not in STATES:
        noun = next((name for name in STATES if changed.count(name)), "facts")
    state = request.GET.get("state", "")
    states = changed.states(noun)
    if state not in {name for name, _, _ in states}:
        state = ""
    page = page_of(request, changed.rows(noun, state), CHANGES_A_PAGE)
    rows: list[Row] = list(page.object_list)
    telling = Telling(preview.draft, _uids(found.certification, rows), _learners(noun, rows))
    decided = _decided(found, noun, rows)
    context = {
        "changed": changed,
        "nouns": [(name, changed.count(name), changed.kept(name)) for name in STATES],
        "noun": noun,
        "states": states,
        "state": state,
        "means": STATES[noun][state].means if state else "",
        "kept": changed.kept(noun),
        "first": changed.only_new() and not found.certification.sources.exists(),
        "page": page,
        "groups": [
            (title, [telling.line(noun, row, decided.get(_pair(row), "")) for row in group])
            for title, group in changed.by_topic(noun, rows)
        ],
        "query": query_without_page(request),
    }
    return run_page(request, found, "changes", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def same(request: SignedIn, uid: UUID) -> HttpResponse:
    """“Is this the same statement?”, one pair at a time (`?pair=`), and all of them below."""
    found, preview = preview_or_404(request, uid)
    pairs = relinks.pairs_of(found)
    asked = request.GET.get("pair", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    if request.method == "POST":
        return _decide(request, found, pairs)
    if not 1 <= number <= len(pairs):
        number = relinks.undecided_after(pairs, 1)
    pair = pairs[number - 1] if pairs else None
    line = None
    if pair:
        rows = [pair.row]
        line = Telling(preview.draft, _uids(found.certification, rows), _learners("facts", rows)).line(
            "facts", pair.row
        )
    page = page_of(request, pairs, PAIRS_A_PAGE)
    if "page" not in request.GET:
        page = page.paginator.get_page((number - 1) // PAIRS_A_PAGE + 1)
    context = {
        "pair": pair,
        "line": line,
        "count": len(pairs),
        "undecided": sum(one.chosen == relinks.OPEN for one in pairs),
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if number < len(pairs) else None,
        "page": page,
    }
    return run_page(request, found, "relinks", context)


def _decide(request: SignedIn, run: IngestionRun, pairs: list[relinks.Pair]) -> HttpResponse:
    sent = (request.POST.get("uid", ""), request.POST.get("words", ""))
    choice = request.POST.get("choice", "")
    pair = next((one for one in pairs if (one.uid, one.words) == sent), None)
    back = reverse("studio_run_relinks", args=[run.uid])
    if run.state != IngestionRun.State.PREVIEW:
        messages.error(request, "This upload is no longer waiting to be published, so nothing was changed.")
        return redirect(back)
    if pair is None or choice not in (relinks.SAME, relinks.DIFFERENT, relinks.OPEN):
        messages.error(request, "There is no such pair in this upload, so nothing was changed.")
        return redirect(back)
    relinks.decide(run, pair, choice, request.user, request.now)
    if choice == relinks.OPEN:
        messages.success(request, f"Taken back. Pair {pair.number} waits again.")
        return redirect(f"{back}?pair={pair.number}")
    said = "the same statement" if choice == relinks.SAME else "two statements"
    messages.success(request, f"Pair {pair.number}: {said}. To take it back, go to pair {pair.number}.")
    return redirect(f"{back}?pair={relinks.undecided_after(relinks.pairs_of(run), pair.number)}")


def _pair(row: Row) -> tuple[str, str]:
    return str(row.get("uid")), str(row.get("fingerprint"))


def _decided(run: IngestionRun, noun: str, rows: list[Row]) -> dict[tuple[str, str], str]:
    if noun != "facts" or not any(row["state"] == "review" for row in rows):
        return {}
    return {(pair.uid, pair.words): pair.chosen for pair in relinks.pairs_of(run)}


def _uids(certification: Certification, rows: list[Row]) -> dict[str, str]:
    """Path → uid of the published sources that these rows stood in."""
    paths = {row.get("old_source") or row["source"] for row in rows}
    known = Source.objects.filter(certification=certification, path__in=paths)
    return {path: str(uid) for path, uid in known.values_list("path", "uid")}


def _learners(noun: str, rows: list[Row]) -> dict[str, int]:
    uids = [row["uid"] for row in rows if row.get("uid")]
    if noun == "topics":
        return {}
    return histories.of_facts(uids) if noun == "facts" else histories.of_questions(uids)
