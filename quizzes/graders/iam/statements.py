"""Does a statement apply to a request, and if not, which of its clauses says so?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from quizzes.graders.iam.arns import Arn, ResourcePattern
from quizzes.graders.iam.callers import Caller, Named
from quizzes.graders.iam.conditions import Condition
from quizzes.graders.iam.parsing import Policy, Statement
from quizzes.graders.iam.variables import Context

Clause = Literal["Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `service` and `operation` are the action in small letters; `arn`: None when `resource` is none."""

    action: str
    service: str
    operation: str
    resource: str
    arn: Arn | None
    resource_account: str
    caller: Caller
    context: Context

    @property
    def same_account(self) -> bool:
        return bool(self.caller.account) and self.caller.account == self.resource_account


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that applies, and how it names the caller (DIRECT in policies without a principal)."""

    policy: Policy
    statement: Statement
    named: Named = Named.DIRECT


def missed(statement: Statement, request: Request) -> Clause | None:
    """The first of Action, Resource and Condition that keeps it from applying; None when it applies."""
    if not _covers_action(statement, request):
        return "NotAction" if statement.not_actions else "Action"
    if not _covers_resource(statement, request):
        return "NotResource" if statement.not_resources else "Resource"
    return None if failing(statement, request) is None else "Condition"


def failing(statement: Statement, request: Request) -> Condition | None:
    """The first condition that does not hold."""
    for condition in statement.conditions:
        if not condition.holds(request.context):
            return condition
    return None


def named_by(statement: Statement, caller: Caller, bounded: bool) -> Named:
    """How a statement of a resource-based policy names the caller. `bounded`: the caller has a permissions boundary.

    A Deny with NotPrincipal reaches every caller with a boundary, whoever it excepts. Page: pages.NOT_PRINCIPAL
    """
    if statement.principal is None:
        return Named.NOT
    named = statement.principal.names(caller)
    if not statement.not_principal:
        return named
    if statement.effect == "Deny" and bounded:
        return Named.DIRECT
    return Named.NOT if named else Named.EVERYBODY


def _covers_action(statement: Statement, request: Request) -> bool:
    if statement.actions is None:
        return False
    found = any(one.matches(request.service, request.operation) for one in statement.actions)
    return found is not statement.not_actions


def _covers_resource(statement: Statement, request: Request) -> bool:
    """A statement without Resource (as in trust policies) is about the resource that it is attached to."""
    if statement.resources is None:
        return True
    matches = (_matches(one, request) for one in statement.resources)
    if statement.not_resources:
        return all(match is False for match in matches)
    return any(match is True for match in matches)


def _matches(pattern: ResourcePattern, request: Request) -> bool | None:
    return pattern.matches(request.resource, request.arn, request.context)
