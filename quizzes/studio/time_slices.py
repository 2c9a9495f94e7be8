"""A slice of time for work whose length an author decides: it goes on until the slice is spent, and then says so."""

from __future__ import annotations

import time


class TimeIsUp(Exception):
    """The slice is spent; what was done so far counts."""


class Slice:
    """So many seconds of this thread's processor time; on a busy machine at most twice as many of the wall's."""

    def __init__(self, seconds: float) -> None:
        self._began, self.seconds = time.thread_time(), seconds
        self._wall = time.monotonic() + 2 * seconds

    @property
    def spent(self) -> float:
        return time.thread_time() - self._began

    @property
    def left(self) -> float:
        """0 when it is spent."""
        return 0.0 if time.monotonic() > self._wall else max(0.0, self.seconds - self.spent)

    def look(self) -> None:
        """Raise TimeIsUp when it is spent."""
        if self.left == 0.0:
            raise TimeIsUp
