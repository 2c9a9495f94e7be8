"""A learner's text → a policy, or the sentence that says what the vendor would refuse in it, and where.

Only what is refused when a policy is saved is refused here; what is allowed but wrong is for the checks to notice.
Page: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from quizzes.graders.iam.callers import is_account
from quizzes.graders.iam.conditions import read_conditions
from quizzes.graders.iam.parsing import texts
from quizzes.graders.loading import load_mapping

Written = Literal["identity", "resource", "scp", "boundary", "session", "key", "trust", "stack"]

TITLES: Final[dict[str, str]] = {
    "identity": "an identity-based policy",
    "resource": "a resource-based policy",
    "scp": "a service control policy",
    "boundary": "a permissions boundary",
    "session": "a session policy",
    "key": "a key policy",
    "trust": "a trust policy",
    "stack": "a stack policy",
}
WITH_PRINCIPAL: Final = frozenset({"resource", "key", "trust", "stack"})
_TOP: Final = {"Version", "Id", "Statement"}
_ELEMENTS: Final = {
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"),
    *("Resource", "NotResource", "Condition"),
}
_PRINCIPALS: Final = {"AWS", "Service", "Federated", "CanonicalUser"}
_VERSIONS: Final = ("2012-10-17", "2008-10-17")


class Refused(ValueError):
    """The vendor would not save this policy; `str()` is a sentence for the learner."""


def read_document(text: str, kind: str) -> dict[str, Any]:
    """The document of an answer. Raises Unreadable (not readable at all) or Refused."""
    document = load_mapping(text)
    for problem in problems(document, kind):
        raise Refused(problem)
    return document


def problems(document: Mapping[str, Any], kind: str) -> Iterator[str]:
    """What would be refused, as sentences, from the top."""
    for key in document:
        if key not in _TOP:
            yield f"“{_short(key)}” is no element of a policy. At the top stand Version and Statement."
    if document.get("Version", _VERSIONS[0]) not in _VERSIONS:
        yield 'Version is the version of the language, not a date of yours: write "2012-10-17".'
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    if not statements:
        yield "A policy needs “Statement”: one statement in {…}, or several in [{…}, {…}]."
        return
    sids: set[str] = set()
    for number, statement in enumerate(listed, start=1):
        if not isinstance(statement, Mapping):
            yield f"Statement {number} is no statement: it stands in {{…}}."
            continue
        for problem in _statement_problems(statement, kind):
            yield f"Statement {number}: {problem}"
        sid = statement.get("Sid")
        if isinstance(sid, str) and sid in sids:
            yield f"Statement {number}: the Sid “{_short(sid)}” stands twice; a Sid is unique in its policy."
        sids.add(str(sid))


def _statement_problems(statement: Mapping[str, Any], kind: str) -> Iterator[str]:
    for key in statement:
        if key not in _ELEMENTS:
            yield f"“{_short(key)}” is no element of a statement."
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield "Effect is “Allow” or “Deny”, written exactly so."
    yield from _one_of(statement, "Action", needed=True)
    yield from _action_problems(statement)
    yield from _resource_problems(statement, kind)
    yield from _principal_problems(statement, kind)
    yield from _condition_problems(statement.get("Condition"))


def _one_of(statement: Mapping[str, Any], name: str, needed: bool) -> Iterator[str]:
    """Exactly one of Name and NotName, with text in it."""
    found = [key for key in (name, f"Not{name}") if key in statement]
    if len(found) == 2:
        yield f"{name} and Not{name} cannot stand together."
    elif not found and needed:
        yield f"it has no {name} (or Not{name})."
    for key in found:
        value = statement[key]
        if not texts(value) or len(texts(value)) != len(value if isinstance(value, list) else [value]):
            yield f"{key} is a text or a list of texts."


def _action_problems(statement: Mapping[str, Any]) -> Iterator[str]:
    for action in texts(statement.get("Action", statement.get("NotAction"))):
        service, colon, name = action.partition(":")
        if not action.strip("*") and action:
            continue
        if not colon or not name or ":" in name:
            yield f"“{_short(action)}” is no action: write service:Operation, as in s3:GetObject."
        elif "*" in service or "?" in service:
            yield f"“{_short(action)}”: the service before the colon has no wildcards."


def _resource_problems(statement: Mapping[str, Any], kind: str) -> Iterator[str]:
    if kind == "trust":
        if "Resource" in statement or "NotResource" in statement:
            yield "a trust policy has no Resource: it is about the role that it belongs to."
        return
    yield from _one_of(statement, "Resource", needed=True)
    for name in texts(statement.get("Resource", statement.get("NotResource"))):
        if name and not name.strip("*"):
            continue
        if kind == "stack":
            if not name.startswith("LogicalResourceId/"):
                yield f"“{_short(name)}”: a stack policy names resources as LogicalResourceId/Name."
        elif not name.startswith("arn:"):
            yield f"“{_short(name)}” is no ARN: a resource is written arn:aws:service:region:account:name, or *."


def _principal_problems(statement: Mapping[str, Any], kind: str) -> Iterator[str]:
    present = [key for key in ("Principal", "NotPrincipal") if key in statement]
    if kind not in WITH_PRINCIPAL:
        if present:
            yield f"{TITLES[kind]} has no {present[0]}: it speaks about whoever it is attached to."
        return
    if not present:
        yield f"{TITLES[kind]} says who is meant: it needs a Principal."
        return
    if len(present) == 2:
        yield "Principal and NotPrincipal cannot stand together."
    if "NotPrincipal" in present and statement.get("Effect") == "Allow":
        yield "NotPrincipal stands only with Deny; with Allow it would let in the whole world but a few."
    for key in present:
        yield from _principal_value_problems(key, statement[key], kind)


def _principal_value_problems(key: str, value: Any, kind: str) -> Iterator[str]:
    if kind == "stack":
        if value != "*":
            yield 'in a stack policy the Principal is always "*".'
        return
    if value == "*":
        return
    if not isinstance(value, Mapping) or not value:
        yield f'{key} is "*", or says of what kind it is, as in {{"AWS": "arn:…"}}.'
        return
    for sort, names in value.items():
        if sort not in _PRINCIPALS:
            yield f"{key}: “{_short(sort)}” is no kind of principal; there are AWS, Service, Federated, CanonicalUser."
            continue
        if not texts(names):
            yield f"{key}: {sort} is a text or a list of texts."
        for name in texts(names) if sort == "AWS" else ():
            yield from _aws_principal_problems(key, name)


def _aws_principal_problems(key: str, name: str) -> Iterator[str]:
    if name == "*" or is_account(name):
        return
    if not name.startswith("arn:"):
        yield f"{key}: “{_short(name)}” is neither an ARN nor an account of 12 digits."
    elif "*" in name or "?" in name:
        yield f"{key}: “{_short(name)}”: a principal has no wildcards in its ARN. Only a lone * means everybody."
    elif ":group/" in name:
        yield f"{key}: a group cannot be a principal: name its users or a role."


def _condition_problems(element: Any) -> Iterator[str]:
    if element is None:
        return
    if not isinstance(element, Mapping) or not all(isinstance(keys, Mapping) for keys in element.values()):
        yield 'a Condition is {"Operator": {"key": "value"}}.'
        return
    for condition in read_conditions(element, variables=True):
        if condition.operator is None and not condition.is_null:
            yield f"there is no condition operator “{_short(condition.written)}”."
        elif not condition.values:
            yield f"the condition on {_short(condition.key)} has no values."
    for operator, keys in element.items():
        if str(operator).lower().endswith("nullifexists"):
            yield "Null and IfExists cannot be joined: Null asks whether the key is there."
        if not keys:
            yield f"the condition operator “{_short(operator)}” compares no key."


def _short(text: Any) -> str:
    shown = str(text)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
