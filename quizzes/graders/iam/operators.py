"""Condition operators: how one value of the request compares with one value of the policy.

`compare` says True, False, or None when there is nothing to compare (no number, no date, a variable without a value).
Page: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import operator as compared
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.graders.iam.values import Network, as_base64, as_moment, as_network, as_number
from quizzes.graders.iam.variables import Context, Template, template

Prepared = Any  # what an operator makes of a value of the policy, once


@dataclass(frozen=True, slots=True)
class Operator:
    """`prepare(value, variables)` reads a value of the policy; `compare(request value, prepared, context)`."""

    prepare: Callable[[str, bool], Prepared]
    compare: Callable[[str, Prepared, Context], bool | None]
    negated: bool = False


def _exact(value: str, written: Template, context: Context) -> bool | None:
    text = written.text(context)
    return None if text is None else text == value


def _exact_any_case(value: str, written: Template, context: Context) -> bool | None:
    text = written.text(context)
    return None if text is None else text.lower() == value.lower()


def _like(value: str, written: Template, context: Context) -> bool | None:
    pattern = written.pattern(context)
    return None if pattern is None else pattern.matches(value)


def _plain(text: str, variables: bool) -> Template:
    return template(text, wild=False, variables=variables)


def _wild(text: str, variables: bool) -> Template:
    return template(text, wild=True, variables=variables)


def _arn_pattern(text: str, variables: bool) -> tuple[Template, ...] | None:
    """Five segments after `arn`, each with its own wildcards; None: this is no ARN."""
    parts = _segments(text)
    return None if parts is None else tuple(_wild(part, variables) for part in parts[1:])


def _arn(value: str, pattern: tuple[Template, ...] | None, context: Context) -> bool | None:
    parts = _segments(value)
    if pattern is None or parts is None:
        return None
    for one, segment in zip(pattern, parts[1:], strict=True):
        found = one.pattern(context)
        if found is None:
            return None
        if not found.matches(segment):
            return False
    return True


def _segments(text: str) -> list[str] | None:
    """Split at the first five colons, but not within a variable. A missing last segment is empty."""
    parts = text.split(":", 5) if "${" not in text else _split_around_variables(text)
    return None if len(parts) < 5 else [*parts, ""][:6]


def _split_around_variables(text: str) -> list[str]:
    parts, at, start = list[str](), 0, 0
    while at < len(text) and len(parts) < 5:
        if text.startswith("${", at) and (end := text.find("}", at)) > 0:
            at = end
        elif text[at] == ":":
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]


def _boolean(value: str, written: Template, context: Context) -> bool | None:
    text = written.text(context)
    if text is None or text.lower() not in ("true", "false") or value.lower() not in ("true", "false"):
        return None
    return text.lower() == value.lower()


def _binary(value: str, wanted: str, context: Context) -> bool | None:
    if value == wanted:
        return True
    left, right = as_base64(value), as_base64(wanted)
    return left is not None and left == right


def _network(value: str, network: Network | None, context: Context) -> bool | None:
    address = as_network(value)
    return None if network is None or address is None else network.contains(address)


def _ordered(read: Callable[[str], Any], test: Callable[[Any, Any], bool], negated: bool = False) -> Operator:
    def compare(value: str, wanted: Any, context: Context) -> bool | None:
        given = read(value)
        return None if given is None or wanted is None else test(given, wanted)

    return Operator(lambda text, variables: read(text), compare, negated)


def _family(name: str, read: Callable[[str], Any]) -> dict[str, Operator]:
    return {
        f"{name}equals": _ordered(read, compared.eq),
        f"{name}notequals": _ordered(read, compared.eq, negated=True),
        f"{name}lessthan": _ordered(read, compared.lt),
        f"{name}lessthanequals": _ordered(read, compared.le),
        f"{name}greaterthan": _ordered(read, compared.gt),
        f"{name}greaterthanequals": _ordered(read, compared.ge),
    }


_ARN, _NOT_ARN = Operator(_arn_pattern, _arn), Operator(_arn_pattern, _arn, negated=True)

OPERATORS: Mapping[str, Operator] = {
    "stringequals": Operator(_plain, _exact),
    "stringnotequals": Operator(_plain, _exact, negated=True),
    "stringequalsignorecase": Operator(_plain, _exact_any_case),
    "stringnotequalsignorecase": Operator(_plain, _exact_any_case, negated=True),
    "stringlike": Operator(_wild, _like),
    "stringnotlike": Operator(_wild, _like, negated=True),
    **_family("numeric", as_number),
    **_family("date", as_moment),
    "bool": Operator(_plain, _boolean),
    "binaryequals": Operator(lambda text, variables: text, _binary),
    "ipaddress": Operator(lambda text, variables: as_network(text), _network),
    "notipaddress": Operator(lambda text, variables: as_network(text), _network, negated=True),
    # ArnEquals and ArnLike behave identically; so do their negations.
    "arnequals": _ARN,
    "arnlike": _ARN,
    "arnnotequals": _NOT_ARN,
    "arnnotlike": _NOT_ARN,
}
