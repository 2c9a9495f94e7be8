"""How far the reading of an upload is, from its job's row."""

from __future__ import annotations

from dataclasses import dataclass

from content import ingestion
from content.models import IngestionRun, Job


@dataclass(frozen=True, slots=True)
class Progress:
    """`ended`: nothing more will change by itself.

    `failed`: why it could not be read, `stopped`: why a preview could not be published; sentences, or empty.
    """

    stage: str = "waiting for its turn"
    done: int = 0
    total: int = 0
    ended: bool = False
    failed: str = ""
    stopped: str = ""

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None


def progress_of(run: IngestionRun) -> Progress:
    if run.state == IngestionRun.State.PREVIEW and (publishing := ingestion.publishing_job_of(run)):
        return _publishing(publishing)
    if run.state != IngestionRun.State.UPLOADED:
        return Progress(ended=True, failed=run.error)
    job = ingestion.job_of(run)
    if job is None or job.state == Job.State.QUEUED:
        return Progress(
            stage="waiting for its turn" if job is None or not job.attempts else "waiting to try again"
        )
    if job.state == Job.State.FAILED:
        return Progress(ended=True, failed=job.error or "The reading stopped and did not say why.")
    return Progress(job.stage or "beginning", job.done, job.total, ended=job.state != Job.State.RUNNING)


def _publishing(job: Job) -> Progress:
    """A large preview on its way to the learners."""
    if job.state in Job.OPEN:
        return Progress(stage="publishing, all at once")
    return Progress(ended=True, stopped=job.error if job.state == Job.State.FAILED else "")
