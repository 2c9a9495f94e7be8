"""The grader `lint`: the learner writes or mends a template; cfn-lint looks at it, the serverless model included.

    given: |                        the template with its faults, as the prompt shows it
    region: eu-west-1               the region whose types and values count
    clock: "2026-11-21"             the day on which it is looked at (runtimes grow old); this one when left out
    checks:
      - clean: errors               no finding that is an error; `warnings`: no warning either
      - without: [W3005, E1020]     none of these rules finds anything
      - mended: [E3002]             the same, and each of them does find something in `given`
      - keep: [Resources.Topic]     what stands at these paths is as in `given`
      - {path: Resources.Queue.Type, is: AWS::SQS::Queue}      what stands there: the tests of the grader `file`
        label, say, hidden          as in every drill

Short forms such as !Ref are read as {"Ref": …}, and !GetAtt A.B as {"Fn::GetAtt": ["A", "B"]}, in paths. A template
cannot switch findings off by its Metadata, nor hide them behind a transform that nothing in it needs. Each finding is
told with its line.

https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/validate-cfn-lint.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Trace, Verdict, Widget, grader
from quizzes.graders.cfn.mutating import mutants
from quizzes.graders.cfn.template import load_template
from quizzes.graders.file import TESTS, check_problem, holds, label_of
from quizzes.graders.file_paths import BadPath, found, read_path
from quizzes.graders.loading import Unreadable
from quizzes.graders.worker.client import Unavailable, ask, expect, missing

CLOCK = "2026-11-21"
OWN_TESTS = ("clean", "without", "mended", "keep")
_RULE = re.compile(r"[EWI][0-9]{4}")
_LEVELS: Mapping[Any, tuple[str, ...]] = {"errors": ("error",), "warnings": ("error", "warning")}
_MOST_ROWS = 30
SERVERLESS = "AWS::Serverless-2016-10-31"


@grader("lint", mode="worker")
class Lint(Grader):
    keys = frozenset({"given", "region", "clock"})

    def missing(self) -> str:
        return missing("lint")

    def expect(self) -> None:
        expect("lint")

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="yaml")

    def validate(self, spec: Spec) -> Iterator[Problem]:
        if "given" in spec:
            try:
                load_template(spec["given"] if isinstance(spec["given"], str) else "")
            except Unreadable as error:
                yield Problem("given", f"{error} Write the template as a text, below a bar: |")
                return
        if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]", str(spec.get("region", "eu-west-1"))):
            yield Problem("region", "This must be a region, such as eu-west-1.")
        if _clock(spec) is None:
            yield Problem("clock", "This must be a day in quotes, such as “2026-11-21”.")
        checks = spec.get("checks")
        if not isinstance(checks, list) or not checks:
            yield Problem("checks", "The drill has no checks: what the template must be.")
            return
        for place, check in enumerate(checks):
            if isinstance(check, Mapping) and (problem := _problem(check, spec)):
                yield Problem(f"checks[{place}]", problem)

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        try:
            written = load_template(answer)
        except Unreadable:
            return
        for mutant in mutants(written):
            yield json.dumps(mutant, indent=2, ensure_ascii=False)

    def grade(self, answer: str, spec: Spec) -> Verdict:
        try:
            template = load_template(answer)
        except Unreadable as error:
            return Verdict.refused(str(error))
        if _hushed(template):
            return Verdict.refused("Findings cannot be switched off in Metadata here: mend what is found.")
        given = load_template(spec["given"]) if "given" in spec else {}
        if hidden := sorted(_transforms(template) - _transforms(given) - _allowed(spec, template)):
            return Verdict.refused(
                f"Findings could hide behind the transform {hidden[0][:60]}: write the template without it."
            )
        try:
            findings, before = _looked_at(answer, template, spec)
        except Unavailable as error:
            return Verdict.refused(str(error))
        checks = []
        for number, check in enumerate(spec["checks"], start=1):
            ok, more = (
                _kept(check, template, given)
                if "keep" in check
                else _looks(check, template, findings, before)
            )
            say = str(check["say"]) if check.get("hidden") or not more else f"{check['say']} {more}"
            label = str(check.get("label") or _label(check, number))
            checks.append(Check(label, ok, say[:600], bool(check.get("hidden"))))
        return Verdict(tuple(checks), trace=tuple(_trace(findings)))


Findings = list[dict[str, Any]]


def _looked_at(answer: str, template: Mapping[str, Any], spec: Spec) -> tuple[Findings, Findings]:
    """Findings in the answer, and in `given` where a check asks for them. Raises Unavailable."""
    region = str(spec.get("region", "eu-west-1"))
    day = _clock(spec)
    clock = day.timestamp() if day else 0.0
    found = _found(answer, tuple(sorted(_types(template))), region, clock)
    if not any("mended" in check for check in spec["checks"]):
        return found, []
    return found, _found_in_given(spec["given"], region, clock)


def _found(text: str, types: tuple[str, ...], region: str, clock: float) -> Findings:
    told: Findings = ask("lint", {"template": text, "types": types, "region": region, "clock": clock})
    return told


@lru_cache(maxsize=128)
def _found_in_given(text: str, region: str, clock: float) -> Findings:
    """Always the same for a variant, which is asked about with every answer to it."""
    return _found(text, tuple(sorted(_types(load_template(text)))), region, clock)


def _looks(
    check: Mapping[str, Any], template: Mapping[str, Any], findings: Findings, before: Findings
) -> tuple[bool, str]:
    """Whether a check holds; where it does not, the findings that say so."""
    if "path" in check:
        return holds(check, found(template, read_path(str(check["path"])))), ""
    if "clean" in check:
        wrong = [one for one in findings if one["level"] in _LEVELS[check["clean"]]]
        return not wrong, _here(wrong)
    rules = check.get("without") or check.get("mended") or ()
    never = [rule for rule in check.get("mended") or () if not any(one["rule"] == rule for one in before)]
    if never:
        return False, f"({', '.join(never)}: nothing of that kind is found in the template that is given.)"
    wrong = [one for one in findings if one["rule"] in rules]
    return not wrong, _here(wrong)


def _kept(
    check: Mapping[str, Any], template: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[bool, str]:
    """Whether the answer left alone what need not be mended; where it did not, the first path that changed."""
    for path in check["keep"]:
        steps = read_path(str(path))
        if found(template, steps) != found(given, steps):
            return False, f"Look at {path}."
    return True, ""


def _here(wrong: Findings) -> str:
    return " ".join(f"Line {one['line']}: {one['message'].rstrip('.')} ({one['rule']})." for one in wrong[:2])


def _trace(findings: Findings) -> Iterator[Trace]:
    if findings:
        rows = [
            {"cells": [str(one["line"]), one["rule"], one["message"]], "ok": None if one["level"] == "info" else False}
            for one in findings[:_MOST_ROWS]
        ]  # fmt: skip
        yield {
            "kind": "table",
            "title": "What cfn-lint finds",
            "columns": ["Line", "Rule", "Finding"],
            "rows": rows,
        }


def _types(template: Mapping[str, Any]) -> set[str]:
    resources = template.get("Resources")
    every = resources.values() if isinstance(resources, Mapping) else ()
    return {one["Type"] for one in every if isinstance(one, Mapping) and isinstance(one.get("Type"), str)}


def _hushed(template: Mapping[str, Any]) -> bool:
    """Whether the template tells cfn-lint what not to look at."""
    resources = template.get("Resources")
    parts = [template, *(resources.values() if isinstance(resources, Mapping) else ())]
    held = [part.get("Metadata") for part in parts if isinstance(part, Mapping)]
    return any(isinstance(one, Mapping) and "cfn-lint" in one for one in held)


def _transforms(template: Mapping[str, Any]) -> set[str]:
    written = template.get("Transform")
    every = written if isinstance(written, list) else [written]
    return {str(one.get("Name") if isinstance(one, Mapping) else one) for one in every if one}


def _allowed(spec: Spec, template: Mapping[str, Any]) -> set[str]:
    """Transforms that an answer may bring. Where there is one, cfn-lint no longer says what is not used, for it cannot
    know what a macro makes of a template.
    """
    if "given" not in spec:
        return {SERVERLESS, "AWS::LanguageExtensions"}
    return {SERVERLESS} if any(one.startswith("AWS::Serverless::") for one in _types(template)) else set()


def _clock(spec: Spec) -> datetime | None:
    try:
        return datetime.fromisoformat(str(spec.get("clock", CLOCK))).replace(tzinfo=UTC)
    except ValueError:
        return None


def _label(check: Mapping[str, Any], number: int) -> str:
    if "path" in check:
        return label_of(check)
    return (
        "No errors"
        if check.get("clean") == "errors"
        else "Nothing found"
        if "clean" in check
        else f"Rule {number}"
    )


def _problem(check: Mapping[str, Any], spec: Spec) -> str:
    tests = [test for test in OWN_TESTS if test in check]
    if "path" in check and not tests:
        return check_problem(check)
    if len(tests) != 1 or set(check) & {"path", *TESTS}:
        return f"This must have one of {', '.join(OWN_TESTS)}, or a `path` with a test."
    if tests[0] == "clean":
        return "" if check["clean"] in _LEVELS else "`clean` is errors or warnings."
    if tests[0] == "keep":
        return _keep_problem(check["keep"], spec)
    rules = check[tests[0]]
    if not isinstance(rules, list) or not rules or not all(_RULE.fullmatch(str(rule)) for rule in rules):
        return f"`{tests[0]}` is a list of rules, such as [E3002]."
    return (
        ""
        if tests[0] == "without" or "given" in spec
        else "`mended` needs `given`: the template with the fault."
    )


def _keep_problem(paths: Any, spec: Spec) -> str:
    if not isinstance(paths, list) or not paths or not isinstance(spec.get("given"), str):
        return "`keep` is a list of paths into `given`."
    given = load_template(spec["given"])
    try:
        gone = [path for path in paths if not found(given, read_path(str(path)))]
    except BadPath as error:
        return str(error)
    return f"`keep`: nothing stands at {gone[0]} in `given`." if gone else ""
