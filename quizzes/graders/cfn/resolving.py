"""Functions of a template → values, for given parameters. What only a made resource knows stays a mark: <Name.Arn>.

Total and bounded: a template makes at most 600,000 signs.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from quizzes.graders.cfn.errors import Refused, some
from quizzes.graders.cfn.settings import Settings, parameters_of, pseudo_of
from quizzes.graders.cfn.template import Template, function_of

MOST_SIGNS = 600_000
HOLE = 30  # what a ${name} costs beside what stands for it: names within names are filled again and again
_HOLE = re.compile(r"\$\{([^!}$\s][^}$]{0,200})\}")
# Attributes that are what Ref gives, as the pages of these types say.
_AS_REF = {
    "AWS::EC2::Instance": "InstanceId",
    "AWS::EC2::InternetGateway": "InternetGatewayId",
    "AWS::EC2::NatGateway": "NatGatewayId",
    "AWS::EC2::RouteTable": "RouteTableId",
    "AWS::EC2::Subnet": "SubnetId",
    "AWS::EC2::Volume": "VolumeId",
    "AWS::EC2::VPC": "VpcId",
    "AWS::KMS::Key": "KeyId",
    "AWS::SNS::Topic": "TopicArn",
    "AWS::SQS::Queue": "QueueUrl",
    "AWS::StepFunctions::StateMachine": "Arn",
}


class _Nothing:
    """AWS::NoValue: what has it is as if it were not written."""

    def __deepcopy__(self, memo: Any) -> _Nothing:
        return self


NOTHING = _Nothing()


class Resolver:
    """Resolves one template with one set of values. `seen`: names of resources that a value needs.

    `physical` tells resources that were made anew in an update apart from what they were.
    """

    def __init__(self, template: Template, settings: Settings) -> None:
        self.template, self.settings = template, settings
        self.parameters = parameters_of(template, settings)
        self.pseudo = pseudo_of(settings)
        self.truths: dict[str, bool] = {}
        self.deciding: list[str] = []
        self.room = MOST_SIGNS
        self.seen: set[str] = set()
        self.imports: set[str] = set()
        self.physical: dict[str, str] = {}

    def condition(self, name: str) -> bool:
        """Whether a condition holds. Raises Refused."""
        if name not in self.template.conditions:
            raise Refused("template", f"“{name[:60]}” is no condition of this template.")
        if name in self.deciding:
            raise Refused("circular", f"Circular conditions: {some([*self.deciding, name])}.")
        if name not in self.truths:
            self.deciding.append(name)
            self.truths[name] = self._true(self.template.conditions[name])
            self.deciding.pop()
        return self.truths[name]

    def created(self, name: str) -> bool:
        condition = self.template.resources[name].condition
        return not condition or self.condition(condition)

    def value(self, value: Any) -> Any:
        """Plain data for what is written. NOTHING where AWS::NoValue stands. Raises Refused."""
        call = function_of(value)
        if call is not None:
            return self._call(*call)
        if isinstance(value, Mapping):
            pairs = [(key, self.value(item)) for key, item in value.items()]
            return {key: item for key, item in pairs if item is not NOTHING}
        if isinstance(value, list):
            return [found for item in value if (found := self.value(item)) is not NOTHING]
        return value

    def _call(self, name: str, given: Any) -> Any:
        if name == "Fn::If":
            return self._if(given)
        if name in ("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition"):
            raise Refused(
                "value", f"{name} stands in Conditions, or within Fn::If by the name of a condition."
            )
        found = _CALLS.get(name)
        if found is None:
            raise Refused("template", f"{name[:60]} is not run here.")
        result = found(self, given)
        if isinstance(result, list):
            self.take(sum(len(one) if isinstance(one, str) else 10 for one in result) + len(result))
        return self.fits(result) if isinstance(result, str) else result

    def fits(self, text: str) -> str:
        """The text, when there is room for it."""
        self.take(len(text))
        return text

    def take(self, signs: int) -> None:
        """So many signs are made, or about to be: what is made of parts is counted before it is put together."""
        self.room -= signs
        if self.room < 0:
            raise Refused("value", "The values of this template grow too large.")

    def _if(self, given: Any) -> Any:
        if not isinstance(given, list) or len(given) != 3 or not isinstance(given[0], str):
            raise _misuse("Fn::If", "the name of a condition, a value if true, a value if false")
        return self.value(given[1] if self.condition(given[0]) else given[2])

    def _true(self, value: Any) -> bool:
        name, given = function_of(value) or ("", None)
        if name == "Condition":
            return self.condition(str(given))
        if name == "Fn::Equals" and isinstance(given, list) and len(given) == 2:
            one, other = (self._plain(side) for side in given)
            return one == other
        if name == "Fn::Not" and isinstance(given, list) and len(given) == 1:
            return not self._true(given[0])
        if name in ("Fn::And", "Fn::Or") and isinstance(given, list) and 2 <= len(given) <= 10:
            truths = [self._true(one) for one in given]
            return all(truths) if name == "Fn::And" else any(truths)
        if name in ("Fn::And", "Fn::Or"):
            raise _misuse(name, "a list of 2 to 10 conditions")
        raise Refused(
            "value", "A condition is Fn::Equals with two values, Fn::And, Fn::Or, Fn::Not, or Condition."
        )

    def _plain(self, side: Any) -> Any:
        before = set(self.seen)
        found = self.value(side)
        if self.seen - before:
            raise Refused(
                "value", "Conditions cannot look at resources: they are decided before any is made."
            )
        return text_of(found) if not isinstance(found, list | Mapping) else found

    def text(self, value: Any, function: str) -> str:
        found = self.value(value)
        if found is NOTHING or found is None or isinstance(found, list | Mapping):
            raise Refused("value", f"{function} needs text there, not a list or a mapping.")
        return text_of(found)

    def texts(self, value: Any, function: str) -> list[Any]:
        found = self.value(value)
        if not isinstance(found, list):
            raise Refused("value", f"{function} needs a list there.")
        return found

    def ref(self, name: Any) -> Any:
        if not isinstance(name, str):
            raise _misuse("Ref", "the name of a parameter or a resource")
        if name == "AWS::NoValue":
            return NOTHING
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        self._resource(name, "Ref")
        return f"<{self.physical.get(name, name)}>"

    def attribute(self, given: Any) -> str:
        parts = given.split(".", 1) if isinstance(given, str) else given
        if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
            raise _misuse("Fn::GetAtt", "a resource and one of its attributes")
        attribute = self.text(parts[1], "Fn::GetAtt")
        if parts[0] in self.parameters:
            raise Refused("value", f"Fn::GetAtt {parts[0]}: this is a parameter; use Ref.")
        self._resource(parts[0], "Fn::GetAtt")
        if _AS_REF.get(self.template.resources[parts[0]].kind) == attribute:
            return f"<{self.physical.get(parts[0], parts[0])}>"
        return f"<{self.physical.get(parts[0], parts[0])}.{attribute[:100]}>"

    def _resource(self, name: str, function: str) -> None:
        if name not in self.template.resources:
            raise Refused("template", f"{function} {name[:60]}: there is no resource of this name.")
        if not self.created(name):
            raise Refused("value", f"{function} {name}: this resource is not made, its condition is false.")
        self.seen.add(name)


def text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value)


def _misuse(name: str, wants: str) -> Refused:
    return Refused("value", f"{name} takes {wants}.")


def _sub(resolver: Resolver, given: Any) -> str:
    """`${!x}` stays as ${x}; names of the list's mapping come before those of the template."""
    text, names = (given, {}) if isinstance(given, str) else (None, {})
    if (
        isinstance(given, list)
        and len(given) == 2
        and isinstance(given[0], str)
        and isinstance(given[1], Mapping)
    ):
        text, names = given
    if text is None:
        raise _misuse("Fn::Sub", "a text, or a text and a mapping of names")

    def filled(match: re.Match[str]) -> str:
        name = match[1].strip()
        resolver.take(HOLE)
        if name in names:
            return resolver.fits(resolver.text(names[name], "Fn::Sub"))
        found = resolver.attribute(name) if "." in name else resolver.ref(name)
        if isinstance(found, list) or found is NOTHING:
            raise Refused("value", f"Fn::Sub ${{{name[:60]}}}: this is not a text; join a list first.")
        return resolver.fits(text_of(found))

    return _HOLE.sub(filled, text).replace("${!", "${")


def _join(resolver: Resolver, given: Any) -> str:
    if not isinstance(given, list) or len(given) != 2 or not isinstance(given[0], str):
        raise _misuse("Fn::Join", "a delimiter and a list")
    parts = resolver.texts(given[1], "Fn::Join")
    if any(isinstance(one, list | Mapping) for one in parts):
        raise Refused("value", "Fn::Join joins texts; one of the list is not a text.")
    texts = [text_of(one) for one in parts]
    resolver.take(len(given[0]) * len(texts) + sum(map(len, texts)))
    return given[0].join(texts)


def _select(resolver: Resolver, given: Any) -> Any:
    if not isinstance(given, list) or len(given) != 2:
        raise _misuse("Fn::Select", "an index and a list")
    index, values = resolver.text(given[0], "Fn::Select"), resolver.texts(given[1], "Fn::Select")
    if not (index.isascii() and index.isdigit() and len(index) < 6) or int(index) >= len(values):
        raise Refused(
            "value", f"Fn::Select: the list of {len(values)} has no item {index[:20]}; it counts from 0."
        )
    return values[int(index)]


def _split(resolver: Resolver, given: Any) -> list[str]:
    if not isinstance(given, list) or len(given) != 2 or not isinstance(given[0], str) or not given[0]:
        raise _misuse("Fn::Split", "a delimiter and a text")
    return resolver.text(given[1], "Fn::Split").split(given[0])


def _find(resolver: Resolver, given: Any) -> Any:
    fallback = len(given) == 4 and isinstance(given[3], Mapping) if isinstance(given, list) else False
    if not isinstance(given, list) or not (len(given) == 3 or fallback):
        raise _misuse("Fn::FindInMap", "a mapping, a key of it and a key below")
    way = [resolver.text(one, "Fn::FindInMap") for one in given[:3]]
    here: Any = resolver.template.mappings
    for key in way:
        if not isinstance(here, Mapping) or key not in here:
            if fallback and "DefaultValue" in given[3]:
                return resolver.value(given[3]["DefaultValue"])
            raise Refused(
                "value", f"Fn::FindInMap: there is no {some(way).replace(', ', ' → ')} in Mappings."
            )
        here = here[key]
    return here


def _base64(resolver: Resolver, given: Any) -> str:
    return base64.b64encode(resolver.text(given, "Fn::Base64").encode()).decode()


def _cidr(resolver: Resolver, given: Any) -> list[str]:
    if not isinstance(given, list) or len(given) not in (2, 3):
        raise _misuse("Fn::Cidr", "an address block, a count and the number of bits of each subnet")
    block, count, bits = (resolver.text(one, "Fn::Cidr") for one in [*given, "8"][:3])
    try:
        network = ipaddress.ip_network(block, strict=False)
        wanted, prefix = int(count[:6]), network.max_prefixlen - int(bits[:6])
    except ValueError:
        raise _misuse("Fn::Cidr", "an address block, a count and the number of bits of each subnet") from None
    if not 1 <= wanted <= 256 or not network.prefixlen <= prefix <= network.max_prefixlen:
        raise Refused(
            "value", f"Fn::Cidr: {block[:50]} cannot be cut into {wanted} blocks of {bits[:6]} bits."
        )
    found = [str(one) for one in islice(network.subnets(new_prefix=prefix), wanted)]
    if len(found) < wanted:
        raise Refused("value", f"Fn::Cidr: {block[:50]} has only {len(found)} blocks of {bits[:6]} bits.")
    return found


def _zones(resolver: Resolver, given: Any) -> list[str]:
    region = resolver.text(given, "Fn::GetAZs") or str(resolver.pseudo["AWS::Region"])
    return [f"{region}{letter}" for letter in resolver.settings.zones]


def _import(resolver: Resolver, given: Any) -> Any:
    """An export of another stack of the same account and Region. Its name cannot come from a resource."""
    before = set(resolver.seen)
    name = resolver.text(given, "Fn::ImportValue")
    if resolver.seen - before:
        raise Refused("import", "The name in Fn::ImportValue cannot come from a resource.")
    if name not in resolver.settings.exports:
        raise Refused("import", f"No export named {name[:80]} found.")
    resolver.imports.add(name)
    return resolver.settings.exports[name]


def _length(resolver: Resolver, given: Any) -> int:
    return len(resolver.texts(given, "Fn::Length"))


def _json(resolver: Resolver, given: Any) -> str:
    value = resolver.value(given)
    if not isinstance(value, list | Mapping):
        raise _misuse("Fn::ToJsonString", "a mapping or a list")
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


_CALLS: dict[str, Callable[[Resolver, Any], Any]] = {
    "Ref": Resolver.ref,
    "Fn::GetAtt": Resolver.attribute,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::GetAZs": _zones,
    "Fn::ImportValue": _import,
    "Fn::Length": _length,
    "Fn::ToJsonString": _json,
}


def needed(resolver: Resolver, value: Any) -> Iterator[str]:
    """Names of resources that a value needs, as far as conditions let it."""
    before, resolver.seen = resolver.seen, set()
    resolver.value(value)
    found, resolver.seen = resolver.seen, before | resolver.seen
    yield from sorted(found)
