"""The simulator's curve as a chart: minutes a day along, expected score up. Loads no numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from quizzes import charts
from quizzes.readiness.shapes import CurvePoint, Readiness

LEAST_SPAN = {True: 60.0, False: 10.0}  # of the score: less would make noise look like a slope


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
    curve = [charts.Point(point.minutes, score_of(point, scaled)) for point in points]
    yours = charts.Point(min(now.minutes, points[-1].minutes), score_of(now, scaled))
    others = [charts.Point(min(tried.minutes, points[-1].minutes), score_of(tried, scaled))] if tried else []
    mark = float(now.pass_mark) if scaled and now.pass_mark is not None else None
    return drawn(curve, scaled, mark, yours, f"{now.minutes} min: you", others, tried)


def drawn(
    curve: Sequence[charts.Point],
    scaled: bool,
    pass_mark: float | None,
    yours: charts.Point | None = None,
    label: str = "",
    others: Sequence[charts.Point] = (),
    tried: Readiness | None = None,
) -> charts.Chart:
    values = [point.y for point in [*curve, *others, *([yours] if yours else [])]]
    low, high = charts.span([*values, pass_mark] if pass_mark is not None else values, LEAST_SPAN[scaled])
    scale = charts.Scale(curve[0].x, curve[-1].x, low, high)
    unit = "" if scaled else " %"
    marks = [(yours, label, bool(others))] if yours else []
    marks += [(other, f"{tried.minutes} min", False) for other in others if tried and other != yours]
    return charts.chart(
        curve,
        [(value, f"{value:g} min") for value in charts.steps(curve[0].x, curve[-1].x)],
        [(value, f"{value:g}{unit}") for value in charts.steps(low, high)],
        scale,
        aim=None if pass_mark is None else (pass_mark, f"pass mark {pass_mark:g}"),
        marks=marks,
    )
