"""How data goes through a state: paths, templates and functions, against the input and the context object.

    input → InputPath → Parameters → (the work) → ResultSelector → ResultPath (into the raw input) → OutputPath → output

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.graders.asl.errors import Invalid, StatesError, TooLong, runtime
from quizzes.graders.asl.functions import FUNCTIONS
from quizzes.graders.asl.intrinsics import Call, call
from quizzes.graders.asl.paths import Path, find, parsed, put, reference

LIMIT = 256 * 1024  # bytes of the data between states
MOST_WORK = 100_000  # for all executions of one answer: values that are looked at or made
MOST_STATES = 500  # that one execution enters


@dataclass(slots=True)
class Work:
    """What an answer may still cost. Counted, not timed, so that the same answer always comes to the same end."""

    left: int = MOST_WORK

    def charge(self, units: int) -> None:
        self.left -= units
        if self.left < 0:
            raise TooLong(
                "The state machine does more work than a drill runs: less data, or fewer rounds, will do."
            )

    def measure(self, value: Any) -> int:
        """About the bytes of a value as JSON, at most a little over LIMIT; costs a unit for every value in it."""
        size, waiting = 0, [value]
        while waiting and size <= LIMIT:
            here = waiting.pop()
            self.charge(1)
            if isinstance(here, dict):
                size += 2 + sum(len(key) + 4 for key in here)
                waiting.extend(here.values())
            elif isinstance(here, list):
                size += 2 + len(here)
                waiting.extend(here)
            elif isinstance(here, str):
                size += len(here) + 2
                self.charge(len(here) // 100)
            else:
                size += 8
        return size


@dataclass(frozen=True, slots=True)
class Scope:
    """What paths can see: `$` is the data, `$$` the context object."""

    data: Any
    context: Mapping[str, Any] = field(default_factory=dict)
    work: Work = field(default_factory=Work)

    def at(self, data: Any) -> Scope:
        return Scope(data, self.context, self.work)

    def value(self, path: Path) -> Any:
        """What a path leads to. Raises States.ParameterPathFailure when there is nothing."""
        try:
            return find(path, self.context if path.context else self.data, self.work.charge)
        except KeyError:
            raise StatesError(
                "States.ParameterPathFailure", f"The path {path.text} leads nowhere in the input."
            ) from None


def expression(text: str) -> Path | Call:
    """What a key that ends in `.$` holds. Raises Invalid."""
    return parsed(text) if text.startswith("$") else call(text)


def evaluated(what: Path | Call | Any, scope: Scope) -> Any:
    """The value of a path, a function or a plain value."""
    if isinstance(what, Path):
        return scope.value(what)
    if isinstance(what, Call):
        given = [evaluated(argument, scope) for argument in what.arguments]
        scope.work.charge(5)
        scope.work.measure(given)
        try:
            found = FUNCTIONS[what.name][2](*given)
        except (ValueError, OverflowError, RecursionError):
            raise StatesError(
                "States.IntrinsicFailure", f"{what.name} cannot work with these values."
            ) from None
        scope.work.measure(found)
        return found
    return what


def filled(template: Any, scope: Scope) -> Any:
    """A payload template with every `key.$` computed."""
    scope.work.charge(1)
    if isinstance(template, dict):
        scope.work.charge(2 * len(template))
        found = {}
        for key, value in template.items():
            if key.endswith(".$"):
                found[key[:-2]] = evaluated(expression(value), scope)
            else:
                found[key] = filled(value, scope)
        return found
    if isinstance(template, list):
        return [filled(item, scope) for item in template]
    return template


def check_template(template: Any) -> None:
    """Raises Invalid for a template that could never be filled."""
    if isinstance(template, dict):
        for key, value in template.items():
            if key.endswith(".$"):
                if not isinstance(value, str):
                    raise Invalid(f"“{key}” ends in .$ and so must hold a path or a function, as text")
                if key[:-2] in template:
                    raise Invalid(f"“{key[:-2]}” is there with and without .$")
                expression(value)
            else:
                check_template(value)
    elif isinstance(template, list):
        for item in template:
            check_template(item)


def taken(state: Mapping[str, Any], key: str, scope: Scope) -> Any:
    """InputPath or OutputPath: a part of the data; null is an empty object, nothing given is all of it."""
    if key not in state:
        return scope.data
    if state[key] is None:
        return {}
    try:
        return scope.value(parsed(state[key]))
    except StatesError as error:
        raise runtime(f"{key}: {error.cause}") from None


def placed(result_path: Any, raw: Any, result: Any) -> Any:
    """ResultPath: the result in its place within the raw input; null drops the result."""
    if result_path is None:
        return raw
    try:
        return put(reference(result_path), raw, result)
    except KeyError:
        raise StatesError(
            "States.ResultPathMatchFailure", f"ResultPath {result_path} does not fit the input of the state."
        ) from None
