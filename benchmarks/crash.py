"""No acknowledged answer is lost or applied twice, whatever is killed meanwhile.

    python -m benchmarks.crash [--kills 100] [--seconds N] [--databases sqlite,postgresql] [--json OUT]

Learners answer cards over HTTP, one of them in two tabs at once, and repeat what did not arrive with the same
payload, as the browser does. Meanwhile web workers, the web server, database backends and the database server are
killed with SIGKILL at random; each kill meets a working service. At the end the log is compared with what every
client was told. The exit code is 1 when anything was lost, doubled or does not replay.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import psutil
import psycopg

from benchmarks.crash_clients import History, Tab
from tests.servers import postgres, processes

ROOT = Path(__file__).resolve().parent.parent
LEARNERS = 4
ANSWERS_BETWEEN_KILLS = (3, 40)
PATIENCE = 30.0  # seconds for the service to acknowledge answers again
# The product's own web program, on a listening socket that it inherits as it does from the supervisor.
WEB = "import socket, sys; from studyapp import programs; programs.preload(); programs.web(socket.socket(fileno={}))"


class Web:
    """The web server: a gunicorn master and its workers."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment = {**environment, "WEB_WORKERS": "2", "DJANGO_SETTINGS_MODULE": "studyapp.settings"}
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self.listener.getsockname()[1])
        self.log: TextIO = log.open("a")
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", WEB.format(self.listener.fileno())],
            env=self.environment,
            cwd=ROOT,
            stderr=self.log,
            pass_fds=[self.listener.fileno()],
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),
        )

    def workers(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children()
        return []

    def kill_a_worker(self) -> bool:
        workers = self.workers()
        if workers:
            kill(random.choice(workers).pid)
        return bool(workers)

    def kill_the_master(self) -> bool:
        """Its workers are told by the kernel, and end their requests; or they die with it."""
        victims = [self.process.pid, *(worker.pid for worker in self.workers() if random.random() < 0.5)]
        for pid in victims:
            kill(pid)
        self.process.wait()
        self.process = self._start()
        return True

    def stop(self) -> None:
        processes.stop(self.process, signal.SIGTERM, 20)
        self.listener.close()
        self.log.close()


class Database:
    """A durable PostgreSQL whose server process can be killed and started again on the same folder."""

    def __init__(self, server: postgres.Server) -> None:
        self.server = server
        self.process: subprocess.Popen[bytes] = server.process
        running = psutil.Process(server.pid)
        self.command, self.user, self.group = running.cmdline(), running.uids().real, running.gids().real

    def kill_a_backend(self) -> bool:
        with contextlib.suppress(psycopg.Error):
            if backends := self.server.backends():
                return kill(random.choice(backends))
        return False

    def kill_the_server(self) -> bool:
        self.process.kill()
        self.process.wait()
        deadline = time.monotonic() + PATIENCE
        while True:  # it refuses to start until the last orphaned backend has noticed
            self.process = self._start()
            while self.process.poll() is None:
                if self._answers():
                    return True
                time.sleep(0.02)
            if time.monotonic() > deadline:
                raise SystemExit(
                    f"PostgreSQL did not come back.\n{(self.server.folder / 'log').read_text()[-3000:]}"
                )
            time.sleep(0.05)

    def _start(self) -> subprocess.Popen[bytes]:
        account: dict[str, Any] = {"user": self.user, "group": self.group, "extra_groups": []}
        with (self.server.folder / "log").open("ab") as output:
            return subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.server.folder,
                start_new_session=True,
                preexec_fn=processes.dies_with_parent(signal.SIGQUIT),
                **(account if os.getuid() == 0 else {}),
            )

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.Error):
            self.server.connect("postgres").close()
            return True
        return False

    def stop(self) -> None:
        processes.stop(self.process, signal.SIGINT)


def kill(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def torment(
    history: History, victims: dict[str, tuple[int, Callable[[], bool]]], kills: int, seconds: float
) -> Counter[str]:
    """Kill at random until `kills` and `seconds` are over. Returns what was killed how often."""
    names, weights = list(victims), [weight for weight, _ in victims.values()]
    done: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while done.total() < kills or time.monotonic() < end:
        wait_for_answers(history)
        time.sleep(random.random() * 0.1)
        name = random.choices(names, weights)[0]
        done[name] += victims[name][1]()
    wait_for_answers(history)
    return done


def wait_for_answers(history: History) -> None:
    """Until clients were acknowledged some more answers; a service that does not come back ends the test."""
    goal = len(history.acknowledged) + random.randint(*ANSWERS_BETWEEN_KILLS)
    deadline = time.monotonic() + PATIENCE
    while len(history.acknowledged) < goal:
        if history.problems or time.monotonic() > deadline:
            raise SystemExit("\n".join(["The service did not come back.", *history.problems]))
        time.sleep(0.005)


@contextlib.contextmanager
def studying(web: Web, seeded: dict[str, Any], history: History) -> Iterator[None]:
    """All learners at work, the first one in two tabs; at the end each finishes what it is about."""
    sessions = [seeded["sessions"][0], *seeded["sessions"]]
    tabs = [
        Tab(number, web.port, session, seeded["slug"], history) for number, session in enumerate(sessions)
    ]
    for tab in tabs:
        tab.start()
    try:
        yield
    finally:
        history.over.set()
        for tab in tabs:
            tab.join()


def ask(environment: dict[str, str], *arguments: str, given: str = "") -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crash_database", *arguments],
        env=environment, cwd=ROOT, input=given, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def run(
    kind: str, kills: int, seconds: float, folder: Path, database: Database | None = None
) -> dict[str, Any]:
    """The whole test on one kind of database; returns the figures."""
    environment = {
        **os.environ, "STUDYAPP_DATA_DIR": str(folder), "STUDYAPP_LOG_LEVEL": "error", "REDIS_URL": "",
        "DATABASE_URL": database.server.url if database else "", "STUDYAPP_URL": "http://localhost:8000",
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
    }  # fmt: skip
    seeded = ask(environment, "seed", str(LEARNERS))
    history, since = History(), datetime.now(UTC)
    web = Web(environment, folder / f"{kind}.log")
    victims: dict[str, tuple[int, Callable[[], bool]]] = {
        "worker": (6, web.kill_a_worker),
        "web server": (2, web.kill_the_master),
    }
    if database:
        victims |= {"backend": (6, database.kill_a_backend), "database server": (2, database.kill_the_server)}
    began = time.monotonic()
    try:
        with studying(web, seeded, history):
            killed = torment(history, victims, kills, seconds)
    finally:
        web.stop()
    took = time.monotonic() - began
    judged = ask(environment, "audit", given=json.dumps(history.as_json(since)))
    return {
        "database": kind, "kills": killed.total(), "killed": dict(killed), "seconds": round(took, 1),
        **history.figures(), **judged,
        "problems": [*history.problems, *judged["problems"]],
    }  # fmt: skip


def on(kind: str, kills: int, seconds: float = 0, folder: Path | None = None) -> dict[str, Any]:
    """`run` with a database of its own; `folder` keeps the web server's log."""
    with contextlib.ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="studyapp-crash-")))
        if kind == "sqlite":
            return run(kind, kills, seconds, folder)
        database = Database(stack.enter_context(postgres.running(durable=True)))
        stack.callback(database.stop)
        return run(kind, kills, seconds, folder, database)


def is_well(result: dict[str, Any]) -> bool:
    return not (result["lost"] or result["doubled"] or result["mismatched"] or result["problems"])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100, help="on each database, at least")
    parser.add_argument("--seconds", type=float, default=0, help="on each database, at least")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--log", type=Path, help="a folder that keeps the web servers' logs")
    options = parser.parse_args()
    results = []
    for kind in options.databases.split(","):
        folder = options.log / kind if options.log else None
        if folder:
            folder.mkdir(parents=True)
        result = on(kind, options.kills, options.seconds, folder)
        results.append(result)
        print(
            f"{kind}: {result['kills']} kills {result['killed']} in {result['seconds']:.0f} s, "
            f"{result['acknowledged']} acknowledged answers, {result['undos']} undos, {result['conflicts']} conflicts, "
            f"{result['lost_connections']} lost connections, {result['server_errors']} server errors\n"
            f"    lost {result['lost']}, doubled {result['doubled']}, mismatched {result['mismatched']}",
            flush=True,
        )
        for problem in result["problems"]:
            print(f"    {problem}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2))
    return 0 if all(map(is_well, results)) else 1


if __name__ == "__main__":
    sys.exit(main())
