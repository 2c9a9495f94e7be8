"""What a check expects of an execution, and what of it did not come true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quizzes.graders.asl.data import Scope
from quizzes.graders.asl.errors import StatesError
from quizzes.graders.asl.functions import as_text, same
from quizzes.graders.asl.paths import parsed
from quizzes.graders.asl.run import Execution
from quizzes.graders.asl.timeline import spoken

STATUSES = ("succeeded", "failed", "timed out")
_CLOSE = 0.0005


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _time(value: Any) -> bool:
    return _number(value) or (isinstance(value, list) and len(value) == 2 and all(map(_number, value)))


# key → (is it right, what it must be)
EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "status": (lambda value: isinstance(value, str), "succeeded, failed or timed out"),
    "path": (_texts, "a list of names of states"),
    "enters": (_texts, "a list of names of states"),
    "avoids": (_texts, "a list of names of states"),
    "attempts": (
        lambda value: isinstance(value, Mapping) and all(isinstance(one, int) for one in value.values()),
        "names of tasks with numbers",
    ),
    "seconds": (_time, "a number, or a list of the lowest and the highest"),
    "output": (lambda value: True, "any value"),
    "values": (lambda value: isinstance(value, Mapping), "paths with values"),
    "error": (lambda value: isinstance(value, str), "the name of an error"),
}


def unmet(expect: Mapping[str, Any], execution: Execution) -> list[str]:
    """What did not come true, as sentences for the timeline; empty when all did."""
    return [*_flow(expect, execution), *_results(expect, execution)]


def _flow(expect: Mapping[str, Any], execution: Execution) -> Iterator[str]:
    if "status" in expect and execution.status != expect["status"]:
        yield (
            f"It should have {expect['status']}."
            if expect["status"] != "timed out"
            else "It should have timed out."
        )
    if "path" in expect and expect["path"] not in _ways(execution):
        yield f"The way should be {' → '.join(expect['path'])}."
    yield from (
        f"“{name}” should be entered." for name in expect.get("enters", ()) if name not in execution.path
    )
    yield from (
        f"“{name}” should not be entered." for name in expect.get("avoids", ()) if name in execution.path
    )
    for name, count in expect.get("attempts", {}).items():
        if execution.attempts.get(name, 0) != count:
            yield f"“{name}” should be called {count} times, not {execution.attempts.get(name, 0)}."
    if "seconds" in expect:
        wanted = expect["seconds"]
        low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
        if not low - _CLOSE <= execution.seconds <= high + _CLOSE:
            yield f"It should take {spoken(low)}{'' if low == high else f' to {spoken(high)}'}."


def _ways(execution: Execution) -> tuple[list[str], ...]:
    """The states that were entered; a Succeed state at the end says no more than End, and may be left out."""
    return (execution.path, execution.path[:-1]) if execution.merely_ends else (execution.path,)


def _results(expect: Mapping[str, Any], execution: Execution) -> Iterator[str]:
    if "error" in expect and execution.error != expect["error"]:
        yield f"It should fail with {expect['error']}."
    if "output" in expect and (
        execution.status != "succeeded" or not same(execution.output, expect["output"])
    ):
        yield f"The output should be {as_text(expect['output'])[:300]}, not {as_text(execution.output)[:300]}."
    for text, wanted in expect.get("values", {}).items():
        try:
            found = Scope(execution.output).value(parsed(str(text)))
        except StatesError:
            yield f"The output should have {text}."
            continue
        if not same(found, wanted):
            yield f"{text} of the output should be {as_text(wanted)[:200]}, not {as_text(found)[:200]}."
