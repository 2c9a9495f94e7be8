"""docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.graders import grade, problems
from quizzes.graders.logs.insights import Result, read_query
from quizzes.graders.logs.regexes import BadRegex
from quizzes.graders.logs.syntax import BadQuery
from quizzes.graders.registry import get
from tests.patience import comes_to_an_end

EVENTS: list[Any] = [
    {
        "timestamp": "2026-01-01T00:00:30Z",
        "message": {"service": "web", "ms": 120, "level": "INFO", "user": {"id": "ada"}},
    },
    {
        "timestamp": "2026-01-01T00:01:00Z",
        "message": {"service": "web", "ms": 900, "level": "ERROR", "tags": ["x", "y"]},
    },
    {"timestamp": "2026-01-01T00:06:00Z", "message": {"service": "api", "ms": 40, "level": "INFO"}},
    {"timestamp": "2026-01-01T00:07:00Z", "message": {"service": "api", "ms": 60, "level": "error"}},
    {"timestamp": "2026-01-01T00:09:00Z", "message": "plain text took 75ms for bob (retry)"},
]


def run(query: str, events: list[Any] | None = None) -> Result:
    return read_query(query).run(EVENTS if events is None else events)


def column(query: str, name: str) -> list[Any]:
    return [row.get(name) for row in run(query).rows]


def test_without_a_command_that_chooses_rows_come_newest_first() -> None:
    result = run("filter ms > 0")
    assert result.columns == ["@timestamp", "@message"]
    assert [row["@timestamp"] for row in result.rows] == sorted(
        (row["@timestamp"] for row in result.rows), reverse=True
    )


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("level = 'ERROR'", [900]), ('level = "error"', [60]), ("ms > 100", [900, 120]), ("ms >= 120 and ms < 900", [120]),
        ("ms = 40 or ms = 60", [60, 40]), ("not ms > 100", [None, 60, 40]), ("service like 'ap'", [60, 40]),
        ("level like /(?i)error/", [60, 900]), ("level not like /ERR/", [None, 60, 40, 120]), ("level =~ /^E/", [900]),
        ("service in ['api', 'db']", [60, 40]), ("service not in ['api']", [None, 900, 120]), ("ms in [40, 120]", [40, 120]),
        ("user.id = 'ada'", [120]), ("tags.1 = 'y'", [900]), ("ispresent(user.id)", [120]), ("@message like 'took'", [None]),
        ("strlen(service) = 3 and tolower(level) = 'error'", [60, 900]), ("(ms + 60) / 2 = 60", [60]), ("ms % 100 = 20", [120]),
        ("ms > 2 * 3 ^ 2 * 10", [900]), ("isempty(level)", [None]), ("`service` = 'api' and ms != 40", [60]),
        ("strcontains(service, 'we')", [900, 120]), ("coalesce(user.id, 'none') = 'none' and ms > 500", [900]),
    ],
)  # fmt: skip
def test_filters(condition: str, found: list[Any]) -> None:
    assert column(f"fields ms | filter {condition}", "ms") == found


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("stats count(*) by service", [{"count(*)": 2, "service": "web"}, {"count(*)": 2, "service": "api"}, {"count(*)": 1}]),
        ("filter ispresent(service) | stats avg(ms) as mean by service | sort mean desc", [{"service": "web", "mean": 510}, {"service": "api", "mean": 50}]),
        ("stats sum(ms), min(ms), max(ms)", [{"sum(ms)": 1120, "min(ms)": 40, "max(ms)": 900}]),
        ("stats count(ms) as n, count_distinct(service) as s", [{"n": 4, "s": 2}]),
        ("stats pct(ms, 50) as p50, pct(ms, 95) as p95, median(ms) as m", [{"p50": 60, "p95": 900, "m": 90}]),
        ("stats latest(service) as last, earliest(service) as first", [{"last": "api", "first": "web"}]),
        ("stats count() as n by bin(5m) as slot | sort slot", [{"n": 2}, {"n": 3}]),
        ("filter ms > 5000 | stats count(*) as n", [{"n": 0}]),
        ("filter ms > 5000 | stats count(*) as n by service", []),
        ("stats max(ms) - 0 as x", None),
        ("fields ms * 2 as twice | filter twice > 1000 | display twice", [{"twice": 1800}]),
        ("parse '* took *ms for * (*)' as a, took, who, why | filter ispresent(who) | display took, who", [{"took": "75", "who": "bob"}]),
        ("parse @message /took (?<took>\\d+)ms for (?<who>\\w+)/ | stats sum(took) as t by who | filter t > 0", [{"t": 75, "who": "bob"}]),
        ("filter ispresent(ms) | sort service, ms desc | limit 3 | display service, ms",
         [{"service": "api", "ms": 60}, {"service": "api", "ms": 40}, {"service": "web", "ms": 900}]),
        ("filter ispresent(service) | dedup service | display service, ms", [{"service": "api", "ms": 60}, {"service": "web", "ms": 900}]),
        ("filter ms > 0 # those that took time\n| stats count(*) as n", [{"n": 4}]),
    ],
)  # fmt: skip
def test_queries(query: str, rows: list[dict[str, Any]] | None) -> None:
    if rows is None:
        with pytest.raises(BadQuery):
            read_query(query)
        return
    found = run(query).rows
    assert len(found) == len(rows)
    for row, wanted in zip(found, rows, strict=True):
        if "sort" in query or len(rows) == 1:
            assert {name: row[name] for name in wanted} == wanted
    if "sort" not in query:
        assert all(
            any({name: row.get(name) for name in wanted} == wanted for row in found) for wanted in rows
        )


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "a query begins with a command"),
        ("filter", "too early"),
        ("select *", "no command “select”"),
        ("fields a | | limit 5", "each | stands a command"),
        ("filter level ==", "“=” cannot stand here"),
        ("filter level = ", "too early"),
        ("filter level like ERROR", "in quotes"),
        ("filter level like /(/", "regular expression"),
        ("filter level in 'a'", "“[” is missing"),
        ("filter (ms > 5", "“)” is missing"),
        ("filter ms > 5 ms < 9", "cannot stand here"),
        ("stats mean(ms)", "stats knows"),
        ("stats pct(ms)", "“,” is missing"),
        ("stats count(*) by bin(5)", "no period"),
        ("limit ten", "whole number"),
        ("limit 20000", "whole number"),
        ("parse 'a * b *' as x", "2 stars and 1 names"),
        ("parse @message /x(\\d+)/", "names what it takes"),
        ("fields frob(ms)", "no function “frob”"),
        ("fields substr(ms)", "takes 2 to 3"),
        ("pattern @message", "not run here"),
        ("filter " + "(" * 50 + "a" + ")" * 50, "nested too deep"),
        ("filter " + "-" * 100 + "1", "nested too deep"),
        ("fields " + ", ".join(f"a{number}" for number in range(400)), "at most"),
    ],
)
def test_what_is_no_query(query: str, reason: str) -> None:
    with pytest.raises(BadQuery) as refused:
        read_query(query)
    assert reason in str(refused.value)


SPEC: dict[str, Any] = {
    "id": "slow", "title": "Slow services", "grader": "logs", "language": "insights", "prompt": "Mean of ms by service, slowest first.",
    "events": EVENTS,
    "checks": [
        {"label": "Result", "rows": [{"service": "web", "mean": 510}, {"service": "api", "mean": 50}], "ordered": True,
         "columns": ["service", "mean"], "say": "Slowest first."},
        {"label": "Others", "events": [{"message": {"service": "a", "ms": 1}}, {"message": {"service": "b", "ms": 3}}, {"message": "no ms"},
         {"message": {"service": "a", "ms": 4}}, {"message": {"service": "c", "ms": 9}}, {"message": {"ms": 7}}],
         "rows": [{"service": "c", "mean": 9}, {"service": "b", "mean": 3}, {"service": "a", "mean": 2.5}], "ordered": True, "say": "Any service.", "hidden": True},
    ],
}  # fmt: skip
GOOD = "filter ispresent(service) | stats avg(ms) as mean by service | sort mean desc"


def test_a_drill_passes_and_fails() -> None:
    assert problems(SPEC) == []
    assert grade(SPEC, 0, GOOD).ok
    assert grade(SPEC, 0, GOOD).trace[0]["rows"][0]["cells"] == ["web", "510"]
    assert not grade(SPEC, 0, GOOD.replace("desc", "asc")).ok
    mutants = list(get("logs").mutate(GOOD, SPEC))
    assert len(mutants) >= 5
    assert [mutant for mutant in mutants if grade(SPEC, 0, mutant).ok] == []


def test_a_query_on_several_lines_is_broken_like_one_on_a_single_line() -> None:
    several = "\n| ".join(part.strip() for part in GOOD.split("|"))
    assert list(get("logs").mutate(several, SPEC)) == list(get("logs").mutate(GOOD, SPEC))


WORDS = ["fields", "filter", "stats", "sort", "limit", "parse", "dedup", "by", "as", "|", "count(*)", "avg(ms)", "ms", "level", "like", "/E.*/",
         "'x'", "in", "[", "]", "(", ")", "and", "or", "not", "=", ">", "5", "bin(5m)", ",", "+", "/", "desc", "@message", "'* *'"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
@settings(max_examples=500, deadline=None)
def test_anything_is_either_refused_or_returns_rows(query: str) -> None:
    try:
        found = run(query)
    except (BadQuery, BadRegex):
        return
    assert found == run(query)


@pytest.mark.parametrize(
    "query",
    ["filter " + " and ".join(f"@message like /(a*)*b{number}/" for number in range(40)),
     "filter 9 ^ 999 ^ 999 > 1", "fields " + "concat(@message, " * 25 + "'a'" + ")" * 25,
     " | ".join(["stats count(*) by bin(1ms), ms, level"] * 29)],
)  # fmt: skip
def test_nothing_takes_long(query: str) -> None:
    with comes_to_an_end():
        grade({**SPEC, "events": [{"message": "a" * 500}] * 100}, 0, query)
