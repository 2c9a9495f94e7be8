"""`lab`, by the real engine in its host: state, replay, output, files, storage, and commands that mean harm."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from benchmarks.drills import HOSTILE
from quizzes import graders
from quizzes.graders.engine.mutation import mutation
from quizzes.graders.engine.selftest import selftest
from quizzes.graders.worker import transcript
from quizzes.graders.worker.lab.lines import MOST_COMMANDS, TooMany, commands_of
from quizzes.graders.worker.lab.printing import NotDrawn, printed
from tests.quizzes.graders.worker.samples import LAB

pytestmark = pytest.mark.usefixtures("shared")


def spec(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(LAB), **changes}


def typed(*commands: str, **changes: Any) -> list[dict[str, Any]]:
    """Rows after these commands, in an account that is empty at first."""
    return transcript(spec(**{"given": [], **changes}), 1, commands)


def outputs(*commands: str, **changes: Any) -> list[str]:
    return [str(row["output"]) for row in typed(*commands, **changes)]


def test_it_proves_itself() -> None:
    assert graders.told(LAB) == []
    tested = selftest(LAB, range(3))
    assert tested.failures == [] and tested.bad == tested.named
    report = mutation(LAB, [0])
    assert report.made >= 4 and report.score >= 0.9, report.survivors


def test_the_trace_is_the_terminal() -> None:
    verdict = graders.grade(LAB, 1, "aws sqs list-queues --query QueueUrls --output text\naws sqs nothing")
    (trace,) = verdict.trace
    assert trace["kind"] == "terminal"
    first, second = trace["rows"]
    assert first == {
        "command": "aws sqs list-queues --query QueueUrls --output text",
        "output": "https://sqs.eu-west-1.amazonaws.com/123456789012/water", "ok": True,
    }  # fmt: skip
    assert not second["ok"] and "no operation of sqs nothing" in second["output"]


MAKING = (
    "aws kms create-key", "aws iam create-role --role-name r --assume-role-policy-document '{}'",
    "aws secretsmanager create-secret --name s --secret-string x", "aws sqs create-queue --queue-name q",
    "aws sqs send-message --queue-url https://sqs.eu-west-1.amazonaws.com/123456789012/q --message-body x",
    "aws sns create-topic --name t", "aws s3 mb s3://tea-shop", "aws s3 ls", "aws codebuild list-projects",
    "aws sns subscribe --topic-arn arn:aws:sns:eu-west-1:123456789012:t --protocol sqs --notification-endpoint "
    "arn:aws:sqs:eu-west-1:123456789012:q", "aws lambda list-functions", "aws logs create-log-group --log-group-name g",
    "aws logs describe-log-groups", "aws dynamodb list-tables", "aws ssm put-parameter --name n --value v --type String",
)  # fmt: skip


def test_the_same_commands_show_the_same() -> None:
    assert typed(*MAKING) == typed(*MAKING)


def test_an_id_does_not_depend_on_what_stands_before_it() -> None:
    (alone,) = outputs("aws kms create-key --query KeyMetadata.KeyId")
    later = outputs("aws sqs nonsense", "aws sqs list-queues", "aws kms create-key --query KeyMetadata.KeyId",
                    "aws kms create-key --query KeyMetadata.KeyId")  # fmt: skip
    assert later[2] == alone
    assert later[3] != alone  # asked a second time, it is another one


def test_ids_do_not_depend_on_hints_or_sentences() -> None:
    command = "aws kms create-key --query KeyMetadata.KeyId"
    assert outputs(command) == outputs(command, hints=["Try."], title="Other")
    assert outputs(command) != outputs(command, region="eu-west-2")


def test_time_stands_still_but_for_a_second_a_command() -> None:
    rows = outputs(
        "aws s3 mb s3://one-bucket", "aws s3 mb s3://two-bucket", "aws s3 ls", clock="2026-03-01T08:00"
    )
    assert rows[2] == "2026-03-01 08:00:01 one-bucket\n2026-03-01 08:00:02 two-bucket"


def test_waiting_takes_no_time() -> None:
    rows = typed("aws dynamodb wait table-exists --table-name none")
    assert not rows[0]["ok"] and "Max attempts exceeded" in rows[0]["output"]


def test_account_and_region_are_those_of_the_drill() -> None:
    (url, topic) = outputs("aws sqs create-queue --queue-name q --query QueueUrl --output text",
                           "aws sns create-topic --name t --region us-east-1 --output text",
                           account="111122223333", region="eu-central-1")  # fmt: skip
    assert url == "https://sqs.eu-central-1.amazonaws.com/111122223333/q"
    assert topic == "arn:aws:sns:us-east-1:111122223333:t"


def test_nothing_stays_from_one_answer_to_the_next() -> None:
    assert (
        outputs("aws sqs create-queue --queue-name kept", "aws sqs list-queues --query QueueUrls")[1]
        != "null"
    )
    assert outputs("aws sqs list-queues --query QueueUrls") == ["null"]


def test_errors_are_shown_as_the_cli_shows_them() -> None:
    (row,) = typed("aws s3api get-bucket-policy --bucket nobody-has-this")
    assert row["output"] == (
        "An error occurred (NoSuchBucket) when calling the GetBucketPolicy operation: The specified bucket does not exist"
    )
    assert not row["ok"]


def test_a_queue_answers_in_its_own_region() -> None:
    (made, here, there, asked) = typed(
        "aws sqs create-queue --queue-name q",
        "aws sqs get-queue-attributes --queue-url https://sqs.eu-west-1.amazonaws.com/123456789012/q",
        "aws sqs get-queue-attributes --queue-url https://sqs.eu-west-2.amazonaws.com/123456789012/q",
        "aws sqs get-queue-url --queue-name q --region eu-west-2",
    )
    assert made["ok"] and here["ok"] and not there["ok"] and not asked["ok"]
    assert "InvalidAddress" in there["output"] and "NonExistentQueue" in asked["output"]


def test_what_labs_do_not_have_is_a_sentence() -> None:
    said = outputs("aws codecommit list-repositories", "aws ec2 describe-vpcs", "aws s3 sync . s3://tea",
                   "aws sns publish --message tea", "aws dynamodb create-table --table-name t")  # fmt: skip
    assert said[:3] == ["Labs have no ListRepositories.", said[1], "Labs cannot do aws s3 sync."]
    assert said[1].startswith("Labs have no ec2. They have cloudtrail, ")
    assert all(one.endswith("look at them again.") for one in said[3:])


def test_files_are_given_written_and_read() -> None:
    files = {
        "policy.json": '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}',
        "site/index.html": "<p>tea</p>",
        "site/a.css": "p{}",
    }
    rows = typed(
        "aws s3 mb s3://tea-shop", "aws s3 cp site s3://tea-shop/www --recursive --exclude '*' --include '*.html'",
        "aws s3 cp site/a.css s3://tea-shop/css/", "aws s3 ls s3://tea-shop --recursive",
        "aws s3api put-object --bucket tea-shop --key body --body site/a.css",
        "aws s3api get-object --bucket tea-shop --key www/index.html copy.html", "aws s3 cp copy.html s3://tea-shop/copy",
        "aws s3 mv s3://tea-shop/copy s3://tea-shop/moved", "aws s3 cp s3://tea-shop/moved s3://tea-shop/again",
        "aws s3 rm s3://tea-shop/css --recursive", "aws s3 ls s3://tea-shop", "aws s3 cp s3://tea-shop/again here.txt",
        "aws s3 cp nowhere.txt s3://tea-shop/", "aws s3 rb s3://tea-shop", "aws s3 rb s3://tea-shop --force",
        "aws s3 cp /etc/passwd s3://tea-shop/", "aws iam create-policy --policy-name p --policy-document file://policy.json",
        "aws iam create-policy --policy-name p2 --policy-document file:///etc/passwd", files=files,
    )  # fmt: skip
    said = [row["output"] for row in rows]
    assert said[1] == "upload: site/index.html to s3://tea-shop/www/index.html"
    assert said[3].splitlines()[0].endswith("3 css/a.css") and said[3].splitlines()[1].endswith(
        "10 www/index.html"
    )
    assert [row["ok"] for row in rows] == [True] * 12 + [False, False, True, False, True, False]
    assert said[7] == "move: s3://tea-shop/copy to s3://tea-shop/moved"
    assert said[10].splitlines()[0] == f"{'PRE':>30} www/" and "css" not in said[10]
    assert said[11] == "download: s3://tea-shop/again to here.txt"
    assert "BucketNotEmpty" in said[13] and said[14].endswith("remove_bucket: tea-shop")
    assert "does not exist" in said[15] and "root" not in said[15] + said[17]


def test_bytes_are_base64_or_a_file() -> None:
    key = "aws kms create-key --query KeyMetadata.KeyId --output text"
    (ident,) = outputs(key)
    rows = typed(key, f"aws kms encrypt --key-id {ident} --plaintext dGVh", f"aws kms encrypt --key-id {ident} --plaintext t",
                 f"aws kms encrypt --key-id {ident} --plaintext fileb://a.json",
                 f"aws kms encrypt --key-id {ident} --plaintext t --cli-binary-format raw-in-base64-out")  # fmt: skip
    assert [row["ok"] for row in rows] == [True, True, False, True, True]
    assert "base64" in rows[2]["output"]


def test_documents_in_texts_are_read_where_a_check_asks_for_it() -> None:
    look = {"run": "aws iam get-role --role-name r", "query": "Role.AssumeRolePolicyDocument.Version", "is": "2012-10-17",
            "json": True, "say": "x"}  # fmt: skip
    make = 'aws iam create-role --role-name r --assume-role-policy-document \'{"Version": "2012-10-17", "Statement": []}\''
    assert graders.grade(spec(checks=[look]), 1, make).ok


@pytest.mark.parametrize(
    ("check", "ok"),
    [
        ({"query": "QueueUrls", "present": True}, True), ({"query": "QueueUrls", "absent": True}, False),
        ({"query": "length(QueueUrls)", "any": [2, "1"]}, True), ({"query": "QueueUrls", "count": 1}, True),
        ({"query": "QueueUrls", "has": "*water"}, True), ({"query": "QueueUrls", "none": "*water"}, False),
        ({"query": "QueueUrls[0]", "like": "*/water"}, True), ({"query": "Nothing", "is": None}, True),
        ({"query": "Nothing", "like": "*"}, False), ({"error": "Anything"}, False), ({"query": "Nothing", "absent": True}, True),
        ({"query": "[length(QueueUrls)]", "is": ["1"]}, True), ({"query": "{a: length(QueueUrls)}", "is": {"a": 1}}, True),
        ({"query": "length(Nothing)", "is": 0}, False),
    ],
)  # fmt: skip
def test_what_a_check_may_ask(check: dict[str, Any], ok: bool) -> None:
    whole = {"run": "aws sqs list-queues", "say": "x", **check}
    assert graders.problems(spec(checks=[whole])) == []
    assert graders.grade(spec(checks=[whole]), 1, "aws sts get-caller-identity").ok is ok


def test_a_check_looks_even_when_nothing_is_there() -> None:
    gone = {"run": "aws sqs get-queue-url --queue-name none", "query": "QueueUrl", "absent": True, "say": "x"}
    assert not graders.grade(spec(checks=[gone]), 1, "aws sqs list-queues").ok  # an error is no answer


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"account": "12"}, "twelve digits"), ({"region": "north"}, "a region"), ({"clock": "noon"}, "a time in quotes"),
        ({"files": ["a"]}, "names of files"), ({"given": "aws sqs list-queues"}, "list of at most"),
        ({"given": ["aws sqs make-queue"]}, "no operation of sqs make-queue"), ({"checks": []}, "no checks"),
        ({"checks": [{"say": "x"}]}, "must have `run`"), ({"checks": [{"run": "aws s3 ls", "say": "x"}]}, "one of is"),
        ({"checks": [{"run": "aws sqs create-queue --queue-name x", "is": 1, "say": "x"}]}, "only look"),
        ({"checks": [{"run": "aws s3 rb s3://a", "is": 1, "say": "x"}]}, "only look"),
        ({"checks": [{"run": "aws sqs", "is": 1, "say": "x"}]}, "Which operation"),
        ({"checks": [{"run": "aws s3 ls", "count": "1", "say": "x"}]}, "must be a int"),
        ({"checks": [{"run": "aws s3 ls", "is": 1, "query": 3, "say": "x"}]}, "`query` is a text"),
        ({"shell": "bash"}, "no key of this name"),
    ],
)  # fmt: skip
def test_an_author_is_told_what_to_mend(changes: dict[str, Any], words: str) -> None:
    assert any(words in text for text in graders.problems(spec(**changes))), graders.problems(spec(**changes))


def test_a_lab_that_cannot_be_set_up_is_told() -> None:
    twice = ["aws s3 mb s3://no_bucket_of_this_name!"]
    verdict = graders.grade(spec(given=twice), 1, "aws s3 ls")
    assert verdict.error.startswith("This lab is not set up rightly: aws s3 mb")


@pytest.mark.parametrize(
    "answer",
    [
        *HOSTILE, "rm -rf /", "aws s3 ls; rm -rf /", "aws s3 ls | sh", "aws s3 ls > /etc/passwd", "$(reboot)", "`reboot`",
        "aws sqs list-queues --endpoint-url http://127.0.0.1:8000", "aws ec2 run-instances --image-id ami-1",
        "aws s3 cp /etc/shadow s3://a/", "aws lambda invoke --function-name f out.txt", "aws configure set a b",
        "aws s3 ls --profile admin --debug", "aws sqs list-queues --query '" + "[" * 5000, "aws " * 5000,
        "aws sqs create-queue --queue-name " + "q" * 15_000, "aws sts get-caller-identity --no-sign-request",
        "\n".join(["aws sqs list-queues"] * 100), "aws sqs list-queues --query 'join(`,`, QueueUrls[].[@,@,@,@])'",
        "aws ssm get-parameters-by-path --path /aws/service --recursive", "aws sqs create-queue --cli-input-json '" + '{"a":' * 5000,
        "aws dynamodb put-item --table-name t --item '{\"a\": {\"B\": \"%%%\"}}'",
    ],
)  # fmt: skip
def test_commands_that_mean_harm_do_none(answer: str) -> None:
    verdict = graders.grade(LAB, 1, answer)
    assert not verdict.ok
    assert "root:" not in str(verdict)


def test_every_command_of_a_text_is_found() -> None:
    text = """
    # first
    aws sqs list-queues   # all of them

    $ aws sqs create-queue \\
        --queue-name tea
    aws sns publish --message 'two
    lines; and "quotes"' --topic-arn a
    aws x "a \\" b
    c"\r\naws y
    """
    assert commands_of(text) == [
        "aws sqs list-queues   # all of them", "aws sqs create-queue \\\n        --queue-name tea",
        "aws sns publish --message 'two\n    lines; and \"quotes\"' --topic-arn a", 'aws x "a \\" b\n    c"', "aws y",
    ]  # fmt: skip
    with pytest.raises(TooMany):
        commands_of("aws s3 ls\n" * (MOST_COMMANDS + 1))
    assert commands_of("") == [] == commands_of("# nothing\n\n")
    assert "at most" in transcript(LAB, 1, ["aws s3 ls"] * (MOST_COMMANDS + 1))[0]["output"]


@pytest.mark.parametrize(
    ("answer", "style", "text"),
    [
        ({"a": [1, 2]}, "json", '{\n    "a": [\n        1,\n        2\n    ]\n}'), ("x", "text", "x"), (None, "text", "None"),
        ({}, "json", ""), (None, "json", "null"), (["a", "b"], "text", "a\tb"), ([["a", 1], ["b", 2]], "text", "a\t1\nb\t2"),
        ({"B": "2", "A": "1"}, "text", "1\t2"), ({"Q": ["u", "v"]}, "text", "Q\tu\nQ\tv"), ({"a": 1}, "off", ""),
        ({"L": [{"n": 1, "m": 2}]}, "text", "L\t2\t1"), ({"a": {"b": [1]}}, "yaml", "a:\n  b:\n  - 1"),
    ],
)  # fmt: skip
def test_answers_are_printed_as_the_cli_prints_them(answer: Any, style: str, text: str) -> None:
    assert printed(answer, style) == text


def test_long_answers_are_cut_and_tables_refused() -> None:
    assert printed(["x" * 99] * 999, "json").endswith("\n…")
    with pytest.raises(NotDrawn, match="json, text or yaml"):
        printed({"a": 1}, "table")
