"""Pages: docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html, …/scheduler/…/schedule-types.html"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.graders import grade, problems
from quizzes.graders.registry import get
from quizzes.graders.schedule.cron import BadExpression
from quizzes.graders.schedule.expressions import read_schedule
from tests.patience import comes_to_an_end

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # a Friday


def times(text: str, count: int = 3, start: datetime = START, zone: str = "UTC") -> list[str]:
    schedule = read_schedule(text, "scheduler", ZoneInfo(zone))
    return [moment.strftime("%m-%dT%H:%M") for moment in schedule.next(start, count)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cron(0 10 * * ? *)", ["11-21T10:00", "11-22T10:00", "11-23T10:00"]),
        ("cron(15 12 * * ? *)", ["11-20T12:15", "11-21T12:15", "11-22T12:15"]),
        ("cron(0 18 ? * MON-FRI *)", ["11-20T18:00", "11-23T18:00", "11-24T18:00"]),
        ("cron(0 8 1 * ? *)", ["12-01T08:00", "01-01T08:00", "02-01T08:00"]),
        ("cron(0/15 * * * ? *)", ["11-20T12:15", "11-20T12:30", "11-20T12:45"]),
        ("cron(1/20 12 * * ? *)", ["11-20T12:01", "11-20T12:21", "11-20T12:41"]),
        ("cron(0/5 8-17 ? * MON-FRI *)", ["11-20T12:05", "11-20T12:10", "11-20T12:15"]),
        ("cron(0 9 ? * 2#1 *)", ["12-07T09:00", "01-04T09:00", "02-01T09:00"]),
        ("cron(0 9 ? * 3#2 *)", ["12-08T09:00", "01-12T09:00", "02-09T09:00"]),
        ("cron(0 9 ? * 6L *)", ["11-27T09:00", "12-25T09:00", "01-29T09:00"]),
        ("cron(0 9 ? * FRIL *)", ["11-27T09:00", "12-25T09:00", "01-29T09:00"]),
        ("cron(0 9 ? * L *)", ["11-21T09:00", "11-28T09:00", "12-05T09:00"]),
        ("cron(0 9 L * ? *)", ["11-30T09:00", "12-31T09:00", "01-31T09:00"]),
        ("cron(0 9 LW * ? *)", ["11-30T09:00", "12-31T09:00", "01-29T09:00"]),
        ("cron(0 9 15W * ? *)", ["12-15T09:00", "01-15T09:00", "02-15T09:00"]),
        ("cron(0 9 1W 8 ? *)", ["08-02T09:00", "08-01T09:00", "08-01T09:00"]),
        ("cron(0 9 ? * 1,7 *)", ["11-21T09:00", "11-22T09:00", "11-28T09:00"]),
        ("cron(0 9 ? * sun *)", ["11-22T09:00", "11-29T09:00", "12-06T09:00"]),
        ("cron(0 0 29 2 ? *)", ["02-29T00:00", "02-29T00:00", "02-29T00:00"]),
        ("cron(30 9 1-3 JAN,JUL ? 2027)", ["01-01T09:30", "01-02T09:30", "01-03T09:30"]),
        ("cron(0 0 30 2 ? *)", []),
        ("cron(0 0 1 1 ? 2020)", []),
        ("cron(*/30 12 20 11 ? 2026)", ["11-20T12:30"]),
        ("rate(5 minutes)", ["11-20T12:05", "11-20T12:10", "11-20T12:15"]),
        ("rate(1 day)", ["11-21T12:00", "11-22T12:00", "11-23T12:00"]),
        ("at(2026-11-25T08:00:00)", ["11-25T08:00"]),
        ("at(2026-11-01T08:00:00)", []),
    ],
)
def test_when_it_fires(text: str, expected: list[str]) -> None:
    assert times(text) == expected


def test_time_zones_and_changed_clocks() -> None:
    daily = "cron(30 2 * * ? *)"
    spring = datetime(2026, 3, 28, tzinfo=UTC)  # 29 March: 02:30 does not exist in Vienna
    assert times(daily, 2, spring, "Europe/Vienna") == ["03-28T01:30", "03-30T00:30"]
    autumn = datetime(2026, 10, 24, 12, tzinfo=UTC)  # 25 October: 02:30 comes twice
    assert times(daily, 2, autumn, "Europe/Vienna") == ["10-25T00:30", "10-26T01:30"]
    assert times("at(2026-07-01T12:00:00)", 1, spring, "Europe/Vienna") == ["07-01T10:00"]
    assert times("cron(0 0 1 * ? *)", 1, START, "Pacific/Auckland") == ["11-30T11:00"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is written as"),
        ("0 10 * * ? *", "is written as"),
        ("cron(0 10 * * ?)", "has six fields, and this one has 5"),
        ("cron(0 10 * * * *)", "must be ?"),
        ("cron(0 10 ? * ? *)", "must be ?"),
        ("cron(0 10 1 * MON *)", "must be ?"),
        ("cron(60 10 * * ? *)", "60 is not within 0 and 59"),
        ("cron(0 24 * * ? *)", "24 is not within 0 and 23"),
        ("cron(0 10 32 * ? *)", "not within 1 and 31"),
        ("cron(0 10 ? * 0 *)", "0 is not within 1 and 7"),
        ("cron(0 10 ? * MONDAY *)", "cannot stand"),
        ("cron(0 10 ? * 3#6 *)", "second Tuesday"),
        ("cron(0 10 ? * 3#1,6#3 *)", "second Tuesday"),
        ("cron(0/0 10 * * ? *)", "1 or more"),
        ("cron(0/ 10 * * ? *)", "1 or more"),
        ("cron(30-10 10 * * ? *)", "ends before it begins"),
        ("cron(0 10 * * ? 1960)", "not within 1970 and 2199"),
        ("cron(? 10 * * ? *)", "cannot stand"),
        ("CRON(0 10 * * ? *)", "lower case"),
        ("rate(5 minute)", "unit is “minutes”"),
        ("rate(1 hours)", "unit is “hour”"),
        ("rate(0 minutes)", "1 or more"),
        ("rate(5minutes)", "a space"),
        ("rate(-5 minutes)", "whole number"),
        ("rate(5 weeks)", "minutes, hours or days"),
        ("rate(1.5 hours)", "whole number"),
        ("at(2026-11-25T08:00:00)", "for EventBridge Scheduler"),
        ("every(5 minutes)", "no schedule “every(…)”"),
        ("cron(" + "1," * 200 + "1 * * * ? *)", "too long"),
    ],
)
def test_what_is_none_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(BadExpression, match=r".+") as refused:
        read_schedule(text)
    assert reason in str(refused.value)


def test_the_scheduler_takes_what_rules_do_not() -> None:
    assert read_schedule("rate(1 hours)", "scheduler").every == timedelta(hours=1)
    for text in ("at(2026-02-30T00:00:00)", "at(2026-02-01)", "at(2026-02-01T00:00:00Z)"):
        with pytest.raises(BadExpression):
            read_schedule(text, "scheduler")


SPEC: dict[str, Any] = {
    "id": "workdays", "title": "On workdays", "grader": "schedule", "prompt": "Every workday at 18:00 UTC.",
    "from": "2026-11-20T12:00:00Z",
    "checks": [
        {"label": "Next", "next": ["2026-11-20T18:00:00Z", "2026-11-23T18:00:00Z"], "say": "18:00, without the weekend."},
        {"label": "Sunday", "at": "2026-11-22T18:00:00Z", "fires": False, "say": "Not on Sunday.", "hidden": True},
        {"label": "Year", "until": "2027-11-20T12:00:00Z", "times": 261, "say": "Every workday of the year.", "hidden": True},
    ],
}  # fmt: skip
GOOD = "cron(0 18 ? * MON-FRI *)"


def test_a_drill_passes_and_fails() -> None:
    assert problems(SPEC) == []
    verdict = grade(SPEC, 0, GOOD)
    assert verdict.ok
    assert verdict.trace[1]["rows"][0]["cells"] == ["2026-11-20T18:00Z", "Fri 2026-11-20 18:00"]
    assert grade(SPEC, 0, "cron(0 18 ? * 2-6 *)").ok
    assert [check.ok for check in grade(SPEC, 0, "cron(0 18 ? * 1-5 *)").checks] == [False, False, False]
    assert "six fields" in grade(SPEC, 0, "cron(0 18 ? * 1-5)").error
    assert [mutant for mutant in get("schedule").mutate(GOOD, SPEC) if grade(SPEC, 0, mutant).ok] == []


def test_a_rate_is_asked_for_its_distance() -> None:
    spec = {**SPEC, "checks": [{"every": 300, "say": "Every five minutes."}]}
    assert grade(spec, 0, "rate(5 minutes)").ok
    assert grade(spec, 0, "cron(0/5 * * * ? *)").ok
    assert not grade(spec, 0, "rate(5 hours)").ok
    assert len(list(get("schedule").mutate("rate(5 minutes)", spec))) >= 4


def test_a_single_time_is_broken_too() -> None:
    good = "at(2027-02-03T09:30:00)"
    spec = {**SPEC, "service": "scheduler", "checks": [{"next": ["2027-02-03T09:30:00Z"], "say": "Once."}]}
    mutants = list(get("schedule").mutate(good, spec))
    assert len(mutants) == 6
    assert grade(spec, 0, good).ok
    assert [mutant for mutant in mutants if grade(spec, 0, mutant).ok] == []


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"service": "cron"}, "rules or scheduler"),
        ({"zone": "Vienna/Europe"}, "no such time zone"),
        ({"checks": []}, "no checks"),
        ({"checks": [{"say": "x"}]}, "asks one thing"),
        ({"checks": [{"next": ["tomorrow"], "say": "x"}]}, "with its offset"),
        ({"checks": [{"at": "2026-01-01T00:00:00Z", "say": "x"}]}, "true or false"),
        ({"checks": [{"every": "5", "say": "x"}]}, "whole number"),
    ],
)
def test_an_author_is_told(change: dict[str, Any], text: str) -> None:
    assert any(text in problem for problem in problems(SPEC | change))


FIELD = st.text("0123456789*/-,?LW#MONFRI", max_size=5)


@given(
    st.one_of(
        st.lists(FIELD, min_size=5, max_size=7).map(lambda fields: f"cron({' '.join(fields)})"),
        st.text(max_size=30),
    )
)
@settings(max_examples=400, deadline=None)
def test_anything_is_either_refused_or_fires_in_order(text: str) -> None:
    try:
        schedule = read_schedule(text, "scheduler", ZoneInfo("Europe/Vienna"))
    except BadExpression:
        return
    found = schedule.next(START, 20)
    assert found == sorted(set(found)) and all(moment > START for moment in found)
    assert found == schedule.next(START, 20)


@pytest.mark.parametrize(
    "text",
    [
        "cron(* * * * ? *)",
        "cron(0 0 30 2 ? *)",
        "cron(0 0 ? 2 1#5 *)",
        "rate(999999999 days)",
        "rate(1 minute)",
    ],
)
def test_nothing_takes_long(text: str) -> None:
    with comes_to_an_end():
        grade(SPEC, 0, text)
