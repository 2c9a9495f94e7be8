from content.models.certification import Certification, Domain
from content.models.ingestion import IngestionRun, Publication
from content.models.jobs import Job
from content.models.notes import Fact, Note
from content.models.sources import Source
from content.models.topics import Topic

__all__ = ["Certification", "Domain", "Fact", "IngestionRun", "Job", "Note", "Publication", "Source", "Topic"]
