"""Commands: what words they have, which request they make, and why they are refused.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters.html and the pages below it.
"""

from __future__ import annotations

import contextlib
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.drills import HOSTILE, mangle
from quizzes import graders
from quizzes.graders import cli
from quizzes.graders.cli.model import commands, known, services
from quizzes.graders.cli.reading import read
from quizzes.graders.cli.shorthand import parse
from quizzes.graders.cli.words import BadCommand, words
from quizzes.graders.engine.drill import fill
from quizzes.graders.engine.mutation import BAR_WORST, mutation
from quizzes.graders.engine.selftest import good_answers, selftest
from tests.patience import comes_to_an_end
from tests.quizzes.graders.cli.samples import TEXTS, drill
from tests.quizzes.graders.slips import check_slips

LARGEST_MODEL = 300 * 1024
FOLDER = Path(str(cli.__file__)).parent


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a b  c", ["a", "b", "c"]),
        ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
        (r"a b\ c 'd\e' \"", ["a", "b c", r"d\e", '"']),
        (r'"a\"b\n\\"', [r'a"b\n' + "\\"]),
        ("a \\\n  b\\\nc", ["a", "bc"]),
        ("a '' # remark", ["a", ""]),
        ("a\n# remark\n", ["a"]),
        ("a x=$5 'y$z' '`1`'", ["a", "x=$5", "y$z", "`1`"]),
        ("'a'\"b\"c", ["abc"]),
    ],
)
def test_words_are_those_of_a_shell(text: str, wanted: list[str]) -> None:
    assert words(text) == wanted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a | b", "pipe"),
        ("a > b", "redirection"),
        ("a; b", "second command"),
        ("a & b", "not possible"),
        ("a $HOME", "Variables"),
        ('a "$HOME"', "single quotes"),
        ('a "`b`"', "single quotes"),
        ("a $(b)", "Variables"),
        ("a 'b", "not closed"),
        ('a "b', "not closed"),
        ("a\nb", "new line"),
        ("a \\", "missing"),
        ("", "no command"),
    ],
)
def test_what_only_a_shell_does_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadCommand, match=why):
        words(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # userguide/cli-usage-shorthand.html
        ("a=b,c=d", {"a": "b", "c": "d"}),
        ("a=b,c,d", {"a": ["b", "c", "d"]}),
        ("a=b,c,d=e", {"a": ["b", "c"], "d": "e"}),
        ("a=[b,c],d={e=f,g=[h]}", {"a": ["b", "c"], "d": {"e": "f", "g": ["h"]}}),
        ("a='b,c',d=\"e=f\"", {"a": "b,c", "d": "e=f"}),
        (r"a=b\,c", {"a": "b,c"}),
        ("a=", {"a": ""}),
        ("a=,b=c", {"a": "", "b": "c"}),
        ("a=b=c", {"a": "b=c"}),
        ("a=[]", {"a": []}),
        ("a = b , c = d", {"a": "b", "c": "d"}),
    ],
)
def test_shorthand(text: str, wanted: Any) -> None:
    assert parse(text) == wanted


@pytest.mark.parametrize("text", ["", "a", "a=b,", "a=[b", "a={b", "a='b", "a=b,a=c", "=b,", "a=" + "[" * 60])
def test_what_is_no_shorthand(text: str) -> None:
    with pytest.raises(BadCommand, match="shorthand"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "operation", "parameters"),
    [
        ("sns list-topics", "ListTopics", {}),
        ("iam get-user --user-name=ana", "GetUser", {"UserName": "ana"}),
        ("lambda invoke --function-name f --payload '{}' out.json", "Invoke", {"FunctionName": "f", "Payload": "{}"}),
        ("ec2 describe-instances --instance-ids i-1 i-2 --dry-run", "DescribeInstances",
         {"InstanceIds": ["i-1", "i-2"], "DryRun": True}),
        ("ec2 create-image --instance-id i --name n --no-reboot", "CreateImage",
         {"InstanceId": "i", "Name": "n", "NoReboot": True}),
        ("ec2 describe-vpcs --filters Name=a,Values=b,c 'Name=d,Values=e'", "DescribeVpcs",
         {"Filters": [{"Name": "a", "Values": ["b", "c"]}, {"Name": "d", "Values": ["e"]}]}),
        ("ec2 describe-vpcs --filters '[{\"Name\": \"a\"}]' --no-dry-run", "DescribeVpcs",
         {"Filters": [{"Name": "a"}], "DryRun": False}),
        ("dynamodb update-table --table-name t --provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits=6",
         "UpdateTable",
         {"TableName": "t", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}}),
        ("sqs list-queues --max-items 5", "ListQueues", {"PaginationConfig": {"MaxItems": 5}}),
        ("ec2 authorize-security-group-ingress --group-id sg-1 --protocol tcp --port 22 --cidr 10.0.0.0/8",
         "AuthorizeSecurityGroupIngress",
         {"GroupId": "sg-1", "IpPermissions": [
             {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]}),
        ("ec2 run-instances --image-id ami-1 --count 2", "RunInstances",
         {"ImageId": "ami-1", "MinCount": 2, "MaxCount": 2}),
        ("s3 cp --exclude '*' --include '*.log' a s3://b --recursive", "",
         {"--filters": [["--exclude", "*"], ["--include", "*.log"]], "paths": ["a", "s3://b"], "--recursive": True}),
        ("s3 ls", "", {}),
        ("ec2 create-network-acl-entry --network-acl-id a --ingress --rule-number 1 --protocol 6 --rule-action deny",
         "CreateNetworkAclEntry",
         {"NetworkAclId": "a", "Egress": False, "RuleNumber": 1, "Protocol": "6", "RuleAction": "deny"}),
        ("cloudformation wait stack-create-complete --stack-name s", "DescribeStacks", {"StackName": "s"}),
        ("sns publish --cli-input-json '{\"Message\": \"a\"}' --topic-arn t", "Publish",
         {"Message": "a", "TopicArn": "t"}),
        ("kms encrypt --key-id k --plaintext fileb://p", "Encrypt", {"KeyId": "k", "Plaintext": "secret"}),
        ("iam create-role --role-name r --assume-role-policy-document file://p", "CreateRole",
         {"RoleName": "r", "AssumeRolePolicyDocument": "secret"}),
    ],
)  # fmt: skip
def test_requests(text: str, operation: str, parameters: dict[str, Any]) -> None:
    call = read(f"aws {text}", {"p": "secret"})
    assert (call.operation, dict(call.parameters)) == (operation, parameters)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sqs send-message", "--message-body, --queue-url are required"),
        ("sqss list-queues", "Did you mean sqs"),
        ("sqs list-queue", "Did you mean list-queues"),
        ("sqs list-queues --queue-name-prefx a", "Did you mean --queue-name-prefix"),
        ("sqs list-queues --max-results x", "no whole number"),
        ("sqs list-queues a", "belongs to no parameter"),
        ("sqs list-queues --queue-name-prefix", "needs a value"),
        ("sqs list-queues --output xml", "--output is one of"),
        ("sqs list-queues --no-paginate=1", "takes no value"),
        ("sqs", "Which operation"),
        ("--region", "needs a value"),
        ("", "Which service"),
        ("dynamodb put-item --table-name t --item file://x", "no file"),
        ("dynamodb put-item --table-name t --item '{a}'", "not valid JSON"),
        ("lambda invoke --function-name f", "outfile"),
        ("ec2 describe-vpcs --filters Nme=a,Values=b", "Did you mean Name"),
        ('ec2 describe-vpcs --filters \'[{"Name": "a", "Value": "b"}]\'', "Did you mean Values"),
        ("s3 cp a", "needs 2 paths"),
        ("s3 cp a b c", "belongs to no parameter"),
        ("iot list-things", "not known here"),
        ("ec2 describe-instances --dry-run --no-dry-run", "cannot both"),
    ],
)
def test_refused_with_a_sentence(text: str, why: str) -> None:
    with pytest.raises(BadCommand, match=why):
        read(f"aws {text}")


def test_a_command_begins_with_aws() -> None:
    with pytest.raises(BadCommand, match="begins with aws"):
        read("sudo rm -rf /")


def test_the_model_is_small_whole_and_says_where_it_is_from() -> None:
    file = FOLDER / "model.zip"
    assert file.stat().st_size <= LARGEST_MODEL
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
    assert "Apache License" in (FOLDER / "LICENSE-model.txt").read_text(encoding="utf-8")
    assert len(known()) >= 50 and known() <= set(services())
    for service in known():
        written, shapes = commands(service)
        assert written and shapes[:7] == tuple("sifbtyj")


@pytest.mark.parametrize("name", TEXTS)
def test_samples_prove_themselves(name: str) -> None:
    if name == "filter":
        pytest.importorskip("jmespath")
    assert graders.problems(drill(name)) == []
    tested = selftest(drill(name), range(5))
    assert tested.failures == [] and tested.bad == tested.named
    report = mutation(drill(name), range(1))
    assert report.made >= 10 and report.score >= BAR_WORST, report.survivors


@pytest.mark.parametrize(
    "changes",
    [
        {"checks": []},
        {"checks": [{"say": "x"}]},
        {"checks": [{"call": "aws sqs list-queue", "say": "x"}]},
        {"checks": [{"command": "sqs list-queues", "result": [], "say": "x"}]},
        {"checks": [{"values": {"a[": 1}, "say": "x"}]},
        {"files": ["a"]},
    ],
)
def test_what_authors_must_mend(changes: dict[str, Any]) -> None:
    assert graders.problems(drill("same", **changes))


def test_what_would_be_sent_is_shown_as_people_write_it() -> None:
    answer = (
        "aws cloudformation create-stack --stack-name b --capabilities CAPABILITY_IAM X --disable-rollback"
    )
    spec = {**drill(next(iter(TEXTS))), "checks": [{"call": answer, "say": "So."}]}
    [table] = graders.get("cli").grade(answer, spec).trace
    shown = {row["cells"][0]: row["cells"][1] for row in table["rows"]}
    assert (shown["Capabilities"], shown["DisableRollback"]) == ("CAPABILITY_IAM, X", "true")


@pytest.mark.parametrize("name", TEXTS)
def test_no_mangled_answer_surprises(name: str) -> None:
    chance = random.Random(name)
    filled = fill(drill(name), 0)
    answers = good_answers(filled)
    for _ in range(500):
        text = mangle(chance.choice(answers), chance)
        verdict = graders.get("cli").grade(text, filled)
        assert 0 <= verdict.score <= 1
        assert verdict == graders.get("cli").grade(text, filled)


_texts = st.text(alphabet=st.sampled_from("ab=,[]{}'\"\\ :@/-.1"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(
    _texts, st.sampled_from(["--filters", "--instance-ids", "--max-items", "--query", "--tag-specifications"])
)
def test_no_value_surprises(text: str, name: str) -> None:
    with contextlib.suppress(BadCommand):
        call = read(f"aws ec2 describe-instances {name} {text}")
        assert call.operation == "DescribeInstances"
    with contextlib.suppress(BadCommand):
        assert isinstance(parse(text), dict)


@pytest.mark.parametrize(
    ("any_order", "ids", "ok"),
    [(True, "i-1 i-2", True), (True, "i-2 i-1", True), (False, "i-2 i-1", False), (True, "i-2 i-3", False)],
)
def test_lists_stand_in_any_order_where_a_check_says_so(any_order: bool, ids: str, ok: bool) -> None:
    check = {"parameters": {"InstanceIds": ["i-1", "i-2"]}, "say": "Both.", "any_order": any_order}
    spec = {
        "id": "order",
        "title": "Order",
        "grader": "cli",
        "prompt": "Stop them.",
        "checks": [check],
        "good": ["aws ec2 stop-instances --instance-ids i-1 i-2"],
    }
    assert graders.problems(spec) == []
    assert graders.grade(spec, 0, f"aws ec2 stop-instances --instance-ids {ids}").ok is ok


NASTY = (
    "aws sqs send-message --message-body " + "a=b," * 4_000,
    "aws ec2 describe-instances --filters " + "a=[" * 6_000,
    "aws ec2 describe-instances --filters Name=" + "a," * 9_000,
    "aws ec2 describe-instances --filters " + "a=b " * 390,
    "aws ec2 describe-instances --filters '" + "[" * 15_000 + "'",
    "aws " + "x" * 19_000,
    "aws sqs " + "x" * 19_000,
    "aws ec2 describe-instances --" + "x" * 19_000,
    "aws ec2 describe-instances " + "--filters a=b " * 190,
    "aws ec2 describe-instances --query '" + "[" * 1_900 + "'",
    "aws ec2 describe-instances --filters " + "\\\\," * 6_000,
)


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_answers_are_refused_soon(name: str, caplog: pytest.LogCaptureFixture) -> None:
    for answer in (*HOSTILE, *NASTY):
        with comes_to_an_end():
            verdict = graders.grade(drill(name), 0, answer)
        assert not verdict.ok and len(verdict.error) < 500
    assert not caplog.records


@pytest.mark.parametrize("name", TEXTS)
def test_a_drill_with_a_slip_in_it_is_told_or_works(name: str, caplog: pytest.LogCaptureFixture) -> None:
    check_slips(drill(name), name)
    assert not caplog.records
