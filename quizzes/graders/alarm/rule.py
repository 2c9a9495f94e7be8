"""The rule of a composite alarm: ALARM(name), OK(name), INSUFFICIENT_DATA(name), TRUE, FALSE with AND, OR, NOT.

Also AT_LEAST(2, ALARM, (a, b, c)): a number or a percentage of alarms that are, or with NOT are not, in a state.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html (read on 2026-11-21)

NOT binds closest, then AND, then OR. A name may stand in quotes, and be an alarm's ARN.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from quizzes.graders.loading_errors import Unreadable

STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
LONGEST = 10_240
DEEPEST = 30
MOST_TOKENS = 1000
_TOKEN = re.compile(
    r"""\s*(?:(?P<test>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?P<quoted>[^"\n]{1,255})"|(?P<name>[^()"\s]{1,1600}))\s*\)"""
    r"""|(?P<least>AT_LEAST\s*\([^()]{1,60}\((?:[^()"]|"[^"\n]{1,255}")*\)\s*\))"""
    r"""|(?P<word>AND|OR|NOT|TRUE|FALSE)(?![A-Za-z_])|(?P<sign>[()]))"""
)
_LEAST = re.compile(
    r"""AT_LEAST\s*\(\s*"?(?P<count>[0-9]{1,3})(?P<percent>%?)"?\s*,\s*(?P<not>NOT\s+)?(?P<state>ALARM|OK|INSUFFICIENT_DATA)"""
    r"""\s*,\s*\((?P<names>.*)\)\s*\)""",
    re.DOTALL,
)
_NAME = re.compile(r"""\s*(?:"([^"\n]{1,255})"|([^()",\s]{1,1600}))\s*(?:,|\Z)""")


@dataclass(frozen=True, slots=True)
class Node:
    """`kind`: a state to test for, and, or, not, true, false; or least, with the number that must hold as `name`."""

    kind: str
    name: str = ""
    parts: tuple[Node, ...] = ()


def read_rule(text: str) -> Node:
    """A rule as a tree. Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable(f"an alarm rule has at most {LONGEST} signs")
    reading = _Reading(list(_tokens(text)))
    rule = reading.either(0)
    if reading.rest:
        raise Unreadable(f"“{reading.rest[-1][1]}” cannot stand here; AND or OR is missing")
    return rule


def rule_state(rule: Node, alarms: Mapping[str, str]) -> str:
    """State of the composite alarm while its children are in these states."""
    return "ALARM" if _true(rule, alarms) else "OK"


def children(rule: Node) -> set[str]:
    """Names of the alarms that a rule looks at."""
    return ({rule.name} if rule.kind in STATES else set()).union(*(children(part) for part in rule.parts))


def _true(rule: Node, alarms: Mapping[str, str]) -> bool:
    if rule.kind in STATES:
        return alarms.get(rule.name) == rule.kind
    if rule.kind == "not":
        return not _true(rule.parts[0], alarms)
    if rule.kind in ("true", "false"):
        return rule.kind == "true"
    if rule.kind == "least":
        return sum(_true(part, alarms) for part in rule.parts) >= int(rule.name)
    results = (_true(part, alarms) for part in rule.parts)
    return all(results) if rule.kind == "and" else any(results)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text): a state with the alarm's name, or a word or bracket with itself."""
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"“{text[at:].strip()[:30]}” is not understood; write ALARM(name), AND, OR, NOT")
        if match["test"]:
            yield match["test"], _alarm(match["quoted"] or match["name"])
        elif match["least"]:
            yield "least", match["least"]
        else:
            yield (match["word"] or match["sign"]), (match["word"] or match["sign"])
        at = match.end()


def _alarm(written: str) -> str:
    """The name of an alarm that may be written as an ARN."""
    return written.rpartition(":alarm:")[2]


def _at_least(text: str) -> Node:
    """AT_LEAST with its alarms. Raises Unreadable."""
    match = _LEAST.fullmatch(text)
    if match is None:
        raise Unreadable(
            "write AT_LEAST(2, ALARM, (one, two, three)), with a number or a percentage such as 50%"
        )
    names, at = [], 0
    while at < len(match["names"]):
        name = _NAME.match(match["names"], at)
        if name is None:
            raise Unreadable("between the alarms of AT_LEAST stand commas")
        names.append(_alarm(name[1] or name[2]))
        at = name.end()
    given = int(match["count"])
    count = math.ceil(len(names) * given / 100) if match["percent"] else given
    if not 1 <= count <= len(names):
        raise Unreadable(f"AT_LEAST asks for {given}{match['percent']} of {len(names)} alarms")
    tests = [Node(match["state"], name) for name in names]
    return Node(
        "least", str(count), tuple(Node("not", parts=(one,)) if match["not"] else one for one in tests)
    )


class _Reading:
    """OR of ANDs of NOTs, from tokens."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        if len(tokens) > MOST_TOKENS:
            raise Unreadable(f"an alarm rule has at most {MOST_TOKENS} parts")
        self.rest = tokens[::-1]

    def take(self) -> tuple[str, str]:
        if not self.rest:
            raise Unreadable("the rule ends too early")
        return self.rest.pop()

    def next(self) -> str:
        return self.rest[-1][0] if self.rest else ""

    def either(self, depth: int) -> Node:
        parts = [self.both(depth)]
        while self.next() == "OR":
            self.take()
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Node("or", parts=tuple(parts))

    def both(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.next() == "AND":
            self.take()
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else Node("and", parts=tuple(parts))

    def one(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise Unreadable(f"brackets are nested deeper than {DEEPEST} levels")
        kind, text = self.take()
        if kind in STATES:
            return Node(kind, text)
        if kind == "least":
            return _at_least(text)
        if kind in ("TRUE", "FALSE"):
            return Node(kind.lower())
        if kind == "NOT":
            return Node("not", parts=(self.one(depth + 1),))
        if kind != "(":
            raise Unreadable(f"“{text}” cannot stand here; an alarm is missing")
        inner = self.either(depth + 1)
        if self.next() != ")":
            raise Unreadable("a closing bracket is missing")
        self.take()
        return inner
