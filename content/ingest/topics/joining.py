"""Which topics of a draft are one, and which published topic each of them is. Pure.

    topics of a draft + published topics → `Joined` (which draft topics share a row) → `topics.order` (one tree of all)

First every topic is recognised in its own source (`recognition`); then what is new is compared with all the rest,
what other sources have published included (`merging`). What has met stays together and what is published as two
stays two, unless a person says otherwise: so it does not matter in which order files come, or which of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.ingest.identity import normalise
from content.ingest.model import Dialect, Draft, TopicDraft
from content.ingest.topics.merging import Candidate, merge
from content.ingest.topics.recognition import GENERAL, Heading, Published, recognise, says_enough

__all__ = [
    "Heading",
    "Identity",
    "Joined",
    "Published",
    "family_of",
    "identity_of",
    "join",
    "says_enough",
    "trails_of",
]

Identity = tuple[str, tuple[str, ...]]  # path of the source, normalised titles from the top
Pairs = list[tuple[Hashable, Hashable]]


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
    together: Iterable[tuple[Identity, Identity]] = (),
) -> Joined:
    """`held_by`: fingerprint of a published fact → its topic; tells a renamed topic from a new one.

    `apart`: pairs of topics that a person told to be different, see `identity_of`; they are never one, and one row
    that holds both is split: it stays with the source that is not read now, else with the one that brought most facts.
    `together`: pairs that a person told to be one; `apart` wins over it.
    """
    return _Joining(draft, published, held_by or {}, list(apart), list(together)).run()


def identity_of(source: str | None, trail: Sequence[str]) -> Identity:
    """What a decision about a topic is remembered by: its source and its heading trail, its own title last."""
    return (source or "", tuple(normalise(title) for title in trail))


def trails_of(topics: Sequence[TopicDraft]) -> dict[int, tuple[str, ...]]:
    """Normalised titles from the top of its source, its own last, of every topic."""
    trails: dict[int, tuple[str, ...]] = {}
    for topic in topics:
        above = trails.get(topic.parent, ()) if topic.parent is not None else ()
        trails[topic.key] = (*above, normalise(topic.title))
    return trails


def family_of(dialect: str) -> str:
    """The files of a course, or of a vault, hold different things, as their author arranged them."""
    return dialect if dialect in (Dialect.COURSE, Dialect.VAULT) else ""


class _Joining:
    def __init__(
        self,
        draft: Draft,
        published: Sequence[Published],
        held_by: Mapping[str, int],
        apart: Sequence[tuple[Identity, Identity]],
        together: Sequence[tuple[Identity, Identity]],
    ) -> None:
        self.draft = draft
        self.published = {one.pk: one for one in published}
        self.trails = trails_of(draft.topics)
        bodies = _bodies(draft)
        self.row_of: dict[Hashable, int] = dict(
            recognise(draft, self.trails, bodies, published, held_by).items()
        )
        self.away = _away(draft, published)
        self.row_of |= {ident: pk for ident, (pk, _) in self.away.items()}
        identities = self._identities() if apart or together else {}
        self.apart, told = _pairs(apart, identities), _pairs(together, identities)
        self._one_row(told)
        self.candidates = [*self._here(bodies), *self._elsewhere()]
        self.together = [*self._same_row(), *told, *_same_title(self.candidates)]

    def run(self) -> Joined:
        known = all(topic.key in self.row_of for topic in self.draft.topics)
        found = merge(self.candidates, self.together, self.apart, compare=not known)
        keys: dict[Hashable, list[int]] = defaultdict(list)
        for topic in self.draft.topics:
            keys[found[topic.key]].append(topic.key)
        group = {key: members[0] for members in keys.values() for key in members}
        return Joined(group, {keys[first][0]: pk for first, pk in self._rows(found).items() if first in keys})

    def _rows(self, found: Mapping[Hashable, Hashable]) -> dict[Hashable, int]:
        """First topic of a group → its row. Of two groups that claim it, the one with what is not read now gets it, or
        the one with more facts.
        """
        weight: dict[int, dict[Hashable, tuple[bool, int]]] = defaultdict(dict)
        for candidate in self.candidates:
            if candidate.row is not None:
                facts = dict(self.published[candidate.row].facts).get(candidate.source, 0)
                away, sum_ = weight[candidate.row].get(found[candidate.id], (False, 0))
                weight[candidate.row][found[candidate.id]] = (away or candidate.id in self.away, sum_ + facts)
        return {max(claims, key=claims.__getitem__): pk for pk, claims in weight.items()}

    def _identities(self) -> dict[Identity, list[Hashable]]:
        """By which names each topic goes: as it stands now, and as it stood when it was last published."""
        named: dict[Identity, list[Hashable]] = defaultdict(list)
        for topic in self.draft.topics:
            names = {(topic.source, self.trails[topic.key])}
            if (pk := self.row_of.get(topic.key)) is not None:
                names |= {
                    (at.source, at.trail) for at in self.published[pk].places() if at.source == topic.source
                }
            for name in sorted(names):
                named[name].append(topic.key)
        for ident, (_, at) in self.away.items():
            named[at.source, at.trail].append(ident)
        return named

    def _one_row(self, told: Pairs) -> None:
        """Rows that a person told to be one become one: the row that a source which is not read now holds on to."""
        held = {pk for pk, _ in self.away.values()}
        kept_apart = {frozenset(pair) for pair in self.apart}
        for a, b in told:
            one, other = self.row_of.get(a), self.row_of.get(b)
            if one is None or other is None or one == other or frozenset((a, b)) in kept_apart:
                continue
            if one in held and other in held:
                continue
            size = {pk: sum(n for _, n in self.published[pk].facts) for pk in (one, other)}
            kept, gone = sorted((one, other), key=lambda pk: (pk not in held, -size[pk], pk))
            self.row_of = {ident: kept if pk == gone else pk for ident, pk in self.row_of.items()}

    def _here(self, bodies: Mapping[int, str]) -> list[Candidate]:
        families = {source.path: family_of(source.dialect) for source in self.draft.sources}
        return [
            Candidate(
                topic.key, topic.source, topic.title, topic.parent,
                bodies.get(topic.key, ""), families[topic.source], self.row_of.get(topic.key),
            )
            for topic in self.draft.topics
        ]  # fmt: skip

    def _elsewhere(self) -> list[Candidate]:
        """What sources that are not read now have of the published topics."""
        at_place = {(at.source, at.trail): ident for ident, (_, at) in self.away.items()}
        return [
            Candidate(
                ident, at.source, at.title, at_place.get((at.source, at.trail[:-1])),
                self.published[pk].body(at.source), at.family, pk,
            )
            for ident, (pk, at) in self.away.items()
        ]  # fmt: skip

    def _same_row(self) -> Pairs:
        """Pairs of topics of one row, those first that are to keep it."""
        members: dict[int, list[Candidate]] = defaultdict(list)
        for one in self.candidates:
            if one.row is not None:
                members[one.row].append(one)
        pairs: Pairs = []
        for pk, found in members.items():
            facts = dict(self.published[pk].facts)
            found.sort(key=lambda one: (one.id not in self.away, -facts.get(one.source, 0)))
            pairs += [(found[0].id, one.id) for one in found[1:]]
            pairs += [(found[1].id, one.id) for one in found[2:]]  # should the first one be told apart
        return pairs


def _away(draft: Draft, published: Sequence[Published]) -> dict[Hashable, tuple[int, Heading]]:
    """Places of live topics in sources that are not read now, by an id of their own."""
    uploaded = {source.path for source in draft.sources}
    return {
        ("away", one.pk, n): (one.pk, at)
        for one in published
        if not one.retired
        for n, at in enumerate(one.places())
        if at.source not in uploaded
    }


def _pairs(told: Iterable[tuple[Identity, Identity]], named: Mapping[Identity, list[Hashable]]) -> Pairs:
    return [(a, b) for one, other in told for a in named.get(one, ()) for b in named.get(other, ()) if a != b]


def _bodies(draft: Draft) -> dict[int, str]:
    texts: dict[int, list[str]] = defaultdict(list)
    for note in draft.notes:
        texts[note.topic].append(note.markdown)
    return {topic: "\n".join(text) for topic, text in texts.items()}


def _same_title(topics: Sequence[Candidate]) -> Pairs:
    """Pairs of topics of two sources that go by one title under one heading, or at the top when it says something."""
    group: dict[Hashable, Hashable] = {}
    seen: dict[object, list[Hashable]] = defaultdict(list)  # what a topic goes by → groups
    sources: dict[Hashable, set[str]] = defaultdict(set)  # group → sources with a topic in it
    for topic in topics:
        above = group.get(topic.parent) if topic.parent is not None else None
        title = normalise(topic.title)
        key = (above, title)
        told = title and (above is not None or topic.family or title not in GENERAL)
        free = (first for first in seen[key] if topic.source not in sources[first]) if told else iter(())
        first = next(free, topic.id)
        group[topic.id] = first
        sources[first].add(topic.source)
        if first == topic.id:
            seen[key].append(first)
    return [(first, ident) for ident, first in group.items() if first != ident]
