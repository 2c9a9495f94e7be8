"""Parameters that the CLI adds for convenience, and what they become in the request.

https://docs.aws.amazon.com/cli/latest/reference/ec2/authorize-security-group-ingress.html
https://docs.aws.amazon.com/cli/latest/reference/ec2/run-instances.html
https://docs.aws.amazon.com/cli/latest/reference/cloudwatch/put-metric-data.html
https://docs.aws.amazon.com/cli/latest/reference/deploy/create-deployment.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quizzes.graders.cli.model import Command
from quizzes.graders.cli.shorthand import parse
from quizzes.graders.cli.words import BadCommand

Found = dict[str, Any]


def hydrated(chosen: Command, found: Found, own: Found) -> Found:
    """The request with what is meant by convenient parameters; those without a rule stay, as `--name`."""
    own = {name: value for name, value in own.items() if name != "outfile"}
    if own:
        rule = next(
            (rule for start, rule in _RULES if f"{chosen.service} {chosen.name}".startswith(start)), None
        )
        if rule is not None:
            rule(found, own)
    found.update({f"--{name}": value for name, value in own.items()})
    return found


def _security_group(found: Found, own: Found) -> None:
    permission: Found = {}
    protocol = own.pop("protocol", None)
    if protocol is not None:
        permission["IpProtocol"] = "-1" if protocol == "all" else protocol
    port = own.pop("port", None)
    if port is not None:
        low, dash, high = str(port).rpartition("-") if not str(port).startswith("-") else ("", "", str(port))
        if str(port) == "all":
            low, high = "-1", "-1"
        permission["FromPort"] = _whole(low if dash else high, "port")
        permission["ToPort"] = _whole(high, "port")
    cidr = own.pop("cidr", None)
    if cidr is not None:
        permission["IpRanges"] = [{"CidrIp": cidr}]
    group, owner = own.pop("source-group", None), own.pop("group-owner", None)
    if group is not None or owner is not None:
        pair = (
            {"GroupId" if str(group).startswith("sg-") else "GroupName": group} if group is not None else {}
        )
        permission["UserIdGroupPairs"] = [{**pair, **({"UserId": owner} if owner is not None else {})}]
    if permission:
        found["IpPermissions"] = [permission]


def _run(found: Found, own: Found) -> None:
    count = own.pop("count", None)
    if count is not None:
        low, dash, high = str(count).partition(":")
        found["MinCount"], found["MaxCount"] = _whole(low, "count"), _whole(high if dash else low, "count")
    interface: Found = {}
    public = own.pop("associate-public-ip-address", None)
    if public is not None:
        interface["AssociatePublicIpAddress"] = public
        if "SubnetId" in found:
            interface["SubnetId"] = found.pop("SubnetId")
        if "SecurityGroupIds" in found:
            interface["Groups"] = found.pop("SecurityGroupIds")
    if interface:
        found["NetworkInterfaces"] = [{"DeviceIndex": 0, **interface}]


def _metric(found: Found, own: Found) -> None:
    datum: Found = {}
    for name, member in (("metric-name", "MetricName"), ("timestamp", "Timestamp"), ("unit", "Unit")):
        if name in own:
            datum[member] = own.pop(name)
    for name, member in (("value", "Value"), ("storage-resolution", "StorageResolution")):
        if name in own:
            datum[member] = _number(own.pop(name), name) if name == "value" else _whole(own.pop(name), name)
    if "dimensions" in own:
        pairs = parse(str(own.pop("dimensions")))
        datum["Dimensions"] = [{"Name": key, "Value": value} for key, value in pairs.items()]
    if "statistic-values" in own:
        pairs = parse(str(own.pop("statistic-values")))
        datum["StatisticValues"] = {key: _number(value, "statistic-values") for key, value in pairs.items()}
    found["MetricData"] = [datum]


def _revision(found: Found, own: Found) -> None:
    for name, kind, member in (
        ("s3-location", "S3", "s3Location"),
        ("github-location", "GitHub", "gitHubLocation"),
    ):
        if name in own:
            found["revision"] = {"revisionType": kind, member: own.pop(name)}


def _recorder(found: Found, own: Found) -> None:
    whole = own.pop("configuration-recorder", None)
    group = own.pop("recording-group", None)
    merged = {
        **(whole if isinstance(whole, dict) else {}),
        **({"recordingGroup": group} if group is not None else {}),
    }
    if merged:
        found["ConfigurationRecorder"] = merged


def _invalidation(found: Found, own: Found) -> None:
    paths = own.pop("paths", None)
    if isinstance(paths, list):
        found["InvalidationBatch"] = {"Paths": {"Quantity": len(paths), "Items": paths}}


def _zip(found: Found, own: Found) -> None:
    member = "Code" if "FunctionName" in found else "Content"
    whole = own.pop(member.lower(), None) or {}
    if "zip-file" in own:
        whole = {**whole, "ZipFile": own.pop("zip-file")}
    found[member] = whole


def _switches(found: Found, own: Found) -> None:
    for name in [name for name, value in own.items() if isinstance(value, bool | dict)]:
        member = "".join(part.capitalize() for part in name.split("-"))
        value = own.pop(name)
        found[member] = {"Value": value} if isinstance(value, bool) else value


def _whole(value: Any, name: str) -> int:
    try:
        return int(str(value)[:12])
    except ValueError:
        raise BadCommand(f"--{name}: “{str(value)[:40]}” is no whole number.") from None


def _number(value: Any, name: str) -> float:
    try:
        return float(str(value)[:40])
    except ValueError:
        raise BadCommand(f"--{name}: “{str(value)[:40]}” is no number.") from None


_RULES: tuple[tuple[str, Callable[[Found, Found], None]], ...] = (
    ("ec2 authorize-security-group", _security_group),
    ("ec2 revoke-security-group", _security_group),
    ("ec2 run-instances", _run),
    ("ec2 modify-", _switches),
    ("cloudwatch put-metric-data", _metric),
    ("deploy ", _revision),
    ("configservice put-configuration-recorder", _recorder),
    ("cloudfront create-invalidation", _invalidation),
    ("lambda create-function", _zip),
    ("lambda publish-layer-version", _zip),
)
