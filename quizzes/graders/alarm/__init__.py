"""`alarm`: CloudWatch alarms by what they do: M of N with missing data, and composite alarms.

    write: alarm                         settings as PutMetricAlarm has them (JSON or YAML); or `rule`: an AlarmRule;
                                         or `states`: the learner foretells the state after each point of a series
    given: {Threshold: 80, …}            settings that are fixed (`alarm`: the answer may not contradict them)
    range: 5                             points that are looked at; EvaluationPeriods + 2 when left out
    checks:
      - {series: "0 85 90 - 95", states: "OK OK ALARM", …}     `alarm`: the states after the last points, in order
      - {series: "…", never: ALARM}                            … or a state that is never reached
      - {series: "…", first: {ALARM: 3}}                       … or after which point (from 1) a state comes first
      - {alarms: {cpu: ALARM, disk: OK}, state: OK}            `rule`: the state for these children
      - {…, label, say, hidden}
    alarm: {…}, series: "…"              `states`: the settings and the series that are foretold; `say` for its checks

In a series a number is a data point and - a missing one, oldest first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quizzes.graders.alarm.metric import BadAlarm, MetricAlarm, read_alarm, read_series
from quizzes.graders.alarm.rule import STATES, children, read_rule, rule_state
from quizzes.graders.base import Check, Grader, Problem, Spec, Trace, Verdict, Widget, grader
from quizzes.graders.engine.mutants import broken_data
from quizzes.graders.loading import Unreadable, load_mapping

__all__ = ["Alarm"]

_COUNT = re.compile(r"(AT_LEAST\(\s*)([0-9]{1,3})")


@grader("alarm")
class Alarm(Grader):
    keys = frozenset({"write", "given", "range", "alarm", "series", "say"})

    def validate(self, spec: Spec) -> Iterator[Problem]:
        write = spec.get("write", "alarm")
        if write not in ("alarm", "rule", "states"):
            yield Problem("write", "This must be `alarm`, `rule` or `states`.")
        elif write == "states":
            yield from _states_problems(spec)
        elif not isinstance(spec.get("given") or {}, Mapping):
            yield Problem("given", "This must be settings with their values.")
        elif not spec.get("checks"):
            yield Problem("checks", "There is nothing to check.")
        else:
            for place, check in enumerate(spec["checks"]):
                problem = _metric_check(check) if write == "alarm" else _rule_check(check)
                if problem:
                    yield Problem(f"checks[{place}]", problem)

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="json" if spec.get("write", "alarm") == "alarm" else "text")

    def answers(self, spec: Spec) -> Iterable[str]:
        if spec.get("write") != "states":
            return ()
        alarm, _ = _given_alarm(spec)
        return ["\n".join(alarm.states(read_series(str(spec["series"]))))]

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        write = spec.get("write", "alarm")
        if write == "states":
            words = answer.split()
            for place, word in enumerate(words):
                yield from (
                    " ".join([*words[:place], other, *words[place + 1 :]])
                    for other in STATES
                    if other != word
                )
        elif write == "rule":
            yield from _broken_rule(answer)
        else:
            try:
                yield from _broken_alarm(load_mapping(answer))
            except Unreadable:
                return

    def grade(self, answer: str, spec: Spec) -> Verdict:
        write = spec.get("write", "alarm")
        try:
            if write == "states":
                return _grade_states(answer, spec)
            return _grade_rule(answer, spec) if write == "rule" else _grade_alarm(answer, spec)
        except (Unreadable, BadAlarm) as error:
            return Verdict.refused(str(error))


def _grade_alarm(answer: str, spec: Spec) -> Verdict:
    written = load_mapping(answer)
    given = spec.get("given") or {}
    for key, value in given.items():
        if key in written and written[key] != value:
            return Verdict.refused(f"{key} is given: it is {value}.")
    alarm = read_alarm({**given, **written}, spec.get("range"))
    checks, traces = [], []
    for check in spec["checks"]:
        points = read_series(str(check["series"]))
        states = alarm.states(points)
        checks.append(
            Check(_label(check), _holds(check, states), str(check["say"]), bool(check.get("hidden")))
        )
        traces.append(strip(alarm, points, states, _label(check)))
    return Verdict(tuple(checks), trace=tuple(traces))


def _grade_states(answer: str, spec: Spec) -> Verdict:
    alarm, points = _given_alarm(spec)
    states = alarm.states(points)
    words = answer.upper().replace(",", " ").split()
    if strange := next((word for word in words if word not in STATES), None):
        return Verdict.refused(f"“{strange[:40]}” is no state. States are {', '.join(STATES)}.")
    if len(words) != len(states):
        return Verdict.refused(f"Write {len(states)} states, one for each point; there are {len(words)}.")
    checks = [
        Check(f"After point {number}", word == state, f"{spec['say']} After point {number} it is {state}.")
        for number, (word, state) in enumerate(zip(words, states, strict=True), 1)
    ]
    return Verdict(tuple(checks), trace=(strip(alarm, points, states, ""),))


def _grade_rule(answer: str, spec: Spec) -> Verdict:
    rule = read_rule(answer)
    known = {name for check in spec["checks"] for name in check["alarms"]}
    if strange := sorted(children(rule) - known):
        return Verdict.refused(
            f"There is no alarm “{strange[0][:60]}”. There are: {', '.join(sorted(known))}."
        )
    checks, rows = [], []
    for check in spec["checks"]:
        state = rule_state(rule, check["alarms"])
        ok = state == check["state"]
        checks.append(Check(_label(check), ok, str(check["say"]), bool(check.get("hidden"))))
        said = ", ".join(f"{name} {now}" for name, now in check["alarms"].items())
        rows.append({"cells": [said, state, str(check["state"])], "ok": ok})
    columns = ["Alarms", "Your rule", "Wanted"]
    return Verdict(tuple(checks), trace=({"kind": "table", "columns": columns, "rows": rows},))


def strip(alarm: MetricAlarm, points: list[float | None], states: list[str], check: str) -> Trace:
    """The series and what the alarm makes of it, as two rows of cells."""
    kinds = {None: "missing", True: "breaching", False: "within"}
    times = [str(number) for number in range(1, len(points) + 1)]
    data = [
        {"at": at, "value": None if point is None else f"{point:g}", "state": kinds[alarm.breaches(point)]}
        for at, point in zip(times, points, strict=True)
    ]
    words = {"OK": "ok", "ALARM": "alarm", "INSUFFICIENT_DATA": "insufficient"}
    shown = [
        {"at": at, "value": state, "state": words[state]} for at, state in zip(times, states, strict=True)
    ]
    rows = [{"label": "Data", "cells": data}, {"label": "State", "cells": shown}]
    return {"kind": "strip", "check": check, "rows": rows}


def _holds(check: Mapping[str, Any], states: list[str]) -> bool:
    if "states" in check:
        wanted = str(check["states"]).split()
        return states[-len(wanted) :] == wanted
    if "never" in check:
        return check["never"] not in states
    return all(
        (states.index(state) + 1 if state in states else None) == at for state, at in check["first"].items()
    )


def _label(check: Mapping[str, Any]) -> str:
    if check.get("label"):
        return str(check["label"])
    if "alarms" in check:
        return f"{', '.join(f'{name} {state}' for name, state in check['alarms'].items())}: {check['state']}"
    return f"Data {check['series']}"


def _given_alarm(spec: Spec) -> tuple[MetricAlarm, list[float | None]]:
    return read_alarm(spec["alarm"], spec.get("range")), read_series(str(spec["series"]))


def _states_problems(spec: Spec) -> Iterator[Problem]:
    if not isinstance(spec.get("alarm"), Mapping) or not isinstance(spec.get("series"), str):
        yield Problem("alarm", "With `write: states`, the drill needs `alarm` and `series`.")
        return
    if not isinstance(spec.get("say"), str):
        yield Problem("say", "The drill needs `say`: the rule behind the states.")
    try:
        _given_alarm(spec)
    except BadAlarm as error:
        yield Problem("alarm", str(error))


def _metric_check(check: Mapping[str, Any]) -> str:
    if not isinstance(check.get("series"), str) or not {"states", "never", "first"} & set(check):
        return "This must have a `series`, and `states`, `never` or `first`."
    if not isinstance(check.get("first", {}), Mapping):
        return "`first` must be a state with the number of a point."
    named = [*str(check.get("states", "")).split(), *check.get("first", {})]
    named += [check["never"]] if "never" in check else []
    if any(state not in STATES for state in named):
        return f"States are {', '.join(STATES)}."
    try:
        points = read_series(check["series"])
    except BadAlarm as error:
        return str(error)
    return (
        ""
        if len(str(check.get("states", "")).split()) <= len(points)
        else "There are more states than points."
    )


def _rule_check(check: Mapping[str, Any]) -> str:
    alarms = check.get("alarms")
    if not isinstance(alarms, Mapping) or not alarms or check.get("state") not in STATES:
        return "This must have `alarms`, each with its state, and the `state` of the composite alarm."
    return "" if all(state in STATES for state in alarms.values()) else f"States are {', '.join(STATES)}."


def _broken_alarm(settings: dict[str, Any]) -> Iterator[str]:
    for broken in broken_data(settings):
        yield json.dumps(broken, indent=2)
    for key, others in (
        (
            "ComparisonOperator",
            ("GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"),
        ),
        ("TreatMissingData", ("missing", "ignore", "breaching", "notBreaching")),
    ):
        for other in others:
            if key in settings and settings[key] != other:
                yield json.dumps({**settings, key: other}, indent=2)


def _broken_rule(text: str) -> Iterator[str]:
    for word, others in (
        ("AND", ("OR",)),
        ("OR", ("AND",)),
        ("NOT ", ("",)),
        ("ALARM(", ("OK(", "NOT ALARM(")),
    ):
        start = text.find(word)
        while start >= 0:
            for other in others:
                yield text[:start] + other + text[start + len(word) :]
            start = text.find(word, start + 1)
    for match in _COUNT.finditer(text):
        for count in (int(match[2]) - 1, int(match[2]) + 1):
            yield f"{text[: match.start()]}{match[1]}{count}{text[match.end() :]}"
