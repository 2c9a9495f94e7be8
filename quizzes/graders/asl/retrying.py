"""Retry and Catch: which of them stands for an error, how long to wait, and when it is over.

Retriers are tried in order, each with a count of its own; only then the catchers. `States.ALL` stands alone and last,
and not for States.Runtime or States.DataLimitExceeded; `States.TaskFailed` not for States.Timeout either. A missed
heartbeat is also a timeout.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.asl.errors import Invalid
from quizzes.graders.asl.paths import reference

MOST_ATTEMPTS = 99_999_999
LONGEST_WAIT = 31_622_400

_RETRY = {
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
}
_CATCH = {"ErrorEquals", "Next", "ResultPath", "Comment"}
_NEVER_ALL = ("States.Runtime", "States.DataLimitExceeded")
_RESERVED = frozenset({
    *("States.ALL", "States.DataLimitExceeded", "States.Runtime", "States.HeartbeatTimeout", "States.Timeout"),
    *("States.TaskFailed", "States.Permissions", "States.ResultPathMatchFailure", "States.ParameterPathFailure"),
    *("States.BranchFailed", "States.NoChoiceMatched", "States.IntrinsicFailure", "States.ItemReaderFailed"),
    *("States.ExceedToleratedFailureThreshold", "States.ResultWriterFailed", "States.Http.Socket"),
    "States.QueryEvaluationError",
})  # fmt: skip


def stands_for(rule: Mapping[str, Any], error: str, in_branch: bool = False) -> bool:
    """Whether a retrier or a catcher names this error. `in_branch`: it comes from a branch of a Parallel state."""
    named = rule["ErrorEquals"]
    if error in named or (in_branch and "States.BranchFailed" in named):
        return True
    if error == "States.HeartbeatTimeout" and "States.Timeout" in named:
        return True
    if error in _NEVER_ALL:
        return False
    return "States.ALL" in named or ("States.TaskFailed" in named and error != "States.Timeout")


def delay(rule: Mapping[str, Any], attempt: int) -> float | None:
    """Seconds before retry number `attempt` (from 1); None when this retrier has none left.

    Without JitterStrategy, and here also with it (FULL waits at random from 0 up to this), the wait is exact.
    """
    if attempt > rule.get("MaxAttempts", 3):
        return None
    try:
        wait = float(rule.get("IntervalSeconds", 1)) * float(rule.get("BackoffRate", 2.0)) ** (attempt - 1)
    except OverflowError:
        wait = float(LONGEST_WAIT)
    return min(wait, float(rule.get("MaxDelaySeconds", LONGEST_WAIT)))


def check_retry(rules: Any) -> Iterator[str]:
    """What is wrong with Retry, as ends of sentences."""
    if not isinstance(rules, list):
        yield "Retry must be a list"
        return
    for place, rule in enumerate(rules):
        if not isinstance(rule, Mapping):
            yield "a rule in Retry must be an object"
            continue
        yield from _names(rule, "Retry", place == len(rules) - 1)
        yield from (f"Retry has no field “{str(key)[:40]}”" for key in rule if key not in _RETRY)
        yield from _numbers(rule)


def check_catch(rules: Any) -> Iterator[str]:
    if not isinstance(rules, list):
        yield "Catch must be a list"
        return
    for place, rule in enumerate(rules):
        if not isinstance(rule, Mapping):
            yield "a rule in Catch must be an object"
            continue
        yield from _names(rule, "Catch", place == len(rules) - 1)
        yield from (f"Catch has no field “{str(key)[:40]}”" for key in rule if key not in _CATCH)
        if not isinstance(rule.get("Next"), str):
            yield "each rule in Catch needs a “Next”"
        if rule.get("ResultPath") is not None:
            try:
                reference(str(rule["ResultPath"]))
            except Invalid as error:
                yield f"ResultPath in Catch: {error}"


def _names(rule: Mapping[str, Any], where: str, last: bool) -> Iterator[str]:
    names = rule.get("ErrorEquals")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        yield f"each rule in {where} needs ErrorEquals: a list of names of errors"
        return
    if "States.ALL" in names and (len(names) > 1 or not last):
        yield f"States.ALL must stand alone in its ErrorEquals, in the last rule of {where}"
    for name in names:
        if name.startswith("States.") and name not in _RESERVED:
            yield f"there is no error “{name[:60]}”; names that begin with States. are reserved"


def _numbers(rule: Mapping[str, Any]) -> Iterator[str]:
    bounds = {
        "IntervalSeconds": (1, 99_999_999),
        "MaxAttempts": (0, MOST_ATTEMPTS),
        "MaxDelaySeconds": (1, LONGEST_WAIT),
    }
    for key, (low, high) in bounds.items():
        value = rule.get(key, low)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            yield f"{key} must be a whole number from {low} to {high:,}"
    rate = rule.get("BackoffRate", 2.0)
    if not isinstance(rate, int | float) or isinstance(rate, bool) or not 1.0 <= rate <= 1e6:
        yield "BackoffRate must be a number of 1 or more"
    if rule.get("JitterStrategy", "NONE") not in ("FULL", "NONE"):
        yield "JitterStrategy is FULL or NONE"
    slowest = rule.get("MaxDelaySeconds")
    first = rule.get("IntervalSeconds", 1)
    if isinstance(slowest, int) and isinstance(first, int) and slowest <= first:
        yield "MaxDelaySeconds must be greater than IntervalSeconds"
