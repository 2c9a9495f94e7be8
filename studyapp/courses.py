"""The shipped courses: which of them the database does not have as they are, and loading them like any upload."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from content import ingestion
from content.ingest.reading import collect
from content.models import Certification, Domain, IngestionRun, Source
from studyapp import pipeline


@dataclass(frozen=True)
class Course:
    """A folder under `content/courses`; its name is the certification's slug."""

    slug: str
    folder: Path


def shipped() -> list[Course]:
    """Every folder that holds a `course.md`."""
    return [
        Course(path.parent.name, path.parent) for path in sorted(settings.COURSES_DIR.glob("*/course.md"))
    ]


def changed() -> Iterator[Course]:
    """Courses whose files are not in the database as they are on disk."""
    for course in shipped():
        on_disk = {
            file.path: hashlib.sha256(file.data).hexdigest() for file in collect([course.folder]).files
        }
        sources = Source.objects.filter(certification__slug=course.slug, retired=False)
        loaded = dict(sources.filter(path__in=list(on_disk)).values_list("path", "sha256"))
        if loaded != on_disk:
            yield course


def load(course: Course, at: datetime) -> list[str]:
    """Read and publish a course; returns sentences about what could not be read."""
    run = ingestion.of_paths(certification_of(course.slug), [course.folder], at, title="Shipped course")
    staged = pipeline.stage(run)
    if staged.state == IngestionRun.State.PREVIEW:
        pipeline.publish(run, by=None, at=at)
    return [notice.message for notice in staged.unread]


def certification_of(slug: str, title: str = "") -> Certification:
    """The certification of this slug, made with one domain that is all of it when there is none."""
    with transaction.atomic():
        title = (title or slug.replace("-", " ").replace("_", " ").capitalize())[:200]
        certification, made = Certification.objects.get_or_create(slug=slug, defaults={"title": title})
        if made:
            Domain.objects.create(certification=certification, number=1, title=title, weight=100)
    return certification
