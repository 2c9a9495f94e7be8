"""What kind of notes a file holds: a vote over its lines, on which the reading rules depend."""

from __future__ import annotations

import re

from content.ingest.lines import Line
from content.ingest.lists import marker
from content.ingest.markup import WIKILINK
from content.ingest.model import Dialect
from content.ingest.ready_made import starts

_HEADING = re.compile(r"#{1,6}\s+\S")
_TASK = re.compile(r"[-*+]\s\[[ xX]\]\s")


def vote(lines: list[Line], front: dict[str, object]) -> Dialect:
    """The dialect of one file. `front`: its front matter, which may say `dialect:` outright."""
    said = str(front.get("dialect", "")).lower()
    if said in {str(d) for d in Dialect}:
        return Dialect(said)
    if "domain" in front or "certification" in front or "checked_on" in front:
        return Dialect.COURSE
    headings = items = questions = wiki = full = bare = exported = 0
    fenced = False
    for line in lines:
        if line.text[:3] in ("```", "~~~"):
            fenced = not fenced
        if line.blank or fenced:
            continue
        full += 1
        first = line.text[0]
        if first == "#" and _HEADING.match(line.text):
            headings += 1
        elif marker(line):
            items += 1
            questions += bool(_TASK.match(line.text))
            headings += bool(re.match(r"[-*+]\s+#{1,6}\s", line.text))
        elif starts(line):
            questions += 3
        elif first == "<" and line.text.startswith(("<!-- Slide", "<!-- slide")):
            exported += 1
        elif line.quote == 0 and line.indent == 0 and len(line.text) < 100:
            bare += 1
        if "[[" in line.text and WIKILINK.search(line.text):
            wiki += 1
    if not full:
        return Dialect.NOTES
    if questions >= max(3, full * 0.3):
        return Dialect.QUESTIONS
    if exported >= 2 or (headings <= max(1, full * 0.004) and bare >= 2 and items >= 3 and bare >= full * 0.04):
        return Dialect.SLIDES
    if wiki >= 3 and wiki >= full * 0.02:
        return Dialect.VAULT
    return Dialect.NOTES
