"""What a child may not do, tried in a child; and what the learner is told."""

from __future__ import annotations

import os
import platform
import resource
import socket
import sys
from pathlib import Path

import pytest

from quizzes.graders.worker import client, limits
from quizzes.graders.worker.child import Child, wait_for
from quizzes.graders.worker.client import Unavailable, ask
from quizzes.graders.worker.limits import Limits
from quizzes.graders.worker.place import Place
from tests.quizzes.graders.worker import trials as engine

filtered = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in ("x86_64", "aarch64"),
    reason="the kernel's filter is for Linux",
)
QUICK = Limits(cpu=1, wall=1.5, memory=100)


def ran(job: str, limit: Limits = QUICK) -> dict[str, object]:
    return wait_for(Child(engine, job, limit))


def test_an_answer_comes_back() -> None:
    assert ran("hello") == {"told": "hello"}


@filtered
def test_no_process_no_thread_no_program() -> None:
    told = ran("forks")["told"]
    assert told == ["PermissionError", "PermissionError", "RuntimeError", "PermissionError"]


@filtered
def test_no_connection_of_any_kind() -> None:
    told = ran("network")["told"]
    assert isinstance(told, list) and told[:2] == ["PermissionError", "PermissionError"]
    assert told[2] != "done"


@filtered
def test_nothing_is_written_removed_or_ended() -> None:
    assert ran("files")["told"] == ["PermissionError"] * 5
    assert Path(engine.__file__).exists()
    assert os.getppid() > 0


def test_few_files_can_be_open() -> None:
    assert ran("many files")["told"] == "OSError"


def test_a_child_is_nobody_and_knows_no_secret(trials: Place) -> None:
    before = dict(os.environ)
    os.environ["STUDYAPP_SECRET_KEY"], os.environ["DATABASE_URL"] = "do not tell", "postgres://u:secret@h/n"
    try:
        who = ask("trials", "who", trials)
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert who["secrets"] == []
    assert who["folder"] == "/"
    assert who["user"] != 0
    if os.geteuid() == 0:
        assert who["groups"] == []


@pytest.mark.parametrize(
    ("job", "failed"),
    [("loop", "time"), ("sleep", "time"), ("memory", "memory"), ("big", "big"), ("die", "crashed"),
     ("abort", "crashed"), ("raise", "surprise"), ("recursion", "surprise"), ("odd", "crashed")],
)  # fmt: skip
def test_what_goes_wrong_has_a_name(job: str, failed: str) -> None:
    assert ran(job)["failed"] == failed


def test_a_surprise_says_where_and_not_what() -> None:
    where = ran("raise")["where"]
    assert isinstance(where, str) and where.startswith("ZeroDivisionError at ") and "trials.py" in where


@pytest.mark.parametrize("job", ["memory", "big", "die", "raise"])
def test_every_failure_is_one_sentence_and_the_host_goes_on(trials: Place, job: str) -> None:
    before = ask("trials", "who", trials)
    with pytest.raises(Unavailable) as told:
        ask("trials", job, trials)
    assert str(told.value).endswith((".", "it."))
    assert "Error" not in str(told.value)
    assert ask("trials", "hello", trials) == "hello"
    status = client.status(trials)
    assert status is not None and (status["done"], status["refused"]) == (3, 1)
    assert before["pid"] != status["pid"]


def test_nothing_is_run_when_a_limit_cannot_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(which: int, value: tuple[int, int]) -> None:
        raise ValueError("not allowed here")

    monkeypatch.setattr(resource, "setrlimit", cannot)
    told = ran("hello")
    assert told["failed"] == "limits"


def test_a_child_that_stays_root_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    monkeypatch.setattr(os, "setresuid", lambda *_: None)
    assert ran("hello")["failed"] == "limits"


def test_the_network_of_a_host_has_no_way_out() -> None:
    """In a process of its own, because it cannot be taken back: 0 without a way out, 2 where that is not allowed."""
    pid = os.fork()
    if pid == 0:
        alone = limits.without_network()
        names = {name for _, name in socket.if_nameindex()}
        os._exit(2 if not alone else 0 if names <= {"lo", "sit0", "tunl0", "ip6tnl0", "gre0"} else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) in (0, 2)
