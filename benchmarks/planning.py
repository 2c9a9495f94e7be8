"""What planning costs: one learner, a thousand learners, and studying with very many cards.

    python -m benchmarks.planning [--cards 400,10000] [--learners 1000] [--large 100000] [--total 1000000]
                                  [--answers 100] [--databases sqlite,postgresql] [--json OUT]

Planned from nothing (`fresh`) and with yesterday's prices at hand (`daily`), database included. Learners are planned
by two processes, as two Celery workers would. The large learner studies over HTTP against one gunicorn worker, one
request at a time, beside a learner with a thousand cards in the same database; times include HTTP.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.answer import CSRF, ROOT, served
from tests.servers import postgres

SHOWN = re.compile(r'name="show" value="(\d+)-(\d+)"')
WARM_UP = 5


def inside(environment: dict[str, str], *arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        _command(*arguments), env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "benchmarks.planning_inside", *map(str, arguments)]


def environment_of(folder: Path, server: postgres.Server | None = None) -> dict[str, str]:
    """For a database of its own: a file in this folder, or the server's."""
    made = {**os.environ, "STUDYAPP_DATA_DIR": str(folder), "STUDYAPP_LOG_LEVEL": "error"}
    made["STUDYAPP_URL"] = "http://localhost:8000"
    made.pop("DATABASE_URL", None)
    return made | ({"DATABASE_URL": server.url} if server else {})


def one_learner(cards: int, folder: Path) -> dict[str, Any]:
    row = inside(environment_of(folder / f"plan-{cards}"), "plan", cards)
    print(
        f"one learner, {cards:6} cards: fresh {row['seconds']:.3f} s ({row['processor_seconds']:.3f} s of "
        f"processor), daily {row['next_day_seconds']:.3f} s, "
        f"{row['microseconds_a_card']:.0f} µs a card, {row['memory_mb']:.0f} MB, {row['planned']} planned",
        flush=True,
    )
    return row


def many_learners(count: int, folder: Path, workers: int = 2) -> dict[str, Any]:
    environment = environment_of(folder / "learners")
    inside(environment, "learners", count)
    begin = time.perf_counter()
    running = [
        subprocess.Popen(
            _command("sweep", share, workers), env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for share in range(workers)
    ]
    outputs = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise SystemExit("a process that planned has failed")
    seconds = time.perf_counter() - begin
    planned = sum(json.loads(output.splitlines()[-1])["planned"] for output in outputs)
    print(f"{planned} learners of 400 questions on {workers} cores: {seconds:.0f} s", flush=True)
    return {"learners": planned, "workers": workers, "seconds": seconds}


def studying(database: str, options: argparse.Namespace, folder: Path, server: Any = None) -> dict[str, Any]:
    """First card and answers of the large learner and of the small one, turn by turn."""
    environment = environment_of(folder / "large", server)
    seeded = inside(environment, "large", options.large, options.total)
    result: dict[str, Any] = {"database": database, "cards": seeded["cards"]}
    with served("studyapp.wsgi", environment, folder) as port:
        learners = {slug: Student(port, slug, seeded[slug]) for slug in ("large", "small")}
        for number in range(options.answers + WARM_UP):
            for student in learners.values():
                student.first_card(number >= WARM_UP)
                student.answer(number >= WARM_UP)
    for slug, student in learners.items():
        result[slug] = {
            "first_card_ms": statistics.median(student.first),
            "first_card_p95_ms": _p95(student.first),
            "answer_ms": statistics.median(student.answers),
            "answer_p95_ms": _p95(student.answers),
            "missing_plan_seconds": seeded[slug]["missing_plan_seconds"],
            "job_seconds": seeded[slug]["job_seconds"],
        }
    for slug, row in ((slug, result[slug]) for slug in learners):
        print(
            f"{database}, {result['cards']} cards, the {slug} learner: first card {row['first_card_ms']:.1f} ms "
            f"(p95 {row['first_card_p95_ms']:.1f}), answer {row['answer_ms']:.1f} ms (p95 "
            f"{row['answer_p95_ms']:.1f}); plan missing {row['missing_plan_seconds']:.2f} s, in a job "
            f"{row['job_seconds']:.2f} s",
            flush=True,
        )
    return result


class Student:
    """Somebody signed in who asks for a card and answers it."""

    def __init__(self, port: int, slug: str, seeded: dict[str, Any]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.slug = slug
        self.headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"studyapp_session={seeded['session']}; studyapp_csrf={CSRF}",
            "X-CSRFToken": CSRF,
        }
        self.card = self.seq = ""
        self.first: list[float] = []
        self.answers: list[float] = []

    def first_card(self, counts: bool) -> None:
        self._ask("GET", f"/study/{self.slug}/", None, {}, self.first if counts else [])

    def answer(self, counts: bool) -> None:
        body = urlencode({"card": self.card, "seq": self.seq, "rating": "4"})
        path, kept = f"/study/{self.slug}/answer/", self.answers if counts else []
        self._ask("POST", path, body, {"HX-Request": "true"}, kept)

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str], times: list[float]
    ) -> None:
        begin = time.perf_counter()
        self.connection.request(method, path, body, self.headers | headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        times.append(1000 * (time.perf_counter() - begin))
        found = SHOWN.search(text)
        if response.status != 200 or not found:
            raise SystemExit(f"{method} {path}: HTTP {response.status}, {text[:300]!r}")
        self.card, self.seq = found.groups()


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cards", default="400,10000", help="of one learner, with commas")
    parser.add_argument("--learners", type=int, default=1000, help="planned on two cores; 0 leaves it out")
    parser.add_argument("--large", type=int, default=100_000, help="cards of one learner; 0 leaves it out")
    parser.add_argument("--total", type=int, default=1_000_000, help="cards in the same database")
    parser.add_argument("--answers", type=int, default=100, help="of each of the two learners")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="studyapp-planning-") as name:
        folder = Path(name)
        sizes = [int(cards) for cards in options.cards.split(",") if cards]
        result["plans"] = [one_learner(cards, folder) for cards in sizes]
        if options.learners:
            result["sweep"] = many_learners(options.learners, folder)
        if options.large:
            result["studying"] = []
            if "sqlite" in options.databases:
                result["studying"].append(studying("sqlite", options, folder))
            if "postgresql" in options.databases:
                with postgres.running(durable=True) as server:
                    result["studying"].append(studying("postgresql", options, folder, server))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
