"""Values that a template gets from outside: parameters, pseudo parameters, exports of other stacks.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.graders.cfn.errors import Refused, some
from quizzes.graders.cfn.template import Template, calls
from quizzes.graders.logs.regexes import BadRegex, Steps, compiled

LONGEST_VALUE = 4_096
PSEUDO = {
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "111122223333",
    "AWS::NotificationARNs": [],
    "AWS::Partition": "aws",
    "AWS::StackId": "arn:aws:cloudformation:us-east-1:111122223333:stack/demo/0a1b2c3d",
    "AWS::StackName": "demo",
    "AWS::URLSuffix": "amazonaws.com",
}
_KEYS = ("Type", "Default", "Description", "NoEcho", "AllowedValues", "AllowedPattern", "ConstraintDescription",
         "MinLength", "MaxLength", "MinValue", "MaxValue")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """`pseudo` replaces pseudo parameters; `exports` are names that other stacks export; `zones`: letters."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    pseudo: Mapping[str, Any] = field(default_factory=dict)
    exports: Mapping[str, Any] = field(default_factory=dict)
    imported: tuple[str, ...] = ()
    zones: str = "abc"


def pseudo_of(settings: Settings) -> dict[str, Any]:
    found = {**PSEUDO, **settings.pseudo}
    china = str(found["AWS::Region"]).startswith("cn-")
    if china:
        found = {**found, "AWS::Partition": "aws-cn", "AWS::URLSuffix": "amazonaws.com.cn", **settings.pseudo}
    if "AWS::StackId" not in settings.pseudo:
        found["AWS::StackId"] = (
            f"arn:{found['AWS::Partition']}:cloudformation:{found['AWS::Region']}:{found['AWS::AccountId']}"
            f":stack/{found['AWS::StackName']}/0a1b2c3d"
        )
    return found


def parameters_of(template: Template, settings: Settings) -> dict[str, Any]:
    """A value for every parameter: text, or a list of texts. Raises Refused."""
    unknown = sorted(set(settings.parameters) - set(template.parameters))
    if unknown:
        raise _wrong(f"The template has no parameter {some(unknown)}.")
    steps = Steps()
    return {name: _value(name, given, settings, steps) for name, given in template.parameters.items()}


def _wrong(sentence: str) -> Refused:
    return Refused("parameter", sentence)


def _value(name: str, given: Mapping[str, Any], settings: Settings, steps: Steps) -> Any:
    for key in given:
        if key not in _KEYS:
            raise _wrong(f"“{key[:60]}” is nothing that a parameter has ({name}).")
    if next(calls(given), None) is not None:
        raise _wrong(f"Parameter {name}: functions are not possible in Parameters.")
    kind = given.get("Type")
    if not isinstance(kind, str) or not (
        kind in ("String", "Number", "CommaDelimitedList") or kind.startswith(("List<", "AWS::"))
    ):
        raise _wrong(f"Parameter {name} needs a Type such as String or Number.")
    if name not in settings.parameters and "Default" not in given:
        raise _wrong(f"Parameter {name} must have a value: it has no Default.")
    text = _text(settings.parameters.get(name, given.get("Default")))
    if len(text) > LONGEST_VALUE:
        raise _wrong(f"The value of parameter {name} is longer than {LONGEST_VALUE:,} signs.")
    is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
    values = [part.strip() for part in text.split(",")] if is_list else [text]
    if kind in ("Number", "List<Number>"):
        for one in values:
            if _number(one) is None:
                raise _wrong(f"Parameter {name} must be a number, and “{one[:40]}” is none.")
    _allowed(name, given, values, steps)
    return values if is_list else text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_text(one) for one in value)
    return "" if value is None or isinstance(value, Mapping) else str(value)


def _number(text: Any) -> float | None:
    try:
        return float(text) if len(str(text)) < 40 else None
    except (TypeError, ValueError):
        return None


def _allowed(name: str, given: Mapping[str, Any], values: list[str], steps: Steps) -> None:
    why = str(given.get("ConstraintDescription", ""))[:120]
    allowed = given.get("AllowedValues")
    if allowed is not None and not isinstance(allowed, list):
        raise _wrong(f"AllowedValues of parameter {name} must be a list.")
    for one in values:
        if allowed is not None and one not in [_text(item) for item in allowed]:
            raise _wrong(why or f"Parameter {name} must be one of {some([_text(item) for item in allowed])}.")
        if not _pattern(name, given.get("AllowedPattern"), one, steps):
            raise _wrong(why or f"“{one[:40]}” does not fit the AllowedPattern of parameter {name}.")
        for key, size in (("Length", float(len(one))), ("Value", _number(one))):
            low, high = _number(given.get(f"Min{key}")), _number(given.get(f"Max{key}"))
            if size is None:
                continue
            if low is not None and size < low:
                raise _wrong(why or f"The {key.lower()} of parameter {name} must be at least {low:g}.")
            if high is not None and size > high:
                raise _wrong(why or f"The {key.lower()} of parameter {name} must be at most {high:g}.")


def _pattern(name: str, pattern: Any, text: str, steps: Steps) -> bool:
    """Whether the whole text fits. Matched by a machine of ours, with a budget of steps."""
    if pattern is None:
        return True
    try:
        return compiled(f"^(?:{_text(pattern)})$", steps).search(text) is not None
    except BadRegex as error:
        raise _wrong(f"AllowedPattern of parameter {name} cannot be used: {error}.") from None
