"""Why a request was decided as it was: one row a layer, naming the statement and the clause, and a sentence.

The shape is that of `layers` in `quizzes.graders.base`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from quizzes.graders.iam.callers import Named
from quizzes.graders.iam.conditions import Condition
from quizzes.graders.iam.evaluate import ALLOWED, EXPLICIT, Layer, Outcome
from quizzes.graders.iam.parsing import Policy, Statement
from quizzes.graders.iam.statements import Clause, Request, failing, missed, named_by

DECISIONS: Final = {
    "Allowed": "Allowed",
    "ImplicitlyDenied": "Denied, because nothing allows it",
    "ExplicitlyDenied": "Denied by a Deny",
}
REASONS: Final = {
    "allowed": "Everything that must allow it does, and nothing denies it.",
    "caller-identity": "sts:GetCallerIdentity needs no permission, and cannot be denied.",
    "explicit-deny": "One Deny that applies is enough: it wins over every Allow.",
    "scp": "Every level of the organisation must allow it, and one does not. An SCP only limits; it grants nothing.",
    "outside": "This caller has no policies of its own: only the policy of the resource could let it in.",
    "gate": "This resource must let the caller in by its own policy; policies of the identity cannot do that alone.",
    "no-grant": "Neither a policy of the identity nor the policy of the resource allows it.",
    "cross-resource": "Across accounts both sides must allow: the policy of the resource does not.",
    "cross-identity": "Across accounts both sides must allow: the policies of the identity do not.",
    "boundary": "Something grants it, but the permissions boundary does not contain it: a boundary is a ceiling.",
    "session": "Something grants it, but the session policy does not contain it: a session has what both allow.",
}
_ORDER: Final[dict[Clause | None, int]] = {
    "Action": 0, "NotAction": 0, "Resource": 1, "NotResource": 1,
    "Principal": 2, "NotPrincipal": 2, "Condition": 3, None: 4,
}  # fmt: skip


def layers_of(label: str, request: Request, outcome: Outcome) -> dict[str, Any]:
    """The trace of one check, as plain data."""
    return {
        "kind": "layers",
        "title": f"{_caller(request)}: {_short(request.action)} on {_short(request.resource, 90)}",
        "check": label,
        "outcome": f"{DECISIONS[outcome.decision]}. {REASONS[outcome.reason]}",
        "rows": [row for layer in outcome.layers if (row := _row(layer, request, outcome)) is not None],
    }


def _row(layer: Layer, request: Request, outcome: Outcome) -> dict[str, Any] | None:
    if layer.decision is None or (layer.kind == "identity" and request.caller.kind == "outside"):
        return None
    if layer.denies:
        hit = layer.denies[0]
        clause, say = _title(layer, hit.statement, hit.policy), "Its Deny covers this request."
        return _cells(layer, "denies", clause, say, ok=False)
    if layer.allows:
        strongest = max(layer.allows, key=lambda hit: hit.named)
        clause = _title(layer, strongest.statement, strongest.policy)
        return _cells(layer, "allows", clause, _grant(layer, strongest.named, request), ok=True)
    clause, say = _closest(layer, request)
    blocking = outcome.decision != ALLOWED and outcome.decision != EXPLICIT and _blocks(layer, outcome)
    return _cells(layer, "does not allow", clause, say, ok=False if blocking else None)


def _cells(layer: Layer, result: str, clause: str, say: str, ok: bool | None) -> dict[str, Any]:
    return {"layer": layer.name, "result": result, "clause": clause, "say": say, "ok": ok}


def _blocks(layer: Layer, outcome: Outcome) -> bool:
    """Is it this layer whose silence decided?"""
    silent = {
        "scp": {"scp"}, "boundary": {"boundary"}, "session": {"session"}, "cross-identity": {"identity"},
        "cross-resource": {"resource"}, "gate": {"resource"}, "outside": {"resource"},
        "no-grant": {"identity", "resource"},
    }  # fmt: skip
    return layer.kind in silent.get(outcome.reason, set())


def _grant(layer: Layer, named: Named, request: Request) -> str:
    if layer.kind != "resource":
        return "Its Allow covers this request."
    if named is Named.ACCOUNT:
        return "It trusts the account, so policies of the identity must allow it as well."
    if not request.same_account:
        return "It lets this caller in."
    if named is Named.BEHIND:
        return "It names the identity behind the session, so boundary and session policy still limit it."
    if named is Named.EVERYBODY:
        return "It is for everybody, so a silent boundary does not limit it; a session policy still does."
    return (
        "It names this caller directly, so a boundary or a session policy that is silent does not limit it."
    )


def _closest(layer: Layer, request: Request) -> tuple[str, str]:
    """The Allow that comes closest, and the clause that keeps it from applying."""
    near: tuple[int, Policy, Statement, Clause] | None = None
    for policy in layer.policies:
        for statement in policy.statements:
            if statement.effect != "Allow":
                continue
            clause = _stopped_by(layer, statement, request)
            if clause is not None and (near is None or _ORDER[clause] > near[0]):
                near = (_ORDER[clause], policy, statement, clause)
    if near is None:
        return "", "There is no Allow in it." if layer.policies else "There is no policy here."
    _, policy, statement, clause = near
    return f"{_title(layer, statement, policy)} · {clause}", _why(statement, clause, request)


def _stopped_by(layer: Layer, statement: Statement, request: Request) -> Clause | None:
    stopped = missed(statement, request)
    if layer.kind != "resource" or stopped in ("Action", "NotAction", "Resource", "NotResource"):
        return stopped
    if named_by(statement, request.caller, bounded=False):
        return stopped
    return "NotPrincipal" if statement.not_principal else "Principal"


def _why(statement: Statement, clause: Clause, request: Request) -> str:
    if clause == "Condition":
        condition = failing(statement, request)
        return "Its condition does not hold." if condition is None else _condition(condition, request)
    if clause in ("Action", "NotAction"):
        return f"It comes closest, but its {clause} does not cover {_short(request.action)}."
    if clause in ("Principal", "NotPrincipal"):
        return f"It comes closest, but its {clause} does not mean {_caller(request)}."
    name = _short(request.resource, 90)
    return f"It comes closest, but its {clause} does not cover {name}.{_hint(statement, request)}"


def _hint(statement: Statement, request: Request) -> str:
    """Buckets and their objects are what learners mix up most."""
    for pattern in statement.resources or ():
        if request.resource.startswith(f"{pattern.text}/"):
            return " Objects of a bucket are named with /* after it."
        if pattern.text == f"{request.resource}/*":
            return " /* names what is in it, not the bucket itself."
    return ""


def _condition(condition: Condition, request: Request) -> str:
    value = request.context.get(condition.key.lower())
    asked = f"{_short(condition.written)} on {_short(condition.key)}"
    if value is None:
        return f"It comes closest, but its condition {asked} does not hold: the request has no such key."
    given = f"“{_short(value)}”" if isinstance(value, str) else _listed(value)
    if not isinstance(value, str) and not condition.over and not condition.is_null:
        return f"It comes closest, but the key is a set, and {asked} is not for sets: use ForAnyValue or ForAllValues."
    return f"It comes closest, but its condition {asked} does not hold: the request has {given}."


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"“{_short(value, 30)}”" for value in list(values)[:5]) or "an empty set"


def _title(layer: Layer, statement: Statement, policy: Policy) -> str:
    title = statement.title[:1].upper() + statement.title[1:]
    if policy.name:
        return f"{title} of {policy.name}"
    if len(layer.policies) < 2:
        return title
    number = next(number for number, one in enumerate(layer.policies, start=1) if one is policy)
    return f"{title} of policy {number}"


def _caller(request: Request) -> str:
    caller = request.caller
    if caller.kind == "anonymous":
        return "an anonymous caller"
    if caller.kind == "root":
        return f"the root user of {caller.account}"
    return _short(caller.name.split(":", 5)[-1] if caller.name.startswith("arn:") else caller.name)


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
