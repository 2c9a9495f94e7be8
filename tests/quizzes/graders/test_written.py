"""Written files, CORS rules and buckets: paths, formats, and what browsers and S3 make of them."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import graders
from quizzes.graders.bucket.public import public_clause
from quizzes.graders.file import same
from quizzes.graders.file_formats import FORMATS, format_problem
from quizzes.graders.file_paths import BadPath, fits, found, read_path
from tests.quizzes.graders.samples import drill

DOCUMENT = {"a": {"b": [{"c": 1}, {"c": 2}, "x"], "k.d": 3}, "hooks": [{"Before": "f"}]}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("a.b[0].c", [1]),
        ("a.b[-1]", ["x"]),
        ("a.b[*].c", [1, 2]),
        ('a."k.d"', [3]),
        ("a.b[9]", []),
        ("a[*]", [DOCUMENT["a"]["b"], 3]),  # type: ignore[index]
        ("a.x.y", []),
        ("hooks[*].Before", ["f"]),
    ],
)
def test_paths(path: str, values: list[Any]) -> None:
    assert found(DOCUMENT, read_path(path)) == values


@pytest.mark.parametrize(
    "path", ["", "a..b", "a[", "a[x]", ".", "a b", "a.b[*", ".".join("a" * 13), "a]", '"', "a'b'"]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(BadPath):
        read_path(path)


@given(st.text(max_size=30))
def test_a_path_is_read_or_refused(path: str) -> None:
    with contextlib.suppress(BadPath):
        found(DOCUMENT, read_path(path))


@pytest.mark.parametrize(
    ("text", "pattern", "like"),
    [
        ("abc", "abc", True), ("abc", "a*", True), ("abc", "*c", True), ("abc", "a*c", True), ("abc", "*", True),
        ("abc", "b", False), ("abc", "a*d", False), ("aba", "ab*ba", False), ("", "*", True), ("a.c", "a?c", False),
        ("docker build -t x", "*build*x", True), ("aaaa", "a*a*a*a*a", False), ("abab", "*ab*ab*", True),
    ],
)  # fmt: skip
def test_patterns(text: str, pattern: str, like: bool) -> None:
    assert fits(text, pattern) is like


@pytest.mark.parametrize(
    ("value", "wanted", "alike"),
    [
        ("0.2", 0.2, True), (True, "true", False), ([{"timeout": "45"}], [{"timeout": 45}], True),
        ([1, 2], [1], False), ({"a": 1}, {"a": 1, "b": 2}, False), ({"a": 1}, [1], False), ({"a": [1]}, {"a": ["1"]}, True),
    ],
)  # fmt: skip
def test_numbers_and_texts_are_alike_at_any_depth(value: Any, wanted: Any, alike: bool) -> None:
    assert same(value, wanted) is alike


def holds(check: dict[str, Any], document: Any) -> bool:
    spec = drill("file", format=None, checks=[{**check, "say": "So."}])
    assert graders.problems(spec) == []
    verdict = graders.grade(spec, 0, json.dumps(document))
    assert not verdict.error
    return verdict.ok


@pytest.mark.parametrize(
    ("check", "document", "ok"),
    [
        ({"path": "v", "is": "0.2"}, {"v": 0.2}, True),
        ({"path": "v", "is": 1}, {"v": True}, False),
        ({"path": "v", "is": 1}, {}, False),
        ({"path": "v", "any": [1, "two"]}, {"v": "two"}, True),
        ({"path": "v", "any": [1, ["a", "b"]]}, {"v": ["a", "b"]}, True),
        ({"path": "v", "any": [1]}, {"v": 2}, False),
        ({"path": "v[*].d", "like": "/var/*"}, {"v": [{"d": "/var/a"}, {"d": "/var/b"}]}, True),
        ({"path": "v[*].d", "like": "/var/*"}, {"v": [{"d": "/var/a"}, {"d": "/b"}]}, False),
        ({"path": "v", "like": "*"}, {}, False),
        ({"path": "v", "has": "x*"}, {"v": ["a", "xy"]}, True),
        ({"path": "v", "has": "x*"}, {"v": ["a"]}, False),
        ({"path": "v", "none": "x*"}, {"v": ["a"]}, True),
        ({"path": "v", "none": "x*"}, {"v": "xx"}, False),
        ({"path": "v", "absent": True}, {"v": 1}, False),
        ({"path": "v", "present": True}, {"v": None}, True),
        ({"path": "v", "present": False}, {}, True),
        ({"path": "v", "count": 2}, {"v": [1, 2]}, True),
        ({"path": "v[*].n", "count": 1}, {"v": [{"n": 1}, {}]}, True),
        ({"path": "v", "order": ["a*", "b"]}, {"v": ["a1", "c", "b"]}, True),
        ({"path": "v", "order": ["a*", "b"]}, {"v": ["b", "a1"]}, False),
    ],
)
def test_tests_of_a_path(check: dict[str, Any], document: Any, ok: bool) -> None:
    assert holds(check, document) is ok


GOOD_FILES: dict[str, dict[str, Any]] = {
    "buildspec": {"version": 0.2, "phases": {"build": {"commands": ["make"], "on-failure": "ABORT"}}},
    "appspec-server": {
        "version": 0.0, "os": "linux", "files": [{"source": "/", "destination": "/srv"}],
        "hooks": {"ApplicationStart": [{"location": "start.sh", "timeout": 60}]},
    },
    "appspec-lambda": {
        "version": 0.0,
        "Resources": [{"f": {"Type": "AWS::Lambda::Function", "Properties": {"Name": "f", "Alias": "live",
                                                                            "CurrentVersion": "1", "TargetVersion": "2"}}}],
        "Hooks": [{"BeforeAllowTraffic": "check"}],
    },
    "appspec-ecs": {
        "version": 0.0,
        "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": {
            "TaskDefinition": "arn", "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 80}}}}],
        "Hooks": [{"AfterAllowTestTraffic": "check"}],
    },
    "ssm-command": {"schemaVersion": "2.2", "mainSteps": [{"action": "aws:runShellScript", "name": "a", "inputs": {}}]},
    "ssm-automation": {"schemaVersion": "0.3", "mainSteps": [{"action": "aws:sleep", "name": "a"}]},
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_each_format(name: str) -> None:
    good = GOOD_FILES[name]
    assert format_problem(name, good) == ""
    assert format_problem(name, {**good, "colour": "red"})
    for key in good:
        if key.lower() not in ("hooks", "files"):
            assert format_problem(name, {other: value for other, value in good.items() if other != key}), key
        assert format_problem(name, {**good, key: 7}), key


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("buildspec", {"phases": {"deploy": {"commands": []}}}, "no phase “deploy”"),
        ("buildspec", {"phases": {"build": {"commands": "make"}}}, "list of commands"),
        ("buildspec", {"phases": {"build": {"command": ["make"]}}}, "no key `command`"),
        ("appspec-server", {"hooks": {"Install": []}}, "cannot run at “Install”"),
        ("appspec-server", {"hooks": {"BeforeInstall": [{"timeout": 1}]}}, "with a location"),
        ("appspec-server", {"os": "macos"}, "linux or windows"),
        ("appspec-lambda", {"Hooks": [{"BeforeInstall": "x"}]}, "no hook “BeforeInstall”"),
        ("ssm-command", {"mainSteps": [{"action": "x", "name": "a"}]}, "Step 1 needs inputs"),
        ("ssm-automation", {"mainSteps": [{"action": "x", "name": "a"}] * 2}, "same name"),
    ],
)
def test_what_is_wrong_with_a_file(name: str, changes: dict[str, Any], words: str) -> None:
    assert words in format_problem(name, {**GOOD_FILES[name], **changes})


RULE = {
    "AllowedOrigins": ["https://*.tea.example"],
    "AllowedMethods": ["GET", "PUT"],
    "AllowedHeaders": ["x-*"],
}


def cors(rules: Any, **request: Any) -> str:
    """`allowed`, `refused`, or the error."""
    check = {"origin": "https://a.tea.example", "method": "GET", "allowed": True, "say": "So.", **request}
    verdict = graders.grade(drill("cors", checks=[check]), 0, json.dumps(rules))
    return verdict.error or ("allowed" if verdict.ok else "refused")


@pytest.mark.parametrize(
    ("request_", "result"),
    [
        ({}, "allowed"),
        ({"origin": "https://tea.example"}, "refused"),
        ({"origin": "http://a.tea.example"}, "refused"),
        ({"method": "DELETE"}, "refused"),
        ({"method": "PUT", "headers": ["X-Any", "Accept"]}, "allowed"),
        ({"method": "PUT", "headers": ["Content-Type"]}, "refused"),
        ({"headers": ["Content-Type"], "content_type": "text/plain"}, "allowed"),
        ({"reads": ["ETag"]}, "refused"),
        ({"reads": ["Content-Type"]}, "allowed"),
    ],
)
def test_cors_rules_of_a_bucket(request_: dict[str, Any], result: str) -> None:
    assert cors([RULE], **request_) == result
    assert cors({"CORSRules": [RULE]}, **request_) == result


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"AllowedMethods": ["PATCH"]}, "“PATCH” is no method"),
        ({"AllowedMethods": ["get"]}, "“get” is no method"),
        ({"AllowedOrigins": ["https://*.*.example"]}, "may hold one"),
        ({"AllowedOrigins": "https://a.example"}, "must be a list"),
        ({"ExposeHeaders": ["*"]}, "takes no"),
        ({"AllowedOrigin": []}, "no element “AllowedOrigin”"),
        ({"MaxAgeSeconds": "3"}, "whole number"),
    ],
)
def test_rules_that_a_bucket_would_refuse(changes: dict[str, Any], words: str) -> None:
    assert words in cors([{**RULE, **changes}])


@pytest.mark.parametrize(
    ("sent", "request_", "ok"),
    [
        ({"Origin": "*"}, {"method": "GET"}, True),
        ({"Origin": "*"}, {"method": "GET", "credentials": True}, False),
        ({"Origin": "https://a.example", "Credentials": True}, {"method": "GET", "credentials": True}, True),
        ({"Origin": "https://a.example"}, {"method": "GET", "credentials": True}, False),
        ({"Origin": "https://a.example, https://b.example"}, {"method": "GET"}, False),
        ({"Origin": "*", "Methods": "*"}, {"method": "DELETE"}, True),
        ({"Origin": "*"}, {"method": "DELETE"}, False),
        ({"Origin": "*", "Headers": "*"}, {"method": "POST", "headers": ["authorization"]}, False),
        ({"Origin": "*", "Headers": "*"}, {"method": "POST", "headers": ["x-a"]}, True),
    ],
)
def test_headers_of_a_response(sent: dict[str, Any], request_: dict[str, Any], ok: bool) -> None:
    headers = {f"Access-Control-Allow-{name}": value for name, value in sent.items()}
    check = {"origin": "https://a.example", "allowed": ok, "say": "So.", **request_}
    assert graders.grade(drill("headers", checks=[check]), 0, json.dumps(headers)).ok


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("Access-Control-Allow-Origin: *", True),
        ("\n  access-control-allow-origin :  '*'  \n\n", True),
        ('{"Access-Control-Allow-Origin": "*"}', True),
        ("Access-Control-Allow-Origin: https://b.example", False),
    ],
)
def test_headers_are_read_as_they_stand_on_the_wire(text: str, ok: bool) -> None:
    check = {"origin": "https://a.example", "method": "GET", "allowed": True, "say": "So."}
    verdict = graders.grade(drill("headers", checks=[check]), 0, text)
    assert not verdict.error
    assert verdict.ok is ok


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Access-Control-Allow-Origin", "Line 1 is no header"),
        ("A: b\n\nAccess Control: *", "Line 3 is no header"),
        ("A: b\nA: c", "stands twice"),
        ("A: b\na: c", "stands twice"),
        (" ", "Write the headers"),
    ],
)
def test_lines_that_are_no_headers_are_refused(text: str, words: str) -> None:
    assert words in graders.grade(drill("headers"), 0, text).error


def policy(**changes: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*", **changes}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    ("changes", "public"),
    [
        ({}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:role/a"}}, False),
        ({"Principal": {"Service": "cloudfront.amazonaws.com"}}, False),
        ({"Effect": "Deny"}, False),
        ({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}, False),
        ({"Condition": {"StringLike": {"aws:SourceVpc": "vpc-*"}}}, True),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, False),
        ({"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}}, True),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}}, True),
        ({"Condition": {"StringEquals": {"aws:userid": "${aws:userid}"}}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, True),
    ],
)
def test_what_s3_calls_public(changes: dict[str, Any], public: bool) -> None:
    assert bool(public_clause(policy(**changes))) is public


OFF = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)
ANYONE = {"who": "anyone", "action": "s3:GetObject", "key": "in/a", "say": "So."}


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        ({"policy": policy(), "block": OFF}, True),
        ({"policy": policy()}, False),
        ({"policy": policy(), "block": {**OFF, "RestrictPublicBuckets": True}}, False),
        ({"policy": policy(), "block": {**OFF, "BlockPublicPolicy": True}}, True),
        ({"acl": "public-read", "block": OFF, "ownership": "ObjectWriter"}, True),
        ({"acl": "public-read", "block": OFF}, False),
        (
            {"acl": "public-read", "block": {**OFF, "IgnorePublicAcls": True}, "ownership": "ObjectWriter"},
            False,
        ),
        ({"acl": "authenticated-read", "block": OFF, "ownership": "ObjectWriter"}, False),
        (
            {
                "acl": "public-read",
                "block": OFF,
                "ownership": "ObjectWriter",
                "policy": policy(Effect="Deny"),
            },
            False,
        ),
    ],
)
def test_who_gets_at_a_bucket(written: dict[str, Any], allowed: bool) -> None:
    spec = drill("bucket", write="all", checks=[{**ANYONE, "allowed": allowed}])
    verdict = graders.grade(spec, 0, json.dumps(written))
    assert verdict.ok, verdict


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"Statement": [], "Version": "2012-10-18"}, "2012-10-17"),
        ({"Version": "2012-10-17"}, "needs “Statement”"),
        ({}, "needs “Statement”"),
    ],
)
def test_what_is_no_policy_is_refused(written: dict[str, Any], words: str) -> None:
    assert words in graders.grade(drill("bucket"), 0, json.dumps(written)).error
