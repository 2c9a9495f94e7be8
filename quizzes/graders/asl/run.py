"""Runs a state machine in virtual time: nothing waits, tasks do what the drill says.

The definition has been checked (see `machine`), so its shape is known here. Branches of a Parallel and items of a Map
run beside each other: each on its own clock, started together; the first failure stops them all.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from quizzes.graders.asl.choice import holds, timestamp
from quizzes.graders.asl.data import LIMIT, MOST_STATES, Scope, Work, filled, placed, taken
from quizzes.graders.asl.errors import StatesError, TooLong, runtime
from quizzes.graders.asl.paths import parsed
from quizzes.graders.asl.retrying import delay, stands_for
from quizzes.graders.asl.script import Script
from quizzes.graders.asl.timeline import Row, Rows, spoken

START = datetime(2026, 1, 1, tzinfo=UTC)
MOST_ITEMS = 200


@dataclass(slots=True)
class Execution:
    """How it went. `seconds` is virtual; `path` the states of the outermost machine; `attempts` by name of the task.

    `merely_ends`: the last of them is a Succeed state that hands its input on.
    """

    status: str = "succeeded"
    output: Any = None
    error: str = ""
    cause: str = ""
    seconds: float = 0.0
    path: list[str] = field(default_factory=list)
    merely_ends: bool = False
    attempts: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


class _Failed(Exception):
    def __init__(self, error: StatesError, at: float, in_branch: bool = False) -> None:
        super().__init__(error.name)
        self.error, self.at, self.in_branch = error, at, in_branch


class _TimedOut(Exception):
    """The state machine as a whole takes longer than its TimeoutSeconds."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a machine runs: `trail` names the branch or item, `context` is what $$ shows, `path` notes states."""

    trail: str
    context: Mapping[str, Any]
    rows: Rows
    path: list[str]


def execute(
    definition: Mapping[str, Any],
    given: Any,
    tasks: Mapping[str, Any],
    started: datetime = START,
    work: Work | None = None,
) -> Execution:
    """Raises TooLong when it does not come to an end within bounds. `work` is shared by the executions of an answer."""
    runner = _Runner(Script(tasks), definition.get("TimeoutSeconds"), started, work or Work())
    execution = Execution()
    context = {
        "Execution": {
            "Id": "arn:aws:states:eu-west-1:111122223333:execution:drill:1",
            "Input": given,
            "Name": "1",
            "RoleArn": "arn:aws:iam::111122223333:role/drill",
            "StartTime": _written(started),
        },
        "StateMachine": {"Id": "arn:aws:states:eu-west-1:111122223333:stateMachine:drill", "Name": "drill"},
    }
    place = _Place("", context, Rows(), execution.path)
    try:
        execution.output, execution.seconds = runner.machine(definition, given, 0.0, place)
    except _Failed as failed:
        execution.status, execution.seconds = "failed", failed.at
        execution.error, execution.cause = failed.error.name, failed.error.cause
    except _TimedOut:
        execution.seconds = float("inf")
    limit = definition.get("TimeoutSeconds")
    if limit is not None and execution.seconds > limit:
        execution.status, execution.error, execution.cause = "timed out", "States.Timeout", ""
        execution.output, execution.seconds = None, float(limit)
        place.rows.cut(execution.seconds)
    execution.attempts, execution.rows = place.rows.attempts(), place.rows.in_order()
    last = definition["States"][execution.path[-1]]
    execution.merely_ends = last["Type"] == "Succeed" and last.keys() <= {"Type", "Comment"}
    return execution


class _Runner:
    def __init__(self, script: Script, limit: int | None, started: datetime, work: Work) -> None:
        self.script, self.limit, self.started, self.work = script, limit, started, work
        self.entered = 0

    def enter(self) -> None:
        self.entered += 1
        self.work.charge(5)
        if self.entered > MOST_STATES:
            raise TooLong(f"The state machine does not come to an end: {MOST_STATES} states were entered.")

    def machine(self, node: Mapping[str, Any], data: Any, at: float, place: _Place) -> tuple[Any, float]:
        label: str | None = node["StartAt"]
        while label is not None:
            self.enter()
            place.path.append(label)
            label, data, at = self.state(label, node["States"][label], data, at, place)
            if self.limit is not None and at > self.limit:
                raise _TimedOut
        return data, at

    def state(
        self, label: str, state: Mapping[str, Any], raw: Any, at: float, place: _Place
    ) -> tuple[str | None, Any, float]:
        """(next state or None, output, time)."""
        retries = [0] * len(state.get("Retry", ()))
        while True:
            scope = Scope(raw, self.context(place, label, at, sum(retries)), self.work)
            try:
                following, output, end = self.attempt(label, state, scope, at, place)
                if output is not raw and self.work.measure(output) > LIMIT:
                    raise _Failed(StatesError("States.DataLimitExceeded", "The output is over 256 KB."), end)
                return following, output, end
            except StatesError as error:
                failed = _Failed(error, at)
            except _Failed as error:
                failed = error
            wait = self.retry(state, failed, retries)
            if wait is None:
                return self.caught(label, state, raw, failed, place)
            place.rows.add(
                failed.at, wait, label, "waits to try again", f"after {failed.error.name}", None, place.trail
            )
            at = failed.at + wait
            self.enter()

    def retry(self, state: Mapping[str, Any], failed: _Failed, retries: list[int]) -> float | None:
        for number, rule in enumerate(state.get("Retry", ())):
            if stands_for(rule, failed.error.name, failed.in_branch):
                retries[number] += 1
                return delay(rule, retries[number])
        return None

    def caught(
        self, label: str, state: Mapping[str, Any], raw: Any, failed: _Failed, place: _Place
    ) -> tuple[str, Any, float]:
        name, cause = failed.error.name, failed.error.cause
        for rule in state.get("Catch", ()):
            if stands_for(rule, name, failed.in_branch):
                place.rows.add(
                    failed.at, 0, label, f"catches {name}", f"goes on with {rule['Next']}", None, place.trail
                )
                try:
                    return (
                        rule["Next"],
                        placed(rule.get("ResultPath", "$"), raw, {"Error": name, "Cause": cause}),
                        failed.at,
                    )
                except StatesError as error:
                    raise _Failed(error, failed.at) from None
        place.rows.add(failed.at, 0, label, f"fails with {name}", cause, False, place.trail)
        raise failed

    def attempt(
        self, label: str, state: Mapping[str, Any], scope: Scope, at: float, place: _Place
    ) -> tuple[str | None, Any, float]:
        kind, given = state["Type"], taken(state, "InputPath", scope)
        scope_in = scope.at(given)
        if kind == "Fail":
            raise _Failed(_told(state, scope), at)
        if kind == "Choice":
            return self.choose(label, state, scope_in, at, place)
        end, output = at, given
        if kind == "Wait":
            end = at + self.waiting(state, scope_in, at)
            place.rows.add(at, end - at, label, f"waits {spoken(end - at)}", "", None, place.trail)
        elif kind == "Succeed":
            place.rows.add(at, 0, label, "ends well", "", True, place.trail)
        else:
            result, end = self.result(label, state, scope_in, at, place)
            try:
                output = self.shaped(state, scope, result)
            except StatesError as error:
                raise _Failed(error, end) from None
        return state.get("Next"), taken(state, "OutputPath", scope.at(output)), end

    def result(
        self, label: str, state: Mapping[str, Any], scope: Scope, at: float, place: _Place
    ) -> tuple[Any, float]:
        kind = state["Type"]
        if kind == "Map":
            return self.items(label, state, scope, at, place)
        given = filled(state["Parameters"], scope) if "Parameters" in state else scope.data
        if kind == "Parallel":
            return self.branches(label, state, given, at, place)
        if kind == "Task":
            return self.task(label, state, given, scope, at, place)
        place.rows.add(at, 0, label, "passes data on", "", None, place.trail)
        return state.get("Result", given), at

    def shaped(self, state: Mapping[str, Any], scope: Scope, result: Any) -> Any:
        if "ResultSelector" in state:
            result = filled(state["ResultSelector"], scope.at(result))
        return placed(state.get("ResultPath", "$"), scope.data, result)

    def task(
        self, label: str, state: Mapping[str, Any], given: Any, scope: Scope, at: float, place: _Place
    ) -> tuple[Any, float]:
        done = self.script.next(label, state["Resource"], given, place.trail)
        place.rows.tried(at, label)
        limits = [(_seconds(state, "TimeoutSeconds", scope), "States.Timeout", "It took too long.")]
        beat = _seconds(state, "HeartbeatSeconds", scope)
        if beat is not None and (done.beat is None or done.beat > beat):
            limits.append((beat, "States.HeartbeatTimeout", "No heartbeat came in time."))
        for limit, name, cause in sorted(
            ((limit, name, cause) for limit, name, cause in limits if limit is not None),
            key=lambda one: one[0],
        ):
            if done.seconds > limit:
                place.rows.add(at, limit, label, f"stopped: {name}", cause, False, place.trail)
                raise _Failed(StatesError(name, cause), at + limit)
        end = at + done.seconds
        if done.error:
            place.rows.add(at, done.seconds, label, f"error {done.error}", done.cause, False, place.trail)
            raise _Failed(StatesError(done.error, done.cause), end)
        place.rows.add(at, done.seconds, label, "done", "", True, place.trail)
        return done.result, end

    def choose(
        self, label: str, state: Mapping[str, Any], scope: Scope, at: float, place: _Place
    ) -> tuple[str, Any, float]:
        number, following = 0, state.get("Default")
        for place_of, rule in enumerate(state["Choices"], start=1):
            if holds(rule, scope):
                number, following = place_of, rule["Next"]
                break
        if following is None:
            # States.NoChoiceMatched is a name of the language; Step Functions reports States.Runtime in its place.
            raise runtime("No rule holds, and there is no Default.")
        why = f"rule {number} holds" if number else "no rule holds"
        place.rows.add(at, 0, label, f"chooses {following}", why, None, place.trail)
        return following, taken(state, "OutputPath", scope), at

    def waiting(self, state: Mapping[str, Any], scope: Scope, at: float) -> float:
        if "Seconds" in state or "SecondsPath" in state:
            seconds = state["Seconds"] if "Seconds" in state else scope.value(parsed(state["SecondsPath"]))
            if (
                not isinstance(seconds, int | float)
                or isinstance(seconds, bool)
                or not 0 <= seconds <= 99_999_999
            ):
                raise runtime("SecondsPath leads to no number of seconds.")
            return float(seconds)
        text = state["Timestamp"] if "Timestamp" in state else scope.value(parsed(state["TimestampPath"]))
        until = timestamp(text)
        if until is None:
            raise runtime("TimestampPath leads to no time.")
        return max(0.0, (until - self.started).total_seconds() - at)

    def branches(
        self, label: str, state: Mapping[str, Any], given: Any, at: float, place: _Place
    ) -> tuple[Any, float]:
        place.rows.add(at, 0, label, f"starts {len(state['Branches'])} branches", "", None, place.trail)
        results: list[Any] = []
        ends, mark = [at], place.rows.mark()
        failures: list[_Failed] = []
        for number, branch in enumerate(state["Branches"], start=1):
            inner = _Place(f"{place.trail}{label}, branch {number} › ", place.context, place.rows, [])
            try:
                result, end = self.machine(branch, given, at, inner)
                results.append(result)
                ends.append(end)
            except _Failed as failed:
                failures.append(failed)
        _stop(failures, place, mark)
        return results, max(ends)

    def items(
        self, label: str, state: Mapping[str, Any], scope: Scope, at: float, place: _Place
    ) -> tuple[Any, float]:
        items = scope.value(parsed(state.get("ItemsPath", "$")))
        if not isinstance(items, list) or len(items) > MOST_ITEMS:
            raise runtime(f"A Map needs a list of at most {MOST_ITEMS} items.")
        selector = state.get("ItemSelector", state.get("Parameters"))
        inner = state.get("ItemProcessor") or state["Iterator"]
        limit = int(_seconds(state, "MaxConcurrency", scope) or 0) or len(items)
        beside = f", {limit} at a time" if limit < len(items) else ""
        place.rows.add(at, 0, label, f"starts {len(items)} items{beside}", "", None, place.trail)
        free, end, mark = [at] * max(1, min(limit, len(items))), at, place.rows.mark()
        results: list[Any] = []
        failures: list[_Failed] = []
        for index, item in enumerate(items):
            start = heapq.heappop(free)
            if failures and start >= min(failed.at for failed in failures):
                break
            context = {**place.context, "Map": {"Item": {"Index": index, "Value": item}}}
            at_item = _Place(f"{place.trail}{label}, item {index} › ", context, place.rows, [])
            finish = start
            try:
                given = item if selector is None else filled(selector, Scope(scope.data, context, self.work))
                result, finish = self.machine(inner, given, start, at_item)
                results.append(result)
            except StatesError as error:
                failures.append(_Failed(error, start))
            except _Failed as failed:
                failures.append(failed)
                failed.in_branch, finish = False, failed.at
            heapq.heappush(free, finish)
            end = max(end, finish)
        _stop(failures, place, mark, in_branch=False)
        return results, end

    def context(self, place: _Place, label: str, at: float, retried: int) -> dict[str, Any]:
        entered = _written(self.started + timedelta(seconds=at))
        state = {"EnteredTime": entered, "Name": label, "RetryCount": retried}
        return {**place.context, "State": state, "Task": {"Token": "token"}}


def _stop(failures: list[_Failed], place: _Place, mark: tuple[int, int], in_branch: bool = True) -> None:
    """The first failure stops what runs beside it."""
    if failures:
        first = min(failures, key=lambda failed: failed.at)
        place.rows.cut(first.at, mark)
        raise _Failed(first.error, first.at, in_branch)


def _told(state: Mapping[str, Any], scope: Scope) -> StatesError:
    def text(key: str) -> str:
        value = scope.value(parsed(state[f"{key}Path"])) if f"{key}Path" in state else state.get(key, "")
        return str(value)

    return StatesError(text("Error"), text("Cause"))


def _seconds(state: Mapping[str, Any], key: str, scope: Scope) -> float | None:
    if f"{key}Path" in state:
        value = scope.value(parsed(state[f"{key}Path"]))
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            raise runtime(f"{key}Path leads to no number.")
        return float(value)
    return float(state[key]) if key in state else None


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
