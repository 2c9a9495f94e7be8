"""Draft → rows: the only writer of sources, topics, notes and facts. Runs inside the caller's transaction.

    draft → sources → topics → notes → facts → `ContentChanges` → (question bank) → `record`

What the upload does not hold is left alone; what it holds unchanged is not written at all. `record` closes a
publication: it counts up the certification's revision, unless nothing changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from content import decisions
from content.ingest.changes import Changes
from content.ingest.model import Draft
from content.models import Certification, IngestionRun, Publication, Source
from content.writers.facts import FactChanges, plan_facts, write_facts, write_notes
from content.writers.sources import plan_sources, write_course, write_sources
from content.writers.telling import told
from content.writers.topics import TopicChanges, plan_topics, write_topics


@dataclass(frozen=True)
class ContentChanges:
    """What publishing did. `sources`: path → row; `topics.ids` and `facts.ids`: position in the draft → row id."""

    certification: Certification
    draft: Draft
    run: IngestionRun | None
    by: User | None
    at: datetime
    sources: Mapping[str, Source]
    topics: TopicChanges
    facts: FactChanges
    written: bool

    def summary(self) -> dict[str, dict[str, int]]:
        return {"topics": dict(self.topics.counts), "facts": self.facts.counts()}


def publish(
    certification: Certification, draft: Draft, run: IngestionRun | None, by: User | None, at: datetime
) -> ContentChanges:
    """Write what the draft says. The certification's row must be locked, so that two imports take turns."""
    blueprint = write_course(certification, draft.course) if draft.course is not None else False
    names = dict(certification.sources.values_list("pk", "path"))
    sources, filed = write_sources(certification, draft, at)
    if renamed := _renamed(names, sources):
        decisions.follow_renames(certification, renamed)
    same, different = decisions.fact_pairs(certification)
    apart, together = decisions.topic_pairs(certification)
    topics = write_topics(certification, draft, sources, apart, together)
    notes, noted = write_notes(draft, topics.ids, sources)
    facts = write_facts(certification, draft, topics.ids, notes, sources, same, different)
    written = blueprint or filed or topics.written or noted or facts.written
    return ContentChanges(certification, draft, run, by, at, sources, topics, facts, written)


@dataclass(frozen=True)
class Foreseen:
    """What publishing a draft would do, and the same as a page shows it. Ids below zero are of rows to come."""

    changes: ContentChanges
    told: Changes


def foresee(certification: Certification, draft: Draft, at: datetime) -> Foreseen:
    """The decisions that `publish` would take, on rows in memory. Nothing is written."""
    same, different = decisions.fact_pairs(certification)
    names = dict(certification.sources.values_list("pk", "path"))
    sources, ours = plan_sources(certification, draft)
    apart, together = decisions.topic_pairs(certification, _renamed(names, sources))
    ids = plan_topics(certification, draft, sources, apart, together)
    mine = {path: source for path, source in sources.items() if path in ours}
    facts, rows = plan_facts(draft, ids, mine, same, different)
    shown = told(certification, draft, mine, ids, facts, rows)
    facts.ids |= {index: -1 - index for index in facts.new}
    fresh = [file.path for file in draft.sources if file.path not in mine]
    mine |= {path: Source(pk=-1 - place, path=path) for place, path in enumerate(fresh)}
    topics = TopicChanges(ids, shown.topic_counts, written=False)
    return Foreseen(
        ContentChanges(certification, draft, None, None, at, mine, topics, facts, written=False), shown
    )


def _renamed(names: Mapping[int, str], sources: Mapping[str, Source]) -> dict[str, str]:
    """Old path → new path of rows that go by another name now."""
    return {names[row.pk]: path for path, row in sources.items() if names.get(row.pk, path) != path}


def plan(certification: Certification, draft: Draft) -> Changes:
    """What publishing would do to the facts and topics that are there; `question_bank.plan` adds questions."""
    return foresee(certification, draft, timezone.now()).told


def record(
    changes: ContentChanges, questions: Mapping[str, int], questions_written: bool
) -> Publication | None:
    """The publication of these changes, with its summary; None when there was nothing to publish."""
    if not changes.written and not questions_written:
        return None
    certification = changes.certification
    certification.revision += 1
    certification.save(update_fields=["revision"])
    last = Publication.objects.filter(certification=certification).order_by("-number").first()
    return Publication.objects.create(
        certification=certification,
        number=last.number + 1 if last else 1,
        run=changes.run,
        published_by=changes.by,
        published_at=changes.at,
        summary={**changes.summary(), "questions": dict(questions)},
    )
