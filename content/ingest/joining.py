"""Which topics of a draft are one, and which published topic each of them is. Pure.

    topics of a draft + published topics → `Joined` (which draft topics share a row) → `topics.order` (one tree of all)

The same title from two sources is one topic, unless the title says too little to be the same thing under different
headings (“Encryption” under two services); so are topics that `merging` finds alike, unless a person told them apart.
A published topic is recognised by anchor, then by title and heading trail within its source, then by an unchanged
note of its source, then by title, then by the statements that it holds (a renamed heading), then by its likeness to
what other sources say.
"""

from __future__ import annotations

import re
import typing
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.ingest.identity import normalise
from content.ingest.markup import words
from content.ingest.merging import Candidate, merge
from content.ingest.model import Dialect, Draft, TopicDraft

_GENERAL = frozenset(
    [
        *(
            "overview",
            "introduction",
            "intro",
            "summary",
            "basics",
            "features",
            "concepts",
            "general",
            "notes",
            "more",
        ),
        *(
            "use cases",
            "use case",
            "how it works",
            "best practices",
            "exam tips",
            "key points",
            "closing comments",
        ),
        *("hands on", "things to know", "good to know", "other", "misc", "pros and cons", "getting started"),
    ]
)

Identity = tuple[str, tuple[str, ...]]  # path of the source, normalised titles from the top


@dataclass(frozen=True, slots=True)
class Published:
    """A topic as the database has it. `trail`: normalised titles from the top, its own last.

    `bodies`: (path of the source, Markdown) of each of its notes.
    """

    pk: int
    title: str
    trail: tuple[str, ...]
    anchor: str
    source: str | None
    parent: int | None
    retired: bool
    bodies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """`group`: draft topic → the first draft topic of the same row. `row`: that first one → its published topic."""

    group: Mapping[int, int]
    row: Mapping[int, int]

    def members(self) -> dict[int, list[int]]:
        """Draft topics of each group, in order."""
        found: dict[int, list[int]] = defaultdict(list)
        for key, first in self.group.items():
            found[first].append(key)
        return found


def join(
    draft: Draft,
    published: Sequence[Published],
    held_by: Mapping[str, int] | None = None,
    apart: Iterable[tuple[Identity, Identity]] = (),
) -> Joined:
    """`held_by`: fingerprint of a published fact → its topic; tells a renamed topic from a new one.

    `apart`: pairs of topics that a person told to be different, see `identity_of`; they are never joined.
    """
    trails = _trails(draft.topics)
    bodies = _bodies(draft)
    rungs = _rungs(trails, bodies)
    apart = list(apart)
    group = _groups(draft, bodies, _same_row(draft, published, rungs), _keys_apart(draft, trails, apart))
    members: dict[int, list[TopicDraft]] = defaultdict(list)
    for topic in draft.topics:
        members[group[topic.key]].append(topic)
    row: dict[int, int] = {}
    free = {one.pk: one for one in published}
    for rung in rungs:
        table = _table(rung, (one for one in published if one.pk in free))
        for first, topics in members.items():
            keys = (key for topic in topics for key in rung.drafted(topic))
            if first not in row and (pk := _first_free(table, keys, free)) is not None:
                row[first] = pk
                del free[pk]
    _by_statements(draft, group, members, held_by or {}, free, row)
    _by_likeness(draft, published, members, bodies, free, row, apart)
    return Joined(group, row)


def identity_of(source: str | None, trail: Sequence[str]) -> Identity:
    """What a decision about a topic is remembered by: its source and its heading trail, its own title last."""
    return (source or "", tuple(normalise(title) for title in trail))


@dataclass(frozen=True, slots=True)
class _Rung:
    """One step of the ladder: what a published and a drafted topic must have in common."""

    name: str
    trails: Mapping[int, tuple[str, ...]]
    bodies: Mapping[int, str]

    def published(self, one: Published) -> list[object]:
        if self.name == "anchor":
            return [one.anchor] if one.anchor else []
        if self.name == "same":
            own: list[object] = [(source, one.trail, body) for source, body in one.bodies]
            return own or [(one.source, one.trail, "")]
        if self.name == "trail":
            return [(one.source, one.trail)]
        if self.name == "note":
            return [(source, body) for source, body in one.bodies]
        if self.name == "source":
            return [(one.source, one.trail[-1])]
        if self.name == "place":
            return [one.trail]
        return [one.trail[-1]] if one.parent is None or says_enough(one.title) else []

    def drafted(self, topic: TopicDraft) -> list[object]:
        trail = self.trails[topic.key]
        if self.name == "anchor":
            return [topic.anchor] if topic.anchor else []
        if self.name == "same":
            return [(topic.source, trail, self.bodies.get(topic.key, ""))]
        if self.name == "trail":
            return [(topic.source, trail)]
        if self.name == "note":
            return [(topic.source, self.bodies[topic.key])] if topic.key in self.bodies else []
        if self.name == "source":
            return [(topic.source, trail[-1])]
        if self.name == "place":
            return [trail]
        return [trail[-1]] if topic.parent is None or says_enough(topic.title) else []


def _rungs(trails: Mapping[int, tuple[str, ...]], bodies: Mapping[int, str]) -> list[_Rung]:
    return [
        _Rung(name, trails, bodies)
        for name in ("anchor", "same", "trail", "note", "source", "title", "place")
    ]


def _table(rung: _Rung, published: Iterable[Published]) -> dict[object, list[int]]:
    table: dict[object, list[int]] = defaultdict(list)
    for one in published:
        for key in rung.published(one):
            table[key].append(one.pk)
    return table


def _same_row(
    draft: Draft, published: Sequence[Published], rungs: Sequence[_Rung]
) -> list[tuple[Hashable, Hashable]]:
    """Pairs of drafted topics that were one topic when they were published: what met stays together."""
    telling = [(rung, _table(rung, published)) for rung in rungs if rung.name in ("trail", "note")]
    holder: dict[int, int] = {}
    pairs: list[tuple[Hashable, Hashable]] = []
    for topic in draft.topics if published else ():
        found = {pk for rung, table in telling for key in rung.drafted(topic) for pk in table.get(key, ())}
        if len(found) == 1:
            pk = found.pop()
            if pk in holder:
                pairs.append((holder[pk], topic.key))
            holder.setdefault(pk, topic.key)
    return pairs


def _keys_apart(
    draft: Draft, trails: Mapping[int, tuple[str, ...]], apart: Iterable[tuple[Identity, Identity]]
) -> list[tuple[Hashable, Hashable]]:
    by_identity: dict[Identity, list[int]] = defaultdict(list)
    for topic in draft.topics:
        by_identity[topic.source, trails[topic.key]].append(topic.key)
    return [
        (a, b) for one, other in apart for a in by_identity.get(one, ()) for b in by_identity.get(other, ())
    ]


def _first_free(
    table: Mapping[object, list[int]], keys: Iterable[object], free: Mapping[int, object]
) -> int | None:
    for key in keys:
        for pk in table.get(key, ()) if key is not None else ():
            if pk in free:
                return pk
    return None


def _by_statements(
    draft: Draft,
    group: Mapping[int, int],
    members: Mapping[int, list[TopicDraft]],
    held_by: Mapping[str, int],
    free: dict[int, Published],
    row: dict[int, int],
) -> None:
    """A topic that holds most of what a vanished one held is that one under a new heading."""
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for fact in draft.facts:
        first = group[fact.topic]
        if first not in row and (pk := held_by.get(fact.fingerprint)) in free and pk is not None:
            votes[first][pk] += 1
    sizes = Counter(held_by.values())
    for first in members:
        for pk, count in votes.get(first, Counter()).most_common(1):
            if pk in free and count >= 2 and 2 * count > sizes[pk]:
                row[first] = pk
                del free[pk]


def _by_likeness(
    draft: Draft,
    published: Sequence[Published],
    members: Mapping[int, list[TopicDraft]],
    bodies: Mapping[int, str],
    free: dict[int, Published],
    row: dict[int, int],
    apart: Sequence[tuple[Identity, Identity]],
) -> None:
    """A topic that is new to its source joins what another source has already published about the same thing.

    All topics of both sides are compared, also those that have their partner, so that what is rare stays the same
    from one import to the next.
    """
    uploaded = {source.path for source in draft.sources}
    trails = _trails(draft.topics)
    families = _families(draft)
    waiting = {
        first
        for first, topics in members.items()
        if first not in row and not any(families[t.source] for t in topics)
    }
    open_rows = {pk for pk, one in free.items() if not one.retired and one.source not in uploaded}
    if not waiting or not open_rows:
        return
    group = {topic.key: first for first, topics in members.items() for topic in topics}
    incoming = [_incoming(first, topics, group, bodies) for first, topics in members.items()]
    there = [
        Candidate(
            ("row", one.pk),
            "row",
            one.title,
            ("row", one.parent) if one.parent is not None else None,
            "\n".join(b for _, b in one.bodies),
        )
        for one in published
        if not one.retired
    ]
    kept_apart = {frozenset(pair) for pair in apart}
    told = [
        (("new", first), ("row", pk))
        for first in waiting
        for pk in (open_rows if kept_apart else ())
        if any(
            frozenset([(t.source, trails[t.key]), (free[pk].source or "", free[pk].trail)]) in kept_apart
            for t in members[first]
        )
    ]
    known = [(("row", pk), ("new", first)) for first, pk in row.items()]
    found = merge([*there, *incoming], known, told)
    for first in sorted(waiting):
        kind, pk = typing.cast("tuple[str, int]", found["new", first])
        if kind == "row" and pk in open_rows:
            row[first] = pk
            del free[pk]


def _incoming(
    first: int, topics: Sequence[TopicDraft], group: Mapping[int, int], bodies: Mapping[int, str]
) -> Candidate:
    lead = topics[0]
    parent = ("new", group[lead.parent]) if lead.parent is not None else None
    body = "\n".join(bodies.get(topic.key, "") for topic in topics)
    return Candidate(("new", first), "new", lead.title, parent, body)


def _families(draft: Draft) -> dict[str, str]:
    """Sources whose topics are different things as their author arranged them: the files of a course, of a vault."""
    whole = (Dialect.COURSE, Dialect.VAULT)
    return {source.path: source.dialect if source.dialect in whole else "" for source in draft.sources}


def _bodies(draft: Draft) -> dict[int, str]:
    bodies: dict[int, str] = {}
    for note in draft.notes:
        bodies[note.topic] = (
            f"{bodies[note.topic]}\n{note.markdown}" if note.topic in bodies else note.markdown
        )
    return bodies


def _groups(
    draft: Draft,
    bodies: Mapping[int, str],
    together: Sequence[tuple[Hashable, Hashable]],
    apart: Sequence[tuple[Hashable, Hashable]],
) -> dict[int, int]:
    """The first topic of the same meaning for every topic; topics of one source are never joined."""
    families = _families(draft)
    candidates = [
        Candidate(
            topic.key,
            topic.source,
            topic.title,
            topic.parent,
            bodies.get(topic.key, ""),
            families[topic.source],
        )
        for topic in draft.topics
    ]
    found = merge(candidates, [*together, *_same_title(draft.topics)], apart)
    return {topic.key: typing.cast("int", found[topic.key]) for topic in draft.topics}


def _same_title(topics: Sequence[TopicDraft]) -> list[tuple[Hashable, Hashable]]:
    """Pairs of topics of two sources that go by one title, under one heading or anywhere when it says enough."""
    group: dict[int, int] = {}
    seen: dict[object, list[int]] = defaultdict(list)  # what a topic goes by → groups
    sources: dict[int, set[str]] = defaultdict(set)  # group → sources with a topic in it
    for topic in topics:
        above = group[topic.parent] if topic.parent is not None else None
        title = normalise(topic.title)
        keys: list[object] = [(above, title)]
        if above is None or says_enough(topic.title):
            keys.append(title)
        candidates = (first for key in keys for first in seen[key] if title)
        first = next((first for first in candidates if topic.source not in sources[first]), topic.key)
        group[topic.key] = first
        sources[first].add(topic.source)
        for key in keys:
            if first not in seen[key]:
                seen[key].append(first)
    return [(first, key) for key, first in group.items() if first != key]


def says_enough(title: str) -> bool:
    """Whether a title names the same thing wherever it stands: two telling words, or a name such as `DynamoDB`."""
    bare = normalise(title)
    if bare in _GENERAL:
        return False
    telling = [word for word in words(title) if len(word) > 2 or word.isdigit()]
    return len(telling) >= 2 or bool(re.search(r"[A-Z][A-Z0-9]|[a-z][A-Z]|[A-Za-z]\d", title))


def _trails(topics: Sequence[TopicDraft]) -> dict[int, tuple[str, ...]]:
    trails: dict[int, tuple[str, ...]] = {}
    for topic in topics:
        above = trails.get(topic.parent, ()) if topic.parent is not None else ()
        trails[topic.key] = (*above, normalise(topic.title))
    return trails
