"""Why a learner's text could not be read."""

from __future__ import annotations


class Unreadable(ValueError):
    """`reason`: part of a sentence; `line`: counted from 1, when known. `str()` is a whole sentence."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason, self.line = reason, line
        where = f"Line {line}: " if line else ""
        sentence = f"{where}{reason}."
        super().__init__(sentence[0].upper() + sentence[1:])
