"""Small drills in the form of the grader `iam`, one for each kind of policy."""

from __future__ import annotations

import json
from typing import Any

ANN = "arn:aws:iam::111122223333:user/ann"
CI = "arn:aws:iam::444455556666:role/ci"
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = None, **more: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Action": action, **more}
    return found if resource is None else {**found, "Resource": resource}


def deny(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def check(label: str, expect: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "expect": expect, "say": f"About {label}.", **more}


def drill(kind: str, good: str, *checks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": f"iam-{kind}", "title": "A policy", "grader": "iam", "prompt": "Write it.", "policy": kind,
        "good": [good], "checks": list(checks), **more,
    }  # fmt: skip


IDENTITY = drill(
    "identity",
    policy(
        allow("s3:GetObject", "arn:aws:s3:::notes/${aws:username}/*", Sid="Read"),
        allow("s3:ListBucket", "arn:aws:s3:::notes", Sid="List", Condition={"StringLike": {"s3:prefix": "${aws:username}/*"}}),
    ),
    check("her own note", "allowed", action="s3:GetObject", resource="arn:aws:s3:::notes/ann/a.txt"),
    check("a note of Bob", "denied", action="s3:GetObject", resource="arn:aws:s3:::notes/bob/a.txt"),
    check("writing", "denied", action="s3:PutObject", resource="arn:aws:s3:::notes/ann/a.txt", hidden=True),
    check("her list", "allowed", action="s3:ListBucket", resource="arn:aws:s3:::notes", context={"s3:prefix": "ann/x"}),
    check("the list of Bob", "denied", action="s3:ListBucket", resource="arn:aws:s3:::notes", context={"s3:prefix": "bob/"}),
    check("the whole list", "denied", action="s3:ListBucket", resource="arn:aws:s3:::notes", hidden=True),
    check("old versions", "denied", action="s3:ListBucketVersions", resource="arn:aws:s3:::notes", context={"s3:prefix": "ann/x"}, hidden=True),
    check("another bucket", "denied", action="s3:ListBucket", resource="arn:aws:s3:::pay", context={"s3:prefix": "ann/x"}, hidden=True),
    request={"principal": ANN, "resource_account": "111122223333"},
)  # fmt: skip
TRUST = drill(
    "trust",
    policy(allow("sts:AssumeRole", Principal={"AWS": CI}, Condition={"StringEquals": {"sts:ExternalId": "k7"}})),
    check("the partner", "allowed", context={"sts:ExternalId": "k7"}),
    check("without the id", "denied"),
    check("tags for the session", "denied", action="sts:TagSession", context={"sts:ExternalId": "k7"}),
    check("with another id", "denied", context={"sts:ExternalId": "k8"}),
    check("another role of the partner", "denied", principal="arn:aws:iam::444455556666:role/x", context={"sts:ExternalId": "k7"}),
    check("a stranger", "denied", principal="arn:aws:iam::999988887777:role/ci", context={"sts:ExternalId": "k7"}),
    request={"principal": CI, "action": "sts:AssumeRole", "resource": "arn:aws:iam::111122223333:role/deploy"},
    given={"identity": [EVERYTHING]},
)  # fmt: skip
SCP = drill(
    "scp",
    policy(deny("*", "*", Condition={"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}})),
    check("at home", "allowed", resource="arn:aws:ec2:eu-west-1:111122223333:instance/i-1", context={"aws:RequestedRegion": "eu-west-1"}),
    check("abroad", "explicitly denied", resource="arn:aws:ec2:us-east-1:111122223333:instance/i-1", context={"aws:RequestedRegion": "us-east-1"}),
    check("the root user abroad", "explicitly denied", principal="arn:aws:iam::111122223333:root",
          resource="arn:aws:ec2:us-east-1:111122223333:instance/i-1", context={"aws:RequestedRegion": "us-east-1"}),
    check("the management account abroad", "allowed", management_account=True,
          resource="arn:aws:ec2:us-east-1:111122223333:instance/i-1", context={"aws:RequestedRegion": "us-east-1"}),
    request={"principal": ANN, "action": "ec2:StartInstances"},
    given={"identity": [EVERYTHING], "beside": [EVERYTHING]},
)  # fmt: skip
BOUNDARY = drill(
    "boundary",
    policy(allow("s3:*", "*")),
    check("within", "allowed", action="s3:GetObject", resource="arn:aws:s3:::notes/a"),
    check("outside", "implicitly denied", action="iam:CreateUser", resource="arn:aws:iam::111122223333:user/x"),
    request={"principal": ANN},
    given={"identity": [EVERYTHING]},
)  # fmt: skip
SESSION = drill(
    "session",
    policy(allow("s3:GetObject", "arn:aws:s3:::notes/*")),
    check("reading", "allowed", action="s3:GetObject", resource="arn:aws:s3:::notes/a"),
    check("writing", "denied", action="s3:PutObject", resource="arn:aws:s3:::notes/a"),
    check("elsewhere", "denied", action="s3:GetObject", resource="arn:aws:s3:::pay/a"),
    request={"principal": "arn:aws:sts::111122223333:assumed-role/app/s1"},
    given={"identity": [EVERYTHING]},
)  # fmt: skip
KEY = drill(
    "key",
    policy(allow("kms:*", "*", Principal={"AWS": "arn:aws:iam::111122223333:root"})),
    check("who has a policy", "allowed", principal=ANN),
    check("the root user", "allowed", principal="arn:aws:iam::111122223333:root"),
    check("another account", "denied", principal=CI),
    request={"action": "kms:Decrypt", "resource": "arn:aws:kms:eu-west-1:111122223333:key/k1"},
    given={"identity": [EVERYTHING]},
)  # fmt: skip
RESOURCE = drill(
    "resource",
    policy(allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:orders", Principal={"Service": "sns.amazonaws.com"},
                 Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:shop"}})),
    check("the topic", "allowed", context={"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:shop"}),
    check("another topic", "denied", context={"aws:SourceArn": "arn:aws:sns:eu-west-1:999988887777:shop"}),
    check("another service", "denied", principal={"Service": "events.amazonaws.com"},
          context={"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:shop"}),
    check("without a source", "denied"),
    check("reading", "denied", action="sqs:ReceiveMessage", context={"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:shop"}),
    check("another queue", "denied", resource="arn:aws:sqs:eu-west-1:111122223333:pay",
          context={"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:shop"}),
    request={"principal": {"Service": "sns.amazonaws.com"}, "action": "sqs:SendMessage",
             "resource": "arn:aws:sqs:eu-west-1:111122223333:orders"},
    given={"scps": [[]]},
)  # fmt: skip
STACK = drill(
    "stack",
    policy(allow("Update:*", "*", Principal="*"),
           deny(["Update:Replace", "Update:Delete"], "LogicalResourceId/Database", Principal="*")),
    check("replacing it", "denied", action="Update:Replace", resource="LogicalResourceId/Database"),
    check("deleting it", "denied", action="Update:Delete", resource="LogicalResourceId/Database"),
    check("changing it", "allowed", action="Update:Modify", resource="LogicalResourceId/Database"),
    check("deleting another", "allowed", action="Update:Delete", resource="LogicalResourceId/Queue"),
)  # fmt: skip

ALL = [IDENTITY, TRUST, SCP, BOUNDARY, SESSION, KEY, RESOURCE, STACK]
