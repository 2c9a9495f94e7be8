"""How far the reading of an upload is, from its job's row."""

from __future__ import annotations

from dataclasses import dataclass

from content import ingestion
from content.models import IngestionRun, Job


@dataclass(frozen=True, slots=True)
class Progress:
    """`ended`: nothing more will change by itself. `failed`: a sentence, or empty."""

    stage: str = "waiting for its turn"
    done: int = 0
    total: int = 0
    ended: bool = False
    failed: str = ""

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None


def progress_of(run: IngestionRun) -> Progress:
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
