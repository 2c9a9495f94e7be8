"""Makes quizzes/graders/cli/model.zip: what the AWS CLI's commands take, for the services that drills are about.

    python scripts/extract_cli_model.py [--into FILE]

Run it in an environment of its own with the packages `awscli` and `botocore`; the app needs neither. Services are
read one by one from the CLI's own command tables, so that renamed, added and removed parameters are as learners meet
them. The zip has one member a service:

    {"shapes": [shape, …], "commands": {"send-message": ["SendMessage", {"queue-url": ["QueueUrl", shape, flags], …}]}}

A shape is a letter (s text, i whole number, f number, b truth value, t time, y bytes, j any JSON), or a list:
["l", item], ["m", value], ["s", {member: shape, …}], where item, value and shape are places in `shapes`.
Flags add up: 1 required, 2 a switch (--x, --no-x), 4 a page of results, 8 given by its place, 16 takes several words,
32 is no member of the request as it stands, 64 a switch without --no-x, 128 a file's name,
256 a switch that means no, 512 one of several filters whose order counts.
Commands of the CLI itself, such as `s3 cp`, have "" for the operation. A command may hold commands: {"wait": {…}}.

The data is extracted from botocore and awscli, which are licensed under the Apache License 2.0; the licence and the
notice stand beside the file, in quizzes/graders/cli/LICENSE-model.txt.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
SERVICES = (
    *("acm", "apigateway", "apigatewayv2", "appconfig", "application-autoscaling", "autoscaling", "backup"),
    *("cloudformation", "cloudfront", "cloudtrail", "cloudwatch", "codeartifact", "codebuild", "codecommit"),
    *("codepipeline", "cognito-idp", "configservice", "deploy", "dynamodb", "ecr", "ecs", "efs", "eks"),
    *(
        "elasticache",
        "elasticbeanstalk",
        "elbv2",
        "events",
        "firehose",
        "guardduty",
        "iam",
        "inspector2",
        "kinesis",
    ),
    *(
        "kms",
        "lambda",
        "logs",
        "organizations",
        "rds",
        "route53",
        "s3",
        "s3api",
        "secretsmanager",
        "securityhub",
    ),
    *("sns", "sqs", "ssm", "stepfunctions", "sts", "wafv2", "xray"),
)
# of ec2, with its more than seven hundred commands, only those about these things
EC2 = ("instance", "instances", "image", "images", "security-group", "security-groups", "security-group-ingress",
       "security-group-egress", "subnet", "subnets", "vpc", "vpcs", "route", "route-table", "route-tables", "tags",
       "key-pair", "key-pairs", "volume", "volumes", "snapshot", "snapshots", "address", "addresses", "nat-gateway",
       "nat-gateways", "internet-gateway", "internet-gateways", "network-acl", "network-acls", "network-acl-entry",
       "launch-template", "launch-templates", "launch-template-version", "launch-template-versions", "vpc-endpoint",
       "vpc-endpoints", "flow-logs", "availability-zones", "regions", "placement-group", "placement-groups",
       "instance-status", "instance-attribute", "instance-types", "network-interface", "network-interfaces",
       "vpc-peering-connection", "vpc-attribute", "subnet-attribute", "instance-metadata-options")  # fmt: skip
SCALARS = {"string": "s", "char": "s", "integer": "i", "long": "i", "float": "f", "double": "f", "boolean": "b",
           "timestamp": "t", "blob": "y"}  # fmt: skip
REQUIRED, SWITCH, PAGE, PLACED, WORDS, OTHER, ONE_WAY, FILE, FALSE, FILTER = (
    1,
    2,
    4,
    8,
    16,
    32,
    64,
    128,
    256,
    512,
)
_LEFT_OUT = {"cli-input-json", "cli-input-yaml", "generate-cli-skeleton"}  # every command has them


class Shapes:
    """Shapes of one service, each once."""

    def __init__(self) -> None:
        self.all: list[Any] = list("sifbtyj")
        self.places: dict[Any, int] = {letter: place for place, letter in enumerate(self.all)}

    def place(self, model: Any, scope: str = "") -> int:
        """`scope`: shapes of the CLI's own parameters have names that mean something only there."""
        if getattr(model, "is_document_type", False) or model.serialization.get("jsonvalue"):
            return self.places["j"]
        if model.type_name in SCALARS:
            return self.places[SCALARS[model.type_name]]
        name = f"{scope}{model.name}"
        if name in self.places:
            return self.places[name]
        here = self.places[name] = len(self.all)
        self.all.append(None)  # a shape may hold itself
        if model.type_name == "list":
            self.all[here] = ["l", self.place(model.member, scope)]
        elif model.type_name == "map":
            self.all[here] = ["m", self.place(model.value, scope)]
        else:
            self.all[here] = ["s", {key: self.place(member, scope) for key, member in model.members.items()}]
        return here


def argument(one: Any, shapes: Shapes, scope: str) -> list[Any]:
    """`scope`: "" in an operation, else the name of a command of the CLI's own."""
    kind = type(one).__name__
    model = getattr(one, "argument_model", None)
    plain = kind in ("CLIArgument", "ListArgument", "BooleanArgument") and not scope
    own = scope or ("" if plain or kind == "PageArgument" else "operation")
    place = shapes.place(model, f"{own}/{one.name}/" if own else "") if model is not None else 0
    flags = REQUIRED if getattr(one, "required", False) else 0
    if kind == "BooleanArgument":
        flags |= SWITCH | (ONE_WAY | FALSE if one._action == "store_false" else 0)
    elif (
        getattr(one, "_action", None) in ("store_true", "store_false")
        or getattr(one, "action", "") == "store_true"
    ):
        flags |= SWITCH | ONE_WAY
    if kind == "PageArgument":
        flags |= PAGE
    if getattr(one, "positional_arg", False) or not getattr(one, "cli_name", "--").startswith("--"):
        flags |= PLACED
    nargs = getattr(one, "_nargs", None) or getattr(one, "nargs", None)
    if (
        kind == "ListArgument"
        or nargs in ("*", "+")
        or (isinstance(nargs, int) and (nargs > 1 or flags & PLACED))
    ):
        flags |= WORDS
    if flags & PLACED and nargs not in ("?", "*"):
        flags |= REQUIRED
    if nargs == 1 and getattr(one, "_dest", "") == "filters":
        flags |= FILTER
    if model is not None and model.type_name == "blob" and model.serialization.get("streaming"):
        flags |= FILE
    if not plain and kind != "PageArgument":
        flags |= OTHER
    return [getattr(one, "_serialized_name", "") if plain or kind == "PageArgument" else "", place, flags]


def command(one: Any, shapes: Shapes) -> Any:
    """An operation, a command of the CLI's own, or a group of them."""
    model = getattr(one, "_operation_model", None)
    below = getattr(one, "subcommand_table", None)
    if below and not getattr(
        one, "arg_table", None
    ):  # “deploy” of one service lends its commands to all others
        return {name: command(sub, shapes) for name, sub in below.items()}
    if model is None and hasattr(one, "create_help_command"):
        try:
            table = one.arg_table
        except AttributeError:
            table = one._get_command_table()
            return {name: command(sub, shapes) for name, sub in table.items()}
    else:
        table = one.arg_table
    arguments = {
        name: argument(each, shapes, "" if model is not None else str(one.name))
        for name, each in table.items()
        if name not in _LEFT_OUT and not _understood(name, table)
    }
    for name in arguments:
        if f"no-{name}" in table and not arguments[name][2] & FALSE:
            arguments[name][2] &= ~ONE_WAY
    return [model.name if model is not None else "", arguments]


def _understood(name: str, table: Any) -> bool:
    """`--no-x` of a switch `--x`."""
    if not name.startswith("no-") or name[3:] not in table:
        return False
    kind = type(table[name]).__name__
    return kind != "BooleanArgument" or table[name]._action == "store_false"


def wanted(service: str, name: str) -> bool:
    if service != "ec2" or name == "wait":
        return True
    return name.partition("-")[2] in EC2


def extract(service: str, table: Any) -> dict[str, Any]:
    shapes = Shapes()
    commands = {}
    for name, one in table.items():
        if wanted(service, name) and name != "help":
            commands[name] = command(one, shapes)
    return {"shapes": shapes.all, "commands": commands}


def main() -> None:
    from awscli.clidriver import create_clidriver  # type: ignore[import-not-found]

    parser = argparse.ArgumentParser(description="Extracts what commands of the AWS CLI take.")
    parser.add_argument("--into", type=Path, default=HERE / "quizzes" / "graders" / "cli" / "model.zip")
    options = parser.parse_args()
    services = create_clidriver()._get_command_table()
    names = set(services)
    with zipfile.ZipFile(options.into, "w", zipfile.ZIP_LZMA) as target:
        for service in sorted((*SERVICES, "ec2")):
            one = services[service]
            table = one._get_command_table() if hasattr(one, "_get_command_table") else one.subcommand_table
            text = json.dumps(extract(service, table), separators=(",", ":"), sort_keys=True)
            # one date for all, so that the same input gives the same file
            target.writestr(zipfile.ZipInfo(f"{service}.json", (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_LZMA)
        listed = zipfile.ZipInfo("services.json", (2026, 1, 1, 0, 0, 0))
        target.writestr(listed, json.dumps(sorted(names - {"help"})), zipfile.ZIP_LZMA)
    print(f"{options.into}: {options.into.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
