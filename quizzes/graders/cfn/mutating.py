"""A right template, broken in the ways learners break it: one mistake at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quizzes.graders.cfn.template import function_of
from quizzes.graders.engine.mutants import broken_words

MOST = 120
_POLICIES = {"Delete": "Retain", "Retain": "Delete", "RetainExceptOnCreate": "Delete", "Snapshot": "Delete"}


def mutants(template: Mapping[str, Any]) -> Iterator[Any]:
    """At most 120 templates, each with one mistake."""
    seen: list[Any] = [template]
    for mutant in _broken(template, ()):
        if mutant not in seen:
            seen.append(mutant)
            yield mutant
        if len(seen) > MOST:
            return


def _broken(value: Any, way: tuple[str, ...]) -> Iterator[Any]:
    call = function_of(value)
    if call is not None and not (call[0] == "Condition" and way[:1] == ("Resources",)):
        yield from _call(*call, way)
    elif isinstance(value, Mapping):
        yield from _mapping(value, way)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            if len(value) > 1:
                yield [*value[:place], *value[place + 1 :]]
            for broken in _broken(item, way):
                yield [*value[:place], broken, *value[place + 1 :]]
    else:
        yield from _scalar(value)


def _mapping(value: Mapping[str, Any], way: tuple[str, ...]) -> Iterator[Any]:
    for key, item in value.items():
        if key in ("Description", "Metadata", "AWSTemplateFormatVersion", "ConstraintDescription", "Type"):
            continue
        if _may_go(key, item, way):
            yield {other: kept for other, kept in value.items() if other != key}
        for broken in _item(key, item, way):
            yield {**value, key: broken}


def _may_go(key: str, item: Any, way: tuple[str, ...]) -> bool:
    """What is left out where it says something: Delete is also what stands there when it is left out."""
    if key in ("DeletionPolicy", "UpdateReplacePolicy") and item == "Delete":
        return False
    return way != () or key in ("Outputs", "Resources")


def _item(key: str, item: Any, way: tuple[str, ...]) -> Iterator[Any]:
    if key in ("DeletionPolicy", "UpdateReplacePolicy") and isinstance(item, str):
        yield _POLICIES.get(item, "Delete")
    elif key == "DependsOn":
        yield from ([*item[:at], *item[at + 1 :]] for at in range(len(item)) if isinstance(item, list))
    else:
        yield from _broken(item, (*way, key))


def _call(name: str, given: Any, way: tuple[str, ...]) -> Iterator[Any]:
    """Ref for GetAtt and back, a function for its text, values swapped, one beside."""
    if name in _CALLS:
        yield from _CALLS[name](name, given)
    if isinstance(given, list) and name not in ("Fn::GetAtt", "Fn::Sub"):
        for place, item in enumerate(given):
            for broken in _broken(item, (*way, name)):
                yield {name: [*given[:place], broken, *given[place + 1 :]]}


def _ref(name: str, given: Any) -> Iterator[Any]:
    if isinstance(given, str):
        yield given
        if given == "AWS::NoValue":
            yield ""
        elif not given.startswith("AWS::"):
            yield {"Fn::GetAtt": [given, "Arn"]}


def _attribute(name: str, given: Any) -> Iterator[Any]:
    if isinstance(given, list) and len(given) == 2:
        yield {"Ref": given[0]}
        yield f"{given[0]}.{given[1]}"


def _sub(name: str, given: Any) -> Iterator[Any]:
    text = given if isinstance(given, str) else given[0] if isinstance(given, list) and given else None
    if isinstance(text, str):
        yield text
        yield {name: text.replace("${", "$!{", 1) if "${" in text else f"{text}x"}


def _if(name: str, given: Any) -> Iterator[Any]:
    if isinstance(given, list) and len(given) == 3:
        yield {name: [given[0], given[2], given[1]]}
        yield from given[1:]


def _both(name: str, given: Any) -> Iterator[Any]:
    yield {"Fn::Or" if name == "Fn::And" else "Fn::And": given}
    if isinstance(given, list) and len(given) > 2:
        yield from ({name: [*given[:at], *given[at + 1 :]]} for at in range(len(given)))


def _turned(name: str, given: Any) -> Iterator[Any]:
    yield {"Fn::Not": [{name: given}]}


def _not(name: str, given: Any) -> Iterator[Any]:
    yield from given[:1] if isinstance(given, list) else ()


def _select(name: str, given: Any) -> Iterator[Any]:
    if isinstance(given, list) and len(given) == 2 and str(given[0]).isdecimal():
        yield given[1]


def _import(name: str, given: Any) -> Iterator[Any]:
    yield given
    if isinstance(given, str):
        yield {"Ref": given}


_CALLS: Mapping[str, Callable[[str, Any], Iterator[Any]]] = {
    "Ref": _ref,
    "Fn::GetAtt": _attribute,
    "Fn::Sub": _sub,
    "Fn::If": _if,
    "Fn::And": _both,
    "Fn::Or": _both,
    "Fn::Not": _not,
    "Fn::Equals": _turned,
    "Condition": _turned,
    "Fn::Select": _select,
    "Fn::ImportValue": _import,
}


def _scalar(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value * 10)
    elif isinstance(value, str):
        yield from broken_words(value)
