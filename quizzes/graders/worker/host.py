"""The host: `python -m quizzes.graders.worker.host FOLDER SOCKET IDLE [name=module…]`, started by a client.

One thread, one loop. Messages (see `wire`) on a connection:
    {"ask": "stay"}                          a process of the app that is there; no answer. Without any, the host ends
    {"ask": "load", "engine"}                an answer is being written: its engine is loaded; → as "status"
    {"ask": "status"}                        → {"pid", "loaded", "running", "waiting", "done", "refused", "seconds"}
    {"ask": "run", "engine", "job"}          → one byte, then {"told": …} or {"failed": …}, and the connection is closed

Holds a lock for its whole life, so two hosts on one folder cannot be; a second one ends at once, quietly.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import selectors
import signal
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quizzes.graders.worker import wire
from quizzes.graders.worker.child import Child
from quizzes.graders.worker.engines import Engines
from quizzes.graders.worker.limits import Limits, without_network

log = logging.getLogger("quizzes.graders.worker.host")

AT_ONCE = 2
MOST_WAITING = 32
ALONE_SECONDS = 5.0  # how long it stays when the last process of the app has gone
SLOWEST_QUESTION = 10.0


@dataclass(slots=True, eq=False)
class Link:
    """One connection. `stays`: a process of the app that is there. `child`: runs its answer."""

    socket: socket.socket
    since: float
    received: bytearray = field(default_factory=bytearray)
    stays: bool = False
    asked: Any = None
    child: Child | None = None


class Host:
    """Accepts, queues, forks, answers. `idle`: seconds without an answer after which it ends."""

    def __init__(self, listening: socket.socket, idle: float, engines: Engines, limits: Limits) -> None:
        self.listening, self.idle, self.engines, self.limits = listening, idle, engines, limits
        self.links: dict[int, Link] = {}
        self.children: dict[int, Link] = {}
        self.waiting: deque[Link] = deque()
        self.started = self.used = self.met = time.monotonic()
        self.done = self.refused = 0
        self.stopping = False
        self.selector = selectors.DefaultSelector()
        listening.setblocking(False)
        self.selector.register(listening, selectors.EVENT_READ)

    def serve(self) -> None:
        """Until nobody needs it any more."""
        while not self._over():
            for key, _ in self.selector.select(self._next()):
                if key.fileobj is self.listening:
                    self._accept()
                elif key.fd in self.children:
                    self._hear(self.children[key.fd])
                elif key.fd in self.links:
                    self._read(self.links[key.fd])
            self._clear_late()
            while self.waiting and len(self.children) < AT_ONCE:
                self._run(self.waiting.popleft())

    def _over(self) -> bool:
        if self.children or self.waiting:
            return False
        now = time.monotonic()
        if any(link.stays for link in self.links.values()):
            self.met = now
        return self.stopping or now - self.used > self.idle or now - self.met > ALONE_SECONDS

    def _next(self) -> float:
        """Seconds until something has to be looked at although nothing came."""
        now = time.monotonic()
        ends = [link.child.until for link in self.children.values() if link.child is not None]
        return max(0.01, min([1.0, *(end - now for end in ends)]))

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # whoever knocked has gone again
            link, _ = self.listening.accept()
            link.setblocking(False)
            self.links[link.fileno()] = Link(link, time.monotonic())
            self.selector.register(link, selectors.EVENT_READ)

    def _read(self, link: Link) -> None:
        try:
            part = link.socket.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            self._drop(link)
            return
        link.received += part
        try:
            message = wire.unpacked(link.received, wire.LONGEST_ASKED)
        except wire.Broken as error:
            log.warning("%s", error)
            self._drop(link)
            return
        if message is not None and link.asked is None and not link.stays:
            self._asked(link, message)

    def _asked(self, link: Link, message: Any) -> None:
        ask = message.get("ask") if isinstance(message, dict) else None
        if ask == "stay":
            link.stays, self.met = True, time.monotonic()
        elif ask == "status":
            self._answer(link, self.status())
        elif ask == "run":
            self._take(link, message)
        elif ask == "load":
            self._load(str(message.get("engine")))
            self._answer(link, self.status())
        else:
            self._drop(link)

    def _take(self, link: Link, message: Any) -> None:
        """From here on the answer is ours: whoever asked must not ask another host when this one ends."""
        with contextlib.suppress(OSError):
            link.socket.send(wire.TAKEN)
        if len(self.waiting) >= MOST_WAITING:
            self._answer(link, {"failed": "busy"})
        else:
            link.asked = message
            self.waiting.append(link)

    def _load(self, engine: str) -> None:
        """That it cannot be loaded is told to whoever sends an answer."""
        try:
            self.engines.get(engine)
        except Exception as error:  # noqa: BLE001  (whatever an engine does while it is loaded)
            log.warning("the engine %s was not loaded ahead: %s", engine, error)
        self.used = time.monotonic()

    def status(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(), "loaded": self.engines.loaded, "running": len(self.children),
            "waiting": len(self.waiting), "done": self.done, "refused": self.refused,
            "seconds": round(time.monotonic() - self.started, 1),
        }  # fmt: skip

    def _run(self, link: Link) -> None:
        self.used = time.monotonic()
        try:
            engine = self.engines.get(str(link.asked.get("engine")))
            engine.prepare(link.asked.get("job"))
            link.child = Child(engine, link.asked.get("job"), self.limits)
        except ImportError as error:
            log.warning("an engine is missing: %s", error)
            self._answer(link, {"failed": "missing"})
        except Exception:
            log.exception("an answer could not be begun")
            self._answer(link, {"failed": "surprise"})
        else:
            self.used = time.monotonic()
            self.children[link.child.pipe] = link
            self.selector.register(link.child.pipe, selectors.EVENT_READ)

    def _hear(self, link: Link) -> None:
        if link.child is not None and link.child.read():
            self._end(link)

    def _end(self, link: Link) -> None:
        """The child has told, has died, or is late."""
        child = link.child
        if child is None:
            return
        self.selector.unregister(child.pipe)
        del self.children[child.pipe]
        link.child = None
        message = child.wait()
        self.done += 1
        self.used = time.monotonic()
        if "failed" in message:
            self.refused += 1
            where = repr(str(message.get("where", "")))[:220]
            log.warning(
                "an answer for %s was stopped: %s %s", link.asked.get("engine"), message["failed"], where
            )
        self._answer(link, message)

    def _clear_late(self) -> None:
        now = time.monotonic()
        for link in list(self.children.values()):
            if link.child is not None and now >= link.child.until:
                self._end(link)
        for link in list(self.links.values()):
            if link.asked is None and not link.stays and now - link.since > SLOWEST_QUESTION:
                self._drop(link)

    def _answer(self, link: Link, message: Any) -> None:
        with contextlib.suppress(OSError):  # it has gone: then nobody needs the answer
            link.socket.settimeout(5)
            link.socket.sendall(wire.packed(message))
        self._drop(link)

    def _drop(self, link: Link) -> None:
        if self.links.pop(link.socket.fileno(), None) is None:
            return
        if link in self.waiting:
            self.waiting.remove(link)
        if link.child is not None:
            child, link.child = link.child, None
            self.selector.unregister(child.pipe)
            del self.children[child.pipe]
            child.wait()
        self.selector.unregister(link.socket)
        link.socket.close()


def main(arguments: list[str]) -> int:
    folder, address, idle, *more = arguments
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    lock = os.open(Path(folder) / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return 0  # another host is there
    alone = without_network()
    listening = _listen(Path(address))
    host = Host(listening, float(idle), Engines(one.split("=", 1) for one in more), Limits())  # type: ignore[misc]
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: setattr(host, "stopping", True))
    log.info("listening%s", ", without a network" if alone else "")
    host.serve()
    Path(address).unlink(missing_ok=True)  # first, so that nobody comes in any more
    log.info("ended after %s answers", host.done)
    return 0


def _listen(address: Path) -> socket.socket:
    """The old socket of a host that was killed is replaced in one step: there is never none."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    new = address.with_name(f"new{os.getpid()}")
    new.unlink(missing_ok=True)
    listening.bind(str(new))
    new.chmod(0o600)
    listening.listen(64)
    new.replace(address)
    return listening


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
