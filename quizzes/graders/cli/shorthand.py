"""The CLI's shorthand: `Key=Id,Values=a,b` → data, turned into the types that the request has.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quizzes.graders.cli.words import BadCommand

MOST_NESTED = 25
_KEY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.#/:")
_NO_START = frozenset("\"',=[{ \t\n\r\f\v")
_NO_FIRST = frozenset("\"',]}")  # a value may hold “=” …
_NO_SECOND = frozenset("\"',=")  # … but not the further ones of a list: there a new key would start


class _Wrong(Exception):
    pass


def parse(text: str, from_file: Callable[[str], str | None] = lambda text: None) -> dict[str, Any]:
    """Keys with texts, lists and mappings of them; `key@=file://x` has the text of a file. Raises BadCommand."""
    try:
        return _Parser(text, from_file).parameter()
    except _Wrong as error:
        shown = text if len(text) <= 60 else f"{text[:60]}…"
        raise BadCommand(f"“{shown}” is no shorthand: {error}.") from None


class _Parser:
    def __init__(self, text: str, from_file: Callable[[str], str | None]) -> None:
        self.text, self.place, self.depth = text, 0, 0
        self.from_file = from_file

    def parameter(self) -> dict[str, Any]:
        key, value = self._pair(self._values)
        found = {key: value}
        while self.place < len(self.text):
            self._expect(",")
            key, value = self._pair(self._values)
            if key in found:
                raise _Wrong(f"“{key[:40]}” stands twice")
            found[key] = value
        return found

    def _pair(self, values: Any) -> tuple[str, Any]:
        start = self.place
        while self._sign() in _KEY and self._sign():
            self.place += 1
        key = self.text[start : self.place]
        self._spaces()
        filed = self._sign() == "@"
        self.place += filed
        self._expect("=")
        value = values()
        if filed and isinstance(value, str) and (content := self.from_file(value)) is not None:
            value = content
        return key, value

    def _values(self) -> Any:
        return self._nested() if self._sign() in ("[", "{") else self._several()

    def _nested(self) -> Any:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise _Wrong("it is nested too deep")
        found = self._list() if self._sign() == "[" else self._mapping()
        self.depth -= 1
        return found

    def _inner(self) -> Any:
        return self._nested() if self._sign() in ("[", "{") else self._first()

    def _list(self) -> list[Any]:
        self._expect("[")
        found = []
        while self._open("]"):
            found.append(self._inner())
            self._next("]")
        self._expect("]", after=False)
        return found

    def _mapping(self) -> dict[str, Any]:
        self._expect("{")
        found = {}
        while self._open("}"):
            key, value = self._pair(self._inner)
            found[key] = value
            self._next("}")
        self._expect("}", after=False)
        return found

    def _open(self, end: str) -> bool:
        if self.place >= len(self.text):
            raise _Wrong(f"“{end}” is missing")
        return self._sign() != end

    def _next(self, end: str) -> None:
        self._spaces()
        if self._sign() != end:
            self._expect(",", before=False)

    def _several(self) -> Any:
        """`a` is a text, `a,b` a list; what is followed by = is the next key."""
        first = self._first()
        self._spaces()
        if self._sign() != ",":
            return first
        found, comma = [first], self.place
        while self._sign() == ",":
            comma = self.place
            self.place += 1
            self._spaces()
            value = self._second()
            self._spaces()
            if value is None and self.place >= len(self.text):
                raise _Wrong("it ends with a comma")
            if value is None or self._sign() not in (",", ""):
                self.place = comma
                break
            found.append(value)
        return found if len(found) > 1 else first

    def _first(self) -> str:
        if self._sign() in ("'", '"') and self._sign():
            return self._quoted()
        return self._plain(_NO_FIRST) or ""

    def _second(self) -> str | None:
        if self._sign() in ("'", '"') and self._sign():
            return self._quoted()
        return self._plain(_NO_SECOND)

    def _plain(self, ends: frozenset[str]) -> str | None:
        start = self.place
        while self.place < len(self.text):
            sign = self.text[self.place]
            if self.text.startswith("\\,", self.place):
                self.place += 2
                continue
            if sign in (_NO_START if self.place == start else ends):
                break
            self.place += 1
        return self.text[start : self.place].replace("\\,", ",").rstrip() if self.place > start else None

    def _quoted(self) -> str:
        mark, start = self._sign(), self.place + 1
        self.place += 1
        while self.place < len(self.text):
            if self.text[self.place] == "\\" and self.text[self.place + 1 : self.place + 2] == mark:
                self.place += 2
            elif self.text[self.place] == mark:
                self.place += 1
                inner = self.text[start : self.place - 1]
                return inner.replace(f"\\{mark}", mark).replace("\\\\", "\\")
            else:
                self.place += 1
        raise _Wrong("a quote is not closed")

    def _sign(self) -> str:
        return self.text[self.place : self.place + 1]

    def _spaces(self) -> None:
        while self._sign().isspace():
            self.place += 1

    def _expect(self, sign: str, *, before: bool = True, after: bool = True) -> None:
        if before:
            self._spaces()
        if self._sign() != sign:
            there = f"“{self._sign()}”" if self._sign() else "the end"
            raise _Wrong(f"at sign {self.place + 1} should be “{sign}”, not {there}")
        self.place += 1
        if after:
            self._spaces()


def typed(value: Any, shape: Any, shapes: tuple[Any, ...]) -> Any:
    """Texts as numbers and truth values, and one value as a list, where the request has them. Raises BadCommand."""
    if isinstance(shape, list):
        kind, below = shape
        if kind == "l":
            items = value if isinstance(value, list) else [value]
            # one value becomes a list as it is: its text is not looked at again
            return [typed(one, shapes[below], shapes) for one in items] if items is value else items
        if not isinstance(value, Mapping):
            return value
        if kind == "m":
            return {key: typed(one, shapes[below], shapes) for key, one in value.items()}
        return {
            key: typed(one, shapes[below[key]], shapes) if key in below else one for key, one in value.items()
        }
    if shape == "j":
        raise BadCommand("This takes any JSON, which has no shorthand: write JSON.")
    return scalar(value, shape) if isinstance(value, str) else value


def scalar(value: str, shape: str) -> Any:
    """A text within shorthand as its type."""
    if shape == "b":
        return {"true": True, "false": False}.get(value.lower(), value)
    return number(value, shape)


def number(value: str, shape: str) -> Any:
    """A text as a number where one is asked for. Raises BadCommand."""
    if shape not in ("i", "f"):
        return value
    try:
        if len(value) > 30:
            raise ValueError
        return int(value) if shape == "i" else float(value)
    except ValueError:
        kind = "whole number" if shape == "i" else "number"
        raise BadCommand(f"“{value[:40]}” is no {kind}.") from None
