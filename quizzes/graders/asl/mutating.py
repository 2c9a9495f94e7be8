"""A right state machine, broken in the ways learners break it: one mistake at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quizzes.graders.asl.machine import targets

_Rule = Mapping[str, Any]
_Changes = Callable[[_Rule], Iterator[_Rule]]

MOST = 60

_SWAPS = {
    "GreaterThanEquals": "GreaterThan",
    "GreaterThan": "GreaterThanEquals",
    "LessThanEquals": "LessThan",
    "LessThan": "LessThanEquals",
}
_DROPPED = ("Retry", "Catch", "ResultPath", "InputPath", "OutputPath", "Parameters", "ResultSelector", "ItemsPath",
            "ItemSelector", "Default", "TimeoutSeconds", "HeartbeatSeconds", "Error")  # fmt: skip
_SAME_WITHOUT = {"ResultPath": "$", "InputPath": "$", "OutputPath": "$", "ItemsPath": "$"}


def mutants(definition: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """At most 60 definitions, each with one mistake that changes what the state machine does."""
    seen: list[Any] = [definition]
    for mutant in _machine(definition):
        if mutant not in seen:
            seen.append(mutant)
            yield mutant
        if len(seen) > MOST:
            return


def _machine(node: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    states = node.get("States")
    if not isinstance(states, Mapping):
        return
    if "TimeoutSeconds" in node:
        yield {key: value for key, value in node.items() if key != "TimeoutSeconds"}
    for label, state in states.items():
        if isinstance(state, Mapping):
            for broken in _state(label, state, states):
                yield {**node, "States": {**states, label: broken}}
    yield from ({**node, "StartAt": label} for label in states if label != node.get("StartAt"))


def _state(label: str, state: Mapping[str, Any], states: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    whole = dict(state)
    for key in _DROPPED:
        if key in state and state[key] != _SAME_WITHOUT.get(key, ()) and not _idle(state, key):
            yield {name: value for name, value in whole.items() if name != key}
    if state.get("Type") == "Task" and "ResultPath" in state and state["ResultPath"] is not None:
        yield {**whole, "ResultPath": None}
    yield from _elsewhere(label, whole, states)
    yield from ({**whole, "Retry": rules} for rules in _retries(state.get("Retry")))
    yield from ({**whole, "Catch": rules} for rules in _catches(state.get("Catch")))
    yield from ({**whole, "Choices": rules} for rules in _choices(state.get("Choices")))
    if isinstance(state.get("Seconds"), int):
        yield {**whole, "Seconds": state["Seconds"] * 2 + 1}
    if "MaxConcurrency" in state and state["MaxConcurrency"] != 0:
        yield {**whole, "MaxConcurrency": 0}
    branches = state["Branches"] if isinstance(state.get("Branches"), list) else []
    for place, branch in enumerate(branches):
        yield from (
            {**whole, "Branches": [*branches[:place], one, *branches[place + 1 :]]}
            for one in _machine(branch)
        )
    for key in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(key), Mapping):
            yield from ({**whole, key: one} for one in _machine(state[key]))


def _idle(state: Mapping[str, Any], key: str) -> bool:
    """Rules that are none: their loss changes nothing."""
    return key in ("Retry", "Catch") and not state.get(key)


def _elsewhere(label: str, state: dict[str, Any], states: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    following = state.get("Next")
    if isinstance(following, str):
        yield {**{key: value for key, value in state.items() if key != "Next"}, "End": True}
        skipped = targets(states.get(following) or {})
        yield from ({**state, "Next": other} for other in skipped[:1] if other not in (following, label))


def _retries(rules: Any) -> Iterator[list[Any]]:
    return _each_rule(rules, _retry_changes)


def _catches(rules: Any) -> Iterator[list[Any]]:
    return _each_rule(rules, _catch_changes)


def _each_rule(rules: Any, changes: _Changes) -> Iterator[list[Any]]:
    """The rules with one of them left out, or changed, or for other errors."""
    for place, rule in enumerate(rules if isinstance(rules, list) else ()):
        if not isinstance(rule, Mapping):
            continue
        before, after = rules[:place], rules[place + 1 :]
        if len(rules) > 1:
            yield [*before, *after]
        for changed in changes(rule):
            yield [*before, changed, *after]
        for other in _other_names(rule.get("ErrorEquals"), bool(after)):
            yield [*before, {**rule, "ErrorEquals": other}, *after]


def _retry_changes(rule: _Rule) -> Iterator[_Rule]:
    attempts = rule.get("MaxAttempts", 3)
    if isinstance(attempts, int) and 0 < attempts < 50:
        yield {**rule, "MaxAttempts": attempts - 1}
        yield {**rule, "MaxAttempts": attempts + 1}
    if attempts and rule.get("IntervalSeconds", 1) != 1:
        yield {key: value for key, value in rule.items() if key != "IntervalSeconds"}
    if isinstance(attempts, int) and attempts > 1:
        yield {**rule, "BackoffRate": 1.0 if rule.get("BackoffRate", 2.0) != 1.0 else 2.0}


def _catch_changes(rule: _Rule) -> Iterator[_Rule]:
    if rule.get("ResultPath", "$") != "$":
        yield {key: value for key, value in rule.items() if key != "ResultPath"}


def _other_names(names: Any, more_follow: bool) -> Iterator[list[str]]:
    if not isinstance(names, list) or not names:
        return
    if "States.ALL" not in names and not more_follow:
        yield ["States.ALL"]
    if "States.ALL" in names:
        yield ["States.Timeout"]
    if len(names) > 1:
        yield from ([*names[:at], *names[at + 1 :]] for at in range(len(names)))


def _choices(rules: Any) -> Iterator[list[Any]]:
    if not isinstance(rules, list):
        return
    for place, rule in enumerate(rules):
        if not isinstance(rule, Mapping):
            continue
        before, after = rules[:place], rules[place + 1 :]
        if len(rules) > 1:
            yield [*before, *after]
        for broken in _rule(rule):
            yield [*before, broken, *after]
    if len(rules) > 1 and rules[::-1] != rules:
        yield rules[::-1]


def _rule(rule: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    whole = dict(rule)
    for key, value in rule.items():
        for old, new in _SWAPS.items():
            if key.endswith((old, f"{old}Path")):
                renamed = key.replace(old, new)
                yield {(renamed if name == key else name): kept for name, kept in whole.items()}
                break
        if key.startswith("Is") and isinstance(value, bool):
            yield {**whole, key: not value}
        if key == "NumericEquals" and isinstance(value, int):
            yield {**whole, key: value + 1}
        if key in ("And", "Or") and isinstance(value, list) and len(value) > 1:
            other = "Or" if key == "And" else "And"
            yield {(other if name == key else name): kept for name, kept in whole.items()}
            yield from ({**whole, key: [*value[:at], *value[at + 1 :]]} for at in range(len(value)))
        if key == "Not" and isinstance(value, Mapping):
            yield {**{name: kept for name, kept in whole.items() if name != "Not"}, **value}
