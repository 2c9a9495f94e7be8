"""A right policy broken as learners break it, one mistake at a time; and whether a mistake makes any difference.

A broken policy that decides every request around the checks as the right one does is as right, and is left out:
the requests are those of the checks, and those with one thing changed (another operation, resource, caller or value).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from quizzes.graders.iam.cases import BadCase
from quizzes.graders.iam.documents import problems
from quizzes.graders.iam.evaluate import ALLOWED, Outcome, Policies
from quizzes.graders.iam.mistakes import mistakes
from quizzes.graders.iam.parsing import texts
from quizzes.graders.iam.statements import Request
from quizzes.graders.loading import Unreadable, load_mapping

Document = Mapping[str, Any]
Prepare = Callable[[Document, Mapping[str, Any]], Policies]
Decide = Callable[[Policies, Mapping[str, Any], Mapping[str, Any]], tuple[Request, Outcome]]
"""(document, spec) → all documents, read; (documents, check, spec) → the request and what comes out."""

MOST_PROBES = 400
_EXACT = {"implicitly denied", "explicitly denied"}
_OTHER = "Other"  # an operation and a name that no pattern but a wildcard covers


def mutants(answer: str, spec: Mapping[str, Any], prepare: Prepare, decide: Decide) -> Iterator[str]:
    """Broken answers as JSON; each decides something near the checks otherwise than `answer`."""
    try:
        right = load_mapping(answer)
    except Unreadable:
        return
    kind, policies = str(spec.get("policy", "identity")), prepare(right, spec)
    for wrong in mistakes(right, kind):
        near = probes(right, wrong, spec)
        if any(problems(wrong, kind)) or differs(policies, prepare(wrong, spec), near, spec, decide):
            yield json.dumps(wrong, indent=2, ensure_ascii=False)


def differs(
    right: Policies,
    wrong: Policies,
    near: Iterable[Mapping[str, Any]],
    spec: Mapping[str, Any],
    decide: Decide,
) -> bool:
    """Is there a request near the checks that both decide differently, as far as the checks look?"""
    exact = any(str(check.get("expect")).lower() in _EXACT for check in spec["checks"])
    for probe in islice(near, MOST_PROBES):
        try:
            first, second = (decide(one, probe, spec)[1].decision for one in (right, wrong))
        except BadCase:
            continue
        if first != second and (exact or ALLOWED in (first, second)):
            return True
    return False


def probes(right: Document, wrong: Document, spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The checks, then each with one thing changed."""
    checks: list[Mapping[str, Any]] = list(spec["checks"])
    yield from checks
    common = spec.get("request") or {}
    actions = _unique([*_values(checks, common, "action"), *_named(right, wrong, "Action")], ":")
    resources = _unique([*_values(checks, common, "resource"), *_named(right, wrong, "Resource")], "/")
    callers = _values(checks, common, "principal")
    contexts = [check.get("context") or {} for check in checks]
    for check in checks:
        for context in _near(check.get("context") or {}, common.get("context") or {}, contexts):
            yield {**check, "context": context}
        for key, values in (("action", actions), ("resource", resources), ("principal", callers)):
            yield from ({**check, key: value} for value in values if value != check.get(key))


def _values(checks: Iterable[Mapping[str, Any]], common: Mapping[str, Any], key: str) -> list[Any]:
    return [one[key] for one in [*checks, common] if key in one]


def _named(right: Document, wrong: Document, element: str) -> Iterator[str]:
    """Names that the patterns of both documents cover, one for each."""
    for document in (right, wrong):
        statements = document.get("Statement")
        for statement in statements if isinstance(statements, list) else [statements]:
            if isinstance(statement, Mapping):
                for name in (element, f"Not{element}"):
                    yield from (_concrete(text) for text in texts(statement.get(name)) if text.strip("*"))


def _concrete(pattern: str) -> str:
    return pattern.replace("*", _OTHER).replace("?", "x")


def _unique(names: Iterable[Any], separator: str) -> list[str]:
    """Each once, and beside each another of its kind: another operation of the service, another name in the folder."""
    found: dict[str, None] = {}
    for name in names:
        if isinstance(name, str):
            found[name] = None
            head, cut, _ = name.rpartition(separator)
            if cut:
                found[f"{head}{separator}{_OTHER}"] = None
    return list(found)


def _near(
    context: Mapping[str, Any], common: Mapping[str, Any], others: list[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """The context without one of its keys, and with the context of another check."""
    for key in {**common, **context}:
        yield {**context, key: None}
    yield from (other for other in others if other != context)
