"""Curves as SVG: numbers in, paths and places in percent out. The words stand in the templates under charts/.

An outer SVG holds words at places in percent, an inner one of 100 by 100 holds the curve and stretches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEAD_ROOM = 0.08  # of the span of the values, above and below
ROOM = 25.0  # percent that a label takes
EDGE = 12.0  # percent: nearer to an edge, a label begins or ends at its place instead of being centred


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a curve; `low` and `high` where it has an interval."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A label at `at` percent from the left or the top."""

    at: float
    label: str = ""

    @property
    def percent(self) -> str:
        return f"{self.at:.2f}%"

    @property
    def anchor(self) -> str:
        return "start" if self.at < EDGE else "end" if self.at > 100 - EDGE else "middle"


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with a label of its own, above it or `under` it."""

    x: Place
    y: Place
    label: str = ""
    under: bool = False

    @property
    def anchor(self) -> str:
        """Where a rising line is not: to the right under the point, to the left above it, as far as there is room."""
        if self.under:
            return "start" if self.x.at < 100 - ROOM else "end"
        return "end" if self.x.at > ROOM else "start"

    @property
    def aside(self) -> int:
        """Pixels between point and label."""
        return 8 if self.anchor == "start" else -8


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its interval, on a line from 0 to 100 %."""

    low: Place
    middle: Place
    high: Place

    @classmethod
    def of(cls, low: float, middle: float, high: float) -> Interval:
        """Shares from 0 to 1."""
        return cls(*(Place(100 * min(1.0, max(0.0, share))) for share in (low, middle, high)))


@dataclass(frozen=True, slots=True)
class Chart:
    line: str
    band: str
    columns: tuple[Place, ...]
    rows: tuple[Place, ...]
    aim: Place | None = None  # a level to reach, as a dashed line
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values lie, in percent of the chart."""

    left: float
    right: float
    bottom: float
    top: float

    def x(self, value: float) -> float:
        return _share(value, self.left, self.right)

    def y(self, value: float) -> float:
        return 100.0 - _share(value, self.bottom, self.top)


def chart(
    points: Sequence[Point],
    columns: Sequence[tuple[float, str]],
    rows: Sequence[tuple[float, str]],
    scale: Scale,
    aim: tuple[float, str] | None = None,
    marks: Sequence[tuple[Point, str, bool]] = (),
) -> Chart:
    """A line through the points, in a band where all of them have an interval."""
    return Chart(
        line=path([(scale.x(one.x), scale.y(one.y)) for one in points]),
        band=_band(points, scale),
        columns=tuple(Place(scale.x(value), label) for value, label in columns),
        rows=tuple(Place(scale.y(value), label) for value, label in rows),
        aim=Place(scale.y(aim[0]), aim[1]) if aim and scale.bottom <= aim[0] <= scale.top else None,
        marks=tuple(
            Mark(Place(scale.x(one.x)), Place(scale.y(one.y)), label, under) for one, label, under in marks
        ),
    )


def span(values: Sequence[float], least: float = 1.0) -> tuple[float, float]:
    """(bottom, top) that hold the values with a little room, at least `least` apart."""
    low, high = min(values), max(values)
    missing = max(0.0, least - (high - low)) / 2
    room = HEAD_ROOM * max(least, high - low)
    return low - missing - room, high + missing + room


def steps(low: float, high: float, most: int = 4) -> list[float]:
    """Round numbers from `low` to `high`, at most about `most` of them."""
    if not high > low:
        return [low]
    raw = (high - low) / most
    size = 10.0 ** len(str(int(raw))) / 10 if raw >= 1 else 0.1
    step = next(size * n for n in (1, 2, 2.5, 5, 10, 20, 50) if size * n >= raw)
    first = -(-low // step)
    return [step * (first + n) for n in range(int((high - step * first) / step) + 1)]


def path(points: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if place else 'M'}{x:.2f} {y:.2f}" for place, (x, y) in enumerate(points))


def _band(points: Sequence[Point], scale: Scale) -> str:
    above = [(scale.x(one.x), scale.y(one.high)) for one in points if one.high is not None]
    below = [(scale.x(one.x), scale.y(one.low)) for one in points if one.low is not None]
    if len(points) < 2 or not len(above) == len(below) == len(points):
        return ""
    return f"{path([*above, *reversed(below)])}Z"


def _share(value: float, low: float, high: float) -> float:
    """Percent of the way from `low` to `high`, held within it."""
    return 50.0 if not high > low else min(100.0, max(0.0, 100.0 * (value - low) / (high - low)))
