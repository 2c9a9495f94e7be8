"""Notes and facts of a draft. Facts keep their row through moves and edits; what is gone is retired, never deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from content.ingest.comparing.matching import Known, match
from content.ingest.identity import normalise
from content.ingest.model import Draft, FactDraft, FactKind
from content.models import Certification, Fact, Note, Source
from content.rendering import POLICY_VERSION, to_html
from content.writers.rows import change, create, delete, write

_NOTE_FIELDS = ["line_from", "line_to", "position", "markdown", "html", "html_policy"]
_FACT_FIELDS = [
    *(
        "topic",
        "note",
        "source",
        "line_from",
        "line_to",
        "position",
        "kind",
        "text",
        "term",
        "value",
        "context",
    ),
    *("anchor", "fingerprint", "state"),
]


Decided = Collection[tuple[str, str]]  # (uid of a published fact, fingerprint of a statement of the draft)


@dataclass
class FactChanges:
    """`ids`: index in the draft → Fact id. The sets hold indexes in the draft, `retired` Fact ids.

    `score`: how alike an edited one is to what it was, `said`: what that was. `asked`: (Fact id, index, score) of pairs
    that a person should decide on. `revived` ones also count as moved, those in `review` as new and retired.
    """

    ids: dict[int, int] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    edited: set[int] = field(default_factory=set)
    answer_changed: set[int] = field(default_factory=set)
    revived: set[int] = field(default_factory=set)
    new: set[int] = field(default_factory=set)
    review: set[int] = field(default_factory=set)
    retired: set[int] = field(default_factory=set)
    score: dict[int, float] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)
    asked: list[tuple[int, int, float]] = field(default_factory=list)
    written: bool = False

    def counts(self) -> dict[str, int]:
        names = ("new", "kept", "moved", "edited", "answer_changed", "retired", "review")
        return {name: len(getattr(self, name)) for name in names}

    def state_of(self, index: int) -> str:
        """What becomes of a statement of the draft, in one word."""
        names = ("review", "new", "revived", "answer_changed", "edited", "moved", "kept")
        return next(name for name in names if index in getattr(self, name))


def write_notes(
    draft: Draft, topics: Mapping[int, int], sources: Mapping[str, Source]
) -> tuple[list[int], bool]:
    """Note ids in the order of the draft, and whether a row was written. HTML is rendered where the text is new."""
    there: dict[tuple[int, int], list[Note]] = defaultdict(list)
    rows = Note.objects.filter(source__in=[source.pk for source in sources.values()]).order_by(
        "position", "pk"
    )
    for note in rows:
        there[note.topic_id, note.source_id].append(note)
    position: dict[str, int] = defaultdict(int)
    result: list[Note] = []
    changed, new = [], []
    for one in draft.notes:
        place = (topics[one.topic], sources[one.source].pk)
        old = there[place].pop(0) if there[place] else None
        position[one.source] += 1
        row = old or Note(topic_id=place[0], source_id=place[1], markdown="", html_policy=-1)
        differs = change(row, line_from=one.line_from, line_to=one.line_to, position=position[one.source])
        if row.markdown != one.markdown or row.html_policy != POLICY_VERSION:
            differs = (
                change(row, markdown=one.markdown, html=to_html(one.markdown), html_policy=POLICY_VERSION)
                or True
            )
        if old is None:
            new.append(row)
        elif differs:
            changed.append(row)
        result.append(row)
    gone = [note.pk for notes in there.values() for note in notes]
    create(Note, new)
    write(Note, changed, _NOTE_FIELDS)
    delete(Note, gone)
    return [note.pk for note in result], bool(new or changed or gone)


def write_facts(
    certification: Certification,
    draft: Draft,
    topics: Mapping[int, int],
    notes: Sequence[int],
    sources: Mapping[str, Source],
    same: Decided = (),
    different: Decided = (),
) -> FactChanges:
    """`same`, `different`: what a person said of pairs; a retired fact that is said to be the same comes back."""
    path_of = {source.pk: path for path, source in sources.items()}
    rows = _rows(path_of)
    changes = _recognise(draft, rows, topics, path_of, same, different)
    position: dict[str, int] = defaultdict(int)
    changed, new = [], []
    for index, one in enumerate(draft.facts):
        position[one.source] += 1
        columns = _columns(one, topics, notes, sources) | {"position": position[one.source]}
        if index not in changes.ids:
            new.append((index, Fact(**columns)))
            continue
        row = rows[changes.ids[index]]
        if row.state == Fact.State.RETIRED:
            columns["state"] = Fact.State.LIVE
        if change(row, **columns):
            changed.append(row)
    retired = [rows[pk] for pk in changes.retired if change(rows[pk], state=Fact.State.RETIRED)]
    made = create(Fact, [fact for _, fact in new])
    changes.ids |= {index: fact.pk for (index, _), fact in zip(new, made, strict=True)}
    write(Fact, [*changed, *retired], _FACT_FIELDS)
    changes.written = bool(changed or new or retired)
    return changes


def plan_facts(
    draft: Draft,
    topics: Mapping[int, int],
    sources: Mapping[str, Source],
    same: Decided = (),
    different: Decided = (),
) -> tuple[FactChanges, dict[int, Fact]]:
    """What `write_facts` would end with, and the rows as they are. `sources`: those of the draft that exist."""
    path_of = {source.pk: path for path, source in sources.items()}
    rows = _rows(path_of)
    return _recognise(draft, rows, topics, path_of, same, different), rows


def _rows(path_of: Mapping[int, str]) -> dict[int, Fact]:
    facts = Fact.objects.filter(source__in=list(path_of)).order_by("position", "pk")
    return {fact.pk: fact for fact in facts}


def _recognise(
    draft: Draft,
    rows: Mapping[int, Fact],
    topics: Mapping[int, int],
    path_of: Mapping[int, str],
    same: Decided,
    different: Decided,
) -> FactChanges:
    """Which row each fact of the draft is, by the ladder of `matching`."""
    together, apart = _Decided(draft, rows, same).pairs(), _Decided(draft, rows, different).pairs()
    wanted = {pk for pk, _ in together}
    known = [
        Known(
            id=fact.pk,
            source=path_of[fact.source_id],
            anchor=fact.anchor or None,
            fingerprint=fact.fingerprint,
            text=fact.text,
            heading=str(fact.topic_id),
            value=fact.value or None,
            term=fact.term,
            above=_above(fact.context),
            cell=fact.kind == FactKind.COMPARISON,
        )
        for fact in rows.values()
        if fact.state != Fact.State.RETIRED or fact.pk in wanted
    ]
    incoming = [
        Known(
            id=index,
            source=one.source,
            anchor=one.anchor,
            fingerprint=one.fingerprint,
            text=one.text,
            heading=str(topics[one.topic]),
            value=(one.value or "")[:200] or None,
            term=(one.term or "")[:300],
            above=_above(one.context[:1000]),
            cell=one.kind == FactKind.COMPARISON,
        )
        for index, one in enumerate(draft.facts)
    ]
    found = match(known, incoming, together, apart)
    changes = FactChanges()
    for name in ("kept", "moved", "edited", "answer_changed"):
        for pair in getattr(found, name):
            index = _id(pair.incoming)
            changes.ids[index] = _id(pair.known)
            changes.score[index] = pair.score
            if name in ("edited", "answer_changed"):
                changes.said[index] = rows[changes.ids[index]].text
            getattr(changes, name).add(index)
    changes.asked = [(_id(pair.known), _id(pair.incoming), pair.score) for pair in found.review]
    changes.new = {_id(index) for index in found.new} | {index for _, index, _ in changes.asked}
    changes.review = {index for _, index, _ in changes.asked}
    gone = {_id(pk) for pk in found.retired} | {pk for pk, _, _ in changes.asked}
    changes.retired = {pk for pk in gone if rows[pk].state != Fact.State.RETIRED}
    changes.revived = {index for index, pk in changes.ids.items() if rows[pk].state == Fact.State.RETIRED}
    _revive(draft, changes, rows, path_of)
    return changes


class _Decided:
    """Pairs by uid and fingerprint → pairs by id and index, of those that are there."""

    def __init__(self, draft: Draft, rows: Mapping[int, Fact], pairs: Decided) -> None:
        self.pairs_of_names = sorted(pairs)
        self.by_uid: dict[str, int] = {}
        self.by_words: dict[str, list[int]] = defaultdict(list)
        if pairs:
            self.by_uid = {str(fact.uid): pk for pk, fact in rows.items()}
            for index, one in enumerate(draft.facts):
                self.by_words[one.fingerprint].append(index)

    def pairs(self) -> list[tuple[Hashable, Hashable]]:
        return [
            (self.by_uid[uid], index)
            for uid, words in self.pairs_of_names
            if uid in self.by_uid
            for index in self.by_words[words]
        ]


def _above(context: str) -> str:
    """The bullet, column or heading right above a statement."""
    return normalise(context.rpartition(" › ")[2])


def _id(value: Hashable) -> int:
    """The ladder takes any hashable id; ours are numbers."""
    assert isinstance(value, int)  # noqa: S101
    return value


def _revive(draft: Draft, changes: FactChanges, rows: Mapping[int, Fact], path_of: Mapping[int, str]) -> None:
    """A statement that was gone and is back in the same words gets its row back, and its learners with it."""
    taken = set(changes.ids.values())
    gone: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, fact in rows.items():
        if fact.state == Fact.State.RETIRED and pk not in taken:
            gone[path_of[fact.source_id], fact.fingerprint].append(pk)
    for index in sorted(changes.new - changes.review):
        one = draft.facts[index]
        if waiting := gone.get((one.source, one.fingerprint)):
            changes.ids[index] = waiting.pop(0)
            changes.new.discard(index)
            changes.moved.add(index)
            changes.revived.add(index)


def _columns(
    one: FactDraft, topics: Mapping[int, int], notes: Sequence[int], sources: Mapping[str, Source]
) -> dict[str, object]:
    return {
        "topic_id": topics[one.topic],
        "note_id": notes[one.note],
        "source_id": sources[one.source].pk,
        "line_from": one.line_from,
        "line_to": one.line_to,
        "kind": one.kind,
        "text": one.text,
        "term": (one.term or "")[:300],
        "value": (one.value or "")[:200],
        "context": one.context[:1000],
        "anchor": (one.anchor or "")[:120],
        "fingerprint": one.fingerprint,
    }
