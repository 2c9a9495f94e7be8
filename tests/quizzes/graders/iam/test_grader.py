"""The grader `iam`: every kind of policy, what it refuses, and what its trace tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.graders.engine.drill import authoring_problems
from quizzes.graders.engine.mutation import mutation
from quizzes.graders.engine.selftest import selftest
from quizzes.graders.registry import get
from tests.patience import comes_to_an_end
from tests.quizzes.graders.iam.drills import (
    ALL,
    ANN,
    BOUNDARY,
    IDENTITY,
    KEY,
    RESOURCE,
    SCP,
    TRUST,
    allow,
    deny,
    policy,
)
from tests.quizzes.graders.iam.strategies import anything

GRADER = get("iam")


def failed(answer: str, spec: dict[str, Any]) -> list[str]:
    verdict = GRADER.grade(answer, spec)
    assert not verdict.error
    return [one.label for one in verdict.checks if not one.ok]


def trace(answer: str, spec: dict[str, Any], label: str) -> dict[str, Any]:
    found = [one for one in GRADER.grade(answer, spec).trace if one["check"] == label]
    return dict(found[0])


@pytest.mark.parametrize("spec", ALL, ids=[spec["policy"] for spec in ALL])
def test_a_drill_of_every_kind_can_be_published_and_tests_itself(spec: dict[str, Any]) -> None:
    assert [str(problem) for problem in authoring_problems(spec)] == []
    result = selftest(spec, range(3))
    assert result.ok, [str(one) for one in result.failures]


@pytest.mark.parametrize("spec", ALL, ids=[spec["policy"] for spec in ALL])
def test_checks_notice_the_mistakes_that_matter(spec: dict[str, Any]) -> None:
    report = mutation(spec, [0])
    assert report.made >= 3
    assert report.score >= 0.85, report.survivors


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("", "nothing here yet"),
        ('{"Version": "2012-10-17", "Version": "2012-10-17"}', "stands twice"),
        ("[1, 2]", "keys with values"),
        ('{"Version": "2012-10-17"}', "Statement"),
        ('{"Version": "2026-01-01", "Statement": {}}', "2012-10-17"),
        ('{"Statements": []}', "“Statements” is no element"),
        (policy({"Effect": "allow", "Action": "*", "Resource": "*"}), "“Allow” or “Deny”"),
        (policy({"Effect": "Allow", "Resource": "*"}), "no Action"),
        (policy({"Effect": "Allow", "Action": "*"}), "no Resource"),
        (policy(allow("GetObject", "*")), "service:Operation"),
        (policy(allow("s*:Get*", "*")), "no wildcards"),
        (policy(allow("s3:*", "notes/*")), "no ARN"),
        (policy(allow("s3:*", "*", NotResource="*")), "cannot stand together"),
        (policy(allow("s3:*", "*", Principal="*")), "has no Principal"),
        (policy(allow("s3:*", "*", Condition={"StringIs": {"a": "b"}})), "no condition operator “StringIs”"),
        (policy(allow("s3:*", "*", Condition={"StringLike": "x"})), "a Condition is"),
        (policy(allow("s3:*", "*", Conditions={})), "“Conditions” is no element"),
        (policy(allow("s3:*", "*", Sid="A"), allow("s3:*", "*", Sid="A")), "stands twice"),
        (policy(allow(7, "*")), "text or a list of texts"),
    ],
)
def test_what_would_not_be_saved_is_refused_with_its_reason(answer: str, sentence: str) -> None:
    verdict = GRADER.grade(answer, IDENTITY)
    assert not verdict.checks
    assert sentence in verdict.error


@pytest.mark.parametrize(
    ("spec", "statement", "sentence"),
    [
        (RESOURCE, allow("s3:*", "*"), "needs a Principal"),
        (RESOURCE, allow("s3:*", "*", Principal={"Aws": ANN}), "no kind of principal"),
        (RESOURCE, allow("s3:*", "*", Principal=ANN), "of what kind"),
        (RESOURCE, allow("s3:*", "*", Principal={"AWS": "ann"}), "neither an ARN nor an account"),
        (RESOURCE, allow("s3:*", "*", Principal={"AWS": "arn:aws:iam::111122223333:user/*"}), "no wildcards"),
        (
            RESOURCE,
            allow("s3:*", "*", Principal={"AWS": "arn:aws:iam::111122223333:group/x"}),
            "a group cannot",
        ),
        (RESOURCE, allow("s3:*", "*", NotPrincipal={"AWS": ANN}), "only with Deny"),
        (TRUST, allow("sts:AssumeRole", "*", Principal={"AWS": ANN}), "has no Resource"),
        (SCP, deny("*", "*", Principal="*"), "has no Principal"),
    ],
)
def test_each_kind_has_its_own_elements(
    spec: dict[str, Any], statement: dict[str, Any], sentence: str
) -> None:
    assert sentence in GRADER.grade(policy(statement), spec).error


def test_usual_mistakes_fail_where_they_should() -> None:
    read = allow("s3:GetObject", "arn:aws:s3:::notes/${aws:username}/*")
    assert "her own note" in failed(policy(allow("s3:GetObject", "arn:aws:s3:::notes")), IDENTITY)
    assert {"writing", "a note of Bob"} <= set(failed(policy(allow("s3:*", "*")), IDENTITY))
    old = json.dumps({"Version": "2008-10-17", "Statement": [read]})
    assert "her own note" in failed(old, IDENTITY)
    assert "the list of Bob" in failed(policy(read, allow("s3:ListBucket", "arn:aws:s3:::notes")), IDENTITY)


def test_yaml_is_a_policy_too() -> None:
    assert (
        failed(
            "Version: 2012-10-17\nStatement:\n  - {Effect: Allow, Action: 's3:*', Resource: '*'}\n", BOUNDARY
        )
        == []
    )


def test_the_trace_names_the_statement_and_the_clause() -> None:
    shown = trace(policy(allow("s3:GetObject", "arn:aws:s3:::notes", Sid="Read")), IDENTITY, "her own note")
    assert shown["kind"] == "layers"
    assert shown["outcome"].startswith("Denied, because nothing allows it.")
    (row,) = shown["rows"]
    assert (row["layer"], row["clause"], row["ok"]) == ("Identity", "“Read” · Resource", False)
    assert "/*" in row["say"]


def test_the_trace_tells_the_condition_that_failed() -> None:
    shown = trace(IDENTITY["good"][0], IDENTITY, "the whole list")
    assert shown["rows"][0]["clause"] == "“List” · Condition"
    assert "no such key" in shown["rows"][0]["say"]
    other = trace(IDENTITY["good"][0], IDENTITY, "the list of Bob")
    assert "“bob/”" in other["rows"][0]["say"]


def test_the_trace_tells_which_layer_denied() -> None:
    shown = trace(SCP["good"][0], SCP, "abroad")
    rows = {row["layer"]: row for row in shown["rows"]}
    assert rows["SCP, level 1"]["ok"] is False
    assert rows["SCP, level 1"]["clause"] == "Statement 1 of policy 2"
    assert rows["Identity"]["ok"] is True
    assert shown["outcome"].startswith("Denied by a Deny.")


def test_the_trace_is_plain_data_and_has_every_check() -> None:
    for spec in ALL:
        verdict = GRADER.grade(spec["good"][0], spec)
        assert [one["check"] for one in verdict.trace] == [one["label"] for one in spec["checks"]]
        assert json.loads(json.dumps(verdict.trace)) == list(verdict.trace)
        assert all(row["say"] and row["result"] for one in verdict.trace for row in one["rows"])


def test_the_vendor_fills_in_who_asks() -> None:
    spec = {
        **KEY,
        "checks": [
            {"expect": "allowed", "say": "x", "principal": "arn:aws:sts::111122223333:assumed-role/app/s1"}
        ],
    }
    condition = {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/app"}}
    assert failed(policy(allow("kms:*", "*", Principal="*", Condition=condition)), spec) == []


def test_a_federated_session_without_a_policy_has_nothing() -> None:
    spec = {**IDENTITY, "request": {"principal": "arn:aws:sts::111122223333:federated-user/ann"}}
    assert "her own note" in failed(policy(allow("*", "*")), spec)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"policy": "iam"}, "policy"),
        ({"checks": []}, "checks"),
        (
            {"checks": [{**IDENTITY["checks"][0], "expect": "maybe"}, IDENTITY["checks"][1]]},
            "checks[0].expect",
        ),
        ({"checks": [{**IDENTITY["checks"][0], "actions": "x"}, IDENTITY["checks"][1]]}, "checks[0].actions"),
        ({"checks": [{"expect": "allowed", "say": "x"}, IDENTITY["checks"][1]]}, "checks[0]"),
        ({"checks": IDENTITY["checks"][:1]}, "checks"),
        ({"given": {"identities": []}}, "given"),
        ({"given": {"identity": ["x"]}}, "given"),
        ({"given": {"boundary": {"Statement": [{"Effect": "Allow"}]}}}, "given.boundary"),
        ({"policy": "session", "given": {"session": {"Statement": []}}}, "given.session"),
        ({"policy": "boundary", "given": {"beside": []}}, "given.beside"),
        ({"policy": "resource", "given": {"resource_policy": {"Statement": []}}}, "given"),
        ({"request": {"caller": ANN}}, "request"),
        ({"requests": {}}, "requests"),
    ],
)
def test_an_author_is_told_where_it_is_wrong(change: dict[str, Any], path: str) -> None:
    assert path in {problem.path for problem in authoring_problems({**IDENTITY, **change})}


@given(anything, st.sampled_from(ALL))
def test_no_answer_whatever_is_a_surprise(answer: Any, spec: dict[str, Any]) -> None:
    for text in (json.dumps(answer), str(answer)):
        verdict = GRADER.grade(text, spec)
        assert verdict.error or len(verdict.checks) == len(spec["checks"])


@pytest.mark.parametrize(
    "answer",
    [
        policy(allow("s3:" + "*a" * 30_000, "arn:aws:s3:::" + "?*" * 1_000)),
        policy(allow("s3:GetObject", "arn:aws:s3:::" + "*?" * 30_000)),
        policy(*[allow("s3:Get*", "arn:aws:s3:::notes/*", Sid=f"S{number}") for number in range(700)]),
        policy(
            allow("s3:*", "*", Condition={"StringLike": {f"k{number}": "*a" * 20 for number in range(900)}})
        ),
        policy(allow("s3:*", "arn:aws:s3:::" + "${aws:username}" * 4_000)),
    ],
    ids=["action", "resource", "statements", "conditions", "variables"],
)
def test_a_hostile_answer_is_graded_as_quickly(answer: str) -> None:
    assert len(answer) < 64 * 1024
    with comes_to_an_end():
        GRADER.grade(answer, IDENTITY)
