"""Which topics of several sources are one. Pure: topics and what a person decided in, groups out.

    topics → `alike.Comparison` (pairs with their likeness) → `Groups` (one-to-one between two sources) → groups

Groups grow by union-find, the likeliest pair first. They never hold two topics of one source, two rows of what is
published, nor two topics that a person told apart; and what joins a group must be like the whole of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

from content.ingest.topics.alike import Candidate, Comparison, Pair

__all__ = ["Candidate", "Groups", "merge"]

_AGREEING = (
    0.55  # share of the likeness wanted of a pair that the members of two groups must have on the average
)
_ASKED = 4  # members of a group that are asked


def merge(
    topics: Sequence[Candidate],
    together: Iterable[tuple[Hashable, Hashable]] = (),
    apart: Iterable[tuple[Hashable, Hashable]] = (),
    compare: bool = True,
) -> dict[Hashable, Hashable]:
    """The first topic of its group for every topic, by id.

    `together`: pairs known to be one, the surest first. `apart`: pairs that are not, whatever they look like; they win
    over `together`. `compare`: whether the rest is looked at, too.
    """
    groups = Groups(topics, apart)
    for one, other in together:
        groups.join(one, other)
    if compare and len({topic.kin for topic in topics}) > 1:
        compared = Comparison(topics)
        _join_best(compared.pairs(), compared, groups)
        _join_best(compared.sections(groups.first), compared, groups)
    return {topic.id: groups.first(topic.id) for topic in topics}


def _join_best(pairs: Iterable[Pair], compared: Comparison, groups: Groups) -> None:
    """Join pairs, the likeliest first; between two sources a topic finds one partner."""
    topics = compared.topics
    taken: set[tuple[int, str]] = set()
    place = compared.places()
    for _, at, to in sorted(
        pairs, key=lambda pair: (-round(pair[0], 9), *sorted((place[pair[1]], place[pair[2]])))
    ):
        one, other = (at, topics[to].kin), (to, topics[at].kin)
        if one in taken or other in taken or not _agree(at, to, compared, groups):
            continue
        if groups.join(topics[at].id, topics[to].id):
            taken |= {one, other}


def _agree(at: int, to: int, compared: Comparison, groups: Groups) -> bool:
    """The other members of both groups are alike too: one likeness must not lead from a thing to another."""
    here, there = groups.places(at)[:_ASKED], groups.places(to)[:_ASKED]
    others = [(a, b) for a in here for b in there if (a, b) != (at, to)]
    if not others:
        return True
    shares = [score / wanted for a, b in others for score, wanted in [compared.likeness(a, b)]]
    return sum(min(share, 1.5) for share in shares) / len(shares) >= _AGREEING


class Groups:
    """Union-find over topics. A group has one topic of a source at most, one row, and none that are to stay apart."""

    def __init__(self, topics: Sequence[Candidate], apart: Iterable[tuple[Hashable, Hashable]] = ()) -> None:
        self._ids = [topic.id for topic in topics]
        self._place = {topic.id: at for at, topic in enumerate(topics)}
        self._root: dict[Hashable, Hashable] = {topic.id: topic.id for topic in topics}
        self._sources = {topic.id: {topic.source} for topic in topics}
        self._row = {topic.id: topic.row for topic in topics}
        self._members: dict[Hashable, list[int]] = {topic.id: [at] for at, topic in enumerate(topics)}
        self._apart: dict[Hashable, set[Hashable]] = defaultdict(set)
        for one, other in apart:
            self._apart[one].add(other)
            self._apart[other].add(one)

    def first(self, ident: Hashable) -> Hashable:
        """The earliest topic of the group."""
        path = []
        while self._root[ident] != ident:
            path.append(ident)
            ident = self._root[ident]
        for passed in path:
            self._root[passed] = ident
        return ident

    def places(self, at: int) -> list[int]:
        """Positions of the topics that are in one group with the topic at a position."""
        return self._members[self.first(self._ids[at])]

    def join(self, one: Hashable, other: Hashable) -> bool:
        """Make two groups one; False when they are one already or must not be."""
        if one not in self._root or other not in self._root:
            return False
        one, other = sorted((self.first(one), self.first(other)), key=self._place.__getitem__)
        if one == other or self._sources[one] & self._sources[other] or self._kept_apart(one, other):
            return False
        if None not in (self._row[one], self._row[other]) and self._row[one] != self._row[other]:
            return False
        self._root[other] = one
        self._sources[one] |= self._sources.pop(other)
        self._members[one] += self._members.pop(other)
        self._row[one] = self._row[one] if self._row[one] is not None else self._row[other]
        return True

    def _kept_apart(self, one: Hashable, other: Hashable) -> bool:
        there = {self._ids[at] for at in self._members[other]}
        here = (self._ids[at] for at in self._members[one])
        return any(self._apart[member] & there for member in here if member in self._apart)
