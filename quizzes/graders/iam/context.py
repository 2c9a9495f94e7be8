"""The context of a request: keys → values as text, single or several.

Whether a key has one value or several is a matter of the key, not of how many stand in the request: `aws:TagKeys` with
one tag is still a set. A list for a key of one value is that value.
Pages: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
       https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quizzes.graders.iam.callers import Caller
from quizzes.graders.iam.conditions import as_text
from quizzes.graders.iam.variables import Context

SEVERAL = frozenset({
    "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths",
    "aws:sourceorgpaths", "aws:tagkeys", "aws:vpceorgpaths",
    "dynamodb:attributes", "dynamodb:leadingkeys", "kms:encryptioncontextkeys", "kms:grantoperations",
    "s3:requestobjecttagkeys", "sts:transitivetagkeys", "cloudformation:resourcetypes",
})  # fmt: skip


def read_context(written: Any) -> Context:
    """Keys in small letters. Values become text; `null` is a key that is not there."""
    if not isinstance(written, Mapping):
        return {}
    found: dict[str, str | tuple[str, ...]] = {}
    for key, value in written.items():
        name = str(key).lower()
        if isinstance(value, list | tuple):
            several = tuple(as_text(one) for one in value)
            found[name] = several[0] if several and _single(name) else several
        elif value is not None:
            found[name] = (as_text(value),) if name in SEVERAL else as_text(value)
    return found


def _single(name: str) -> bool:
    """Global keys are listed, so the others have one value; of a key of a service we cannot know."""
    return name.startswith("aws:") and name not in SEVERAL


def known_from(caller: Caller, resource_account: str) -> dict[str, str]:
    """What the vendor adds to every request by itself. Page: pages.GLOBAL_KEYS"""
    found = {"aws:resourceaccount": resource_account} if resource_account else {}
    if caller.kind == "anonymous":
        return {**found, "aws:principaltype": "Anonymous"}
    if caller.kind == "outside":
        return found
    found["aws:principalaccount"] = caller.account
    found["aws:principalarn"] = _identity_arn(caller)
    found["aws:principaltype"] = _TYPES[caller.kind]
    if caller.kind == "user":
        found["aws:username"] = caller.name.rpartition("/")[2]
    return found


_TYPES = {
    "user": "User",
    "role": "AssumedRole",
    "session": "AssumedRole",
    "federated": "FederatedUser",
    "root": "Account",
}


def _identity_arn(caller: Caller) -> str:
    """For a session `aws:PrincipalArn` is the ARN of the role, not of the session."""
    if caller.kind != "session":
        return caller.name
    role = caller.name.split("/")[1]
    return f"arn:{caller.partition}:iam::{caller.account}:role/{role}"
