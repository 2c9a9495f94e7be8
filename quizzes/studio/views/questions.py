"""The questions of a certification: find, look at, write anew, set aside, put back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedIn
from content.models import Conflict
from content.search import search as find
from quizzes import question_bank
from quizzes.access import taught_or_404
from quizzes.models import Card, Question, QuestionVersion
from quizzes.question_types import DRILLS
from quizzes.stems import one_line
from quizzes.studio.access import question_or_404
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.proposals import key_in_words, label_of
from quizzes.studio.question_list import STATE_WORDS, Wish, choices, matching
from quizzes.studio.wording import Wording, can_be_written, read, wording
from quizzes.wanted import answers_differ

QUESTIONS_A_PAGE = 50
MOST_BESIDE = 8  # topics and facts that have the words of a search for questions


@login_required
@require_safe
def questions(request: SignedIn, slug: str) -> HttpResponse:
    """All questions in outline order, narrowed by words, topic, kind and state."""
    certification = taught_or_404(request, slug)
    wish = Wish.of({name: str(value).replace("\0", "") for name, value in request.GET.items()})
    page = page_of(request, matching(certification, wish), QUESTIONS_A_PAGE)
    return render(
        request,
        "studio/questions.html",
        {
            "section": "studio",
            "certification": certification,
            "wish": wish,
            "choices": choices(certification),
            "page": page,
            "rows": [
                (row, _stem(row), label_of(row.kind), STATE_WORDS[Question.State(row.state)]) for row in page
            ],
            "query": query_without_page(request),
            "beside": find(certification, " ".join(wish.words), MOST_BESIDE) if page.number == 1 else None,
        },
    )


@login_required
@require_safe
def question(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """One question as learners see it, with where it comes from and how it is doing."""
    return _page(request, question_or_404(request, slug, uid))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """Other words, in place. They stay as they are when the notes are published again."""
    found = question_or_404(request, slug, uid)
    if found.current is not None and found.kind in DRILLS:
        return redirect("studio_drill", slug, uid)
    if found.current is None or not can_be_written(found.kind):
        return redirect("studio_question", slug, uid)
    if request.method != "POST":
        form = wording(found.kind, found.current.stem, found.current.payload, found.current.rationale)
        return _page(request, found, form)
    form = read(found.kind, request.POST, bool(found.current.payload.get("options")))
    if form.errors:
        return _page(request, found, form)
    waited = found.state == Question.State.HELD and found.stale
    told = _due(found, found.current, form)
    version = question_bank.edit(found, form.stem, form.payload, form.rationale, request.user, request.now)
    if version is None:
        messages.info(request, "These are the words that it had, so nothing was changed.")
    else:
        again = " It is asked again." if waited and found.state == Question.State.READY else ""
        messages.success(request, f"Saved. {told}{again}")
    return redirect("studio_question", slug, uid)


def _due(question: Question, before: QuestionVersion, form: Wording) -> str:
    """What new words do to those who have its card."""
    if not answers_differ(before.stem, before.payload, form.stem, form.payload):
        return "The answer is the same, so nobody’s schedule changes."
    cards = Card.objects.filter(question=question, reps__gt=0).count()
    if not cards:
        return "The answer is another one; nobody has met it yet."
    them = "The card of 1 learner is" if cards == 1 else f"The cards of {cards:,} learners are"
    return f"The answer is another one. {them} due now; all history is kept."


def _page(request: SignedIn, found: Question, form: Wording | None = None) -> HttpResponse:
    cards = Card.objects.filter(question=found).order_by()
    disagreement = (
        Conflict.objects.filter(Q(a=found.fact_id) | Q(b=found.fact_id)).only("key", "chosen").first()
        if found.state == Question.State.HELD and found.fact_id
        else None
    )
    context = {
        "section": "studio",
        "certification": found.certification,
        "question": found,
        "form": form,
        "can_be_written": can_be_written(found.kind),
        "is_drill": found.kind in DRILLS,
        "kind_label": label_of(found.kind),
        "state_word": STATE_WORDS[Question.State(found.state)],
        "disagreement": disagreement,
        "options": _options(found),
        "versions": _versions(found),
        "use": cards.aggregate(
            learners=Count("pk"),
            met=Count("pk", filter=Q(reps__gt=0)),
            answers=Sum("reps"),
            lapses=Sum("lapses"),
        ),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "studio/question.html", context, status=status)


@login_required
@require_POST
def set_aside(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """Ask it no more. Its cards and their history stay."""
    found = question_or_404(request, slug, uid)
    if question_bank.set_aside(found):
        messages.success(request, "Set aside: nobody is asked this any more. All history is kept.")
    else:
        messages.info(request, "It was not being asked, so nothing changed.")
    return redirect("studio_question", slug, uid)


@login_required
@require_POST
def put_back(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """Ask it again, where everybody left off."""
    found = question_or_404(request, slug, uid)
    if question_bank.put_back(found):
        messages.success(request, "Put back: it is asked again, and everybody goes on where they were.")
        return redirect("studio_question", slug, uid)
    found.refresh_from_db()
    if found.state == Question.State.HELD:
        messages.error(
            request, "Two sources disagree about it. It is asked again when you have chosen which one holds."
        )
    elif found.state == Question.State.READY:
        messages.info(request, "It is being asked already, so nothing changed.")
    else:
        messages.error(
            request, "Its topic is retired. Publish notes that hold it, or take back what retired it."
        )
    return redirect("studio_question", slug, uid)


def _versions(question: Question) -> list[tuple[QuestionVersion, str, str]]:
    """The latest versions, each with its stem on one line and its answer."""
    return [
        (version, one_line(version.stem), key_in_words(version.payload))
        for version in question.versions.order_by("-number").defer("html")[:20]
    ]


def _stem(question: Question) -> str:
    return one_line(question.current.stem, question.topic.title) if question.current else ""


def _options(question: Question) -> list[dict[str, object]]:
    """Options as cleaned HTML beside whether they are the key."""
    if question.current is None:
        return []
    html = question.current.html
    marked = zip(question.current.payload.get("options", []), html.get("options", []), strict=False)
    says = html.get("says", [])
    return [
        {"html": text, "correct": option.get("correct"), "says": says[place] if place < len(says) else ""}
        for place, (option, text) in enumerate(marked)
    ]
