"""The grader `logs`: a filter pattern is asked which events it takes, a query of Logs Insights what it returns.

    language: filter                 or insights (filter)
    events: […]                      log events: text, JSON, or {message, timestamp, stream}
    checks, filter:
      - event: "…"                   text or JSON
        match: true
    checks, insights:
      - rows: [{service: web, errors: 3}, …]     what it returns; also `ordered: true`
        columns: [service, errors]               names of its columns, in order
        count: 2                                 number of rows
        events: […]                              other events than those of the drill
    label, say, hidden               as in every drill

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Trace, Verdict, Widget, grader
from quizzes.graders.logs.filters import read_filter
from quizzes.graders.logs.insights import Result, read_query
from quizzes.graders.logs.insights_values import as_number, as_text, written
from quizzes.graders.logs.mutating import broken_filters, broken_queries
from quizzes.graders.logs.regexes import BadRegex
from quizzes.graders.logs.syntax import BadQuery

MOST_EVENTS = 200
_SHOWN = 10
_ASKED = ("rows", "columns", "count")


@grader("logs")
class Logs(Grader):
    keys = frozenset({"language", "events"})

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="text")

    def validate(self, spec: Spec) -> Iterator[Problem]:
        language = spec.get("language", "filter")
        if language not in ("filter", "insights"):
            yield Problem("language", "This must be filter or insights.")
            return
        checks = spec.get("checks")
        if not isinstance(checks, list) or not checks:
            yield Problem("checks", "The drill has no checks.")
            return
        for place, check in enumerate(checks):
            if isinstance(check, Mapping):
                problems = _filter_problems(check) if language == "filter" else _query_problems(check, spec)
                yield from (Problem(f"checks[{place}]", text) for text in problems)
        if (
            language == "filter"
            and len({check.get("match") for check in checks if isinstance(check, Mapping)}) < 2
        ):
            yield Problem("checks", "There must be an event that matches, and one that does not.")

    def grade(self, answer: str, spec: Spec) -> Verdict:
        try:
            return (
                _filtered(answer, spec)
                if spec.get("language", "filter") == "filter"
                else _queried(answer, spec)
            )
        except BadQuery as error:
            return Verdict.refused(str(error))
        except BadRegex as error:
            return Verdict.refused(f"In the regular expression, {error}.")

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        yield from (
            broken_filters(answer) if spec.get("language", "filter") == "filter" else broken_queries(answer)
        )


def _filtered(answer: str, spec: Spec) -> Verdict:
    matches = read_filter(answer)
    checks, rows = [], []
    for number, check in enumerate(spec["checks"], start=1):
        event = check["event"]
        text = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
        got = matches(text)
        label = str(check.get("label") or f"Event {number}")
        checks.append(Check(label, got == check["match"], str(check["say"]), bool(check.get("hidden"))))
        rows.append(
            {"cells": [label, "taken" if got else "left out", text[:300]], "ok": got == check["match"]}
        )
    trace = {
        "kind": "table",
        "title": "What the pattern takes",
        "columns": ["Check", "It is", "Event"],
        "rows": rows,
    }
    return Verdict(tuple(checks), trace=(trace,))


def _queried(answer: str, spec: Spec) -> Verdict:
    query = read_query(answer)
    checks, traces = [], []
    for number, check in enumerate(spec["checks"], start=1):
        result = query.run(check.get("events", spec.get("events", [])))
        label = str(check.get("label") or f"Result {number}")
        checks.append(Check(label, _as_wanted(result, check), str(check["say"]), bool(check.get("hidden"))))
        traces.append(_table(label, result))
    return Verdict(tuple(checks), trace=tuple(traces))


def _as_wanted(result: Result, check: Mapping[str, Any]) -> bool:
    if "columns" in check and [name for name in result.columns if name != "@ptr"] != check["columns"]:
        return False
    if "count" in check and len(result.rows) != check["count"]:
        return False
    if "rows" not in check:
        return True
    wanted = list(check["rows"])
    if len(wanted) != len(result.rows):
        return False
    if check.get("ordered"):
        return result.ordered and all(
            _same_row(row, one) for row, one in zip(result.rows, wanted, strict=True)
        )
    for row in result.rows:
        found = next((place for place, one in enumerate(wanted) if _same_row(row, one)), None)
        if found is None:
            return False
        del wanted[found]
    return True


def _same_row(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """All wanted fields, with the values that they should have; a row may have more."""
    for name, value in wanted.items():
        if name not in row:
            return value is None
        one, other = as_number(row[name]), as_number(value)
        if one is not None and other is not None:
            if abs(one - other) > 1e-6 * max(1.0, abs(one)):
                return False
        elif as_text(row[name]) != as_text(value) and written(one or 0.0) != str(value):
            return False
    return True


def _table(label: str, result: Result) -> Trace:
    columns = result.columns[:8]
    rows = [
        {"cells": [_shown(name, row.get(name)) for name in columns], "ok": None}
        for row in result.rows[:_SHOWN]
    ]
    title = f"{label}: {len(result.rows)} row{'' if len(result.rows) == 1 else 's'}"
    return {"kind": "table", "title": title, "check": label, "columns": columns, "rows": rows}


def _shown(name: str, value: Any) -> str:
    number = as_number(value)
    if number is not None and number > 1e11 and (name == "@timestamp" or name.startswith(("bin", "date"))):
        return written(number)
    return as_text(value)[:200]


def _filter_problems(check: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(check.get("event"), str | Mapping):
        yield "A check has an `event`: text, or JSON."
    if not isinstance(check.get("match"), bool):
        yield "`match` must be true or false: must the pattern take this event?"


def _query_problems(check: Mapping[str, Any], spec: Spec) -> Iterator[str]:
    events = check.get("events", spec.get("events"))
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        yield f"The drill, or the check, needs `events`: a list of at most {MOST_EVENTS} log events."
    if not any(key in check for key in _ASKED):
        yield f"A check asks for some of {', '.join(_ASKED)}."
    rows = check.get("rows", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        yield "`rows` must be a list of {column: value}."
    if "count" in check and (not isinstance(check["count"], int) or isinstance(check["count"], bool)):
        yield "`count` must be a whole number."
    columns = check.get("columns", [])
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        yield "`columns` must be a list of names."
