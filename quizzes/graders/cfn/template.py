"""A template's text → its parts, with the mistakes that CloudFormation tells before it makes anything.

JSON, or YAML with the short forms of functions and no other tags.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.graders.cfn.errors import Refused, some
from quizzes.graders.loading import Unreadable, load_mapping

SECTIONS = ("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Mappings", "Conditions",
            "Transform", "Resources", "Outputs")  # fmt: skip
ATTRIBUTES = ("Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy",
              "CreationPolicy", "UpdatePolicy", "Metadata")  # fmt: skip
FUNCTIONS = frozenset(
    {
        *(
            "Ref",
            "Condition",
            "Fn::GetAtt",
            "Fn::Sub",
            "Fn::Join",
            "Fn::Select",
            "Fn::Split",
            "Fn::FindInMap",
        ),
        *("Fn::If", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Fn::Base64", "Fn::Cidr", "Fn::GetAZs"),
        *("Fn::ImportValue", "Fn::Length", "Fn::ToJsonString", "Fn::Transform"),
    }
)
LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
_SHORT = {name.removeprefix("Fn::"): name for name in FUNCTIONS}
_NAME = re.compile(r"[A-Za-z0-9]{1,255}")
_TYPE = re.compile(
    r"(?:[A-Za-z0-9]{1,64}::[A-Za-z0-9]{1,64}::[A-Za-z0-9]{1,64}(?:::MODULE)?)|Custom::[\w@-]{1,60}"
)
_POLICIES = {
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot"),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}
MOST_RESOURCES = (
    500  # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as it is written. `deletion`, `replacing`: "" when no policy is written."""

    name: str
    kind: str
    properties: Mapping[str, Any]
    depends: tuple[str, ...]
    condition: str
    deletion: str
    replacing: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    parameters: Mapping[str, Mapping[str, Any]]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Mapping[str, Any]]
    transforms: tuple[str, ...]


def short_form(tag: str, value: Any, line: int) -> Any:
    """`!Ref x` → {"Ref": "x"}; `!GetAtt a.b` → {"Fn::GetAtt": ["a", "b"]}. Raises Unreadable for another tag."""
    if tag not in _SHORT:
        raise Unreadable(f"“!{tag[:40]}” is no function of templates", line)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {_SHORT[tag]: value}


def load_template(text: str) -> dict[str, Any]:
    """The data that is written there. Raises Unreadable."""
    return load_mapping(text, tags=short_form)


def read_template(data: Mapping[str, Any]) -> Template:
    """Parts of a template. Raises Refused for what is not a template."""
    for section in data:
        if section not in SECTIONS:
            why = (
                "is not read here"
                if section in ("Rules", "Hooks", "Globals")
                else "is no section of a template"
            )
            raise _wrong(f"“{section[:60]}” {why}.")
    if str(data.get("AWSTemplateFormatVersion", "2010-09-09")) != "2010-09-09":
        raise _wrong("The only AWSTemplateFormatVersion is 2010-09-09.")
    resources = _section(data, "Resources")
    if not resources:
        raise _wrong("A template must have Resources, with at least one resource.")
    if len(resources) > MOST_RESOURCES:
        raise _wrong(f"A template has at most {MOST_RESOURCES} resources.")
    template = Template(
        {name: _mapping(value, f"Parameter {name}") for name, value in _section(data, "Parameters").items()},
        _mappings(_section(data, "Mappings")),
        _section(data, "Conditions"),
        {name: _resource(name, value) for name, value in resources.items()},
        {name: _mapping(value, f"Output {name}") for name, value in _section(data, "Outputs").items()},
        _transforms(data.get("Transform")),
    )
    _named(template)
    return template


def function_of(value: Any) -> tuple[str, Any] | None:
    """(name, what it is given) of a function call; None for plain data."""
    if isinstance(value, Mapping) and len(value) == 1:
        name = next(iter(value))
        if name.startswith("Fn::") or name == "Ref" or (name == "Condition" and isinstance(value[name], str)):
            return name, value[name]
    return None


def _wrong(sentence: str) -> Refused:
    return Refused("template", sentence)


def _section(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(f"{name} must be names with what they stand for.")
    for key in value:
        if not _NAME.fullmatch(key):
            raise _wrong(f"“{key[:60]}” in {name} is no name: it must be letters and digits only.")
    return value


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(f"{what[:80]} must be keys with values.")
    return value


def _mappings(section: Mapping[str, Any]) -> Mapping[str, Any]:
    """Two levels of keys, and no functions: aws …/UserGuide/mappings-section-structure.html."""
    for name, value in section.items():
        for top, second in _mapping(value, f"Mapping {name}").items():
            for key, item in _mapping(second, f"“{top}” of mapping {name}").items():
                if isinstance(item, Mapping):
                    raise _wrong(f"“{key[:60]}” of mapping {name} must be a text, a number or a list of them;"
                                 " Mappings hold no functions.")  # fmt: skip
    return section


def _transforms(value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [] if value is None else [value]
    for name in names:
        if name != LANGUAGE_EXTENSIONS:
            raise _wrong(f"The transform “{str(name)[:60]}” is not run here; write the resources themselves.")
    return tuple(names)


def _resource(name: str, value: Any) -> Resource:
    given = _mapping(value, f"Resource {name}")
    for key in given:
        if key not in ATTRIBUTES:
            raise _wrong(
                f"“{str(key)[:60]}” is no attribute of a resource ({name}); does it belong under Properties?"
            )
    kind = given.get("Type")
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        raise _wrong(f"Resource {name} needs a Type such as AWS::S3::Bucket.")
    if kind.startswith("AWS::Serverless::"):
        raise _wrong(
            f"{name} is of a type of SAM, which a transform turns into others; that is not run here."
        )
    depends = given.get("DependsOn", [])
    depends = [depends] if isinstance(depends, str) else depends
    if not isinstance(depends, list) or not all(isinstance(one, str) for one in depends):
        raise _wrong(f"DependsOn of {name} takes names of resources as they are, and no functions.")
    condition = given.get("Condition", "")
    if not isinstance(condition, str):
        raise _wrong(f"Condition of {name} takes the name of a condition.")
    policies = {key: given.get(key, "") for key in _POLICIES}
    for key, policy in policies.items():
        if policy != "" and policy not in _POLICIES[key]:
            raise _wrong(f"{key} of {name} must be one of {', '.join(_POLICIES[key])}.")
        if policy == "Snapshot" and kind not in SNAPSHOTS:
            raise _wrong(f"{kind} has no snapshots: {key} Snapshot is not possible for {name}.")
    properties = _mapping(given.get("Properties") or {}, f"Properties of {name}")
    return Resource(
        name, kind, properties, tuple(dict.fromkeys(depends)), condition,
        policies["DeletionPolicy"], policies["UpdateReplacePolicy"], given,
    )  # fmt: skip


# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
SNAPSHOTS = frozenset(
    {
        *(
            "AWS::DocDB::DBCluster",
            "AWS::EC2::Volume",
            "AWS::ElastiCache::CacheCluster",
            "AWS::RDS::DBCluster",
        ),
        *("AWS::ElastiCache::ReplicationGroup", "AWS::Neptune::DBCluster", "AWS::RDS::DBInstance"),
        "AWS::Redshift::Cluster",
    }
)


def _named(template: Template) -> None:
    """Every name that is written leads somewhere."""
    both = sorted(set(template.parameters) & set(template.resources))
    if both:
        raise _wrong(f"{some(both)} is the name of a parameter and of a resource.")
    for resource in template.resources.values():
        _waited(template, resource)
        if resource.condition:
            _condition(template, resource.condition)
    for output in template.outputs.values():
        if isinstance(output.get("Condition"), str):
            _condition(template, output["Condition"])
    resources = [resource.attributes for resource in template.resources.values()]
    for name, given in calls([*resources, *template.outputs.values(), *template.conditions.values()]):
        _call(template, name, given)


def _waited(template: Template, resource: Resource) -> None:
    lost = [one for one in resource.depends if one not in template.resources]
    if lost:
        raise _wrong(f"{resource.name} depends on {some(lost)}, which is no resource of this template.")
    if resource.name in resource.depends:
        raise Refused("circular", f"Circular dependency: {resource.name} depends on itself.")


def _condition(template: Template, name: str) -> None:
    if name not in template.conditions:
        raise _wrong(f"“{name[:60]}” is no condition of this template.")


def _known(template: Template, name: str) -> bool:
    return name.startswith("AWS::") or name in template.parameters or name in template.resources


def _call(template: Template, name: str, given: Any) -> None:
    if name not in FUNCTIONS:
        raise _wrong(f"“{name[:60]}” is no function that is read here.")
    if name in ("Fn::Length", "Fn::ToJsonString") and LANGUAGE_EXTENSIONS not in template.transforms:
        raise _wrong(f"{name} needs the transform {LANGUAGE_EXTENSIONS}.")
    if name == "Ref" and isinstance(given, str) and not _known(template, given):
        raise _wrong(f"Ref {given[:60]}: there is no parameter and no resource of this name.")
    if name == "Fn::If" and isinstance(given, list) and given and isinstance(given[0], str):
        _condition(template, given[0])


def calls(value: Any) -> Iterator[tuple[str, Any]]:
    """All function calls that are written somewhere in a value."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        call = function_of(here)
        if call is not None:
            yield call
        if isinstance(here, Mapping):
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)
