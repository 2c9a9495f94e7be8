"""The lines of an upload beside what became of them, the lines that were left out, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedIn
from content import ingestion
from content.ingest.blocks import lines
from content.ingest.choices import LineChoiceKind
from content.models import IngestionRun
from quizzes.studio import line_choices
from quizzes.studio.access import run_or_404
from quizzes.studio.line_choices import SaidOfLines, Span
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.preview import LeftOut, Passage, Preview
from quizzes.studio.views.certifications import LINES_A_PAGE
from quizzes.studio.views.preview import preview_or_404, run_page

DISCARDS_A_PAGE = 60
SAID = "said"  # in the place of a reason: what people decided
KINDS = {str(kind): kind for kind in LineChoiceKind}


@login_required
@require_safe
def source(request: SignedIn, uid: UUID, place: int = 0) -> HttpResponse:
    """One file's lines beside what became of them. `?line=` opens the page with that line, to say something of it."""
    found, preview = preview_or_404(request, uid)
    if place >= max(1, len(preview.sources)):
        raise Http404("There is no such file in this upload.")
    file: dict[str, Any] = preview.sources[place] if preview.sources else {"path": "", "lines": 0}
    page = page_of(request, range(file["lines"]), LINES_A_PAGE)
    line = _line(request.GET.get("line", ""))
    if line and "page" not in request.GET:
        page = page.paginator.get_page((line - 1) // LINES_A_PAGE + 1)
    passages: list[Passage] = []
    if preview.sources:
        passages = preview.passages(place, page.start_index() or 1, page.end_index(), alone=line)
        _tell(found, preview, place, passages)
    files = list(enumerate(row["path"] for row in preview.sources))
    context = {"file": file, "place": place, "files": files, "passages": passages, "page": page, "line": line}
    return run_page(request, found, "source", context)


@login_required
@require_safe
def left_out(request: SignedIn, uid: UUID) -> HttpResponse:
    """Every line that is in no block, by reason; and what people said of lines."""
    found, preview = preview_or_404(request, uid)
    reasons = preview.left_out()
    said = line_choices.said_in(found)
    chosen = request.GET.get("reason", "")
    if chosen not in reasons and not (chosen == SAID and said):
        chosen = next(iter(reasons), SAID)
    counts = [(reason, sum(row.nonblank for row in rows)) for reason, rows in reasons.items()]
    page = page_of(request, said if chosen == SAID else reasons.get(chosen, []), DISCARDS_A_PAGE)
    shown = list(page.object_list)
    context = {
        "reasons": counts,
        "chosen": chosen,
        "several": len(preview.sources) > 1,
        "total": sum(count for _, count in counts),
        "said_count": len(said),
        "page": page,
        "rows": [(one, [one]) for one in shown] if chosen == SAID else _with_said(preview, shown, said),
        "query": query_without_page(request),
    }
    return run_page(request, found, "left_out", context)


@login_required
@require_POST
def say(request: SignedIn, uid: UUID) -> HttpResponse:
    """Remember how lines are to be read, or take that back. `say`: “keep 0 12 14”, “keep shown”, “undo line KEY”."""
    found, preview = preview_or_404(request, uid)
    verb, _, rest = request.POST.get("say", "").partition(" ")
    if found.state != IngestionRun.State.PREVIEW:
        messages.error(request, "This upload is no longer waiting to be published, so nothing was changed.")
    elif verb == "undo":
        subject, _, key = rest.partition(" ")
        if line_choices.take_back(found, subject, key, request.user, request.now):
            messages.success(request, "Taken back. The rules decide about this line again.")
    elif verb in KINDS:
        values = request.POST.getlist("shown") if rest == "shown" else [rest]
        spans = [span for span in map(Span.read, values) if span is not None]
        told = line_choices.say(found, KINDS[verb], spans, request.user, request.now)
        messages.success(request, _sentence(*told)) if told[0] else messages.error(request, NOT_THERE)
    else:
        messages.error(request, NOT_THERE)
    return redirect(_back(request, found, preview))


NOT_THERE = "There is no such line in this upload, so nothing was changed."


@login_required
@require_POST
def again(request: SignedIn, uid: UUID) -> HttpResponse:
    """Read the notes again, so that the preview follows what was decided since."""
    found = run_or_404(request, uid)
    if not ingestion.read_again(found, request.now):
        messages.info(request, "This upload is no longer waiting to be published, so it was not read again.")
    return redirect("studio_run", found.uid)


def _line(value: str) -> int:
    return int(value[:9]) if value.isascii() and value.isdigit() else 0


def _tell(run: IngestionRun, preview: Preview, place: int, passages: list[Passage]) -> None:
    """Passages with what was said of their lines, and with words that may be misread."""
    path = preview.sources[place]["path"]
    said = SaidOfLines(line_choices.said_in(run, path))
    doubts = line_choices.doubts_in(preview.draft, path)
    for passage in passages:
        told = {one.key: one for line in passage.lines for one in said.of(line)}
        passage.said = list(told.values())
        settled = {(one.found, one.fix) for one in passage.said if one.found and one.choice}
        numbers = range(passage.first, passage.last + 1)
        doubt = next((doubts[number] for number in numbers if number in doubts), None)
        passage.doubt = doubt if doubt and (doubt.found, doubt.fix) not in settled else None


def _with_said(
    preview: Preview, rows: list[LeftOut], said: list[line_choices.Said]
) -> list[tuple[LeftOut, list[line_choices.Said]]]:
    by_path: dict[str, list[line_choices.Said]] = {}
    for one in said:
        by_path.setdefault(one.path, []).append(one)
    of_path: dict[str, Callable[[str], list[line_choices.Said]]] = {
        path: SaidOfLines(of_file).of for path, of_file in by_path.items()
    }
    texts = {
        row.source_index: lines.split(preview.sources[row.source_index]["text"])
        for row in rows
        if row.source in of_path
    }
    told = []
    for row in rows:
        own = texts[row.source_index][row.line_from - 1 : row.line_to] if row.source in of_path else []
        told.append((row, list({one.key: one for text in own for one in of_path[row.source](text)}.values())))
    return told


def _sentence(different: int, holds_for: int) -> str:
    """What was remembered, in numbers."""
    also = ""
    if holds_for > different:
        also = f" It holds for {holds_for} lines of this upload, because they say the same."
    what = "One decision is" if different == 1 else f"{different} decisions are"
    return f"{what} remembered.{also} Read the notes again to see it in the preview."


def _back(request: SignedIn, run: IngestionRun, preview: Preview) -> str:
    """The page that the button stood on."""
    page = request.POST.get("back", "")
    if page == "left_out":
        query = {name: request.GET[name] for name in ("reason", "page") if name in request.GET}
        return f"{reverse('studio_run_left_out', args=[run.uid])}?{urlencode(query)}".rstrip("?")
    if page == "overview":
        query = {"page": request.GET["page"]} if "page" in request.GET else {}
        return f"{reverse('studio_run', args=[run.uid])}?{urlencode(query)}".rstrip("?") + "#warnings"
    place = min(_line(request.POST.get("place", "")), max(0, len(preview.sources) - 1))
    line = _line(request.POST.get("line", "")) or 1
    return f"{reverse('studio_run_source', args=[run.uid, place])}?line={line}#L{line}"
