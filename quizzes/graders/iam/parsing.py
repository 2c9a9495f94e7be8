"""A policy document (plain data) → `Policy`. Lenient and total: what makes no sense applies to nothing.

What a learner must be told about is found by `documents`; here a document is only made ready to be evaluated.
Page: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from quizzes.graders.iam.arns import ResourcePattern, resource_pattern
from quizzes.graders.iam.callers import PrincipalSet, principal_set
from quizzes.graders.iam.conditions import Condition, read_conditions
from quizzes.graders.iam.matching import Glob, glob

VARIABLES_SINCE = "2012-10-17"  # page: pages.VERSION

Effect = Literal["Allow", "Deny"]


@dataclass(frozen=True, slots=True)
class ActionPattern:
    """`service` in small letters ("" with `everything`), `name` a pattern in small letters."""

    text: str
    everything: bool
    service: str = ""
    name: Glob | None = None

    def matches(self, service: str, name: str) -> bool:
        if self.everything:
            return True
        return self.name is not None and service == self.service and self.name.matches(name)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `not_…` says that the list is of what it does *not* cover; None: the element is missing."""

    index: int  # from 0
    sid: str
    effect: Effect
    actions: tuple[ActionPattern, ...] | None
    not_actions: bool
    resources: tuple[ResourcePattern, ...] | None
    not_resources: bool
    principal: PrincipalSet | None
    not_principal: bool
    conditions: tuple[Condition, ...]

    @property
    def title(self) -> str:
        return f"“{self.sid}”" if self.sid else f"statement {self.index + 1}"


@dataclass(frozen=True, slots=True)
class Policy:
    statements: tuple[Statement, ...]
    name: str = ""


def read_policy(document: Any, name: str = "", completed: bool = True) -> Policy:
    """A policy of any document; one that is no mapping has no statements.

    `completed`: are incomplete resource names filled up, as in identity-based policies? Page: pages.IDENTIFIERS
    """
    if not isinstance(document, Mapping):
        return Policy((), name)
    variables = document.get("Version") == VARIABLES_SINCE
    written = document.get("Statement")
    listed = written if isinstance(written, list) else [written]
    found = (
        _statement(index, one, variables, completed)
        for index, one in enumerate(listed)
        if isinstance(one, Mapping)
    )
    return Policy(tuple(one for one in found if one is not None), name)


def _statement(index: int, written: Mapping[str, Any], variables: bool, completed: bool) -> Statement | None:
    effect = written.get("Effect")
    if effect not in ("Allow", "Deny"):
        return None
    not_actions = "Action" not in written
    not_resources = "Resource" not in written and "NotResource" in written
    not_principal = "Principal" not in written and "NotPrincipal" in written
    principal = written.get("NotPrincipal" if not_principal else "Principal")
    sid = written.get("Sid")
    return Statement(
        index=index,
        sid=sid if isinstance(sid, str) else "",
        effect=effect,
        actions=_actions(written.get("NotAction" if not_actions else "Action")),
        not_actions=not_actions,
        resources=_resources(
            written.get("NotResource" if not_resources else "Resource"), variables, completed
        ),
        not_resources=not_resources,
        principal=None if principal is None else principal_set(principal),
        not_principal=not_principal,
        conditions=read_conditions(written.get("Condition"), variables),
    )


def _actions(element: Any) -> tuple[ActionPattern, ...] | None:
    return None if element is None else tuple(_action(text) for text in texts(element))


def _action(text: str) -> ActionPattern:
    if text and not text.strip("*"):
        return ActionPattern(text, everything=True)
    service, colon, name = text.partition(":")
    if not colon or not name or ":" in name or any(sign.isspace() for sign in name):
        return ActionPattern(text, everything=False)
    return ActionPattern(text, False, service.lower(), glob(name.lower()))


def _resources(element: Any, variables: bool, completed: bool) -> tuple[ResourcePattern, ...] | None:
    if element is None:
        return None
    return tuple(resource_pattern(text, variables, completed) for text in texts(element))


def texts(element: Any) -> list[str]:
    """One text or a list of texts, as a list; anything else in it is left out."""
    return [one for one in (element if isinstance(element, list) else [element]) if isinstance(one, str)]
