"""What publishing a draft would change, told in full: the same decisions that the writers take, and no row written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q

from content.ingest.changes import Changes, FactChange, TopicChange
from content.ingest.model import Draft, TopicDraft
from content.models import Certification, Fact, Note, Source, Topic, TopicHeading
from content.writers.facts import FactChanges

_TOPIC_COUNTS = ("new", "kept", "renamed", "moved", "revived", "retired")


def told(
    certification: Certification,
    draft: Draft,
    sources: Mapping[str, Source],
    ids: Mapping[int, int],
    facts: FactChanges,
    rows: Mapping[int, Fact],
) -> Changes:
    """`sources`: rows that the upload is about, by path. `ids`: draft topic → row, below zero for a new one.

    `facts` and `rows`: see `facts.plan_facts`.
    """
    topics = {topic.pk: topic for topic in Topic.objects.filter(certification=certification)}
    paths = {source.pk: path for path, source in sources.items()}
    changed_topics = list(_Topics(certification, draft, sources, ids, topics).changes())
    counts = dict.fromkeys(_TOPIC_COUNTS, 0)
    for one in changed_topics:
        counts[one.state] += 1
    counts["kept"] = len(set(ids.values())) - sum(counts[name] for name in _TOPIC_COUNTS if name != "retired")
    return Changes(
        facts=tuple(_facts(draft, facts, rows, topics, paths)),
        topics=tuple(changed_topics),
        fact_counts=facts.counts(),
        topic_counts=counts,
    )


def _facts(
    draft: Draft,
    changes: FactChanges,
    rows: Mapping[int, Fact],
    topics: Mapping[int, Topic],
    paths: Mapping[int, str],
) -> Iterator[FactChange]:
    """Everything but what is kept, in the order of the draft; what is retired comes at the end."""
    titles = {topic.key: topic.title for topic in draft.topics}
    asked = {index: (pk, score) for pk, index, score in changes.asked}
    for index, one in enumerate(draft.facts):
        state = changes.state_of(index)
        if state == "kept":
            continue
        pk, score = asked.get(index, (changes.ids.get(index), changes.score.get(index, 0.0)))
        old = rows[pk] if pk is not None else None
        yield FactChange(
            state=state,
            index=index,
            uid=str(old.uid) if old else None,
            old=old.text if old else "",
            new=one.text,
            topic=titles.get(one.topic, ""),
            old_topic=topics[old.topic_id].title if old else "",
            source=one.source,
            line=one.line_from,
            old_source=paths.get(old.source_id, "") if old else "",
            old_line=old.line_from if old else 0,
            score=round(100.0 if state in ("moved", "revived") and not score else score, 1),
            fingerprint=one.fingerprint,
        )
    waiting = {pk for pk, _, _ in changes.asked}
    gone = [rows[pk] for pk in changes.retired - waiting]
    for old in sorted(gone, key=lambda row: (paths.get(row.source_id, ""), row.position, row.pk)):
        title = topics[old.topic_id].title
        yield FactChange(
            state="retired",
            uid=str(old.uid),
            old=old.text,
            topic=title,
            old_topic=title,
            old_source=paths.get(old.source_id, ""),
            old_line=old.line_from,
        )


class _Topics:
    """Topics of a draft beside the rows that they would become; see `topics.write_topics` for the rules."""

    def __init__(
        self,
        certification: Certification,
        draft: Draft,
        sources: Mapping[str, Source],
        ids: Mapping[int, int],
        rows: Mapping[int, Topic],
    ) -> None:
        self.certification, self.draft, self.rows, self.ids = certification, draft, rows, ids
        self.drafts = {topic.key: topic for topic in draft.topics}
        self.path_of = {source.pk: path for path, source in sources.items()}
        self.members: dict[int, list[TopicDraft]] = defaultdict(list)
        for topic in draft.topics:
            self.members[ids[topic.key]].append(topic)

    def changes(self) -> Iterator[TopicChange]:
        for pk, members in self.members.items():
            one = self._new(members) if pk < 0 else self._changed(self.rows[pk], members)
            if one is not None:
                yield one
        yield from self._retired()

    def _new(self, members: Sequence[TopicDraft]) -> TopicChange:
        said = members[0]
        return TopicChange(
            state="new",
            key=said.key,
            new=said.title,
            above=self._above(said),
            source=said.source,
            line=said.line,
        )

    def _changed(self, row: Topic, members: Sequence[TopicDraft]) -> TopicChange | None:
        home = self.path_of.get(row.source_id or 0)
        if home is None and row.source_id is not None and not row.retired:
            return None  # a source that is not uploaded has the say over title and place
        said = next((one for one in members if one.source == home), members[0])
        title, above = said.title[:300], self._above(said)
        old_above = self._title(row.parent_id)
        parent = self.ids[said.parent] if said.parent is not None else None
        if row.retired:
            state = "revived"
        elif row.title != title:
            state = "renamed"
        elif row.parent_id != parent:
            state = "moved"
        else:
            return None
        return TopicChange(
            state, said.key, str(row.uid), row.title, title, old_above, above, said.source, said.line
        )

    def _title(self, pk: int | None) -> str:
        return self.rows[pk].title if pk is not None and pk in self.rows else ""

    def _above(self, topic: TopicDraft) -> str:
        return self.drafts[topic.parent].title if topic.parent is not None else ""

    def _retired(self) -> Iterator[TopicChange]:
        lost = [
            row
            for row in self.rows.values()
            if row.pk not in self.members and not row.retired and row.source_id in self.path_of
        ]
        elsewhere = self._told_elsewhere() if lost else set()
        for row in sorted(lost, key=lambda row: (row.position, row.pk)):
            if row.pk not in elsewhere:
                yield TopicChange(
                    state="retired",
                    uid=str(row.uid),
                    old=row.title,
                    old_above=self._title(row.parent_id),
                    source=self.path_of[row.source_id or 0],
                    line=row.line,
                )

    def _told_elsewhere(self) -> set[int]:
        """Topics in which a source outside this upload has a heading, notes or facts."""
        outside = Q(topic__certification=self.certification) & ~Q(source__in=list(self.path_of))
        found = set(Note.objects.filter(outside).values_list("topic_id", flat=True))
        found |= set(TopicHeading.objects.filter(outside).order_by().values_list("topic_id", flat=True))
        facts = Fact.objects.filter(outside).exclude(state=Fact.State.RETIRED)
        return found | set(facts.order_by().values_list("topic_id", flat=True))
