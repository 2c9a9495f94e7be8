"""Where each topic stands in each of its sources: by this a re-import recognises what several sources share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Count

from content.ingest.identity import normalise
from content.ingest.model import Draft
from content.ingest.topics.joining import Heading, Published, family_of, trails_of
from content.models import Certification, Fact, Note, Source, Topic, TopicHeading
from content.writers.rows import change, create, delete, write

_FIELDS = ["topic", "trail", "title", "line"]


def published(
    certification: Certification, rows: Mapping[int, Topic], sources: Sequence[Source]
) -> list[Published]:
    """The topics of a certification as `joining` takes them, live ones first: a few queries, however many rows."""
    paths = {source.pk: source.path for source in sources}
    families = {source.pk: family_of(source.dialect) for source in sources}
    bodies: dict[int, list[tuple[str, str]]] = defaultdict(list)
    notes = Note.objects.filter(topic__certification=certification).order_by("source", "position", "pk")
    for topic, source, markdown in notes.values_list("topic_id", "source_id", "markdown"):
        bodies[topic].append((paths.get(source, ""), markdown))
    headings: dict[int, list[Heading]] = defaultdict(list)
    places = TopicHeading.objects.filter(topic__certification=certification).order_by("source", "line", "pk")
    for topic, source, trail, title in places.values_list("topic_id", "source_id", "trail", "title"):
        headings[topic].append(Heading(paths.get(source, ""), tuple(trail), title, families.get(source, "")))
    facts: dict[int, list[tuple[str, int]]] = defaultdict(list)
    live = Fact.objects.filter(topic__certification=certification).exclude(state=Fact.State.RETIRED)
    counted = live.order_by().values_list("topic_id", "source_id").annotate(number=Count("pk"))
    for topic, source, number in counted:
        facts[topic].append((paths.get(source, ""), number))
    trails = _trails(rows)
    return [
        Published(
            pk=topic.pk,
            title=topic.title,
            trail=trails[topic.pk],
            anchor=topic.anchor,
            source=paths.get(topic.source_id or 0),
            parent=topic.parent_id,
            retired=topic.retired,
            bodies=tuple(bodies[topic.pk]),
            headings=tuple(headings[topic.pk]),
            facts=tuple(sorted(facts[topic.pk])),
        )
        for topic in sorted(rows.values(), key=lambda topic: (topic.retired, topic.position, topic.pk))
    ]


def _trails(rows: Mapping[int, Topic]) -> dict[int, tuple[str, ...]]:
    """Normalised titles from the top of the tree."""
    trails: dict[int, tuple[str, ...]] = {}
    for pk in rows:
        way: list[int] = []
        at: int | None = pk
        while at is not None and at in rows and at not in trails and at not in way:
            way.append(at)
            at = rows[at].parent_id
        above = trails.get(at, ()) if at is not None else ()
        for below in reversed(way):
            above = trails[below] = (*above, normalise(rows[below].title))
    return trails


def write_headings(draft: Draft, ids: Mapping[int, int], sources: Mapping[str, Source]) -> bool:
    """One row for each topic of the draft, in the place of those that its sources had; True when one was written.

    A topic that a source has lost keeps no heading there; it is still known by its title and its place in the tree.
    """
    there: dict[tuple[int, tuple[str, ...]], list[TopicHeading]] = defaultdict(list)
    rows = TopicHeading.objects.filter(source__in=[source.pk for source in sources.values()])
    for row in rows.order_by("source", "line", "pk"):
        there[row.source_id, tuple(row.trail)].append(row)
    trails = trails_of(draft.topics)
    changed, new = [], []
    for topic in draft.topics:
        place = (sources[topic.source].pk, trails[topic.key])
        columns = {"topic_id": ids[topic.key], "title": topic.title[:300], "line": topic.line}
        if there[place]:
            row = there[place].pop(0)
            if change(row, **columns):
                changed.append(row)
        else:
            new.append(TopicHeading(source_id=place[0], trail=list(place[1]), **columns))
    gone = [row.pk for left in there.values() for row in left]
    write(TopicHeading, changed, _FIELDS)
    create(TopicHeading, new)
    delete(TopicHeading, gone)
    return bool(changed or new or gone)
