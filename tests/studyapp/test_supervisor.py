"""The one-command run: it starts, comes back, says what is wrong in a sentence, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from studyapp import supervisor
from tests import tree

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    own = {"DJANGO_SETTINGS_MODULE": "studyapp.settings", "STUDYAPP_DATA_DIR": str(folder), "PORT": str(port)}
    with (folder / "output").open("a") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "studyapp.supervisor"],
            cwd=tree.ROOT,
            env={**os.environ, **own, "DATABASE_URL": "", "REDIS_URL": ""},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )


@contextlib.contextmanager
def running(folder: Path, port: int) -> Iterator[psutil.Process]:
    """A supervisor that is ready; whatever the test does to it, nothing is left at the end."""
    process = start(folder, port)
    seen = [psutil.Process(process.pid)]
    try:
        wait(lambda: answers(port), folder)
        yield seen[0]
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            seen += seen[0].children(recursive=True)
        for one in seen:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait()


def wait(until: Callable[[], bool], folder: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, (folder / "output").read_text()[-4000:]
        time.sleep(0.05)


def answers(port: int) -> bool:
    return supervisor.answers(("127.0.0.1", port))


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    found = []
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if one.status() != psutil.STATUS_ZOMBIE and one.is_running():
                found.append(one)
    return found


def program_or_none(parent: psutil.Process, name: str) -> psutil.Process | None:
    for child in alive(parent.children()):
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.name() == f"studyapp {name}":
                return child
    return None


def program(parent: psutil.Process, name: str) -> psutil.Process:
    found = program_or_none(parent, name)
    assert found
    return found


def test_stops_in_order_and_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as parent:
        wait(lambda: len(parent.children(recursive=True)) >= 5, tmp_path)  # web and worker have a child each
        family = parent.children(recursive=True)
        assert {child.name() for child in parent.children()} == {
            "studyapp web",
            "studyapp worker",
            "studyapp beat",
        }
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(30) == 0
        assert alive(family) == []
        assert not answers(port)
    assert "Studyapp is ready: http://localhost" in (tmp_path / "output").read_text()


def test_a_killed_web_server_comes_back_and_nobody_is_refused_meanwhile(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as parent:
        for killed in range(1, 4):
            web = program(parent, "web")
            web.kill()
            deadline = time.monotonic() + 20
            while program_or_none(parent, "web") in {None, web} or not answers(port):
                assert time.monotonic() < deadline
                socket.create_connection(("127.0.0.1", port), 2).close()  # raises when refused
                time.sleep(0.05)  # callers that come without end would fill the queue of the socket
            assert (tmp_path / "output").read_text().count("web ended (SIGKILL)") == killed


def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as parent:
        family = parent.children(recursive=True)
        parent.kill()
        wait(lambda: alive(family) == [], tmp_path, seconds=supervisor.programs.GRACE_SECONDS + 3)
        with running(tmp_path, port):  # and the next one may start on the same folder and port
            pass


def test_a_second_supervisor_on_the_folder_is_told_so(tmp_path: Path) -> None:
    held = supervisor.lock(tmp_path)
    try:
        second = start(tmp_path, free_port())
        assert second.wait(30) == 1
    finally:
        os.close(held)
    assert "already running on" in (tmp_path / "output").read_text()


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PORT_PATIENCE", 0.1)
    with supervisor.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Port {port} on 127.0.0.1 cannot be used") as stopped:
            supervisor.listen("127.0.0.1", port)
    assert f"PORT={port + 1} make run" in str(stopped.value)


def test_pauses_between_starts_grow_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with supervisor.listen("127.0.0.1", 0) as listener:
        boss = supervisor.Supervisor(listener, "http://localhost")
        beat = boss.programs[0]
        pauses = []
        for lived in [1, 1, 1, 1, 1, 1, 1, 1, supervisor.HEALTHY_AFTER]:
            beat.started = now - lived
            boss._plan_next_start(beat, 0)
            assert beat.due is not None
            pauses.append(beat.due - now)
    assert pauses == [0, 1, 2, 4, 8, 16, 30, 30, 0]
