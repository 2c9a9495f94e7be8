"""How state machines run. Pages: docs.aws.amazon.com/step-functions/latest/dg/…"""

from __future__ import annotations

from typing import Any

import pytest

from quizzes.graders.asl.errors import TooLong
from quizzes.graders.asl.expecting import unmet
from quizzes.graders.asl.machine import mistakes
from quizzes.graders.asl.run import Execution, execute

RESOURCE = "arn:aws:lambda:eu-west-1:111122223333:function:f"


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    named = {label.replace("_", " "): state for label, state in states.items()}
    return {"StartAt": next(iter(named)), "States": named}


def task(**fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": RESOURCE, **({} if "Next" in fields else {"End": True}), **fields}


def passing(**fields: Any) -> dict[str, Any]:
    return {"Type": "Pass", **({} if "Next" in fields else {"End": True}), **fields}


def run(definition: dict[str, Any], given: Any = None, **tasks: Any) -> Execution:
    assert mistakes(definition) == []
    return execute(
        definition,
        {} if given is None else given,
        {name.replace("_", " "): does for name, does in tasks.items()},
    )


# --- data: concepts-input-output-filtering.html ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({}, {"result": 7}),
        ({"ResultPath": "$.taken"}, {"a": {"b": 1}, "taken": {"result": 7}}),
        ({"ResultPath": None}, {"a": {"b": 1}}),
        ({"ResultPath": "$.a.c"}, {"a": {"b": 1, "c": {"result": 7}}}),
        ({"InputPath": "$.a", "ResultPath": "$.r"}, {"a": {"b": 1}, "r": {"result": 7}}),
        ({"ResultSelector": {"only.$": "$.result"}}, {"only": 7}),
        ({"OutputPath": "$.result"}, 7),
        ({"OutputPath": None}, {}),
        ({"ResultPath": "$.r", "OutputPath": "$.r.result"}, 7),
    ],
)
def test_a_result_finds_its_place(fields: dict[str, Any], output: Any) -> None:
    assert run(machine(Work=task(**fields)), {"a": {"b": 1}}, Work={"result": {"result": 7}}).output == output


@pytest.mark.parametrize(
    ("fields", "given"),
    [
        ({}, {"a": {"b": 1}}),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": None}, {}),
        ({"Parameters": {"x.$": "$.a.b", "y": 2}}, {"x": 1, "y": 2}),
        ({"InputPath": "$.a", "Parameters": {"x.$": "$.b"}}, {"x": 1}),
        (
            {"Parameters": {"name.$": "$$.State.Name", "from.$": "$$.Execution.Input.a.b"}},
            {"name": "Work", "from": 1},
        ),
        ({"Parameters": {"list": [{"x.$": "$.a.b"}]}}, {"list": [{"x": 1}]}),
    ],
)
def test_what_a_task_is_given(fields: dict[str, Any], given: Any) -> None:
    assert run(machine(Work=task(**fields)), {"a": {"b": 1}}, Work={"echo": True}).output == given


def test_a_path_that_leads_nowhere_fails_the_execution() -> None:
    execution = run(machine(Work=task(Parameters={"x.$": "$.missing"})))
    assert (execution.status, execution.error) == ("failed", "States.ParameterPathFailure")
    assert run(machine(Work=task(InputPath="$.missing"))).error == "States.Runtime"


def test_pass_gives_its_result_or_its_input() -> None:
    assert run(machine(A=passing(Result={"x": 1})), {"y": 2}).output == {"x": 1}
    assert run(machine(A=passing(Result=1, ResultPath="$.x")), {"y": 2}).output == {"y": 2, "x": 1}
    assert run(machine(A=passing()), {"y": 2}).output == {"y": 2}


# --- errors: concepts-error-handling.html ---------------------------------------------------------------------------
RETRY = [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2}]


def test_a_retry_waits_longer_each_time() -> None:
    execution = run(machine(Work=task(Retry=RETRY)), Work=[{"error": "Busy"}] * 3 + [{"result": 1}])
    assert execution.status == "succeeded"
    assert execution.attempts == {"Work": 4}
    assert execution.seconds == 4 * 1 + 2 + 4 + 8


def test_a_retry_gives_up_with_the_error() -> None:
    execution = run(machine(Work=task(Retry=RETRY)), Work={"error": "Busy", "cause": "full"})
    assert (execution.status, execution.error, execution.cause) == ("failed", "Busy", "full")
    assert execution.attempts == {"Work": 4}


@pytest.mark.parametrize(
    ("rule", "seconds"),
    [
        ({}, 4 + 1 + 2 + 4),
        ({"BackoffRate": 1.0}, 4 + 3),
        ({"MaxAttempts": 0}, 1),
        ({"MaxAttempts": 1, "IntervalSeconds": 10}, 2 + 10),
        ({"IntervalSeconds": 3, "MaxDelaySeconds": 5}, 4 + 3 + 5 + 5),
    ],
)
def test_how_long_retries_take(rule: dict[str, Any], seconds: float) -> None:
    execution = run(machine(Work=task(Retry=[{"ErrorEquals": ["States.ALL"], **rule}])), Work={"error": "X"})
    assert execution.seconds == seconds


def test_retriers_count_each_for_itself_and_the_first_that_fits_decides() -> None:
    rules = [
        {"ErrorEquals": ["A"], "MaxAttempts": 1},
        {"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2},
    ]
    execution = run(machine(Work=task(Retry=rules)), Work=[{"error": name} for name in "ABBBB"])
    assert (execution.error, execution.attempts) == ("B", {"Work": 4})
    assert run(machine(Work=task(Retry=rules)), Work={"error": "A"}).attempts == {"Work": 2}


CATCH = [{"ErrorEquals": ["Declined"], "Next": "Tell", "ResultPath": "$.problem"}]


def test_a_catch_takes_the_error_into_the_input() -> None:
    definition = machine(Work=task(Catch=CATCH), Tell=passing())
    execution = run(definition, {"id": 1}, Work={"error": "Declined", "cause": "no money"})
    assert execution.path == ["Work", "Tell"]
    assert execution.output == {"id": 1, "problem": {"Error": "Declined", "Cause": "no money"}}
    assert run(definition, Work={"error": "Other"}).error == "Other"


@pytest.mark.parametrize(
    ("names", "error", "caught"),
    [
        (["States.ALL"], "Any", True),
        (["States.ALL"], "States.Timeout", True),
        (["States.ALL"], "States.Runtime", False),
        (["States.ALL"], "States.DataLimitExceeded", False),
        (["States.TaskFailed"], "Any", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["States.Timeout"], "Any", False),
        (["States.Timeout"], "States.HeartbeatTimeout", True),
        (["States.HeartbeatTimeout"], "States.Timeout", False),
        (["A", "B"], "B", True),
    ],
)
def test_which_names_stand_for_an_error(names: list[str], error: str, caught: bool) -> None:
    definition = machine(Work=task(Catch=[{"ErrorEquals": names, "Next": "Tell"}]), Tell=passing())
    assert (run(definition, Work={"error": error}).status == "succeeded") == caught


def test_timeouts_and_heartbeats() -> None:
    slow = {"seconds": 30}
    assert run(machine(Work=task(TimeoutSeconds=20)), Work=slow).error == "States.Timeout"
    assert run(machine(Work=task(TimeoutSeconds=20)), Work=slow).seconds == 20
    assert run(machine(Work=task(TimeoutSeconds=30)), Work=slow).status == "succeeded"
    beating = machine(Work=task(TimeoutSeconds=60, HeartbeatSeconds=10))
    assert (run(beating, Work=slow).error, run(beating, Work=slow).seconds) == ("States.HeartbeatTimeout", 10)
    assert run(beating, Work={"seconds": 30, "beat": 5}).status == "succeeded"
    by_path = machine(Work=task(TimeoutSecondsPath="$.limit"))
    assert run(by_path, {"limit": 5}, Work=slow).seconds == 5


def test_a_whole_state_machine_times_out() -> None:
    definition = {**machine(A=task(Next="B"), B=task()), "TimeoutSeconds": 15}
    execution = run(definition, A={"seconds": 10}, B={"seconds": 10})
    assert (execution.status, execution.error, execution.seconds) == ("timed out", "States.Timeout", 15)
    assert (
        run({**definition, "TimeoutSeconds": 20}, A={"seconds": 10}, B={"seconds": 10}).status == "succeeded"
    )


def test_fail_and_succeed() -> None:
    execution = run(machine(No={"Type": "Fail", "ErrorPath": "$.e", "Cause": "so it is"}), {"e": "Mine"})
    assert (execution.status, execution.error, execution.cause) == ("failed", "Mine", "so it is")
    assert run(machine(Yes={"Type": "Succeed", "OutputPath": "$.x"}), {"x": 1}).output == 1


# --- Wait: state-wait.html; Choice: state-choice.html ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"Seconds": 90}, 90),
        ({"SecondsPath": "$.s"}, 45),
        ({"Timestamp": "2026-01-01T01:00:00Z"}, 3600),
        ({"TimestampPath": "$.t"}, 0),
    ],
)
def test_waiting(fields: dict[str, Any], seconds: float) -> None:
    given = {"s": 45, "t": "2020-01-01T00:00:00Z"}
    assert run(machine(W={"Type": "Wait", "End": True, **fields}), given).seconds == seconds


def test_the_first_rule_that_holds_is_taken_and_none_is_an_error() -> None:
    rules = [
        {"Variable": "$.n", "NumericGreaterThan": bound, "Next": name}
        for bound, name in [(9, "Big"), (4, "Mid")]
    ]
    choice = {"Type": "Choice", "Choices": rules}
    ends = {"Big": passing(), "Mid": passing()}
    assert run(machine(C=choice, **ends), {"n": 10}).path == ["C", "Big"]
    assert run(machine(C=choice, **ends), {"n": 5}).path == ["C", "Mid"]
    assert run(machine(C=choice, **ends), {"n": 1}).error == "States.Runtime"
    assert run(machine(C={**choice, "Default": "Mid"}, **ends), {"n": 1}).path == ["C", "Mid"]
    assert run(machine(C=choice, **ends), {}).error == "States.Runtime"


def test_a_loop_polls_until_it_is_done_and_an_endless_one_is_stopped() -> None:
    definition = machine(
        Ask=task(Next="Done"),
        Done={
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "End"}],
            "Default": "Wait",
        },
        Wait={"Type": "Wait", "Seconds": 30, "Next": "Ask"},
        End={"Type": "Succeed"},
    )
    execution = run(
        definition, Ask=[{"result": {"ok": False}}, {"result": {"ok": False}}, {"result": {"ok": True}}]
    )
    assert (execution.attempts, execution.seconds) == ({"Ask": 3}, 63)
    with pytest.raises(TooLong):
        run(definition, Ask={"result": {"ok": False}})


# --- Parallel: state-parallel.html; Map: state-map.html --------------------------------------------------------------
def parallel(**fields: Any) -> dict[str, Any]:
    branches = [machine(A=task()), machine(B=task(Next="C"), C=task())]
    return {"Type": "Parallel", "Branches": branches, **({} if "Next" in fields else {"End": True}), **fields}


def test_branches_run_beside_each_other_and_each_has_the_input() -> None:
    execution = run(
        machine(P=parallel()),
        {"x": 1},
        A={"seconds": 5, "echo": True},
        B={"seconds": 2},
        C={"seconds": 9, "result": "c"},
    )
    assert execution.output == [{"x": 1}, "c"]
    assert execution.seconds == 11
    assert execution.path == ["P"]


def test_the_first_failure_stops_all_branches() -> None:
    failing = {"A": {"seconds": 5, "error": "Broken"}, "B": {"seconds": 2}, "C": {"seconds": 9}}
    execution = run(machine(P=parallel()), **failing)
    assert (execution.error, execution.seconds) == ("Broken", 5)
    assert [row["event"] for row in execution.rows if row["name"].endswith("C")] == ["stopped"]
    late = run(machine(P=parallel()), A={"seconds": 1, "error": "Broken"}, B={"seconds": 2})
    assert late.attempts == {"A": 1, "B": 1}


@pytest.mark.parametrize("name", ["Broken", "States.BranchFailed", "States.ALL"])
def test_a_parallel_state_catches_for_its_branches(name: str) -> None:
    definition = machine(P=parallel(Catch=[{"ErrorEquals": [name], "Next": "Tell"}]), Tell=passing())
    assert run(definition, A={"error": "Broken"}).path == ["P", "Tell"]


def test_a_failure_within_one_branch_leaves_the_others_alone() -> None:
    inner = {
        "Type": "Parallel",
        "Branches": [machine(X=task())],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}],
        "End": True,
    }
    outer = {
        "Type": "Parallel",
        "Branches": [machine(A=task(Next="B"), B=task()), machine(I=inner, Z=passing())],
        "End": True,
    }
    execution = run(machine(P=outer), A={"seconds": 10}, X={"error": "No"})
    assert execution.attempts == {"A": 1, "B": 1, "X": 1}
    assert execution.seconds == 11


def mapped(**fields: Any) -> dict[str, Any]:
    return {"Type": "Map", "ItemProcessor": machine(Each=task()), "End": True, **fields}


@pytest.mark.parametrize(("limit", "seconds"), [(0, 4), (1, 20), (2, 12), (3, 8), (40, 4)])
def test_a_map_runs_as_many_items_at_a_time_as_it_may(limit: int, seconds: float) -> None:
    execution = run(
        machine(M=mapped(MaxConcurrency=limit)), [1, 2, 3, 4, 5], Each={"seconds": 4, "echo": True}
    )
    assert (execution.seconds, execution.output) == (seconds, [1, 2, 3, 4, 5])


def test_a_map_chooses_its_items_and_what_each_is_given() -> None:
    selector = {"n.$": "$$.Map.Item.Value.n", "at.$": "$$.Map.Item.Index", "who.$": "$.who"}
    given = {"who": "me", "rows": [{"n": 7}, {"n": 8}]}
    execution = run(
        machine(M=mapped(ItemsPath="$.rows", ItemSelector=selector, ResultPath="$.out")),
        given,
        Each={"echo": True},
    )
    assert execution.output == {
        **given,
        "out": [{"n": 7, "at": 0, "who": "me"}, {"n": 8, "at": 1, "who": "me"}],
    }


def test_one_failed_item_fails_the_map_and_stops_what_has_not_started() -> None:
    does = [{"when": {"$": 2}, "error": "Bad", "seconds": 1}, {"seconds": 1}]
    execution = run(machine(M=mapped(MaxConcurrency=1)), [1, 2, 3], Each=does)
    assert (execution.error, execution.seconds, execution.attempts) == ("Bad", 2, {"Each": 2})
    assert run(machine(M=mapped()), {"not": "a list"}).error == "States.Runtime"


@pytest.mark.parametrize(
    ("end", "met"),
    [
        ({"Type": "Succeed"}, True),
        ({"Type": "Succeed", "OutputPath": "$.a"}, False),
        ({"Type": "Fail"}, False),
        ({"Type": "Pass", "End": True}, False),
    ],
)
def test_a_succeed_state_at_the_end_is_no_detour(end: dict[str, Any], met: bool) -> None:
    execution = run(machine(Work=passing(Next="Done"), Done=end), {"a": 1})
    assert (unmet({"path": ["Work"]}, execution) == []) is met
    assert unmet({"path": ["Work", "Done"]}, execution) == []


def test_an_execution_is_always_alike() -> None:
    definition = machine(P=parallel(Next="M"), M=mapped(ItemsPath="$", MaxConcurrency=2))
    assert run(definition, [1, 2]) == run(definition, [1, 2])
