"""A right event pattern, broken in the ways learners break it: one mistake at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quizzes.graders.events.operators import BadPattern
from quizzes.graders.events.pattern import compiled

_MOST = 60
_NEIGHBOURS = {">": ">=", ">=": ">", "<": "<=", "<=": "<"}
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


def mutants(pattern: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """At most 60 patterns, none of them asking for the same as `pattern`."""
    asked = _asked(pattern)
    seen: list[Any] = [pattern]
    for mutant in _broken(pattern):
        if mutant not in seen and _asked(mutant) != asked:
            seen.append(mutant)
            yield mutant
        if len(seen) > _MOST:
            return


def _asked(pattern: Any) -> Any:
    """What a pattern asks for, so that two spellings of one thing are equal; None when it is invalid."""
    try:
        return [{path: (set(map(str, one.matchers)), one.absent) for path, one in rule.items()}
                for rule in compiled(pattern)]  # fmt: skip
    except BadPattern:
        return None


def _broken(node: Any) -> Iterator[Any]:
    """Every way to break one place below this object."""
    for key, value in node.items():
        rest = {other: below for other, below in node.items() if other != key}
        if rest:
            yield rest  # a field forgotten
        if key == "$or" and isinstance(value, list):
            yield from _broken_or(rest, value)
        elif isinstance(value, dict):
            yield {**rest, **value}  # one level too high
            yield from ({**node, key: below} for below in _broken(value))
        elif isinstance(value, list):
            yield from ({**node, key: values} for values in _broken_values(value))
    yield from _misspelt(node)


def _broken_or(rest: dict[str, Any], options: list[Any]) -> Iterator[Any]:
    merged = dict(rest)
    for option in options:
        merged |= option if isinstance(option, dict) else {}
    yield merged  # all of them at once
    for place, option in enumerate(options):
        others = [*options[:place], *options[place + 1 :]]
        if len(others) > 1:
            yield {**rest, "$or": others}
        if isinstance(option, dict):
            yield {**rest, **option}  # only one of them
            yield from (
                {**rest, "$or": [*options[:place], one, *options[place + 1 :]]} for one in _broken(option)
            )


def _misspelt(node: dict[str, Any]) -> Iterator[Any]:
    for key in node:
        other = "detailType" if key == "detail-type" else None
        if other is None and key.isalpha() and key not in ("source", "detail") and key != key.swapcase():
            other = key[0].swapcase() + key[1:]
        if other and other not in node:
            yield {other if old == key else old: value for old, value in node.items()}


def _broken_values(values: list[Any]) -> Iterator[Any]:
    if len(values) == 1 and not isinstance(values[0], dict):
        yield values[0]  # without its list: not valid
    for place, value in enumerate(values):
        before, after = values[:place], values[place + 1 :]
        if before or after:
            yield [*before, *after]
        for other in _broken_value(value):
            yield [*before, other, *after]


def _broken_value(value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        yield from _broken_text(value)
    elif isinstance(value, bool):
        yield not value
        yield str(value).lower()
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, dict) and len(value) == 1:
        name, operand = next(iter(value.items()))
        yield from _broken_operator(name, operand)


def _broken_text(text: str) -> Iterator[Any]:
    if text.swapcase() != text:
        yield text.upper() if text != text.upper() else text.lower()
    if text:
        yield f"{text}*"  # a star means nothing in plain text
        yield {"anything-but": text}
    if text.isdigit() and not text.startswith("0"):
        yield int(text)


def _broken_operator(name: str, operand: Any) -> Iterator[Any]:
    if name == "exists":
        yield {"exists": not operand}
        yield {"exists": str(operand).lower()}
    elif name in ("prefix", "suffix"):
        plain = operand.get("equals-ignore-case") if isinstance(operand, dict) else operand
        yield plain
        yield {"suffix" if name == "prefix" else "prefix": operand}
        yield {name: plain} if isinstance(operand, dict) else {name: f"{plain}*"}
    elif name == "equals-ignore-case":
        yield operand
    elif name == "wildcard" and isinstance(operand, str):
        yield operand
        yield {"prefix": operand.split("*")[0]}
        yield {"suffix": operand.split("*")[-1]}
    elif name == "cidr" and isinstance(operand, str):
        yield operand
        yield {"prefix": operand.partition("/")[0]}
    elif name == "anything-but":
        yield from _broken_but(operand)
    elif name == "numeric" and isinstance(operand, list):
        yield from _broken_range(operand)


def _broken_but(operand: Any) -> Iterator[Any]:
    if isinstance(operand, dict):
        yield operand
        yield {"anything-but": next(iter(operand.values()))}
    elif isinstance(operand, list):
        yield from ({"anything-but": [*operand[:at], *operand[at + 1 :]]} for at in range(len(operand)))
        yield operand[0] if operand else None
    else:
        yield operand


def _broken_range(operand: list[Any]) -> Iterator[Any]:
    for place, part in enumerate(operand):
        if isinstance(part, str):
            for other in (_NEIGHBOURS.get(part), _TURNED.get(part)):
                if other:
                    yield {"numeric": [*operand[:place], other, *operand[place + 1 :]]}
        else:
            yield {"numeric": [*operand[:place], str(part), *operand[place + 1 :]]}
    if len(operand) == 4:
        yield {"numeric": operand[:2]}
        yield {"numeric": operand[2:]}
