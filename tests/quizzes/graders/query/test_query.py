"""docs.aws.amazon.com/cli/latest/userguide/cli-usage-filter.html"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("jmespath")

from quizzes.graders import grade, problems
from quizzes.graders.query.engine import BadExpression, run, size
from quizzes.graders.query.grader import bare
from quizzes.graders.registry import get
from tests.patience import comes_to_an_end

VOLUMES = {
    "Volumes": [
        {"Id": "v1", "Zone": "a", "Size": 30, "State": "in-use", "Tags": [{"Key": "Name", "Value": "web"}]},
        {"Id": "v2", "Zone": "b", "Size": 80, "State": "available", "Tags": []},
        {"Id": "v3", "Zone": "a", "Size": 8, "State": "available"},
    ]
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Volumes[*].Id", ["v1", "v2", "v3"]),
        ("Volumes[0].Size", 30),
        ("Volumes[?State=='available'].Id", ["v2", "v3"]),
        ("Volumes[?Size>`20` && Zone=='a'].Id", ["v1"]),
        ("Volumes[].{id: Id, zone: Zone} | [-1]", {"id": "v3", "zone": "a"}),
        ("sort_by(Volumes, &Size)[*].Id", ["v3", "v1", "v2"]),
        ("length(Volumes[?Zone=='a'])", 2),
        ("Volumes[].Tags[?Key=='Name'].Value[]", ["web"]),
        ("max_by(Volumes, &Size).Id", "v2"),
        ("Missing[0]", None),
    ],
)
def test_a_query_gives(text: str, result: Any) -> None:
    assert run(text, VOLUMES) == result


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no query yet"),
        ("Volumes[", "too early"),
        ("Volumes[?State='x']", "cannot be read"),
        ("Volumes]", "cannot stand"),
        ("frob(@)", "frob"),
        ("length(@, @)", "number of values"),
        ("length(`5`)", "needs"),
        ("[" * 900 + "a" + "]" * 900, "nested too deep"),
        ("a" * 3_000, "at most"),
        ("@" + "|[@,@]" * 40, "too large"),
        ("[@]" + "|[@[],@[]][]" * 40, "too large"),
        ("to_string(@)" + "|join('',[@,@])" * 60, "too large"),
    ],
)
def test_what_cannot_be_run_is_refused_in_time(text: str, reason: str) -> None:
    with comes_to_an_end():
        with pytest.raises(BadExpression) as refused:
            run(text, VOLUMES)
        assert reason in str(refused.value)


def test_sizes() -> None:
    assert size({"a": [1, "x"]}, 100) == 4
    assert size(list(range(1_000)), 100) == 101
    assert size("x" * 1_000, 100) == 11


def test_the_option_may_stand_before() -> None:
    assert bare("--query 'Volumes[0].Id'") == "Volumes[0].Id"
    assert bare('--query="Volumes"') == "Volumes"
    assert bare(" Volumes[?a=='b'] ") == "Volumes[?a=='b']"


SPEC: dict[str, Any] = {
    "id": "free", "title": "Free volumes", "grader": "query", "prompt": "Ids of the volumes that are available.", "data": VOLUMES,
    "checks": [
        {"label": "Shown", "result": ["v2", "v3"], "say": "Only those that are available."},
        {"label": "Others", "data": {"Volumes": [{"Id": "x", "State": "Available"}, {"Id": "y", "State": "in-use"}]}, "result": [],
         "say": "Case counts.", "hidden": True},
        {"label": "None", "data": {"Volumes": []}, "result": [], "say": "An empty list stays one.", "hidden": True},
    ],
}  # fmt: skip
GOOD = "Volumes[?State=='available'].Id"


def test_a_drill_passes_and_fails() -> None:
    assert problems(SPEC) == []
    assert grade(SPEC, 0, GOOD).ok
    assert grade(SPEC, 0, f'--query "{GOOD}"').ok
    assert not grade(SPEC, 0, "Volumes[*].Id").ok
    assert "too early" in grade(SPEC, 0, "Volumes[").error
    mutants = list(get("query").mutate(GOOD, SPEC))
    assert len(mutants) >= 5
    assert [mutant for mutant in mutants if grade(SPEC, 0, mutant).ok] == []
    unordered = {**SPEC, "checks": [{"result": ["v3", "v2"], "any_order": True, "say": "x"}]}
    assert grade(unordered, 0, GOOD).ok


def test_an_author_is_told() -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"checks": []}, "no checks"),
        ({"checks": [{"say": "x"}]}, "Write the `result`"),
        ({"data": list(range(9_000))}, "more than"),
    ]
    for change, text in cases:
        assert any(text in problem for problem in problems({**SPEC, **change})), text


@given(st.text("ab.[]*?|&@'`{}:,()=!1- ", max_size=25))
@settings(max_examples=400, deadline=None)
def test_anything_is_either_refused_or_run(text: str) -> None:
    verdict = grade(SPEC, 0, text)
    assert "could not be read" not in verdict.error
    assert verdict == grade(SPEC, 0, text)
