"""`lint`, by the real linter in its host: findings, bounds, the clock, and templates that mean harm."""

from __future__ import annotations

import copy
import logging
from typing import Any

import pytest

from benchmarks.drills import HOSTILE
from quizzes import graders
from quizzes.graders.engine.drill import fill
from quizzes.graders.engine.mutation import mutation
from quizzes.graders.engine.selftest import selftest
from tests.quizzes.graders.worker.samples import LINT

pytestmark = pytest.mark.usefixtures("shared")


def spec(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(LINT), **changes}


def clean(template: str, level: str = "warnings", **more: Any) -> graders.Verdict:
    """What a template gets where nothing may be found."""
    return graders.grade(spec(checks=[{"clean": level, "say": "Mend it."}], **more), 1, template)


FUNCTION = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Tides:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Runtime: RUNTIME, CodeUri: s3://b/k, PROPERTY: [AWSLambdaBasicExecutionRole]}
"""


def test_it_proves_itself() -> None:
    assert graders.told(LINT) == []
    tested = selftest(LINT, range(3))
    assert tested.failures == [] and tested.bad == tested.named
    report = mutation(LINT, [0])
    assert report.made >= 4 and report.score == 1, report.survivors


def test_a_finding_is_told_with_its_line_and_its_rule() -> None:
    given = str(fill(LINT, 1)["given"])
    verdict = graders.grade(LINT, 1, given)
    assert "Line 5: 4320" in verdict.checks[0].say and "(E3034)" in verdict.checks[0].say
    (trace,) = verdict.trace
    assert trace["kind"] == "table" and trace["rows"][0]["cells"][:2] == ["5", "E3034"]
    assert [check.ok for check in verdict.checks] == [False, False, True, True, False]


def test_json_is_a_template_too() -> None:
    assert clean('{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}').ok
    assert not clean('{"Resources": {"Q": {"Type": "AWS::SQS::Queueue"}}}').ok


def test_serverless_templates_are_known() -> None:
    good = FUNCTION.replace("RUNTIME", "python3.13").replace("PROPERTY", "Policies")
    assert clean(good).ok
    verdict = clean(good.replace("Policies", "Policy"))
    assert "'Policy' was unexpected" in verdict.checks[0].say


def test_the_clock_of_the_drill_decides_how_old_a_runtime_is() -> None:
    old = FUNCTION.replace("RUNTIME", "python3.8").replace("PROPERTY", "Policies")
    assert clean(old, clock="2023-01-01").ok
    assert "deprecated on '2024-10-14'" in clean(old, clock="2026-01-01").checks[0].say


def test_the_region_of_the_drill_decides_which_types_there_are() -> None:
    rare = "Resources:\n  A:\n    Type: AWS::DevOpsGuru::ResourceCollection\n    Properties:\n      ResourceCollectionFilter: {CloudFormation: {StackNames: [a]}}\n"
    assert clean(rare, region="eu-west-1").ok
    assert not clean(rare, region="cn-north-1").ok


def test_what_must_be_mended_must_have_been_broken() -> None:
    checks = [{"label": "Never", "mended": ["E3002"], "say": "Say."}]
    verdict = graders.grade(spec(checks=checks), 1, str(fill(LINT, 1)["good"][0]))
    assert not verdict.ok and "E3002: nothing of that kind is found" in verdict.checks[0].say


def test_findings_cannot_be_switched_off() -> None:
    given = str(fill(LINT, 1)["given"])
    hushed = f"Metadata: {{cfn-lint: {{config: {{ignore_checks: [E3034]}}}}}}\n{given}"
    assert "cannot be switched off" in graders.grade(LINT, 1, hushed).error
    inside = given.replace(
        "    Properties:", "    Metadata: {cfn-lint: {config: {ignore_checks: [E]}}}\n    Properties:"
    )
    assert "cannot be switched off" in graders.grade(LINT, 1, inside).error


@pytest.mark.parametrize(
    "transform", ["Macro", "AWS::Include", "AWS::Serverless-2016-10-31", "[{Name: Macro}]"]
)
def test_findings_cannot_hide_behind_a_transform(transform: str) -> None:
    """Where there is one, cfn-lint does not say which parameters are not used."""
    unused = f"Parameters: {{Size: {{Type: String}}}}\n{fill(LINT, 1)['good'][0]}"
    assert not graders.grade(LINT, 1, unused).ok
    assert "hide behind the transform" in graders.grade(LINT, 1, f"Transform: {transform}\n{unused}").error


def test_a_transform_that_is_asked_for_may_come() -> None:
    function = "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.13, CodeUri: s3://a/b}}}"
    spec = {**LINT, "given": function, "checks": [{"clean": "errors", "say": "So."}]}
    assert not graders.grade(spec, 0, function).ok
    assert graders.grade(spec, 0, f"Transform: AWS::Serverless-2016-10-31\n{function}").ok
    given = {**spec, "given": f"Transform: Macro\n{function}"}
    assert not graders.grade(given, 0, f"Transform: Macro\n{function}").error


def test_no_file_of_the_machine_is_read() -> None:
    nested = (
        "Resources:\n  Nested:\n    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: /etc/passwd, Parameters: {A: b}}\n"
    )
    verdict = clean(nested)
    assert "root" not in str(verdict)


@pytest.mark.parametrize(
    "answer",
    [
        *HOSTILE, "a: &a [b]\nc: *a", "Resources: {}", "Resources: []", "Resources:\n  A: 3\n", "Resources: {A: {Type: [x]}}",
        "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${" + "A" * 5000 + "}'}}",
        "Transform: AWS::Serverless-2016-10-31\nGlobals: 3\nResources: {A: {Type: AWS::Serverless::Function}}",
        "Transform: {a: b}\nResources: {A: {Type: AWS::SQS::Queue}}", "Conditions: {A: !Condition A}\nResources: {}",
        "Resources:\n" + "".join(f"  Q{n}: {{Type: AWS::SQS::Queue}}\n" for n in range(600)),
        "Resources:\n" + "".join(f"  Q{n}: {{Type: AWS::X{n}::Y}}\n" for n in range(900)),
        "Conditions:\n" + "".join(f"  C{n}: !Equals [!Ref P{n}, a]\n" for n in range(60)) + "Resources: {A: {Type: AWS::SQS::Queue}}",
        "Mappings: {A: {B: {C: d}}}\nResources: {A: {Type: !FindInMap [A, B, C]}}",
    ],
)  # fmt: skip
def test_templates_that_mean_harm_are_refused_or_graded(
    answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        verdict = graders.grade(LINT, 1, answer)
    assert not verdict.ok
    assert not caplog.records


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"given": "Resources: ["}, "below a bar"), ({"given": 3}, "below a bar"), ({"region": "moon"}, "a region"),
        ({"clock": "today"}, "a day in quotes"), ({"checks": []}, "no checks"),
        ({"checks": [{"say": "x"}]}, "one of clean"), ({"checks": [{"clean": "all", "say": "x"}]}, "errors or warnings"),
        ({"checks": [{"without": [], "say": "x"}]}, "list of rules"),
        ({"checks": [{"without": ["3002"], "say": "x"}]}, "list of rules"),
        ({"checks": [{"keep": ["Resources.Nothing"], "say": "x"}]}, "nothing stands at"),
        ({"checks": [{"keep": [], "say": "x"}]}, "list of paths"), ({"checks": [{"keep": ["a..b"], "say": "x"}]}, "path"),
        ({"checks": [{"path": "Resources", "say": "x"}]}, "one of is"), ({"rules": 1}, "no key of this name"),
    ],
)  # fmt: skip
def test_an_author_is_told_what_to_mend(changes: dict[str, Any], words: str) -> None:
    assert any(words in text for text in graders.problems(spec(**changes))), graders.problems(spec(**changes))


def test_mended_without_a_given_template_is_told() -> None:
    without = {key: value for key, value in LINT.items() if key != "given"}
    assert any("needs `given`" in text for text in graders.problems(without))
