"""Notes in → questions out, as one promise: a preview is written whole or not at all, and so is a publication.

`stage` (see staging): files → preview. `publish`: lock → content → conflicts → question bank → publication: new topics
and due cards appear together. `revert` (see reverting): a publication taken back. `settle_conflict`: a disagreement
decided. Each may be run again after a crash at any point: the rows' state decides, in the database.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from content import decisions, disagreements, jobs
from content.ingest.model import Draft
from content.ingest.publish import ContentChanges, record
from content.ingest.publish import publish as publish_content
from content.models import Certification, Conflict, Decision, Fact, IngestionRun, Note, Publication
from content.rendering import POLICY_VERSION, remembering, to_html
from content.writers.recording import Recording, recording
from quizzes import question_bank
from quizzes.generation import Proposal
from studyapp.retiring import retire_source
from studyapp.reverting import CannotRevert, Effect, can_revert, effect_of, revert
from studyapp.staging import Staged, fail, refresh, stage

__all__ = [
    "CannotRevert",
    "Effect",
    "NotReady",
    "Staged",
    "can_revert",
    "draft_of",
    "effect_of",
    "ingest_job",
    "publish",
    "publish_job",
    "retire_source",
    "revert",
    "settle_conflict",
    "stage",
]


class NotReady(ValueError):
    """The run cannot be published; the message says why."""


def ingest_job(claim: jobs.Claim) -> None:
    """Handler of the job that an upload submits."""
    run = IngestionRun.objects.filter(uid=claim.payload["run"]).select_related("certification").first()
    if run is None or run.state != IngestionRun.State.UPLOADED:
        return
    try:
        stage(run, claim.progress, claim.still_held)
    except SoftTimeLimitExceeded:
        fail(run, "Reading these notes took too long. Upload them in smaller parts.", timezone.now())
    except jobs.LostClaim:
        raise
    except Exception as error:
        if claim.attempt >= jobs.MOST_ATTEMPTS:
            fail(
                run,
                f"These notes could not be read ({type(error).__name__}). Nothing was published.",
                timezone.now(),
            )
        raise


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
    with remembering():
        read = _prepare(run)
        with transaction.atomic(), recording() as kept:
            # Two publications of one certification take turns, whatever runs they come from.
            certification = Certification.objects.select_for_update().get(pk=run.certification_id)
            locked = IngestionRun.objects.select_for_update().defer("draft").get(pk=run.pk)
            if locked.state == IngestionRun.State.PUBLISHED:
                return _standing(locked)
            _must_be_ready(locked)
            if read.staged_at != locked.staged_at:  # it was read again meanwhile
                read = _prepare(locked)
            publication = _write(certification, locked, read, kept, by, at)
    refresh(run)
    return publication or _standing(run)


def _must_be_ready(run: IngestionRun) -> None:
    if run.state != IngestionRun.State.PREVIEW:
        raise NotReady(f"This upload is {run.get_state_display()}, so it cannot be published.")
    if count := decisions.waiting(run):
        what = "A decision of yours is" if count == 1 else f"{count} decisions of yours are"
        raise NotReady(f"{what} not in this preview yet. Read the notes again, look, and then publish.")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A preview as it is written: read and rendered before anybody has to wait for it."""

    draft: Draft
    proposals: list[Proposal]
    conflicts: list[dict[str, Any]]
    duplicates: list[dict[str, Any]]
    staged_at: datetime | None


def _prepare(run: IngestionRun) -> _Prepared:
    """Take the preview out of its row, and render what is not published yet (see `rendering.remembering`)."""
    draft, proposals = draft_of(run)
    notes = Note.objects.filter(source__certification=run.certification_id, html_policy=POLICY_VERSION)
    known = set(notes.values_list("markdown", flat=True))
    for note in draft.notes:
        if note.markdown not in known:
            to_html(note.markdown)
    stored = run.draft or {}
    return _Prepared(
        draft, proposals, stored.get("conflicts", []), stored.get("duplicates", []), run.staged_at
    )


def _write(
    certification: Certification,
    run: IngestionRun,
    read: _Prepared,
    kept: Recording,
    by: User | None,
    at: datetime,
) -> Publication | None:
    """Everything under the lock; None when nothing was new."""
    changes, bank = _write_rows(certification, run, read, by, at)
    publication = record(changes, question_bank.counts(bank), bank.written)
    if publication is not None:
        publication.before = kept.models
        publication.save(update_fields=["before"])
    told = {**(run.report or {}), "relinks": changes.facts.counts(), "left_out": bank.problems}
    IngestionRun.objects.filter(pk=run.pk).update(
        state=IngestionRun.State.PUBLISHED, finished_at=at, report=told
    )
    return publication


def _write_rows(
    certification: Certification, run: IngestionRun, read: _Prepared, by: User | None, at: datetime
) -> tuple[ContentChanges, question_bank.BankChanges]:
    """Content, disagreements and questions of a preview, in this order."""
    draft, proposals = read.draft, read.proposals
    changes = publish_content(certification, draft, run, by, at)
    silenced = disagreements.bring_up_to_date(
        certification,
        _conflicts(read.conflicts, changes.facts.ids),
        [source.pk for source in changes.sources.values()],
        decisions.chosen(certification, Decision.Subject.CONFLICT),
    )
    doubled = _doubled(certification, read.duplicates)
    wanted = [one for one in proposals if one.fact not in doubled or one.fingerprint in run.accepted]
    bank = question_bank.apply(
        changes, wanted, draft.questions, draft.drills, at,
        rejected=set(run.rejected), accepted=set(run.accepted), edits=run.edits,
    )  # fmt: skip
    question_bank.hold(certification, silenced.held, at)
    question_bank.release(certification, silenced.released, at)
    return changes, bank


def _conflicts(stored: Iterable[Mapping[str, Any]], ids: Mapping[int, int]) -> list[disagreements.Found]:
    """Disagreements of the preview between rows that are published now."""
    uids = [side["uid"] for one in stored for side in (one["a"], one["b"]) if side["uid"]]
    told = Fact.objects.filter(uid__in=uids).exclude(state=Fact.State.RETIRED)
    published = {str(uid): pk for uid, pk in told.values_list("uid", "pk")}

    def row(side: Mapping[str, Any]) -> int | None:
        return published.get(side["uid"]) if side["uid"] else ids.get(side["index"])

    found = []
    for one in stored:
        a, b = row(one["a"]), row(one["b"])
        if a is not None and b is not None and a != b:
            found.append(disagreements.Found(one["key"], a, b, one["kind"]))
    return found


def _doubled(certification: Certification, stored: Iterable[Mapping[str, Any]]) -> set[int]:
    """Positions of facts that another one already asks about."""
    chosen = decisions.chosen(certification, Decision.Subject.DUPLICATE)
    return {one["b"]["index"] for one in stored if chosen.get(one["key"]) != decisions.DIFFERENT}


def settle_conflict(conflict: Conflict, chosen: str, by: User, at: datetime) -> bool:
    """Decide a published disagreement: a, b, both, or "" to take the decision back. Facts and questions follow.

    False when it is over: a publication came in between.
    """
    with transaction.atomic():
        certification = Certification.objects.select_for_update().get(pk=conflict.certification_id)
        there = Conflict.objects.select_related("a__source", "b__source", "certification")
        standing = there.filter(pk=conflict.pk).first()
        if standing is None:
            return False
        conflict = standing
        sides = {Conflict.Chosen.A: conflict.a.fingerprint, Conflict.Chosen.B: conflict.b.fingerprint}
        if chosen:
            data = {"a": _said(conflict.a), "b": _said(conflict.b), "kind": conflict.kind}
            choice = sides.get(Conflict.Chosen(chosen), decisions.BOTH)
            decisions.decide_pair(
                certification, Decision.Subject.CONFLICT, conflict.key, choice, data, by, at
            )
        else:
            decisions.withdraw(certification, Decision.Subject.CONFLICT, conflict.key, by, at)
        silenced = disagreements.settle(conflict, chosen)
        question_bank.hold(certification, silenced.held, at)
        question_bank.release(certification, silenced.released, at)
    return True


def _said(fact: Fact) -> dict[str, Any]:
    """A side of a disagreement as a page shows it."""
    return {"source": fact.source.path, "line": fact.line_from, "text": fact.text, "uid": str(fact.uid)}


def _standing(run: IngestionRun) -> Publication:
    """The publication of this run, or the latest one when the run changed nothing."""
    of_certification = Publication.objects.filter(certification=run.certification_id)
    return of_certification.filter(run=run).first() or of_certification.order_by("-number")[0]


def draft_of(run: IngestionRun) -> tuple[Draft, list[Proposal]]:
    """The preview of a run: what was read, and the proposed questions by index."""
    data = run.draft or {}
    return Draft.from_json(data), [Proposal.from_json(one) for one in data.get("proposals", [])]
