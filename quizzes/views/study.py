"""The study session: show, answer, take back. Every page also works without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedIn
from quizzes import answering, drill_schedules, stats, study_days
from quizzes.access import enrolment_or_404
from quizzes.models import DrillSchedule, Enrolment, ReviewLog, StudyDay
from quizzes.question_types.base import BadResponse, Presentation
from quizzes.scheduler import day
from quizzes.scheduler.memory import Rating
from quizzes.showing import Left, Showing, next_showing, on_page, seed_of, showing_of

NOTHING_LEFT = Left(0, 0, 0)
PAGE = "study/session.html"
FRAGMENT = "study/session.html#session"
MORE_FITS = "There are minutes left today, so here are more cards."
ALREADY = "That question was already answered, in another tab or by a second press. Here is where you are."


@login_required
@require_GET
def study(request: SignedIn, slug: str) -> HttpResponse:
    """The card to answer now; `?show=card-seq` turns it over, `?card=` goes back to one that was taken back."""
    enrolment = enrolment_or_404(request, slug)
    enrolment.user = request.user
    plan = study_days.ensure_plan(enrolment, request.now)
    following = next_showing(enrolment.pk, plan.date, request.now)
    chosen = _chosen(request, enrolment, following)
    showing = chosen or following
    if not chosen and request.GET.get("drill") != "later":
        left = following.left if following else NOTHING_LEFT
        drill = drill_schedules.now_in_session(enrolment.pk, left.done, left.planned, plan.ends_at)
        if drill is not None:
            return _drill(request, drill, slug, left, last=_undoable(request))
    last = None if request.htmx else answering.last_answer(enrolment.pk, plan.starts_at)
    undoable = (last.card_id, last.seq) if last else _undoable(request) if request.htmx else None
    if showing is None:
        return _finished(request, enrolment, plan, last)
    turned = request.GET.get("show") == f"{showing.card.pk}-{showing.card.seq}"
    return _session(
        request, showing, turned=turned, last=undoable, notice=_filled_up(plan, showing, request.now)
    )


@login_required
@require_POST
def answer(request: SignedIn, slug: str) -> HttpResponse:
    """Record an answer to one showing. 409 with the current card when that showing is over."""
    showing = _own(request, slug)
    seq = _number(request, "seq")
    try:
        sent = dict(request.POST.lists())
        response = showing.type.read(sent, showing.payload, seed_of(showing.card.pk, seq))
        taken = _milliseconds(request)
        recorded = answering.record_review(showing, seq, response, request.now, taken)
    except BadResponse as problem:
        again = replace(showing, left=_left(showing, request.now))
        return _session(request, again, problem=str(problem), status=422, sent=sent)
    except answering.AlreadyAnswered:
        return _go_on(request, showing, status=409, problem=ALREADY)
    if showing.type.self_rated:
        return _go_on(request, showing, last=(recorded.card_id, recorded.seq))
    if not request.htmx:
        return redirect("study_answered", slug, recorded.card_id, recorded.seq)
    told = showing.tell(response, seed_of(recorded.card_id, recorded.seq))
    context = _context(replace(showing, left=_left(showing, request.now))) | {
        "told": told,
        "correct": recorded.correct,
        "last": (recorded.card_id, recorded.seq),
    }
    context["returns"] = recorded.due - request.now
    return render(request, FRAGMENT, context)


@login_required
@require_GET
def answered(request: SignedIn, slug: str, card: int, seq: int) -> HttpResponse:
    """What was answered to one showing, with the key and the reasons; the state is in the address."""
    enrolment = enrolment_or_404(request, slug)
    row = (
        ReviewLog.objects.select_related("question_version")
        .filter(card=card, seq=seq, enrolment=enrolment)
        .first()
    )
    showing = showing_of(card, request.user.pk)
    if row is None or showing is None or row.correct is None or row.due is None:
        raise Http404("There is no such answer.")
    version = row.question_version
    told = showing.type.tell(
        on_page(version.html, showing.topic_title), version.payload, seed_of(card, seq), row.response
    )
    context = _context(replace(showing, left=_left(showing, request.now))) | {
        "told": told,
        "correct": row.correct,
        "last": (card, seq),
    }
    context["returns"] = max(timedelta(0), row.due - request.now)
    return render(request, FRAGMENT if request.htmx else PAGE, context)


@login_required
@require_POST
def undo(request: SignedIn, slug: str) -> HttpResponse:
    """Take back one answer and show its card again."""
    showing = _own(request, slug)
    taken_back = answering.undo(showing.card.pk, _number(request, "seq"), request.now)
    if not request.htmx:
        return redirect(
            f"{reverse('study', args=[slug])}?card={showing.card.pk}"
            if taken_back
            else reverse("study", args=[slug])
        )
    if not taken_back:
        return _go_on(request, showing, status=409, problem="That answer can no longer be taken back.")
    again = _own(request, slug)
    again = replace(again, left=_left(again, request.now))
    return _session(request, again, notice="Taken back. Answer it again.")


@login_required
@require_POST
def more(request: SignedIn, slug: str) -> HttpResponse:
    """Ten more minutes today."""
    enrolment = enrolment_or_404(request, slug)
    enrolment.user = request.user
    study_days.study_more(enrolment, request.now)
    return redirect("study", slug)


def _undoable(request: SignedIn) -> tuple[int, int] | None:
    """The answer that the page before could take back: a fragment carries it on, and `undo` alone judges it."""
    card, _, seq = request.GET.get("last", "").partition("-")
    numbers = [int(part) for part in (card, seq) if part.isascii() and part.isdigit() and len(part) < 19]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def _own(request: SignedIn, slug: str) -> Showing:
    """The posted card, if it is the learner's own and of this certification."""
    showing = showing_of(_number(request, "card"), request.user.pk)
    if showing is None or showing.slug != slug or showing.card.suspended:
        raise Http404("There is no such card.")
    return showing


def _chosen(request: SignedIn, enrolment: Enrolment, following: Showing | None) -> Showing | None:
    """The card named in the address, while it may be answered today; None where that is the `following` one."""
    card = request.GET.get("card") or request.GET.get("show", "").partition("-")[0]
    if not (card.isascii() and card.isdigit() and len(card) < 19) or (
        following and following.card.pk == int(card)
    ):
        return None
    showing = showing_of(int(card), request.user.pk)
    if showing is None or showing.card.enrolment_id != enrolment.pk or showing.card.suspended:
        return None
    today = study_days.study_day(request.user.profile, request.now)
    open_today = showing.card.due is None or showing.card.due < today.ends_at
    # A stale address (?show= of an earlier showing) must not turn over the card's next showing.
    stale = "show" in request.GET and request.GET["show"] != f"{showing.card.pk}-{showing.card.seq}"
    if stale or not open_today:
        return None
    return replace(showing, left=following.left) if following else showing


def _go_on(
    request: SignedIn,
    after: Showing,
    status: int = 200,
    problem: str = "",
    last: tuple[int, int] | None = None,
) -> HttpResponse:
    """The next card as a fragment, or the way to it by redirect."""
    if status == 200 and not request.htmx:
        return redirect("study", after.slug)
    today = day.study_day(request.now, after.learner.zone, after.learner.rollover_hour)
    showing = next_showing(after.card.enrolment_id, today.date, request.now)
    left = showing.left if showing else NOTHING_LEFT
    enrolment_id = after.card.enrolment_id
    drill = drill_schedules.now_in_session(enrolment_id, left.done, left.planned, today.ends_at)
    if drill is not None:
        return _drill(request, drill, after.slug, left, status=status, problem=problem, last=last)
    if showing is not None:
        return _session(request, showing, status=status, problem=problem, last=last)
    # The plan is finished, or a new study day has begun meanwhile.
    enrolment = enrolment_or_404(request, after.slug)
    enrolment.user = request.user
    plan = study_days.ensure_plan(enrolment, request.now)
    showing = next_showing(enrolment.pk, plan.date, request.now)
    if showing is not None:
        told = _filled_up(plan, showing, request.now)
        return _session(request, showing, status=status, problem=problem, last=last, notice=told)
    row = answering.last_answer(enrolment.pk, plan.starts_at)
    return _finished(request, enrolment, plan, row, status=status, problem=problem)


def _drill(
    request: SignedIn,
    due: DrillSchedule,
    slug: str,
    left: Left,
    status: int = 200,
    problem: str = "",
    last: tuple[int, int] | None = None,
) -> HttpResponse:
    """A drill that comes back today, offered between the cards; it is answered on its own page, which leads back."""
    context = {"drill": due, "slug": slug, "left": left, "problem": problem, "last": last}
    return render(request, FRAGMENT if request.htmx else PAGE, context, status=status)


def _filled_up(plan: StudyDay, showing: Showing, at: datetime) -> str:
    """A day that was begun has just been planned anew: said, since the number of cards that are left grows."""
    return MORE_FITS if plan.built_at == at and showing.left.done else ""


def _left(showing: Showing, at: datetime) -> Left:
    """What is left of the learner's day."""
    today = day.study_day(at, showing.learner.zone, showing.learner.rollover_hour)
    following = next_showing(showing.card.enrolment_id, today.date, at)
    return following.left if following else NOTHING_LEFT


def _session(
    request: SignedIn,
    showing: Showing,
    turned: bool = False,
    last: tuple[int, int] | None = None,
    status: int = 200,
    problem: str = "",
    notice: str = "",
    sent: Mapping[str, list[str]] | None = None,
) -> HttpResponse:
    """One card's page. `sent`: a form that was refused, whose choices stay chosen."""
    context = _context(showing) | {"problem": problem, "notice": notice, "last": last}
    context["shown_at"] = request.GET.get("at") or int(request.now.timestamp() * 1000)
    if turned and showing.type.self_rated:
        context["told"] = showing.tell()
        context["ratings"] = _ratings(showing, request.now)
    else:
        context["ask"] = _chosen_again(showing.present(), sent)
        context["certainty"] = sent.get("certainty", ["2"])[0] if sent else "2"
    return render(request, FRAGMENT if request.htmx else PAGE, context, status=status)


def _chosen_again(ask: Presentation, sent: Mapping[str, list[str]] | None) -> Presentation:
    places = set(sent.get("option", ()) if sent else ())
    if not places:
        return ask
    return replace(ask, options=tuple(replace(one, chosen=str(one.place) in places) for one in ask.options))


def _context(showing: Showing) -> dict[str, Any]:
    return {
        "showing": showing,
        "card": showing.card,
        "type": showing.type,
        "slug": showing.slug,
        "left": showing.left,
        "ask_template": f"{showing.type.template}#ask",
        "told_template": f"{showing.type.template}#told",
    }


def _ratings(showing: Showing, at: datetime) -> list[dict[str, Any]]:
    waits = showing.intervals(at)
    return [
        {"value": int(rating), "label": rating.name.capitalize(), "wait": waits[rating]} for rating in Rating
    ]


def _finished(
    request: SignedIn,
    enrolment: Enrolment,
    plan: Any,
    last: ReviewLog | None,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    answers = stats.answers_kept([enrolment.pk], plan.starts_at, plan.ends_at).count()
    context = {
        "finished": True,
        "certification": enrolment.certification,
        "enrolment": enrolment,
        "slug": enrolment.certification.slug,
        "answers_today": answers,
        "seconds_today": study_days.seconds_spent(
            enrolment, study_days.study_day(request.user.profile, request.now)
        ),
        "next_due": study_days.next_due(enrolment, request.now),
        "untried": drill_schedules.untried(enrolment, plan.starts_at),
        "last": (last.card_id, last.seq) if last else None,
        "problem": problem,
    }
    return render(request, FRAGMENT if request.htmx else PAGE, context, status=status)


def _number(request: SignedIn, name: str) -> int:
    value = request.POST.get(name, "")
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise Http404("There is no such card.")
    return int(value)


def _milliseconds(request: SignedIn) -> int:
    """Time from the question's first page to its answer, by the server's clock."""
    shown = request.POST.get("shown_at", "")
    if not shown.isascii() or not shown.isdigit() or len(shown) > 15:
        return 0
    return max(0, int(request.now.timestamp() * 1000) - int(shown))
