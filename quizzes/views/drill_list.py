"""The list of drills as a learner sees it: by section, with the last result and the day on which each comes back.

drills + attempts + schedules (four queries, however many there are) → Entry → sections of a page
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models.fields.json import KeyTextTransform

from accounts.models import Profile
from quizzes import question_types
from quizzes.drill_schedules import PASSED, not_installed, schedule_of
from quizzes.models import DrillAttempt, Enrolment, Question
from quizzes.outline import Node, Outline
from quizzes.templatetags.drills import unfilled
from quizzes.views.drill_answers import asks
from quizzes.views.drill_results import comes_back

SHORT_LIST = 40  # shown whole
FIRST_OF_SECTION = 6  # shown of each section in a long list
# What a list reads of a drill, without the rest of it.
TOLD = tuple(KeyTextTransform(key, "current__payload") for key in ("title", "grader", "write", "ask", "kind"))
TOLD_GRADER = 1  # its place there

STATES: Mapping[str, tuple[str, Callable[[Entry], bool]]] = {
    "due": ("Due", lambda entry: entry.due),
    "new": ("New", lambda entry: entry.score is None),
    "missed": ("Missed", lambda entry: entry.score is not None and entry.score < PASSED),
    "passed": ("Passed", lambda entry: entry.score == PASSED),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One drill. `score` and `last_at` of the last finished attempt; `back`: the day on which it comes back."""

    pk: int
    title: str
    asks: str
    topic: Node
    score: float | None
    last_at: datetime | None
    due_at: datetime | None
    due: bool
    back: str
    begun: bool
    gradable: bool  # by this installation

    @property
    def passed(self) -> bool:
        return self.score == PASSED


@dataclass(frozen=True, slots=True)
class Section:
    """The drills of one topic at the top of the outline, or of one topic. `more`: how many are not shown here."""

    topic: Node
    entries: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Tab:
    """A state to filter by; `key` "" is all of them."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class _Past:
    score: float | None = None
    last_at: datetime | None = None
    begun: bool = False


def entries_of(enrolment: Enrolment, outline: Outline, at: datetime, profile: Profile) -> list[Entry]:
    """All drills of the certification in reading order. Four queries."""
    rows = list(
        Question.objects.ready()
        .filter(certification_id=enrolment.certification_id, kind__in=question_types.DRILLS)
        .order_by("topic__position", "position", "pk")
        .values_list("pk", "topic_id", *TOLD)
    )
    nodes = {node.pk: node for node in outline.nodes}
    titled = {pk: described(*told) for pk, _, *told in rows}
    past = _past(enrolment)
    due, missing = schedule_of(enrolment, [row[0] for row in rows]), not_installed()
    return [
        Entry(
            pk=pk,
            title=titled[pk][0],
            asks=titled[pk][1],
            topic=nodes[topic],
            score=past.get(pk, _Past()).score,
            last_at=past.get(pk, _Past()).last_at,
            due_at=due.get(pk),
            due=pk in due and due[pk] <= at,
            back=comes_back(due.get(pk), at, profile),
            begun=past.get(pk, _Past()).begun,
            gradable=told[TOLD_GRADER] not in missing,
        )
        for pk, topic, *told in rows
        if topic in nodes
    ]


def described(title: str, grader: str, *asked: str | None) -> tuple[str, str]:
    """(title without its braces, because a list shows no variant; what the drill asks for), of what `TOLD` reads."""
    return unfilled(title), asks(grader, next((one for one in asked if one), ""))[0]


def tabs(entries: Sequence[Entry]) -> list[Tab]:
    counts = Counter(key for entry in entries for key, (_, holds) in STATES.items() if holds(entry))
    return [Tab("", "All", len(entries)), *(Tab(key, STATES[key][0], counts[key]) for key in STATES)]


def in_state(entries: Iterable[Entry], state: str) -> list[Entry]:
    """Those in this state; all when there is no such state."""
    return [entry for entry in entries if state not in STATES or STATES[state][1](entry)]


def sections(entries: Sequence[Entry], outline: Outline, within: Node | None) -> list[Section]:
    """By the topics at the top, each shortened when the list is long; within one topic by topic, and whole."""
    home: dict[int, int] = {}
    for node in outline.nodes:
        home[node.pk] = node.pk if node.parent is None else home[node.parent]
    by_topic = within is not None or len({home[entry.topic.pk] for entry in entries}) < 2
    grouped: dict[int, list[Entry]] = {}
    for entry in entries:
        pk = entry.topic.pk
        grouped.setdefault(pk if by_topic else home[pk], []).append(entry)
    shown = None if within or len(entries) <= SHORT_LIST else FIRST_OF_SECTION
    return [
        Section(node, tuple(found[:shown]), len(found[shown:]) if shown else 0)
        for node in outline.nodes
        if (found := grouped.get(node.pk))
    ]


def next_one(entries: Sequence[Entry]) -> Entry | None:
    """What to begin with, of what can be graded here: the longest due, else the first not yet tried, else none."""
    here = [entry for entry in entries if entry.gradable]
    due = [(entry.due_at, place) for place, entry in enumerate(here) if entry.due and entry.due_at]
    if due:
        return here[min(due)[1]]
    return next((entry for entry in here if entry.score is None), None)


def _past(enrolment: Enrolment) -> dict[int, _Past]:
    """What the learner did with each drill: question id → last finished attempt, and whether one is open.

    An open attempt at words that are no longer the drill's is never gone on with.
    """
    attempts = (
        DrillAttempt.objects.filter(enrolment=enrolment)
        .order_by("started_at")
        .values_list(
            "question_version__question_id", "finished_at", "score", "question_version_id",
            "question_version__question__current_id",
        )
    )  # fmt: skip
    found: dict[int, _Past] = {}
    for question, finished_at, score, version, current in attempts:
        before = found.get(question, _Past())
        if finished_at is None:
            found[question] = _Past(before.score, before.last_at, begun=version == current)
        elif before.last_at is None or finished_at >= before.last_at:
            found[question] = _Past(score, finished_at, before.begun)
    return found
