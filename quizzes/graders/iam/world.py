"""What is true of a request besides its documents: a drill plays in the vendor's world.

- The vendor adds keys to every context: account, ARN and name of the caller. (GLOBAL_KEYS)
- Services and anonymous callers have no policies of their own, and SCPs reach neither them nor the management
  account. (SCPS)
- The root user has all rights in its own account, within SCPs and resource-based policies. (ROOT_USER, LOGIC)
- A GetFederationToken session without a session policy has only the rights granted to it directly. (FEDERATION_TOKEN)

Names in brackets are pages of `quizzes.graders.iam.pages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from quizzes.graders.iam.callers import Caller
from quizzes.graders.iam.cases import BadCase, read_policies, read_request
from quizzes.graders.iam.context import known_from, read_context
from quizzes.graders.iam.documents import WITH_PRINCIPAL
from quizzes.graders.iam.evaluate import Policies
from quizzes.graders.iam.parsing import Policy, read_policy
from quizzes.graders.iam.statements import Request

FULL_ACCESS: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
ROOT_RIGHTS: Final = read_policy(FULL_ACCESS, "rights of the root user")
GIVEN: Final = ("identity", "scps", "boundary", "session", "resource_policy", "beside")
REQUEST_KEYS: Final = ("principal", "action", "resource", "resource_account", "context", "management_account")


def request_of(check: Mapping[str, Any], common: Mapping[str, Any]) -> Request:
    """The request of a check, with what all checks have in common; a key of `null` is not there. Raises BadCase."""
    merged = {**common, **{key: check[key] for key in REQUEST_KEYS if key in check}}
    request = read_request(merged)
    if not request.resource_account:  # a bucket or `*` does not say whose it is
        request = replace(request, resource_account=request.caller.account)
    context: dict[str, Any] = dict(known_from(request.caller, request.resource_account))
    for one in (common.get("context"), check.get("context")):
        if isinstance(one, Mapping):
            context |= {str(key).lower(): value for key, value in one.items()}
    return replace(request, context=read_context(context))


def policies_with(answer: Policy, kind: str, given: Mapping[str, Any]) -> Policies:
    """The documents that are given, and the learner's in its place. Raises BadCase."""
    if kind in WITH_PRINCIPAL and kind != "stack" and given.get("resource_policy"):
        raise BadCase("the learner writes the policy of the resource, so it cannot be given")
    found = read_policies(given)
    beside = read_policies({"identity": given.get("beside")}).identity
    match kind:
        case "identity":
            return replace(found, identity=(*found.identity, *beside, answer))
        case "scp":
            return replace(found, scps=(*found.scps, (*beside, answer)))
        case "boundary":
            return replace(found, boundary=(answer,))
        case "session":
            return replace(found, session=(*beside, answer))
        case _:
            return replace(found, resource=answer)


def settled(policies: Policies, caller: Caller, own_account: bool, management: bool = False) -> Policies:
    """The policies as they bear on this caller."""
    if caller.kind in ("outside", "anonymous"):
        return Policies(resource=policies.resource)
    if management:
        policies = replace(policies, scps=())
    if caller.kind == "root" and own_account:
        return replace(policies, identity=(ROOT_RIGHTS,), boundary=None, session=None)
    if caller.kind == "federated" and policies.session is None:
        return replace(policies, session=())
    return policies
