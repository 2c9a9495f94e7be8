"""Choice rules: And, Or, Not, and one comparison of a variable with a value or with another path.

A comparison of the wrong type is false, not an error; a path that leads nowhere is an error, except for IsPresent.

https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from quizzes.graders.asl.data import Scope
from quizzes.graders.asl.errors import Invalid, StatesError, runtime
from quizzes.graders.asl.paths import parsed
from quizzes.graders.events.texts import BadWildcard, fits_wildcard, wildcard_parts

MOST_NESTED = 20

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": lambda one, other: one == other,
    "LessThan": lambda one, other: one < other,
    "GreaterThan": lambda one, other: one > other,
    "LessThanEquals": lambda one, other: one <= other,
    "GreaterThanEquals": lambda one, other: one >= other,
}
_KINDS: dict[str, tuple[str, ...]] = {
    "String": tuple(_ORDERS),
    "Numeric": tuple(_ORDERS),
    "Timestamp": tuple(_ORDERS),
    "Boolean": ("Equals",),
}
_TESTS = ("IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp")
_STAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)

# operator → (type, comparison)
COMPARISONS: dict[str, tuple[str, str]] = {
    f"{kind}{order}": (kind, order) for kind, orders in _KINDS.items() for order in orders
}
OPERATORS = frozenset({*COMPARISONS, *(f"{name}Path" for name in COMPARISONS), "StringMatches", *_TESTS})


def timestamp(value: Any) -> datetime | None:
    """A time such as 2026-01-01T00:00:00Z; None when the text is none."""
    if not isinstance(value, str) or not _STAMP.fullmatch(value):
        return None
    try:
        head, dot, tail = value.partition(".")
        digits = re.match(r"[0-9]*", tail)
        fraction = f".{digits[0][:6]:0<6}" if dot and digits else ""
        return datetime.fromisoformat(f"{head}{fraction}{tail[len(digits[0]) if digits else 0 :]}")
    except ValueError:
        return None


def holds(rule: Mapping[str, Any], scope: Scope) -> bool:
    """Whether a rule is true. Raises StatesError when a path leads nowhere."""
    scope.work.charge(3)
    if "And" in rule:
        return all(holds(one, scope) for one in rule["And"])
    if "Or" in rule:
        return any(holds(one, scope) for one in rule["Or"])
    if "Not" in rule:
        return not holds(rule["Not"], scope)
    name = next(key for key in rule if key in OPERATORS)
    wanted = rule[name]
    if name == "IsPresent":
        return _is_there(rule["Variable"], scope) == wanted
    value = _value(rule["Variable"], scope)
    if name in _TESTS:
        return _test(name, value) == wanted
    if name == "StringMatches":
        return isinstance(value, str) and fits_wildcard(value, wildcard_parts(wanted))
    if name.endswith("Path"):
        name, wanted = name.removesuffix("Path"), _value(wanted, scope)
    kind, order = COMPARISONS[name]
    one, other = _as(kind, value), _as(kind, wanted)
    return one is not None and other is not None and _ORDERS[order](one, other)


def check_rule(rule: Any, top: bool = True, depth: int = 0) -> Iterator[str]:
    """What is wrong with a choice rule, as ends of sentences."""
    if not isinstance(rule, Mapping):
        yield "a rule in Choices must be an object"
        return
    if depth > MOST_NESTED:
        yield f"rules are nested deeper than {MOST_NESTED}"
        return
    if "Condition" in rule:
        yield "“Condition” belongs to JSONata, which is not run here; write Variable and an operator"
        return
    if not top and "Next" in rule:
        yield "“Next” stands only at the outside of a rule, not within And, Or or Not"
    joined = [key for key in ("And", "Or", "Not") if key in rule]
    if joined:
        yield from _check_joined(rule, joined, depth)
        return
    yield from _check_comparison(rule)


def _check_joined(rule: Mapping[str, Any], joined: list[str], depth: int) -> Iterator[str]:
    if len(joined) > 1 or "Variable" in rule:
        yield "a rule has one of And, Or, Not or Variable"
        return
    below = rule[joined[0]]
    parts = [below] if joined[0] == "Not" else below
    if not isinstance(parts, list) or not parts:
        yield f"“{joined[0]}” needs a list of rules"
        return
    for part in parts:
        yield from check_rule(part, False, depth + 1)


def _check_comparison(rule: Mapping[str, Any]) -> Iterator[str]:
    named = [key for key in rule if key in OPERATORS]
    unknown = [key for key in rule if key not in OPERATORS | {"Variable", "Next", "Comment", "Assign"}]
    if unknown:
        yield f"there is no comparison “{unknown[0][:40]}”"
    elif len(named) != 1:
        yield "a rule needs one comparison, such as NumericGreaterThan"
    if not isinstance(rule.get("Variable"), str):
        yield "a rule needs a Variable: a path such as $.total"
        return
    try:
        parsed(rule["Variable"])
        for name in named:
            _check_value(name, rule[name])
    except Invalid as error:
        yield str(error)


def _check_value(name: str, wanted: Any) -> None:
    if name in _TESTS:
        fine = isinstance(wanted, bool)
        kind = "true or false"
    elif name == "StringMatches":
        fine, kind = isinstance(wanted, str), "a text"
        try:
            wildcard_parts(wanted if fine else "")
        except BadWildcard as error:
            raise Invalid(f"in StringMatches, {error}") from None
    elif name.endswith("Path"):
        parsed(wanted if isinstance(wanted, str) else "")
        return
    else:
        fine = _as(COMPARISONS[name][0], wanted) is not None
        kind = {"String": "a text", "Numeric": "a number", "Boolean": "true or false"}.get(
            COMPARISONS[name][0], "a time such as 2026-01-01T00:00:00Z"
        )
    if not fine:
        raise Invalid(f"“{name}” compares with {kind}")


def _as(kind: str, value: Any) -> Any:
    """The value as something comparable; None when it is of another type."""
    if kind == "Timestamp":
        return timestamp(value)
    if kind == "Boolean":
        return value if isinstance(value, bool) else None
    if kind == "Numeric":
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    return value if isinstance(value, str) else None


def _test(name: str, value: Any) -> bool:
    if name == "IsNull":
        return value is None
    return _as(name.removeprefix("Is"), value) is not None


def _value(path: str, scope: Scope) -> Any:
    try:
        return scope.value(parsed(path))
    except StatesError as error:
        raise runtime(error.cause) from None


def _is_there(path: str, scope: Scope) -> bool:
    try:
        found = scope.value(parsed(path))
    except StatesError:
        return False
    return parsed(path).single or bool(found)
