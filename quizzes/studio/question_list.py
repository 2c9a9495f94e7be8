"""The questions of one certification, narrowed by what the instructor asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from content.models import Certification, Topic
from quizzes import search
from quizzes.models import Question
from quizzes.studio.proposals import label_of

MOST_WORDS = 8
STATE_WORDS = {
    Question.State.READY: "asked",
    Question.State.HELD: "held back",
    Question.State.DRAFT: "set aside",
    Question.State.RETIRED: "retired",
}
STALE, BY_HAND = "stale", "by-hand"  # beside the states and origins of a question


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for; empty means everything."""

    words: tuple[str, ...] = ()
    topic: str = ""
    kind: str = ""
    state: str = ""
    origin: str = ""

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Wish:
        words = tuple(sent.get("q", "")[:200].split()[:MOST_WORDS])
        return cls(
            words, sent.get("topic", ""), sent.get("kind", ""), sent.get("state", ""), sent.get("origin", "")
        )


def matching(certification: Certification, wish: Wish) -> QuerySet[Question]:
    """In outline order; those that have the words of a search with the best first."""
    found = Question.objects.filter(certification=certification).select_related("topic", "source", "current")
    exact = {
        "topic__slug": wish.topic,
        "kind": wish.kind,
        "state": wish.state if wish.state != STALE else "",
        "stale": wish.state == STALE,
        "origin": wish.origin if wish.origin != BY_HAND else "",
        "by_hand": wish.origin == BY_HAND,
    }
    found = found.filter(**{field: value for field, value in exact.items() if value})
    found = found.defer("source__text", "source__discarded", "current__html")
    in_order = found.order_by("topic__position", "position", "pk")
    return search.matching(in_order, certification, " ".join(wish.words))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer: (value, label)."""

    topics: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    states: list[tuple[str, str]]


def choices(certification: Certification) -> Choices:
    mine = Question.objects.filter(certification=certification).order_by()
    topics = (
        Topic.objects.filter(certification=certification, questions__isnull=False)
        .distinct()
        .order_by("position")
    )
    states = dict(mine.values_list("state").annotate(Count("pk")))
    kinds = dict(mine.values_list("kind").annotate(Count("pk")))
    stale = mine.filter(stale=True).count()
    return Choices(
        topics=list(topics.values_list("slug", "title")),
        kinds=[(kind, f"{label_of(kind)} ({count})") for kind, count in sorted(kinds.items())],
        states=[
            (str(state), f"{word} ({states[state]})")
            for state, word in STATE_WORDS.items()
            if state in states
        ]
        + ([(STALE, f"its fact has changed ({stale})")] if stale else []),
    )
