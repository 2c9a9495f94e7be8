"""A worker is killed while it reads an upload. Another takes the job over, and the upload is read exactly once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import tree

pytestmark = [pytest.mark.crash, pytest.mark.slow]

SUBMIT = """
import sys
from pathlib import Path
from django.utils import timezone
from content import ingestion
from studyapp.courses import certification_of
run = ingestion.of_paths(certification_of("harbour"), [Path(sys.argv[1])], timezone.now())
print(ingestion.submit(run, timezone.now()).pk)
"""
PUBLISH = """
from django.utils import timezone
from content import ingestion
from content.models import IngestionRun
print(ingestion.submit_publishing(IngestionRun.objects.get(), None, timezone.now()).pk)
"""
SETUP = "import django; django.setup()\n"


class House:
    """An install of its own in a temporary folder: SQLite, messages as files, a lease of two seconds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "studyapp.settings",
            "STUDYAPP_DATA_DIR": str(folder),
            "STUDYAPP_JOB_LEASE": "2",
            "DATABASE_URL": "",
            "REDIS_URL": "",
        }

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tree.ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def start(self, program: str) -> subprocess.Popen[bytes]:
        """One of the product's own programs, in a process group that can be killed as a whole."""
        code = f"from studyapp import programs; programs.preload(); programs.{program}()"
        with (self.folder / f"{program}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", code],
                cwd=tree.ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def rows(self, query: str) -> list[Any]:
        with contextlib.closing(sqlite3.connect(self.folder / "studyapp.sqlite3", timeout=20)) as database:
            return database.execute(query).fetchall()

    def wait(self, until: Callable[[], bool], seconds: float = 50) -> None:
        deadline = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < deadline, "\n".join(
                [str(self.rows("SELECT state, stage, done, total, attempts, error FROM content_job"))]
                + [f"{log.name}:\n{log.read_text()[-2000:]}" for log in self.folder.glob("*.log")]
            )
            time.sleep(0.02)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    for process in made.processes:
        made.kill(process)


def write_notes(folder: Path, files: int) -> None:
    """Enough of our own words to be read for some seconds."""
    folder.mkdir()
    for file in range(files):
        sections = (
            f"\n## Pier {n} of harbour {file}\n\n"
            + "".join(
                f"- **Berth {file}-{n}-{k}** – a place where ships of length {k} land with load number {n * k}.\n"
                f"  - Ships stay there for at most {k + 2} hours in summer and {k + 20} hours in winter.\n"
                for k in range(12)
            )
            for n in range(25)
        )
        (folder / f"harbour{file:02}.md").write_text(f"# Harbour {file}\n" + "".join(sections))


def state_of(house: House, job: int) -> tuple[str, str, int]:
    """State, stage and number of attempts."""
    ((state, stage, attempts),) = house.rows(
        f"SELECT state, stage, attempts FROM content_job WHERE id = {job}"
    )
    return state, stage, attempts


def test_a_killed_worker_costs_nothing_but_time(house: House) -> None:
    write_notes(house.folder / "notes", files=12)
    house.python("manage.py", "migrate", "--verbosity=0", "--skip-checks")
    job = int(house.python("-c", SETUP + SUBMIT, str(house.folder / "notes")))
    house.start("beat")
    first = house.start("worker")
    house.wait(lambda: state_of(house, job)[:2] == ("running", "questions"))
    house.kill(first)
    assert state_of(house, job) == ("running", "questions", 1)
    assert house.rows("SELECT state, draft, report FROM content_ingestionrun") == [("uploaded", None, None)]

    house.start("worker")
    house.wait(lambda: state_of(house, job)[0] == "done")
    assert state_of(house, job)[2] == 2
    ((state, draft, report),) = house.rows("SELECT state, draft, report FROM content_ingestionrun")
    assert state == "preview"
    told = json.loads(report)
    assert len(told["sources"]) == 12
    assert told["facts"] == 12 * 25 * 12 * 2 == len(json.loads(draft)["facts"])
    assert house.rows("SELECT count(*) FROM content_topic") == [(0,)]
    assert house.rows("SELECT count(*) FROM content_job WHERE kind = 'studyapp.tasks.ingest'") == [(1,)]


def test_a_worker_killed_while_it_publishes_leaves_nothing_half_done(house: House) -> None:
    write_notes(house.folder / "notes", files=6)
    house.python("manage.py", "migrate", "--verbosity=0", "--skip-checks")
    reading = int(house.python("-c", SETUP + SUBMIT, str(house.folder / "notes")))
    house.start("beat")
    first = house.start("worker")
    house.wait(lambda: state_of(house, reading)[0] == "done")
    publishing = int(house.python("-c", SETUP + PUBLISH))
    house.wait(lambda: state_of(house, publishing)[:2] == ("running", "publishing"))
    house.kill(first)
    assert house.rows("SELECT state FROM content_ingestionrun") == [("preview",)]
    for table in ("content_topic", "content_fact", "quizzes_question", "content_publication"):
        assert house.rows(f"SELECT count(*) FROM {table}") == [(0,)], table

    house.start("worker")
    house.wait(lambda: state_of(house, publishing)[0] == "done")
    assert state_of(house, publishing)[2] == 2
    assert house.rows("SELECT state FROM content_ingestionrun") == [("published",)]
    assert house.rows("SELECT count(*) FROM content_publication") == [(1,)]
    assert house.rows("SELECT count(*) FROM content_fact") == [(6 * 25 * 12 * 2,)]
