"""Keys of a drill or of one of its checks → settings, and what happens with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Problem
from quizzes.graders.cfn.settings import Settings
from quizzes.graders.cfn.template import Template
from quizzes.graders.cfn.updating import Outcome, create, delete, update

KEYS = frozenset({"parameters", "region", "account", "stack", "exports", "imported", "zones"})
WAYS = ("create", "update", "delete")
_PSEUDO = {"region": "AWS::Region", "account": "AWS::AccountId", "stack": "AWS::StackName"}


def settings_of(given: Mapping[str, Any], parameters: str = "parameters") -> Settings:
    """`given`: keys of the drill with those of a check over them."""
    pseudo = {name: str(given[key]) for key, name in _PSEUDO.items() if key in given}
    values = given.get(parameters, given.get("parameters")) or {}
    return Settings(
        dict(values), pseudo, dict(given.get("exports") or {}), tuple(given.get("imported") or ()),
        str(given.get("zones", "abc")),
    )  # fmt: skip


def happens(given: Mapping[str, Any], before: Template, template: Template) -> Outcome:
    """What becomes of a stack: by `do`."""
    settings = settings_of(given)
    if given.get("do") == "update":
        return update(before, settings_of(given, "was"), template, settings, replaces_of(given))
    return delete(template, settings) if given.get("do") == "delete" else create(template, settings)


def replaces_of(spec: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Raises ValueError."""
    given = spec.get("replaces") or {}
    if not isinstance(given, Mapping) or not all(isinstance(one, list) for one in given.values()):
        raise ValueError("This must be types with lists of properties.")
    return {str(kind): frozenset(map(str, names)) for kind, names in given.items()}


def setting_problems(path: str, given: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("parameters", "was", "exports"):
        if not isinstance(given.get(key) or {}, Mapping):
            yield Problem(f"{path}{key}", "This must be names with values.")
    imported = given.get("imported") or []
    if not isinstance(imported, list) or not all(isinstance(one, str) for one in imported):
        yield Problem(f"{path}imported", "This must be a list of names.")
    if not re.fullmatch("[a-f]{1,6}", str(given.get("zones", "abc"))):
        yield Problem(f"{path}zones", "This must be the letters of the zones, such as abc.")
    for key in _PSEUDO:
        if isinstance(given.get(key, ""), list | Mapping):
            yield Problem(f"{path}{key}", "This must be a text.")
