"""The mistakes that learners make in policies, each made once in a copy of a right document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from quizzes.graders.iam.documents import WITH_PRINCIPAL
from quizzes.graders.iam.parsing import texts

OTHER_ACCOUNT = "999988887777"
_OPPOSITE = {
    "StringEquals": "StringNotEquals", "StringLike": "StringNotLike", "ArnLike": "ArnNotLike",
    "ArnEquals": "ArnNotEquals", "IpAddress": "NotIpAddress", "NumericEquals": "NumericNotEquals",
    "NumericLessThan": "NumericGreaterThan", "NumericLessThanEquals": "NumericGreaterThanEquals",
    "DateLessThan": "DateGreaterThan", "DateLessThanEquals": "DateGreaterThanEquals", "DateEquals": "DateNotEquals",
}  # fmt: skip
_OPPOSITE |= {wrong: right for right, wrong in _OPPOSITE.items()}
_WITHOUT_WILDCARDS = {"StringLike": "StringEquals", "StringNotLike": "StringNotEquals"}


def mistakes(document: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """Copies of the document with one mistake each; some may do the same as the document."""
    statements = _statements(document)
    for number, statement in enumerate(statements):
        if len(statements) > 1:
            yield _with(document, [*statements[:number], *statements[number + 1 :]])
        for wrong in _statement_mistakes(statement, kind):
            yield _with(document, [*statements[:number], wrong, *statements[number + 1 :]])
    if "${" in str(statements):
        yield {key: value for key, value in document.items() if key != "Version"}


def _statement_mistakes(statement: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    yield {**statement, "Effect": "Deny" if statement.get("Effect") == "Allow" else "Allow"}
    for element in ("Action", "Resource"):
        yield from _element_mistakes(statement, element)
    if kind in WITH_PRINCIPAL and kind != "stack":
        yield from _principal_mistakes(statement)
    if "Condition" in statement:
        yield {key: value for key, value in statement.items() if key != "Condition"}
        yield from (
            {**statement, "Condition": wrong} for wrong in _condition_mistakes(statement["Condition"])
        )


def _element_mistakes(statement: dict[str, Any], element: str) -> Iterator[dict[str, Any]]:
    """Too wide, too narrow, or the other way round."""
    key = element if element in statement else f"Not{element}"
    values = texts(statement.get(key))
    if not values:
        return
    rest = {name: value for name, value in statement.items() if name != key}
    yield {**rest, f"Not{element}" if key == element else element: values}
    if key == element and "*" not in values:
        yield {**rest, key: "*"}
    for number, value in enumerate(values):
        others = [*values[:number], *values[number + 1 :]]
        if others:
            yield {**rest, key: others}
        for wrong in _wrong_actions(value) if element == "Action" else _wrong_names(value):
            yield {**rest, key: [*others, wrong]}


def _wrong_actions(action: str) -> Iterator[str]:
    service, colon, name = action.partition(":")
    if colon and name != "*":
        yield f"{service}:*"
    if name.endswith("*") and len(name) > 1:
        yield f"{service}:{name.rstrip('*')}"


def _wrong_names(name: str) -> Iterator[str]:
    """A bucket for its objects, another account or region, a wildcard for a variable, a prefix without its star."""
    if name.endswith("/*"):
        yield name[:-2]
    elif name.endswith("*") and len(name) > 1:
        yield name.rstrip("*")
    if name.startswith("arn:aws:s3:::") and "/" not in name and not name.endswith("*"):
        yield f"{name}/*"
    parts = name.split(":", 5)
    if len(parts) == 6 and parts[4].isdigit():
        yield ":".join([*parts[:4], OTHER_ACCOUNT, parts[5]])
    if len(parts) == 6 and parts[3] and "*" not in parts[3]:
        yield ":".join([*parts[:3], "ap-south-2", *parts[4:]])
    if len(parts) == 6 and "/" in parts[5] and not parts[5].endswith("/*"):
        yield ":".join([*parts[:5], f"{parts[5].rpartition('/')[0]}/*"])
    start, end = name.find("${"), name.find("}")
    if 0 <= start < end and name[start + 2] not in "*?$":
        yield f"{name[:start]}*{name[end + 1 :]}"


def _principal_mistakes(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    key = "Principal" if "Principal" in statement else "NotPrincipal"
    rest = {name: value for name, value in statement.items() if name != key}
    yield rest
    value: Any = statement.get(key)
    if value != "*" and key == "Principal":
        yield {**rest, key: "*"}
    for sort, names in value.items() if isinstance(value, Mapping) else ():
        listed = texts(names)
        for number, name in enumerate(listed):
            others = [*listed[:number], *listed[number + 1 :]]
            if others:
                yield {**rest, key: {**value, sort: others}}
            for wrong in _wrong_principals(str(sort), name):
                yield {**rest, key: {**value, sort: [*others, wrong]}}


def _wrong_principals(sort: str, name: str) -> Iterator[str]:
    if sort == "Service":
        yield "ec2.amazonaws.com" if name != "ec2.amazonaws.com" else "lambda.amazonaws.com"
    if sort != "AWS" or name == "*":
        return
    account = next((part for part in name.split(":") if len(part) == 12 and part.isdigit()), "")
    if not account:
        return
    yield name.replace(account, OTHER_ACCOUNT)
    if not name.endswith(":root") and name != account:
        yield f"arn:aws:iam::{account}:root"


def _condition_mistakes(condition: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(condition, Mapping):
        return
    for operator, keys in condition.items():
        if not isinstance(keys, Mapping):
            continue
        for wrong in _wrong_operators(str(operator), keys):
            yield {**{name: value for name, value in condition.items() if name != operator}, wrong: keys}
        for key, values in keys.items():
            less = {name: value for name, value in keys.items() if name != key}
            if len(keys) > 1 or len(condition) > 1:
                changed = {**condition, operator: less}
                yield {name: value for name, value in changed.items() if value}
            for wrong_values in _wrong_values(values):
                yield {**condition, operator: {**keys, key: wrong_values}}


def _wrong_operators(operator: str, keys: Mapping[str, Any]) -> Iterator[str]:
    prefix, colon, name = operator.rpartition(":")
    base, if_exists = name.removesuffix("IfExists"), "IfExists" if name.endswith("IfExists") else ""
    if base in _OPPOSITE:
        yield f"{prefix}{colon}{_OPPOSITE[base]}{if_exists}"
    if if_exists:
        yield f"{prefix}{colon}{base}"
    elif base != "Null":
        yield f"{operator}IfExists"
    if colon:
        yield f"{'ForAnyValue' if prefix == 'ForAllValues' else 'ForAllValues'}:{name}"
    if base in _WITHOUT_WILDCARDS and ("*" in str(keys) or "?" in str(keys)):
        yield f"{prefix}{colon}{_WITHOUT_WILDCARDS[base]}{if_exists}"


def _wrong_values(values: Any) -> Iterator[Any]:
    listed = values if isinstance(values, list) else [values]
    if len(listed) > 1:
        yield from ([*listed[:number], *listed[number + 1 :]] for number in range(len(listed)))
    elif listed and str(listed[0]).lower() in ("true", "false"):
        yield "false" if str(listed[0]).lower() == "true" else "true"


def _statements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    written = document.get("Statement")
    listed = written if isinstance(written, list) else [written]
    return [deepcopy(dict(one)) for one in listed if isinstance(one, Mapping)]


def _with(document: Mapping[str, Any], statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {**document, "Statement": statements}
