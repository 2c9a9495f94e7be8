"""The grader `cli`: the learner writes a command of the AWS CLI; what it would send is looked at. Nothing is run.

    files: {item.json: "…"}         what file://item.json holds
    response: {…}                   what the service would answer, for --query
    checks:
      - command: sqs send-message   service and operation
      - call: "aws sqs …"           the same request as that of this command; `options: true`: the same --query etc. too
      - parameters: {QueueUrl: …}   the request has these; names as the API has them. In the CLI's own commands, such
                                    as s3 cp: `--name`, `paths`, `--filters` [["--exclude", "*"], ["--include", "x"]]
      - values: {"Filters[0].Name": vpc-id}      by path into the request
      - absent: [Force]             the request has none of these
      - nothing_else: true          with `parameters`: the request has nothing more
      - any_order: true             with `parameters` and `values`: lists of plain values may stand in any order
      - options: {region: eu-west-1, output: text}        null where an option must not be there
      - result: […]                 what --query makes of `response` (the drill's, or the check's)
        label, say, hidden          as in every drill; one check may ask for several of these

A check that names no `command` holds for any command.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Trace, Verdict, Widget, grader
from quizzes.graders.cli.mutating import mutants
from quizzes.graders.cli.reading import Call, read
from quizzes.graders.cli.words import BadCommand
from quizzes.graders.file_paths import BadPath, found, read_path
from quizzes.graders.query.engine import BadExpression, Missing, run, size

MOST_DATA = 5_000
ASKED = ("command", "call", "parameters", "values", "absent", "options", "result")
_SHOWN = 120


@grader("cli")
class Commands(Grader):
    keys = frozenset({"files", "response"})

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="shell")

    def validate(self, spec: Spec) -> Iterator[Problem]:
        files = spec.get("files") or {}
        if not isinstance(files, Mapping) or not all(isinstance(one, str) for one in files.values()):
            yield Problem("files", "This must be names of files with their texts.")
            return
        checks = spec.get("checks")
        if not isinstance(checks, list) or not checks:
            yield Problem("checks", "The drill has no checks: what the command must ask for.")
            return
        for place, check in enumerate(checks):
            if isinstance(check, Mapping):
                yield from _problems(f"checks[{place}]", check, spec)

    def answers(self, spec: Spec) -> Iterator[str]:
        calls = [str(check["call"]) for check in spec["checks"] if "call" in check]
        yield from calls[:1]

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        yield from mutants(answer)

    def grade(self, answer: str, spec: Spec) -> Verdict:
        files = spec.get("files") or {}
        try:
            call = read(answer, files)
            _understood(call)
        except BadCommand as error:
            return Verdict.refused(str(error))
        checks = []
        for number, check in enumerate(spec["checks"], start=1):
            try:
                ok = _holds(check, call, spec)
            except BadExpression as error:
                return Verdict.refused(f"--query: {error}")
            except Missing:
                return Verdict.refused("--query cannot be looked at here: the package jmespath is missing.")
            label = str(check.get("label") or check.get("command") or f"Request {number}")
            checks.append(Check(label, ok, str(check["say"]), bool(check.get("hidden"))))
        return Verdict(tuple(checks), trace=(_trace(call),))


def _understood(call: Call) -> None:
    """A --query that cannot be read keeps the command from being sent."""
    if isinstance(call.options.get("query"), str):
        try:
            run(call.options["query"], None)
        except BadExpression as error:
            if "needs" not in str(error):  # types depend on the answer
                raise BadCommand(f"--query: {error}") from None
        except Missing:
            pass


def _holds(check: Mapping[str, Any], call: Call, spec: Spec) -> bool:
    if "command" in check and check["command"] != f"{call.service} {call.command}":
        return False
    if "call" in check:
        wanted = read(str(check["call"]), spec.get("files") or {})
        same = (wanted.service, wanted.command, wanted.parameters) == (
            call.service,
            call.command,
            call.parameters,
        )
        if not same or (check.get("options") is True and dict(wanted.options) != dict(call.options)):
            return False
    parameters = dict(call.parameters)
    given = check.get("parameters")
    if isinstance(given, Mapping):
        if any(
            name not in parameters or not _alike(check, parameters[name], value)
            for name, value in given.items()
        ):
            return False
        if check.get("nothing_else") and set(parameters) - set(given):
            return False
    for path, value in (check.get("values") or {}).items():
        if not any(_alike(check, one, value) for one in found(parameters, read_path(path))):
            return False
    if any(found(parameters, read_path(path)) for path in check.get("absent") or ()):
        return False
    return _options_hold(check, call) and _result_holds(check, call, spec)


def _alike(check: Mapping[str, Any], value: Any, wanted: Any) -> bool:
    return bool(_sorted(value) == _sorted(wanted) if check.get("any_order") else value == wanted)


def _sorted(value: Any) -> Any:
    """Data with every list of plain values in one order."""
    if isinstance(value, Mapping):
        return {name: _sorted(one) for name, one in value.items()}
    if not isinstance(value, list):
        return value
    plain = not any(isinstance(one, Mapping | list) for one in value)
    return sorted(value, key=str) if plain else [_sorted(one) for one in value]


def _options_hold(check: Mapping[str, Any], call: Call) -> bool:
    wanted = check.get("options")
    if not isinstance(wanted, Mapping):
        return True
    return all(call.options.get(name) == (None if value is None else value) for name, value in wanted.items())


def _result_holds(check: Mapping[str, Any], call: Call, spec: Spec) -> bool:
    if "result" not in check:
        return True
    data = check.get("response", spec.get("response"))
    query = call.options.get("query")
    result = run(query, data) if isinstance(query, str) else data
    return bool(result == check["result"])


def _trace(call: Call) -> Trace:
    """What would be sent, name by name."""
    rows = [["", call.operation or f"{call.service} {call.command}"]]
    rows += [[name, _short(value)] for name, value in call.parameters.items()]
    rows += [[f"--{name}", _short(value)] for name, value in call.options.items()]
    shown = [{"cells": [name[:_SHOWN], value], "ok": None} for name, value in rows[:40]]
    return {"kind": "table", "title": "What would be sent", "columns": ["Parameter", "Value"], "rows": shown}


def _short(value: Any) -> str:
    """A value as a person writes it: true, a list of words with commas, anything larger as JSON."""
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        text = ", ".join(map(_short, value))
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _problems(path: str, check: Mapping[str, Any], spec: Spec) -> Iterator[Problem]:
    if not any(key in check for key in ASKED):
        yield Problem(path, f"There is nothing to look at; write some of {', '.join(ASKED)}.")
    if not isinstance(check.get("command", ""), str):
        yield Problem(f"{path}.command", "This must be service and operation, such as sqs send-message.")
    yield from _shape_problems(path, check)
    if "call" in check:
        try:
            read(str(check["call"]), spec.get("files") or {})
        except BadCommand as error:
            yield Problem(f"{path}.call", str(error))
    if "result" in check:
        data = check.get("response", spec.get("response"))
        if data is None:
            yield Problem(f"{path}.result", "Neither the check nor the drill has a `response`.")
        elif size(data, MOST_DATA) > MOST_DATA:
            yield Problem(f"{path}.response", f"`response` has more than {MOST_DATA:,} values.")


def _shape_problems(path: str, check: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("parameters", "values"):
        if not isinstance(check.get(key) or {}, Mapping):
            yield Problem(f"{path}.{key}", "This must be names with values.")
            return
    if not isinstance(check.get("any_order", False), bool):
        yield Problem(f"{path}.any_order", "This must be true or false.")
    if not (check.get("options", True) is True or isinstance(check["options"], Mapping)):
        yield Problem(f"{path}.options", "This must be options with values, or true beside `call`.")
    yield from _path_problems(path, check)


def _path_problems(path: str, check: Mapping[str, Any]) -> Iterator[Problem]:
    paths = check.get("values") or {}
    absent = check.get("absent") or []
    if not isinstance(absent, list):
        yield Problem(f"{path}.absent", "This must be a list of names.")
        return
    for key, one in [("values", each) for each in paths] + [("absent", each) for each in absent]:
        try:
            read_path(str(one))
        except BadPath as error:
            yield Problem(f"{path}.{key}", str(error))
