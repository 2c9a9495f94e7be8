"""What becomes of each resource: when a stack is made, changed to another template, or deleted.

An update compares resolved properties. A resource that is made anew gets a new identity, so whatever refers to it
changes as well, and may be made anew in turn.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.graders.cfn.building import Made, Stack, build, resolved
from quizzes.graders.cfn.errors import Refused
from quizzes.graders.cfn.replacing import custom_name, replacing
from quizzes.graders.cfn.resolving import Resolver
from quizzes.graders.cfn.settings import Settings
from quizzes.graders.cfn.template import Template

ACTIONS = ("create", "update", "replace", "delete", "retain", "snapshot", "keep")
Replacing = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens. `actions`: one of ACTIONS by resource; `why`: properties that changed; `left`: what becomes of the
    old one of a resource that is deleted or made anew: delete, retain or snapshot; `refused`: it does not happen."""

    stack: Stack | None = None
    actions: Mapping[str, str] = field(default_factory=dict)
    why: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left: Mapping[str, str] = field(default_factory=dict)
    old: Stack | None = None
    refused: Refused | None = None


def create(template: Template, settings: Settings) -> Outcome:
    """A new stack. A refusal is in the outcome."""
    try:
        stack = build(template, settings)
    except Refused as error:
        return Outcome(refused=error)
    return Outcome(stack, dict.fromkeys(stack.resources, "create"))


def delete(template: Template, settings: Settings) -> Outcome:
    """A stack of this template is deleted."""
    try:
        stack = build(template, settings)
        used = sorted(set(stack.exports) & set(settings.imported))
        if used:
            raise Refused("export", f"Export {used[0][:80]} cannot be deleted: another stack imports it.")
    except Refused as error:
        return Outcome(refused=error)
    left = {name: after_deletion(one) for name, one in stack.resources.items()}
    return Outcome(actions=left, left=left, old=stack)


def update(
    before: Template, was: Settings, after: Template, settings: Settings, more: Replacing | None = None
) -> Outcome:
    """A stack of `before` is changed to `after`. `more`: properties of other types that make them anew."""
    old = Stack({}, (), {}, {}, {})
    try:
        old = build(before, was)
        return _update(old, after, settings, more or {})
    except Refused as error:
        return Outcome(refused=error, old=old)


def _update(old: Stack, after: Template, settings: Settings, more: Replacing) -> Outcome:
    order = build(after, settings)
    resolver = Resolver(after, settings)
    actions: dict[str, str] = {}
    why: dict[str, tuple[str, ...]] = {}
    left: dict[str, str] = {}
    for name in (name for wave in order.waves for name in wave):
        one, now = order.resources[name], resolved(resolver, name)
        actions[name], why[name] = _change(old.resources.get(name), one, now, more)
        if actions[name] == "replace":
            resolver.physical[name] = f"{name} anew"
            left[name] = (one.written.replacing or "Delete").lower()
    for name, gone in old.resources.items():
        if name not in order.resources:
            actions[name] = left[name] = after_deletion(gone)
    stack = build(after, settings, resolver.physical)
    for name in sorted(set(settings.imported) & set(old.exports)):
        if stack.exports.get(name) != old.exports[name]:
            raise Refused(
                "export", f"Export {name[:80]} cannot be changed or removed: another stack imports it."
            )
    return Outcome(stack, actions, why, left, old)


def _change(
    old: Made | None, new: Made, now: Mapping[str, Any], more: Replacing
) -> tuple[str, tuple[str, ...]]:
    if old is None:
        return "create", ()
    if old.kind != new.kind:
        raise Refused(
            "template", f"The type of {new.name} cannot change; give the other resource another name."
        )
    keys = {*old.properties, *now}
    changed = tuple(sorted(key for key in keys if not same(old.properties.get(key), now.get(key))))
    anew = [key for key in changed if key in replacing(new.kind) or key in more.get(new.kind, ())]
    if not anew:
        return ("update" if changed else "keep"), changed
    name = custom_name(new.kind)
    if name and name in now and name not in changed:
        raise Refused("name", f"{new.name} has a custom name and would be made anew ({', '.join(anew)[:80]}):"
                              f" change {name} as well.")  # fmt: skip
    return "replace", changed


def same(one: Any, other: Any) -> bool:
    """Numbers, truth values and their texts are alike, as they are for CloudFormation."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return set(one) == set(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            same(left, right) for left, right in zip(one, other, strict=True)
        )
    if isinstance(one, str | int | float) and isinstance(other, str | int | float):
        return _plain(one) == _plain(other)
    return one is None and other is None


def _plain(value: str | int | float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def after_deletion(one: Made) -> str:
    """delete, retain or snapshot. Databases of RDS outside a cluster, and its clusters, leave a snapshot by default."""
    if one.written.deletion:
        return "retain" if one.written.deletion.startswith("Retain") else one.written.deletion.lower()
    alone = one.kind == "AWS::RDS::DBInstance" and "DBClusterIdentifier" not in one.properties
    return "snapshot" if one.kind == "AWS::RDS::DBCluster" or alone else "delete"


def drifted(stack: Stack, actual: Mapping[str, Any]) -> dict[str, str]:
    """IN_SYNC, MODIFIED or DELETED by resource. Only what the template sets is compared; None was deleted."""
    found = {}
    for name, one in stack.resources.items():
        now = actual.get(name, {})
        moved = isinstance(now, Mapping) and any(
            key in one.properties and not same(one.properties[key], value) for key, value in now.items()
        )
        found[name] = "DELETED" if now is None else "MODIFIED" if moved else "IN_SYNC"
    return found
