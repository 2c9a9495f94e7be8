"""Rolling updates, step by step: what runs never leaves the limits, and the end is all new."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import graders
from quizzes.graders.bars import bars
from tests.quizzes.graders.samples import drill


def running(trace: Any) -> list[dict[str, int]]:
    return [{part["name"]: part["value"] for part in row["parts"]} for row in trace["rows"]]


@given(st.integers(1, 20), st.integers(0, 100), st.integers(100, 200))
def test_a_service_stays_within_its_percentages(desired: int, low: int, high: int) -> None:
    trace = bars({"update": "ecs", "desired": desired, "minimum_percent": low, "maximum_percent": high})
    assert trace["low"] == math.ceil(desired * low / 100)
    for step in running(trace):
        assert trace["low"] <= sum(step.values()) <= max(desired, trace["high"])
    stuck = trace["rows"][-1]["ok"] is False
    room = trace["high"] > desired or trace["low"] < desired
    assert stuck != room
    if room and len(trace["rows"]) < 60:
        assert running(trace)[-1] == {"new": desired}


def test_half_stopped_first_without_room_above() -> None:
    trace = bars({"update": "ecs", "desired": 4, "minimum_percent": 50, "maximum_percent": 100})
    assert running(trace) == [
        {"old": 4}, {"old": 2}, {"old": 2, "new": 2}, {"new": 2}, {"new": 4},
    ]  # fmt: skip


@given(
    st.integers(1, 20),
    st.integers(1, 20),
    st.sampled_from(
        ["all-at-once", "rolling", "rolling-with-additional-batch", "immutable", "traffic-splitting"]
    ),
)
def test_batches_end_with_everything_new(instances: int, batch: int, policy: str) -> None:
    trace = bars({"update": "beanstalk", "instances": instances, "batch": batch, "policy": policy})
    assert running(trace)[0] == {"old": instances}
    assert running(trace)[-1] == {"new": instances}
    for step in running(trace):
        serving = step.get("old", 0) + step.get("new", 0)
        assert trace["low"] <= serving
        assert sum(step.values()) <= trace["high"]


def test_hosts_in_place() -> None:
    trace = bars({"update": "codedeploy", "hosts": 9, "at_once": 4})
    assert [step.get("changing", 0) for step in running(trace)] == [0, 4, 4, 1, 0]


@pytest.mark.parametrize(
    "show",
    [{}, {"update": "ecs"}, {"update": "ecs", "desired": 0, "minimum_percent": 1, "maximum_percent": 100}, [1], "ecs",
     {"update": "beanstalk", "instances": 4, "batch": 2, "policy": "slow"}, {"update": "codedeploy", "hosts": 4, "x": 1},
     {"update": "ecs", "desired": "4", "minimum_percent": 1, "maximum_percent": 100},
     {"update": "ecs", "desired": 4, "minimum_percent": "1", "maximum_percent": 100}],
)  # fmt: skip
def test_an_update_that_cannot_be_drawn_is_told(show: Any) -> None:
    told = graders.told(drill("number", show=show))
    assert [path for path, _ in told] == ["show"]


def test_the_update_is_shown_after_the_answer() -> None:
    spec = drill("number", show={"update": "codedeploy", "hosts": "{{lamps}}", "at_once": 3})
    assert graders.problems(spec) == []
    assert graders.grade(spec, 0, "1").trace[0]["kind"] == "bars"
