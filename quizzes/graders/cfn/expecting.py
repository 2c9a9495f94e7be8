"""What a check expects of an outcome, and the sentences when it is otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from quizzes.graders.cfn.building import Stack
from quizzes.graders.cfn.updating import ACTIONS, Outcome, same
from quizzes.graders.file_paths import BadPath, found, read_path

REFUSALS = ("template", "circular", "parameter", "value", "export", "import", "name")


def _names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _pairs(value: Any) -> bool:
    return isinstance(value, list) and all(_names(one) and len(one) >= 2 for one in value)


def _paths(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_path(str(key)) for key in value)


def _path(text: str) -> bool:
    try:
        return bool(read_path(text))
    except BadPath:
        return False


def _among(words: tuple[str, ...]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, Mapping) and all(one in words for one in value.values())


# key → (whether a value fits, what it must be)
EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "refused": (lambda value: value in REFUSALS, f"one of {', '.join(REFUSALS)}"),
    "made": (_names, "a list of names of resources"),
    "missing": (_names, "a list of names of resources"),
    "types": (lambda value: isinstance(value, Mapping), "resources with their types"),
    "values": (_paths, "paths with values, as Bucket.BucketName: x"),
    "absent": (
        lambda value: _names(value) and all(map(_path, value)),
        "a list of paths, as Bucket.BucketName",
    ),
    "conditions": (lambda value: isinstance(value, Mapping), "conditions with true or false"),
    "outputs": (lambda value: isinstance(value, Mapping), "outputs with their values"),
    "exports": (lambda value: isinstance(value, Mapping), "names of exports with their values"),
    "order": (_pairs, "a list of lists: [first, then, …]"),
    "together": (_pairs, "a list of lists of resources that do not wait for each other"),
    "actions": (_among(ACTIONS), f"resources with one of {', '.join(ACTIONS)}"),
    "left": (_among(("delete", "retain", "snapshot")), "resources with one of delete, retain, snapshot"),
}


def unmet(expect: Mapping[str, Any], outcome: Outcome) -> list[str]:
    """Sentences for what is otherwise; empty when all of it holds."""
    if "refused" in expect:
        if outcome.refused is None:
            return ["CloudFormation would not refuse this."]
        return [] if outcome.refused.kind == expect["refused"] else [str(outcome.refused)]
    if outcome.refused is not None:
        return [str(outcome.refused)]
    missed = [*_made(expect, outcome), *_actions(expect, outcome)]
    if outcome.stack is not None:
        missed += [*_values(expect, outcome.stack), *_order(expect, outcome.stack)]
    return missed


def _made(expect: Mapping[str, Any], outcome: Outcome) -> Iterator[str]:
    there = outcome.stack.resources if outcome.stack else {}
    yield from (f"{name} is not made." for name in expect.get("made", ()) if name not in there)
    yield from (f"{name} is made." for name in expect.get("missing", ()) if name in there)
    for name, kind in expect.get("types", {}).items():
        if name not in there or there[name].kind != kind:
            yield f"{name} is {there[name].kind if name in there else 'not made'}, not {kind}."


def _actions(expect: Mapping[str, Any], outcome: Outcome) -> Iterator[str]:
    for key, things in (("actions", outcome.actions), ("left", outcome.left)):
        for name, wanted in expect.get(key, {}).items():
            if things.get(name) != wanted:
                what = "what is left of " if key == "left" else ""
                yield f"{what}{name}: {things.get(name) or 'nothing'}, not {wanted}."


def _values(expect: Mapping[str, Any], stack: Stack) -> Iterator[str]:
    properties = {name: one.properties for name, one in stack.resources.items()}
    for path, wanted in expect.get("values", {}).items():
        values = found(properties, read_path(path))
        if not any(same(value, wanted) for value in values):
            yield f"{path} is {_short(values[0]) if values else 'not there'}, not {_short(wanted)}."
    for path in expect.get("absent", ()):
        if found(properties, read_path(path)):
            yield f"{path} is there."
    for key, things in (
        ("conditions", stack.conditions),
        ("outputs", stack.outputs),
        ("exports", stack.exports),
    ):
        for name, wanted in expect.get(key, {}).items():
            if wanted is None and name in things:
                yield f"{name} is among the {key}."
            elif wanted is not None and not (name in things and same(things[name], wanted)):
                yield f"{name} of the {key} is {_short(things.get(name, 'not there'))}, not {_short(wanted)}."


def _order(expect: Mapping[str, Any], stack: Stack) -> Iterator[str]:
    for names in expect.get("order", ()):
        for first, then in pairwise(names):
            if first not in stack.resources or then not in stack.resources:
                yield f"{first} and {then} are not both made."
            elif first not in stack.before(then):
                yield f"{then} does not wait for {first}."
    for names in expect.get("together", ()):
        for place, one in enumerate(names):
            for other in names[place + 1 :]:
                if one not in stack.resources or other not in stack.resources:
                    yield f"{one} and {other} are not both made."
                elif one in stack.before(other) or other in stack.before(one):
                    yield f"{one} and {other} wait for one another."


def _short(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
