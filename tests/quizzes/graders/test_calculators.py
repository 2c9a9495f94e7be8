"""Calculators against the figures of the vendor's pages, each page beside its figure in `CALCULATORS`."""

from __future__ import annotations

import contextlib
import inspect
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.graders.calculators import CALCULATORS, calculate, calculator_problems

ZONES = [
    {"id": "i-1", "zone": "a", "version": 2, "age": 50},
    {"id": "i-2", "zone": "a", "version": 2, "age": 119},
    {"id": "i-3", "zone": "b", "version": 1, "age": 500},
]
IMAGES = [
    {"id": "v3", "tags": ["prod-3"], "age": 1},
    {"id": "v2", "tags": ["prod-2"], "age": 40},
    {"id": "v1", "tags": ["prod-1", "old"], "age": 90},
    {"id": "t2", "tags": ["test-2"], "age": 20},
    {"id": "t1", "tags": ["test-1"], "age": 60},
    {"id": "u1", "tags": [], "age": 15},
]
RULES = [
    {"priority": 1, "status": "tagged", "prefixes": ["prod"], "count": 2},
    {"priority": 2, "status": "untagged", "days": 14},
    {"priority": 3, "status": "any", "days": 30},
]
TWO_TAGS = [
    {"id": "A", "tags": ["beta-1", "prod-1"], "age": 10},
    {"id": "B", "tags": ["beta-2", "prod-2"], "age": 9},
    {"id": "C", "tags": ["beta-3"], "age": 8},
]
STEPS = [
    {"lower": 0, "upper": 10, "adjust": 0},
    {"lower": 10, "upper": 20, "adjust": 10},
    {"lower": 20, "adjust": 30},
]


def _one_of(prefix: str, priority: int) -> dict[str, Any]:
    """A rule that keeps one image of those whose tag begins so."""
    return {"priority": priority, "status": "tagged", "prefixes": [prefix], "count": 1}


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("read_units", {"reads": 10, "item_kb": 4}, 10),
        ("read_units", {"reads": 10, "item_kb": 8, "consistency": "eventual"}, 10),
        ("read_units", {"reads": 1, "item_kb": 4.1}, 2),
        ("read_units", {"reads": 5, "item_kb": 3, "consistency": "eventual"}, 3),
        ("read_units", {"reads": 1, "item_kb": 4, "consistency": "transactional"}, 2),
        ("write_units", {"writes": 5, "item_kb": 1.5}, 10),
        ("write_units", {"writes": 5, "item_kb": 1, "transactional": True}, 10),
        ("kinesis_shards", {"in_mb": 2.5, "records": 1500}, 3),
        ("kinesis_shards", {"in_mb": 1, "records": 100, "out_mb": 1, "consumers": 5}, 3),
        ("kinesis_shards", {"in_mb": 1, "records": 100, "out_mb": 1, "consumers": 5, "fan_out": True}, 1),
        ("lambda_concurrency", {"requests": 100, "seconds": 0.5}, 50),
        ("lambda_unreserved", {"limit": 1000, "reserved": [400, 400]}, 200),
        ("lambda_throttled", {"requests": 100, "seconds": 0.5, "reserved": 40}, 20),
        ("lambda_throttled", {"requests": 500, "seconds": 0.02, "reserved": 40}, 100),
        ("lambda_gb_seconds", {"requests": 1000, "milliseconds": 100, "memory_mb": 512}, 50),
        ("s3_prefixes", {"reads": 55_000, "writes": 0}, 10),
        ("gp2_iops", {"gib": 10}, 100),
        ("gp2_iops", {"gib": 1000}, 3000),
        ("sqs_fifo_messages", {"batch": 10}, 3000),
        ("xray_sampled", {"requests": 101}, 6),
        ("ecs_fewest_tasks", {"desired": 4, "minimum_percent": 50}, 2),
        ("ecs_fewest_tasks", {"desired": 5, "minimum_percent": 50}, 3),
        ("ecs_most_tasks", {"desired": 5, "maximum_percent": 150}, 7),
        ("ecs_stopped_first", {"desired": 4, "minimum_percent": 50}, 2),
        ("ecs_started_first", {"desired": 4, "maximum_percent": 200}, 4),
        ("codedeploy_healthy_hosts", {"hosts": 9, "kind": "FLEET_PERCENT", "value": 40}, 4),
        ("codedeploy_at_once", {"hosts": 9, "kind": "FLEET_PERCENT", "value": 40}, 5),
        ("codedeploy_at_once", {"hosts": 9, "kind": "HOST_COUNT", "value": 6}, 3),
        ("codedeploy_predefined_at_once", {"hosts": 9, "configuration": "HalfAtATime"}, 4),
        ("codedeploy_succeeds", {"hosts": 9, "failed": 5, "kind": "FLEET_PERCENT", "value": 40}, True),
        ("codedeploy_succeeds", {"hosts": 9, "failed": 6, "kind": "FLEET_PERCENT", "value": 40}, False),
        ("codedeploy_succeeds", {"hosts": 9, "failed": 8, "kind": "HOST_COUNT", "value": 0}, True),
        ("codedeploy_succeeds", {"hosts": 9, "failed": 9, "kind": "HOST_COUNT", "value": 0}, False),
        ("traffic_shifted", {"kind": "canary", "percent": 10, "minutes": 5, "at": 4}, 10),
        ("traffic_shifted", {"kind": "canary", "percent": 10, "minutes": 5, "at": 5}, 100),
        ("traffic_shifted", {"kind": "linear", "percent": 10, "minutes": 1, "at": 3.5}, 40),
        ("traffic_minutes", {"kind": "linear", "percent": 10, "minutes": 3}, 27),
        ("traffic_minutes", {"kind": "canary", "percent": 10, "minutes": 15}, 15),
        ("beanstalk_batches", {"instances": 10, "batch": 3}, 4),
        ("beanstalk_in_service", {"instances": 10, "batch": 3, "policy": "rolling"}, 7),
        ("beanstalk_most_instances", {"instances": 10, "batch": 3, "policy": "immutable"}, 20),
        ("ssm_stopping_error", {"targets": 50, "threshold": 10, "percent": True}, 6),
        ("ssm_stopping_error", {"targets": 50, "threshold": 3}, 4),
        ("ssm_stopping_error", {"targets": 50, "threshold": 0}, 1),
        ("stackset_at_once", {"accounts": 10, "concurrent": 8, "tolerance": 2}, 3),
        ("target_tracking", {"current": 4, "metric": 75, "target": 50, "lowest": 1, "highest": 10}, 6),
        ("target_tracking", {"current": 4, "metric": 200, "target": 50, "lowest": 1, "highest": 10}, 10),
        ("percent_change", {"current": 10, "percent": 10, "lowest": 1, "highest": 20}, 11),
        ("percent_change", {"current": 4, "percent": 10, "lowest": 1, "highest": 20}, 5),
        ("percent_change", {"current": 127, "percent": 10, "lowest": 1, "highest": 200}, 139),
        ("percent_change", {"current": 20, "percent": -33, "lowest": 1, "highest": 200}, 14),
        ("step_adjustment", {"metric": 60, "threshold": 50, "steps": STEPS}, 10),
        ("step_adjustment", {"metric": 75, "threshold": 50, "steps": STEPS}, 30),
        ("step_adjustment", {"metric": 40, "threshold": 50, "steps": STEPS}, 0),
        ("terminated", {"instances": ZONES}, "i-2"),
        ("terminated", {"instances": ZONES, "policy": "NewestInstance"}, "i-1"),
        ("terminated", {"instances": [*ZONES, {**ZONES[2], "id": "i-4", "version": 2}]}, "i-3"),
        ("ecs_placed", {"hosts": [{"free": 900}, {"free": 600}], "tasks": 2, "memory": 300, "strategy": "binpack"}, [0, 2]),
        ("ecs_placed", {"hosts": [{"free": 900}, {"free": 600}], "tasks": 4, "memory": 300, "strategy": "spread-host"}, [2, 2]),
        (
            "ecs_placed",
            {"hosts": [{"free": 9, "zone": "a"}, {"free": 9, "zone": "a"}, {"free": 9, "zone": "b"}], "tasks": 4,
             "memory": 3, "strategy": "spread-zone"},
            [1, 1, 2],
        ),
        ("spread_group_most", {"zones": 3}, 21),
        ("warm_pool_size", {"desired": 4, "maximum": 10}, 6),
        ("warm_pool_size", {"desired": 4, "maximum": 10, "prepared": 6}, 2),
        ("warm_pool_size", {"desired": 6, "maximum": 10, "prepared": 5, "minimum": 1}, 1),
        ("endpoint_healthy", {"percent": 18}, False),
        ("endpoint_healthy", {"percent": 19}, True),
        ("calculated_healthy", {"healthy": 2, "threshold": 3}, False),
        ("weighted_percent", {"weights": [1, 255], "which": 0}, 0.390625),
        ("weighted_percent", {"weights": [10, 30, 60], "which": 1, "healthy": [True, True, False]}, 75),
        ("weighted_percent", {"weights": [0, 0], "which": 1}, 50),
        ("lifecycle_date", {"created": "2014-01-15T10:30", "days": 3}, "2014-01-19"),
        ("lifecycle_class", {"age_days": 45, "transitions": [[30, "STANDARD_IA"], [90, "GLACIER"]]}, "STANDARD_IA"),
        ("lifecycle_class", {"age_days": 400, "transitions": [[30, "STANDARD_IA"]], "expires": 365}, "expired"),
        ("billed_days", {"storage_class": "DEEP_ARCHIVE", "days": 30}, 180),
        ("cloudfront_seconds", {"minimum": 0, "default": 86_400, "maximum": 300, "max_age": 3600}, None),
        ("cloudfront_seconds", {"minimum": 0, "default": 300, "maximum": 300, "max_age": 3600}, 300),
        ("cloudfront_seconds", {"minimum": 60, "default": 300, "maximum": 600, "s_maxage": 120, "max_age": 500}, 120),
        ("cloudfront_seconds", {"minimum": 60, "default": 300, "maximum": 600, "no_store": True}, 60),
        ("cloudfront_seconds", {"minimum": 60, "default": 300, "maximum": 600}, 300),
        ("sqs_last_receive", {"visibility": 30, "receives": 5}, 150),
        ("sqs_visibility_for_lambda", {"function_timeout": 20}, 120),
        ("backoff_most", {"base": 1, "cap": 20, "attempt": 6}, 20),
        ("backoff_longest", {"base": 1, "cap": 20, "retries": 3}, 7),
        ("retry_seconds", {"interval": 3, "rate": 2, "attempts": 3}, 21),
        ("retry_seconds", {"interval": 3, "rate": 2, "attempts": 3, "most": 5}, 13),
        ("tokens_accepted", {"rate": 1, "burst": 2, "arrivals": [0, 0, 0, 1, 1]}, 3),
        ("burst_refused", {"rate": 10_000, "burst": 5_000, "at_once": 10_000}, 5_000),
        ("failover_seconds", {"interval": 30, "failures": 3, "ttl": 60}, 150),
        ("target_out_seconds", {"interval": 30, "unhealthy_threshold": 2}, 60),
        ("recovery_strategy", {"rpo_minutes": 15, "rto_minutes": 60}, "pilot light"),
        ("recovery_strategy", {"rpo_minutes": 5, "rto_minutes": 40}, "pilot light"),
        ("recovery_strategy", {"rpo_minutes": 240, "rto_minutes": 5}, "warm standby"),
        ("recovery_strategy", {"rpo_minutes": 0.5, "rto_minutes": 5}, "warm standby"),
        ("recovery_strategy", {"rpo_minutes": 1440, "rto_minutes": 480}, "backup and restore"),
        ("recovery_strategy", {"rpo_minutes": 0, "rto_minutes": 5}, "multi-site active/active"),
        ("worst_loss_minutes", {"every": 60, "takes": 10}, 70),
        ("alarm_minutes", {"period_seconds": 300, "datapoints": 3}, 15),
        ("api_cache_hits", {"requests": 1000, "ttl": 300, "keys": 10, "seconds": 3600}, 880),
        ("patch_approved", {"released": "2026-01-01", "approve_after_days": 7, "today": "2026-01-08"}, "approved"),
        ("patch_approved", {"released": "2026-01-01", "approve_after_days": 7, "today": "2026-01-07"}, "waiting"),
        ("subnet_addresses", {"prefix": 24}, 251),
        ("smallest_prefix", {"hosts": 12}, 27),
        ("chosen_route", {"address": "10.0.1.5", "routes": [["0.0.0.0/0", "igw"], ["10.0.0.0/16", "local"]]}, "local"),
        ("ecr_expired", {"images": IMAGES, "rules": RULES}, ["v1", "t1", "u1"]),
        ("ecr_expired", {"images": TWO_TAGS, "rules": [_one_of("prod", 1), _one_of("beta", 2)]}, ["A"]),
        ("ecr_expired", {"images": TWO_TAGS, "rules": [_one_of("beta", 1), _one_of("prod", 2)]}, ["A", "B"]),
    ],
)  # fmt: skip
def test_figures(name: str, arguments: dict[str, Any], result: Any) -> None:
    if result is None:
        with pytest.raises(ValueError, match="minimum is not above"):
            calculate(name, arguments)
        return
    assert (
        calculate(name, arguments) == pytest.approx(result)
        if isinstance(result, float)
        else calculate(name, arguments) == result
    )


def test_every_calculator_names_its_page_and_says_what_it_does() -> None:
    assert len(CALCULATORS) >= 40
    for one in CALCULATORS.values():
        assert re.fullmatch(r"https://docs\.aws\.amazon\.com/\S+", one.page), one.name
        assert re.fullmatch(r"2026-\d\d-\d\d", one.checked_on)
        assert len(one.says) > 30
        assert inspect.signature(one.function).return_annotation is not inspect.Signature.empty


VALUES = (
    st.none() | st.booleans() | st.integers(-(10**13), 10**13) | st.floats() | st.text(max_size=6)
    | st.lists(st.integers() | st.text(max_size=3) | st.dictionaries(st.text(max_size=3), st.integers()), max_size=3)
)  # fmt: skip


@given(st.sampled_from(sorted(CALCULATORS)), st.lists(VALUES, min_size=6, max_size=6))
@settings(max_examples=400)
def test_strange_arguments_give_a_result_or_a_sentence(name: str, values: list[Any]) -> None:
    arguments = dict(zip(CALCULATORS[name].arguments, values, strict=False))
    with contextlib.suppress(ValueError):  # and nothing else
        calculate(name, arguments)


def test_what_a_drill_may_name() -> None:
    assert list(calculator_problems({"name": "read_units", "reads": 1, "item_kb": 1})) == []
    assert "gives no number" in str(
        next(iter(calculator_problems({"name": "terminated", "instances": ZONES})))
    )
    assert "no calculator" in str(next(iter(calculator_problems({"name": "eval"}))))
    assert "This must be" in str(next(iter(calculator_problems("read_units"))))
