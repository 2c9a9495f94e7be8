"""Answer a card → next card: the product against the stock-Django floor, interleaved, on both databases.

    python -m benchmarks.answer [--rounds 7] [--answers 150] [--learners 4] [--cards 450] [--json OUT]

Both run under the same gunicorn (one worker, four threads). The floor has the product's durable SQLite pragmas and
kept connections, else Django's defaults. Rounds alternate, so that a slow minute of the machine meets both. Printed:
answers a second, and the ratio with its range over the rounds.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from studyapp import env
from tests.servers import postgres

ROOT = Path(__file__).resolve().parent.parent
CSRF = "x" * 32
WARM_UP = 5  # answers of each learner before the clock runs
MOST_CARDS = 500  # of one day's plan


@dataclass
class Learner:
    session: str
    card: str
    seq: str


@dataclass
class Side:
    """One of the two programs: where it answers and who studies in it."""

    name: str
    port: int
    path: str
    session_cookie: str
    csrf_cookie: str
    learners: list[Learner]
    pattern: re.Pattern[str]
    rates: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def answer_many(side: Side, learner: Learner, answers: int, times: list[float], problems: list[str]) -> None:
    """One learner answers `answers` cards, one after another, over one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", side.port)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{side.session_cookie}={learner.session}; {side.csrf_cookie}={CSRF}",
        "X-CSRFToken": CSRF,
        "HX-Request": "true",
    }
    for _ in range(answers):
        body = urlencode({"card": learner.card, "seq": learner.seq, "rating": "4"})
        begin = time.perf_counter()
        connection.request("POST", side.path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        times.append(1000 * (time.perf_counter() - begin))
        found = side.pattern.search(text)
        if response.status != 200 or not found:
            problems.append(f"{side.name}: HTTP {response.status}, {text[:300]!r}")
            return
        learner.card, learner.seq = found.groups()
    connection.close()


def one_round(side: Side, answers: int) -> None:
    times: list[float] = []
    problems: list[str] = []
    threads = [
        threading.Thread(target=answer_many, args=(side, learner, answers, times, problems))
        for learner in side.learners
    ]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise SystemExit(problems[0])
    side.rates.append(len(times) / (time.perf_counter() - begin))
    side.milliseconds += times


@contextlib.contextmanager
def served(application: str, environment: dict[str, str], folder: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
        "--threads", "4", "--keep-alive", "30", "--no-control-socket", "--log-level", "error",
    ]  # fmt: skip
    with (folder / f"{port}.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=log)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def seeded(module: str, environment: dict[str, str], learners: int, cards: int) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-m", module, str(learners), str(cards)],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return [line.split() for line in done.stdout.splitlines()]


def measure(
    database: str, options: argparse.Namespace, folder: Path, server: postgres.Server | None = None
) -> dict[str, object]:
    """Both programs on one kind of database; returns the figures."""
    base = {**os.environ, "STUDYAPP_DATA_DIR": str(folder / "data"), "STUDYAPP_LOG_LEVEL": "error"}
    if server:
        base["DATABASE_URL"] = server.url
        with server.connect("postgres") as connection:
            connection.execute("CREATE DATABASE floor")
        os.environ["FLOOR_URL"] = server.url.replace(f"/{postgres.DATABASE}?", "/floor?")
        floor_database = env.database("FLOOR_URL", folder / "unused")
        # As Django comes, but for the connection, which is kept; binding on the server is a choice of the product.
        floor_database["OPTIONS"] = {"connect_timeout": 5}
    else:
        base.pop("DATABASE_URL", None)
        # The same pragmas; only the product's own lock around writers is left out.
        floor_database = env.sqlite(folder / "floor.sqlite3") | {"ENGINE": "django.db.backends.sqlite3"}
        floor_database.pop("TEST")
    base["FLOOR_DATABASE"] = json.dumps(floor_database)
    base["STUDYAPP_URL"] = "http://localhost:8000"
    ours = seeded("benchmarks.product_seed", base, options.learners, options.cards)
    floors = seeded("benchmarks.floor.seed", base, options.learners, options.cards)
    with (
        served("studyapp.wsgi", base, folder) as our_port,
        served("benchmarks.floor.wsgi", base, folder) as floor_port,
    ):
        product = Side(
            "product", our_port, f"/study/{ours[0][3]}/answer/", "studyapp_session", "studyapp_csrf",
            [Learner(*row[:3]) for row in ours], re.compile(r'name="show" value="(\d+)-(\d+)"'),
        )  # fmt: skip
        floor = Side(
            "floor", floor_port, "/answer/", "sessionid", "csrftoken",
            [Learner(*row[:3]) for row in floors],
            re.compile(r'name="card" value="(\d+)"><input type="hidden" name="seq" value="(\d+)"'),
        )  # fmt: skip
        for side in (product, floor):  # templates compiled, connections open
            one_round(side, WARM_UP)
            side.rates.clear()
            side.milliseconds.clear()
        for number in range(options.rounds):
            for side in (product, floor) if number % 2 else (floor, product):
                one_round(side, options.answers // options.learners)
    ratios = [a / b for a, b in zip(product.rates, floor.rates, strict=True)]
    return {
        "database": database,
        "product_per_second": statistics.median(product.rates),
        "floor_per_second": statistics.median(floor.rates),
        "ratio": statistics.median(ratios),
        "ratio_low": min(ratios),
        "ratio_high": max(ratios),
        "product_p95_ms": statistics.quantiles(product.milliseconds, n=20)[18],
        "floor_p95_ms": statistics.quantiles(floor.milliseconds, n=20)[18],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--answers", type=int, default=160, help="in each round of each program")
    parser.add_argument("--learners", type=int, default=4, help="studying at once")
    parser.add_argument("--cards", type=int, default=450, help="of each learner")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.rounds * (options.answers // options.learners) + WARM_UP >= min(options.cards, MOST_CARDS):
        parser.error(
            "the learners would run out of cards: fewer rounds or answers, or more cards (at most 500)"
        )
    results = []
    with tempfile.TemporaryDirectory(prefix="studyapp-answer-") as folder:
        if "sqlite" in options.databases:
            results.append(measure("sqlite", options, Path(folder)))
        if "postgresql" in options.databases:
            with postgres.running(durable=True) as server:
                results.append(measure("postgresql", options, Path(folder), server))
    print(f"{'database':12} {'product/s':>10} {'floor/s':>10} {'ratio':>7} {'range':>13} {'p95 ms':>15}")
    for row in results:
        print(
            f"{row['database']:12} {row['product_per_second']:10.0f} {row['floor_per_second']:10.0f} "
            f"{row['ratio']:7.2f} {row['ratio_low']:6.2f}–{row['ratio_high']:.2f} "
            f"{row['product_p95_ms']:7.1f} {row['floor_p95_ms']:7.1f}"
        )
    if options.json:
        options.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
