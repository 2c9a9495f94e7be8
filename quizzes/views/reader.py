"""The topic reader: a certification's notes as a book, with what the learner knows in its margin.

outline (one query) + notes + questions + the learner's cards → page
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedIn
from content import rendering
from content.models import Domain, Note
from quizzes import disagreeing, question_types, stats
from quizzes.access import readable_or_404
from quizzes.disagreeing import Dispute
from quizzes.models import Card, Enrolment, Question
from quizzes.outline import Entry, Node, Outline, nested, outline_of
from quizzes.scheduler import memory
from quizzes.stems import one_line
from quizzes.templatetags.study import clipped
from quizzes.templatetags.study import level as level_of
from quizzes.views import drill_list

MOST_DRILLS = 8
MARGIN_LETTERS = 100
MOST_AT_ONCE = 150  # topics of a section that is shown whole
LEVELS = ("not met yet", "just begun", "half known", "nearly known", "known")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the margin. `level` 0–4 as in LEVELS, None when the reader has no cards here."""

    stem: str
    level: int | None
    word: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """One note with its margin."""

    note: Note
    html: str
    asked: list[Asked]
    disputes: list[Dispute]


@dataclass(frozen=True, slots=True)
class Part:
    """One topic of the page: the topic itself, or one under it when a section is shown whole."""

    node: Node
    leaves: list[Leaf]
    bare: list[Asked]  # asked in a topic that has no note


@dataclass(frozen=True, slots=True)
class Chapter:
    """A domain in the outline, with the topics that belong to it."""

    domain: Domain | None
    entries: list[Entry[Row]]


@dataclass(frozen=True, slots=True)
class Practice:
    """A drill of a topic."""

    pk: int
    title: str
    asks: str


@dataclass(frozen=True, slots=True)
class Row:
    """One topic of the outline. `level` is None for a reader without cards."""

    node: Node
    level: int | None = None
    word: str = ""
    questions: int = 0
    due: int = 0


@login_required
@require_safe
def topics(request: SignedIn, slug: str) -> HttpResponse:
    """The outline: domains, topics, and how well each is known."""
    certification, enrolment = readable_or_404(request, slug)
    outline = outline_of(certification)
    rows = _rows(outline, enrolment, request.now)
    return render(
        request,
        "reader/topics.html",
        {
            "section": "topics",
            "certification": certification,
            "enrolment": enrolment,
            "teaches": enrolment is None,
            "chapters": _chapters(rows, list(certification.domains.all())),
            "count": len(rows),
            "known": sum(row.level == 4 for row in rows),
        },
    )


@login_required
@require_safe
def topic(request: SignedIn, slug: str, topic_slug: str) -> HttpResponse:
    """One topic as a page of the book; `?whole` adds everything under it, for reading on or for paper."""
    certification, enrolment = readable_or_404(request, slug)
    outline = outline_of(certification)
    node = outline.by_slug(topic_slug)
    if node is None:
        raise Http404
    under = outline.subtree(node)
    can_be_whole = 1 < len(under) <= MOST_AT_ONCE
    whole = can_be_whole and "whole" in request.GET
    parts = _parts(under if whole else [node], enrolment, request.now)
    before, after = outline.neighbours(under[-1] if whole else node)
    return render(
        request,
        "reader/topic.html",
        {
            "section": "topics",
            "certification": certification,
            "enrolment": enrolment,
            "topic": node,
            "domain": certification.domains.filter(number=node.domain).first() if node.domain else None,
            "trail": outline.ancestors(node),
            "parts": parts,
            "has_text": any(part.leaves for part in parts),
            "children": _nested(_rows(Outline(tuple(under[1:])), enrolment, request.now)),
            "whole": whole,
            "can_be_whole": can_be_whole,
            "before": outline.neighbours(node)[0] if whole else before,
            "after": after,
            "question_count": _question_count(under),
            "drills": (drills := _drills(under))[:MOST_DRILLS],
            "more_drills": len(drills) > MOST_DRILLS,
            "teaches": enrolment is None,
        },
    )


def _rows(outline: Outline, enrolment: Enrolment | None, at: datetime) -> list[Row]:
    if enrolment is None:
        return [Row(node) for node in outline.nodes]
    mastery = {topic.topic_id: topic for topic in stats.topic_mastery(enrolment, at)}
    due = _due(enrolment, at)
    return [_row(node, mastery.get(node.pk), due.get(node.pk, 0)) for node in outline.nodes]


def _row(node: Node, topic: stats.TopicMastery | None, due: int) -> Row:
    if topic is None:
        return Row(node)
    level = max(1, level_of(topic.mastery)) if topic.seen else 0
    return Row(node, level, LEVELS[level], topic.questions, due)


def _due(enrolment: Enrolment, at: datetime) -> dict[int, int]:
    """Cards due now by topic: read from the covering index alone."""
    due = Card.objects.filter(enrolment=enrolment, suspended=False, due__lte=at).order_by()
    return dict(due.values_list("topic_id").annotate(Count("pk")))


def _chapters(rows: list[Row], domains: list[Domain]) -> list[Chapter]:
    """Whole branches by the domain of their root, in the order of the blueprint; without one last."""
    by_number: dict[int | None, list[Row]] = {domain.number: [] for domain in domains}
    by_number[None] = []
    home: int | None = None
    for row in rows:
        if row.node.level == 0:
            home = row.node.domain if row.node.domain in by_number else None
        by_number[home].append(row)
    found = [Chapter(domain, _nested(by_number[domain.number])) for domain in domains]
    found.append(Chapter(None, _nested(by_number[None])))
    return [chapter for chapter in found if chapter.entries]


def _nested(rows: list[Row]) -> list[Entry[Row]]:
    return nested(rows, lambda row: row.node.level)


def _parts(nodes: list[Node], enrolment: Enrolment | None, at: datetime) -> list[Part]:
    """Notes, questions and disputes of all these topics with four queries, however many there are."""
    wanted = [node.pk for node in nodes]
    notes = list(
        Note.objects.filter(topic__in=wanted)
        .select_related("source")
        .defer("source__text", "source__discarded")
    )
    questions = list(
        Question.objects.ready()
        .filter(topic__in=wanted)
        .exclude(kind__in=question_types.DRILLS)
        .select_related("current", "topic")
        .order_by("position")
    )
    by_topic: dict[int, list[Note]] = {}
    for note in notes:
        by_topic.setdefault(note.topic_id, []).append(note)
    levels = _levels(enrolment, wanted, at)
    disputes = disagreeing.by_note(wanted)
    margins: dict[int, list[Asked]] = {}
    bare: dict[int, list[Asked]] = {}
    for question in questions:
        level = levels.get(question.pk, 0) if enrolment else None
        asked = Asked(_stem(question), level, LEVELS[level] if level is not None else "")
        place = _place(question, by_topic.get(question.topic_id, []))
        if place is None:
            bare.setdefault(question.topic_id, []).append(asked)
        else:
            margins.setdefault(place.pk, []).append(asked)
    return [
        Part(
            node,
            [
                Leaf(note, _html(note), margins.get(note.pk, []), disputes.get(note.pk, []))
                for note in by_topic.get(node.pk, [])
            ],
            bare.get(node.pk, []),
        )
        for node in nodes
    ]


def _html(note: Note) -> str:
    """As it was cleaned when it was published, or cleaned again when the allow-list has changed since."""
    clean = note.html if note.html_policy == rendering.POLICY_VERSION else rendering.to_html(note.markdown)
    return clean.replace(
        "<table>", '<table tabindex="0">'
    )  # a wide one scrolls, and the keyboard must reach it


def _place(question: Question, notes: list[Note]) -> Note | None:
    """The note beside which a question belongs: the last that begins before it, else the topic's first."""
    before = [
        note
        for note in notes
        if note.source_id == question.source_id and note.line_from <= question.line_from
    ]
    return before[-1] if before else notes[0] if notes else None


def _stem(question: Question) -> str:
    if question.current is None:
        return ""
    return clipped(one_line(question.current.stem, question.topic.title), MARGIN_LETTERS)


def _levels(enrolment: Enrolment | None, topics: list[int], at: datetime) -> dict[int, int]:
    """How well the learner knows each question they have a card for: question id → 0–4."""
    if enrolment is None:
        return {}
    cards = Card.objects.filter(enrolment=enrolment, topic__in=topics, suspended=False)
    decay = stats.decay_of(enrolment)
    return {card.question_id: _level(card, at, decay) for card in cards}


def _level(card: Card, at: datetime, decay: float) -> int:
    if card.state == Card.State.NEW:
        return 0
    if card.state != Card.State.REVIEW or card.stability is None or card.last_review is None:
        return 1
    days = max(0.0, (at - card.last_review).total_seconds() / 86400)
    recall = memory.retrievability(card.stability, days, decay)
    return max(1, level_of(recall))


def _question_count(nodes: list[Node]) -> int:
    ready = Question.objects.ready().filter(topic__in=[node.pk for node in nodes])
    return ready.exclude(kind__in=question_types.DRILLS).count()


def _drills(nodes: list[Node]) -> list[Practice]:
    """The drills of these topics, as far as a page shows them and one more: titles, and what each asks for."""
    ready = Question.objects.ready().filter(
        topic__in=[node.pk for node in nodes], kind__in=question_types.DRILLS
    )
    rows = ready.order_by("topic__position", "position").values_list("pk", *drill_list.TOLD)
    return [Practice(pk, *drill_list.described(*told)) for pk, *told in rows[: MOST_DRILLS + 1]]
