"""Files → preview: read, find what disagrees and what is said twice, propose questions, compare with what is published.

    files (or the published sources again) + decisions → draft → `run.draft`, `run.report`

A preview is written whole, in one update at the end, or not at all. Beside the draft it holds, as plain data:
`proposals`, `changes`, `conflicts`, `duplicates`, `groups` and `merges`, each with the keys that decisions go by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from content import decisions, ingestion
from content.ingest.changes import Changes
from content.ingest.model import Draft, Notice
from content.ingest.publish import foresee
from content.ingest.read import read_notes
from content.ingest.reading import Collected, InputFile, Limits, collect
from content.models import Certification, IngestionRun
from quizzes import graders, question_bank
from quizzes.generation import Proposal
from quizzes.models import Question
from studyapp import sides
from studyapp.proposing import proposals
from studyapp.reports import report

Progress = Callable[[str, int, int], None]
_MB = 1024 * 1024


@dataclass(frozen=True)
class Staged:
    """What `stage` made of a run; `state` is the run's state afterwards."""

    state: str
    report: dict[str, Any]
    unread: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class _Preview:
    """Everything that one reading found."""

    draft: Draft
    proposals: list[Proposal]
    changes: Changes
    sides: sides.Sides
    notices: tuple[Notice, ...]
    asked: frozenset[str]  # fingerprints of questions that are published
    new: frozenset[str]  # and of those that publishing would add

    def about(self, proposal: Proposal) -> dict[str, Any]:
        """What a page has to say of a proposed question beside its words.

        `asked`: it is published already. `adds`: publishing asks it; one of a fact that is published as it stands
        is added only when somebody accepts it. `held`, `doubled`: see `sides`.
        """
        asked = proposal.fingerprint in self.asked
        adds = proposal.fingerprint in self.new
        return {"asked": asked, "adds": adds, **self.sides.about(proposal)}


def stage(
    run: IngestionRun, progress: Progress | None = None, still_held: Callable[[], None] = lambda: None
) -> Staged:
    """Read the run's files and make its preview. A run that is not waiting is left as it is.

    `progress(stage, done, total)`; `still_held` raises when somebody else has this work now.
    """
    staged_at = timezone.now()
    certification = Certification.objects.get(pk=run.certification_id)
    tell = progress or (lambda stage, done, total: None)
    preview = _read(run, certification, staged_at, tell)
    tell("saving the preview", 0, 0)
    told = report(preview.draft, preview.proposals, preview.changes.counts(), preview.sides, preview.notices)
    fields = {"report": told, "finished_at": timezone.now(), **_outcome(preview)}
    fields |= {"staged_at": staged_at, "staged_revision": certification.revision}
    unread = preview.draft.errors
    del preview  # what was read is in `fields` now, and need not be held twice while it is written
    with transaction.atomic():
        still_held()
        waiting = IngestionRun.objects.filter(pk=run.pk, state=IngestionRun.State.UPLOADED)
        waiting.update(**fields)
    del fields
    refresh(run)
    return Staged(run.state, told, unread)


def refresh(run: IngestionRun) -> None:
    """The run as it is stored now; its preview, which is large, is fetched when somebody asks for it."""
    run.__dict__.pop("draft", None)
    run.refresh_from_db()


def _read(run: IngestionRun, certification: Certification, at: datetime, tell: Progress) -> _Preview:
    tell("collecting files", 0, 0)
    files, unread = _files(run)
    renamed = _renamed(certification, files)
    choices = decisions.line_choices(certification).renamed(renamed)
    read = read_notes(files, tell, choices, graders.names(), graders.told)
    draft = replace(read, errors=(*unread.errors, *read.errors))
    if run.again:
        draft = _with_digests(draft, certification)
    tell("comparing with what is published", 0, 0)
    foreseen = foresee(certification, draft, at)
    tell("looking for what disagrees", 0, 0)
    found = sides.find(certification, draft, foreseen.changes)
    made = proposals(draft, found, lambda done, of: tell("questions", done, of))
    wanted = [one for one in made if one.fact not in found.doubled]
    changes = question_bank.plan(foreseen, wanted, run.rejected, run.accepted, run.edits)
    questions = Question.objects.filter(certification=certification).exclude(state=Question.State.RETIRED)
    new = frozenset(one.fingerprint for one in changes.questions if one.state == "new")
    asked = frozenset(questions.values_list("fingerprint", flat=True))
    return _Preview(_without_blocks(draft), made, changes, found, tuple(unread.warnings), asked, new)


def _without_blocks(draft: Draft) -> Draft:
    """Blocks have done their work once questions are made: a stored preview is smaller without them."""
    return replace(draft, sources=tuple(replace(source, blocks=()) for source in draft.sources))


def _files(run: IngestionRun) -> tuple[list[InputFile], Collected]:
    """The files of the run, and what is said of those that cannot be read."""
    if run.again:
        published = run.certification.sources.filter(retired=False).order_by("path")
        return [InputFile(row.path, row.text.encode()) for row in published], Collected()
    collected = collect(ingestion.files_of(run), Limits(total_bytes=settings.UPLOAD_LIMIT_MB * _MB))
    return collected.files, collected


def _with_digests(draft: Draft, certification: Certification) -> Draft:
    """The stored text is decoded; the file that it came from keeps its digest."""
    digests = dict(certification.sources.values_list("path", "sha256"))
    return replace(
        draft, sources=tuple(replace(source, sha256=digests[source.path]) for source in draft.sources)
    )


def _renamed(certification: Certification, files: Sequence[InputFile]) -> dict[str, str]:
    """Old path → new path of files that go by another name in this upload: the same bytes, or the same last name.

    Only what was decided about lines and topics follows this guess; facts are recognised by what they say.
    """
    names = {file.path for file in files}
    missing = list(certification.sources.exclude(path__in=names).values_list("path", "sha256"))
    if not missing:
        return {}
    known = set(certification.sources.values_list("path", flat=True))
    strange = [file for file in files if file.path not in known]
    by_digest = {digest: path for path, digest in missing}
    last_names = Counter(path.rpartition("/")[2] for path, _ in missing)
    by_name = {name: path for path, _ in missing if last_names[name := path.rpartition("/")[2]] == 1}
    found: dict[str, str] = {}
    for file in strange:
        old = by_digest.get(sha256(file.data).hexdigest()) or by_name.get(file.path.rpartition("/")[2])
        if old is not None:
            found.setdefault(old, file.path)
    return found


def _outcome(preview: _Preview) -> dict[str, Any]:
    """Fields of the run: a preview, or a failure with its sentences."""
    if not preview.draft.sources:
        sentences = "\n".join(notice.message for notice in preview.draft.errors)
        return {
            "state": IngestionRun.State.FAILED,
            "error": sentences or "There was no notes file to read.",
        }
    stored = preview.draft.to_json() | preview.sides.to_json()
    stored["changes"] = preview.changes.to_json()
    stored["proposals"] = [one.to_json() | preview.about(one) for one in preview.proposals]
    return {"state": IngestionRun.State.PREVIEW, "draft": stored}


def fail(run: IngestionRun, sentence: str, at: datetime) -> None:
    """A run that could not be read, with the reason for its owner. One that had a preview keeps it."""
    ingestion.fail(IngestionRun.objects.filter(pk=run.pk), sentence, at)
