"""Fields, values and functions of Logs Insights: a field of an event is text or a number, or it is not there.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from quizzes.graders.logs.syntax import BadQuery, number

Value: TypeAlias = str | float | bool | None
Row: TypeAlias = dict[str, Any]

MOST_FIELDS = 200
LONGEST_TEXT = 20_000


def row_of(event: Any, place: int) -> Row:
    """The fields of one log event: @message, @timestamp (milliseconds), and those of a JSON message, joined by dots."""
    given = event if isinstance(event, Mapping) and "message" in event else {"message": event}
    message = given["message"]
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    row: Row = {"@message": text, "@timestamp": float(place)}
    moment = milliseconds(given.get("timestamp"))
    if moment is not None:
        row["@timestamp"] = moment
    if "stream" in given:
        row["@logStream"] = str(given["stream"])
    _flatten("", message if isinstance(message, Mapping) else _json(text), row)
    return row


def milliseconds(value: Any) -> float | None:
    """Milliseconds since 1970, from a number or a time such as 2026-01-01T00:00:00Z."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return (
        None
        if moment is None
        else (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
    )


def as_number(value: Value) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    found = float(value) if isinstance(value, int | float) else number(value)
    return found if found is not None and math.isfinite(found) else None


def as_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if isinstance(value, str) else f"{value:.15g}"


def truth(value: Value) -> bool:
    found = as_number(value)
    return value if isinstance(value, bool) else found != 0 if found is not None else bool(value)


def compare(sign: str, one: Value, other: Value) -> bool:
    """Numbers as numbers, all else as text; what is not there is only unequal."""
    if one is None or other is None:
        return sign == "!=" and one is not other
    first, second = as_number(one), as_number(other)
    a: Any = first if first is not None and second is not None else as_text(one)
    b: Any = second if first is not None and second is not None else as_text(other)
    found = {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}
    return found[sign]


def floor_to(value: Value, span: float) -> float | None:
    """The beginning of the span of milliseconds in which a time lies."""
    found = as_number(value)
    return None if found is None else math.floor(found / span) * span


def written(moment: float) -> str:
    """2026-01-01 00:05:00.000, as results show times."""
    try:
        return (
            datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.")
            + f"{int(moment) % 1000:03d}"
        )
    except (OverflowError, OSError, ValueError):
        return f"{moment:.15g}"


def _flatten(prefix: str, node: Any, row: Row) -> None:
    if len(row) >= MOST_FIELDS:
        return
    if isinstance(node, Mapping):
        for key, below in node.items():
            _flatten(f"{prefix}.{key}" if prefix else str(key), below, row)
    elif isinstance(node, list):
        for place, below in enumerate(node):
            _flatten(f"{prefix}.{place}", below, row)
    elif prefix and node is not None:
        row[prefix] = ("true" if node else "false") if isinstance(node, bool) else node


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        return None


def _numeric(function: Callable[..., float]) -> Callable[..., Value]:
    def call(*values: Value) -> Value:
        numbers = [as_number(value) for value in values]
        given = [one for one in numbers if one is not None]
        if len(given) < len(numbers):
            return None
        try:
            return function(*given)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None

    return call


def _substr(text: Value, start: Value, length: Value = None) -> Value:
    first, count = as_number(start), as_number(length)
    if text is None or first is None:
        return None
    begin = max(0, int(first))
    return as_text(text)[begin : None if count is None else begin + max(0, int(count))]


def _replace(text: Value, old: Value, new: Value) -> Value:
    if text is None or not as_text(old):
        return text
    return as_text(text).replace(as_text(old), as_text(new))[:LONGEST_TEXT]


def _texts(function: Callable[..., Value]) -> Callable[..., Value]:
    return lambda *values: None if values[0] is None else function(*(as_text(value) for value in values))


# name → (fewest values, most, function)
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "abs": (1, 1, _numeric(abs)),
    "ceil": (1, 1, _numeric(math.ceil)),
    "floor": (1, 1, _numeric(math.floor)),
    "sqrt": (1, 1, _numeric(math.sqrt)),
    "log": (1, 1, _numeric(math.log)),
    "greatest": (1, 20, _numeric(max)),
    "least": (1, 20, _numeric(min)),
    "ispresent": (1, 1, lambda value: value is not None),
    "isempty": (1, 1, lambda value: value is None or as_text(value) == ""),
    "isblank": (1, 1, lambda value: value is None or not as_text(value).strip()),
    "coalesce": (1, 20, lambda *values: next((value for value in values if value is not None), None)),
    "concat": (1, 20, lambda *values: "".join(as_text(value) for value in values)[:LONGEST_TEXT]),
    "strlen": (1, 1, _texts(lambda text: float(len(text)))),
    "tolower": (1, 1, _texts(str.lower)),
    "toupper": (1, 1, _texts(str.upper)),
    "trim": (1, 2, _texts(lambda text, signs=None: text.strip(signs or None))),
    "ltrim": (1, 2, _texts(lambda text, signs=None: text.lstrip(signs or None))),
    "rtrim": (1, 2, _texts(lambda text, signs=None: text.rstrip(signs or None))),
    "strcontains": (2, 2, _texts(lambda text, part: part in text)),
    "substr": (2, 3, _substr),
    "replace": (3, 3, _replace),
    "frommillis": (1, 1, _numeric(lambda value: value)),
    "tomillis": (1, 1, _numeric(lambda value: value)),
}


def function(name: str, count: int) -> Callable[..., Value]:
    """Raises BadQuery when there is none, or it takes another number of values."""
    if name.lower() not in FUNCTIONS:
        raise BadQuery(f"There is no function “{name[:30]}” here.")
    low, high, found = FUNCTIONS[name.lower()]
    if not low <= count <= high:
        raise BadQuery(f"“{name}” takes {low if low == high else f'{low} to {high}'} values, not {count}.")
    return found
