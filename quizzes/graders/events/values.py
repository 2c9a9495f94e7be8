"""JSON as event patterns see it: a number is text and a double, an object keeps every key it has, in order.

Two numbers are one when they are the same double (1, 1.0 and 1e0), or the same text where a double does not hold
them. Text is never a number: "1" is not 1.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html (numeric matching)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

_LONGEST_NUMBER = 400


class NotJson(ValueError):
    """Text that holds no JSON."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written. `double` is None when a double would change its value: then only its text counts."""

    text: str
    double: float | None

    @classmethod
    def of(cls, text: str) -> Number:
        return cls(text, _double(text))

    def same_as(self, other: Number) -> bool:
        if self.double is not None and other.double is not None:
            return self.double == other.double
        return self.text == other.text


Scalar: TypeAlias = str | bool | Number | None


class Members(tuple[tuple[str, Any], ...]):
    """The keys and values of an object, in order; a key may stand twice."""

    __slots__ = ()


def read(text: str) -> Any:
    """JSON → lists, `Members` and scalars. Raises NotJson."""
    try:
        return json.loads(
            text,
            parse_int=Number.of,
            parse_float=Number.of,
            parse_constant=_refuse,
            object_pairs_hook=Members,
        )
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)[:200]) from None


def members(node: Any) -> Iterable[tuple[str, Any]] | None:
    """The keys and values of an object; None when `node` is none."""
    if isinstance(node, Members):
        return node
    return ((str(key), value) for key, value in node.items()) if isinstance(node, Mapping) else None


def scalar(node: Any) -> Scalar:
    """A leaf: text, true, false, null or a number. Raises NotJson for what JSON does not have."""
    if node is None or isinstance(node, str | bool | Number):
        return node
    if isinstance(node, int | float):
        return Number.of(_written(node))
    raise NotJson(f"{type(node).__name__} is no value of JSON")


def shown(value: Scalar) -> str:
    """A leaf as it stands in JSON, shortened."""
    if isinstance(value, Number):
        return value.text[:60]
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "…"


def _written(number: int | float) -> str:
    try:
        return repr(number)
    except ValueError:  # more digits than Python turns into text
        return hex(number) if isinstance(number, int) else str(number)


def _double(text: str) -> float | None:
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        exact, value = Decimal(text), float(text)
        # "the same" as the shortest text of the double: 0.1 is comparable, 0.1000000000000000055 is not
        if not exact.is_finite() or value in (float("inf"), float("-inf")) or Decimal(repr(value)) != exact:
            return None
    except (ValueError, InvalidOperation, OverflowError):
        return None
    return value + 0.0  # no negative zero


def _refuse(word: str) -> Any:
    raise NotJson(f"{word} is no value of JSON")
