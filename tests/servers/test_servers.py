"""The launchers themselves: quick, real, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from tests import tree
from tests.servers import postgres, processes, redis


def test_postgres_answers_and_stops() -> None:
    with postgres.running() as server:
        with server.connect() as connection:
            version, syncs = connection.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('fsync')"
            ).fetchone()  # type: ignore[misc]
        assert version >= 180000
        assert syncs == "off"
        assert server.url == f"postgres://studyapp@/studyapp?host={server.folder}"
    assert not psutil.pid_exists(server.pid)
    assert not server.folder.exists()


def test_a_durable_postgres_syncs_every_commit_and_survives_the_loss_of_a_backend() -> None:
    with postgres.running(durable=True) as server:
        with server.connect() as victim:
            assert victim.execute(
                "SELECT current_setting('fsync') || current_setting('synchronous_commit')"
            ).fetchone() == ("onon",)
            victim.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
            (backend,) = server.backends()
            os.kill(backend, signal.SIGKILL)
            with pytest.raises(psycopg.OperationalError):
                victim.execute("SELECT 1")
        deadline = time.monotonic() + 10
        while True:  # PostgreSQL restarts all its processes and recovers
            try:
                with server.connect() as connection:
                    assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline
                time.sleep(0.05)


def test_redis_answers_and_stops() -> None:
    with redis.running() as server:
        assert redis._answers(server.port)
    assert not redis._answers(server.port)
    assert not psutil.pid_exists(server.pid)


def test_servers_die_with_a_killed_launcher_and_the_next_run_removes_their_folders(tmp_path: Path) -> None:
    note = tmp_path / "addresses"
    launcher = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.servers",
            "--",
            "sh",
            "-c",
            f"env >{note}.new; mv {note}.new {note}; exec sleep 60",
        ],
        cwd=tree.ROOT,
    )
    deadline = time.monotonic() + 20
    while not note.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    family = psutil.Process(launcher.pid).children(recursive=True)
    seen = dict(line.partition("=")[::2] for line in note.read_text().splitlines() if "=" in line)
    folder = Path(seen["DATABASE_URL"].partition("host=")[2])
    assert seen["STUDYAPP_TEST_SERVERS"] == "1"
    assert seen["REDIS_URL"].startswith("redis://127.0.0.1:")
    launcher.kill()
    launcher.wait()
    _, left = psutil.wait_procs(family, timeout=10)
    assert [one for one in left if one.status() != psutil.STATUS_ZOMBIE] == []
    with processes.scratch("next"):
        assert not folder.exists()


def test_the_exit_code_is_the_commands() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.servers.redis", "--", "sh", "-c", "exit 7"], cwd=tree.ROOT, check=False
    )
    assert run.returncode == 7


@pytest.mark.skipif(os.getuid() != 0, reason="only root lends PostgreSQL another account")
def test_binaries_behind_a_closed_folder_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = postgres._installation()
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for name in (real.parent.name, f"{real.parent.name}.libs"):
        (closed / name).symlink_to(real.parent.with_name(name))
    monkeypatch.setattr(postgres, "_installation", lambda: closed / real.parent.name / real.name)
    with postgres.running() as server, server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
