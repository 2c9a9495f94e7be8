"""Topic rows of a draft: joined with what is published, put in order, retired when their source lost them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.text import slugify

from content.ingest.model import Draft, TopicDraft
from content.ingest.topics.joining import Identity, Joined, join
from content.ingest.topics.order import Seat, order, ranks, sources_in_order
from content.models import Certification, Fact, Note, Source, Topic, TopicHeading
from content.writers.headings import published, write_headings
from content.writers.rows import change, create, write

_FIELDS = ["domain", "parent", "depth", "position", "title", "anchor", "source", "line", "stub", "retired"]


@dataclass(frozen=True)
class TopicChanges:
    """`ids`: draft topic key → Topic id. `counts`: new, kept, edited, retired."""

    ids: Mapping[int, int]
    counts: Mapping[str, int]
    written: bool


Pairs = Iterable[tuple[Identity, Identity]]


def write_topics(
    certification: Certification,
    draft: Draft,
    sources: Mapping[str, Source],
    apart: Pairs = (),
    together: Pairs = (),
) -> TopicChanges:
    """`sources`: those of the draft, by path. `apart`, `together`: what a person said of pairs, see `joining.join`.

    Where topics stand (`TopicHeading`) is written, too, but is no change that anybody sees, so it does not count.
    """
    rows = {topic.pk: topic for topic in Topic.objects.filter(certification=certification)}
    stored = list(Source.objects.filter(certification=certification).only("pk", "path", "dialect"))
    joined = _join(certification, draft, sources, rows, stored, apart, together)
    paths = {source.pk: source.path for source in stored}
    changes = _Writing(certification, draft, sources, rows, paths, joined).run()
    write_headings(draft, changes.ids, sources)
    return changes


def plan_topics(
    certification: Certification,
    draft: Draft,
    sources: Mapping[str, Source],
    apart: Pairs = (),
    together: Pairs = (),
) -> dict[int, int]:
    """Draft topic → the topic that it would become; a new one has a number below zero. Nothing is written.

    `sources`: all those of the certification, by path.
    """
    rows = {topic.pk: topic for topic in Topic.objects.filter(certification=certification)}
    joined = _join(certification, draft, sources, rows, list(sources.values()), apart, together)
    return {key: joined.row.get(first, -1 - first) for key, first in joined.group.items()}


def _join(
    certification: Certification,
    draft: Draft,
    sources: Mapping[str, Source],
    rows: Mapping[int, Topic],
    stored: Sequence[Source],
    apart: Pairs,
    together: Pairs,
) -> Joined:
    known = published(certification, rows, stored)
    return join(draft, known, _held_by(certification, sources), apart, together)


def _held_by(certification: Certification, sources: Mapping[str, Source]) -> dict[str, int]:
    """Fingerprint → topic of every live fact of the sources that are read again."""
    held = Fact.objects.filter(
        topic__certification=certification, source__in=[source.pk for source in sources.values()]
    )
    return dict(held.exclude(state=Fact.State.RETIRED).values_list("fingerprint", "topic_id"))


class _Writing:
    def __init__(
        self,
        certification: Certification,
        draft: Draft,
        sources: Mapping[str, Source],
        rows: dict[int, Topic],
        paths: Mapping[int, str],
        joined: Joined,
    ) -> None:
        self.certification, self.draft, self.sources = certification, draft, sources
        self.rows, self.paths, self.joined = rows, paths, joined
        self.before = {pk: _state(topic) for pk, topic in rows.items()}
        self.topics = {topic.key: topic for topic in draft.topics}
        domains = list(certification.domains.all())
        self.domains = {domain.number: domain.pk for domain in domains}
        self.only_domain = domains[0].pk if len(domains) == 1 else None

    def run(self) -> TopicChanges:
        members = self.joined.members()
        row_of = dict(self.joined.row)
        new = [first for first in members if first not in row_of]
        row_of |= self._create(new)
        ids = {key: row_of[first] for key, first in self.joined.group.items()}
        elsewhere = self._told_elsewhere()
        for first, keys in members.items():
            self._update(self.rows[row_of[first]], [self.topics[key] for key in keys], ids, elsewhere)
        retired = self._retire(set(row_of.values()), elsewhere)
        self._place()
        changed = [topic for pk, topic in self.rows.items() if self.before.get(pk) != _state(topic)]
        write(Topic, changed, _FIELDS)
        edited = sum(topic.pk in self.before and not self._only_moved(topic) for topic in changed)
        counts = {
            "new": len(new),
            "kept": len(members) - len(new) - max(0, edited - retired),
            "edited": max(0, edited - retired),
            "retired": retired,
        }
        return TopicChanges(ids, counts, bool(changed or new))

    def _create(self, firsts: Sequence[int]) -> dict[int, int]:
        """Rows for new topics, without a parent yet: every id must be known before trees are tied."""
        slugs = _Slugs({topic.slug for topic in self.rows.values()})
        drafts = [self.topics[first] for first in firsts]
        made = create(
            Topic,
            [
                Topic(
                    certification=self.certification,
                    title=one.title[:300],
                    slug=slugs.take(
                        one.title, self.topics[one.parent].title if one.parent is not None else ""
                    ),
                    anchor=(one.anchor or "")[:120],
                    source=self.sources[one.source],
                    line=one.line,
                    stub=one.stub,
                )
                for one in drafts
            ],
        )
        self.rows |= {topic.pk: topic for topic in made}
        return {first: topic.pk for first, topic in zip(firsts, made, strict=True)}

    def _update(
        self,
        row: Topic,
        members: Sequence[TopicDraft],
        ids: Mapping[int, int],
        elsewhere: Mapping[int, set[int]],
    ) -> None:
        """What the draft says of a topic; the source that it first came from has the say over title and place."""
        uploaded = {self.sources[one.source].pk for one in members}
        home = row.source_id
        said = next((one for one in members if self.sources[one.source].pk == home), members[0])
        others = elsewhere.get(row.pk, set())
        domain = next((one.domain for one in members if one.domain in self.domains), None)
        number = self.domains[domain] if domain is not None else self.only_domain
        # A source that this upload does not hold still says what it said, be it no more than a heading.
        away = home is not None and not row.retired and home not in {one.pk for one in self.sources.values()}
        change(
            row,
            domain_id=(row.domain_id or number) if away else (number or row.domain_id),
            stub=all(one.stub for one in members) and (row.stub or not (away or others)),
            retired=False,
        )
        if home in uploaded or not (away or home in others):
            change(
                row,
                title=said.title[:300],
                anchor=(said.anchor or "")[:120],
                source_id=self.sources[said.source].pk,
                line=said.line,
                parent_id=ids[said.parent] if said.parent is not None else None,
            )

    def _told_elsewhere(self) -> dict[int, set[int]]:
        """Topic → sources outside this upload that have a heading, notes or facts in it."""
        outside = Q(topic__certification=self.certification) & ~Q(
            source__in=[one.pk for one in self.sources.values()]
        )
        found: dict[int, set[int]] = defaultdict(set)
        for topic, source in Note.objects.filter(outside).values_list("topic_id", "source_id"):
            found[topic].add(source)
        for topic, source in (
            TopicHeading.objects.filter(outside).order_by().values_list("topic_id", "source_id")
        ):
            found[topic].add(source)
        facts = Fact.objects.filter(outside).exclude(state=Fact.State.RETIRED)
        for topic, source in facts.values_list("topic_id", "source_id").distinct():
            found[topic].add(source)
        return found

    def _retire(self, matched: set[int], elsewhere: Mapping[int, set[int]]) -> int:
        uploaded = {source.pk for source in self.sources.values()}
        count = 0
        for pk, row in self.rows.items():
            if pk in matched or row.retired or row.source_id not in uploaded:
                continue
            if others := elsewhere.get(pk):
                change(row, source_id=min(others))
            else:
                count += change(row, retired=True)
        return count

    def _place(self) -> None:
        """Parents, depths and positions of all live topics, in the order of their sources."""
        live = sorted(
            (row for row in self.rows.values() if not row.retired), key=lambda row: (row.position, row.pk)
        )
        siblings: dict[int | None, list[str]] = defaultdict(list)
        for row in live:
            if row.pk in self.before:
                siblings[row.parent_id].append(self.paths.get(row.source_id or 0) or "")
        course = self.draft.course
        rank = ranks(
            sources_in_order(list(siblings.values())),
            [file.path for file in self.draft.sources],
            says_order=course is not None and bool(course.sections),
        )
        path_of = {**self.paths, **{source.pk: path for path, source in self.sources.items()}}
        seats = [
            Seat(row.pk, row.parent_id, rank.get(path_of.get(row.source_id or 0, ""), len(rank)), row.line)
            for row in live
        ]
        for place in order(seats):
            change(self.rows[place.pk], parent_id=place.parent, depth=place.depth, position=place.position)

    def _only_moved(self, topic: Topic) -> bool:
        return self.before[topic.pk][:5] == _state(topic)[:5]


def _state(topic: Topic) -> tuple[object, ...]:
    """What would be written; what a reader would notice comes first."""
    return (
        *(topic.title, topic.parent_id, topic.domain_id, topic.retired, topic.stub),
        *(topic.depth, topic.position, topic.anchor, topic.source_id, topic.line),
    )


class _Slugs:
    """Addresses that are free: the title, with the title above when taken, with a number when that is taken too."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.numbers: Counter[str] = Counter()

    def take(self, title: str, above: str) -> str:
        base = slugify(title)[:90].strip("-") or "topic"
        candidates = [base]
        if above and slugify(above):
            candidates.append(f"{slugify(above)[:60].strip('-')}-{base[:55]}".strip("-"))
        slug = next((candidate for candidate in candidates if candidate not in self.taken), "")
        while not slug or slug in self.taken:
            self.numbers[base] += 1
            slug = f"{base}-{self.numbers[base] + 1}"
        self.taken.add(slug)
        return slug
