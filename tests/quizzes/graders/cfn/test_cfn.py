"""Templates: what functions give, in which order things are made, what an update does to them.

Each expectation stands on the page named beside it, below
https://docs.aws.amazon.com/AWSCloudFormation/latest/
"""

from __future__ import annotations

from typing import Any

import pytest

from quizzes import graders
from quizzes.graders.cfn.building import build
from quizzes.graders.cfn.errors import Refused
from quizzes.graders.cfn.replacing import custom_name, page, replacing
from quizzes.graders.cfn.settings import Settings
from quizzes.graders.cfn.template import Template, load_template, read_template
from quizzes.graders.cfn.updating import create, delete, drifted, update
from quizzes.graders.engine.mutation import BAR_WORST, mutation
from quizzes.graders.engine.selftest import selftest
from tests.quizzes.graders.cfn.samples import TEXTS, drill

FRAME = """
Parameters:
  Name: {Type: String, Default: ada}
  Many: {Type: CommaDelimitedList, Default: "a, b,c"}
Mappings: {Sizes: {eu-west-1: {test: small, list: [x, y]}}}
Conditions:
  IsAda: !Equals [!Ref Name, ada]
  NotAda: !Not [!Condition IsAda]
  Both: !And [!Condition IsAda, !Not [!Condition NotAda]]
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Gone: {Type: AWS::SQS::Queue, Condition: NotAda}
  Here: {Type: AWS::X::Y, Properties: {Value: VALUE}}
"""


def read(text: str) -> Template:
    return read_template(load_template(text))


def value(text: str, **settings: Any) -> Any:
    stack = build(
        read(FRAME.replace("VALUE", text)), Settings(pseudo={"AWS::Region": "eu-west-1"}, **settings)
    )
    return stack.resources["Here"].properties.get("Value", "nothing")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("!Ref Name", "ada"),  # TemplateReference/intrinsic-function-reference-ref.html
        ("!Ref Many", ["a", "b", "c"]),
        ("!Ref Queue", "<Queue>"),
        ("!Ref AWS::NoValue", "nothing"),
        ("[!Ref AWS::NoValue, 1]", [1]),
        ("!Ref AWS::Region", "eu-west-1"),  # UserGuide/pseudo-parameter-reference.html
        ("!GetAtt Queue.Arn", "<Queue.Arn>"),  # TemplateReference/intrinsic-function-reference-getatt.html
        ("{Fn::GetAtt: [Queue, Arn]}", "<Queue.Arn>"),
        ("!GetAtt Queue.QueueUrl", "<Queue>"),  # TemplateReference/aws-resource-sqs-queue.html: as Ref
        ("!Sub 'x-${Name}-${Queue.Arn}'", "x-ada-<Queue.Arn>"),  # …-sub.html
        ("!Sub ['${Name}-${Other}', {Other: !Ref Queue}]", "ada-<Queue>"),
        ("!Sub '${!Name}'", "${Name}"),
        ("!Sub 'arn:${AWS::Partition}:x'", "arn:aws:x"),
        ("!Join ['-', [a, !Ref Name, 1]]", "a-ada-1"),  # …-join.html
        ("!Join ['+', !Ref Many]", "a+b+c"),
        ("!Select [1, !Ref Many]", "b"),  # …-select.html
        ("!Select ['0', !GetAZs '']", "eu-west-1a"),  # …-getavailabilityzones.html
        ("!Split ['|', 'a|b|']", ["a", "b", ""]),  # …-split.html
        ("!FindInMap [Sizes, !Ref AWS::Region, test]", "small"),  # …-findinmap.html
        ("!FindInMap [Sizes, !Ref AWS::Region, list]", ["x", "y"]),
        ("!If [IsAda, 1, 2]", 1),  # …-conditions.html
        ("!If [NotAda, 1, !If [Both, 3, 4]]", 3),
        ("!If [NotAda, !Ref Gone, fine]", "fine"),
        ("!Base64 'Zoe'", "Wm9l"),  # …-base64.html
        ("!Select [2, !Cidr [10.0.0.0/16, 3, 8]]", "10.0.2.0/24"),  # …-cidr.html
        ("!ImportValue shared-net", "vpc-1"),  # …-importvalue.html
        ("!ImportValue {Fn::Sub: 'shared-${Kind}'}", "Refused value"),
        ("!Select [3, !Ref Many]", "Refused value"),
        ("!Ref Gone", "Refused value"),
        ("!Ref Nobody", "Refused template"),
        ("!ImportValue {Ref: Queue}", "Refused import"),
        ("!ImportValue other", "Refused import"),
        ("!FindInMap [Sizes, us-east-1, test]", "Refused value"),
        ("!Join ['-', !Ref Name]", "Refused value"),
        ("!Equals [1, 2]", "Refused value"),
        ("!Cidr [10.0.0.0/24, 2, 8]", "Refused value"),
        ("{Fn::Length: [1]}", "Refused template"),
        ("!If [Nobody, 1, 2]", "Refused template"),
    ],
)
def test_functions(text: str, wanted: Any) -> None:
    if isinstance(wanted, str) and wanted.startswith("Refused "):
        with pytest.raises(Refused) as caught:
            value(text, exports={"shared-net": "vpc-1"})
        assert caught.value.kind == wanted.removeprefix("Refused ") or "Kind" in text
    else:
        assert value(text, exports={"shared-net": "vpc-1"}) == wanted


@pytest.mark.parametrize(
    ("parameter", "given", "kind"),
    [
        ("{Type: Number, MinValue: 3}", 2, "parameter"),
        ("{Type: Number}", "two", "parameter"),
        ("{Type: String, AllowedPattern: '[a-z]+'}", "abc1", "parameter"),
        ("{Type: String, AllowedPattern: '[a-z]+'}", "abc", ""),
        ("{Type: String, AllowedPattern: '(a+)+b'}", "a" * 4_000, "parameter"),
        ("{Type: String, MaxLength: 3}", "abcd", "parameter"),
        ("{Type: List<Number>}", "1, 2", ""),
        ("{Type: String, AllowedValues: [a, b]}", "c", "parameter"),
        ("{Type: String, Default: !Ref AWS::Region}", "c", "parameter"),
        ("{Default: x}", "c", "parameter"),
    ],
)
def test_parameters(parameter: str, given: Any, kind: str) -> None:
    """UserGuide/parameters-section-structure.html"""
    text = f"Parameters: {{P: {parameter}}}\nResources: {{Q: {{Type: AWS::SQS::Queue}}}}"
    refused = create(read(text), Settings({"P": given})).refused
    assert (refused.kind if refused else "") == kind


def test_a_circle_is_named() -> None:
    text = """
    Resources:
      A: {Type: AWS::EC2::SecurityGroup, Properties: {X: !GetAtt B.GroupId}}
      B: {Type: AWS::EC2::SecurityGroup, Properties: {X: !Sub "${C}"}}
      C: {Type: AWS::EC2::SecurityGroup, DependsOn: A}
      D: {Type: AWS::EC2::SecurityGroup, DependsOn: A}
    """
    refused = create(read(text), Settings()).refused
    assert refused is not None and refused.kind == "circular"
    assert "A → B → C → A" in str(refused)


def test_waves_follow_references_and_waiting() -> None:
    """TemplateReference/aws-attribute-dependson.html"""
    text = """
    Resources:
      D: {Type: AWS::X::D, DependsOn: [A]}
      C: {Type: AWS::X::C, Properties: {P: !Ref B}}
      B: {Type: AWS::X::B, Properties: {P: [!Join ["", [!GetAtt A.Arn]]]}}
      A: {Type: AWS::X::A}
      E: {Type: AWS::X::E}
    """
    assert build(read(text), Settings()).waves == (("A", "E"), ("B", "D"), ("C",))


def test_policies_on_deletion() -> None:
    """TemplateReference/aws-attribute-deletionpolicy.html: databases leave a snapshot unless told otherwise."""
    text = """
    Resources:
      A: {Type: AWS::RDS::DBCluster}
      B: {Type: AWS::RDS::DBInstance}
      C: {Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: !Ref A}}
      D: {Type: AWS::S3::Bucket, DeletionPolicy: RetainExceptOnCreate}
      E: {Type: AWS::EC2::Volume, DeletionPolicy: Snapshot}
    """
    left = delete(read(text), Settings()).left
    assert left == {"A": "snapshot", "B": "snapshot", "C": "delete", "D": "retain", "E": "snapshot"}
    with pytest.raises(Refused, match="no snapshots"):
        read("Resources: {Q: {Type: AWS::SQS::Queue, DeletionPolicy: Snapshot}}")


BEFORE = """
Resources:
  Data: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PROVISIONED, KeySchema: [{AttributeName: a}]}}
  Base: {Type: AWS::RDS::DBInstance, UpdateReplacePolicy: Snapshot, Properties: {DBName: a}}
  Old: {Type: AWS::SQS::Queue, DeletionPolicy: Retain}
  Hook: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Talk, Protocol: sqs}}
  Talk: {Type: AWS::SNS::Topic, Properties: {DisplayName: x}}
Outputs: {Talk: {Value: !Ref Talk, Export: {Name: talk}}}
"""


def changed(*pairs: tuple[str, str], **settings: Any) -> Any:
    after = BEFORE
    for one, other in pairs:
        assert one in after
        after = after.replace(one, other)
    return update(read(BEFORE), Settings(), read(after), Settings(**settings))


def test_updates() -> None:
    """UserGuide/using-cfn-updating-stacks-update-behaviors.html"""
    assert set(changed().actions.values()) == {"keep"}
    assert changed(("PROVISIONED", "PAY_PER_REQUEST")).actions["Data"] == "update"
    assert changed(("AttributeName: a", "AttributeName: b")).actions["Data"] == "replace"
    found = changed(("DBName: a", "DBName: b"))
    assert (found.actions["Base"], found.left["Base"], found.why["Base"]) == (
        "replace",
        "snapshot",
        ("DBName",),
    )
    found = changed(("Old: {Type: AWS::SQS::Queue, DeletionPolicy: Retain}", "New: {Type: AWS::SQS::Queue}"))
    assert (found.actions["Old"], found.actions["New"]) == ("retain", "create")


def test_what_refers_to_something_new_changes_too() -> None:
    found = changed(("DisplayName: x", "FifoTopic: true"))
    assert (found.actions["Talk"], found.actions["Hook"]) == ("replace", "replace")
    refused = changed(("DisplayName: x", "FifoTopic: true"), imported=("talk",)).refused
    assert refused.kind == "export"  # UserGuide/using-cfn-stack-exports.html


def test_a_custom_name_is_in_the_way_of_a_new_resource() -> None:
    """TemplateReference/aws-properties-name.html"""
    one = "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: a.fifo, FifoQueue: true}}}"
    refused = update(read(one), Settings(), read(one.replace("true", "false")), Settings()).refused
    assert refused is not None and refused.kind == "name"
    other = one.replace("true", "false").replace("a.fifo", "b")
    assert update(read(one), Settings(), read(other), Settings()).actions == {"Q": "replace"}


def test_the_table_of_replacements() -> None:
    assert "VpcId" in replacing("AWS::EC2::Subnet")
    assert replacing("AWS::EC2::Nothing") == frozenset()
    assert custom_name("AWS::S3::Bucket") == "BucketName"
    assert page("AWS::S3::Bucket").endswith("/TemplateReference/aws-resource-s3-bucket.html")


def test_drift_looks_only_at_what_the_template_sets() -> None:
    """UserGuide/using-cfn-stack-drift.html"""
    stack = build(read("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5}}}"), Settings())
    assert drifted(stack, {"Q": {"DelaySeconds": "5", "Other": 1}}) == {"Q": "IN_SYNC"}
    assert drifted(stack, {"Q": {"DelaySeconds": 6}}) == {"Q": "MODIFIED"}
    assert drifted(stack, {"Q": None}) == {"Q": "DELETED"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Resources: {A: {Type: !!python/name:os.system x}}", "tags"),
        ("Resources: {A: {Type: AWS::S3::Bucket, BucketName: x}}", "belong under Properties"),
        ("Resources: {A-b: {Type: AWS::S3::Bucket}}", "letters and digits"),
        ("Resources: {A: {Type: Bucket}}", "needs a Type"),
        ("Resources: {A: {Type: AWS::S3::Bucket, DependsOn: B}}", "no resource"),
        ("Resources: {A: {Type: AWS::Serverless::Function}}", "SAM"),
        ("Transform: AWS::Serverless-2016-10-31\nResources: {A: {Type: AWS::S3::Bucket}}", "not run here"),
        ("Resources: {A: {Type: AWS::S3::Bucket, Properties: {X: !Foo y}}}", "no function"),
        ("Mappings: {M: {a: {b: !Ref C}}}\nResources: {A: {Type: AWS::S3::Bucket}}", "hold no functions"),
        ("Conditions: {C: true}", "must have Resources"),
        ("Output: {}", "no section"),
    ],
)
def test_what_is_no_template_is_refused_with_a_sentence(text: str, words: str) -> None:
    verdict = graders.grade(drill("stages"), 0, text)
    assert words in verdict.error


@pytest.mark.parametrize("name", TEXTS)
def test_samples_prove_themselves(name: str) -> None:
    assert graders.problems(drill(name)) == []
    tested = selftest(drill(name), range(5))
    assert tested.failures == [] and tested.bad == tested.named
    report = mutation(drill(name), range(1))
    assert report.made >= 5 and report.score >= BAR_WORST, report.survivors


def test_the_trace_has_waves_with_actions() -> None:
    spec = drill("replaced")
    (trace,) = graders.grade(spec, 0, "Net\nFront").trace
    assert trace["kind"] == "waves"
    items = {one["name"]: one["action"] for row in trace["rows"] for one in row["items"]}
    assert items == {"Net": "replace", "Front": "replace", "Queue": "update"}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("stages", {"checks": [{"expect": {"colour": 1}, "say": "x"}]}),
        ("stages", {"checks": [{"expect": {"order": "A"}, "say": "x"}]}),
        ("stages", {"checks": [{"do": "wash", "expect": {"made": ["A"]}, "say": "x"}]}),
        ("stages", {"given": "Resources: {}"}),
        ("edit", {"edit": "Resources.Other"}),
        ("replaced", {"ask": "wash"}),
        ("drift", {"actual": {}}),
        ("order", {"zones": "xyz"}),
    ],
)
def test_what_authors_must_mend(name: str, changes: dict[str, Any]) -> None:
    assert graders.problems(drill(name, **changes))
