"""The tree of a certification's topics in reading order, read with one query. The reader and the Studio show it.

topics (rows, in order) → Outline → nested (a flat run that a template writes as lists in lists)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from content.models import Certification, Topic

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node:
    """One live topic. `level` counts from 0 through live parents; `parent` is a topic id or None at the top."""

    pk: int
    title: str
    slug: str
    parent: int | None
    domain: int | None
    stub: bool
    level: int


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A node as a template writes it: does a list open under it, and how many lists close after it?"""

    item: T
    opens: bool
    closes: range


@dataclass(frozen=True, slots=True)
class Outline:
    nodes: tuple[Node, ...]

    def by_slug(self, slug: str) -> Node | None:
        return next((node for node in self.nodes if node.slug == slug), None)

    def ancestors(self, node: Node) -> list[Node]:
        """From the top down to the parent."""
        by_pk = {other.pk: other for other in self.nodes}
        trail: list[Node] = []
        above = node.parent
        while above is not None:
            trail.append(by_pk[above])
            above = by_pk[above].parent
        return trail[::-1]

    def children(self, node: Node) -> list[Node]:
        return [other for other in self.nodes if other.parent == node.pk]

    def subtree(self, node: Node) -> list[Node]:
        """The node and everything under it, in reading order."""
        inside = {node.pk}
        found = []
        for other in self.nodes:
            if other.pk == node.pk or other.parent in inside:
                inside.add(other.pk)
                found.append(other)
        return found

    def neighbours(self, node: Node) -> tuple[Node | None, Node | None]:
        """The pages before and after, as in a book."""
        at = self.nodes.index(node)
        before = self.nodes[at - 1] if at else None
        after = self.nodes[at + 1] if at + 1 < len(self.nodes) else None
        return before, after


def outline_of(certification: Certification) -> Outline:
    """All live topics of a certification: one query."""
    rows = (
        Topic.objects.live()
        .filter(certification=certification)
        .order_by("position", "pk")
        .values_list("pk", "title", "slug", "parent_id", "domain__number", "stub")
    )
    return Outline(tuple(_levelled(rows)))


def nested(items: Sequence[T], level: Callable[[T], int]) -> list[Entry[T]]:
    """A run in reading order as nested lists. Nothing ever stands more than one level below what is before it."""
    levels = _steps([level(item) for item in items])
    following = [*levels[1:], 0]
    return [
        Entry(item, opens=after > here, closes=range(max(0, here - after)))
        for item, here, after in zip(items, levels, following[: len(items)], strict=True)
    ]


def _levelled(rows: Iterable[tuple[int, str, str, int | None, int | None, bool]]) -> Iterable[Node]:
    levels: dict[int, int] = {}
    for pk, title, slug, parent, domain, stub in rows:
        above = parent if parent in levels else None  # a retired parent, or one out of order, counts as none
        levels[pk] = 0 if above is None else levels[above] + 1
        yield Node(pk, title, slug, above, domain, stub, levels[pk])


def _steps(levels: list[int]) -> list[int]:
    """Levels that begin at 0 and go down one at a time."""
    stepped: list[int] = []
    open_levels: list[int] = []
    for level in levels:
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        stepped.append(len(open_levels))
        open_levels.append(level)
    return stepped
