"""Identity across imports: which known statement is each incoming one? A one-to-one ladder, best evidence first.

What a person decided → anchor → same source and fingerprint → any source and fingerprint (a move) → alike (≥ 85
anywhere, ≥ 78 under the same heading, less between the same neighbours, see `likeness`) → 62–78 for a person to
decide → what is left of the known is retired, never deleted. Unchanged input costs a few dictionary look-ups a row;
only what changed is compared, and only with what shares rare words, a heading or neighbours with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from content.ingest.comparing import answers
from content.ingest.comparing.likeness import Candidate, Gaps, compare, likeness
from content.ingest.identity import normalise

__all__ = ["Known", "Matching", "Pair", "answer_differs", "likeness", "match"]

SHORT = 3  # words: a statement of fewer says nothing without what stands above it


@dataclass(frozen=True, slots=True)
class Known:
    """One statement, stored or incoming, in the order of its source. `id`: the caller's own; unique within its side.

    `value`: number and unit, or the key of a question: what makes an edit an answer change. `term`: what the statement
    is about. `above`: the bullet, heading or column right above it. `cell`: it is one of a table, `term` its row and
    `value` what stands in it.
    """

    id: Hashable
    source: str
    anchor: str | None
    fingerprint: str
    text: str
    heading: str = ""
    value: str | None = None
    term: str = ""
    above: str = ""
    cell: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A known and an incoming id, with how alike they are (0–100)."""

    known: Hashable
    incoming: Hashable
    score: float = 100.0


@dataclass(slots=True)
class Matching:
    """Every known and every incoming id exactly once, `review` pairs counting for both sides.

    `kept`: the same statement in the same source. `moved`: the same statement from another source or place.
    `edited`: reworded. `answer_changed`: a number, unit, polarity or key differs. `review`: a person decides;
    until then the known one counts as retired and the incoming one as new.
    """

    kept: list[Pair] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    edited: list[Pair] = field(default_factory=list)
    answer_changed: list[Pair] = field(default_factory=list)
    review: list[Pair] = field(default_factory=list)
    retired: list[Hashable] = field(default_factory=list)
    new: list[Hashable] = field(default_factory=list)


Decided = Iterable[tuple[Hashable, Hashable]]


def match(
    known: Sequence[Known], incoming: Sequence[Known], same: Decided = (), different: Decided = ()
) -> Matching:
    """Pair the two sides one-to-one.

    `same`: (known id, incoming id) that a person said are one; they are bound before anything else. `different`: pairs
    that a person told apart; they are never bound by likeness, nor asked about again. Ids that are not there are
    passed over.
    """
    ladder = _Ladder(known, incoming)
    ladder.by_decision(same)
    ladder.by_key(lambda row: row.anchor or None)
    ladder.by_key(lambda row: (row.source, row.heading, row.above, row.fingerprint))
    ladder.by_key(lambda row: (row.source, row.heading, row.fingerprint))
    ladder.by_key(lambda row: (row.source, row.above, row.fingerprint))
    ladder.by_key(lambda row: (row.source, row.fingerprint) if _says_enough(row) else None)
    ladder.by_key(lambda row: (row.heading, row.fingerprint))
    ladder.by_key(lambda row: row.fingerprint if _says_enough(row) else None)
    ladder.by_likeness(frozenset(different))
    ladder.by_key(lambda row: row.fingerprint)
    return ladder.finish()


def _says_enough(row: Known) -> bool:
    """Its words alone tell it from others: "Serverless" under another heading is another statement."""
    return len(normalise(row.text).split()) >= SHORT


class _Ladder:
    def __init__(self, known: Sequence[Known], incoming: Sequence[Known]) -> None:
        self.all_known, self.all_incoming = known, incoming
        self.known: dict[Hashable, Known] = {row.id: row for row in known}
        self.incoming: dict[Hashable, Known] = {row.id: row for row in incoming}
        if len(self.known) != len(known) or len(self.incoming) != len(incoming):
            raise ValueError("ids must be unique on each side")
        self.partner: dict[Hashable, Hashable] = {}  # known id → incoming id
        self.result = Matching()

    def by_decision(self, same: Decided) -> None:
        for known_id, incoming_id in same:
            if known_id in self.known and incoming_id in self.incoming:
                self._pair(self.known[known_id], self.incoming[incoming_id], 100.0)

    def by_key(self, key: Callable[[Known], Hashable | None]) -> None:
        """Pair rows whose keys are equal, in order where several are."""
        waiting: dict[Hashable, list[Known]] = defaultdict(list)
        for row in self.known.values():
            if (value := key(row)) is not None:
                waiting[value].append(row)
        for queue in waiting.values():
            queue.reverse()
        for row in list(self.incoming.values()):
            value = key(row)
            queue = waiting.get(value, []) if value is not None else []
            if queue:
                self._pair(queue.pop(), row, 100.0)

    def _pair(self, old: Known, new: Known, score: float) -> None:
        pair = Pair(old.id, new.id, score)
        result = self.result
        if answer_differs(old, new):
            result.answer_changed.append(pair)
        elif old.fingerprint != new.fingerprint:
            result.edited.append(pair)
        elif old.source != new.source or old.heading != new.heading:
            result.moved.append(pair)
        else:
            result.kept.append(pair)
        self.partner[old.id] = new.id
        del self.known[old.id], self.incoming[new.id]

    def by_likeness(self, different: frozenset[tuple[Hashable, Hashable]]) -> None:
        """Compare what is left: best pairs first, each row once."""
        if not self.known or not self.incoming:
            return
        gaps = Gaps(self.all_known, self.all_incoming, self.partner)
        found = compare(list(self.known.values()), list(self.incoming.values()), gaps, different)
        for one in _best_first(found, sure=True):
            if one.known in self.known and one.incoming in self.incoming:
                self._pair(self.known[one.known], self.incoming[one.incoming], one.score)
        for one in _best_first(found, sure=False):
            if one.known in self.known and one.incoming in self.incoming:
                self.result.review.append(Pair(one.known, one.incoming, one.score))
                del self.known[one.known], self.incoming[one.incoming]

    def finish(self) -> Matching:
        self.result.retired = list(self.known)
        self.result.new = list(self.incoming)
        return self.result


def _best_first(found: Iterable[Candidate], sure: bool) -> list[Candidate]:
    return sorted((one for one in found if one.sure == sure), key=lambda one: -one.rank)


def answer_differs(old: Known, new: Known) -> bool:
    """A number, a unit, the polarity or the key is not what it was."""
    if old.fingerprint == new.fingerprint:
        # The same words with another value: the value is no part of them, as the key of a question is not.
        apart = not (_within(old) and _within(new))
        return apart and answers.key_differs(old.value or "", new.value or "")
    if answers.says_otherwise(old.text, new.text):
        return True
    if old.value and new.value and not (answers.quantities(old.value) or answers.quantities(new.value)):
        return answers.key_differs(old.value, new.value)
    return False


def _within(row: Known) -> bool:
    return not row.value or normalise(row.value) in normalise(row.text)
