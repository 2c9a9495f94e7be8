"""Labs where moto alone would wait for ever, start a container or send something out: see `lab.mended`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.quizzes.graders.worker.test_lab import typed

pytestmark = pytest.mark.usefixtures("shared")

QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/tea"


def test_long_polling_ends_when_its_time_is_over() -> None:
    rows = typed(
        "aws sqs create-queue --queue-name tea --attributes ReceiveMessageWaitTimeSeconds=20",
        f"aws sqs receive-message --queue-url {QUEUE}",
        f"aws sqs send-message --queue-url {QUEUE} --message-body late --delay-seconds 15",
        f"aws sqs receive-message --queue-url {QUEUE} --query Messages[].Body --output text",
        f"aws sqs receive-message --queue-url {QUEUE} --wait-time-seconds 1",
    )
    assert [row["ok"] for row in rows] == [True] * 5
    assert not rows[1]["output"] and rows[3]["output"] == "late" and not rows[4]["output"]


def test_a_function_that_is_not_there_cannot_be_invoked() -> None:
    (row,) = typed("aws lambda invoke --function-name tea answer.json")
    assert not row["ok"] and "ResourceNotFoundException" in row["output"]


@pytest.mark.parametrize(
    ("protocol", "end"),
    [("http", "http://127.0.0.1:9/"), ("lambda", "arn:aws:lambda:eu-west-1:123456789012:function:none")],
)
def test_a_topic_takes_messages_for_what_no_lab_reaches(protocol: str, end: str) -> None:
    topic = "arn:aws:sns:eu-west-1:123456789012:tea"
    rows = typed(
        "aws sns create-topic --name tea",
        f"aws sns subscribe --topic-arn {topic} --protocol {protocol} --notification-endpoint {end}",
        f"aws sns publish --topic-arn {topic} --message hi",
    )
    assert all(row["ok"] for row in rows), rows


FUNCTION = (
    "aws iam create-role --role-name r --assume-role-policy-document "
    """'{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}}'""",
    "aws lambda create-function --function-name tea --runtime python3.13 --handler a.b --code S3Bucket=b,S3Key=k "
    "--role arn:aws:iam::123456789012:role/r",
)


def test_functions_take_what_queues_and_streams_send_them() -> None:
    rows = typed(
        "aws s3 mb s3://tea-code",
        "aws s3 cp code.zip s3://tea-code/k",
        FUNCTION[0],
        FUNCTION[1].replace("S3Bucket=b", "S3Bucket=tea-code"),
        "aws sqs create-queue --queue-name tea",
        "aws kinesis create-stream --stream-name tea --shard-count 1",
        "aws lambda create-event-source-mapping --function-name tea --event-source-arn "
        "arn:aws:sqs:eu-west-1:123456789012:tea",
        "aws lambda create-event-source-mapping --function-name tea --starting-position LATEST --event-source-arn "
        "arn:aws:kinesis:eu-west-1:123456789012:stream/tea",
        f"aws sqs send-message --queue-url {QUEUE} --message-body hi",
        "aws kinesis put-record --stream-name tea --partition-key a --data aGk=",
        "aws lambda invoke --function-name tea answer.json",
        files={"code.zip": "PK"},
    )
    assert [row["output"] for row in rows if not row["ok"]] == []


@pytest.mark.parametrize(
    ("template", "body"),
    [
        ("", None),
        ('{"cup": <kind>, "all": "<kind> for <number>"}', '{"cup": "green", "all": "green for 2"}'),
        ('"<kind> at this time, <none>"', '"green at this time, "'),
        ("<kind> is no JSON", '""'),
    ],
)
def test_events_reach_queues_whole_or_as_their_template_says(template: str, body: str | None) -> None:
    target: dict[str, Any] = {"Id": "1", "Arn": "arn:aws:sqs:eu-west-1:123456789012:tea"}
    if template:
        paths = {"kind": "$.detail.kind", "number": "$.detail.n", "none": "$.detail.none.at[0]"}
        target["InputTransformer"] = {"InputTemplate": template, "InputPathsMap": paths}
    function = {"Id": "2", "Arn": "arn:aws:lambda:eu-west-1:123456789012:function:tea"}
    entry = {"Source": "shop", "DetailType": "sold", "Detail": json.dumps({"kind": "green", "n": 2})}
    rows = typed(
        "aws sqs create-queue --queue-name tea",
        """aws events put-rule --name sold --event-pattern '{"source": ["shop"]}'""",
        "aws events put-targets --rule sold --targets file://targets.json",
        "aws events put-events --entries file://entries.json",
        f"aws sqs receive-message --queue-url {QUEUE} --query Messages[].Body --output text",
        files={"targets.json": json.dumps([target, function]), "entries.json": json.dumps([entry])},
    )
    assert all(row["ok"] for row in rows), rows
    got = rows[-1]["output"]
    if body is None:
        event = json.loads(got)
        assert event["detail"] == {"kind": "green", "n": 2} and event["account"] == "123456789012"
    else:
        assert got == body


def test_what_moto_has_not_is_told_as_something_labs_have_not() -> None:
    (row,) = typed(
        "aws lambda put-provisioned-concurrency-config --function-name tea --qualifier live "
        "--provisioned-concurrent-executions 2"
    )
    assert not row["ok"] and row["output"] == "Labs have no PutProvisionedConcurrencyConfig."
