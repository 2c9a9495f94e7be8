"""A case, as plain data, → its decision: what the command `evaluate iam` prints.

    {"action", "resource", "resource_account", "principal", "context": {}, "identity": [policy…],
     "scps": [[policy…]…] (one list a level; none = no limit), "boundary": [policy…] or null,
     "session": policy or null, "resource_policy": policy or null}

The documents that are given decide, and nothing is assumed about those that are not: a root user or a service has no
more rights than they say. A policy may be an object or JSON text; where one is enough, a list of one will do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from quizzes.graders.iam.arns import account_of, split_arn
from quizzes.graders.iam.callers import caller
from quizzes.graders.iam.context import read_context
from quizzes.graders.iam.evaluate import Policies
from quizzes.graders.iam.evaluate import decide as decided
from quizzes.graders.iam.parsing import Policy, read_policy
from quizzes.graders.iam.statements import Request
from quizzes.graders.loading import Unreadable, load_mapping


class BadCase(ValueError):
    """A case that is none; `str()` says why."""


def decide(case: Any) -> str:
    """Allowed, ImplicitlyDenied or ExplicitlyDenied. Raises BadCase, nothing else, when it is no case."""
    if not isinstance(case, Mapping):
        raise BadCase("a case is an object")
    return decided(read_request(case), read_policies(case))


def decide_line(line: str) -> str:
    """`decide` for one line of a file of cases. Raises ValueError (RecursionError when it is nested without end)."""
    return decide(json.loads(line))


def read_request(case: Mapping[str, Any]) -> Request:
    """The request of a case. Raises BadCase."""
    action, resource = case.get("action"), case.get("resource")
    if not isinstance(action, str) or not isinstance(resource, str):
        raise BadCase("a case needs “action” and “resource” as text")
    service, colon, operation = action.partition(":")
    if not service or not colon or not operation:
        raise BadCase("an action is written service:Operation")
    account, principal, context = case.get("resource_account"), case.get("principal"), case.get("context")
    if isinstance(account, bool) or not isinstance(account, str | int | None):
        raise BadCase("“resource_account” is twelve digits")
    if not _is_principal(principal):
        raise BadCase("“principal” is an ARN, a service, or {“AWS”: …} and the like")
    if not isinstance(context, Mapping | None):
        raise BadCase("“context” is keys with values")
    return Request(
        action=action,
        service=service.lower(),
        operation=operation.lower(),
        resource=resource,
        arn=split_arn(resource),
        resource_account=str(account) if account else account_of(resource),
        caller=caller(principal),
        context=read_context(context),
    )


def _is_principal(written: Any) -> bool:
    """None is nobody in particular, as a browser without an account."""
    if isinstance(written, Mapping):
        values = [
            one for value in written.values() for one in (value if isinstance(value, list) else [value])
        ]
        return all(isinstance(one, str) for one in values)
    return isinstance(written, str | None)


def read_policies(case: Mapping[str, Any]) -> Policies:
    """The documents of a case. Raises BadCase when one cannot be a policy."""
    boundary, session = _several(case.get("boundary")), _several(case.get("session"))
    resource = _several(case.get("resource_policy"), completed=False)
    if len(resource) > 1:
        raise BadCase("a resource has one policy")
    levels = case.get("scps") or []
    if not isinstance(levels, list):
        raise BadCase("“scps” is a list of levels")
    return Policies(
        identity=_several(case.get("identity")),
        scps=tuple(_several(level, completed=False) for level in levels),
        boundary=boundary or None,
        session=session or None,
        resource=resource[0] if resource else None,
    )


def _several(written: Any, completed: bool = True) -> tuple[Policy, ...]:
    """None, one policy or a list of them."""
    if written is None:
        return ()
    return tuple(_policy(one, completed) for one in (written if isinstance(written, list) else [written]))


def _policy(written: Any, completed: bool) -> Policy:
    if isinstance(written, str):
        try:
            written = load_mapping(written, "json")
        except Unreadable as error:
            raise BadCase(f"a policy cannot be read: {error}") from None
    if not isinstance(written, Mapping):
        raise BadCase("a policy is an object")
    return read_policy(written, completed=completed)
