"""One upload as a row: receive files onto disk, submit the job that reads them, cancel, forget.

The row is the truth. Files lie under `settings.UPLOADS_DIR/<uid>/` until the run is over; runs from the command line
name absolute paths instead and leave those files alone.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from content import jobs
from content.ingest.reading import ACCEPTED, NOTE_SUFFIXES
from content.models import Certification, IngestionRun, Job

KIND = "studyapp.tasks.ingest"
PUBLISH_KIND = "studyapp.tasks.publish"
KEEP_FILES_FOR = timedelta(days=14)
MOST_FILES = 500
_MB = 1024 * 1024


class Upload(Protocol):
    """What is taken of a file that comes in by a form."""

    @property
    def name(self) -> str | None: ...

    def chunks(self) -> Iterable[bytes]: ...


class Refused(ValueError):
    """An upload that is not taken; the message is a sentence for whoever sent it."""


def create_run(
    certification: Certification, owner: User, files: Sequence[Upload], at: datetime, title: str = ""
) -> IngestionRun:
    """Keep the files and submit the job that reads them. Raises Refused, and then nothing is left behind."""
    if not files:
        raise Refused("No file was chosen. Choose one or more notes files, or a zip archive of them.")
    if len(files) > MOST_FILES:
        raise Refused(f"{len(files)} files are more than {MOST_FILES}. Put them into one zip archive.")
    run = IngestionRun(
        certification=certification, owner=owner, title=(title or _title(files))[:200], created_at=at
    )
    folder = settings.UPLOADS_DIR / str(run.uid)
    try:
        _keep(folder, files)
        run.paths = [folder.name]
        with transaction.atomic():
            run.save()
            submit(run, at)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return run


def of_paths(
    certification: Certification,
    paths: Sequence[Path],
    at: datetime,
    owner: User | None = None,
    title: str = "",
) -> IngestionRun:
    """A run over files that are on this machine; the caller reads it itself."""
    return IngestionRun.objects.create(
        certification=certification,
        owner=owner,
        title=title[:200],
        paths=[str(path.absolute()) for path in paths],
        created_at=at,
    )


def of_published(certification: Certification, owner: User | None, at: datetime, title: str) -> IngestionRun:
    """A run that reads the published sources again: with later decisions, or with better rules."""
    with transaction.atomic():
        run = IngestionRun.objects.create(
            certification=certification, owner=owner, title=title[:200], again=True, created_at=at
        )
        submit(run, at)
    return run


def submit(run: IngestionRun, at: datetime) -> Job:
    """The job that reads this run's files; a new one after one that is over."""
    key = str(run.uid)
    Job.objects.filter(kind=KIND, key=key).exclude(state__in=Job.OPEN).delete()
    return jobs.submit(KIND, key, at, {"run": key})


def read_again(run: IngestionRun, at: datetime) -> bool:
    """Make the preview anew, so that it follows the decisions taken since. False when it is no preview any more."""
    with transaction.atomic():
        preview = IngestionRun.objects.filter(pk=run.pk, state=IngestionRun.State.PREVIEW)
        if not preview.update(state=IngestionRun.State.UPLOADED, finished_at=None):
            return False
        submit(run, at)
    return True


def job_of(run: IngestionRun) -> Job | None:
    """The job with this run's progress; None for runs of the command line."""
    return Job.objects.filter(kind=KIND, key=str(run.uid)).first()


def submit_publishing(run: IngestionRun, by_id: int | None, at: datetime) -> Job:
    """The job that publishes this preview; one at a time, and a new one after one that failed."""
    key = str(run.uid)
    Job.objects.filter(kind=PUBLISH_KIND, key=key).exclude(state__in=Job.OPEN).delete()
    return jobs.submit(PUBLISH_KIND, key, at, {"run": key, "by": by_id})


def publishing_job_of(run: IngestionRun) -> Job | None:
    """The job that publishes this run, when it is or was too large to be published at once."""
    return Job.objects.filter(kind=PUBLISH_KIND, key=str(run.uid)).first()


def files_of(run: IngestionRun) -> list[Path]:
    """Files and folders to read. An upload of single files lists them, so that their names stay their paths."""
    found: list[Path] = []
    for name in run.paths:
        path = Path(name)
        if path.is_absolute():
            found.append(path)
        else:
            found += sorted((settings.UPLOADS_DIR / name).iterdir())
    return found


def cancel(run: IngestionRun, at: datetime) -> bool:
    """Stop reading; the worker notices at its next report. False when it was already over.

    A preview that was being read again is a preview as before.
    """
    with transaction.atomic():
        waiting = IngestionRun.objects.filter(pk=run.pk, state=IngestionRun.State.UPLOADED)
        stopped = waiting.filter(draft__isnull=True).update(
            state=IngestionRun.State.CANCELLED, finished_at=at
        )
        stopped += waiting.update(state=IngestionRun.State.PREVIEW, finished_at=at)
        jobs.cancel(KIND, str(run.uid), at)
    return bool(stopped)


def discard(run: IngestionRun, at: datetime) -> bool:
    """Put a preview aside without publishing it. False when it was not one."""
    preview = IngestionRun.objects.filter(pk=run.pk, state=IngestionRun.State.PREVIEW)
    return bool(preview.update(state=IngestionRun.State.DISCARDED, finished_at=at))


def forget_files(at: datetime) -> int:
    """Delete uploaded files of runs that ended long ago, and folders that no run names; returns how many."""
    if not settings.UPLOADS_DIR.is_dir():
        return 0
    over = IngestionRun.objects.filter(finished_at__lt=at - KEEP_FILES_FOR)
    over = over.exclude(state=IngestionRun.State.PREVIEW)  # a preview may be read again
    kept = IngestionRun.objects.exclude(pk__in=over.values("pk")).values_list("uid", flat=True)
    known = {str(uid) for uid in kept}
    forgotten = 0
    for folder in settings.UPLOADS_DIR.iterdir():
        old = folder.stat().st_mtime < (at - KEEP_FILES_FOR).timestamp()
        if folder.name not in known and old:
            shutil.rmtree(folder, ignore_errors=True)
            forgotten += 1
    return forgotten


def _title(files: Sequence[Upload]) -> str:
    first = str(files[0].name or "")[:150]
    return first if len(files) == 1 else f"{first} and {len(files) - 1} more"


def _keep(folder: Path, uploads: Sequence[Upload]) -> None:
    limit = settings.UPLOAD_LIMIT_MB * _MB
    folder.mkdir(parents=True)
    total = 0
    taken: set[str] = set()
    for upload in uploads:
        name = _name(upload.name or "", taken)
        with (folder / name).open("wb") as file:
            for chunk in upload.chunks():
                total += len(chunk)
                if total > limit:
                    raise Refused(
                        f"{name}: this upload is larger than the {settings.UPLOAD_LIMIT_MB} MB that are allowed at "
                        "once. Upload it in parts."
                    )
                file.write(chunk)


def _name(sent: str, taken: set[str]) -> str:
    """A plain file name of an accepted kind, unique in its folder. Browsers may send paths; only the end counts."""
    name = re.sub(r"[\x00-\x1f\x7f/\\:]", "_", PurePosixPath(sent.replace("\\", "/")).name).strip(" .")[-180:]
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in (*NOTE_SUFFIXES, ".zip"):
        raise Refused(f"“{name or sent}” cannot be read. Studyapp reads {ACCEPTED}.")
    unique, number = name, 2
    while unique.casefold() in taken:
        unique, number = f"{PurePosixPath(name).stem} ({number}){suffix}", number + 1
    taken.add(unique.casefold())
    return unique


def forget_drafts(at: datetime) -> int:
    """Empty the drafts of runs that were published or put aside long ago; their reports stay. Returns how many."""
    over = IngestionRun.objects.filter(finished_at__lt=at - KEEP_FILES_FOR, draft__isnull=False)
    return over.exclude(state=IngestionRun.State.PREVIEW).update(draft=None)


def settle_given_up(at: datetime) -> int:
    """Runs whose job ended in failure are failed too, with its sentence; returns how many."""
    settled = 0
    waiting = IngestionRun.objects.filter(state=IngestionRun.State.UPLOADED)
    failed = Job.objects.filter(kind=KIND, state=Job.State.FAILED).values_list("key", "error")
    for key, error in failed.filter(key__in=[str(uid) for uid in waiting.values_list("uid", flat=True)]):
        settled += fail(waiting.filter(uid=key), error, at)
    return settled


def fail(runs: QuerySet[IngestionRun], sentence: str, at: datetime) -> int:
    """Runs that could not be read, with the reason; those that are read again go back to the preview that they had."""
    waiting = runs.filter(state=IngestionRun.State.UPLOADED)
    back = waiting.filter(draft__isnull=False).update(
        state=IngestionRun.State.PREVIEW, error=sentence, finished_at=at
    )
    return back + waiting.update(state=IngestionRun.State.FAILED, error=sentence, finished_at=at)
