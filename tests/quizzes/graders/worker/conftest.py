"""A host of its own for tests that end it, and one for all tests that only ask."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from quizzes.graders.worker import client, place
from quizzes.graders.worker.place import Place

TRIALS = (("trials", "tests.quizzes.graders.worker.trials"),)


def end(where: Place) -> None:
    """The host of this place, if there is one, is gone when this returns."""
    client._leave(where)
    found = client.status(where)
    if found is None:
        return
    with suppress(ProcessLookupError):
        os.kill(found["pid"], signal.SIGTERM)
    until = time.monotonic() + 10
    while client.status(where) is not None and time.monotonic() < until:
        time.sleep(0.02)


def comes(holds: Callable[[], bool], seconds: float = 30) -> bool:
    """Waits for something that comes by itself."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


@pytest.fixture
def trials(tmp_path: Path) -> Iterator[Place]:
    """A host that knows the trials; it is started by the first question."""
    where = Place(tmp_path / "host", idle=60, engines=TRIALS)
    yield where
    end(where)


@pytest.fixture(scope="session")
def shared() -> Iterator[Place]:
    """The place of this test run: engines are loaded once for all tests, also those of other test processes."""
    before = place._here
    where = place.configure(Path(os.environ["STUDYAPP_TEST_DATA_DIR"]) / "drills", idle=60)
    yield where
    place._here = before
