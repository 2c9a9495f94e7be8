"""Decisions of the engine alone, so that it can be compared with others: `manage.py evaluate events --cases FILE`.

A case is `{"pattern": …, "event": …}`; each is JSON, or a text that holds JSON. The answer is `match`, `no match` or
`invalid` (the pattern is none). `decide_line` reads the case itself, and so keeps keys that stand twice and the digits
of long numbers; `decide` takes what json.loads made of it.
"""

from __future__ import annotations

from typing import Any, Literal

from quizzes.graders.events.flatten import leaves
from quizzes.graders.events.matching import fits
from quizzes.graders.events.pattern import BadPattern, Rule, compiled
from quizzes.graders.events.values import NotJson, members, read

Decision = Literal["match", "no match", "invalid"]


def decide(case: Any) -> Decision:
    """What the pattern of a case does with its event. Raises ValueError for a case that is none."""
    parts = dict(members(case) or ())
    if "pattern" not in parts or "event" not in parts:
        raise ValueError("a case has a pattern and an event")
    pattern, event = parts["pattern"], parts["event"]
    if isinstance(event, str):
        event = read(event)
    if members(event) is None:
        raise ValueError("an event is an object")
    try:
        rules = compiled(read(pattern) if isinstance(pattern, str) else pattern)
    except (BadPattern, NotJson):
        return "invalid"
    return "match" if matches(rules, event) else "no match"


def decide_line(line: str) -> Decision:
    """`decide` for one line of a file of cases. Raises ValueError."""
    return decide(read(line))


def matches(rules: list[Rule], event: Any) -> bool:
    """Whether one of the rules fits. Raises TooMuch or NotJson (a ValueError)."""
    found = leaves(event, {path for rule in rules for path in rule})
    return any(fits(rule, found) for rule in rules)
