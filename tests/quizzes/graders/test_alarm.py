"""Alarms: the vendor's tables of missing data, point by point, and rules of composite alarms."""

from __future__ import annotations

import contextlib
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import graders
from quizzes.graders.alarm.metric import MISSING, BadAlarm, MetricAlarm, read_alarm, read_series
from quizzes.graders.alarm.rule import STATES, read_rule, rule_state
from quizzes.graders.loading import Unreadable
from tests.quizzes.graders.samples import drill

# The examples of “How alarm state is evaluated when data is missing”, with 3 evaluation periods and 5 points looked
# at; . is not breaching, X breaching, - missing. States for missing, ignore, breaching, notBreaching, as letters.
TABLES = {
    3: {".-X-X": "OOOO", ".----": "OOOO", "-----": "IKAO", ".XX-X": "AAAA", "--X--": "AKAO"},
    2: {".-X-X": "AAAA", "..X.X": "AAAA", ".-X--": "OOAO", "----.": "OOAO", "---X-": "AKAO"},
}
LETTERS = {"O": "OK", "A": "ALARM", "I": "INSUFFICIENT_DATA", "K": "as before"}
CASES = [
    (datapoints, points, missing, LETTERS[letter])
    for datapoints, rows in TABLES.items()
    for points, letters in rows.items()
    for missing, letter in zip(MISSING, letters, strict=True)
]


def alarm(**changes: Any) -> MetricAlarm:
    settings = {"Threshold": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "EvaluationPeriods": 3}
    return read_alarm({**settings, **changes}, 5)


def marks(points: str) -> list[bool | None]:
    return [{"X": True, ".": False, "-": None}[one] for one in points]


@pytest.mark.parametrize(("datapoints", "points", "missing", "state"), CASES)
def test_the_tables_of_the_vendor(datapoints: int, points: str, missing: str, state: str) -> None:
    one = alarm(DatapointsToAlarm=datapoints, TreatMissingData=missing)
    assert one.next_state(marks(points), "as before") == state


@pytest.mark.parametrize("points", ["----X", "---X-"])
def test_an_alarm_is_not_raised_too_early(points: str) -> None:
    assert alarm().next_state(marks(points), "OK") == "OK"
    assert alarm(TreatMissingData="ignore").next_state(marks(points), "OK") == "OK"


@given(st.lists(st.sampled_from([0.0, 2.0]), min_size=5, max_size=20), st.integers(1, 3))
def test_without_gaps_an_alarm_counts_m_of_the_last_n(points: list[float], datapoints: int) -> None:
    for missing in MISSING:
        states = alarm(DatapointsToAlarm=datapoints, TreatMissingData=missing).states(points)
        for end in range(5, len(points) + 1):
            expected = sum(point >= 1 for point in points[end - 3 : end]) >= datapoints
            assert states[end - 1] == ("ALARM" if expected else "OK")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Treshold": 1}, "no setting “Treshold”"),
        ({"EvaluationPeriods": 0}, "EvaluationPeriods must be"),
        ({"EvaluationPeriods": True}, "EvaluationPeriods must be"),
        ({"DatapointsToAlarm": 4}, "cannot be greater"),
        ({"Threshold": "80"}, "must be a number"),
        ({"ComparisonOperator": ">"}, "ComparisonOperator must be one of"),
        ({"TreatMissingData": "NotBreaching"}, "TreatMissingData must be one of"),
        ({"Statistic": "Mean"}, "Statistic must be one of"),
        ({"Period": 45}, "multiple of 60"),
    ],
)
def test_settings_that_the_service_would_refuse(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadAlarm, match=words):
        alarm(**changes)


def test_a_series_is_numbers_and_gaps() -> None:
    assert read_series("1, -2.5 - 3") == [1, -2.5, None, 3]
    for text in ("", "1 x", "1 " * 121, "1e5", "--"):
        with pytest.raises(BadAlarm):
            read_series(text)


def test_what_is_given_cannot_be_written_otherwise() -> None:
    verdict = graders.grade(drill("alarm"), 0, '{"Threshold": 70, "EvaluationPeriods": 1}')
    assert verdict.error == "Threshold is given: it is 80."


def test_the_strip_shows_data_and_states() -> None:
    trace = graders.grade(drill("states"), 0, "OK OK OK ALARM").trace[0]
    data, states = trace["rows"]
    assert [cell["state"] for cell in data["cells"]] == ["within", "breaching", "missing", "breaching"]
    assert [cell["value"] for cell in states["cells"]] == ["OK", "OK", "OK", "ALARM"]
    assert graders.grade(drill("states"), 0, "ok ok alarm alarm").score == 0.75


RULES: list[tuple[str, Any]] = [
    ("ALARM(a)", lambda a, b, c: a),
    ("NOT ALARM(a) AND ALARM(b)", lambda a, b, c: not a and b),
    ("ALARM(a) OR ALARM(b) AND ALARM(c)", lambda a, b, c: a or (b and c)),
    ("(ALARM(a) OR ALARM(b)) AND NOT (ALARM(c))", lambda a, b, c: (a or b) and not c),
    ('NOT NOT ALARM("a") OR FALSE', lambda a, b, c: a),
    ("ALARM( arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a ) AND TRUE", lambda a, b, c: a),
    ("OK(a) OR INSUFFICIENT_DATA(b)", lambda a, b, c: not a),
    ("AT_LEAST(2, ALARM, (a, b, c))", lambda a, b, c: a + b + c >= 2),
    ('AT_LEAST(50%, NOT OK, ("a","b", c)) AND NOT ALARM(c)', lambda a, b, c: a and b and not c),
]


@pytest.mark.parametrize(("text", "meant"), RULES)
def test_rules(text: str, meant: Any) -> None:
    rule = read_rule(text)
    for a, b, c in product([False, True], repeat=3):
        states = {name: "ALARM" if on else "OK" for name, on in zip("abc", (a, b, c), strict=True)}
        assert rule_state(rule, states) == ("ALARM" if meant(a, b, c) else "OK")


@pytest.mark.parametrize(
    "text",
    ["", "ALARM", "ALARM()", "ALARM(a", "ALARM(a))", "ALARM(a) ALARM(b)", "AND ALARM(a)", "ALARM(a) AND", "alarm(a)",
     "NOT", "()", "ALARM(a) XOR ALARM(b)", "(" * 40 + "ALARM(a)" + ")" * 40, "NOT " * 40 + "ALARM(a)",
     "ALARM(a) AND " * 600 + "ALARM(a)", "ANDALARM(a)", "TRUEST",
     "AT_LEAST(2, ALARM, (a))", "AT_LEAST(0, ALARM, (a))", "AT_LEAST(1, ALARM, (a b))", "AT_LEAST(1, ALARM(a), ALARM(b))"],
)  # fmt: skip
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_rule(text)


@given(st.text(alphabet='ALRMOKNDTUEFS() ab"_', max_size=60))
def test_a_rule_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Unreadable):
        assert rule_state(read_rule(text), {"a": "ALARM"}) in STATES


def test_a_rule_may_only_look_at_alarms_that_are_there() -> None:
    verdict = graders.grade(drill("rule"), 0, "ALARM(memory)")
    assert verdict.error == "There is no alarm “memory”. There are: cpu, deploying, disk."
