"""Traces as they are drawn: the plain data of a grader (shapes in `quizzes.graders.base`) → numbers for SVG, and words.

verdict.trace → drawn → templates/drills/traces/<kind>.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from typing import Any

from quizzes.graders.base import Trace

WIDTH = 1000  # of every drawing, in its own units
SHORTEST = 6  # of something that takes no time
FIRST_ROWS = 40  # of a timeline; the rest unfolds
STATES = {
    "ok": "OK", "alarm": "ALARM", "insufficient": "INSUFFICIENT_DATA", "missing": "missing",
    "breaching": "breaching", "within": "within the limit",
}  # fmt: skip
SHORT_STATES = {"INSUFFICIENT_DATA": "no data"}
MARKS = {True: "ok", False: "bad", None: "none"}
ACTIONS = {
    "create": "is made", "update": "is changed in place", "replace": "is made anew", "delete": "is deleted",
    "keep": "stays as it is",
}  # fmt: skip
MINUTE, HOUR, DAY = 60, 3600, 86_400

Drawing = dict[str, Any]


def drawn(traces: Iterable[Trace]) -> list[Drawing]:
    """Each trace with what its template needs; `template` names it. Kinds that nobody can draw are left out."""
    return [
        {
            "kind": trace["kind"],
            "template": f"drills/traces/{trace['kind']}.html",
            "title": str(trace.get("title") or ""),
            "check": str(trace.get("check") or ""),
            **_KINDS[trace["kind"]](trace),
        }
        for trace in traces
        if trace.get("kind") in _KINDS and trace.get("rows")
    ]


def span_of(seconds: float) -> str:
    """“0 s”, “1.5 s”, “2 min 5 s”, “1 h 30 min”, “2 days”."""
    if seconds < MINUTE:
        return f"{seconds:g} s"
    for unit, name, lower, lower_name in (
        (DAY, "day", HOUR, "h"),
        (HOUR, "h", MINUTE, "min"),
        (MINUTE, "min", 1, "s"),
    ):
        if seconds >= unit:
            whole, rest = divmod(round(seconds), unit)
            plural = "s" if name == "day" and whole != 1 else ""
            return f"{whole} {name}{plural}" + (f" {rest // lower} {lower_name}" if rest // lower else "")
    return f"{seconds:g} s"


def _marked(row: Mapping[str, Any]) -> Drawing:
    return {**row, "mark": MARKS.get(row.get("ok"), "none")}


def _table(trace: Trace) -> Drawing:
    columns = [str(column) for column in trace["columns"]]
    rows = [
        {"mark": MARKS.get(row.get("ok"), "none"), "cells": list(zip(columns, row["cells"], strict=False))}
        for row in trace["rows"]
    ]
    return {"columns": columns, "rows": rows, "judged": any(row["mark"] != "none" for row in rows)}


def _rows(trace: Trace) -> Drawing:
    return {"rows": [_marked(row) for row in trace["rows"]], "outcome": trace.get("outcome", "")}


def _timeline(trace: Trace) -> Drawing:
    total = float(trace.get("seconds") or 0) or 1.0
    rows = []
    for row in trace["rows"]:
        x = min(WIDTH - SHORTEST, round(WIDTH * float(row["at"]) / total))
        width = max(SHORTEST, min(WIDTH - x, round(WIDTH * float(row["for"]) / total)))
        said = {"x": x, "width": width, "when": span_of(row["at"])}
        rows.append({**_marked(row), **said, "lasts": span_of(row["for"]) if row["for"] else ""})
    return {
        "rows": rows[:FIRST_ROWS],
        "more": rows[FIRST_ROWS:],
        "total": span_of(float(trace.get("seconds") or 0)),
        "timed": bool(trace.get("seconds")),
    }


def _waves(trace: Trace) -> Drawing:
    rows = [
        {
            "wave": row["wave"],
            "done": [{**item, "does": ACTIONS.get(item["action"], item["action"])} for item in row["items"]],
        }
        for row in trace["rows"]
    ]
    return {"rows": rows}


def _hops(trace: Trace) -> Drawing:
    """Out and back as two ways; `stopped` says on which one the packet ended, if it did."""
    rows = [_marked(row) for row in trace["rows"]]
    ways = [
        {"name": name, "rows": [row for row in rows if row["direction"] == direction]}
        for direction, name in (("out", "On the way out"), ("back", "On the way back"))
    ]
    return {
        "ways": [way for way in ways if way["rows"]],
        "arrived": all(row["mark"] != "bad" for row in rows),
    }


def _strip(trace: Trace) -> Drawing:
    """Rows of cells turned into points: one column a moment, so that a narrow page can wrap them."""
    labels = [str(row["label"]) for row in trace["rows"]]
    points = []
    for number, cells in enumerate(zip_longest(*(row["cells"] for row in trace["rows"])), start=1):
        named = [_cell(label, cell) for label, cell in zip(labels, cells, strict=True) if cell]
        points.append({"at": next((cell["at"] for cell in cells if cell), str(number)), "cells": named})
    return {"labels": labels, "points": points}


def _cell(label: str, cell: Mapping[str, Any]) -> Drawing:
    state, value = str(cell["state"]), cell.get("value")
    word = STATES.get(state, state)
    shown = "–" if value is None else str(value)
    return {"label": label, "state": state, "word": word, "value": SHORT_STATES.get(shown, shown)}


def _bars(trace: Trace) -> Drawing:
    low, high = trace.get("low"), trace.get("high")
    sums = [sum(part["value"] for part in row["parts"]) for row in trace["rows"]]
    most = max([*sums, high or 0, low or 0, 1])
    limits = [f"never fewer than {low}"] if low is not None else []
    limits += [f"never more than {high}"] if high is not None else []
    rows = []
    for row, total in zip(trace["rows"], sums, strict=True):
        at, parts = 0.0, []
        for part in row["parts"]:
            width = WIDTH * part["value"] / most
            parts.append({**part, "x": round(at), "width": round(width)})
            at += width
        rows.append({**_marked(row), "parts": parts, "total": total})
    return {
        "rows": rows, "limits": ", ".join(limits),
        "low_x": None if low is None else round(WIDTH * low / most),
        "high_x": None if high is None else round(WIDTH * high / most),
    }  # fmt: skip


_KINDS: Mapping[str, Callable[[Trace], Drawing]] = {
    "table": _table,
    "layers": _rows,
    "timeline": _timeline,
    "waves": _waves,
    "hops": _hops,
    "strip": _strip,
    "bars": _bars,
    "terminal": _rows,
}
