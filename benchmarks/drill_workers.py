"""How heavy drills do: `python -m benchmarks.drill_workers [--answers N]`. Needs the extras `lint` and `lab`.

Starts a host of its own and prints: seconds until the first answer of each engine (nothing warm); the time of warm
answers to the shipped drills of a linter and to a lab of nine commands, as the app waits for them, and their CPU;
memory of the host alone and with a child at work, as the sum of proportional set sizes; and that it ends when idle.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.drills import COURSES, drills_of
from quizzes import graders
from quizzes.graders import worker
from quizzes.graders.engine.drill import fill
from quizzes.graders.engine.selftest import good_answers

IDLE = 2.0
NINE = """\
aws sqs create-queue --queue-name parcels-failed --attributes MessageRetentionPeriod=1209600
aws sqs list-queues
aws sqs set-queue-attributes --queue-url https://sqs.eu-west-1.amazonaws.com/123456789012/parcels \
    --attributes VisibilityTimeout=120
aws s3 mb s3://parcel-labels
aws s3api put-bucket-versioning --bucket parcel-labels --versioning-configuration Status=Enabled
aws s3 cp label.txt s3://parcel-labels/2026/
aws ssm put-parameter --name /parcels/bucket --type String --value parcel-labels
aws logs create-log-group --log-group-name /parcels
aws logs put-retention-policy --log-group-name /parcels --retention-in-days 30
"""
LAB: Mapping[str, Any] = {
    "id": "nine", "title": "Nine", "grader": "lab", "prompt": "Nine.", "files": {"label.txt": "To: nobody"},
    "given": ["aws sqs create-queue --queue-name parcels"],
    "checks": [
        {"run": "aws sqs list-queues", "query": "length(QueueUrls)", "is": 2, "say": "Two queues."},
        {"run": "aws s3api list-objects-v2 --bucket parcel-labels", "query": "Contents[].Key", "is": ["2026/label.txt"],
         "say": "One object."},
        {"run": "aws logs describe-log-groups", "query": "logGroups[0].retentionInDays", "is": 30, "say": "30 days."},
    ],
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--answers", type=int, default=200, help="Warm answers of each kind.")
    options = parser.parse_args(arguments)
    for name in ("lint", "lab"):
        if missing := graders.get(name).missing():
            raise SystemExit(missing)
    with tempfile.TemporaryDirectory() as folder:
        worker.configure(Path(folder) / "host", idle=IDLE)
        _measure(options.answers)


def _measure(answers: int) -> None:
    lint = [one for one in drills_of(sorted(COURSES.glob("*/"))) if one["grader"] == "lint"]
    asks: list[Callable[[int], bool]] = [_asking(spec) for spec in lint]
    nine = [lambda seed: graders.grade(LAB, seed, NINE).ok]
    print(f"first answer of a linter, host started for it: {_seconds(lambda: asks[0](0)):.1f} s")
    print(f"memory of the host with it: {_host_megabytes():.0f} MB")
    print(f"first lab, host there: {_seconds(lambda: nine[0](0)):.1f} s")
    print(f"memory of the host with both: {_host_megabytes():.0f} MB")
    _told(f"lint, {len(lint)} drills", asks, answers)
    _told("lab of nine commands and three checks", nine, answers)
    for name, several in (("lint", asks), ("lab", nine)):
        print(f"most memory, host and child, {name}: {_most_megabytes(several):.0f} MB")
    started = time.monotonic()
    while worker.status() is not None and time.monotonic() < started + 30:
        time.sleep(0.1)
    ended = worker.status() is None
    print(f"idle for {IDLE:.0f} s: {'ended' if ended else 'still there'}")


def _asking(spec: Mapping[str, Any]) -> Callable[[int], bool]:
    """Grades a good answer to one of ten variants."""
    good = {seed: good_answers(fill(spec, seed))[0] for seed in range(10)}
    return lambda seed: graders.grade(spec, seed % 10, good[seed % 10]).ok


def _told(what: str, several: Sequence[Callable[[int], bool]], answers: int) -> None:
    for one in several:  # what is given is looked up once for each variant
        for seed in range(10):
            one(seed)
    took, right, before = [], 0, _cpu_seconds()
    for number in range(answers):
        started = time.perf_counter()
        right += several[number % len(several)](number)
        took.append(time.perf_counter() - started)
    cpu = (_cpu_seconds() - before) / answers
    took.sort()
    middle, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"{what}: median {middle * 1000:.0f} ms, p95 {late * 1000:.0f} ms, worst {took[-1] * 1000:.0f} ms, "
          f"CPU {cpu * 1000:.0f} ms on average, {right} of {answers} right")  # fmt: skip


def _seconds(what: Callable[[], Any]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def _cpu_seconds() -> float:
    """Of the host and of all its children that have ended; what an answer costs, however busy the machine is."""
    found = worker.status()
    if found is None:
        return 0.0
    fields = Path(f"/proc/{found['pid']}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _host_megabytes() -> float:
    found = worker.status()
    return _megabytes(found["pid"]) if found else 0.0


def _most_megabytes(several: Sequence[Callable[[int], bool]]) -> float:
    """The most that host and child have together while answers are graded."""
    most, over = 0.0, threading.Event()
    found = worker.status()
    if found is None:
        return 0.0

    def watch() -> None:
        nonlocal most
        while not over.is_set():
            children = Path(f"/proc/{found['pid']}/task/{found['pid']}/children").read_text().split()
            most = max(most, sum(_megabytes(int(pid)) for pid in (found["pid"], *children)))

    watching = threading.Thread(target=watch)
    watching.start()
    for number in range(20):
        several[number % len(several)](number)
    over.set()
    watching.join()
    return most


def _megabytes(pid: int) -> float:
    """Proportional set size; 0 for a process that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
