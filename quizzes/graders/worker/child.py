"""One answer in a process of its own: fork, give everything up, run the engine, write what came out, end.

The parent gets a pipe. One message comes through it (see `wire`): {"told": …}, or {"failed": one of FAILURES, "where"}.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import time
from typing import Any, NoReturn

from quizzes.graders.worker import wire
from quizzes.graders.worker.engines import Engine
from quizzes.graders.worker.limits import Limits, close_all_but, restrict

FAILURES = ("memory", "time", "crashed", "big", "limits", "surprise")


class Child:
    """A running answer. `pipe` becomes readable when something was told, and ends with the process."""

    def __init__(self, engine: Engine, job: Any, limits: Limits) -> None:
        self.limits, self.received = limits, bytearray()
        self.pipe, ours = os.pipe()
        parent = os.getpid()
        self.until = time.monotonic() + limits.wall
        self.pid = os.fork()
        if self.pid == 0:
            _be(engine, job, limits, ours, parent)
        os.close(ours)
        os.set_blocking(self.pipe, False)

    def read(self) -> bool:
        """Take what has come. True when nothing more will."""
        while True:
            try:
                part = os.read(self.pipe, 65_536)
            except BlockingIOError:
                return False
            self.received += part
            if not part or len(self.received) > wire.LONGEST_TOLD + 4:
                return True

    def wait(self) -> dict[str, Any]:
        """What became of it: {"told": …} or {"failed": …}. Ends the process when it still runs, whatever it does."""
        late = time.monotonic() >= self.until
        try:
            message = wire.unpacked(self.received, wire.LONGEST_TOLD)
        except wire.Broken:
            message = {"failed": "big"}
        self.kill()
        _, status, used = os.wait4(self.pid, 0)
        os.close(self.pipe)
        if isinstance(message, dict) and ("told" in message or message.get("failed") in FAILURES):
            return message
        # How a kernel ends what has used up its time depends on the kernel; what it had used says it as well.
        worn_out = used.ru_utime + used.ru_stime >= 0.95 * self.limits.cpu
        if late or worn_out or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
            return {"failed": "time"}
        return {"failed": "crashed"}

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)  # not reaped yet, so the number is still its own


def wait_for(child: Child) -> dict[str, Any]:
    """Wait until a child has ended or its time is over. For callers that have nothing else to do."""
    while not child.read():
        left = child.until - time.monotonic()
        if left <= 0:
            break
        select.select([child.pipe], [], [], left)
    return child.wait()


def _be(engine: Engine, job: Any, limits: Limits, pipe: int, parent: int) -> NoReturn:
    """Never returns: whatever happens, the process ends here."""
    code = 1
    try:
        gc.disable()  # it lives for less than a second, and looking through what it shares would copy it
        close_all_but(pipe)
        message = _limited(engine, job, limits, parent)
        body = wire.packed(message)
        if len(body) > wire.LONGEST_TOLD:
            body = wire.packed({"failed": "big"})
        while body:
            body = body[os.write(pipe, body) :]
        code = 0
    finally:
        os._exit(code)


def _limited(engine: Engine, job: Any, limits: Limits, parent: int) -> dict[str, Any]:
    try:
        restrict(limits, parent)
    except Exception as error:  # noqa: BLE001
        return {"failed": "limits", "where": _where(error)}
    sys.setrecursionlimit(3_000)
    try:
        return {"told": engine.run(job)}
    except MemoryError:
        return {"failed": "memory"}
    except Exception as error:  # noqa: BLE001  (whatever an engine does with an answer ends in a sentence)
        return {"failed": "surprise", "where": _where(error)}


def _where(error: Exception) -> str:
    """Where it happened, for whoever mends it; without the answer's own text. The host writes it into its log."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    at = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place is not None else "?"
    return f"{type(error).__name__} at {at}"[-200:]
