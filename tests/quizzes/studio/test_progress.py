"""What a page says of a job: where it is in human words, that it was interrupted, that it ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from content import ingestion
from content.models import IngestionRun, Job
from quizzes.studio import progress
from quizzes.studio.progress import STAGES, progress_of
from studyapp import pipeline
from tests import tree
from tests.factories import NOW
from tests.quizzes.studio import rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(certification: Any, owner: Any) -> IngestionRun:
    return rooms.waiting(certification, owner)


def job(run: IngestionRun, **fields: Any) -> progress.Progress:
    Job.objects.filter(key=str(run.uid)).update(**fields)
    return progress_of(run, NOW)


def test_an_upload_waits_for_its_turn(waiting: IngestionRun) -> None:
    assert progress_of(waiting, NOW).stage == "Waiting for its turn"
    assert job(waiting, attempts=1).stage == "Waiting to try again"


def test_how_far_it_is(waiting: IngestionRun) -> None:
    lease = NOW + timedelta(seconds=20)
    now = job(waiting, state=Job.State.RUNNING, stage="reading", done=3, total=12, lease_until=lease)
    assert (now.stage, now.done, now.total, now.percent, now.ended) == (
        "Reading the files, line by line", 3, 12, 25, False,
    )  # fmt: skip
    assert (now.step, now.steps) == (2, len(STAGES))


def test_a_stopped_worker_is_told_until_another_takes_over(waiting: IngestionRun) -> None:
    past = NOW - timedelta(seconds=1)
    now = job(waiting, state=Job.State.RUNNING, stage="questions", done=3, total=12, lease_until=past)
    assert now.stage == "It was interrupted, and begins again in a moment"
    assert not now.ended


def test_publishing_waits_runs_and_stops(run: IngestionRun) -> None:
    assert run.owner is not None
    ingestion.submit_publishing(run, run.owner.pk, NOW)
    publishing = Job.objects.filter(kind=ingestion.PUBLISH_KIND)
    assert progress_of(run, NOW).stage == "Waiting for its turn"
    publishing.update(state=Job.State.RUNNING, stage="publishing", lease_until=NOW + timedelta(seconds=9))
    assert progress_of(run, NOW).stage == "Publishing, all at once"
    publishing.update(lease_until=NOW - timedelta(seconds=9))
    assert "interrupted" in progress_of(run, NOW).stage
    publishing.update(state=Job.State.FAILED, error="The disk is full.")
    assert (progress_of(run, NOW).ended, progress_of(run, NOW).stopped) == (True, "The disk is full.")


def test_every_stage_that_the_pipeline_tells_has_words(waiting: IngestionRun) -> None:
    told: list[str] = []
    pipeline.stage(waiting, lambda stage, done, of: told.append(stage))
    assert set(told) <= set(STAGES)
    assert f'progress("{"publishing"}")' in (tree.ROOT / "studyapp" / "pipeline.py").read_text()
