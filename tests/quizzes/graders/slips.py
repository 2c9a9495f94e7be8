"""A drill with a slip of its author's hand in it is told of, or works; never an exception."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes import graders
from quizzes.graders.engine.selftest import selftest

JUNK: tuple[Any, ...] = (
    None, True, -1, 3, 10**15, 1.5, "", "x", "{{n}}", "*", [], [[]], ["x"], [None], {}, {"a": 1}, [{}], "[0]", "9" * 30,
)  # fmt: skip


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Ways to every part of a drill."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*way, key)
        yield from places(value[key], (*way, key))


def check_slips(drill: Mapping[str, Any], seed: str, times: int = 40) -> None:
    """Put something else into one place of the drill, so many times."""
    chance = random.Random(seed)
    for _ in range(times):
        spec: Any = copy.deepcopy(dict(drill))
        *way, last = chance.choice(list(places(spec)))
        part = spec
        for step in way:
            part = part[step]
        part[last] = chance.choice(JUNK)
        told = graders.told(spec)
        assert not any("cannot be understood" in text for _, text in told), (way, last, part)
        if not told:
            assert not any("Error:" in failure.text for failure in selftest(spec, [0, 1]).failures)
            assert graders.widget(spec, 0).kind
            graders.grade(spec, 0, "x")
