"""The grader `lab`: the learner types commands of the AWS CLI; what the made-up account holds in the end is graded.

    account: "123456789012"         of the lab; so when left out
    region: eu-west-1               of commands without --region; so when left out
    clock: "2026-11-21T09:00"       when the lab begins, UTC; each command takes a second
    files: {policy.json: "…"}       what file://policy.json holds, and what aws s3 cp can upload
    given: [aws …, …]               commands that were run before the learner came
    checks:
      - run: aws sqs get-queue-attributes --queue-url … --attribute-names All      looks, and changes nothing
        query: Attributes.VisibilityTimeout     JMESPath into its answer; or --query in the command
        json: true                  texts that hold a document, such as policies, are read before the query
        is: "60"                    or `any`, `like`, `has`, `none`, `count`, `order` as in the grader `file`;
        present: true               something is there (no null, no empty list); `absent` the contrary
        error: NoSuchBucket         instead: the command fails with this code
        label, say, hidden          as in every drill

Queues, topics, ARNs have the account and the region in them, as always. Commands that fail change nothing and are no
mistake: learners may look around. Ids that a command makes up follow from its text, so they are the same every time.
Services: see `cloud.SERVICES`. `aws s3` has mb, rb, ls, cp, mv, rm.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Verdict, Widget, grader
from quizzes.graders.cli.reading import read
from quizzes.graders.cli.words import BadCommand
from quizzes.graders.engine.drill import fill
from quizzes.graders.engine.filling import shown
from quizzes.graders.file import holds, same
from quizzes.graders.worker.client import Unavailable, ask, expect, missing
from quizzes.graders.worker.lab.lines import MOST_COMMANDS, TooMany, commands_of
from quizzes.graders.worker.lab.mutating import mutants, only_looks

ACCOUNT, REGION, CLOCK = "123456789012", "eu-west-1", "2026-11-21T09:00"
TESTS = ("is", "any", "like", "has", "none", "count", "order", "present", "absent", "error")
_KNOWN = {"run", "query", "json", "label", "say", "hidden", *TESTS}
_SEEDED = ("id", "account", "region", "clock", "files", "given")
_KINDS: Mapping[str, type] = {
    "any": list,
    "order": list,
    "present": bool,
    "absent": bool,
    "count": int,
    "error": str,
}


@grader("lab", mode="worker")
class Lab(Grader):
    keys = frozenset({"account", "region", "clock", "files", "given"})

    def missing(self) -> str:
        return missing("lab")

    def expect(self) -> None:
        expect("lab")

    def widget(self, spec: Spec) -> Widget:
        return Widget("terminal", language="shell")

    def validate(self, spec: Spec) -> Iterator[Problem]:
        wrong = list(_setting_problems(spec))
        yield from wrong
        checks = spec.get("checks")
        if not isinstance(checks, list) or not checks:
            yield Problem("checks", "The drill has no checks: what the account must hold in the end.")
            return
        for place, check in enumerate(checks if not wrong else ()):
            if isinstance(check, Mapping) and (problem := _check_problem(check, spec)):
                yield Problem(f"checks[{place}]", problem)

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        yield from mutants(answer, spec.get("files") or {})

    def grade(self, answer: str, spec: Spec) -> Verdict:
        try:
            commands = commands_of(answer)
        except TooMany as error:
            return Verdict.refused(str(error))
        if not commands:
            return Verdict.refused("Here is no command yet.")
        try:
            told = ask("lab", _job(spec, commands, spec["checks"]))
        except Unavailable as error:
            return Verdict.refused(str(error))
        if told["given"]:
            row = told["given"][0]
            return Verdict.refused(f"This lab is not set up rightly: {row['command'][:80]}: {row['output']}")
        checks = [
            _check(check, found, number)
            for number, (check, found) in enumerate(zip(spec["checks"], told["checks"], strict=True), start=1)
        ]
        return Verdict(
            tuple(checks), trace=({"kind": "terminal", "title": "What was run", "rows": told["rows"]},)
        )


def show(spec: Mapping[str, Any], seed: int, commands: Sequence[str]) -> list[dict[str, Any]]:
    """Rows {"command", "output", "ok"} of these commands in the variant `seed`; see `worker.transcript`."""
    found = [str(command) for command in commands]
    if len(found) > MOST_COMMANDS:
        return [{"command": "", "output": f"A lab takes at most {MOST_COMMANDS} commands.", "ok": False}]
    try:
        return list(ask("lab", _job(fill(spec, seed), found, []))["rows"])
    except Unavailable as error:
        return [{"command": "", "output": str(error), "ok": False}]


def _job(spec: Spec, commands: list[str], checks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    given = [str(command) for command in spec.get("given") or ()]
    looks = [
        {"run": str(one["run"]), "query": one.get("query"), "json": bool(one.get("json"))} for one in checks
    ]
    clock = _clock(spec)
    return {
        "seed": _seed(spec), "clock": clock.timestamp() if clock else 0.0,
        "account": str(spec.get("account", ACCOUNT)), "region": str(spec.get("region", REGION)),
        "files": {str(name): str(text) for name, text in (spec.get("files") or {}).items()},
        "services": _services([*given, *commands, *(str(one["run"]) for one in looks)]),
        "given": given, "commands": commands, "checks": looks,
    }  # fmt: skip


def _seed(spec: Spec) -> str:
    """Made-up ids follow from what the lab is, not from its hints: a mended sentence changes none."""
    kept = {key: spec.get(key) for key in _SEEDED}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()


def _services(commands: Sequence[str]) -> list[str]:
    """Services that the commands name, those named most often last."""
    named: dict[str, int] = {}
    for command in commands:
        words = re.findall(r"\s([a-z][a-z0-9-]{1,30})", command[:500])
        for word in words[:6]:
            named[word] = named.get(word, 0) + 1
    from quizzes.graders.cli.model import known

    return sorted((word for word in named if word in known()), key=lambda word: -named[word])[:8]


def _check(check: Mapping[str, Any], found: Mapping[str, Any], number: int) -> Check:
    label = str(check.get("label") or f"Account {number}")
    return Check(label, _holds(check, found), str(check["say"]), bool(check.get("hidden")))


def _holds(check: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    test = next(one for one in TESTS if one in check)
    if test == "error":
        return bool(found.get("error") == check["error"])
    if "error" in found:
        return False
    value, wanted = found.get("value"), check[test]
    if test in ("present", "absent"):
        there = value not in (None, [], {}, "")
        return there == ((test == "present") == wanted)
    if test == "is":
        return _same(value, wanted)
    if test == "any":
        return any(_same(value, one) for one in wanted)
    return value is not None and holds(check, [value])


def _same(value: Any, wanted: Any) -> bool:
    """Equal; number and text are alike, also within lists."""
    if isinstance(value, list) and isinstance(wanted, list):
        return len(value) == len(wanted) and all(map(_same, value, wanted))
    if isinstance(value, dict) and isinstance(wanted, Mapping):
        return set(value) == set(wanted) and all(_same(value[key], wanted[key]) for key in value)
    if value is None or wanted is None:
        return value is wanted
    return same(value, wanted)


def _clock(spec: Spec) -> datetime | None:
    try:
        return datetime.fromisoformat(str(spec.get("clock", CLOCK))).replace(tzinfo=UTC)
    except ValueError:
        return None


def _setting_problems(spec: Spec) -> Iterator[Problem]:
    if not re.fullmatch(r"[0-9]{12}", str(spec.get("account", ACCOUNT))):
        yield Problem("account", "This must be twelve digits in quotes.")
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]", str(spec.get("region", REGION))):
        yield Problem("region", "This must be a region, such as eu-west-1.")
    if _clock(spec) is None:
        yield Problem("clock", "This must be a time in quotes, such as “2026-11-21T09:00”.")
    files = spec.get("files") or {}
    if not isinstance(files, Mapping) or not all(isinstance(one, str) for one in files.values()):
        yield Problem("files", "This must be names of files with their texts.")
        return
    given = spec.get("given") or []
    if not isinstance(given, list) or len(given) > MOST_COMMANDS:
        yield Problem("given", f"This must be a list of at most {MOST_COMMANDS} commands.")
        return
    for place, command in enumerate(given):
        if problem := _unread(shown(command), files):
            yield Problem(f"given[{place}]", problem)


def _check_problem(check: Mapping[str, Any], spec: Spec) -> str:
    tests = [test for test in TESTS if test in check]
    if "run" not in check or len(tests) != 1 or set(check) - _KNOWN:
        return f"This must have `run`: a command that looks, and one of {', '.join(TESTS)}."
    if not isinstance(check[tests[0]], _KINDS.get(tests[0], object)):
        return f"`{tests[0]}` must be a {_KINDS[tests[0]].__name__}."
    if not isinstance(check.get("query", ""), str) or not isinstance(check.get("json", False), bool):
        return "`query` is a text, and `json` true or false."
    if problem := _unread(str(check["run"]), spec.get("files") or {}):
        return problem
    call = read(str(check["run"]), spec.get("files") or {})
    return (
        ""
        if only_looks(call) and not call.command.startswith("wait")
        else f"`run` must only look; {call.command} changes something."
    )


def _unread(command: str, files: Mapping[str, str]) -> str:
    try:
        read(command, files)
    except BadCommand as error:
        return str(error)
    return ""
