"""A source taken out of a certification: its notes go, what only it told is retired, and nothing is deleted.

The same writers as for an upload that finds the file empty, as a publication of its own: it can be taken back.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from content import decisions, disagreements
from content.ingest.model import Draft, SourceDraft
from content.ingest.publish import publish, record
from content.models import Certification, Decision, Publication, Source
from content.writers.recording import recording
from content.writers.rows import change, write
from quizzes import question_bank


def retire_source(source: Source, by: User | None, at: datetime) -> Publication | None:
    """Retire a source with everything that no other source tells. None when it was retired already."""
    with transaction.atomic(), recording() as kept:
        certification = Certification.objects.select_for_update().get(pk=source.certification_id)
        source = Source.objects.select_for_update().get(pk=source.pk)
        if source.retired:
            return None
        changes = publish(certification, Draft(sources=(_without_text(source),)), None, by, at)
        bank = question_bank.apply(changes, [], [], [], at)
        silenced = disagreements.bring_up_to_date(
            certification, (), [source.pk], decisions.chosen(certification, Decision.Subject.CONFLICT)
        )
        question_bank.hold(certification, silenced.held, at)
        question_bank.release(certification, silenced.released, at)
        row = changes.sources[source.path]
        change(row, retired=True, updated_at=at)
        write(Source, [row], ["retired", "updated_at"])
        publication = record(changes, question_bank.counts(bank), questions_written=True)
        if publication is not None:
            publication.before = kept.models
            publication.save(update_fields=["before"])
    return publication


def _without_text(source: Source) -> SourceDraft:
    """The file as it is stored, with nothing read from it."""
    return SourceDraft(
        source.path,
        source.sha256,
        source.text,
        source.dialect,
        source.lines,
        source.nonblank,
        source.in_blocks,
    )
