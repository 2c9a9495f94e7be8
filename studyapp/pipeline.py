"""Notes in → questions out, as one promise: a preview is written whole or not at all, and so is a publication.

`stage`: collect files → read → find contradictions → propose questions → the run becomes a preview.
`publish`: lock → content → question bank → publication. New topics and due cards appear together.
Either may be run again after a crash at any point: the run's state decides, in the database.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from content import ingestion, jobs
from content.ingest import conflicts
from content.ingest.model import Draft, FactDraft, Notice
from content.ingest.publish import plan, record
from content.ingest.publish import publish as publish_content
from content.ingest.read import read_notes
from content.ingest.reading import Limits, collect
from content.models import Certification, Fact, IngestionRun, Publication
from quizzes import question_bank
from quizzes.generation import Known, Proposal, propose
from studyapp.reports import report

Progress = Callable[[str, int, int], None]
_MB = 1024 * 1024


class NotReady(ValueError):
    """The run cannot be published; the message says why."""


@dataclass(frozen=True)
class Staged:
    """What `stage` made of a run; `state` is the run's state afterwards."""

    state: str
    report: dict[str, Any]
    unread: tuple[Notice, ...]


def ingest_job(claim: jobs.Claim) -> None:
    """Handler of the job that an upload submits."""
    run = IngestionRun.objects.filter(uid=claim.payload["run"]).select_related("certification").first()
    if run is None or run.state != IngestionRun.State.UPLOADED:
        return
    try:
        stage(run, claim.progress, claim.still_held)
    except SoftTimeLimitExceeded:
        _fail(run, "Reading these notes took too long. Upload them in smaller parts.")
    except jobs.LostClaim:
        raise
    except Exception as error:
        if claim.attempt >= jobs.MOST_ATTEMPTS:
            _fail(run, f"These notes could not be read ({type(error).__name__}). Nothing was published.")
        raise


def _fail(run: IngestionRun, sentence: str) -> None:
    waiting = IngestionRun.objects.filter(pk=run.pk, state=IngestionRun.State.UPLOADED)
    waiting.update(state=IngestionRun.State.FAILED, error=sentence, finished_at=timezone.now())


def stage(
    run: IngestionRun, progress: Progress | None = None, still_held: Callable[[], None] = lambda: None
) -> Staged:
    """Read the run's files and make its preview, in one update at the end. A run that is not waiting is left as it is.

    `progress(stage, done, total)`; `still_held` raises when somebody else has this work now.
    """
    tell = progress or (lambda stage, done, total: None)
    tell("collecting files", 0, 0)
    collected = collect(ingestion.files_of(run), Limits(total_bytes=settings.UPLOAD_LIMIT_MB * _MB))
    read = read_notes(collected.files, tell)
    draft = replace(read, errors=(*collected.errors, *read.errors))
    elsewhere = _facts_elsewhere(run.certification, draft)
    disagreements = conflicts.find(draft.facts, list(elsewhere))
    disputed = conflicts.disputed(disagreements, draft.facts)
    made = propose(draft, list(elsewhere.values()), progress=lambda done, of: tell("questions", done, of))
    proposals = [one for one in made if one.fact not in disputed]
    tell("comparing with what is published", 0, 0)
    told = report(draft, proposals, plan(run.certification, draft), disagreements, collected.warnings)
    fields: dict[str, Any] = {"report": told, "finished_at": timezone.now()}
    if draft.sources:
        fields["state"] = IngestionRun.State.PREVIEW
        fields["draft"] = draft.to_json() | {"proposals": [one.to_json() for one in proposals]}
    else:
        fields["state"] = IngestionRun.State.FAILED
        fields["error"] = (
            "\n".join(notice.message for notice in draft.errors) or "There was no notes file to read."
        )
    with transaction.atomic():
        still_held()
        waiting = IngestionRun.objects.filter(pk=run.pk, state=IngestionRun.State.UPLOADED)
        waiting.update(**fields)
    run.refresh_from_db()
    return Staged(run.state, told, draft.errors)


def publish_job(claim: jobs.Claim) -> None:
    """Handler of the job that a large preview is published by."""
    run = IngestionRun.objects.filter(uid=claim.payload["run"]).first()
    if run is None or run.state != IngestionRun.State.PREVIEW:
        return
    claim.progress("publishing")
    with contextlib.suppress(NotReady):  # discarded or published meanwhile: nothing is left to do
        publish(run, User.objects.filter(pk=claim.payload["by"]).first(), timezone.now())


def publish(run: IngestionRun, by: User | None, at: datetime) -> Publication:
    """Publish a preview. A second call returns the first publication.

    An upload that changes nothing makes no publication of its own: the one that stands is returned, and no row of
    content or schedule is written. Raises NotReady when the run is not a preview.
    """
    with transaction.atomic():
        # Two publications of one certification take turns, whatever runs they come from.
        certification = Certification.objects.select_for_update().get(pk=run.certification_id)
        locked = IngestionRun.objects.select_for_update().get(pk=run.pk)
        if locked.state == IngestionRun.State.PUBLISHED:
            return _standing(locked)
        if locked.state != IngestionRun.State.PREVIEW or locked.draft is None:
            raise NotReady(f"This upload is {locked.get_state_display()}, so it cannot be published.")
        draft, proposals = draft_of(locked)
        changes = publish_content(certification, draft, locked, by, at)
        bank = question_bank.apply(
            changes, proposals, draft.questions, draft.drills, at, set(locked.rejected)
        )
        publication = record(changes, question_bank.counts(bank), bank.written)
        told = {**(locked.report or {}), "relinks": changes.facts.counts(), "left_out": bank.problems}
        IngestionRun.objects.filter(pk=locked.pk).update(
            state=IngestionRun.State.PUBLISHED, finished_at=at, report=told
        )
    run.refresh_from_db()
    return publication or _standing(run)


def _standing(run: IngestionRun) -> Publication:
    """The publication of this run, or the latest one when the run changed nothing."""
    of_certification = Publication.objects.filter(certification=run.certification_id)
    return of_certification.filter(run=run).first() or of_certification.order_by("-number")[0]


def draft_of(run: IngestionRun) -> tuple[Draft, list[Proposal]]:
    """The preview of a run: what was read, and the proposed questions by index."""
    data = run.draft or {}
    return Draft.from_json(data), [Proposal.from_json(one) for one in data.get("proposals", [])]


def _facts_elsewhere(certification: Certification, draft: Draft) -> dict[FactDraft, Known]:
    """Facts of sources that this upload does not hold: as they were read, and as generation takes them."""
    uploaded = [source.path for source in draft.sources]
    facts = Fact.objects.filter(topic__certification=certification).exclude(state=Fact.State.RETIRED)
    rows = (
        facts.exclude(source__path__in=uploaded)
        .order_by("pk")
        .values_list(
            *(
                "text",
                "topic__title",
                "kind",
                "context",
                "source__path",
                "line_from",
                "line_to",
                "note",
                "fingerprint",
            )
        )
    )
    return {
        FactDraft(
            topic=-1,
            note=-(note or 0),
            kind=kind,
            text=text,
            term=None,
            value=None,
            context=context,
            source=path,
            line_from=first,
            line_to=last,
            anchor=None,
            fingerprint=fingerprint,
        ): Known(text, title)
        for text, title, kind, context, path, first, last, note, fingerprint in rows
    }
