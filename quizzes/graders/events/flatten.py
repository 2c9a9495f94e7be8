"""An event → its leaves by path. Arrays leave no trace in a path, but each leaf knows in which elements it stands.

`{"a": [{"b": 1}, {"b": 2}]}` has two leaves `a.b`, in elements 0 and 1 of one array. An empty array or object has none.
A plain value in an array is in no element: values of one list may be taken for different matchers. Keys that no wanted
path has are not entered; the engine forgets empty keys at the end of a path, and so never finds what stands there.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

from quizzes.graders.events.values import Scalar, members, scalar

# (number of the array in the event, index of the element) from outside in.
Where: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    value: Scalar
    where: Where


Leaves: TypeAlias = dict[str, list[Leaf]]


def leaves(event: Any, wanted: Collection[str]) -> Leaves:
    """Leaves of the wanted paths, in the order of the event. Without recursion: events may be deep."""
    found: Leaves = {}
    steps = {step for path in wanted for step in _steps(path)}
    arrays = 0
    # (path or None for the event itself, node, where); a stack, so children are pushed in reverse
    waiting: list[tuple[str | None, Any, Where]] = [(None, event, ())]
    while waiting:
        path, node, where = waiting.pop()
        pairs = members(node)
        if pairs is not None:
            below = [
                (key if path is None else f"{path}.{key}", value, where)
                for key, value in pairs
                if key in steps or ("." in key and all(step in steps for step in _steps(key)))
            ]
            waiting.extend(reversed(below))
        elif isinstance(node, list):
            number, arrays = arrays, arrays + 1
            waiting.extend(
                (path, item, (*where, (number, index)) if _nests(item) else where)
                for index, item in reversed(list(enumerate(node)))
            )
        elif path in wanted:
            found.setdefault(path or "", []).append(Leaf(scalar(node), where))
    return found


def _steps(path: str) -> list[str]:
    """The keys of a path; empty ones at its end are lost."""
    steps = path.split(".")
    while len(steps) > 1 and not steps[-1]:
        steps.pop()
    return [] if steps == [""] and path else steps


def _nests(node: Any) -> bool:
    return isinstance(node, list) or members(node) is not None
