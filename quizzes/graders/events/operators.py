"""One value in the list of a field → its matcher, or the sentence that says why it is none.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quizzes.graders.events.addresses import BadBlock, block, single
from quizzes.graders.events.matchers import (
    EXISTS,
    Address,
    Between,
    Matcher,
    Not,
    NotNumber,
    SameNumber,
    Text,
    Word,
)
from quizzes.graders.events.texts import BadWildcard, wildcard_parts
from quizzes.graders.events.values import NotJson, Number, members, scalar

_BUT_KINDS = ("prefix", "suffix", "equals-ignore-case", "wildcard")
_COMPARISONS = ("=", "<", "<=", ">", ">=")


class BadPattern(ValueError):
    """Why an event pattern is none: `place` is the path of the field, "" the pattern as a whole."""

    may_be_a_field = False

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place, self.reason = place, reason

    @property
    def sentence(self) -> str:
        where = f" at “{self.place[:100]}”" if self.place else ""
        return f"The event pattern is not valid{where}: {self.reason}."


class Absent:
    """`{"exists": false}`: asks for no leaf, and so is no matcher of one."""


def leaf(place: str, value: Any) -> Matcher | Absent:
    """What one value of a list asks for. Raises BadPattern."""
    pairs = members(value)
    if pairs is not None:
        return _operator(place, list(pairs))
    if isinstance(value, list):
        raise BadPattern(place, "a list cannot stand in a list; write its values one beside the other")
    found = _scalar(place, value)
    if isinstance(found, Number):
        return SameNumber(found)
    if isinstance(found, str):
        address = single(found)
        return Address(address, found) if address else Text("exactly", found)
    return Word(found)


def _operator(place: str, pairs: list[tuple[str, Any]]) -> Matcher | Absent:
    if not pairs:
        raise BadPattern(place, "an operator is missing between the curly brackets")
    name, operand = pairs[0]
    if name not in _OPERATORS:
        known = ", ".join(sorted(set(_OPERATORS) - {"exactly"}))
        raise BadPattern(place, f"there is no operator “{name[:40]}”; known are {known}")
    found = _OPERATORS[name](place, operand)
    if len(pairs) > 1:
        raise BadPattern(
            place, "only one operator may stand between curly brackets; write a second pair of them beside it"
        )
    return found


def _exists(place: str, operand: Any) -> Matcher | Absent:
    if not isinstance(operand, bool):
        raise BadPattern(place, "“exists” is true or false, without quotes")
    return EXISTS if operand else Absent()


def _affix(name: str) -> Callable[[str, Any], Matcher]:
    def read(place: str, operand: Any) -> Matcher:
        pairs = members(operand)
        if pairs is None:
            return Text(name, _text(place, name, operand))
        inner = list(pairs)
        if len(inner) != 1 or inner[0][0] != "equals-ignore-case":
            raise BadPattern(place, f"“{name}” takes a text, or {{“equals-ignore-case”: a text}}")
        return Text(f"{name}-ignore-case", _text(place, "equals-ignore-case", inner[0][1]))

    return read


def _plain(name: str) -> Callable[[str, Any], Matcher]:
    return lambda place, operand: Text(name, _text(place, name, operand))


def _wildcard(place: str, operand: Any) -> Matcher:
    return Text("wildcard", _wildcard_text(place, operand))


def _wildcard_text(place: str, operand: Any) -> str:
    text = _text(place, "wildcard", operand)
    try:
        wildcard_parts(text)
    except BadWildcard as error:
        raise BadPattern(place, f"in the wildcard, {error}") from None
    return text


def _cidr(place: str, operand: Any) -> Matcher:
    text = _text(place, "cidr", operand)
    try:
        return Address(block(text), text)
    except BadBlock as error:
        raise BadPattern(place, f"“{text[:60]}” is no CIDR block: {error}") from None


def _numeric(place: str, operand: Any) -> Matcher:
    """One comparison, or a lower bound and then an upper one. Numbers are compared as doubles."""
    if not isinstance(operand, list) or len(operand) not in (2, 4):
        raise BadPattern(place, '“numeric” takes a list such as ["<", 10] or [">", 0, "<=", 5]')
    signs, numbers = operand[0::2], [_comparable(place, one) for one in operand[1::2]]
    if not all(isinstance(sign, str) and sign in _COMPARISONS for sign in signs):
        raise BadPattern(place, "“numeric” knows =, <, <=, > and >=, in quotes")
    written = " and ".join(f"{sign} {number:.15g}" for sign, number in zip(signs, numbers, strict=True))
    if len(signs) == 2:
        if signs[0] not in (">", ">=") or signs[1] not in ("<", "<="):
            raise BadPattern(
                place, "a range has its lower bound first (> or >=), then its upper one (< or <=)"
            )
        if not numbers[0] < numbers[1]:
            raise BadPattern(place, "the lower bound of a range must be less than its upper one")
        return Between(numbers[0], numbers[1], signs[0] == ">=", signs[1] == "<=", written)
    sign, number = signs[0], numbers[0]
    low, high = (None if sign in ("<", "<=") else number), (None if sign in (">", ">=") else number)
    return Between(low, high, sign in (">=", "="), sign in ("<=", "="), written)


def _anything_but(place: str, operand: Any) -> Matcher:
    pairs = members(operand)
    if pairs is not None:
        return _anything_but_kind(place, list(pairs))
    listed = (
        [_scalar(place, one) for one in operand] if isinstance(operand, list) else [_scalar(place, operand)]
    )
    texts = tuple(one for one in listed if isinstance(one, str))
    numbers = tuple(one for one in listed if isinstance(one, Number))
    if len(texts) + len(numbers) < len(listed):
        raise BadPattern(place, "“anything-but” takes texts or numbers, not true, false or null")
    if bool(texts) == bool(numbers):
        raise BadPattern(
            place, "“anything-but” takes a text or a number, or a list of only texts or only numbers"
        )
    for number in numbers:
        _comparable(place, number)
    return NotNumber(numbers) if numbers else Not("exactly", texts, frozenset(texts))


def _anything_but_kind(place: str, pairs: list[tuple[str, Any]]) -> Matcher:
    if len(pairs) != 1 or pairs[0][0] not in _BUT_KINDS:
        raise BadPattern(
            place, f"“anything-but” takes one of {', '.join(_BUT_KINDS)} between its curly brackets"
        )
    kind, operand = pairs[0]
    listed = operand if isinstance(operand, list) else [operand]
    texts = tuple(
        _wildcard_text(place, one) if kind == "wildcard" else _text(place, kind, one) for one in listed
    )
    if not texts:
        raise BadPattern(place, "“anything-but” needs something that is not wanted")
    if kind in ("prefix", "suffix") and "" in texts:
        raise BadPattern(place, f"every text has an empty {kind}; write what is not wanted")
    return Not(kind, texts)


def _text(place: str, name: str, operand: Any) -> str:
    if not isinstance(operand, str):
        raise BadPattern(place, f"“{name}” takes a text in quotes")
    return operand


def _comparable(place: str, operand: Any) -> float:
    value = _scalar(place, operand)
    if not isinstance(value, Number):
        raise BadPattern(place, "a number is missing, without quotes")
    if value.double is None:
        raise BadPattern(place, f"{value.text[:30]} has more digits than can be compared")
    return value.double


def _scalar(place: str, node: Any) -> str | bool | Number | None:
    if isinstance(node, list) or members(node) is not None:
        raise BadPattern(place, "a plain value is missing here")
    try:
        return scalar(node)
    except NotJson as error:
        raise BadPattern(place, str(error)) from None


_OPERATORS: dict[str, Callable[[str, Any], Matcher | Absent]] = {
    "exactly": _plain("exactly"),
    "prefix": _affix("prefix"),
    "suffix": _affix("suffix"),
    "equals-ignore-case": _plain("equals-ignore-case"),
    "wildcard": _wildcard,
    "cidr": _cidr,
    "numeric": _numeric,
    "exists": _exists,
    "anything-but": _anything_but,
}
