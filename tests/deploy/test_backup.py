"""A backup made while people write, restored elsewhere, is whole; on both databases."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studyapp import supervisor
from tests import tree
from tests.servers import postgres

pytestmark = pytest.mark.slow


def run(*command: str, data: Path, database: str = "") -> str:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
        "STUDYAPP_DATA_DIR": str(data),
        "STUDYAPP_PYTHON": sys.executable,
        "DATABASE_URL": database,
        "REDIS_URL": "",
        "PATH": f"{postgres._installation() / 'bin'}:{os.environ['PATH']}",  # pg_dump of the server's own version
    }
    done = subprocess.run(
        command, cwd=tree.ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextlib.contextmanager
def writing(insert: Callable[[int], None]) -> Iterator[None]:
    """Pairs of rows, one transaction each, as fast as it goes."""
    stop = threading.Event()
    first = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            insert(number)
            number += 1
            first.set()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert first.wait(10)
        yield
    finally:
        stop.set()
        thread.join()


def fill(data: Path) -> None:
    (data / "uploads").mkdir()
    (data / "uploads" / "notes.md").write_text("# Notes\n")


def some_database(data: Path) -> None:
    with contextlib.closing(sqlite3.connect(data / "studyapp.sqlite3")) as connection:
        connection.execute("CREATE TABLE some (n int)")


def check_files(back: Path, data: Path) -> None:
    assert (back / "uploads" / "notes.md").read_text() == "# Notes\n"
    assert (back / "secret_key").read_text() == (data / "secret_key").read_text()
    assert (back / "secret_key").stat().st_mode & 0o077 == 0


def test_sqlite(tmp_path: Path) -> None:
    data, back, kept = (tmp_path / name for name in ("data", "back", "kept"))
    data.mkdir()
    run(sys.executable, "manage.py", "migrate", "--verbosity", "0", data=data)
    fill(data)
    connection = sqlite3.connect(data / "studyapp.sqlite3", check_same_thread=False, timeout=20)
    connection.execute("CREATE TABLE pairs (n int, side text)")

    def insert(number: int) -> None:
        with connection:
            connection.execute("INSERT INTO pairs VALUES (?, 'left')", [number])
            connection.execute("INSERT INTO pairs VALUES (?, 'right')", [number])

    with writing(insert):
        file = run("deploy/backup.sh", str(kept), data=data).strip()
    assert Path(file).stat().st_mode & 0o077 == 0
    run("deploy/restore.sh", file, data=back)
    restored = sqlite3.connect(back / "studyapp.sqlite3")
    (rows, numbers, last) = restored.execute(
        "SELECT count(*), count(DISTINCT n), max(n) FROM pairs"
    ).fetchone()
    assert rows == 2 * numbers == 2 * (last + 1) > 0
    check_files(back, data)


def test_postgres(tmp_path: Path) -> None:
    data, back, kept = (tmp_path / name for name in ("data", "back", "kept"))
    data.mkdir()
    with postgres.running() as server, postgres.running() as other:
        run(sys.executable, "manage.py", "migrate", "--verbosity", "0", data=data, database=server.url)
        fill(data)
        with server.connect() as connection:
            connection.execute("CREATE TABLE pairs (n int, side text)")

            def insert(number: int) -> None:
                connection.execute("INSERT INTO pairs VALUES (%s, 'left'), (%s, 'right')", [number, number])

            with writing(insert):
                file = run("deploy/backup.sh", str(kept), data=data, database=server.url).strip()
        run("deploy/restore.sh", file, data=back, database=other.url)
        run("deploy/restore.sh", file, data=back, database=other.url)  # over what is there already
        with other.connect() as restored:
            found = restored.execute("SELECT count(*), count(DISTINCT n), max(n) FROM pairs").fetchone()
        assert found is not None
        rows, numbers, last = found
        assert rows == 2 * numbers == 2 * (last + 1) > 0
    check_files(back, data)


def test_nothing_is_restored_under_a_running_install(tmp_path: Path) -> None:
    data, kept = tmp_path / "data", tmp_path / "kept"
    data.mkdir()
    some_database(data)
    file = run("deploy/backup.sh", str(kept), data=data).strip()
    before = (data / "secret_key").stat().st_mtime_ns
    held = supervisor.lock(data)
    try:
        with pytest.raises(AssertionError, match="Stop it first"):
            run("deploy/restore.sh", file, data=data)
    finally:
        os.close(held)
    assert (data / "secret_key").stat().st_mtime_ns == before


def test_old_backups_are_removed(tmp_path: Path) -> None:
    data, kept = tmp_path / "data", tmp_path / "kept"
    data.mkdir()
    kept.mkdir()
    for day in range(1, 17):
        (kept / f"studyapp-202001{day:02}T030000Z.tar.gz").touch()
    some_database(data)
    newest = run("deploy/backup.sh", str(kept), data=data).strip()
    names = sorted(path.name for path in kept.iterdir())
    assert len(names) == 14
    assert names[-1] == Path(newest).name
    assert names[0] == "studyapp-20200104T030000Z.tar.gz"


def test_the_databases_are_not_mixed_up(tmp_path: Path) -> None:
    """A backup of SQLite is refused when DATABASE_URL says PostgreSQL."""
    data, kept = tmp_path / "data", tmp_path / "kept"
    data.mkdir()
    some_database(data)
    file = run("deploy/backup.sh", str(kept), data=data).strip()
    nowhere = "postgres://nobody@127.0.0.1:9/none"
    with pytest.raises(AssertionError, match=r"The backup holds no studyapp\.pgdump"):
        run("deploy/restore.sh", file, data=tmp_path / "back", database=nowhere)
