"""What wakes a worker, and at what price? Figures of docs/adr/0003: `python -m benchmarks.brokers`.

For each way: one Celery worker (prefork, one child) in a process of its own, 40 messages at uneven moments, the time
from sending to the task's first line, then as many at once; the memory (PSS) and the processor time of worker and
server while idle.
"""

from __future__ import annotations

import contextlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from celery import Celery

from tests.servers import processes, redis

MESSAGES = 40
IDLE_SECONDS = 15.0
WAYS = ["filesystem 0.05", "filesystem 0.1", "filesystem 0.25", "filesystem 0.5", "redis", "memory"]


def make_app(way: str, folder: Path) -> Celery:
    kind, _, poll = way.partition(" ")
    app = Celery("broker-benchmark")
    app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=1, worker_enable_remote_control=False)
    if kind == "redis":
        app.conf.broker_url = os.environ["REDIS_URL"]
    elif kind == "memory":
        app.conf.broker_url = "memory://"
    else:
        app.conf.broker_url = "filesystem://"
        app.conf.broker_transport_options = {
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(folder / "control"),
            "polling_interval": float(poll),
        }

    @app.task(name="arrive")
    def arrive(sent: float) -> None:
        line = f"{time.time() - sent}\n".encode()
        file = os.open(folder / "arrivals", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line)
        os.close(file)

    return app


def produce(app: Celery, folder: Path) -> None:
    """One at a time, then all at once; the seconds that the second took end up in the file `burst`."""
    chance = random.Random(1)
    for number in range(MESSAGES):
        time.sleep(chance.random() * 0.3)
        app.send_task("arrive", args=[time.time()])
        wait_for(folder, number + 1)
    (folder / "arrivals").rename(folder / "single")
    began = time.time()
    for _ in range(MESSAGES):
        app.send_task("arrive", args=[time.time()])
    wait_for(folder, MESSAGES)
    (folder / "burst").write_text(str(time.time() - began))


def wait_for(folder: Path, arrivals: int) -> None:
    file = folder / "arrivals"
    while not file.exists() or file.read_text().count("\n") < arrivals:
        time.sleep(0.005)


def serve(way: str, folder: Path) -> None:
    """The worker's process. With the memory transport, whoever sends must live in it too."""
    app = make_app(way, folder)
    pool = "prefork"
    if way == "memory":
        pool = "solo"
        threading.Timer(3 + IDLE_SECONDS, produce, (app, folder)).start()
    app.worker_main(
        [
            *("--quiet", "--skip-checks", "worker", f"--pool={pool}", "--concurrency=1", "--loglevel=ERROR"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
    )


@contextlib.contextmanager
def server_of(way: str) -> Iterator[list[psutil.Process]]:
    if way != "redis":
        yield []
        return
    with redis.running() as server:
        os.environ["REDIS_URL"] = server.url
        yield [psutil.Process(server.pid)]


def measure(way: str) -> tuple[float, float, float, float, float]:
    """(median ms, largest ms, messages a second when many wait, idle % of one core, MB)"""
    with tempfile.TemporaryDirectory() as name, server_of(way) as servers:
        folder = Path(name)
        (folder / "control").mkdir()
        worker = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "benchmarks.brokers", way, name])
        try:
            time.sleep(3)
            first = psutil.Process(worker.pid)
            everyone = [first, *first.children(recursive=True), *servers]
            busy = -sum(sum(p.cpu_times()[:2]) for p in everyone)
            time.sleep(IDLE_SECONDS)
            busy += sum(sum(p.cpu_times()[:2]) for p in everyone)
            memory = sum(p.memory_full_info().pss for p in everyone) / 1e6
            if way != "memory":
                produce(make_app(way, folder), folder)
            while not (folder / "burst").exists():
                time.sleep(0.1)
            late = [float(line) * 1000 for line in (folder / "single").read_text().split()]
            burst = MESSAGES / float((folder / "burst").read_text())
            return statistics.median(late), max(late), burst, busy / IDLE_SECONDS * 100, memory
        finally:
            processes.stop(worker, processes.signal.SIGTERM)


def main() -> None:
    print(f"{'way':<16} {'median ms':>10} {'largest ms':>11} {'burst/s':>8} {'idle CPU %':>11} {'PSS MB':>7}")
    for way in WAYS:
        print("{:<16} {:>10.0f} {:>11.0f} {:>8.1f} {:>11.2f} {:>7.0f}".format(way, *measure(way)), flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
