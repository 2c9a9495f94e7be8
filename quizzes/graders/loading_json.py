"""JSON → plain data with the line of every mistake, a key at most once, and bounds on depth, values and digits."""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import Any

from quizzes.graders.loading_errors import Unreadable

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"[A-Za-z_]{1,20}")


def read_json(text: str, max_depth: int, max_values: int, max_digits: int) -> Any:
    """The one value that is written in `text`. Raises Unreadable."""
    return _Json(text, max_depth, max_values, max_digits).document()


class _Json:
    def __init__(self, text: str, max_depth: int, max_values: int, max_digits: int) -> None:
        self.text, self.at = text, 0
        self.max_depth, self.max_values, self.max_digits = max_depth, max_values, max_digits
        self.values = 0

    def document(self) -> Any:
        value = self.value(0)
        self.space()
        if self.at < len(self.text):
            raise self.wrong("here is more after the end")
        return value

    def wrong(self, reason: str, at: int | None = None) -> Unreadable:
        place = self.at if at is None else at
        return Unreadable(reason, self.text.count("\n", 0, place) + 1)

    def space(self) -> str:
        """Skip white space; the sign after it, or "" at the end."""
        self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Any:
        sign = self.space()
        self.values += 1
        if self.values > self.max_values:
            raise self.wrong(f"this has more than {self.max_values} values")
        if sign in ("{", "["):
            if depth >= self.max_depth:
                raise self.wrong(f"this is nested deeper than {self.max_depth} levels")
            self.at += 1
            return self.mapping(depth) if sign == "{" else self.sequence(depth)
        if sign == '"':
            return self.string()
        return self.number() if sign and sign in "-0123456789" else self.word(sign)

    def word(self, sign: str) -> bool | None:
        match = _WORD.match(self.text, self.at)
        if match and match[0] in _WORDS:
            self.at = match.end()
            return _WORDS[match[0]]
        if not sign:
            raise self.wrong("it ends too early; a bracket or a value is missing")
        if match:
            raise self.wrong(f'text needs double quotes: "{match[0]}"')
        if sign == "'":
            raise self.wrong("JSON has double quotes, not single ones")
        raise self.wrong(
            f"a value is missing before “{sign}”" if sign in ",}]" else f"“{sign}” cannot stand here"
        )

    def string(self) -> str:
        start = self.at
        try:
            value, self.at = scanstring(self.text, start + 1, True)
        except JSONDecodeError as error:
            raise self.wrong(_string_problem(error.msg), start) from None
        if any("\ud800" <= sign <= "\udfff" for sign in value) or "\0" in value:
            raise self.wrong("a \\u escape stands for no sign", start)
        return str(value)

    def number(self) -> int | float:
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            raise self.wrong("a number is not complete")
        if self.text[match.end() : match.end() + 1].isalnum():
            raise self.wrong("a number is not written as JSON has it; put it in quotes if it is a name")
        if len(match[1].lstrip("-")) > self.max_digits or len(match[0]) > 3 * self.max_digits:
            raise self.wrong(
                f"a number of more than {self.max_digits} digits; put it in quotes if it is a name"
            )
        self.at = match.end()
        if not match[2] and not match[3]:
            return int(match[1])
        value = float(match[0])
        if abs(value) > 1e300:
            raise self.wrong("a number is too large")
        return value

    def sequence(self, depth: int) -> list[Any]:
        items: list[Any] = []
        if self.space() == "]":
            self.at += 1
            return items
        while True:
            items.append(self.value(depth + 1))
            if self.ends("]"):
                return items

    def mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.space() == "}":
            self.at += 1
            return found
        while True:
            if self.space() != '"':
                raise self.wrong("a key in double quotes is missing here")
            start = self.at
            key = self.string()
            if key in found:
                raise self.wrong(f"the key “{key[:60]}” stands twice", start)
            if self.space() != ":":
                raise self.wrong(f"a colon is missing after “{key[:60]}”")
            self.at += 1
            found[key] = self.value(depth + 1)
            if self.ends("}"):
                return found

    def ends(self, bracket: str) -> bool:
        """After a value: True at the closing bracket, False when a comma announces another one."""
        sign = self.space()
        if sign not in (",", bracket) or not sign:
            raise self.wrong(f"a comma or “{bracket}” is missing" + (f" before “{sign}”" if sign else ""))
        self.at += 1
        if sign == "," and self.space() == bracket:
            raise self.wrong(f"a comma too many before “{bracket}”")
        return sign == bracket


def _string_problem(message: str) -> str:
    if message.startswith("Unterminated"):
        return "a closing double quote is missing"
    if message.startswith("Invalid control"):
        return "text in quotes cannot go over the end of a line; write \\n"
    return "a backslash must be written twice, or start an escape such as \\n"
