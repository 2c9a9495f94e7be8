"""A stranger's first minute: `make run` in a clean clone, until the first page; then memory and idle processor time.

    python -m benchmarks.first_page [--idle 30] [--json OUT]

Prints seconds to the first page (installation included), PSS of all processes after a few pages, processor time while
nobody does anything, seconds to stop after Ctrl-C, and what was left behind (must be nothing).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 300


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--idle", type=int, default=30, help="seconds of watching an idle install")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="studyapp-first-page-") as folder:
        figures = measure(Path(folder) / "clone", options.idle)
    for name, value in figures.items():
        print(f"{name:28} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


def measure(clone: Path, idle: int) -> dict[str, float | int]:
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("STUDYAPP_", "DJANGO_", "VIRTUAL_"))
    }
    environment = {**kept, "PORT": str(port)}
    begin = time.monotonic()
    log = (clone.parent / "log").open("wb")
    make = subprocess.Popen(
        ["make", "run"], cwd=clone, env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        _wait_for_page(f"http://localhost:{port}/accounts/login/", make, clone.parent / "log")
        seconds = time.monotonic() - begin
        for _ in range(20):
            _status(f"http://localhost:{port}/accounts/login/")
        time.sleep(10)  # first jobs: today's plans, an empty round of digests
        family = [psutil.Process(make.pid), *psutil.Process(make.pid).children(recursive=True)]
        pss = sum(process.memory_full_info().pss for process in family)
        busy = _processor_seconds(family)
        time.sleep(idle)
        busy = _processor_seconds(family) - busy
    finally:
        stopping = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(make.pid, signal.SIGINT)
        make.wait(60)
    time.sleep(0.5)
    return {
        "seconds to the first page": round(seconds, 1),
        "processes": len(family),
        "PSS, MB": round(pss / 1e6, 1),
        "idle, % of one processor": round(100 * busy / idle, 2),
        "seconds to stop": round(time.monotonic() - stopping, 1),
        "processes left behind": sum(process.is_running() for process in family),
    }


def _processor_seconds(family: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in family)


def _wait_for_page(address: str, make: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if make.poll() is not None:
            raise SystemExit(f"make run ended early:\n{log.read_text()}")
        if _status(address) == 200:
            return
        time.sleep(0.1)
    raise SystemExit(f"no page within {PATIENCE} s:\n{log.read_text()}")


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310  (our own http address)
            response.read()
            return int(response.status)
    except (OSError, urllib.error.URLError):
        return 0


if __name__ == "__main__":
    main()
