"""An event pattern → rules: each rule asks something of every field it names, and one of the rules is enough.

A field is a path of keys; the engine joins them with dots. `$or` doubles the rules: each of its objects goes on with a
copy of what was asked so far. What is asked of a field later, in the order of the text, takes the place of what was
asked before. A `$or` that is none (not a list of at least two objects) is a field of that name.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html ($or)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from quizzes.graders.events.matchers import Address, Matcher
from quizzes.graders.events.operators import Absent, BadPattern, leaf
from quizzes.graders.events.values import members

MAX_RULES = 1000
MAX_FIELDS = 256
MAX_DEPTH = 200

_RESERVED = frozenset({
    *("exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr"),
    *("=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after"),
    *("date-on-or-after", "date-before", "date-on-or-before", "in-date-range", "ip-address-in-range"),
    "ip-address-not-in-range",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one field: one of the matchers, or that there is no leaf (`absent`)."""

    matchers: tuple[Matcher, ...]
    absent: bool

    @property
    def reads(self) -> str:
        parts = [matcher.reads for matcher in self.matchers] + ["is not there"] * self.absent
        return " or ".join(parts[:6]) + (" …" if len(parts) > 6 else "")


Rule = dict[str, Asked]


def compiled(pattern: Any) -> list[Rule]:
    """The rules of a pattern. Raises BadPattern with the sentence that says what is wrong and where."""
    try:
        return _Compiler(True).rules(pattern)
    except BadPattern as error:
        if not error.may_be_a_field:
            raise
        try:
            return _Compiler(False).rules(pattern)
        except BadPattern:
            raise error from None


class _Compiler:
    def __init__(self, with_or: bool) -> None:
        self.with_or, self.seen_or = with_or, False

    def rules(self, pattern: Any) -> list[Rule]:
        if members(pattern) is None:
            raise BadPattern("", "an event pattern is an object, in curly brackets")
        rules: list[Rule] = []
        try:
            self.object(rules, [], pattern, False)
        except BadPattern as error:
            error.may_be_a_field = self.seen_or
            raise
        if any(len(rule) > MAX_FIELDS for rule in rules):
            raise BadPattern("", f"a pattern has at most {MAX_FIELDS} fields")
        return rules

    def object(self, rules: list[Rule], path: list[str], node: Any, within_or: bool) -> None:
        pairs = list(members(node) or ())
        place = ".".join(path)
        if not pairs:
            raise BadPattern(place, "an empty object asks for nothing; name a field in it")
        if len(path) >= MAX_DEPTH:
            raise BadPattern("", f"a pattern is nested at most {MAX_DEPTH} levels deep")
        for key, value in pairs:
            here = [*path, key]
            if key == "$or" and self.with_or:
                self.seen_or = True
                self.either(rules, path, value)
            elif within_or and key in _RESERVED:
                raise BadPattern(place, f"“{key}” is an operator, and cannot be a field inside $or")
            elif members(value) is not None:
                self.object(rules, here, value, within_or)
            elif isinstance(value, list):
                _ask(rules, _joined(path, key), _asked(".".join(here), value))
            else:
                raise BadPattern(
                    ".".join(here),
                    "the value must stand in a list, in square brackets, even if it is only one",
                )

    def either(self, rules: list[Rule], path: list[str], options: Any) -> None:
        place = ".".join([*path, "$or"])
        if not isinstance(options, list) or any(members(option) is None for option in options):
            raise BadPattern(place, "$or needs a list of objects")
        before = [dict(rule) for rule in rules]
        rules.clear()
        for option in options:
            branch = [dict(rule) for rule in before] or [{}]
            self.object(branch, path, option, True)
            rules.extend(branch)
            if len(rules) > MAX_RULES:
                raise BadPattern(place, f"$or leads to more than {MAX_RULES} combinations")
        if len(options) < 2:
            raise BadPattern(place, "$or needs at least two objects to choose from")


def _joined(path: list[str], key: str) -> str:
    """The path of a field. The engine forgets a first key that is empty, which it does not do in an event."""
    above = ".".join(path)
    return f"{above}.{key}" if above else key


def _ask(rules: list[Rule], path: str, asked: Asked) -> None:
    if not rules:
        rules.append({})
    for rule in rules:
        rule[path] = asked


def _asked(place: str, values: Iterable[Any]) -> Asked:
    found = [leaf(place, value) for value in values]
    if not found:
        raise BadPattern(place, "an empty list matches nothing; put a value in it")
    matchers = tuple(one for one in found if not isinstance(one, Absent))
    if any(matcher.numeric for matcher in matchers):
        matchers = tuple(
            replace(one, beside_numbers=True) if isinstance(one, Address) else one for one in matchers
        )
    return Asked(matchers, absent=len(matchers) < len(found))
