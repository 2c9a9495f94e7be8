"""Notes and facts of a draft. Facts keep their row through moves and edits; what is gone is retired, never deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from content.ingest.matching import Known, match
from content.ingest.model import Draft, FactDraft
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


@dataclass
class FactChanges:
    """`ids`: index in the draft → Fact id. The sets hold indexes in the draft, `retired` and `revived` Fact ids."""

    ids: dict[int, int] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    edited: set[int] = field(default_factory=set)
    answer_changed: set[int] = field(default_factory=set)
    new: set[int] = field(default_factory=set)
    review: set[int] = field(default_factory=set)
    retired: set[int] = field(default_factory=set)
    written: bool = False

    def counts(self) -> dict[str, int]:
        names = ("new", "kept", "moved", "edited", "answer_changed", "retired", "review")
        return {name: len(getattr(self, name)) for name in names}


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
) -> FactChanges:
    path_of = {source.pk: path for path, source in sources.items()}
    rows = {
        fact.pk: fact for fact in Fact.objects.filter(source__in=list(path_of)).order_by("position", "pk")
    }
    live = [fact for fact in rows.values() if fact.state != Fact.State.RETIRED]
    changes = _recognise(draft, live, topics, path_of)
    _revive(draft, changes, rows, path_of)
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


def plan_facts(draft: Draft, topics: Mapping[int, int], sources: Mapping[str, Source]) -> dict[str, int]:
    """The counts that `write_facts` would end with. `sources`: those of the draft that exist."""
    path_of = {source.pk: path for path, source in sources.items()}
    rows = {
        fact.pk: fact for fact in Fact.objects.filter(source__in=list(path_of)).order_by("position", "pk")
    }
    live = [fact for fact in rows.values() if fact.state != Fact.State.RETIRED]
    changes = _recognise(draft, live, topics, path_of)
    _revive(draft, changes, rows, path_of)
    return changes.counts()


def _recognise(
    draft: Draft, live: Sequence[Fact], topics: Mapping[int, int], path_of: Mapping[int, str]
) -> FactChanges:
    """Which row each fact of the draft is, by the ladder of `matching`."""
    found = match(
        [
            Known(
                id=fact.pk,
                source=path_of[fact.source_id],
                anchor=fact.anchor or None,
                fingerprint=fact.fingerprint,
                text=fact.text,
                heading=str(fact.topic_id),
                value=fact.value or None,
            )
            for fact in live
        ],
        [
            Known(index, one.source, one.anchor, one.fingerprint, one.text, str(topics[one.topic]), one.value)
            for index, one in enumerate(draft.facts)
        ],
    )
    changes = FactChanges()
    for name in ("kept", "moved", "edited", "answer_changed"):
        for pair in getattr(found, name):
            changes.ids[_id(pair.incoming)] = _id(pair.known)
            getattr(changes, name).add(_id(pair.incoming))
    changes.new = {_id(index) for index in found.new} | {_id(pair.incoming) for pair in found.review}
    changes.review = {_id(pair.incoming) for pair in found.review}
    changes.retired = {_id(pk) for pk in found.retired} | {_id(pair.known) for pair in found.review}
    return changes


def _id(value: Hashable) -> int:
    """The ladder takes any hashable id; ours are numbers."""
    assert isinstance(value, int)  # noqa: S101
    return value


def _revive(draft: Draft, changes: FactChanges, rows: Mapping[int, Fact], path_of: Mapping[int, str]) -> None:
    """A statement that was gone and is back in the same words gets its row back, and its learners with it."""
    gone: dict[tuple[str, str], list[int]] = defaultdict(list)
    for fact in rows.values():
        if fact.state == Fact.State.RETIRED:
            gone[path_of[fact.source_id], fact.fingerprint].append(fact.pk)
    for index in sorted(changes.new):
        one = draft.facts[index]
        if waiting := gone.get((one.source, one.fingerprint)):
            changes.ids[index] = waiting.pop(0)
            changes.new.discard(index)
            changes.moved.add(index)


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
