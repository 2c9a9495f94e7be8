"""The questions that an upload would add: accept, edit or reject them one after another, by key or by button.

Every key presses a button or a link of the page (static/js/keys.js), so the page works the same without scripts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn
from content.ingest.blocks import lines
from content.models import IngestionRun
from quizzes import question_types
from quizzes.studio import desk, pairs, proposals
from quizzes.studio.access import run_or_404
from quizzes.studio.draft_parts import parts_of
from quizzes.studio.preview import Preview
from quizzes.studio.proposals import Row, Step
from quizzes.studio.views.preview import preview_or_404, run_page
from quizzes.studio.wording import Wording, read, wording

DESK_PARTS = ("proposals", "topics", "conflicts", "duplicates")
AROUND = 1  # lines shown above and below those that a question was made of
MOST_STEPS = 20
SESSION_KEY = "studio_undo"
OVER = "This upload is no longer waiting to be published, so its questions cannot be chosen any more."


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: SignedIn, uid: UUID) -> HttpResponse:
    """One proposed question in focus, those of its topic beside it."""
    quick = bool(request.htmx) and not request.htmx.history_restore_request
    found, preview = _light_or_404(request, uid) if quick else preview_or_404(request, uid)
    rows = _rows(found, preview)
    if request.method == "POST":
        return _pressed(request, found, preview, rows)
    return _desk(request, found, preview, rows)


def _light_or_404(request: SignedIn, uid: UUID) -> tuple[IngestionRun, Preview]:
    """The run with the parts of its draft that the desk is made of: a key press does not read megabytes."""
    found = run_or_404(request, uid)
    parts = parts_of(found, *((name,) for name in DESK_PARTS))
    if parts[0] is None:
        raise Http404("There is no preview of this upload.")
    files = [{"path": row["path"]} for row in (found.report or {}).get("sources", [])]
    found.draft = {name: part or [] for name, part in zip(DESK_PARTS, parts, strict=True)} | {
        "sources": files
    }
    return found, Preview(found.draft)


def _rows(run: IngestionRun, preview: Preview) -> list[Row]:
    return proposals.rows(preview.draft, run, pairs.silent_now(run.certification, preview.draft))


def _desk(
    request: SignedIn,
    run: IngestionRun,
    preview: Preview,
    rows: Sequence[Row],
    form: Wording | None = None,
    at: str | None = None,
) -> HttpResponse:
    wish = desk.Wish.of(request.GET.dict())
    table = desk.desk(rows, wish, request.GET.get("at", "") if at is None else at)
    editable = run.state == IngestionRun.State.PREVIEW
    focus = table.focus
    if form is None and focus and editable and "edit" in request.GET and request.method != "POST":
        form = wording(focus.kind, focus.stem, focus.payload, focus.rationale)
    context = {
        "desk": table,
        "focus": _shown(run, preview, focus) if focus and form is None else None,
        "row": focus,
        "form": form,
        "wish": wish,
        "shows": [
            (value, label, sum(desk.shown_under(value, row) for row in rows))
            for value, label in desk.SHOWS.items()
        ],
        "kinds": proposals.kinds(rows),
        "patterns": proposals.patterns(rows),
        "flawed": len(desk.in_bulk(rows, "reject-flawed", "")),
        "of_topic": len(desk.in_bulk(rows, "accept-topic", focus.fingerprint)) if focus else 0,
        "authored": len(preview.draft.get("questions", [])),  # stands beside the desk, so not for htmx
        "editable": editable,
        "can_undo": editable and bool(_steps(request, run)),
    }
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "studio/run_questions.html#desk", {"run": run, **context})
    else:
        response = run_page(request, run, "questions", context)
    response.status_code = 422 if form is not None and form.errors else 200
    return response


def _shown(run: IngestionRun, preview: Preview, row: Row) -> dict[str, Any]:
    """What the sheet needs of one proposal: cleaned HTML, the lines it was made of, and why it is as it is."""
    html = question_types.render(row.stem, row.payload, row.rationale)
    given = row.payload.get("options", ())
    places = {source["path"]: place for place, source in enumerate(preview.sources)}
    place = places.get(row.made["source"])
    first, last = int(row.made["line_from"]), int(row.made["line_to"])
    return {
        "stem": html["stem"],
        "answer": html["answer"],
        "rationale": html["rationale"],
        "options": [
            {"html": text, "says": says, "correct": option.get("correct")}
            for option, text, says in zip(given, html["options"], html["says"], strict=True)
        ],
        "flaws": desk.flaws_of(row),
        "file": place,
        "lines": _lines(run, preview, place, first, last),
        "twin": _twin(preview, row),
    }


def _lines(
    run: IngestionRun, preview: Preview, place: int | None, first: int, last: int
) -> list[tuple[int, str, bool]]:
    if place is None:
        return []
    text = preview.sources[place].get("text")
    if text is None:
        [text] = parts_of(run, ("sources", place, "text"))
    texts = lines.split(text or "")
    numbers = range(max(1, first - AROUND), min(len(texts), last + AROUND) + 1)
    found = [(number, texts[number - 1], first <= number <= last) for number in numbers]
    return [(number, text, here) for number, text, here in found if text.strip()]


def _twin(preview: Preview, row: Row) -> str:
    """What the other statement of the pair says, whose questions are asked instead."""
    pair = next((one for one in preview.draft.get("duplicates", ()) if one["key"] == row.doubled), None)
    return str(pair["a"]["text"]) if pair else ""


# --- pressing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Press:
    """One press on the page, as it stood when it was pressed."""

    request: SignedIn
    run: IngestionRun
    preview: Preview
    rows: Sequence[Row]
    wish: desk.Wish
    at: str

    def answer(self, at: str) -> HttpResponse:
        """On to the question `at`: another page, or at once to htmx, which spares a second reading of the draft."""
        query = self.wish.query + (urlencode({"at": at}) if at else "")
        where = f"{reverse('studio_run_questions', args=[self.run.uid])}?{query}".rstrip("?&")
        if not self.request.htmx:
            return redirect(where)
        self.run.refresh_from_db(fields=["state", "accepted", "rejected", "edits"])
        rows = _rows(self.run, self.preview)
        response = _desk(self.request, self.run, self.preview, rows, at=at)
        response["HX-Replace-Url"] = where
        return response

    def remember(self, step: Step | None, told: str) -> None:
        """Keep the step for undoing, and say what happened."""
        if step is None:
            messages.error(self.request, OVER)
        elif not step.after:
            messages.info(self.request, "That stood so already; nothing was changed.")
        else:
            _keep(self.request, self.run, [*_steps(self.request, self.run), step.to_json()])
            messages.success(self.request, told)


def _pressed(request: SignedIn, run: IngestionRun, preview: Preview, rows: Sequence[Row]) -> HttpResponse:
    do, at = request.POST.get("do", ""), request.POST.get("question", "")
    press = _Press(request, run, preview, rows, desk.Wish.of(request.GET.dict()), at)
    row = next((row for row in rows if row.fingerprint == at), None)
    if do == "undo":
        return _undone(press)
    if do in ("accept-topic", "reject-flawed"):
        state = proposals.ACCEPTED if do == "accept-topic" else proposals.REJECTED
        step = proposals.decide(run, desk.in_bulk(rows, do, at), state)
        press.remember(step, f"{_count(step)} {state}.")
        return press.answer(at)
    if row is None:
        messages.error(request, "This question is not in the preview any more; the page shows what is.")
        return press.answer("")
    if do == "edit":
        return _edited(press, row)
    if do not in ("accept", "reject"):
        return press.answer(at)
    state = proposals.ACCEPTED if do == "accept" else proposals.REJECTED
    press.remember(proposals.decide(run, [at], state), f"{state.capitalize()}: {_short(row)}")
    return press.answer(desk.following(rows, press.wish, at))


def _edited(press: _Press, row: Row) -> HttpResponse:
    form = read(row.kind, press.request.POST, bool(row.made["payload"].get("options")))
    if form.errors and press.run.state == IngestionRun.State.PREVIEW:
        return _desk(press.request, press.run, press.preview, press.rows, form, row.fingerprint)
    step = proposals.edit(press.run, row.fingerprint, form.to_json())
    press.remember(step, "Saved in your words, and accepted.")
    return press.answer(row.fingerprint)


def _undone(press: _Press) -> HttpResponse:
    """Take back the last press of this session that still stands."""
    steps = _steps(press.request, press.run)
    while steps:
        last = steps.pop()
        step = proposals.undo(press.run, Step(last["before"], last["after"]))
        if step is None:
            messages.error(press.request, OVER)
            return press.answer(press.at)
        if step.before:
            _keep(press.request, press.run, steps)
            messages.info(press.request, f"Taken back: {_count(step)} as before.")
            first = (row.fingerprint for row in press.rows if row.fingerprint in step.before)
            return press.answer(next(first, press.at))
    _keep(press.request, press.run, steps)
    messages.info(press.request, "There is nothing left to take back.")
    return press.answer(press.at)


def _steps(request: SignedIn, run: IngestionRun) -> list[dict[str, Any]]:
    kept = request.session.get(SESSION_KEY, {})
    return list(kept["steps"]) if kept.get("run") == str(run.uid) else []


def _keep(request: SignedIn, run: IngestionRun, steps: list[dict[str, Any]]) -> None:
    request.session[SESSION_KEY] = {"run": str(run.uid), "steps": steps[-MOST_STEPS:]}


def _count(step: Step | None) -> str:
    count = len(step.after) if step else 0
    return f"{count} question{'' if count == 1 else 's'}"


def _short(row: Row) -> str:
    return f"“{Truncator(row.line).chars(80)}”"
