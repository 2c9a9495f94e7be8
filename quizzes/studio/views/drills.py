"""Drills in the Studio: the list, a new one, the desk where one is written, its state, its block for the notes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.decorators import login_required
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedIn
from content.models import Certification, Topic
from quizzes import question_bank
from quizzes.access import taught_or_404
from quizzes.models import Question, QuestionVersion
from quizzes.question_types import DRILLS
from quizzes.studio import drill_desk, drill_starts, drill_text, drills
from quizzes.studio.access import question_or_404
from quizzes.studio.drill_trying import Tried, tried
from quizzes.studio.line_changes import changes
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.question_list import STATE_WORDS
from quizzes.views.drill_answers import asks

DRILLS_A_PAGE = 50
VERSIONS_SHOWN = 20
PARTS = {
    "try": "#tried",
    "prove": "#proof",
}  # of the page, by what was asked for; else all that is found, live


@login_required
@require_safe
def index(request: SignedIn, slug: str) -> HttpResponse:
    """All drills of a certification: what they are and how learners do."""
    certification = taught_or_404(request, slug)
    wish = drills.Wish.of(request.GET.dict())
    page = page_of(request, drills.matching(certification, wish), DRILLS_A_PAGE)
    return render(
        request,
        "studio/drills.html",
        {
            "section": "studio",
            "certification": certification,
            "wish": wish,
            "graders": [(name, asks(name)[0]) for name in drills.graders_in(certification)],
            "states": [(str(state), word) for state, word in STATE_WORDS.items()],
            "page": page,
            "rows": drills.rows_of(list(page)),
            "query": query_without_page(request),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn, slug: str) -> HttpResponse:
    """A new drill: choose what it asks for and where it belongs, then write it from an example that works."""
    certification = taught_or_404(request, slug)
    sent = request.POST if request.method == "POST" else request.GET
    topics = list(Topic.objects.live().filter(certification=certification).order_by("position"))
    topic = next((one for one in topics if one.slug == sent.get("topic")), None)
    start = drill_starts.start(sent.get("grader", ""))
    if topic is None or (request.method != "POST" and start is None):
        context = {"section": "studio", "certification": certification, "topics": topics, "topic": topic}
        context |= {"starts": drill_starts.starts(), "grader": sent.get("grader", "")}
        return render(
            request, "studio/drill_new.html", context, status=422 if request.method == "POST" else 200
        )
    if request.method != "POST":
        text = drill_starts.free(start or "", _taken(certification))
        return _desk(request, certification, text, {"topic": topic})
    return _posted(request, certification, {"topic": topic})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def drill(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """The desk of one drill. What is typed is looked at and stored only by Save."""
    found = _drill_or_404(request, slug, uid)
    context = {"drill": found, "topic": found.topic}
    if request.method == "POST":
        return _posted(request, found.certification, context)
    text = drills.text_of(found)
    if number := _number(request.GET.get("version", "")):
        earlier = found.versions.filter(number=number).first()
        text = _text_of_version(earlier) if earlier is not None else text
    return _desk(request, found.certification, text, context)


@login_required
@require_POST
def state(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """Offer it no more, or again."""
    found = _drill_or_404(request, slug, uid)
    if request.POST.get("do") == "back":
        if question_bank.put_back(found):
            messages.success(request, "Put back: learners meet it again, everybody where they were.")
        else:
            messages.info(request, "Nothing changed: it is offered already, or its topic is retired.")
    elif question_bank.set_aside(found):
        messages.success(request, "Set aside: nobody meets this drill any more. All attempts are kept.")
    else:
        messages.info(request, "It was not being offered, so nothing changed.")
    return redirect("studio_drill", slug, uid)


@login_required
@require_safe
def export(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """The block that stands in notes, as a file."""
    found = _drill_or_404(request, slug, uid)
    response = HttpResponse(
        drill_text.fenced(drills.text_of(found)), content_type="text/markdown; charset=utf-8"
    )
    ident = found.anchor.removeprefix("drill:") or "drill"
    name = (
        "".join(sign for sign in ident if sign.isascii() and (sign.isalnum() or sign in "-_"))[:80] or "drill"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.md"'
    return response


def _posted(request: SignedIn, certification: Certification, context: dict[str, Any]) -> HttpResponse:
    text = drill_text.tidy(request.POST.get("yaml", ""))
    if request.POST.get("do") == "save":
        return _save(request, certification, text, context)
    return _desk(request, certification, text, context)


def _save(
    request: SignedIn, certification: Certification, text: str, context: dict[str, Any]
) -> HttpResponse:
    found = drill_desk.look(text, drill_desk.seed_of(request.POST.get("seed", "")), patient=True)
    if not found.may_be_saved:
        return _desk(request, certification, text, {**context, "refused": True}, 422)
    before: Question | None = context.get("drill")
    same = before is not None and drills.payload_of(before).get("id") == found.written.ident
    try:
        if before is not None and same:
            return _rewrite(request, before, found.written)
        row = question_bank.write_drill(
            context["topic"], found.written.drill, text, request.user, request.now
        )
    except question_bank.NotAskable as error:
        return _desk(request, certification, text, {**context, "trouble": error.problems}, 422)
    except question_bank.Taken as error:
        return _desk(request, certification, text, {**context, "taken": error.question}, 422)
    except question_bank.Overtaken as error:
        return _desk(request, certification, text, {**context, **_overtaken(request, error.current)}, 409)
    beside = f" “{drills.payload_of(before).get('title')}” stays as it was." if before is not None else ""
    messages.success(request, f"Saved: a new drill, offered to learners from now on.{beside}")
    return redirect("studio_drill", certification.slug, row.uid)


def _rewrite(request: SignedIn, before: Question, written: drill_text.Written) -> HttpResponse:
    seen = _number(request.POST.get("version", ""))
    held = before.state == Question.State.HELD
    version = question_bank.rewrite_drill(
        before, written.drill, written.text, seen, request.user, request.now
    )
    if version is None:
        messages.info(request, "These are the words that it had, so nothing was changed.")
    else:
        again = " Learners meet it again." if held and before.state == Question.State.READY else ""
        said = "New attempts are at these words; attempts that were begun go on with theirs."
        messages.success(request, f"Saved as version {version.number}. {said}{again}")
    return redirect("studio_drill", before.certification.slug, before.uid)


def _overtaken(request: SignedIn, theirs: QuestionVersion) -> dict[str, Any]:
    """What somebody else saved meanwhile: who, and their changes to the words that this desk was opened with."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Question),
        object_id=str(theirs.question_id),
        action_time__gte=theirs.created_at,
    )
    entry = entries.select_related("user").order_by("action_time").first()
    opened = theirs.question.versions.filter(number=_number(request.POST.get("version", ""))).first()
    return {
        "overtaken": theirs,
        "overtaken_by": entry.user if entry else None,
        "their_changes": changes(_text_of_version(opened), _text_of_version(theirs)) if opened else [],
    }


def _number(sent: str) -> int:
    """A small whole number as a form sends it; 0 for anything else."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _desk(
    request: SignedIn, certification: Certification, text: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page, or the part of it that htmx asked for."""
    sent = request.POST
    do = sent.get("do", "")
    seed = drill_desk.seed_of(sent.get("to") or sent.get("seed") or "")
    proven = sent.get("proven", "")
    found = drill_desk.look(
        text, seed, int(proven) if proven.isascii() and proven.isdigit() and len(proven) < 9 else -1
    )
    attempt = _tried(found.written, seed, sent) if request.method == "POST" else Tried()
    context = {
        **context,
        "section": "studio",
        "certification": certification,
        "text": text,
        "found": found,
        "tried": attempt,
        "here": request.path,
    }
    if do == "prove" and request.htmx and not found.written.sound:
        return HttpResponse(
            status=204
        )  # the text was changed meanwhile; what is wrong with it is asked for by itself
    if request.htmx and do != "save":
        part = PARTS["try"] if "use" in sent else PARTS.get(do, "#live")
        return render(
            request, f"studio/drill.html{part}", {**context, "live": part == "#live"}, status=status
        )
    return render(request, "studio/drill.html", context | _about(context), status=status)


def _tried(written: drill_text.Written, seed: int, sent: Any) -> Tried:
    """The answer in the box, graded anew whenever the text or the variant may be another; an empty one on demand."""
    answer = str(sent.get("answer", "")).replace("\r\n", "\n")
    if place := sent.get("use"):
        answer = drill_desk.answer_at(written, seed, place)
    wished = bool(place) or sent.get("do") == "try"
    if not wished and not (answer.strip() and written.sound):
        return Tried(answer)
    return tried(written, seed, answer)


def _about(context: dict[str, Any]) -> dict[str, Any]:
    """What the whole page shows beside the desk."""
    row: Question | None = context.get("drill")
    if row is None or row.current is None:
        return {"version": 0, "grader_asks": ""}
    about: dict[str, Any] = {
        "version": row.current.number,
        "state_word": STATE_WORDS[Question.State(row.state)],
        "figures": drills.figures_of([row]).get(row.pk, drills.Figures()),
        "versions": row.versions.order_by("-number").defer("html", "payload", "stem")[:VERSIONS_SHOWN],
        "fenced": drill_text.fenced(drills.text_of(row)),
    }
    if (overtaken := context.get("overtaken")) is not None:
        about["version"] = overtaken.number  # whoever saves now has seen these words
    return about


def _text_of_version(version: QuestionVersion) -> str:
    typed = str(version.html.get(drills.WRITTEN) or "")
    same = bool(typed) and drill_text.reads_as(typed, version.payload)
    return typed if same else drill_text.written(version.payload)


def _taken(certification: Certification) -> set[str]:
    anchors = Question.objects.filter(certification=certification, kind__in=DRILLS).order_by()
    return {anchor.removeprefix("drill:") for anchor in anchors.values_list("anchor", flat=True)}


def _drill_or_404(request: SignedIn, slug: str, uid: UUID) -> Question:
    found = question_or_404(request, slug, uid)
    if found.kind not in DRILLS or found.current is None:
        raise Http404("There is no such drill.")
    return found
