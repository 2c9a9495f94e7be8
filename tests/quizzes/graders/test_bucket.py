"""Buckets: broken policies (what decides everything near the checks alike is no mistake), and who S3 knows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quizzes import graders
from quizzes.graders.registry import get
from tests.quizzes.graders.samples import drill

BO = {"arn": "arn:aws:iam::444455556666:user/bo"}
TLS = {"Bool": {"aws:SecureTransport": "false"}}
PLAIN = {
    "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Condition": TLS,
    "Resource": ["arn:aws:s3:::tea-lists", "arn:aws:s3:::tea-lists/*"],
}  # fmt: skip
CHECKS = [
    {"who": "bo", "action": "s3:GetObject", "key": "in/a", "context": {"aws:SecureTransport": "false"}},
    {"who": "bo", "action": "s3:ListBucket", "context": {"aws:SecureTransport": "true"}},
]


def broken(statement: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    checks = [{**check, "allowed": False, "say": "So."} for check in CHECKS]
    spec = drill("bucket", checks=checks, people={"bo": {**BO, "identity": [everything]}}, **changes)
    spec["account"] = "444455556666"
    written = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return [json.loads(one)["Statement"][0] for one in get("bucket").mutate(written, spec)]


def test_a_star_for_the_service_or_the_bucket_is_as_right() -> None:
    found = broken(PLAIN)
    assert {**PLAIN, "Action": "*"} not in found
    assert {**PLAIN, "Resource": "*"} not in found


def test_what_decides_a_request_near_the_checks_otherwise_is_broken() -> None:
    found = broken(PLAIN)
    assert {**PLAIN, "Resource": ["arn:aws:s3:::tea-lists/*"]} in found  # a listing over plain HTTP passes
    assert {**PLAIN, "Effect": "Allow"} in found
    assert {key: value for key, value in PLAIN.items() if key != "Condition"} in found
    assert {key: value for key, value in PLAIN.items() if key != "Principal"} in found  # S3 refuses it


def test_a_switch_that_is_off_may_be_left_out() -> None:
    switches = {"BlockPublicAcls": False, "IgnorePublicAcls": True}
    spec = drill(
        "bucket", write="block", given={"acl": "public-read", "ownership": "ObjectWriter"}, people=None,
        checks=[{"put": "acl", "accepted": True, "say": "So."}], good=None, bad=None,
    )  # fmt: skip
    found = [json.loads(one) for one in get("bucket").mutate(json.dumps(switches), spec)]
    assert {"IgnorePublicAcls": True} not in found
    assert {**switches, "BlockPublicAcls": True} in found


def allowing(**changes: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*", **changes}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_a_bucket_knows_who_asks_without_being_told() -> None:
    allowed = allowing(
        Principal={"AWS": "arn:aws:iam::444455556666:root"},
        Condition={"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/a"}},
    )
    identity = [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}]
    people = {
        "session": {"arn": "arn:aws:sts::444455556666:assumed-role/a/today", "identity": identity},
        "other": {"arn": "arn:aws:iam::444455556666:role/b", "identity": identity},
    }
    asked = {"action": "s3:GetObject", "key": "in/a", "say": "So."}
    checks = [{**asked, "who": "session", "allowed": True}, {**asked, "who": "other", "allowed": False}]
    spec = drill("bucket", write="all", people=people, checks=checks)
    verdict = graders.grade(spec, 0, json.dumps({"policy": allowed}))
    assert verdict.ok, verdict


def test_restricting_a_public_bucket_spares_services() -> None:
    people = {
        "trail": {"arn": "cloudtrail.amazonaws.com"},
        "bo": {"arn": "arn:aws:iam::444455556666:user/bo", "identity": [allowing()]},
    }
    asked = {"action": "s3:GetObject", "key": "in/a", "say": "So."}
    checks = [{**asked, "who": "trail", "allowed": True}, {**asked, "who": "bo", "allowed": False}]
    spec = drill("bucket", write="all", people=people, checks=checks)
    verdict = graders.grade(spec, 0, json.dumps({"policy": allowing()}))
    assert verdict.ok, verdict


@pytest.mark.parametrize("odd", [[], {}, 5, None, ["private"]])
@pytest.mark.parametrize("part", ["acl", "ownership"])
def test_an_acl_or_ownership_that_is_no_word_is_told(part: str, odd: object) -> None:
    verdict = graders.grade(drill("bucket", write="all"), 0, json.dumps({part: odd}))
    assert "must be one of" in verdict.error
