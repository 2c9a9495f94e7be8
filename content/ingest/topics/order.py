"""One tree of all topics: where each row stands, in reading order, and in which order sources come. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


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


def sources_in_order(siblings: Sequence[Sequence[str]]) -> list[str]:
    """An order of sources that explains how their topics stand side by side: `siblings`, the sources of each parent's
    children in reading order. Where the children of two parents disagree, the earlier parent has the say.
    """
    seen = list(dict.fromkeys(path for paths in siblings for path in paths))
    place = {path: at for at, path in enumerate(seen)}
    behind: dict[str, set[str]] = {path: set() for path in seen}
    before: Counter[str] = Counter()
    for paths in siblings:
        for one, other in pairwise(dict.fromkeys(paths)):
            if other not in behind[one]:
                behind[one].add(other)
                before[other] += 1
    waiting = set(seen)
    ordered: list[str] = []
    while waiting:
        path = min(waiting, key=lambda path: (before[path], place[path]))
        waiting.discard(path)
        ordered.append(path)
        before.subtract(behind[path])
    return ordered
