"""A command line → words, as a POSIX shell takes it apart. No shell: variables, pipes and the like are refused.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-quoting-strings.html
"""

from __future__ import annotations

LONGEST = 20_000
MOST_WORDS = 400
_REFUSED = {
    "|": "a pipe (|)", ";": "a second command (;)", "&": "“&”", "<": "a redirection (<)", ">": "a redirection (>)",
    "(": "a bracket (", ")": "a bracket )", "`": "a command in backquotes",
}  # fmt: skip


class BadCommand(ValueError):
    """Why a command cannot be read, as a whole sentence."""


def words(text: str) -> list[str]:
    """Words of one command. Raises BadCommand."""
    if len(text) > LONGEST:
        raise BadCommand(f"A command has at most {LONGEST:,} signs here.")
    reader = _Reader(text.replace("\r\n", "\n").strip())
    found = reader.all()
    if not found:
        raise BadCommand("Here is no command yet.")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0

    def all(self) -> list[str]:
        found: list[str] = []
        while self.place < len(self.text):
            sign = self.text[self.place]
            if sign in " \t":
                self.place += 1
            elif self.text.startswith("\\\n", self.place):
                self.place += 2
            elif sign == "\n":
                self._line()
            elif sign == "#":
                end = self.text.find("\n", self.place)
                self.place = len(self.text) if end < 0 else end
            else:
                found.append(self._word())
            if len(found) > MOST_WORDS:
                raise BadCommand(f"A command has at most {MOST_WORDS} words here.")
        return found

    def _line(self) -> None:
        """The end of a line ends the command: nothing but remarks may follow."""
        rest = [line.strip() for line in self.text[self.place :].split("\n")]
        if any(line and not line.startswith("#") for line in rest):
            raise BadCommand("A second command starts on a new line; end a line with \\ where it goes on.")
        self.place = len(self.text)

    def _word(self) -> str:
        parts: list[str] = []
        while self.place < len(self.text):
            sign = self.text[self.place]
            if sign in " \t\n":
                break
            if sign == "'":
                parts.append(self._single())
            elif sign == '"':
                parts.append(self._double())
            elif sign == "\\":
                following = self.text[self.place + 1 : self.place + 2]
                if not following:
                    raise BadCommand("The command ends with \\; something is missing.")
                parts.append("" if following == "\n" else following)
                self.place += 2
            else:
                self._plain(sign)
                parts.append(sign)
                self.place += 1
        return "".join(parts)

    def _plain(self, sign: str) -> None:
        if sign in _REFUSED:
            raise BadCommand(f"{_REFUSED[sign]} is not possible here: write one command; quote it if it is a value."
                             .capitalize())  # fmt: skip
        if sign == "$" and self._names_something():
            raise BadCommand(
                "Variables ($) are not filled here: write the value itself, or use single quotes."
            )

    def _names_something(self) -> bool:
        following = self.text[self.place + 1 : self.place + 2]
        return following.isalpha() or following in ("{", "(", "_", "@", "?", "!", "#", "'", '"')

    def _single(self) -> str:
        end = self.text.find("'", self.place + 1)
        if end < 0:
            raise BadCommand("A single quote (') is not closed.")
        found = self.text[self.place + 1 : end]
        self.place = end + 1
        return found

    def _double(self) -> str:
        parts: list[str] = []
        self.place += 1
        while self.place < len(self.text):
            sign = self.text[self.place]
            if sign == '"':
                self.place += 1
                return "".join(parts)
            following = self.text[self.place + 1 : self.place + 2]
            if sign == "\\" and following and following in '$`"\\\n':
                parts.append("" if following == "\n" else following)
                self.place += 2
                continue
            if sign == "`":
                raise BadCommand("Within double quotes, backquotes would run a command: use single quotes.")
            if sign == "$" and following not in ("'", '"') and self._names_something():
                raise BadCommand("Within double quotes, $ fills in a variable: use single quotes.")
            parts.append(sign)
            self.place += 1
        raise BadCommand('A double quote (") is not closed.')
