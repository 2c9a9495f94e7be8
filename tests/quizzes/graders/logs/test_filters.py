"""docs.aws.amazon.com/AmazonCloudWatch/latest/logs/: matching-terms-unstructured-…, -json-…, -space-delimited-log-events.html"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.graders import grade, problems
from quizzes.graders.logs.filters import read_filter
from quizzes.graders.logs.regexes import BadRegex
from quizzes.graders.logs.syntax import BadQuery
from quizzes.graders.registry import get


@pytest.mark.parametrize(
    ("pattern", "event", "taken"),
    [
        ("", "anything", True),
        ("ERROR", "[ERROR 400] bad", True),
        ("ERROR", "ERRORCODE: 1", True),
        ("ERROR", "[error] bad", False),
        ("ERROR timeout", "timeout after ERROR", True),
        ("ERROR timeout", "ERROR only", False),
        ("?ERROR ?WARN", "a WARN", True),
        ("?ERROR ?WARN", "an INFO", False),
        ("ERROR -retry", "ERROR, will retry", False),
        ("ERROR -retry", "ERROR, given up", True),
        ("-DEBUG", "INFO", True),
        ('"time out"', "time  out", False),
        ('"time out"', "a time out came", True),
        ('-"time out" ERROR', "ERROR time out", False),
        ('"a \\"b\\""', 'x a "b" y', True),
        ("?INFO started", "DEBUG started", True),
        ("%AUTHORI[SZ]ED%", "UNAUTHORIZED", True),
        ("%^4[0-9]{2} %", "404 x", True),
        ("%^4[0-9]{2} %", "code 404 x", False),
    ],
)
def test_terms(pattern: str, event: str, taken: bool) -> None:
    assert read_filter(pattern)(event) == taken


TRAIL = {
    "eventName": "UpdateTrail", "errorCode": "AccessDenied", "bytes": 1500, "ok": True, "nothing": None, "ip": "123.123.0.4",
    "user": {"type": "Root", "tags": ["a", "b"]}, "items": [{"n": 1}, {"n": 20}], "1st": "x",
}  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ('{ $.eventName = "UpdateTrail" }', True),
        ("{ $.eventName = UpdateTrail }", True),
        ('{ $.eventName = "updatetrail" }', False),
        ('{ $.eventName = "Update*" }', True),
        ("{ $.eventName = *Trail }", True),
        ('{ $.eventName != "Update*" }', False),
        ("{ $.ip != 123.123.* }", False),
        ("{ $.ip = 123.123.* }", True),
        ("{ $.bytes > 1000 }", True),
        ("{ $.bytes >= 1.5e3 }", True),
        ("{ $.bytes < 1500 }", False),
        ("{ $.bytes = 1500 }", True),
        ('{ $.bytes = "1500" }', False),
        ("{ $.bytes != 1500 }", False),
        ("{ $.ok IS TRUE }", True),
        ("{ $.ok IS FALSE }", False),
        ("{ $.nothing IS NULL }", True),
        ("{ $.missing IS NULL }", False),
        ("{ $.missing NOT EXISTS }", True),
        ("{ $.nothing NOT EXISTS }", False),
        ('{ $.missing != "x" }', False),
        ('{ $.user.type = "Root" && $.user.invokedBy NOT EXISTS && $.eventName != "AwsServiceEvent" }', True),
        ('{ $.eventName = "x" || $.bytes > 1 }', True),
        ('{ ($.eventName = "x" || $.bytes > 1) && $.ok IS FALSE }', False),
        ('{ $.eventName = "x" && $.bytes > 1 || $.ok IS TRUE }', True),
        ('{ $.user.tags[1] = "b" }', True),
        ('{ $.user.tags[*] = "a" }', True),
        ("{ $.items[*].n > 10 }", True),
        ("{ $.items[0].n > 10 }", False),
        ('{ $.["1st"] = "x" }', True),
        ("{ $.errorCode = %^Access% }", True),
        ("{ $.errorCode = %^access% }", False),
    ],
)
def test_json_events(pattern: str, taken: bool) -> None:
    assert read_filter(pattern)(json.dumps(TRAIL)) == taken
    assert not read_filter(pattern)("no JSON at all")


LINE = '127.0.0.1 - ada [10/Oct/2026:13:55:36 -0700] "GET /index.html HTTP/1.0" 404 2326'


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("[ip, id, user, timestamp, request, status, bytes]", True),
        ("[ip, id, user, timestamp, request, status]", False),
        ("[ip, ..., bytes]", True),
        ("[..., status = 404, bytes]", True),
        ("[..., status = 4*, bytes]", True),
        ("[..., status = 5*, bytes]", False),
        ("[..., bytes > 2000]", True),
        ("[..., bytes > 5000]", False),
        ("[ip, id, user = ada, ...]", True),
        ("[ip, id, user != ada, ...]", False),
        ("[ip, id, user, timestamp, request = *.html*, status, bytes]", True),
        ('[ip, id, user, timestamp, request = "GET*", status, bytes]', True),
        ("[..., status = 404 || status = 410, bytes]", True),
        ("[..., status > 400 && status < 404, bytes]", False),
        ("[ip = %^127\\.%, ...]", True),
        ("[*, *, *, *, *, *, *]", True),
    ],
)
def test_events_split_at_spaces(pattern: str, taken: bool) -> None:
    assert read_filter(pattern)(LINE) == taken


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("user-id", "in double quotes"),
        ('"open', "closing quote"),
        ("{ $.a = 1", "closing one is missing"),
        ("{ }", "missing"),
        ("{ a = 1 }", "a path such as"),
        ("{ $.a == 1 }", "value is missing"),
        ("{ $.a }", "too early"),
        ("{ $.a > x }", "compares numbers"),
        ("{ $.a = 1 and $.b = 2 }", "join conditions"),
        ("{ ($.a = 1 }", "too early"),
        ("{ $.a NOT NULL }", "only EXISTS"),
        ("{ $.a IS 5 }", "NULL, TRUE or FALSE"),
        ("[a, b", "closing one is missing"),
        ("[..., a, ...]", "only once"),
        ("[a, b = 1 && c = 2]", "one name"),
        ("[= 5]", "no name"),
        ("%a(b)%", "brackets"),
        ("x" * 1_100, "at most"),
    ],
)
def test_what_is_no_pattern(pattern: str, reason: str) -> None:
    with pytest.raises(BadQuery) as refused:
        read_filter(pattern)
    assert reason in str(refused.value)


SPEC: dict[str, Any] = {
    "id": "root", "title": "Root at work", "grader": "logs", "prompt": "Take what root does, without services.",
    "checks": [
        {"label": "Root", "event": {"user": {"type": "Root"}, "kind": "Call"}, "match": True, "say": "Root counts."},
        {"label": "User", "event": {"user": {"type": "IAMUser"}, "kind": "Call"}, "match": False, "say": "Only root."},
        {"label": "Service", "event": {"user": {"type": "Root", "by": "x"}, "kind": "Call"}, "match": False, "say": "Not for services.", "hidden": True},
        {"label": "Event", "event": {"user": {"type": "Root"}, "kind": "Service"}, "match": False, "say": "Not service events.", "hidden": True},
        {"label": "Case", "event": {"user": {"type": "Root"}, "kind": "service"}, "match": True, "say": "Case counts.", "hidden": True},
    ],
}  # fmt: skip
GOOD = '{ $.user.type = "Root" && $.user.by NOT EXISTS && $.kind != "Service" }'


def test_a_drill_passes_and_fails() -> None:
    assert problems(SPEC) == []
    assert grade(SPEC, 0, GOOD).ok
    assert grade(SPEC, 0, GOOD).trace[0]["rows"][1]["cells"][1] == "left out"
    assert "closing one" in grade(SPEC, 0, GOOD[:-1]).error
    mutants = list(get("logs").mutate(GOOD, SPEC))
    assert len(mutants) >= 6
    assert [mutant for mutant in mutants if grade(SPEC, 0, mutant).ok] == []


def test_an_author_is_told() -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"language": "sql"}, "filter or insights"),
        ({"checks": []}, "no checks"),
        ({"checks": [{"event": 5, "match": True, "say": "x"}]}, "text, or JSON"),
        ({"checks": [{"event": "x", "match": 1, "say": "x"}]}, "true or false"),
        ({"language": "insights", "checks": [{"rows": [], "say": "x"}]}, "needs `events`"),
        ({"language": "insights", "events": [], "checks": [{"say": "x"}]}, "asks for some of"),
    ]
    for change, text in cases:
        assert any(text in problem for problem in problems({**SPEC, **change})), text


@given(st.text('{}[]()$.a="*%<>!&|,? -', max_size=30), st.text('{}a"1 ', max_size=20))
@settings(max_examples=400, deadline=None)
def test_anything_is_either_refused_or_decides(pattern: str, event: str) -> None:
    with contextlib.suppress(BadQuery, BadRegex):
        assert read_filter(pattern)(event) in (True, False)
