"""The host: started by the first question, one for all, ended by idleness, by loneliness, or by force."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quizzes.graders.worker import client, host, wire
from quizzes.graders.worker.client import Unavailable, ask
from quizzes.graders.worker.place import NotOurs, Place
from tests import tree
from tests.quizzes.graders.worker.conftest import TRIALS, comes, end


def test_nobody_is_there_before_the_first_question(trials: Place) -> None:
    assert client.status(trials) is None
    assert ask("trials", "hello", trials) == "hello"
    status = client.status(trials)
    assert status is not None
    assert status["loaded"] == ["trials"] and status["done"] == 1 and status["running"] == 0


def test_while_an_answer_is_being_written_its_engine_is_loaded(trials: Place) -> None:
    client.expect("trials", trials)
    assert comes(lambda: (client.status(trials) or {}).get("loaded") == ["trials"])
    status = client.status(trials)
    assert status is not None and status["done"] == 0, "nothing was graded"


def test_expecting_an_answer_of_an_engine_that_is_not_there_harms_nothing(trials: Place) -> None:
    client.expect("no such engine", trials)
    assert comes(lambda: client.status(trials) is not None)
    assert ask("trials", "hello", trials) == "hello"


def test_each_answer_has_a_process_of_its_own_and_one_host(trials: Place) -> None:
    with ThreadPoolExecutor(8) as pool:
        pids = [who["pid"] for who in pool.map(lambda _: ask("trials", "who", trials), range(24))]
    assert len(set(pids)) == 24
    status = client.status(trials)
    assert status is not None and status["done"] == 24 and status["pid"] not in pids


def test_processes_that_start_at_the_same_time_share_one_host(trials: Place) -> None:
    program = (
        "import sys, json\n"
        "from pathlib import Path\n"
        "from quizzes.graders.worker import client, place\n"
        "where = place.Place(Path(sys.argv[1]), 60, (('trials', 'tests.quizzes.graders.worker.trials'),))\n"
        "told = client.ask('trials', 'hello', where)\n"
        "print(json.dumps([told, client.status(where)['pid']]))\n"
    )
    command = [sys.executable, "-c", program, str(trials.folder)]
    racing = [
        subprocess.Popen(command, cwd=tree.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(5)
    ]
    told = [one.communicate(timeout=60) for one in racing]
    assert [one.returncode for one in racing] == [0] * 5, told
    answers = [json.loads(out) for out, _ in told]
    assert {answer for answer, _ in answers} == {"hello"}
    assert len({pid for _, pid in answers}) == 1


def test_a_second_host_ends_at_once(trials: Place) -> None:
    ask("trials", "hello", trials)
    assert host.main([str(trials.folder), str(trials.socket), "60"]) == 0
    assert ask("trials", "hello", trials) == "hello"


def test_a_killed_host_is_told_and_the_next_answer_starts_another(trials: Place) -> None:
    ask("trials", "hello", trials)
    first = client.status(trials)
    with pytest.raises(Unavailable, match="send your answer again") as told:
        ask("trials", "kill the host", trials)
    assert told.value.why == "gone"
    assert ask("trials", "hello", trials) == "hello"
    second = client.status(trials)
    assert first is not None and second is not None and first["pid"] != second["pid"]


def test_a_killed_host_takes_its_children_along(trials: Place) -> None:
    failed = []

    def wait() -> None:
        with pytest.raises(Unavailable) as told:
            ask("trials", "sleep", trials)
        failed.append(told.value.why)

    asking = threading.Thread(target=wait)
    asking.start()
    assert comes(lambda: (client.status(trials) or {"running": 0})["running"] == 1)
    status = client.status(trials)
    assert status is not None
    children = Path(f"/proc/{status['pid']}/task/{status['pid']}/children").read_text().split()
    os.kill(status["pid"], signal.SIGKILL)
    asking.join(10)
    assert failed == ["gone"]
    assert children and comes(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def test_a_client_that_goes_away_ends_its_answer(trials: Place) -> None:
    ask("trials", "hello", trials)
    link = client._connect(trials)
    link.sendall(wire.packed({"ask": "run", "engine": "trials", "job": "sleep"}))
    assert comes(lambda: (client.status(trials) or {})["running"] == 1)
    link.close()
    assert comes(lambda: (client.status(trials) or {})["running"] == 0, 5)


def test_it_ends_when_it_is_idle(tmp_path: Path) -> None:
    where = Place(tmp_path / "host", idle=0.5, engines=TRIALS)
    assert ask("trials", "hello", where) == "hello"
    assert comes(lambda: client.status(where) is None)
    assert not where.socket.exists()
    assert ask("trials", "hello", where) == "hello"  # and comes back
    end(where)


def test_it_ends_soon_after_the_last_process_of_the_app(trials: Place) -> None:
    ask("trials", "hello", trials)
    client._leave(trials)
    assert comes(lambda: not trials.socket.exists(), host.ALONE_SECONDS + 10)


def test_more_answers_than_it_takes_are_refused_in_a_sentence(trials: Place) -> None:
    ask("trials", "hello", trials)
    links = []
    for _ in range(host.AT_ONCE + host.MOST_WAITING):
        links.append(client._connect(trials))
        links[-1].sendall(wire.packed({"ask": "run", "engine": "trials", "job": "sleep"}))
    full = {"running": host.AT_ONCE, "waiting": host.MOST_WAITING}
    assert comes(lambda: full.items() <= (client.status(trials) or {}).items())
    with pytest.raises(Unavailable, match="Many answers"):
        ask("trials", "hello", trials)
    for link in links:
        link.close()
    assert comes(lambda: (client.status(trials) or {"waiting": 1})["waiting"] == 0)
    assert ask("trials", "hello", trials) == "hello"


@pytest.mark.parametrize(
    "sent", [b"\xff\xff\xff\xff", b"\0\0\0\x02no", b"\0\0\0\x02{}", b"\0\0\0\x04null", b"GET / HTTP/1.1\r\n\r\n",
             wire.packed({"ask": "nothing"}), wire.packed([1]), b""],
)  # fmt: skip
def test_noise_on_the_socket_ends_only_its_connection(trials: Place, sent: bytes) -> None:
    ask("trials", "hello", trials)
    link = client._connect(trials)
    link.sendall(sent)
    if not sent:
        link.shutdown(socket.SHUT_WR)
    link.settimeout(15)
    assert link.recv(100) == b""
    link.close()
    assert ask("trials", "hello", trials) == "hello"


def test_an_unknown_engine_is_a_sentence(trials: Place) -> None:
    with pytest.raises(Unavailable, match="could not be graded"):
        ask("teapot", "hello", trials)
    assert ask("trials", "hello", trials) == "hello"


def test_a_host_that_cannot_start_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable, match="cannot be started") as told:
        ask("trials", "hello", Place(tmp_path / "file"))
    assert told.value.why == "start"


def test_the_folder_is_closed_to_others_and_is_ours(trials: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    trials.folder.mkdir(mode=0o755)
    ask("trials", "hello", trials)
    assert trials.folder.stat().st_mode & 0o077 == 0
    assert trials.socket.stat().st_mode & 0o077 == 0
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    with pytest.raises(NotOurs):
        trials.make()


def test_a_long_data_folder_has_its_socket_elsewhere(tmp_path: Path) -> None:
    where = Place(tmp_path / ("long" * 40) / "drills", idle=60, engines=TRIALS)
    assert len(str(where.socket)) <= 100
    assert ask("trials", "hello", where) == "hello"
    end(where)


def test_messages_are_bounded() -> None:
    packed = wire.packed({"a": "é"})
    assert wire.unpacked(packed, 100) == {"a": "é"}
    assert all(wire.unpacked(packed[:cut], 100) is None for cut in range(len(packed)))
    with pytest.raises(wire.Broken, match="at most 3"):
        wire.unpacked(packed, 3)
    with pytest.raises(wire.Broken, match="not JSON"):
        wire.unpacked(b"\0\0\0\x01{", 100)
