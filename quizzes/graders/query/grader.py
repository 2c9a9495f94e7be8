"""The grader `query`: the learner writes a JMESPath expression; it is run over JSON.

    data: …                      what the query is run over
    checks:
      - result: …                what must come out
        data: …                  over other data than the drill's
        any_order: true          the items of the result may stand in any order
        label, say, hidden       as in every drill

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-filter.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Verdict, Widget, grader
from quizzes.graders.query.engine import BadExpression, Missing, run, size
from quizzes.graders.query.mutating import mutants

MOST_DATA = 5_000


@grader("query")
class Queries(Grader):
    keys = frozenset({"data"})

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="text")

    def validate(self, spec: Spec) -> Iterator[Problem]:
        checks = spec.get("checks")
        if not isinstance(checks, list) or not checks:
            yield Problem("checks", "The drill has no checks: results of the query.")
            return
        for place, check in enumerate(checks):
            if not isinstance(check, Mapping):
                continue
            if "result" not in check:
                yield Problem(
                    f"checks[{place}]", "Write the `result` that must come out (null when nothing does)."
                )
            if "data" not in check and "data" not in spec:
                yield Problem(f"checks[{place}]", "Neither the check nor the drill has `data`.")
            if size(check.get("data", spec.get("data")), MOST_DATA) > MOST_DATA:
                yield Problem(f"checks[{place}]", f"`data` has more than {MOST_DATA:,} values.")

    def grade(self, answer: str, spec: Spec) -> Verdict:
        text = bare(answer)
        checks, rows = [], []
        for number, check in enumerate(spec["checks"], start=1):
            label = str(check.get("label") or f"Result {number}")
            try:
                found = run(text, check.get("data", spec.get("data")))
            except BadExpression as error:
                return Verdict.refused(str(error))
            except Missing:
                return Verdict.refused("Queries cannot be run here: the package jmespath is missing.")
            ok = _written(found, check) == _written(check["result"], check)
            checks.append(Check(label, ok, str(check["say"]), bool(check.get("hidden"))))
            rows.append({"cells": [label, _shown(found), _shown(check["result"])], "ok": ok})
        columns = ["Check", "The query gives", "Expected"]
        return Verdict(
            tuple(checks), trace=({"kind": "table", "title": "Results", "columns": columns, "rows": rows},)
        )

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        yield from mutants(bare(answer))


def bare(answer: str) -> str:
    """The expression itself, also from `--query '…'`."""
    text = answer.strip()
    if text.startswith("--query"):
        text = text.removeprefix("--query").lstrip(" =\t\n")
        if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
            text = text[1:-1]
    return text


def _written(value: Any, check: Mapping[str, Any]) -> str:
    """A value so that equal ones are equal as text: true is not 1, and 1 is 1.0."""
    if check.get("any_order") and isinstance(value, list):
        return json.dumps(sorted(json.dumps(_plain(item), sort_keys=True) for item in value))
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 400 else f"{text[:400]}…"
