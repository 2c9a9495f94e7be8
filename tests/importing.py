"""Notes for tests in our own words, and the way from a text to what is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction

from content import ingestion
from content.ingest.model import Draft
from content.ingest.publish import ContentChanges, publish
from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from content.models import Certification, Domain, IngestionRun, Publication
from studyapp import pipeline
from tests.factories import NOW

HARBOUR = """\
# Harbour

## Lights {#lights}

- **Lighthouse** – a tower with a lamp that ships see from far away.
- **Lightship** – an anchored ship that carries a lamp where no tower can stand.
- **Buoy** – a floating mark that is chained to the bottom of the sea.
- **Beacon** – a fixed mark on a rock, with or without a lamp.
- A lamp keeper may stay for at most 14 days before somebody takes over.

## Ropes

- **Bowline** – a knot that makes a loop which does not slip.
- **Clove hitch** – a knot that ties a rope to a post.
- A rope is replaced after 5 years, whatever it looks like.

Q: Which knot makes a loop that does not slip? {#q-loop}
- [ ] Clove hitch
  It ties a rope to a post.
- [x] Bowline
  Its loop stays as large as it was tied.
- [ ] Reef knot
  It joins two ropes.
Because: A loop that slips would hurt whoever sits in it.
Ref: https://example.org/knots

The tide turns about every ==six== hours.
"""

MARKET = """\
# Market

## Weights

- **Scale** – a device that compares two loads by a beam.
- Fish is weighed within 2 hours after it was landed.
"""


def certification(slug: str = "harbour", domains: int = 1) -> Certification:
    made = Certification.objects.create(slug=slug, title=slug.capitalize())
    for number in range(1, domains + 1):
        Domain.objects.create(
            certification=made, number=number, title=f"Domain {number}", weight=100 / domains
        )
    return made


def draft(files: Mapping[str, str]) -> Draft:
    read = read_notes([InputFile(path, text.encode()) for path, text in files.items()])
    assert read.errors == ()
    return read


def publish_content(to: Certification, files: Mapping[str, str], at: datetime = NOW) -> ContentChanges:
    """Content alone, without questions."""
    with transaction.atomic():
        return publish(Certification.objects.select_for_update().get(pk=to.pk), draft(files), None, None, at)


def staged(to: Certification, folder: Path, files: Mapping[str, str], at: datetime = NOW) -> IngestionRun:
    """A preview of these files; `folder` is where they are put."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    run = ingestion.of_paths(to, [folder], at)
    pipeline.stage(run)
    return run


def published(to: Certification, folder: Path, files: Mapping[str, str], at: datetime = NOW) -> Publication:
    return pipeline.publish(staged(to, folder, files, at), None, at)
