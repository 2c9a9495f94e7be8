"""What management commands write to a terminal while they work."""

from __future__ import annotations

from types import TracebackType
from typing import Any


class ProgressLine:
    """One line that is written over on a terminal; elsewhere, one line a stage."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.live = bool(getattr(stream, "isatty", lambda: False)())
        self.last = ""

    def show(self, stage: str, done: int = 0, total: int = 0) -> None:
        """`done` of `total` at this stage; 0 of 0 when it cannot be counted."""
        text = f"{stage} {done} of {total}" if total else stage
        if self.live:
            self.stream.write(f"\r\x1b[K{text}", ending="")
            self.stream.flush()
        elif stage != self.last:
            self.stream.write(text)
        self.last = stage

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live and self.last:
            self.stream.write("\r\x1b[K", ending="")
