"""The simulator's curve as a chart: minutes a day along, expected score up. Loads no numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from quizzes import charts
from quizzes.readiness.shapes import CurvePoint, Readiness

LEAST_SPAN = {True: 60.0, False: 10.0}  # of the score: less would make noise look like a slope

NEXT_TO_NOTHING = 0.03  # of all that minutes can bring


class Scored(Protocol):
    @property
    def share(self) -> float: ...
    @property
    def scaled(self) -> float | None: ...


def score_of(one: Scored, scaled: bool) -> float:
    """On the exam's scale, or as percent right."""
    return float(one.scaled) if scaled and one.scaled is not None else 100 * one.share


def score_chart(
    points: Sequence[CurvePoint], now: Readiness, tried: Readiness | None = None
) -> charts.Chart | None:
    """None where there is nothing to draw."""
    if len(points) < 2:
        return None
    scaled = all(point.scaled is not None for point in points)
    shown = [now, *([tried] if tried and tried.minutes != now.minutes else [])]
    most = points[-1].minutes
    curve = rising(
        [charts.Point(point.minutes, score_of(point, scaled)) for point in points]
        + [charts.Point(min(one.minutes, most), score_of(one, scaled)) for one in shown]
    )
    curve = until_flat(curve, max(2 * now.minutes, tried.minutes if tried else 0))
    marks = [
        (_at(curve, min(one.minutes, most)), f"{one.minutes} min", place == 0)
        for place, one in enumerate(shown)
    ]
    marks[0] = (marks[0][0], f"you, {now.minutes} min", marks[0][2])
    mark = float(now.pass_mark) if scaled and now.pass_mark is not None else None
    return drawn(curve, scaled, mark, marks)


def until_flat(curve: Sequence[charts.Point], least: float = 0.0) -> list[charts.Point]:
    """The part that tells something: to `least` minutes, and until more of them add next to nothing."""
    enough = curve[-1].y - NEXT_TO_NOTHING * (curve[-1].y - curve[0].y)
    flat = next(n for n, point in enumerate(curve) if point.y >= enough)
    far = next((n for n, point in enumerate(curve) if point.x >= least), len(curve) - 1)
    return list(curve[: max(flat, far, 2) + 1])


def rising(points: Sequence[charts.Point]) -> list[charts.Point]:
    """From left to right, never falling: more minutes are never worth less, whatever a search found."""
    found: list[charts.Point] = []
    for point in sorted(points, key=lambda point: point.x):
        found.append(charts.Point(point.x, max(point.y, found[-1].y) if found else point.y))
    return found


def _at(curve: Sequence[charts.Point], x: float) -> charts.Point:
    return max((point for point in curve if point.x == x), key=lambda point: point.y)


def _minutes(steps: Sequence[float]) -> list[tuple[float, str]]:
    """The last one names the unit: with all of them doing so, they would touch on a phone."""
    return [(value, f"{value:g} min" if value == steps[-1] else f"{value:g}") for value in steps]


def drawn(
    curve: Sequence[charts.Point],
    scaled: bool,
    pass_mark: float | None,
    marks: Sequence[tuple[charts.Point, str, bool]] = (),
) -> charts.Chart:
    """A curve of scores with its pass mark; `marks` as in quizzes.charts."""
    values = [point.y for point in curve]
    low, high = charts.span([*values, pass_mark] if pass_mark is not None else values, LEAST_SPAN[scaled])
    scale = charts.Scale(curve[0].x, curve[-1].x, low, high)
    unit = "" if scaled else " %"
    return charts.chart(
        curve,
        _minutes(charts.steps(curve[0].x, curve[-1].x)),
        [(value, f"{value:g}{unit}") for value in charts.steps(low, high)],
        scale,
        aim=None if pass_mark is None else (pass_mark, f"pass mark {pass_mark:g}"),
        marks=marks,
    )
