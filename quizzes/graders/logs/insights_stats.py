"""What `stats` computes over the rows of a group.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import TypeAlias

from quizzes.graders.logs.insights_syntax import Expression, Reader
from quizzes.graders.logs.insights_values import Row, Value, as_number, as_text
from quizzes.graders.logs.syntax import BadQuery

Measure: TypeAlias = Callable[[list[Row]], Value]

_NUMBERS: dict[str, Callable[[list[float]], float]] = {
    "sum": math.fsum,
    "avg": statistics.fmean,
    "min": min,
    "max": max,
    "median": statistics.median,
    "stddev": statistics.pstdev,
}
_KNOWN = (*_NUMBERS, "count", "count_distinct", "pct", "percentile", "earliest", "latest")


def measure(reader: Reader) -> Measure:
    """One of the functions, with what is between its brackets. Raises BadQuery."""
    name = reader.next().text.lower()
    if name not in _KNOWN:
        raise BadQuery(f"stats knows {', '.join(_KNOWN)}, not “{name[:30]}”.")
    reader.need("(")
    if name == "count" and (reader.took(")") or (reader.took("*") and reader.took(")"))):
        return lambda rows: float(len(rows))
    value = reader.expression()
    level = 0.0
    if name in ("pct", "percentile"):
        reader.need(",")
        level = _level(reader)
    reader.need(")")
    return _over(name, value, level)


def _level(reader: Reader) -> float:
    found = as_number(reader.next().text)
    if found is None or not 0 <= found <= 100:
        raise BadQuery("The second value of pct is a number from 0 to 100.")
    return found


def _over(name: str, value: Expression, level: float) -> Measure:
    if name == "count":
        return lambda rows: float(sum(value(row) is not None for row in rows))
    if name == "count_distinct":
        return lambda rows: float(len({as_text(found) for row in rows if (found := value(row)) is not None}))
    if name in ("earliest", "latest"):
        return lambda rows: _by_time(rows, value, name == "latest")
    return lambda rows: _of_numbers(
        name, [number for row in rows if (number := as_number(value(row))) is not None], level
    )


def _by_time(rows: list[Row], value: Expression, last: bool) -> Value:
    there = [row for row in rows if value(row) is not None]
    if not there:
        return None
    choose = max if last else min
    return value(choose(there, key=lambda row: row.get("@timestamp", 0.0)))


def _of_numbers(name: str, numbers: list[float], level: float) -> Value:
    if not numbers:
        return None
    if name in _NUMBERS:
        try:
            return float(_NUMBERS[name](numbers))
        except OverflowError:
            return None
    ranked = sorted(numbers)
    return ranked[max(0, math.ceil(level / 100 * len(ranked)) - 1)]
