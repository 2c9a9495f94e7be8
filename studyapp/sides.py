"""What an upload has to do with itself and with what is published: disagreements, repetitions, shared topics.

Pure results over the draft and the published facts of other sources, with the keys by which decisions know them. A
side is a statement with its place: `{source, line, text, context, fingerprint, index, uid}`; `index` when the draft
holds it, `uid` when it is published and in another source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from content import decisions
from content.ingest.comparing import conflicts, duplicates
from content.ingest.identity import fingerprint, normalise
from content.ingest.model import Draft, FactDraft
from content.ingest.publish import ContentChanges
from content.ingest.topics.joining import Identity, identity_of
from content.models import Certification, Decision, Fact, TopicHeading
from quizzes.generation import Known, Proposal

_COLUMNS = [
    *("text", "topic__title", "kind", "context", "source__path", "line_from", "line_to", "note"),
    *("fingerprint", "uid", "topic_id"),
]


@dataclass(frozen=True, slots=True)
class Merge:
    """One topic that stands in several places. `members`: (draft topic or None, title, source, line, identity)."""

    key: str
    title: str
    members: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """Everything `find` found.

    Positions of draft facts that are not to be asked about: `held` (another one disagrees), of those `overruled`
    (decided: the other one holds) and `second` (not decided: the later one of two); `doubled` (said twice).
    """

    known: list[Known] = field(default_factory=list)
    groups: dict[int, int] = field(default_factory=dict)
    merges: tuple[Merge, ...] = ()
    conflicts: tuple[dict[str, Any], ...] = ()
    duplicates: tuple[dict[str, Any], ...] = ()
    held: frozenset[int] = frozenset()
    overruled: frozenset[int] = frozenset()
    second: frozenset[int] = frozenset()
    doubled: frozenset[int] = frozenset()

    def about(self, proposal: Proposal) -> dict[str, Any]:
        """What a page has to say of a proposed question."""
        return {"held": proposal.fact in self.held, "doubled": proposal.fact in self.doubled}

    def lets(self, proposal: Proposal) -> bool:
        """Whether a proposed question would be asked as things stand."""
        return proposal.fact not in self.held and proposal.fact not in self.doubled

    def to_json(self) -> dict[str, Any]:
        merges = [{"key": one.key, "title": one.title, "members": list(one.members)} for one in self.merges]
        return {
            "groups": sorted([key, first] for key, first in self.groups.items() if key != first),
            "merges": merges,
            "conflicts": list(self.conflicts),
            "duplicates": list(self.duplicates),
        }


def find(certification: Certification, draft: Draft, foreseen: ContentChanges) -> Sides:
    """Compare the draft with itself and with the published facts of sources that it does not hold.

    `foreseen`: which topics and sources the draft's become; of topics that share one, the first speaks for all.
    """
    rows = foreseen.topics.ids
    ours = {source.pk for source in foreseen.sources.values()}
    elsewhere = _elsewhere(certification, ours)
    first_of: dict[int, int] = {}
    groups = {topic.key: first_of.setdefault(rows[topic.key], topic.key) for topic in draft.topics}
    sides = _SideOf(draft, elsewhere)
    topics = [rows[fact.topic] for fact in draft.facts] + [row.topic for row in elsewhere.values()]
    found = conflicts.find(draft.facts, list(elsewhere), topics)
    disagreements = tuple(sides.disagreement(one) for one in found)
    repeated = tuple(
        {"key": one.key, "score": one.score, "a": sides.of(one.a), "b": sides.of(one.b)}
        for one in duplicates.find(draft.facts, groups)
    )
    chosen = decisions.chosen(certification, Decision.Subject.CONFLICT)
    undecided = [one for one in disagreements if one["key"] not in chosen]
    silent = conflicts.disputed([one for one in found if one.key not in chosen], draft.facts)
    disagreeing = {side["uid"] for one in disagreements for side in (one["a"], one["b"])}
    return Sides(
        known=[row.known for row in elsewhere.values() if row.uid not in disagreeing],
        groups=groups,
        merges=tuple(_merges(certification, draft, rows, ours)),
        conflicts=disagreements,
        duplicates=repeated,
        held=frozenset({*_held(disagreements, chosen), *silent}),
        overruled=frozenset(_held((one for one in disagreements if one["key"] in chosen), chosen)),
        second=frozenset(one["b"]["index"] for one in undecided if None not in _places(one)),
        doubled=frozenset(_doubled(repeated, decisions.chosen(certification, Decision.Subject.DUPLICATE))),
    )


class _SideOf:
    """Statements as pages show them."""

    def __init__(self, draft: Draft, elsewhere: Mapping[FactDraft, _Published]) -> None:
        self._elsewhere = elsewhere
        self._place = {id(fact): index for index, fact in enumerate(draft.facts)}
        self._titles = {topic.key: topic.title for topic in draft.topics}

    def of(self, fact: FactDraft) -> dict[str, Any]:
        here = id(fact) in self._place
        return {
            "source": fact.source,
            "line": fact.line_from,
            "text": fact.text,
            "context": fact.context,
            "fingerprint": fact.fingerprint,
            "index": self._place.get(id(fact)),
            "uid": None if here else self._elsewhere[fact].uid,
        }

    def disagreement(self, one: conflicts.Conflict) -> dict[str, Any]:
        topic = self._titles.get(one.a.topic, "")
        return {"key": one.key, "kind": one.kind, "topic": topic, "a": self.of(one.a), "b": self.of(one.b)}


def _held(found: Iterable[Mapping[str, Any]], chosen: Mapping[str, str]) -> Iterable[int]:
    """Facts in a disagreement that nobody has decided, or that was decided for the other one."""
    for one in found:
        choice = chosen.get(one["key"], "")
        for side in (one["a"], one["b"]):
            if side["index"] is not None and choice not in (decisions.BOTH, side["fingerprint"]):
                yield side["index"]


def _places(one: Mapping[str, Any]) -> tuple[int | None, int | None]:
    return one["a"]["index"], one["b"]["index"]


def _doubled(found: Iterable[Mapping[str, Any]], chosen: Mapping[str, str]) -> Iterable[int]:
    """The second of each pair that says the same, unless somebody wants both asked."""
    for one in found:
        if chosen.get(one["key"]) != decisions.DIFFERENT:
            yield one["b"]["index"]


def _merges(
    certification: Certification, draft: Draft, rows: Mapping[int, int], ours: Collection[int]
) -> Iterable[Merge]:
    """Topics that several sources share: of this upload, or of it and what is published."""
    members: dict[int, list[dict[str, Any]]] = defaultdict(list)
    trails: dict[int, tuple[str, ...]] = {}
    for topic in draft.topics:
        above = trails.get(topic.parent, ()) if topic.parent is not None else ()
        trails[topic.key] = (*above, normalise(topic.title))
        identity = identity_of(topic.source, trails[topic.key])
        members[rows[topic.key]].append(_member(topic.key, topic.title, topic.source, topic.line, identity))
    headings = TopicHeading.objects.filter(
        topic__certification=certification, topic__in=[pk for pk in rows.values() if pk > 0]
    )
    for row in headings.exclude(source__in=ours).select_related("source").order_by("source__path", "line"):
        identity = (row.source.path, tuple(row.trail))
        members[row.topic_id].append(_member(None, row.title, row.source.path, row.line, identity))
    for found in members.values():
        if len({one["source"] for one in found}) > 1:
            key = fingerprint(*sorted("\n".join([one["source"], *one["identity"][1]]) for one in found))
            yield Merge(key, found[0]["title"], tuple(found))


def _member(key: int | None, title: str, source: str, line: int, identity: Identity) -> dict[str, Any]:
    return {
        "topic": key,
        "title": title,
        "source": source,
        "line": line,
        "identity": [identity[0], list(identity[1])],
    }


@dataclass(frozen=True, slots=True)
class _Published:
    """A published fact as generation takes it, and how a page finds it again."""

    known: Known
    uid: str
    topic: int


def _elsewhere(certification: Certification, ours: Collection[int]) -> dict[FactDraft, _Published]:
    """Facts of sources (ids) that this upload does not hold, as they were read."""
    facts = Fact.objects.filter(topic__certification=certification).exclude(state=Fact.State.RETIRED)
    rows = facts.exclude(source__in=ours).order_by("pk").values_list(*_COLUMNS)
    return {
        FactDraft(
            topic=-1,
            note=-(note or 0),
            kind=kind,
            text=text,
            term=None,
            value=None,
            context=context,
            source=path,
            line_from=first,
            line_to=last,
            anchor=None,
            fingerprint=words,
        ): _Published(Known(text, title), str(uid), topic)
        for text, title, kind, context, path, first, last, note, words, uid, topic in rows
    }
