"""The grader `asl`: the learner writes a state machine; it runs in virtual time with scripted tasks.

    tasks: {…}                  what tasks do in every check (see `script`)
    started: 2026-01-01T00:00:00Z
    checks:
      - input: {…}              the input of the execution ({})
        tasks: {…}              takes the place of tasks of the same name
        expect:
          status: succeeded     or failed, or timed out
          path: [A, B]          the states that are entered, in order
          enters: [A]           or only some of them, in any order
          avoids: [C]
          attempts: {Charge: 3} how often a task is called
          seconds: 12           or [low, high]
          output: …             all of it
          values: {$.total: 3}  or some of it, by path
          error: Card.Declined
        label, say, hidden      as in every drill

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.asl.choice import timestamp
from quizzes.graders.asl.data import Work
from quizzes.graders.asl.errors import Invalid, TooLong
from quizzes.graders.asl.expecting import EXPECTED, STATUSES, unmet
from quizzes.graders.asl.machine import mistakes
from quizzes.graders.asl.mutating import mutants
from quizzes.graders.asl.paths import parsed
from quizzes.graders.asl.run import START, Execution, execute
from quizzes.graders.asl.script import script_problems
from quizzes.graders.asl.timeline import spoken, tidy
from quizzes.graders.base import Check, Grader, Problem, Spec, Trace, Verdict, Widget, grader
from quizzes.graders.loading import Unreadable, load_mapping

SHOWN_MISTAKES = 3
SHOWN_ROWS = 60


@grader("asl")
class StateMachines(Grader):
    keys = frozenset({"tasks", "started"})

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="json")

    def validate(self, spec: Spec) -> Iterator[Problem]:
        checks = spec.get("checks")
        if not isinstance(checks, list) or not checks:
            yield Problem("checks", "The drill has no checks: executions with what is expected of them.")
            return
        if "started" in spec and timestamp(spec["started"]) is None:
            yield Problem("started", "This must be a time such as 2026-01-01T00:00:00Z.")
        yield from (Problem("tasks", text) for text in script_problems(spec.get("tasks", {})))
        for place, check in enumerate(checks):
            if isinstance(check, Mapping):
                yield from _check_problems(f"checks[{place}]", check)

    def grade(self, answer: str, spec: Spec) -> Verdict:
        try:
            definition = load_mapping(answer)
        except Unreadable as error:
            return Verdict.refused(str(error))
        wrong = mistakes(definition)
        if wrong:
            more = f" (and {len(wrong) - SHOWN_MISTAKES} more)" if len(wrong) > SHOWN_MISTAKES else ""
            return Verdict.refused(" ".join(wrong[:SHOWN_MISTAKES]) + more)
        started, work = timestamp(spec.get("started")) or START, Work()
        checks, traces = [], []
        for number, check in enumerate(spec["checks"], start=1):
            tasks = {**spec.get("tasks", {}), **check.get("tasks", {})}
            label = str(check.get("label") or f"Execution {number}")
            try:
                execution = execute(definition, check.get("input", {}), tasks, started, work)
            except TooLong as error:
                return Verdict.refused(str(error))
            missed = unmet(check["expect"], execution)
            checks.append(Check(label, not missed, str(check["say"]), bool(check.get("hidden"))))
            traces.append(_trace(label, execution, missed))
        return Verdict(tuple(checks), trace=tuple(traces))

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        try:
            definition = load_mapping(answer)
        except Unreadable:
            return
        for mutant in mutants(definition):
            yield json.dumps(mutant, ensure_ascii=False)


def _check_problems(path: str, check: Mapping[str, Any]) -> Iterator[Problem]:
    yield from (Problem(f"{path}.tasks", text) for text in script_problems(check.get("tasks", {})))
    expect = check.get("expect")
    if not isinstance(expect, Mapping) or not expect:
        yield Problem(f"{path}.expect", f"Write what is expected: some of {', '.join(sorted(EXPECTED))}.")
        return
    for key in sorted(set(expect) - set(EXPECTED)):
        yield Problem(f"{path}.expect.{key}", f"This is none of {', '.join(sorted(EXPECTED))}.")
    for key, (fits, wanted) in EXPECTED.items():
        if key in expect and not fits(expect[key]):
            yield Problem(f"{path}.expect.{key}", f"This must be {wanted}.")
    if expect.get("status") not in (None, *STATUSES):
        yield Problem(f"{path}.expect.status", f"This must be one of {', '.join(STATUSES)}.")
    values = expect.get("values")
    for text in values if isinstance(values, Mapping) else ():
        try:
            parsed(str(text))
        except Invalid as error:
            yield Problem(f"{path}.expect.values", f"{error}.")


def _trace(label: str, execution: Execution, missed: list[str]) -> Trace:
    how = f"{execution.status} after {spoken(execution.seconds)}"
    told = f"{how}, with {execution.error}" if execution.error else how
    rows = execution.rows[:SHOWN_ROWS]
    for text in missed[:5]:
        rows = [
            *rows,
            {
                "at": tidy(execution.seconds),
                "for": 0,
                "name": "",
                "event": "expected",
                "say": text,
                "ok": False,
            },
        ]
    return {
        "kind": "timeline",
        "title": f"{label}: {told}",
        "check": label,
        "seconds": tidy(execution.seconds),
        "rows": rows,
    }
