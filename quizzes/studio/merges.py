"""Topics that several sources share, and topics that somebody may want to be one: rows of one page.

draft["merges"] + decisions → `Merged`;  draft topics + published headings of other sources → `Place`s to choose from
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from content import decisions
from content.decisions import APART, TOGETHER
from content.ingest.blocks import lines
from content.ingest.identity import fingerprint, normalise
from content.ingest.markup import plain
from content.ingest.topics.joining import Identity, identity_of
from content.models import Certification, Decision, Source, TopicHeading

FIRST_LINES = 5
MOST_FOUND = 20
_BULLET = re.compile(r"^(?:[-*+•>]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a topic stands. `ident` names it in forms; `above`: titles from the top, without its own."""

    title: str
    source: str
    line: int
    identity: Identity
    above: str = ""
    published: bool = False

    @property
    def ident(self) -> str:
        return fingerprint(self.source, *self.identity[1])


@dataclass(frozen=True, slots=True)
class Member:
    """One place of a topic that several share. `apart`: it was told to be another topic than all the others."""

    place: Place
    first_lines: Sequence[str] = field(default=())
    apart: bool = False
    file: int | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """A topic with its places; at least two."""

    key: str
    title: str
    members: Sequence[Member]


def merged(
    certification: Certification, draft: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]
) -> list[Merged]:
    """Rows of `draft["merges"]` with the first lines of each place. Two queries."""
    chosen = decisions.chosen(certification, Decision.Subject.TOPICS)
    files = {source["path"]: place for place, source in enumerate(draft.get("sources", []))}
    texts = _texts(certification, draft, {row["source"] for one in shown for row in one["members"]})
    found = []
    for one in shown:
        places = [_place(row) for row in one["members"]]
        members = [
            Member(
                place,
                _first_lines(texts.get(place.source, []), place.line),
                is_apart(place, places, chosen),
                files.get(place.source),
            )
            for place in places
        ]
        found.append(Merged(str(one["key"]), str(one["title"]), members))
    return found


def is_apart(place: Place, places: Sequence[Place], chosen: Mapping[str, str]) -> bool:
    pairs = pairs_of(place, places)
    return bool(pairs) and all(chosen.get(decisions.topics_key(*pair)) == APART for pair in pairs)


def pairs_of(place: Place, places: Iterable[Place]) -> list[tuple[Identity, Identity]]:
    """The place with every other one."""
    return [(place.identity, other.identity) for other in places if other.identity != place.identity]


def places_of(one: Mapping[str, Any]) -> list[Place]:
    """Places of a row of `draft["merges"]`."""
    return [_place(row) for row in one["members"]]


def every_place(certification: Certification, draft: Mapping[str, Any]) -> list[Place]:
    """Topics of the upload, and where topics stand in published sources that it does not hold. One query."""
    found: list[Place] = []
    trails: dict[int, tuple[str, ...]] = {}
    for topic in draft.get("topics", ()):
        above = trails.get(topic["parent"], ()) if topic["parent"] is not None else ()
        trails[topic["key"]] = (*above, str(topic["title"]))
        identity = identity_of(topic["source"], trails[topic["key"]])
        found.append(
            Place(str(topic["title"]), str(topic["source"]), topic["line"], identity, " › ".join(above))
        )
    uploaded = [source["path"] for source in draft.get("sources", ())]
    headings = TopicHeading.objects.filter(
        topic__certification=certification, topic__retired=False, source__retired=False
    )
    others = headings.exclude(source__path__in=uploaded).order_by("source__path", "line")
    for title, path, line, trail in others.values_list("title", "source__path", "line", "trail"):
        above_it = " › ".join(trail[:-1])
        found.append(Place(title, path, line, (path, tuple(trail)), above_it, published=True))
    return found


def search(places: Sequence[Place], words: str) -> list[Place]:
    """Places whose title has all the words; those that begin with them first."""
    wanted = normalise(words).split()
    if not wanted:
        return []
    found = [(normalise(place.title), place) for place in places]
    hits = [(title, place) for title, place in found if all(word in title for word in wanted)]
    hits.sort(key=lambda hit: (not hit[0].startswith(wanted[0]), len(hit[0])))
    return [place for _, place in hits[:MOST_FOUND]]


def joined_by_hand(certification: Certification) -> list[Decision]:
    """Pairs that somebody said are one, the latest first."""
    said = Decision.objects.filter(
        certification=certification, subject=Decision.Subject.TOPICS, choice=TOGETHER
    )
    return list(said.select_related("decided_by")[:50])


def _place(row: Mapping[str, Any]) -> Place:
    path, trail = row["identity"]
    return Place(
        str(row["title"]), str(row["source"]), int(row["line"]), (path, tuple(trail)),
        " › ".join(trail[:-1]), row.get("topic") is None,
    )  # fmt: skip


def _texts(certification: Certification, draft: Mapping[str, Any], paths: set[str]) -> dict[str, list[str]]:
    """Lines of the files, of the upload where it holds them, else as published."""
    texts = {row["path"]: row["text"] for row in draft.get("sources", ()) if row["path"] in paths}
    missing = Source.objects.filter(certification=certification, path__in=paths - set(texts))
    texts |= dict(missing.values_list("path", "text"))
    return {path: lines.split(text) for path, text in texts.items()}


def _first_lines(texts: Sequence[str], line: int) -> list[str]:
    """What stands under a heading, without blank lines and underlines, up to the next heading."""
    found: list[str] = []
    for text in texts[line : line + 40]:
        bare = text.strip()
        if bare.startswith("#") or len(found) == FIRST_LINES:
            break
        if bare and not set(bare) <= set("=-*_ "):
            found.append(plain(_BULLET.sub("", bare))[:300])
    return found
