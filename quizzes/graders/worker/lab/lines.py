"""A learner's text → its commands. One command a line; it goes on after a backslash, and within quotes."""

from __future__ import annotations

from collections.abc import Iterator

MOST_COMMANDS = 60


class TooMany(ValueError):
    """More commands than a lab takes. The message is a sentence."""


def commands_of(text: str) -> list[str]:
    """Commands in order, as they were written, without empty lines and remarks (# …). Raises TooMany."""
    found = []
    for command in _split(text.replace("\r\n", "\n").replace("\r", "\n")):
        stripped = command.strip()
        if stripped and not stripped.startswith("#"):
            found.append(stripped.removeprefix("$ "))
            if len(found) > MOST_COMMANDS:
                raise TooMany(f"A lab takes at most {MOST_COMMANDS} commands.")
    return found


def _split(text: str) -> Iterator[str]:
    """Ends of lines that end a command: outside of quotes and of remarks, and not after a backslash."""
    begin = place = 0
    quote = ""
    while place < len(text):
        sign = text[place]
        if quote:
            if sign == "\\" and quote == '"':
                place += 1
            elif sign == quote:
                quote = ""
        elif sign == "\\":
            place += 1
        elif sign in "'\"":
            quote = sign
        elif sign == "#" and (place == begin or text[place - 1] in " \t\n"):
            end = text.find("\n", place)
            place = (len(text) if end < 0 else end) - 1
        elif sign == "\n":
            yield text[begin:place]
            begin = place + 1
        place += 1
    yield text[begin:]
