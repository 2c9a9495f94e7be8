"""Which published topic each topic of a draft is, as its own source tells. Pure; `joining` does the rest.

A topic that several sources share stands in each of them under a heading of its own, and is recognised by each: by
its anchor, by heading trail and text, by its trail, by an unchanged note, by its title, and by the statements that it
holds (a renamed heading). What moved from one file of the upload to another is recognised by title and place.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.ingest.identity import normalise
from content.ingest.markup import words
from content.ingest.model import Draft, TopicDraft

GENERAL = frozenset([
    "overview", "introduction", "intro", "summary", "basics", "features", "concepts", "general", "notes", "more",
    "use cases", "use case", "how it works", "best practices", "exam tips", "key points", "closing comments",
    "hands on", "things to know", "good to know", "other", "others", "misc", "pros and cons", "getting started",
    "conclusion", "agenda", "contents", "table of contents", "questions", "review", "references", "resources",
    "links", "definitions", "example", "examples", "pricing", "limits", "security", "cheat sheet",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """A place where a published topic stands. `trail`: normalised titles from the top of the source, its own last.

    `family`: see `alike.Candidate`.
    """

    source: str
    trail: tuple[str, ...]
    title: str
    family: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A topic as the database has it. `trail`: normalised titles from the top of the tree, its own last.

    `bodies`: (path of the source, Markdown) of each of its notes. `headings`: one for each source that has it; without
    any, its own source and trail are taken. `facts`: (path of the source, number of live facts).
    """

    pk: int
    title: str
    trail: tuple[str, ...]
    anchor: str
    source: str | None
    parent: int | None
    retired: bool
    bodies: tuple[tuple[str, str], ...] = ()
    headings: tuple[Heading, ...] = ()
    facts: tuple[tuple[str, int], ...] = ()

    def places(self) -> tuple[Heading, ...]:
        return self.headings or (Heading(self.source or "", self.trail, self.title),)

    def body(self, source: str) -> str:
        return "\n".join(text for path, text in self.bodies if path == source)


_Key = tuple[object, ...] | None


@dataclass(frozen=True, slots=True)
class _Rung:
    """One step of the ladder: what a published and a drafted topic must have in common.

    `lost`: only for topics that no source of the upload has kept and no other source has.
    """

    published: Callable[[Published], Iterable[_Key]]
    drafted: Callable[[TopicDraft], _Key]
    lost: bool = False


def recognise(
    draft: Draft,
    trails: Mapping[int, tuple[str, ...]],
    bodies: Mapping[int, str],
    published: Sequence[Published],
    held_by: Mapping[str, int],
) -> dict[int, int]:
    """Draft topic → published topic. Topics of one source are different rows; those of several may share one."""
    found = _Found(draft, published)
    for rung in _rungs(trails, bodies):
        if found.waiting:
            found.climb(rung)
    if found.waiting:
        found.by_statements(draft, held_by)
    return found.row


def _rungs(trails: Mapping[int, tuple[str, ...]], bodies: Mapping[int, str]) -> list[_Rung]:
    def texts(one: Published) -> list[_Key]:
        return [(at.source, at.trail, one.body(at.source)) for at in one.places()]

    return [
        _Rung(lambda one: [(one.anchor,)] if one.anchor else [], lambda t: (t.anchor,) if t.anchor else None),
        _Rung(texts, lambda topic: (topic.source, trails[topic.key], bodies.get(topic.key, ""))),
        _Rung(
            lambda one: [(at.source, at.trail) for at in one.places()],
            lambda topic: (topic.source, trails[topic.key]),
        ),
        _Rung(
            lambda one: one.bodies,
            lambda topic: (topic.source, bodies[topic.key]) if topic.key in bodies else None,
        ),
        _Rung(
            lambda one: [(at.source, at.trail[-1]) for at in one.places()],
            lambda topic: (topic.source, trails[topic.key][-1]),
        ),
        _Rung(lambda one: [one.trail], lambda topic: trails[topic.key], lost=True),
        _Rung(
            lambda one: [(one.trail[-1],)] if says_enough(one.title) else [],
            lambda topic: (trails[topic.key][-1],) if says_enough(topic.title) else None,
            lost=True,
        ),
    ]


class _Found:
    """Who is who so far. `waiting`: topics without a row, in order."""

    def __init__(self, draft: Draft, published: Sequence[Published]) -> None:
        self.published = published
        self.waiting: dict[int, TopicDraft] = (
            {topic.key: topic for topic in draft.topics} if published else {}
        )
        self.row: dict[int, int] = {}
        self.taken: set[tuple[int, str]] = set()  # row, source of a topic that is it
        uploaded = {source.path for source in draft.sources}
        self.ours = {one.pk for one in published if all(at.source in uploaded for at in one.places())}

    def climb(self, rung: _Rung) -> None:
        table: dict[_Key, list[int]] = defaultdict(list)
        lost = self.ours - set(self.row.values()) if rung.lost else None
        for one in self.published:
            if lost is None or one.pk in lost:
                for key in rung.published(one):
                    table[key].append(one.pk)
        for topic in list(self.waiting.values()):
            key = rung.drafted(topic)
            for pk in table.get(key, ()) if key is not None else ():
                if self.take(topic, pk):
                    break

    def take(self, topic: TopicDraft, pk: int) -> bool:
        if (pk, topic.source) in self.taken:
            return False
        self.taken.add((pk, topic.source))
        self.row[topic.key] = pk
        del self.waiting[topic.key]
        return True

    def by_statements(self, draft: Draft, held_by: Mapping[str, int]) -> None:
        """A topic that holds most of what a vanished one held is that one under a new heading."""
        votes: dict[int, Counter[int]] = defaultdict(Counter)
        free = self.ours - set(self.row.values())
        for fact in draft.facts:
            if (
                fact.topic in self.waiting
                and (pk := held_by.get(fact.fingerprint)) in free
                and pk is not None
            ):
                votes[fact.topic][pk] += 1
        sizes = Counter(held_by.values())
        for topic in list(self.waiting.values()):
            for pk, count in votes[topic.key].most_common(1) if topic.key in votes else ():
                if pk in free and count >= 2 and 2 * count > sizes[pk] and self.take(topic, pk):
                    free.discard(pk)


def says_enough(title: str) -> bool:
    """Whether a title names the same thing wherever it stands: two telling words, or a name such as `DynamoDB`."""
    bare = normalise(title)
    if bare in GENERAL:
        return False
    telling = [word for word in words(title) if len(word) > 2 or word.isdigit()]
    return len(telling) >= 2 or bool(re.search(r"[A-Z][A-Z0-9]|[a-z][A-Z]|[A-Za-z]\d", title))
