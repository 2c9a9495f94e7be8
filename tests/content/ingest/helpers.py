"""Short ways to read a text in tests. All example text is our own words."""

from __future__ import annotations

from content.ingest.blocks.working import Scanned
from content.ingest.model import Draft, SourceDraft
from content.ingest.read import read_blocks, read_notes
from content.ingest.reading import InputFile


def draft(text: str, path: str = "notes.md") -> Draft:
    return read_notes([InputFile(path, text.encode())])


def blocks(text: str, path: str = "notes.md") -> Scanned:
    return read_blocks(path, text)


def outline(text: str, path: str = "notes.md") -> list[tuple[int, str]]:
    return [(topic.depth, topic.title) for topic in draft(text, path).topics]


def balanced(source: SourceDraft | Scanned) -> bool:
    return source.in_blocks + sum(d.nonblank for d in source.discarded) == source.nonblank


DECK = """
Harbour Basics Section

Harbour – Overview

- A harbour shelters ships
- Every harbour has:
 - a quay
 - a crane
- Opening hours: 6 to 22

Harbour – Fees



- Fees depend on length
 - up to 10 metres: 20 euro
 - above: 45 euro



Crane 1
Crane 2

Harbour – Fees (cont.)

- Fees are paid on arrival

Quay vs. Pier

Property\tQuay\tPier
Along the shore\tyes\tno
Built on piles\tno\tyes

https://example.org/quays

Harbour – Signals

- Red means closed
- Green means open
"""
