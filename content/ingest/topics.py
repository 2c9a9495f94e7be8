"""Which topics of a draft are one, and which published topic each of them is. Pure.

    topics of a draft + published topics → `Joined` (which draft topics share a row) → `order` (one tree of all)

The same title from two sources is one topic, unless the title says too little to be the same thing under different
headings (“Encryption” under two services). A published topic is recognised by anchor, then by title and heading
trail within its source, then by title, then by the statements that it holds (a renamed heading).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.ingest.identity import normalise
from content.ingest.markup import words
from content.ingest.model import Draft, TopicDraft

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


@dataclass(frozen=True, slots=True)
class Published:
    """A topic as the database has it. `trail`: normalised titles from the top, its own last."""

    pk: int
    title: str
    trail: tuple[str, ...]
    anchor: str
    source: str | None
    parent: int | None
    retired: bool


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


def join(draft: Draft, published: Sequence[Published], held_by: Mapping[str, int] | None = None) -> Joined:
    """`held_by`: fingerprint of a published fact → its topic; tells a renamed topic from a new one."""
    group = _groups(draft.topics)
    trails = _trails(draft.topics)
    members: dict[int, list[TopicDraft]] = defaultdict(list)
    for topic in draft.topics:
        members[group[topic.key]].append(topic)
    row: dict[int, int] = {}
    free = {one.pk: one for one in published}
    for keys in _rungs(trails):
        table: dict[object, list[int]] = defaultdict(list)
        for one in published:
            if one.pk in free and (key := keys.published(one)) is not None:
                table[key].append(one.pk)
        for first, topics in members.items():
            if first not in row and (
                pk := _first_free(table, [keys.drafted(topic) for topic in topics], free)
            ):
                row[first] = pk
                del free[pk]
    _by_statements(draft, group, members, held_by or {}, free, row)
    return Joined(group, row)


@dataclass(frozen=True, slots=True)
class _Rung:
    """One step of the ladder: what a published and a drafted topic must have in common."""

    name: str
    trails: Mapping[int, tuple[str, ...]]

    def published(self, one: Published) -> object:
        if self.name == "anchor":
            return one.anchor or None
        if self.name == "trail":
            return (one.source, one.trail)
        if self.name == "source":
            return (one.source, one.trail[-1])
        return one.trail[-1] if one.parent is None or says_enough(one.title) else None

    def drafted(self, topic: TopicDraft) -> object:
        trail = self.trails[topic.key]
        if self.name == "anchor":
            return topic.anchor or None
        if self.name == "trail":
            return (topic.source, trail)
        if self.name == "source":
            return (topic.source, trail[-1])
        return trail[-1] if topic.parent is None or says_enough(topic.title) else None


def _rungs(trails: Mapping[int, tuple[str, ...]]) -> list[_Rung]:
    return [_Rung(name, trails) for name in ("anchor", "trail", "source", "title")]


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


def _groups(topics: Sequence[TopicDraft]) -> dict[int, int]:
    """The first topic of the same meaning for every topic; topics of one source are never joined."""
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
    return group


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in the tree of all topics."""

    pk: int
    parent: int | None
    depth: int
    position: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A row that wants a place: under `parent`, among its siblings by (`rank` of its source, `line`)."""

    pk: int
    parent: int | None
    rank: int
    line: int


def order(seats: Sequence[Seat]) -> list[Place]:
    """One tree of all rows in reading order. A parent that is missing, or a circle, counts as no parent."""
    known = {seat.pk: seat for seat in seats}
    children: dict[int | None, list[Seat]] = defaultdict(list)
    for seat in seats:
        children[_real_parent(seat, known)].append(seat)
    for siblings in children.values():
        siblings.sort(key=lambda seat: (seat.rank, seat.line, seat.pk))
    places: list[Place] = []
    open_seats = [(seat, 0) for seat in reversed(children[None])]
    while open_seats:
        seat, depth = open_seats.pop()
        parent = _real_parent(seat, known)
        places.append(Place(seat.pk, parent, depth, len(places)))
        open_seats += [(child, depth + 1) for child in reversed(children[seat.pk])]
    return places


def _real_parent(seat: Seat, known: Mapping[int, Seat]) -> int | None:
    seen = {seat.pk}
    at = seat.parent
    while at is not None:
        if at not in known or at in seen:
            return None if at in seen or seat.parent not in known else seat.parent
        seen.add(at)
        at = known[at].parent
    return seat.parent


def ranks(before: Sequence[str], upload: Sequence[str], says_order: bool = False) -> dict[str, int]:
    """The order of sources: as before, with each new one behind the one that it follows in the upload.

    `says_order`: the upload's own order is meant, so its sources trade the places that they have.
    """
    names = list(dict.fromkeys(before))
    last: str | None = None
    for path in dict.fromkeys(upload):
        if path not in names:
            if last is not None:
                names.insert(names.index(last) + 1, path)
            else:
                following = next((name for name in upload if name in names), None)
                names.insert(names.index(following) if following else len(names), path)
        last = path
    if says_order:
        told = iter(path for path in dict.fromkeys(upload))
        names = [next(told) if name in upload else name for name in names]
    return {name: rank for rank, name in enumerate(names)}
