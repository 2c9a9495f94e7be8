"""Is a bucket policy public? As S3 sees it: until it grants to fixed callers or under fixed conditions only.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (read on 2026-11-21)
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

# Conditions that name who or from where; with a fixed value, a statement for everybody is not public.
_KEYS = frozenset({
    "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:userid",
    "aws:principalorgid", "aws:principalaccount", "aws:principalarn", "s3:dataaccesspointaccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
})  # fmt: skip
_OPERATORS = frozenset({
    "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike",
})  # fmt: skip
_WIDEST_PREFIX = 8  # wider IPv4 ranges count as everybody


def public_clause(policy: Mapping[str, Any] | None) -> str:
    """Which statement makes a policy public, as part of a sentence; "" when none does."""
    for number, statement in enumerate(statements(policy), 1):
        if statement.get("Effect") == "Allow" and _for_everybody(statement) and not _fixed(statement):
            name = statement.get("Sid") or f"statement {number}"
            return f"the policy is public: {str(name)[:60]} allows everybody, under no fixed condition"
    return ""


def statements(policy: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    found = (policy or {}).get("Statement", [])
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, Mapping)]


def _for_everybody(statement: Mapping[str, Any]) -> bool:
    if "NotPrincipal" in statement:
        return True
    principal = statement.get("Principal")
    named = principal.get("AWS", []) if isinstance(principal, Mapping) else principal
    return any("*" in str(one) for one in (named if isinstance(named, list) else [named]))


def _fixed(statement: Mapping[str, Any]) -> bool:
    conditions = statement.get("Condition")
    if not isinstance(conditions, Mapping):
        return False
    for operator, keys in conditions.items():
        for key, values in keys.items() if isinstance(keys, Mapping) else ():
            several = values if isinstance(values, list) else [values]
            if several and _names_somebody(
                str(operator).lower(), str(key).lower(), [str(one) for one in several]
            ):
                return True
    return False


def _names_somebody(operator: str, key: str, values: list[str]) -> bool:
    if key == "aws:sourceip" and operator == "ipaddress":
        return all(_narrow(value) for value in values)
    if key == "s3:dataaccesspointarn" and operator in _OPERATORS:
        return all(
            "${" not in value and value.count(":") >= 5 and "*" not in value.split(":")[4] for value in values
        )
    if key not in _KEYS or operator not in _OPERATORS:
        return False
    return not any("*" in value or "?" in value or "${" in value for value in values)


def _narrow(value: str) -> bool:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= (_WIDEST_PREFIX if network.version == 4 else 32)
