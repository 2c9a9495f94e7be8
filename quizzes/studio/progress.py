"""How far the reading of an upload is, from its job's row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from content import ingestion
from content.models import IngestionRun, Job

# As the pipeline names its stages, in its order → as a page does.
STAGES = {
    "collecting files": "Opening the files",
    "reading": "Reading the files, line by line",
    "outlining": "Finding the topics and their facts",
    "comparing with what is published": "Comparing with what is published",
    "looking for what disagrees": "Looking for statements that disagree",
    "questions": "Making questions of the facts",
    "saving the preview": "Writing the preview down",
}
PUBLISHING = "Publishing, all at once"


@dataclass(frozen=True, slots=True)
class Progress:
    """`ended`: nothing more will change by itself.

    `failed`: why it could not be read, `stopped`: why a preview could not be published; sentences, or empty.
    """

    stage: str = "Waiting for its turn"
    done: int = 0
    total: int = 0
    ended: bool = False
    failed: str = ""
    stopped: str = ""
    step: int = 0  # of the stages, when it is one of them

    @property
    def steps(self) -> int:
        return len(STAGES)

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None


def progress_of(run: IngestionRun, at: datetime) -> Progress:
    if run.state == IngestionRun.State.PREVIEW and (publishing := ingestion.publishing_job_of(run)):
        return _publishing(publishing, at)
    if run.state != IngestionRun.State.UPLOADED:
        return Progress(ended=True, failed=run.error)
    job = ingestion.job_of(run)
    if job is None:
        return Progress()
    if job.state == Job.State.FAILED:
        return Progress(ended=True, failed=job.error or "The reading stopped and did not say why.")
    return _now(job, at)


def _now(job: Job, at: datetime) -> Progress:
    """Where an open job is. One whose worker was stopped says so until another one takes it over."""
    if job.state == Job.State.QUEUED:
        return Progress(stage="Waiting to try again" if job.attempts else "Waiting for its turn")
    if job.lease_until is not None and job.lease_until < at:
        return Progress(stage="It was interrupted, and begins again in a moment")
    step = list(STAGES).index(job.stage) + 1 if job.stage in STAGES else 0
    words = {"": "Beginning", "publishing": PUBLISHING, **STAGES}.get(job.stage, job.stage)
    return Progress(words, job.done, job.total, ended=job.state not in Job.OPEN, step=step)


def _publishing(job: Job, at: datetime) -> Progress:
    """A large preview on its way to the learners."""
    if job.state in Job.OPEN:
        return _now(job, at)
    return Progress(ended=True, stopped=job.error if job.state == Job.State.FAILED else "")
