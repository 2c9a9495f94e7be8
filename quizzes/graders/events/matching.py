"""Whether an event fits a rule: one leaf for every field, no two of them in different elements of one array.

Fields are looked at in the order of their paths. That a field is absent is judged beside the leaves taken so far: in
`[{"a": 1}, {"b": 2}]` there is no `b` beside the `a`.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from quizzes.graders.events.flatten import Leaf, Leaves, Where
from quizzes.graders.events.pattern import Asked, Rule

MAX_STEPS = 200_000

# The elements taken so far: array → index. Arrays that no later field has are forgotten.
Taken: TypeAlias = frozenset[tuple[int, int]]


class TooMuch(ValueError):
    """An event with so many arrays in arrays that it cannot be matched in time."""


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """How one field fared by itself: `ok` when some leaf of it holds, whatever the others do."""

    path: str
    asked: Asked
    leaves: tuple[Leaf, ...]
    ok: bool


def fits(rule: Rule, found: Leaves) -> bool:
    """Whether the leaves of an event satisfy the rule. Raises TooMuch."""
    paths = sorted(rule, key=lambda path: path.encode("utf-16-be", "surrogatepass"))
    taken: set[Taken] = {frozenset()}
    steps = 0
    for place, path in enumerate(paths):
        matter = {
            array for later in paths[place + 1 :] for leaf in found.get(later, ()) for array, _ in leaf.where
        }
        here = found.get(path, [])
        holding = _Places({leaf.where for leaf in here if _holds(rule[path], leaf)})
        present = _Places({leaf.where for leaf in here}) if rule[path].absent else None
        reached: set[Taken] = set()
        for before in taken:
            bound = dict(before)
            if present is not None and not any(_agree(bound, where) for where in present.near(bound)):
                reached.add(before)
            for where in holding.near(bound):
                steps += 1
                if _agree(bound, where):
                    reached.add(before.union(where))
            if steps > MAX_STEPS:
                raise TooMuch
        taken = {frozenset(pair for pair in one if pair[0] in matter) for one in reached}
        if not taken:
            return False
    return True


def look(rule: Rule, found: Leaves) -> list[FieldSeen]:
    """Every field by itself, in the order of the pattern: for telling which one failed."""
    seen = []
    for path, asked in rule.items():
        here = tuple(found.get(path, ()))
        ok = any(_holds(asked, leaf) for leaf in here) or (asked.absent and not here)
        seen.append(FieldSeen(path, asked, here, ok))
    return seen


def _holds(asked: Asked, leaf: Leaf) -> bool:
    return any(matcher.holds(leaf.value) for matcher in asked.matchers)


def _agree(bound: dict[int, int], where: Where) -> bool:
    return all(bound.get(array, index) == index for array, index in where)


class _Places:
    """Places of leaves by their outermost element, so that only those near what is taken are tried."""

    def __init__(self, places: Iterable[Where]) -> None:
        self.by_array: dict[int, dict[int, list[Where]]] = {}
        self.free: list[Where] = []
        for where in places:
            if not where:
                self.free.append(where)
            else:
                array, index = where[0]
                self.by_array.setdefault(array, {}).setdefault(index, []).append(where)

    def near(self, bound: dict[int, int]) -> Iterable[Where]:
        yield from self.free
        for array, by_index in self.by_array.items():
            if array in bound:
                yield from by_index.get(bound[array], ())
            else:
                for places in by_index.values():
                    yield from places
