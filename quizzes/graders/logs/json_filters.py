"""`{ $.errorCode = "AccessDenied" && $.bytes > 100 }`: filter patterns for events that are JSON.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from quizzes.graders.logs.conditions import Conditions, Values
from quizzes.graders.logs.regexes import Steps
from quizzes.graders.logs.syntax import BadQuery

_STEP = re.compile(r"\.([\w-]+)|\.?\[([0-9]{1,6})\]|(\.?\[\*\]|\.\*)|\.?\[\s*(?:'([^']*)'|\"([^\"]*)\")\s*\]")
_MOST = 1_000


def json_filter(text: str, steps: Steps) -> Callable[[str], bool]:
    """Raises BadQuery."""
    if not text.endswith("}"):
        raise BadQuery("A pattern for JSON events stands in curly brackets; the closing one is missing.")
    holds = Conditions(text[1:-1], "path", _values, steps).read()

    def matches(event: str) -> bool:
        try:
            data = json.loads(event)
        except (ValueError, RecursionError):
            return False
        return isinstance(data, dict | list) and holds(data)

    return matches


def _values(path: str) -> Values:
    steps: list[tuple[str, Any]] = []
    place = 1
    while place < len(path):
        match = _STEP.match(path, place)
        if match is None:
            raise BadQuery(f"“{path[:60]}” is no path; write $.a.b, $.a[0] or $.a[*].")
        name = next((group for group in (match[1], match[4], match[5]) if group is not None), None)
        steps.append(("all", None) if match[3] else ("at", int(match[2])) if match[2] else ("name", name))
        place = match.end()
    if not steps:
        raise BadQuery("After $ stands what is looked at, as in $.eventName.")

    def values(event: Any) -> list[Any]:
        found = [event]
        for kind, what in steps:
            found = [below for node in found for below in _below(kind, what, node)][:_MOST]
        return found

    return values


def _below(kind: str, what: Any, node: Any) -> list[Any]:
    if kind == "name":
        return [node[what]] if isinstance(node, dict) and what in node else []
    if kind == "all":
        return node if isinstance(node, list) else list(node.values()) if isinstance(node, dict) else []
    return [node[what]] if isinstance(node, list) and what < len(node) else []
