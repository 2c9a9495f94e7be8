from __future__ import annotations

import json
from typing import Any

import pytest

from quizzes.graders import grade, problems
from quizzes.graders.registry import get
from tests.patience import comes_to_an_end

SPEC: dict[str, Any] = {
    "id": "stopped-instances",
    "title": "Instances that stop",
    "grader": "events",
    "prompt": "Write a pattern for instances that stop, but not for those of the build.",
    "base": {
        "source": "aws.ec2",
        "detail-type": "EC2 Instance State-change Notification",
        "detail": {"state": "stopped", "instance-id": "i-1", "owner": "shop"},
    },
    "checks": [
        {"label": "It stops", "change": {}, "match": True, "say": "A stopped instance must match."},
        {"label": "It terminates", "change": {"detail.state": "terminated"}, "match": True, "say": "So must a terminated one."},
        {"label": "It runs", "change": {"detail.state": "running"}, "match": False, "say": "A running one must not."},
        {"label": "Other service", "change": {"source": "my.app"}, "match": False, "say": "The source is aws.ec2.", "hidden": True},
        {"label": "Other type", "change": {"detail-type": "Other"}, "match": False, "say": "Name the detail-type.", "hidden": True},
        {"label": "The build", "change": {"detail.owner": "build"}, "match": False, "say": "Leave the build out.", "hidden": True},
        {"label": "No owner", "without": ["detail.owner"], "match": False, "say": "anything-but needs the field.", "hidden": True},
        {"label": "Number as owner", "change": {"detail.owner": 5}, "match": True, "say": "5 is anything but “build”.", "hidden": True},
        {"label": "Other state", "change": {"detail.state": "stopping"}, "match": False, "say": "stopping is not stopped.", "hidden": True},
        {"label": "Other case", "change": {"detail.owner": "Build"}, "match": True, "say": "Upper case counts.", "hidden": True},
    ],
}  # fmt: skip
GOOD = {
    "source": ["aws.ec2"],
    "detail-type": ["EC2 Instance State-change Notification"],
    "detail": {"state": ["stopped", "terminated"], "owner": [{"anything-but": "build"}]},
}


def test_a_right_pattern_passes() -> None:
    assert problems(SPEC) == []
    verdict = grade(SPEC, 0, json.dumps(GOOD))
    assert verdict.ok
    assert len(verdict.trace) == len(SPEC["checks"])


def test_each_wrong_pattern_fails_where_it_is_wrong() -> None:
    wrong = {key: value for key, value in GOOD.items() if key != "source"}
    verdict = grade(SPEC, 0, json.dumps(wrong))
    assert [check.label for check in verdict.checks if not check.ok] == ["Other service"]


def test_the_trace_names_the_field_that_failed() -> None:
    verdict = grade(SPEC, 0, json.dumps(GOOD))
    (table,) = [trace for trace in verdict.trace if trace["check"] == "It runs"]
    assert table["rows"][0] == {
        "cells": ["detail.state", 'is "stopped" or is "terminated"', '"running"'],
        "ok": False,
    }


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ('{"source": "aws.ec2"}', "must stand in a list"),
        ('{"source": []}', "an empty list"),
        ('{"source": [{"begins": "a"}]}', "no operator “begins”"),
        ('{"source": [{"wildcard": "a**"}]}', "side by side"),
        ('{"a": [{"cidr": "10.0.0.0"}]}', "no CIDR block"),
        ('{"a": [{"numeric": [">", 5, "<", 1]}]}', "less than its upper one"),
        ('{"source": ["aws.ec2"}', "Line 1"),
        ('{"a": [1], "a": [2]}', "stands twice"),
        ("", "nothing here"),
    ],
)
def test_what_is_no_pattern_is_refused_with_its_place(answer: str, sentence: str) -> None:
    verdict = grade(SPEC, 0, answer)
    assert sentence in verdict.error
    assert not verdict.ok


def test_every_mutant_is_noticed() -> None:
    mutants = list(get("events").mutate(json.dumps(GOOD), SPEC))
    missed = [mutant for mutant in mutants if grade(SPEC, 0, mutant).ok]
    assert len(mutants) >= 12
    assert missed == []


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"checks": []}, "no checks"),
        ({"checks": [{"event": {}, "match": True, "say": "x"}]}, "one that does not"),
        ({"base": 5}, "must be an event"),
        ({"checks": [{"event": 5, "match": True, "say": "x"}]}, "keys with values"),
        ({"checks": [{"without": ["x"], "match": True, "say": "x"}]}, "no “x” to leave out"),
        ({"checks": [{"event": {}, "match": "yes", "say": "x"}]}, "true or false"),
    ],
)
def test_an_author_is_told(change: dict[str, Any], text: str) -> None:
    assert any(text in problem for problem in problems(SPEC | change))


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps({"a": [{"wildcard": "*a" * 3_000}], "source": [{"wildcard": "*a*" + "b*" * 3_000}]}),
        json.dumps({"source": [{"wildcard": f"*{number}*"} for number in range(900)]}),
        json.dumps({"$or": [{f"k{number}": [1], "$or": [{"a": [1]}, {"b": [1]}]} for number in range(300)]}),
        '{"a":' * 39 + "[1]" + "}" * 39,
    ],
)
def test_a_hostile_pattern_is_quick(answer: str) -> None:
    with comes_to_an_end():
        grade(SPEC, 0, answer)
