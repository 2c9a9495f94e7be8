"""Conditions of filter patterns: `name operator value`, joined by && and ||, in brackets where needed.

Text may hold stars. An operator such as > needs a number. What is not there fulfils nothing, not even !=.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from quizzes.graders.logs.regexes import Regex, Steps, compiled
from quizzes.graders.logs.syntax import OPERATORS, BadQuery, Token, fits_stars, number, tokens

MOST_NESTED = 20

GRAMMAR = re.compile(
    r'(?P<space>\s+)|(?P<joint>&&|\|\|)|(?P<bracket>[()])|(?P<sign>!=|<=|>=|=|<|>)|"(?P<quoted>(?:[^"\\]|\\.)*)"'
    r"|%(?P<regex>(?:[^%\\]|\\.)+)%|(?P<path>\$(?:\.?\[[^\]\n]{1,60}\]|\.[\w*-]+)*)|(?P<word>[^\s()=<>!&|\"%,\[\]{}]+)"
)


# What a name stands for: several values, when it has a star.
Values = Callable[[Any], list[Any]]
Holds = Callable[[Any], bool]


@dataclass(slots=True)
class Conditions:
    """Reads conditions. `names`: kind of word → what a name of that kind stands for (raises BadQuery)."""

    text: str
    name_kind: str
    values_of: Callable[[str], Values]
    steps: Steps
    tokens: list[Token] = field(default_factory=list)
    place: int = 0

    def read(self) -> Holds:
        self.tokens = list(tokens(self.text, GRAMMAR))
        if not self.tokens:
            raise BadQuery("A condition is missing.")
        found = self.either(0)
        if self.place < len(self.tokens):
            raise BadQuery(
                f"“{self.tokens[self.place].text}” cannot stand here; join conditions with && or ||."
            )
        return found

    def next(self) -> Token:
        if self.place >= len(self.tokens):
            raise BadQuery("The pattern ends too early.")
        self.place += 1
        return self.tokens[self.place - 1]

    def peek(self) -> str:
        return self.tokens[self.place].text if self.place < len(self.tokens) else ""

    def either(self, depth: int) -> Holds:
        options = [self.both(depth)]
        while self.peek() == "||":
            self.next()
            options.append(self.both(depth))
        return options[0] if len(options) == 1 else lambda event: any(one(event) for one in options)

    def both(self, depth: int) -> Holds:
        needed = [self.one(depth)]
        while self.peek() == "&&":
            self.next()
            needed.append(self.one(depth))
        return needed[0] if len(needed) == 1 else lambda event: all(one(event) for one in needed)

    def one(self, depth: int) -> Holds:
        token = self.next()
        if token.text == "(":
            if depth >= MOST_NESTED:
                raise BadQuery("Brackets are nested too deep.")
            inner = self.either(depth + 1)
            if self.next().text != ")":
                raise BadQuery("A closing bracket ) is missing.")
            return inner
        if token.kind != self.name_kind:
            wanted = "a path such as $.eventName" if self.name_kind == "path" else "the name of a field"
            raise BadQuery(f"Before “{token.text[:30]}”, {wanted} is missing.")
        return self.comparison(self.values_of(token.text))

    def comparison(self, values: Values) -> Holds:
        sign = self.next()
        word = sign.text.upper()
        if word in ("IS", "NOT"):
            return _state(word, self.next().text.upper(), values)
        if sign.kind != "sign":
            raise BadQuery(
                f"“{sign.text[:30]}” is no comparison; known are {' '.join(OPERATORS)}, IS and NOT EXISTS."
            )
        token = self.next()
        if token.kind == "regex":
            if sign.text not in ("=", "!="):
                raise BadQuery("A regular expression is compared with = or !=.")
            return _by_regex(values, compiled(token.value, self.steps, groups=False), sign.text == "=")
        if token.kind not in ("quoted", "word"):
            raise BadQuery(f"After “{sign.text}”, a value is missing.")
        wanted = re.sub(r"\\(.)", r"\1", token.value) if token.kind == "quoted" else token.value
        return _by_value(values, sign.text, wanted, token.kind == "quoted")


def _state(word: str, what: str, values: Values) -> Holds:
    if word == "NOT":
        if what not in ("EXISTS", "EXIST"):
            raise BadQuery("After NOT only EXISTS is known; other conditions are turned round with !=.")
        return lambda event: not values(event)
    known = {"NULL": None, "TRUE": True, "FALSE": False}
    if what not in known:
        raise BadQuery("After IS stands NULL, TRUE or FALSE.")
    return lambda event: any(value is known[what] for value in values(event))


def _by_regex(values: Values, regex: Regex, wanted: bool) -> Holds:
    return lambda event: any(
        (regex.search(_text(value)) is not None) == wanted for value in values(event) if _is_plain(value)
    )


def _by_value(values: Values, sign: str, wanted: str, quoted: bool) -> Holds:
    as_number = None if quoted else number(wanted)
    if sign not in ("=", "!=") and as_number is None:
        raise BadQuery(f"“{sign}” compares numbers, and “{wanted[:30]}” is none.")

    def holds(value: Any) -> bool:
        if as_number is not None:
            found = value if isinstance(value, int | float) and not isinstance(value, bool) else None
            if isinstance(value, str):
                found = number(value)
            if found is not None:
                return OPERATORS[sign](found, as_number)
            return sign == "!=" and _is_plain(value)
        return isinstance(value, str) and fits_stars(value, wanted) == (sign == "=")

    return lambda event: any(holds(value) for value in values(event))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.15g}" if isinstance(value, float) else str(value)
