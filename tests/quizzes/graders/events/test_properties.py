from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.graders.events.cases import decide
from quizzes.graders.events.flatten import leaves
from quizzes.graders.events.matching import fits
from quizzes.graders.events.pattern import compiled
from quizzes.graders.events.texts import fits_wildcard, wildcard_parts
from tests.patience import comes_to_an_end

KEYS = st.sampled_from(
    ["a", "b", "c", "a.b", "$or", "prefix", "numeric", "exists", "anything-but", "wildcard", "cidr"]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "a", "*", "a*", "\\", "10.0.0.0/8", "10.1.2.3", "::1", "<", ">="]), st.text(max_size=4),
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(KEYS, below, max_size=3)),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=4)

SMALL = st.sampled_from([0, 1])
FIELDS = st.sampled_from(["a", "b", "c"])
EVENTS = st.recursive(
    st.dictionaries(FIELDS, SMALL, max_size=3),
    lambda below: st.dictionaries(FIELDS, st.one_of(SMALL, below, st.lists(below, max_size=3)), max_size=3),
    max_leaves=8,
)
LEAF = st.sampled_from([[0], [1], [{"exists": True}], [{"anything-but": 1}]])
PATTERNS = st.recursive(
    st.dictionaries(FIELDS, LEAF, min_size=1, max_size=3),
    lambda below: st.dictionaries(FIELDS, st.one_of(LEAF, below), min_size=1, max_size=3),
    max_leaves=5,
)


@given(OBJECTS, OBJECTS)
@settings(max_examples=300, deadline=None)
def test_any_pattern_and_event_are_decided_and_always_alike(pattern: Any, event: Any) -> None:
    case = {"pattern": pattern, "event": event}
    assert decide(case) in {"match", "no match", "invalid"}
    assert decide(case) == decide(case)


@given(PATTERNS, EVENTS)
@settings(max_examples=300, deadline=None)
def test_arrays_are_as_trying_every_combination_of_leaves(pattern: Any, event: Any) -> None:
    (rule,) = compiled(pattern)
    found = leaves(event, set(rule))
    holding = [
        [leaf.where for leaf in found.get(path, []) if any(one.holds(leaf.value) for one in asked.matchers)]
        for path, asked in rule.items()
    ]
    expected = any(
        len({array for array, _ in pairs}) == len(pairs)
        for chosen in itertools.product(*holding)
        if (pairs := {pair for where in chosen for pair in where}) is not None
    )
    assert fits(rule, found) == expected


@given(st.text("ab*", max_size=8).filter(lambda text: "**" not in text), st.text("ab", max_size=8))
@settings(deadline=None)
def test_wildcards_are_as_trying_every_split(pattern: str, value: str) -> None:
    def slow(wanted: str, rest: str) -> bool:
        if not wanted:
            return not rest
        if wanted[0] == "*":
            return any(slow(wanted[1:], rest[at:]) for at in range(len(rest) + 1))
        return rest[:1] == wanted[0] and slow(wanted[1:], rest[1:])

    assert fits_wildcard(value, wildcard_parts(pattern)) == slow(pattern, value)


def test_hostile_wildcards_and_arrays_take_no_time() -> None:
    value = "a" * 60_000
    rows = [{"a": 1, "b": 1, "c": number % 2} for number in range(1_500)]
    with comes_to_an_end():
        decide({"pattern": {"a": [{"wildcard": "*a" * 15_000 + "*b"}]}, "event": {"a": value}})
        decide({"pattern": {"d": {"a": [1], "b": [1], "c": [2]}}, "event": {"d": rows}})
