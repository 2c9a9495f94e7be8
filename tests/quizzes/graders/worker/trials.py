"""An engine for tests only: what a hostile answer would try, in a child with all its limits. See `place.Place.engines`."""

from __future__ import annotations

import encodings.idna  # noqa: F401  (what names of hosts need; a child may not be able to read it)
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def load() -> None:
    """Nothing is heavy here."""


def prepare(job: Any) -> None:
    """Ends the host itself when asked to."""
    if job == "kill the host":
        os._exit(9)


def run(job: Any) -> Any:
    return _TRIALS[str(job)]()


def _tried(what: Callable[[], Any]) -> str:
    """Name of what stopped it, or “done”."""
    try:
        what()
    except Exception as error:  # noqa: BLE001  (whatever it is that stops it)
        return type(error).__name__
    return "done"


def _loop() -> None:
    while True:
        pass


def _sleep() -> None:
    time.sleep(60)


def _memory() -> int:
    held = []
    while True:
        held.append(bytearray(1024 * 1024))


def _recursion() -> int:
    return 1 + _recursion()


def _become() -> None:
    os.execv("/bin/true", ["true"])  # noqa: S606


def _forks() -> list[str]:
    def program() -> None:
        subprocess.run(["/bin/true"], check=True)

    def thread() -> None:
        threading.Thread(target=_loop, daemon=True).start()

    return [_tried(os.fork), _tried(program), _tried(thread), _tried(_become)]


def _network() -> list[str]:
    def outside() -> None:
        with socket.socket(socket.AF_INET) as link:
            link.connect(("127.0.0.1", 9))

    def inside() -> None:
        socket.socket(socket.AF_UNIX)

    return [_tried(outside), _tried(inside), _tried(lambda: socket.getaddrinfo("example.com", 80))]


def _files() -> list[str]:
    folder = Path("/tmp")  # not asked for: looking for a folder would try to write

    def write() -> None:
        (folder / "studyapp-trial").write_text("x")

    def append() -> None:
        with Path("/dev/shm/studyapp-trial").open("ab") as file:
            file.write(b"x")

    return [_tried(write), _tried(append), _tried((folder / "studyapp-trial-folder").mkdir),
            _tried(Path(__file__).unlink), _tried(lambda: os.kill(os.getppid(), 9))]  # fmt: skip


def _many_files() -> str:
    held = []

    def open_all() -> None:
        for _ in range(100):
            held.append(os.open("/dev/null", os.O_RDONLY))

    return _tried(open_all)


def _who() -> dict[str, Any]:
    return {"user": os.geteuid(), "groups": os.getgroups(), "folder": str(Path.cwd()), "pid": os.getpid(),
            "secrets": sorted(key for key in os.environ if "SECRET_KEY" in key or key.startswith("DATABASE"))}  # fmt: skip


_TRIALS: dict[str, Callable[[], Any]] = {
    "hello": lambda: "hello", "loop": _loop, "sleep": _sleep, "memory": _memory, "recursion": _recursion,
    "forks": _forks, "network": _network, "files": _files, "many files": _many_files, "who": _who,
    "big": lambda: "x" * 2_000_000, "odd": lambda: object(), "die": lambda: os._exit(3),
    "abort": lambda: os.abort(), "raise": lambda: 1 // 0,
}  # fmt: skip
