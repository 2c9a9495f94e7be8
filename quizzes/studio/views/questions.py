"""The questions of a certification: find, look at, set aside, put back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedIn
from quizzes.access import taught_or_404
from quizzes.models import Card, Question
from quizzes.stems import one_line
from quizzes.studio import setting_aside
from quizzes.studio.access import question_or_404
from quizzes.studio.paging import page_of, query_without_page
from quizzes.studio.proposals import label_of
from quizzes.studio.question_list import STATE_WORDS, Wish, choices, matching

QUESTIONS_A_PAGE = 50


@login_required
@require_safe
def questions(request: SignedIn, slug: str) -> HttpResponse:
    """All questions in outline order, narrowed by words, topic, kind and state."""
    certification = taught_or_404(request, slug)
    wish = Wish.of(request.GET.dict())
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
        },
    )


@login_required
@require_safe
def question(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """One question as learners see it, with where it comes from and how it is doing."""
    found = question_or_404(request, slug, uid)
    cards = Card.objects.filter(question=found).order_by()
    return render(
        request,
        "studio/question.html",
        {
            "section": "studio",
            "certification": found.certification,
            "question": found,
            "kind_label": label_of(found.kind),
            "state_word": STATE_WORDS[Question.State(found.state)],
            "options": _options(found),
            "versions": found.versions.order_by("-number").only(
                "number", "stem", "created_at", "question_id"
            )[:20],
            "use": cards.aggregate(
                learners=Count("pk"),
                met=Count("pk", filter=Q(reps__gt=0)),
                answers=Sum("reps"),
                lapses=Sum("lapses"),
            ),
        },
    )


@login_required
@require_POST
def set_aside(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """Ask it no more. Its cards and their history stay."""
    found = question_or_404(request, slug, uid)
    if setting_aside.set_aside(found):
        messages.success(request, "Set aside: nobody is asked this any more. All history is kept.")
    else:
        messages.info(request, "It was not being asked, so nothing changed.")
    return redirect("studio_question", slug, uid)


@login_required
@require_POST
def put_back(request: SignedIn, slug: str, uid: UUID) -> HttpResponse:
    """Ask it again, where everybody left off."""
    found = question_or_404(request, slug, uid)
    if setting_aside.put_back(found):
        messages.success(request, "Put back: it is asked again, and everybody goes on where they were.")
    else:
        messages.info(request, "It is being asked already, so nothing changed.")
    return redirect("studio_question", slug, uid)


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
