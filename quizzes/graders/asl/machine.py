"""A definition that a learner wrote → nothing wrong, or sentences that say what is: state by state.

https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quizzes.graders.asl.choice import check_rule, timestamp
from quizzes.graders.asl.data import check_template
from quizzes.graders.asl.errors import Invalid
from quizzes.graders.asl.paths import parsed, reference
from quizzes.graders.asl.retrying import check_catch, check_retry

MOST_STATES = 100
MOST_NESTED = 4
LONGEST_NAME = 80

_COMMON = {"Type", "Comment"}
_FLOW = {"Next", "End"}
_SHAPE = {"InputPath", "OutputPath"}
_RESULT = {"Parameters", "ResultPath"}
_WORK = {"ResultSelector", "Retry", "Catch"}
_FIELDS: dict[str, set[str]] = {
    "Pass": _FLOW | _SHAPE | _RESULT | {"Result"},
    "Task": _FLOW | _SHAPE | _RESULT | _WORK | {
        *("Resource", "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"),
        "Credentials",
    },
    "Choice": _SHAPE | {"Choices", "Default"},
    "Wait": _FLOW | _SHAPE | {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
    "Succeed": _SHAPE,
    "Fail": {"Error", "Cause", "ErrorPath", "CausePath"},
    "Parallel": _FLOW | _SHAPE | _RESULT | _WORK | {"Branches"},
    "Map": _FLOW | _SHAPE | _RESULT | _WORK | {
        *("ItemsPath", "ItemSelector", "ItemProcessor", "Iterator", "MaxConcurrency", "MaxConcurrencyPath"),
    },
}  # fmt: skip
_JSONATA = {"Arguments", "Output", "Items", "Condition"}
_NOT_RUN = {
    "Assign": "variables (Assign)",
    "ItemReader": "a distributed map (ItemReader)",
    "ItemBatcher": "a distributed map (ItemBatcher)",
    "ResultWriter": "a distributed map (ResultWriter)",
    "ToleratedFailurePercentage": "a distributed map (ToleratedFailurePercentage)",
    "ToleratedFailureCount": "a distributed map (ToleratedFailureCount)",
}
_ONE_OF_WAIT = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")


def mistakes(definition: Mapping[str, Any]) -> list[str]:
    """Whole sentences; empty when the state machine can run."""
    found = [*_jsonata(definition), *_machine(definition, "The state machine", 0)]
    known = {"StartAt", "States", "Comment", "Version", "TimeoutSeconds", "QueryLanguage"}
    found += [
        f"The state machine has a field “{key[:40]}” that does not exist."
        for key in definition
        if key not in known
    ]
    if not found and not _seconds(definition.get("TimeoutSeconds", 1)):
        found.append("TimeoutSeconds of the state machine must be a whole number of seconds above 0.")
    return found


def _jsonata(node: Any, depth: int = 0) -> Iterator[str]:
    """JSONata is refused by name, wherever it stands."""
    if isinstance(node, Mapping):
        if node.get("QueryLanguage", "JSONPath") != "JSONPath":
            yield "QueryLanguage JSONata is not run here; write the state machine with JSONPath."
        for value in node.values():
            yield from _jsonata(value, depth + 1)
    elif isinstance(node, list):
        for value in node:
            yield from _jsonata(value, depth + 1)
    elif isinstance(node, str) and node.startswith("{%") and node.endswith("%}"):
        yield f"“{node[:30]}” is JSONata, which is not run here; write it with JSONPath."


def _machine(node: Any, name: str, depth: int) -> Iterator[str]:
    states = node.get("States") if isinstance(node, Mapping) else None
    if not isinstance(states, Mapping) or not states:
        yield f"{name} has no States."
        return
    if depth > MOST_NESTED or len(states) > MOST_STATES:
        yield f"{name} is larger than a drill runs: {MOST_STATES} states, nested {MOST_NESTED} deep."
        return
    start = node.get("StartAt")
    if not isinstance(start, str):
        yield f"{name} has no StartAt: the name of its first state."
    elif start not in states:
        yield f"StartAt names “{start[:60]}”, and there is no such state."
    wrong = 0
    for label, state in states.items():
        if len(label) > LONGEST_NAME:
            yield f"State “{label[:30]}…”: names have at most {LONGEST_NAME} signs."
        for text in _state(state, states, depth):
            wrong += 1
            yield f"State “{label[:60]}”: {text}."
    if not wrong and isinstance(start, str) and start in states:
        yield from _lost(states, start)


def _lost(states: Mapping[str, Any], start: str) -> Iterator[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for following in targets(states[waiting.pop()]):
            if following not in reached:
                reached.add(following)
                waiting.append(following)
    yield from (
        f"State “{label[:60]}”: no other state leads here." for label in states if label not in reached
    )
    if not any(_ends(states[label]) for label in reached):
        yield "No state ends the state machine: one needs “End”: true, or the type Succeed or Fail."


def targets(state: Mapping[str, Any]) -> list[str]:
    """Every state that can follow."""
    found = [state.get("Next"), state.get("Default")]
    for key in ("Choices", "Catch"):
        rules = state.get(key)
        found += [
            rule.get("Next")
            for rule in (rules if isinstance(rules, list) else ())
            if isinstance(rule, Mapping)
        ]
    return [label for label in found if isinstance(label, str)]


def _ends(state: Mapping[str, Any]) -> bool:
    return state["Type"] in ("Succeed", "Fail") or state.get("End") is True


def _state(state: Any, states: Mapping[str, Any], depth: int) -> Iterator[str]:
    if not isinstance(state, Mapping):
        yield "it must be an object"
        return
    kind = state.get("Type")
    if not isinstance(kind, str) or kind not in _FIELDS:
        yield f"its Type must be one of {', '.join(_FIELDS)}"
        return
    for key in state:
        if key in _NOT_RUN:
            yield f"{_NOT_RUN[key]} is not run here"
        elif key in _JSONATA:
            yield f"“{key}” belongs to JSONata, which is not run here"
        elif key not in _FIELDS[kind] | _COMMON | {"QueryLanguage"}:
            yield f"a {kind} state has no field “{key[:40]}”"
    yield from _flow(state, kind, states)
    yield from _parts(state)
    yield from _KIND_CHECKS[kind](state, depth)


def _flow(state: Mapping[str, Any], kind: str, states: Mapping[str, Any]) -> Iterator[str]:
    if "Next" in _FIELDS[kind]:
        if "End" in state and state["End"] is not True and "Next" not in state:
            yield "“End” must be true"
        elif ("Next" in state) == (state.get("End") is True):
            yield "it needs either “Next” or “End”: true"
    for label in targets(state):
        if label not in states:
            yield f"it leads to “{label[:60]}”, and there is no such state"
    if "Next" in state and not isinstance(state["Next"], str):
        yield "“Next” must name a state"


def _parts(state: Mapping[str, Any]) -> Iterator[str]:
    """Paths and templates, which all states write alike."""
    readers: dict[str, Callable[[str], object]] = {
        **dict.fromkeys(("InputPath", "OutputPath"), parsed),
        **dict.fromkeys(("ItemsPath", "SecondsPath", "TimestampPath", "TimeoutSecondsPath"), parsed),
        **dict.fromkeys(("HeartbeatSecondsPath", "MaxConcurrencyPath", "ErrorPath", "CausePath"), parsed),
        "ResultPath": reference,
    }
    for key, read in readers.items():
        value = state.get(key)
        if key in state and not (value is None and key in ("InputPath", "OutputPath", "ResultPath")):
            try:
                read(value if isinstance(value, str) else "")
            except Invalid as error:
                yield f"{key}: {error}" if isinstance(value, str) else f"{key} must be a path, as text"
    for key in ("Parameters", "ResultSelector", "ItemSelector"):
        try:
            check_template(state.get(key))
        except Invalid as error:
            yield f"{key}: {error}"
    if "ResultSelector" in state and not isinstance(state["ResultSelector"], Mapping):
        yield "ResultSelector must be an object"
    yield from check_retry(state.get("Retry", []))
    yield from check_catch(state.get("Catch", []))


def _task(state: Mapping[str, Any], depth: int) -> Iterator[str]:
    if not isinstance(state.get("Resource"), str):
        yield "a Task needs a Resource: the ARN of what it calls"
    for key in ("TimeoutSeconds", "HeartbeatSeconds"):
        if not _seconds(state.get(key, 1)):
            yield f"{key} must be a whole number of seconds above 0"
        if key in state and f"{key}Path" in state:
            yield f"{key} and {key}Path cannot both be there"
    timeout, beat = state.get("TimeoutSeconds", 10**9), state.get("HeartbeatSeconds", 1)
    if _seconds(timeout) and _seconds(beat) and "HeartbeatSeconds" in state and beat >= timeout:
        yield "HeartbeatSeconds must be less than TimeoutSeconds"


def _choice(state: Mapping[str, Any], depth: int) -> Iterator[str]:
    rules = state.get("Choices")
    if not isinstance(rules, list) or not rules:
        yield "a Choice needs Choices: a list of rules"
        return
    for rule in rules:
        yield from check_rule(rule)
        if isinstance(rule, Mapping) and not isinstance(rule.get("Next"), str):
            yield "each rule in Choices needs a “Next”"
    if "Default" in state and not isinstance(state["Default"], str):
        yield "“Default” must name a state"


def _wait(state: Mapping[str, Any], depth: int) -> Iterator[str]:
    given = [key for key in _ONE_OF_WAIT if key in state]
    if len(given) != 1:
        yield f"a Wait needs exactly one of {', '.join(_ONE_OF_WAIT)}"
    if "Seconds" in state and not (_whole(state["Seconds"]) and 0 <= state["Seconds"] <= 99_999_999):
        yield "Seconds must be a whole number from 0 to 99,999,999"
    if "Timestamp" in state and timestamp(state["Timestamp"]) is None:
        yield "Timestamp must be a time such as 2026-01-01T00:00:00Z"


def _fail(state: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key in ("Error", "Cause"):
        if key in state and f"{key}Path" in state:
            yield f"{key} and {key}Path cannot both be there"
        if not isinstance(state.get(key, ""), str):
            yield f"{key} must be text"


def _parallel(state: Mapping[str, Any], depth: int) -> Iterator[str]:
    branches = state.get("Branches")
    if not isinstance(branches, list) or not 1 <= len(branches) <= 20:
        yield "a Parallel needs Branches: a list of state machines"
        return
    for number, branch in enumerate(branches, start=1):
        yield from (text.rstrip(".") for text in _machine(branch, f"Branch {number}", depth + 1))


def _map(state: Mapping[str, Any], depth: int) -> Iterator[str]:
    inner = [key for key in ("ItemProcessor", "Iterator") if key in state]
    if len(inner) != 1:
        yield "a Map needs an ItemProcessor: the state machine that runs for each item"
        return
    if "ItemSelector" in state and "Parameters" in state:
        yield "ItemSelector is the new name of Parameters; use one of them"
    if not (_whole(state.get("MaxConcurrency", 0)) and state.get("MaxConcurrency", 0) >= 0):
        yield "MaxConcurrency must be a whole number, 0 for no limit"
    processor = state[inner[0]]
    settings = processor.get("ProcessorConfig", {}) if isinstance(processor, Mapping) else {}
    if isinstance(settings, Mapping) and settings.get("Mode", "INLINE") != "INLINE":
        yield "a distributed map is not run here; its Mode must be INLINE"
    yield from (text.rstrip(".") for text in _machine(processor, inner[0], depth + 1))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _seconds(value: Any) -> bool:
    return _whole(value) and 0 < value <= 99_999_999


_KIND_CHECKS: dict[str, Callable[[Mapping[str, Any], int], Iterator[str]]] = {
    "Pass": lambda state, depth: iter(()),
    "Task": _task,
    "Choice": _choice,
    "Wait": _wait,
    "Succeed": lambda state, depth: iter(()),
    "Fail": _fail,
    "Parallel": _parallel,
    "Map": _map,
}
