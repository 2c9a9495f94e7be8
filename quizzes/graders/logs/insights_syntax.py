"""Expressions of Logs Insights: fields, numbers, text, functions, arithmetic, comparisons, like, in, and, or, not.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Filter.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from quizzes.graders.logs.insights_values import (
    Row,
    Value,
    as_number,
    as_text,
    compare,
    floor_to,
    function,
    truth,
)
from quizzes.graders.logs.regexes import BadRegex, Regex, Steps, compiled
from quizzes.graders.logs.syntax import BadQuery, Token

MOST_NESTED = 30
MOST_TOKENS = 600

_REGEX = re.compile(r"\s*(?P<regex>/(?:[^/\\\n]|\\.)+/)")
_GRAMMAR = re.compile(
    r'(?P<space>\s+|#[^\n]*)|"(?P<quoted>(?:[^"\\]|\\.)*)"|\'(?P<single>(?:[^\'\\]|\\.)*)\'|`(?P<name>[^`\n]{1,100})`'
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>(?:ms|s|m|h|d|w)\b)?"
    r"|(?P<word>[A-Za-z_@][\w@.]*)|(?P<sign>=~|!=|<=|>=|=|<|>|\||\(|\)|\[|\]|,|\+|-|\*|/|%|\^)"
)
_SPANS = {"ms": 1.0, "s": 1_000.0, "m": 60_000.0, "h": 3_600_000.0, "d": 86_400_000.0, "w": 604_800_000.0}
_KEYWORDS = {"and", "or", "not", "like", "in", "as", "by"}

Expression: TypeAlias = Callable[[Row], Value]


def words(text: str) -> list[Token]:
    """Raises BadQuery."""
    found: list[Token] = []
    place = 0
    while place < len(text):
        regex = _REGEX.match(text, place) if _regex_may_follow(found) else None
        match = regex or _GRAMMAR.match(text, place)
        if match is None or match.end() == place:
            raise BadQuery(f"“{text[place : place + 20].strip()}” cannot stand here.")
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, match[0].strip(), match[kind], place))
        if len(found) > MOST_TOKENS:
            raise BadQuery(f"A query has at most {MOST_TOKENS} words here.")
        place = match.end()
    return found


def _regex_may_follow(found: list[Token]) -> bool:
    """A slash begins a regular expression after like, =~ and parse; elsewhere it divides."""
    last = [token.text.lower() for token in found[-2:]]
    return bool(last) and (last[-1] in ("like", "=~", "parse") or (len(last) == 2 and last[0] == "parse"))


@dataclass(slots=True)
class Reader:
    """Reads from the words of one command."""

    words: list[Token]
    steps: Steps
    place: int = 0
    depth: int = field(default=0)

    def peek(self) -> str:
        if self.place >= len(self.words):
            return ""
        token = self.words[self.place]
        return token.text.lower() if token.kind == "word" else token.text if token.kind == "sign" else ""

    def next(self) -> Token:
        if self.place >= len(self.words):
            raise BadQuery("The query ends too early.")
        self.place += 1
        return self.words[self.place - 1]

    def took(self, *texts: str) -> bool:
        if self.peek() in texts:
            self.place += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.took(text):
            found = self.words[self.place].text if self.place < len(self.words) else "the end"
            raise BadQuery(f"“{text}” is missing before “{found[:30]}”.")

    def done(self) -> bool:
        return self.place >= len(self.words)

    def name(self) -> str:
        """The name of a field."""
        token = self.next()
        if token.kind == "name" or (token.kind == "word" and token.text.lower() not in _KEYWORDS):
            return token.value
        raise BadQuery(f"The name of a field is missing before “{token.text[:30]}”.")

    def expression(self) -> Expression:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise BadQuery("The query is nested too deep.")
        options = [self._both()]
        while self.took("or"):
            options.append(self._both())
        self.depth -= 1
        return options[0] if len(options) == 1 else lambda row: any(truth(one(row)) for one in options)

    def _both(self) -> Expression:
        needed = [self._not()]
        while self.took("and"):
            needed.append(self._not())
        return needed[0] if len(needed) == 1 else lambda row: all(truth(one(row)) for one in needed)

    def _not(self) -> Expression:
        turned = False
        while self.took("not"):
            turned = not turned
        inner = self._comparison()
        return (lambda row: not truth(inner(row))) if turned else inner

    def _comparison(self) -> Expression:
        one = self._sum()
        turned = self.peek() == "not"
        if turned:
            self.place += 1
        if self.took("like"):
            return _turned(self._like(one), turned)
        if self.took("in"):
            return _turned(self._within(one), turned)
        if turned:
            raise BadQuery("After a field, “not” stands before like or in.")
        if self.took("=~"):
            return self._like(one)
        sign = self.peek()
        if sign in ("=", "!=", "<", "<=", ">", ">="):
            self.place += 1
            other = self._sum()
            return lambda row: compare(sign, one(row), other(row))
        return one

    def _like(self, one: Expression) -> Expression:
        token = self.next()
        if token.kind == "regex":
            regex = self.regex(token)
            return lambda row: (value := one(row)) is not None and regex.search(as_text(value)) is not None
        if token.kind not in ("quoted", "single"):
            raise BadQuery("After like stands a text in quotes or a regular expression between slashes.")
        part = unquoted(token)
        return lambda row: (value := one(row)) is not None and part in as_text(value)

    def _within(self, one: Expression) -> Expression:
        self.need("[")
        options: list[Expression] = []
        while not self.took("]"):
            options.append(self._sum())
            if self.peek() != "]":
                self.need(",")
        return lambda row: any(compare("=", one(row), other(row)) for other in options)

    def regex(self, token: Token) -> Regex:
        try:
            return compiled(token.text[1:-1], self.steps)
        except BadRegex as error:
            raise BadQuery(f"In the regular expression {token.text[:40]}, {error}.") from None

    def _sum(self) -> Expression:
        found = self._product()
        while (sign := self.peek()) in ("+", "-"):
            self.place += 1
            found = _arithmetic(sign, found, self._product())
        return found

    def _product(self) -> Expression:
        found = self._power()
        while (sign := self.peek()) in ("*", "/", "%"):
            self.place += 1
            found = _arithmetic(sign, found, self._power())
        return found

    def _power(self) -> Expression:
        found = self._single()
        while self.took("^"):
            found = _arithmetic("^", found, self._single())
        return found

    def _single(self) -> Expression:
        token = self.next()
        if token.text == "-" and token.kind == "sign":
            self.depth += 1
            if self.depth > MOST_NESTED:
                raise BadQuery("The query is nested too deep.")
            return _arithmetic("-", lambda row: 0.0, self._single())
        if token.text == "(" and token.kind == "sign":
            inner = self.expression()
            self.need(")")
            return inner
        if token.kind in ("quoted", "single"):
            text = unquoted(token)
            return lambda row: text
        if token.kind in ("number", "unit"):
            value = span(token) if token.kind == "unit" else float(token.text)
            return lambda row: value
        if token.kind not in ("word", "name") or token.text.lower() in _KEYWORDS:
            raise BadQuery(f"“{token.text[:30]}” cannot stand here.")
        if self.peek() == "(" and token.kind == "word":
            return self._call(token.text)
        if token.kind == "word" and token.text.lower() in ("true", "false"):
            word = token.text.lower()
            return lambda row: word
        name = token.value
        return lambda row: row.get(name)

    def _call(self, name: str) -> Expression:
        self.need("(")
        if name.lower() in ("bin", "datefloor", "dateceil"):
            return self._bin(name.lower())
        given: list[Expression] = []
        while not self.took(")"):
            given.append(self.expression())
            if self.peek() != ")":
                self.need(",")
        found = function(name, len(given))
        return lambda row: found(*(one(row) for one in given))

    def _bin(self, name: str) -> Expression:
        """bin(5m), or datefloor(@timestamp, 1h)."""
        source: Expression = lambda row: row.get("@timestamp")  # noqa: E731
        if name != "bin":
            source = self.expression()
            self.need(",")
        width = span(self.next())
        self.need(")")
        if name == "dateceil":
            return lambda row: None if (low := floor_to(source(row), width)) is None else low + width
        return lambda row: floor_to(source(row), width)


def span(token: Token) -> float:
    """Milliseconds of 5m or 1h."""
    match = re.fullmatch(r"([0-9]{1,6})(ms|s|m|h|d|w)", token.text)
    if match is None or int(match[1]) == 0:
        raise BadQuery(f"“{token.text[:20]}” is no period; write 30s, 5m, 1h or 1d.")
    return int(match[1]) * _SPANS[match[2]]


def unquoted(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", token.value)


def _turned(inner: Expression, turned: bool) -> Expression:
    return (lambda row: not truth(inner(row))) if turned else inner


def _arithmetic(sign: str, one: Expression, other: Expression) -> Expression:
    def value(row: Row) -> Value:
        a, b = as_number(one(row)), as_number(other(row))
        if a is None or b is None:
            return None
        try:
            if sign == "^":
                return float(a**b) if abs(b) <= 1_000 else None
            found = {"+": a + b, "-": a - b, "*": a * b}
            return found[sign] if sign in found else a / b if sign == "/" else a % b
        except (ZeroDivisionError, OverflowError, TypeError):
            return None

    return value
