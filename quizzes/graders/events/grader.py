"""The grader `events`: the learner writes an event pattern; events say whether it matches what it should.

    base:   {…}                      an event that the checks change (optional)
    checks:
      - event: {…}                   the event itself, or
        change: {detail.state: x}    the base with these values (a path of keys, joined by dots)
        without: [detail.user]       and without these
        match: true                  whether the pattern must match it
        label, say, hidden           as in every drill

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Trace, Verdict, Widget, grader
from quizzes.graders.events.cases import matches
from quizzes.graders.events.events_of import BadEvent, event_of
from quizzes.graders.events.flatten import leaves
from quizzes.graders.events.matching import TooMuch, look
from quizzes.graders.events.mutating import mutants
from quizzes.graders.events.pattern import BadPattern, Rule, compiled
from quizzes.graders.events.values import NotJson, shown
from quizzes.graders.loading import Unreadable, load_mapping

LONGEST_PATTERN = 16_000
MOST_FIELDS = 4_000
SHOWN_ROWS = 12
COLUMNS = ["Field", "Asked for", "In the event"]


@grader("events")
class Events(Grader):
    keys = frozenset({"base"})

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="json")

    def validate(self, spec: Spec) -> Iterator[Problem]:
        checks = spec.get("checks")
        if not isinstance(checks, list) or not checks:
            yield Problem("checks", "The drill has no checks: events that must match, or must not.")
            return
        if not isinstance(spec.get("base", {}), Mapping):
            yield Problem("base", "This must be an event: keys with values.")
            return
        for place, check in enumerate(checks):
            yield from _check_problems(f"checks[{place}]", check, spec)
        if len({check.get("match") for check in checks if isinstance(check, Mapping)}) < 2:
            yield Problem("checks", "There must be an event that matches, and one that does not.")

    def grade(self, answer: str, spec: Spec) -> Verdict:
        try:
            rules = _rules(answer)
        except Unreadable as error:
            return Verdict.refused(str(error))
        except BadPattern as error:
            return Verdict.refused(error.sentence)
        checks, traces = [], []
        for number, check in enumerate(spec["checks"], start=1):
            event = event_of(check, spec.get("base"))
            try:
                got = matches(rules, event)
            except TooMuch:
                return Verdict.refused(
                    "This event pattern takes too long to match. Ask for fewer fields in lists."
                )
            label = str(check.get("label") or f"Event {number}")
            checks.append(Check(label, got == check["match"], str(check["say"]), bool(check.get("hidden"))))
            traces.append(_trace(label, rules, event, got))
        return Verdict(tuple(checks), trace=tuple(traces))

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        try:
            pattern = load_mapping(answer)
        except Unreadable:
            return
        for mutant in mutants(pattern):
            yield json.dumps(mutant, ensure_ascii=False)


def _rules(answer: str) -> list[Rule]:
    if len(answer) > LONGEST_PATTERN:
        raise BadPattern("", f"it is longer than {LONGEST_PATTERN:,} signs")
    rules = compiled(load_mapping(answer))
    if sum(len(rule) for rule in rules) > MOST_FIELDS:
        raise BadPattern("", "$or leads to so many combinations that it is not tried here; use it less often")
    return rules


def _check_problems(path: str, check: Any, spec: Spec) -> Iterator[Problem]:
    if not isinstance(check, Mapping):
        yield Problem(path, "A check is {event or change, match, say}.")
        return
    if not isinstance(check.get("match"), bool):
        yield Problem(f"{path}.match", "Write true or false: must the pattern match this event?")
    try:
        matches([], event_of(check, spec.get("base")))
    except (BadEvent, NotJson) as error:
        yield Problem(path, f"{error}.")


def _trace(label: str, rules: list[Rule], event: Any, got: bool) -> Trace:
    """Field by field what was asked and what the event has, for the rule that came closest."""
    found = leaves(event, {path for rule in rules for path in rule})
    closest = min(
        (look(rule, found) for rule in rules),
        key=lambda seen: sum(not field.ok for field in seen),
        default=[],
    )
    rows: list[dict[str, Any]] = [
        {
            "cells": [
                field.path[:120],
                field.asked.reads[:400],
                ", ".join(shown(leaf.value) for leaf in field.leaves[:6]) or "–",
            ],
            "ok": field.ok,
        }
        for field in sorted(closest, key=lambda field: field.ok)[:SHOWN_ROWS]
    ]
    if not got and closest and all(field.ok for field in closest):
        rows.append(
            {"cells": ["", "all of it in one element of the list", "in different elements"], "ok": False}
        )
    outcome = "matches" if got else "does not match"
    others = f" (the closest of {len(rules)} combinations of $or)" if len(rules) > 1 else ""
    return {
        "kind": "table",
        "title": f"{label}: {outcome}{others}",
        "check": label,
        "columns": COLUMNS,
        "rows": rows,
    }
