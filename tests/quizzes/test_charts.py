"""Curves as SVG: everything lies within the picture, whatever the numbers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import charts, score_charts
from quizzes.readiness import CurvePoint

SHARES = st.floats(0, 1)
POINTS = st.lists(
    st.builds(charts.Point, st.floats(0, 600), st.floats(0, 1000), st.floats(0, 500), st.floats(500, 1000)),
    min_size=1,
    max_size=30,
)


@given(POINTS)
def test_paths_lie_within_the_picture(points: list[charts.Point]) -> None:
    low, high = charts.span([point.y for point in points])
    made = charts.chart(points, [], [], charts.Scale(0, 600, low, high))
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", made.line + made.band)]
    assert all(0 <= number <= 100 for number in numbers)
    assert bool(made.band) == (len(points) > 1)


@given(st.floats(-1000, 1000), st.floats(0.1, 2000))
def test_steps_are_few_round_and_within(low: float, width: float) -> None:
    found = charts.steps(low, low + width)
    assert len(found) <= 6
    assert all(low - 1e-6 <= step <= low + width + 1e-6 for step in found)


def test_steps_that_people_would_choose() -> None:
    assert charts.steps(0, 120) == [0, 50, 100]
    assert charts.steps(620, 920) == [700, 800, 900]
    assert charts.steps(0, 15) == [0, 5, 10, 15]
    assert charts.steps(7, 7) == [7]


@given(st.lists(SHARES, min_size=3, max_size=3))
def test_intervals_are_percentages(shares: list[float]) -> None:
    bar = charts.Interval.of(*sorted(shares))
    assert 0 <= bar.low.at <= bar.middle.at <= bar.high.at <= 100
    assert re.fullmatch(r"\d+\.\d\d%", bar.low.percent)


@given(st.floats(0, 100), st.booleans())
def test_a_label_has_room_on_its_side(at: float, under: bool) -> None:
    mark = charts.Mark(charts.Place(at), charts.Place(50), "you, 15 min", under)
    assert (at <= 100 - charts.ROOM) if mark.anchor == "start" else (at >= charts.ROOM)


@given(POINTS)
def test_more_minutes_are_never_drawn_as_less(points: list[charts.Point]) -> None:
    risen = score_charts.rising(points)
    assert [point.y for point in risen] == sorted(point.y for point in risen)
    assert [point.x for point in risen] == sorted(point.x for point in points)


@given(POINTS, st.floats(0, 600))
def test_what_is_cut_off_is_flat(points: list[charts.Point], least: float) -> None:
    curve = score_charts.rising(points)
    kept = score_charts.until_flat(curve, least)
    assert kept == curve[: len(kept)]
    assert kept[-1].x >= least or kept == curve
    gain = curve[-1].y - curve[0].y
    assert curve[-1].y - kept[-1].y <= score_charts.NEXT_TO_NOTHING * gain + 1e-9


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_is_drawn_without_points(count: int) -> None:
    point = CurvePoint(0, 0.5, None, 0.5, 0.4, 0.6)
    assert score_charts.score_chart([point] * count, None) is None  # type: ignore[arg-type]
