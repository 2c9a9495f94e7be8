"""A template with its values → the stack that is made: resolved resources, and the waves in which they are made.

What a resource refers to, and what it names in DependsOn, is made before it; everything else at the same time.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.graders.cfn.errors import Refused
from quizzes.graders.cfn.resolving import NOTHING, Resolver, text_of
from quizzes.graders.cfn.settings import Settings
from quizzes.graders.cfn.template import Resource, Template


@dataclass(frozen=True, slots=True)
class Made:
    """A resource of a stack. `needs`: names of resources that are made before it."""

    name: str
    kind: str
    properties: Mapping[str, Any]
    needs: tuple[str, ...]
    written: Resource


@dataclass(frozen=True, slots=True)
class Stack:
    resources: Mapping[str, Made]
    waves: tuple[tuple[str, ...], ...]
    conditions: Mapping[str, bool]
    outputs: Mapping[str, Any]
    exports: Mapping[str, Any]

    def before(self, name: str) -> set[str]:
        """Everything that is made before a resource because it must be."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for need in self.resources[waiting.pop()].needs:
                if need not in found:
                    found.add(need)
                    waiting.append(need)
        return found


def build(template: Template, settings: Settings, physical: Mapping[str, str] | None = None) -> Stack:
    """The stack of a template. Raises Refused. `physical`: what resources are called that an update made anew."""
    resolver = Resolver(template, settings)
    resolver.physical = dict(physical or {})
    conditions = {name: resolver.condition(name) for name in template.conditions}
    made = {name: _made(resolver, name) for name in template.resources if resolver.created(name)}
    waves = _waves(made)
    outputs, exports = _outputs(resolver, template)
    return Stack(made, waves, conditions, outputs, exports)


def resolved(resolver: Resolver, name: str) -> Mapping[str, Any]:
    """Properties of one resource. Raises Refused."""
    found = resolver.value(resolver.template.resources[name].properties)
    return found if isinstance(found, Mapping) else {}


def _made(resolver: Resolver, name: str) -> Made:
    written = resolver.template.resources[name]
    resolver.seen = set()
    properties = resolved(resolver, name)
    needs = set(resolver.seen)
    # what is not made because of its condition is not waited for
    needs |= {one for one in written.depends if resolver.created(one)}
    return Made(name, written.kind, properties, tuple(sorted(needs)), written)


def _waves(made: Mapping[str, Made]) -> tuple[tuple[str, ...], ...]:
    waves: list[tuple[str, ...]] = []
    missing = {name: set(one.needs) for name, one in made.items()}
    users: dict[str, list[str]] = {name: [] for name in made}
    for name, one in made.items():
        for need in one.needs:
            users[need].append(name)
    ready = sorted(name for name, needs in missing.items() if not needs)
    while ready:
        waves.append(tuple(ready))
        following = []
        for name in ready:
            del missing[name]
            for user in users[name]:
                missing[user].discard(name)
                if not missing[user]:
                    following.append(user)
        ready = sorted(following)
    if missing:
        circle = " → ".join(name[:40] for name in _circle(missing))
        raise Refused("circular", f"Circular dependency between resources: {circle}.")
    return tuple(waves)


def _circle(missing: Mapping[str, set[str]]) -> list[str]:
    """One circle among resources of which each waits for another, as A, B, A."""
    way = [min(missing)]
    while True:
        following = min(missing[way[-1]])
        if following in way:
            return [*way[way.index(following) :], following][:12]
        way.append(following)


def _outputs(resolver: Resolver, template: Template) -> tuple[dict[str, Any], dict[str, Any]]:
    outputs: dict[str, Any] = {}
    exports: dict[str, Any] = {}
    for name, given in template.outputs.items():
        condition = given.get("Condition")
        if isinstance(condition, str) and not resolver.condition(condition):
            continue
        if "Value" not in given:
            raise Refused("template", f"Output {name} has no Value.")
        value = resolver.value(given["Value"])
        if value is NOTHING or value is None or isinstance(value, list | Mapping):
            raise Refused("value", f"The Value of output {name} must be a text.")
        outputs[name] = text_of(value)
        if "Export" in given:
            exported = _export(resolver, name, given["Export"])
            if exported in exports or exported in resolver.settings.exports:
                raise Refused(
                    "export", f"Export {exported[:80]} exists already; names are unique in a Region."
                )
            exports[exported] = outputs[name]
    return outputs, exports


def _export(resolver: Resolver, name: str, given: Any) -> str:
    if not isinstance(given, Mapping) or set(given) != {"Name"}:
        raise Refused("template", f"Export of output {name} takes a Name.")
    resolver.seen = set()
    exported = resolver.text(given["Name"], "Name of an export")
    if resolver.seen:
        raise Refused("export", f"The name that output {name} exports cannot come from a resource.")
    return exported
