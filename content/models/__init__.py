"""Content as rows: one noun a file."""

from content.models.certification import Certification, Domain
from content.models.conflicts import Conflict
from content.models.decisions import Decision
from content.models.ingestion import IngestionRun, Publication
from content.models.jobs import Job
from content.models.notes import Fact, Note
from content.models.sources import Source
from content.models.topics import Topic, TopicHeading

__all__ = [
    "Certification",
    "Conflict",
    "Decision",
    "Domain",
    "Fact",
    "IngestionRun",
    "Job",
    "Note",
    "Publication",
    "Source",
    "Topic",
    "TopicHeading",
]
