"""Paths, intrinsic functions, choice rules, and what is wrong with a definition."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.graders import grade, problems
from quizzes.graders.asl.choice import check_rule, holds
from quizzes.graders.asl.data import Scope, evaluated, expression
from quizzes.graders.asl.errors import Invalid, StatesError
from quizzes.graders.asl.machine import mistakes
from quizzes.graders.asl.paths import find, parsed, put, reference
from quizzes.graders.registry import get
from tests.patience import comes_to_an_end

# amazon-states-language-paths.html
DATA = {"a": {"b": [1, 2, {"c": 3}]}, "x y": 5, "rows": [{"n": 1, "t": "p"}, {"n": 9}], "none": None}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", DATA),
        ("$.a.b[0]", 1),
        ("$.a.b[-1].c", 3),
        ("$['x y']", 5),
        ('$["a"]["b"][1]', 2),
        ("$.none", None),
        ("$.a.b[*]", [1, 2, {"c": 3}]),
        ("$.a.b[0:2]", [1, 2]),
        ("$.a.b[0,1]", [1, 2]),
        ("$.rows[*].n", [1, 9]),
        ("$..n", [1, 9]),
        ("$.rows[?(@.n > 5)]", [{"n": 9}]),
        ("$.rows[?(@.t == 'p')].n", [1]),
        ("$.rows[?(@.t)]", [{"n": 1, "t": "p"}]),
    ],
)
def test_a_path_leads_to(path: str, found: Any) -> None:
    assert find(parsed(path), DATA) == found


@pytest.mark.parametrize("path", ["$.b", "$.a.b[3]", "$.a.c.d", "$.x"])
def test_a_path_leads_nowhere(path: str) -> None:
    with pytest.raises(KeyError):
        find(parsed(path), DATA)


@pytest.mark.parametrize(
    "path", ["", "a", ".a", "$a", "$.", "$.a[", "$.a[x]", "$.a b", "$..", "$[?(@.n ~ 5)]", "$." + "a" * 600]
)
def test_no_path(path: str) -> None:
    with pytest.raises(Invalid):
        parsed(path)


def test_writing_needs_one_place() -> None:
    assert put(reference("$.a.n"), {"a": 5}, 1) == {"a": {"n": 1}}
    assert put(reference("$.a[0]"), {"a": [1, 2]}, 9) == {"a": [9, 2]}
    for path in ("$.a[*]", "$..a", "$$.a", "$.a[0:1]"):
        with pytest.raises(Invalid):
            reference(path)
    with pytest.raises(KeyError):
        put(reference("$.a[5]"), {"a": [1]}, 9)


# intrinsic-functions.html
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("States.Format('Order {} of {}', $.id, 'me')", "Order 7 of me"),
        ("States.Format('{}: {}', 'x', $.list)", "x: [1,2,2]"),
        (r"States.Format('\{{}\}', 1)", "{1}"),
        (r"States.Format('it\'s {}', true)", "it's true"),
        ("States.StringToJson('{\"a\": 1}')", {"a": 1}),
        ("States.JsonToString($.list)", "[1,2,2]"),
        ("States.Array(1, 'a', $.id, null)", [1, "a", 7, None]),
        ("States.Array()", []),
        ("States.ArrayPartition($.list, 2)", [[1, 2], [2]]),
        ("States.ArrayContains($.list, 2)", True),
        ("States.ArrayContains($.list, true)", False),
        ("States.ArrayRange(1, 9, 4)", [1, 5, 9]),
        ("States.ArrayGetItem($.list, 1)", 2),
        ("States.ArrayLength($.list)", 3),
        ("States.ArrayUnique($.list)", [1, 2]),
        ("States.Base64Encode('Data')", "RGF0YQ=="),
        ("States.Base64Decode('RGF0YQ==')", "Data"),
        ("States.Hash('x', 'SHA-1')", "11f6ad8ec52a2984abaafd7c3b516503785c2072"),
        ("States.JsonMerge($.one, $.two, false)", {"a": 2, "b": 3}),
        ("States.MathAdd($.id, -1)", 6),
        ("States.StringSplit('1,2.3,', ',.')", ["1", "2", "3"]),
        ("States.Format('{}', States.MathAdd(1, States.ArrayLength($.list)))", "4"),
    ],
)
def test_a_function_gives(text: str, value: Any) -> None:
    given = {"id": 7, "list": [1, 2, 2], "one": {"a": 1, "b": 3}, "two": {"a": 2}}
    assert evaluated(expression(text), Scope(given)) == value


@pytest.mark.parametrize(
    "text",
    ["States.Format('{} {}', 1)", "States.ArrayGetItem($.list, 9)", "States.MathAdd('1', 2)", "States.StringToJson('{')",
     "States.ArrayRange(1, 100000, 1)", "States.JsonMerge($.list, $.list, false)", "States.Base64Decode('%')",
     "States.Hash('x', 'CRC')", "States.MathRandom(5, 5)", "States.ArrayPartition($.list, 0)"],
)  # fmt: skip
def test_a_function_fails(text: str) -> None:
    with pytest.raises(StatesError, match="IntrinsicFailure"):
        evaluated(expression(text), Scope({"list": [1]}))


@pytest.mark.parametrize(
    "text",
    [
        "States.Nothing(1)",
        "States.Format('a'",
        "States.MathAdd(1)",
        "States.MathAdd(1, 2) + 1",
        "Format('a')",
        "x",
        "States.Array(a)",
    ],
)
def test_no_function(text: str) -> None:
    with pytest.raises(Invalid):
        expression(text)


# state-choice.html
@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ({"StringEquals": "a"}, "a", True), ({"StringEquals": "a"}, 1, False), ({"StringLessThan": "b"}, "a", True),
        ({"StringGreaterThanEquals": "b"}, "b", True), ({"StringMatches": "log-*.txt"}, "log-1.txt", True),
        ({"StringMatches": "log-*.txt"}, "log-1.csv", False), ({"StringMatches": "a\\*"}, "ab", False),
        ({"NumericEquals": 1}, 1.0, True), ({"NumericEquals": 1}, True, False), ({"NumericEquals": 1}, "1", False),
        ({"NumericGreaterThan": 1}, 1, False), ({"NumericGreaterThanEquals": 1}, 1, True),
        ({"NumericLessThan": 1}, 0, True), ({"NumericLessThanEquals": 1}, 2, False),
        ({"NumericEqualsPath": "$.other"}, 5, True), ({"StringEqualsPath": "$.other"}, "5", False),
        ({"BooleanEquals": True}, True, True), ({"BooleanEquals": False}, 0, False),
        ({"TimestampLessThan": "2026-01-02T00:00:00Z"}, "2026-01-01T23:30:00-01:00", False),
        ({"TimestampEquals": "2026-01-01T12:00:00Z"}, "2026-01-01T13:00:00+01:00", True),
        ({"TimestampGreaterThan": "2026-01-01T00:00:00Z"}, "tomorrow", False),
        ({"IsNull": True}, None, True), ({"IsString": True}, "", True), ({"IsNumeric": True}, True, False),
        ({"IsBoolean": False}, 1, True), ({"IsTimestamp": True}, "2026-01-01T00:00:00Z", True), ({"IsPresent": True}, None, True),
    ],
)  # fmt: skip
def test_a_rule(rule: dict[str, Any], value: Any, expected: bool) -> None:
    full = {"Variable": "$.v", **rule}
    assert list(check_rule(full)) == []
    assert holds(full, Scope({"v": value, "other": 5})) == expected


def test_rules_of_rules_and_what_is_not_there() -> None:
    there, high = {"Variable": "$.v", "IsPresent": True}, {"Variable": "$.v", "NumericGreaterThan": 5}
    assert not holds({"And": [there, high]}, Scope({}))
    assert holds({"And": [there, high]}, Scope({"v": 6}))
    assert holds({"Or": [{"Not": there}, high]}, Scope({}))
    assert holds({"Variable": "$.v", "IsPresent": False}, Scope({}))
    with pytest.raises(StatesError, match="Runtime"):
        holds(high, Scope({}))


# statemachine-structure.html and concepts-error-handling.html
WORK = {"Type": "Task", "Resource": "arn:x", "End": True}


@pytest.mark.parametrize(
    ("definition", "text"),
    [
        ({"StartAt": "A"}, "no States"),
        ({"States": {"A": WORK}}, "no StartAt"),
        ({"StartAt": "B", "States": {"A": WORK}}, "no such state"),
        ({"StartAt": "A", "States": {"A": {**WORK, "Next": "A"}}}, "either “Next” or “End”"),
        ({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "x"}}}, "either “Next” or “End”"),
        ({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "x", "Next": "B"}}}, "leads to “B”"),
        ({"StartAt": "A", "States": {"A": WORK, "B": WORK}}, "no other state leads here"),
        ({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "Next": "A"}}}, "No state ends"),
        ({"StartAt": "A", "States": {"A": {"Type": "Job", "End": True}}}, "its Type must be one of"),
        ({"StartAt": "A", "States": {"A": {**WORK, "Retries": []}}}, "no field “Retries”"),
        ({"StartAt": "A", "States": {"A": {"Type": "Task", "End": True}}}, "needs a Resource"),
        ({"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [], "Default": "A"}}}, "a list of rules"),
        ({"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "Equals": 1, "Next": "A"}]}}}, "no comparison “Equals”"),
        ({"StartAt": "A", "States": {"A": {"Type": "Choice", "End": True, "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "A"}]}}}, "no field “End”"),
        ({"StartAt": "A", "States": {"A": {"Type": "Wait", "End": True}}}, "exactly one of"),
        ({"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": True, "Branches": [{"StartAt": "X", "States": {}}]}}}, "has no States"),
        ({"StartAt": "A", "States": {"A": {"Type": "Map", "End": True}}}, "ItemProcessor"),
        ({"StartAt": "A", "States": {"A": {**WORK, "Parameters": {"a.$": "b"}}}}, "neither a path"),
        ({"StartAt": "A", "States": {"A": {**WORK, "ResultPath": "$.a[*]"}}}, "must name one place"),
        ({"StartAt": "A", "States": {"A": {**WORK, "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["X"]}]}}}, "stand alone"),
        ({"StartAt": "A", "States": {"A": {**WORK, "Retry": [{"ErrorEquals": ["X"], "MaxAttempts": -1}]}}}, "MaxAttempts"),
        ({"StartAt": "A", "States": {"A": {**WORK, "Retry": [{"ErrorEquals": ["X"], "BackoffRate": 0.5}]}}}, "BackoffRate"),
        ({"StartAt": "A", "States": {"A": {**WORK, "Retry": [{"ErrorEquals": ["States.Oops"]}]}}}, "no error “States.Oops”"),
        ({"StartAt": "A", "States": {"A": {**WORK, "Catch": [{"ErrorEquals": ["X"]}]}}}, "needs a “Next”"),
        ({"StartAt": "A", "States": {"A": {**WORK, "HeartbeatSeconds": 9, "TimeoutSeconds": 9}}}, "less than TimeoutSeconds"),
        ({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": WORK}}, "JSONata is not run here"),
        ({"StartAt": "A", "States": {"A": {**WORK, "Arguments": {"x": "{% $x %}"}}}}, "JSONata"),
        ({"StartAt": "A", "States": {"A": {**WORK, "Assign": {"x": 1}}}}, "not run here"),
        ({"StartAt": "A", "States": {"A": WORK}, "Start": 1}, "does not exist"),
        ({"StartAt": "A" * 81, "States": {"A" * 81: WORK}}, "at most 80"),
    ],
)  # fmt: skip
def test_a_mistake_is_told(definition: dict[str, Any], text: str) -> None:
    assert any(text in told for told in mistakes(definition)), mistakes(definition)


SPEC: dict[str, Any] = {
    "id": "charge", "title": "Charge and tell", "grader": "asl", "prompt": "Charge, with two retries for Busy.",
    "tasks": {"Tell": {"result": "told"}},
    "checks": [
        {"label": "It works", "input": {"id": 1}, "tasks": {"Charge": {"result": {"paid": True}}},
         "expect": {"status": "succeeded", "path": ["Charge"], "values": {"$.payment.paid": True, "$.id": 1}}, "say": "Keep the input."},
        {"label": "Busy once", "tasks": {"Charge": [{"error": "Busy"}, {"result": {"paid": True}}]},
         "expect": {"attempts": {"Charge": 2}, "seconds": 7}, "say": "Wait 5 seconds before the retry."},
        {"label": "Busy for long", "tasks": {"Charge": {"error": "Busy"}},
         "expect": {"attempts": {"Charge": 3}, "seconds": 19, "path": ["Charge", "Tell"]}, "say": "Two retries, then tell.", "hidden": True},
        {"label": "Declined", "tasks": {"Charge": {"error": "Declined"}},
         "expect": {"attempts": {"Charge": 1}, "path": ["Charge", "Tell"]}, "say": "No retry for Declined.", "hidden": True},
        {"label": "What is told", "input": {"id": 2}, "tasks": {"Charge": {"error": "Declined"}, "Tell": {"echo": True}},
         "expect": {"values": {"$.id": 2, "$.problem.Error": "Declined"}}, "say": "Keep the input beside the error.", "hidden": True},
    ],
}  # fmt: skip
GOOD: dict[str, Any] = {
    "StartAt": "Charge",
    "States": {
        "Charge": {
            "Type": "Task", "Resource": "arn:x", "ResultPath": "$.payment", "End": True,
            "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 5, "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.problem", "Next": "Tell"}],
        },
        "Tell": {"Type": "Task", "Resource": "arn:y", "End": True},
    },
}  # fmt: skip


def test_a_drill_passes_fails_and_shows_its_timeline() -> None:
    assert problems(SPEC) == []
    verdict = grade(SPEC, 0, json.dumps(GOOD))
    assert verdict.ok
    assert verdict.trace[1]["seconds"] == 7
    assert [row["event"] for row in verdict.trace[1]["rows"]] == ["error Busy", "waits to try again", "done"]
    mutants = list(get("asl").mutate(json.dumps(GOOD), SPEC))
    assert len(mutants) >= 8
    assert [mutant for mutant in mutants if grade(SPEC, 0, mutant).ok] == []


def test_what_cannot_run_is_refused() -> None:
    assert (
        "needs a Resource"
        in grade(SPEC, 0, '{"StartAt": "A", "States": {"A": {"Type": "Task", "End": true}}}').error
    )
    endless = '{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Not": {"Variable": "$.q", "IsPresent": true}, "Next": "A"}], "Default": "B"}, "B": {"Type": "Succeed"}}}'
    assert "does not come to an end" in grade(SPEC, 0, endless).error


def test_an_author_is_told() -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"checks": []}, "no checks"),
        ({"tasks": {"A": {"results": 1}}}, "has the keys"),
        ({"checks": [{"expect": {"state": "A"}, "say": "x"}]}, "none of"),
        ({"checks": [{"expect": {"status": "good"}, "say": "x"}]}, "one of succeeded"),
        ({"checks": [{"expect": {"seconds": "x"}, "say": "x"}]}, "a number"),
        ({"checks": [{"say": "x"}]}, "what is expected"),
    ]
    for change, text in cases:
        assert any(text in problem for problem in problems({**SPEC, **change})), text


def endless(**fields: Any) -> dict[str, Any]:
    """A state that is entered again and again."""
    again = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.never", "IsPresent": False, "Next": "A"}],
        "Default": "B",
    }
    work = {"Type": "Pass", "ResultPath": None, "Next": "C", **fields}
    return {"StartAt": "A", "States": {"A": work, "C": again, "B": {"Type": "Succeed"}}}


HOSTILE = {
    "growing data": endless(ResultPath="$", Parameters={"a.$": "States.Array($, $, $, $)"}),
    "many values": endless(Parameters={f"k{at}": [1] * 5 for at in range(1_200)}),
    "many paths": endless(Parameters={f"k{at}.$": "$" for at in range(3_000)}),
    "deep paths": endless(Parameters={f"k{at}.$": "$..*" for at in range(2_500)}),
    "long lists": endless(Parameters={f"k{at}.$": "States.ArrayUnique(States.ArrayRange(1, 999, 1))" for at in range(500)}),
    "a retry without end": {"StartAt": "A", "States": {"A": {**WORK, "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 99_999, "BackoffRate": 1}]}}},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_run_for_long_is_stopped(name: str) -> None:
    busy = {**SPEC, "checks": [{**check, "tasks": {"A": {"error": "Busy"}}} for check in SPEC["checks"]]}
    with comes_to_an_end():
        verdict = grade(busy, 0, json.dumps(HOSTILE[name]))
        assert "more work" in verdict.error or "does not come to an end" in verdict.error


WORDS = st.sampled_from(["Type", "Task", "Pass", "Choice", "Map", "Parallel", "Next", "End", "Choices", "Variable", "$.a", "A", "States",
                         "StartAt", "Retry", "ErrorEquals", "Branches", "ItemProcessor", "Seconds", "Wait", "Default", "ResultPath"])  # fmt: skip
ANY = st.recursive(
    st.one_of(WORDS, st.none(), st.booleans(), st.integers(-5, 5)),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(WORDS, below, max_size=4)),
    max_leaves=15,
)


@given(st.dictionaries(st.just("A"), st.dictionaries(WORDS, ANY, max_size=5), min_size=1))
@settings(max_examples=300, deadline=None)
def test_anything_is_either_told_or_runs(states: Any) -> None:
    answer = json.dumps({"StartAt": "A", "States": states})
    assert grade(SPEC, 0, answer) == grade(SPEC, 0, answer)
    assert "could not be read" not in grade(SPEC, 0, answer).error
