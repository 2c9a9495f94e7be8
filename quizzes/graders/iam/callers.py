"""Who makes the request, and how a Principal element names them.

Page: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from quizzes.graders.iam.arns import split_arn

Kind = Literal["user", "role", "session", "federated", "root", "outside", "anonymous"]
"""`session`: an assumed role. `federated`: a GetFederationToken session. `outside`: a service, an identity provider or
a canonical user, who act without policies of their own."""

ANONYMOUS_WORDS = {"", "*", "anonymous"}
SERVICE_LINKED = ("aws-service-role/", "AWSServiceRoleFor")


class Named(IntEnum):
    """How strongly a Principal element names a caller; the strongest of its entries counts."""

    NOT = 0
    ACCOUNT = 1  # the account: its own policies must allow as well
    BEHIND = 2  # the role of a session, or the user who federated: limits of the identity still hold
    EVERYBODY = 3  # nobody in particular: a session keeps the limits of its session policy
    DIRECT = 4  # exactly this caller


@dataclass(frozen=True, slots=True)
class Caller:
    """`name` is the ARN or the service. `behind`: small-letter key of the role or user that a session stands for."""

    kind: Kind
    name: str = ""
    account: str = ""
    partition: str = ""
    behind: str = ""

    @property
    def service_linked(self) -> bool:
        """SCPs do not reach service-linked roles. Page: pages.SCPS"""
        if self.kind not in ("role", "session"):
            return False
        path = self.name.split(":", 5)[5].partition("/")[2]
        return path.startswith(SERVICE_LINKED)


@dataclass(frozen=True, slots=True)
class PrincipalSet:
    """The entries of a Principal or NotPrincipal element. `roles`: keys of role and user ARNs, to find sessions by."""

    everyone: bool = False
    accounts: frozenset[str] = frozenset()
    arns: frozenset[str] = frozenset()
    behinds: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()

    def names(self, caller: Caller) -> Named:
        if caller.kind == "outside" and caller.name in self.outside:
            return Named.DIRECT
        # A role named by its own ARN stays within the limits of the role.
        if caller.kind not in ("anonymous", "outside", "role") and caller.name in self.arns:
            return Named.DIRECT
        if self.everyone:
            return Named.EVERYBODY
        if caller.kind in ("anonymous", "outside"):
            return Named.NOT
        if caller.kind == "role" and caller.name in self.arns:
            return Named.BEHIND
        if caller.behind and caller.behind in self.behinds:
            return Named.BEHIND
        return Named.ACCOUNT if caller.account and caller.account in self.accounts else Named.NOT


def caller(principal: Any) -> Caller:
    """The caller of a request: an ARN, a service, or {"AWS" | "Service" | "Federated" | "CanonicalUser": …}."""
    if isinstance(principal, Mapping):
        for kind, value in principal.items():
            text = value[0] if isinstance(value, list) and value else value
            if isinstance(text, str):
                return caller(text) if str(kind).lower() == "aws" else Caller("outside", text)
        return Caller("anonymous")
    if not isinstance(principal, str) or principal.lower() in ANONYMOUS_WORDS:
        return Caller("anonymous")
    return _from_text(principal)


def _from_text(text: str) -> Caller:
    if is_account(text):
        return Caller("root", f"arn:aws:iam::{text}:root", text, "aws")
    arn = split_arn(text)
    if arn is None:
        return Caller("outside", text)
    _, partition, service, _, account, rest = arn
    first, _, path = rest.partition("/")
    if service == "sts" and first == "assumed-role":
        role = path.partition("/")[0]
        return Caller("session", text, account, partition, _key(partition, account, "role", role))
    if service == "sts" and first == "federated-user":
        return Caller("federated", text, account, partition, _key(partition, account, "user", path))
    if service == "iam" and rest == "root":
        return Caller("root", text, account, partition)
    if service == "iam" and first in ("saml-provider", "oidc-provider"):
        return Caller("outside", text, account, partition)
    return Caller("role" if first == "role" else "user", text, account, partition)


def principal_set(element: Any) -> PrincipalSet:
    """Read a Principal element of any shape; what makes no sense in it names nobody."""
    if element == "*":
        return PrincipalSet(everyone=True)
    everyone, accounts, arns = False, set[str](), set[str]()
    behinds, outside = set[str](), set[str]()
    for kind, values in element.items() if isinstance(element, Mapping) else ():
        for value in values if isinstance(values, list) else [values]:
            if not isinstance(value, str):
                continue
            if str(kind) != "AWS":
                outside.add(value)
            elif value and not value.strip("*"):
                everyone = True
            elif account := _whole_account(value):
                accounts.add(account)
            else:
                arns.add(value)
                behinds.update(_behind_keys(value))
    return PrincipalSet(
        everyone, frozenset(accounts), frozenset(arns), frozenset(behinds), frozenset(outside)
    )


def is_account(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdigit()


def _whole_account(value: str) -> str:
    """The account that `123456789012` or `arn:aws:iam::123456789012:root` stands for, else ""."""
    if is_account(value):
        return value
    arn = split_arn(value)
    return arn[4] if arn and arn[2] == "iam" and arn[5] == "root" and is_account(arn[4]) else ""


def _behind_keys(value: str) -> list[str]:
    """A session carries the name of its role without the path; a federated user the name of the user."""
    arn = split_arn(value)
    if arn is None or arn[2] != "iam":
        return []
    first, _, path = arn[5].partition("/")
    if first not in ("role", "user") or not path:
        return []
    name = path.rpartition("/")[2] if first == "role" else path
    return [_key(arn[1], arn[4], first, name)]


def _key(partition: str, account: str, kind: str, name: str) -> str:
    """Names of roles differ by more than case, so case is no matter here; names of users keep theirs."""
    return f"{partition}:{account}:{kind}/{name.lower() if kind == 'role' else name}"
