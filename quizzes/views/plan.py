"""Today's plan, laid open: which cards, in what order, and why each of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedIn
from quizzes import drill_schedules, study_days
from quizzes.access import enrolment_or_404
from quizzes.models import Card, Enrolment, PlanItem, StudyDay
from quizzes.planning.reasons import card_sentence, day_sentence
from quizzes.scheduler import leeches
from quizzes.showing import next_showing
from quizzes.stems import one_line

SHOWN = 300  # cards of a day; nobody reads on
SLIPPING = 6

Why = PlanItem.Why
# Cards that are here for the same reason stand together, under these words.
HEADINGS = {
    Why.LEARNING: "Still being learned",
    Why.RELEARN: "Forgotten last time",
    Why.DUE: "About to be forgotten",
    Why.OVERDUE: "Waiting longer than planned",
    Why.NEW: "New to you",
    Why.CHANGED: "Changed since you learned them",
    Why.DOUBTED: "Answered wrong while you were sure",
    Why.FADING: "Would fade before the exam",
    Why.AHEAD: "Ahead, because there is time",
    Why.LAST: "A last look before the exam",
    Why.LEECH: "Keep slipping away",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One card of the plan. `place`: its turn among those still open today, from 1."""

    place: int
    stem: str
    topic_title: str
    topic_slug: str
    sentence: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Group:
    heading: str
    lines: list[Line]

    @property
    def minutes(self) -> int:
        return -(-sum(line.seconds for line in self.lines) // 60)


@login_required
@require_safe
def plan(request: SignedIn, slug: str) -> HttpResponse:
    """The cards of today in their order, by reason; what was answered already; why the day looks as it does."""
    enrolment = enrolment_or_404(request, slug)
    enrolment.user = request.user
    today = study_days.ensure_plan(enrolment, request.now)
    return render(request, "today/plan.html", _context(enrolment, today, request.now))


def _context(enrolment: Enrolment, today: StudyDay, at: datetime) -> dict[str, Any]:
    items = list(_items(today))
    waiting = [item for item in items if item.card.seq == item.seq]
    showing = next_showing(enrolment.pk, today.date, at)
    shown = [_line(place, item) for place, item in enumerate(waiting[:SHOWN], start=1)]
    return {
        "certification": enrolment.certification,
        "enrolment": enrolment,
        "day": today,
        "sentence": day_sentence(today),
        "groups": _grouped(zip(shown, waiting, strict=False)),
        "cards": len(waiting),
        "more": max(0, len(waiting) - SHOWN),
        "minutes": -(-sum(item.expected_seconds for item in waiting) // 60),
        "answered": len(items) - len(waiting),
        "again": max(0, showing.left.cards - len(waiting)) if showing else 0,
        "drills": drill_schedules.what_is_due(enrolment.pk, today.ends_at),
        "slipping": slipping(enrolment),
        "section": "today",
    }


def _items(today: StudyDay) -> Iterable[PlanItem]:
    """Items in order, with what is shown of their cards; suspended ones are asked no more."""
    items = PlanItem.objects.filter(study_day=today, card__suspended=False)
    return items.select_related("card__question__current", "card__topic").only(
        "position", "seq", "why", "because", "expected_seconds", "card__seq", "card__topic__title",
        "card__topic__slug", "card__question__current__stem",
    )  # fmt: skip


def _line(place: int, item: PlanItem) -> Line:
    topic, version = item.card.topic, item.card.question.current
    return Line(
        place=place,
        stem=one_line(version.stem, topic.title) if version else "",
        topic_title=topic.title,
        topic_slug=topic.slug,
        sentence=card_sentence(item.why, item.because),
        seconds=item.expected_seconds,
    )


def _grouped(lines: Iterable[tuple[Line, PlanItem]]) -> list[Group]:
    """In the order in which each reason comes first."""
    groups: dict[str, list[Line]] = {}
    for line, item in lines:
        groups.setdefault(item.why, []).append(line)
    return [Group(HEADINGS[Why(why)], found) for why, found in groups.items()]


def slipping(enrolment: Enrolment) -> list[dict[str, Any]]:
    """The cards that were forgotten most often, where that is often enough to say so. One query."""
    cards = (
        Card.objects.filter(enrolment=enrolment, suspended=False, lapses__gte=leeches.LAPSES)
        .order_by("-lapses", "pk")
        .values_list("question__current__stem", "lapses", "topic__title", "topic__slug")[:SLIPPING]
    )
    return [
        {"stem": one_line(stem or "", title), "lapses": lapses, "title": title, "slug": slug}
        for stem, lapses, title, slug in cards
    ]
