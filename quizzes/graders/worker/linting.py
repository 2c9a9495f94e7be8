"""The engine behind `lint`: cfn-lint, loaded once. Only the host and its children import this.

A job is {"template": text, "types": [resource types in it], "region": str, "clock": seconds since 1970}; told is a list
of {"rule", "level", "line", "path", "message"} in the order of lines.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md
"""

from __future__ import annotations

import copy
import logging
import pkgutil
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from quizzes.graders.worker import lean

MOST_TYPES = 60
MOST_FINDINGS = 60
MOST_SCHEMAS = 200  # kept in the host; whoever names every type there is must not fill its memory
_LONGEST = 400
# what a function of the serverless model becomes, and what its attributes are looked up in
_SERVERLESS = (
    *("AWS::IAM::Role", "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::ApiGateway::RestApi"),
    *("AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Api", "AWS::DynamoDB::Table", "AWS::StepFunctions::StateMachine"),
)  # fmt: skip
_LEVELS = {"E": "error", "W": "warning", "I": "info"}
_REHEARSED = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Timeout: 3, Runtime: python3.13}}
Parameters: {Stage: {Type: String, AllowedValues: [prod, test]}, Size: {Type: Number, Default: 3}}
Mappings: {Sizes: {prod: {Days: 7}, test: {Days: 1}}}
Conditions:
  Live: !Equals [!Ref Stage, prod]
  Small: !And [!Not [!Condition Live], !Or [!Equals [!Ref Size, 3], !Equals [!Ref Size, 4]]]
Resources:
  Role:
    Type: AWS::IAM::Role
    Condition: Live
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies: [{PolicyName: p, PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "*"}]}}]
  Queue: {Type: AWS::SQS::Queue, DeletionPolicy: Retain, Properties: {VisibilityTimeout: 99999999, Delay: x}}
  Table:
    Type: AWS::DynamoDB::Table
    DependsOn: Queue
    Properties:
      TableName: !If [Small, !Sub "${Stage}-small", !Join ["-", [!Ref Stage, !Ref "AWS::Region"]]]
      AttributeDefinitions: [{AttributeType: S, AttributeName: name}]
      KeySchema: [{AttributeName: name, KeyType: HASH}]
      BillingMode: !If [Live, PROVISIONED, !Ref "AWS::NoValue"]
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.main
      Runtime: python2.7
      CodeUri: s3://bucket/key
      Role: !GetAtt Role.Arn
      Environment: {Variables: {DAYS: !FindInMap [Sizes, !Ref Stage, Days], WRONG: !Ref Nothing, A: !GetAtt Queue.Nope}}
      Events: {Get: {Type: Api, Properties: {Path: /, Method: get}}}
  Plain:
    Type: AWS::Lambda::Function
    Properties: {Handler: a.b, Runtime: nodejs22.x, Code: {ZipFile: x}, Role: !GetAtt Role.Arn}
Outputs: {Arn: {Condition: Live, Value: !GetAtt Role.Arn, Export: {Name: !Sub "${AWS::StackName}-arn"}}}
"""


def load() -> None:
    """Import cfn-lint, read its rules, and lint one template, so that most of what is read late has been read."""
    import_module("time_machine")
    logging.getLogger("cfnlint").setLevel(logging.CRITICAL)
    sys.modules.setdefault("pycosat", None)  # type: ignore[arg-type]  # asked for at every run, and never needed
    _read_once()
    _import_all("sympy.assumptions.handlers", "sympy.assumptions.predicates", "sympy.logic.algorithms")
    _rules()
    for region in ("us-east-1", "eu-west-1"):
        prepare({"types": _SERVERLESS, "region": region})
        _findings(_REHEARSED, region)


def prepare(job: Mapping[str, Any]) -> None:
    """Read the schemas of the types that the template names: the child may have no right to read files."""
    regions = import_module("cfnlint.helpers").REGIONS
    schemas = import_module("cfnlint.schema").PROVIDER_SCHEMA_MANAGER
    region = str(job["region"])
    types = [one for one in job.get("types") or () if isinstance(one, str)][:MOST_TYPES]
    if region not in regions:
        return
    known = {*types, *_SERVERLESS} & set(schemas.get_resource_types(region))
    if sum(map(len, schemas._schemas.values())) + len(known) > MOST_SCHEMAS:
        _forget(schemas)
    with lean.reading():
        for one in known:
            schemas.get_resource_schema(region, one)


def _forget(schemas: Any) -> None:
    for held in schemas._schemas.values():
        held.clear()
    for cached in (schemas.get_resource_schema, schemas.get_type_getatts):
        cached.cache_clear()


def run(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    import time_machine

    with time_machine.travel(float(job["clock"]), tick=False):
        return _findings(str(job["template"]), str(job["region"]))


def _findings(text: str, region: str) -> list[dict[str, Any]]:
    template, unread = import_module("cfnlint.api").decode_str(text)
    if unread or template is None:
        return _told(unread)
    # mandatory: a template cannot switch its own findings off
    config = import_module("cfnlint.config").ConfigMixIn([], regions=[region], mandatory_checks=["E", "W"])
    return _told(import_module("cfnlint.runner").run_template_by_data(template, config, _rules()))


def _told(matches: Iterable[Any]) -> list[dict[str, Any]]:
    """Where a value fits none of several forms, each form has its complaints: of these, those with a proposal stay."""
    found = {
        (match.linenumber, match.rule.id, match.message, tuple(getattr(match, "path", None) or ()))
        for match in matches
        if not match.parent_id or "Did you mean" in match.message
    }
    return [
        {
            "rule": rule, "level": _LEVELS.get(rule[:1], "error"), "line": line,
            "path": ".".join(str(step) for step in path)[:_LONGEST], "message": message[:_LONGEST],
        }
        for line, rule, message, path in sorted(found, key=lambda one: (one[0], one[1], one[2]))[:MOST_FINDINGS]
    ]  # fmt: skip


@cache
def _rules() -> Any:
    return import_module("cfnlint.core").get_rules([], [], [], {}, False)


def _read_once() -> None:
    """The schema of a whole template is read from disk at every run; keep it."""
    module: Any = import_module("cfnlint.rules.jsonschema.JsonSchema")
    read = cache(module.load_resource)
    module.load_resource = lambda *asked: copy.deepcopy(read(*asked))


def _import_all(*packages: str) -> None:
    for package in packages:
        found = import_module(package)
        for one in pkgutil.iter_modules(found.__path__, f"{package}."):
            if ".tests" not in one.name and not one.name.endswith("_pycosat_wrapper"):
                try:
                    import_module(one.name)
                except ImportError:
                    logging.getLogger(__name__).info("%s cannot be imported", one.name)
