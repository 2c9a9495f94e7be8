"""Text → lines with their measurements: the only place where tabs, quotes and odd spaces are interpreted."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LINE = 20_000
MAX_BRACKETS = 400
_CLOZE = re.compile(
    r"\{\{c\d{1,2}::([^{}=\n]{1,200}?)(?:::[^{}\n]{0,200})?\}\}"
)  # a hole, as card programs write it
_QUOTE = re.compile(r"[ ]{0,3}>[ ]?")
_ODD_SPACES = str.maketrans(
    {
        "\u00a0": " ",
        "\u2007": " ",
        "\u202f": " ",
        "\u3000": " ",
        "\u2028": " ",
        "\u2029": " ",
        "\u0085": " ",
        "\x0b": " ",
        "\x1c": " ",
        "\x1d": " ",
        "\x1e": " ",
        "\x1f": " ",
    }
)
# Joiners (U+200C, U+200D) stay, as emoji and some scripts need them; marks that turn the direction of text do not.
_INVISIBLE = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad\x00-\x08\x0c\x0e-\x1b\x7f\ud800-\udfff]"
)
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"


@dataclass(frozen=True, slots=True)
class Line:
    """`text` is without indentation and quote marks; `indent` in columns (a tab reaches the next fourth one)."""

    no: int
    raw: str
    text: str
    indent: int
    quote: int

    @property
    def blank(self) -> bool:
        return not self.text


def split(text: str) -> list[str]:
    """Lines by line feed alone (CRLF and CR count as one), so that numbers agree with every editor."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.removeprefix("\ufeff").split("\n")
    return lines[:-1] if lines and lines[-1] == "" else lines


def nonblank(lines: list[str]) -> int:
    """How many lines hold more than white space."""
    return sum(1 for line in lines if line.strip())


def measure(no: int, raw: str) -> Line:
    """One line, its quote marks removed (at most nine deep), its indentation measured."""
    rest = raw.translate(_ODD_SPACES)
    if not rest.isascii() or not rest.isprintable():
        rest = _INVISIBLE.sub("", rest)
        if not rest.strip(" \t" + _JOINERS):
            rest = ""
    if "&nbsp;" in rest:
        rest = rest.replace("&nbsp;", " ")
    if "{{c" in rest:
        rest = _CLOZE.sub(r"==\1==", rest)
    quote = 0
    while quote < 9 and (match := _QUOTE.match(rest)):
        rest, quote = rest[match.end() :], quote + 1
    stripped = rest.lstrip(" \t")
    lead = rest[: len(rest) - len(stripped)]
    indent = len(lead.expandtabs(4)) if "\t" in lead else len(lead)
    if "\t" in lead and "\t" in stripped.rstrip():
        stripped = "\t" * lead.count("\t") + stripped  # an empty first cell of a tab table
    return Line(no, raw, stripped.rstrip(), indent, quote)


def too_much(raw: str) -> str | None:
    """Why a line is not worth reading, when it is not."""
    if len(raw) > MAX_LINE:
        return f"it is {len(raw):,} characters long and the limit is {MAX_LINE:,}"
    brackets = raw.count("[") if len(raw) > MAX_BRACKETS else 0
    if brackets > MAX_BRACKETS:
        return f"it holds {brackets:,} opening brackets and the limit is {MAX_BRACKETS}"
    return None
