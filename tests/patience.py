"""For tests that something comes to an end. How fast it is, is measured in `benchmarks/` and never tested."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

SECONDS = 60.0  # of processor time: hundreds of times what is usual, so that only a blow-up takes so long


class NoEnd(BaseException):
    """The code under test went on and on. No `Exception`, so that no boundary of ours makes a sentence of it."""


@contextlib.contextmanager
def comes_to_an_end(seconds: float = SECONDS) -> Iterator[None]:
    """Fails inside the block once it has used `seconds` of this process's time, and so shows where it was."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise NoEnd(f"This has used {seconds:.0f} seconds of processor time and has not come to an end.")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
