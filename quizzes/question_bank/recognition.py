"""Which published question is each wanted one? One to one, the surest evidence first. Pure: rows are only read.

Anchor → fingerprint → of one statement: the same pattern and key, the same hole → the same stem → of one statement: the
same pattern with another key (`deciding` looks whether the old one still holds) → alike. A cloze is known by what its
hole hides, never by its number. Keys that many questions share ("yes") are no evidence by themselves: the stem has to
be alike as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import product
from typing import Any

from rapidfuzz import fuzz

from content.ingest.comparing.likeness import likeness
from content.ingest.identity import normalise
from quizzes.models import Question
from quizzes.wanted import Wanted, key_of

_ALIKE = 80.0  # likeness of stems in one topic
_SAME_KEY = 55.0  # the same when the key is the same
_OWN_KEY = 12  # letters: a key that long, which one question alone has, names it whatever the stem says

Pairs = list[tuple[Question, Wanted]]
Evidence = tuple[Callable[[Question], Hashable], Callable[[Wanted], Hashable]]


def recognise(rows: Sequence[Question], wanted: Sequence[Wanted]) -> tuple[Pairs, list[Wanted]]:
    """(row, wanted) pairs, one to one, and what has no row yet. Rows that are asked go before retired ones."""
    found = _Recognition(rows, wanted)
    for of_row, of_want in _EVIDENCE:
        found.by_key(of_row, of_want)
    found.by_likeness(_hole_of_row, _hole_of_want, _likeness_of_holes)
    found.by_likeness(_place_of_row, _place_of_want, _likeness_of_questions)
    found.by_own_key()
    found.by_key(*_REPLACED)
    return found.pairs, list(found.wanted.values())


class _Recognition:
    def __init__(self, rows: Sequence[Question], wanted: Sequence[Wanted]) -> None:
        in_order = sorted(rows, key=lambda row: (row.state == Question.State.RETIRED, row.pk))
        self.rows = {row.pk: row for row in in_order}
        self.wanted = dict(enumerate(wanted))
        self.pairs: Pairs = []

    def by_key(self, of_row: Callable[[Question], Hashable], of_want: Callable[[Wanted], Hashable]) -> None:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for row in self.rows.values():
            if (key := of_row(row)) is not None:
                waiting[key].append(row.pk)
        for index, one in list(self.wanted.items()):
            key = of_want(one)
            if key is not None and waiting.get(key):
                self._pair(waiting[key].pop(0), index)

    def by_likeness(
        self,
        of_row: Callable[[Question], Hashable],
        of_want: Callable[[Wanted], Hashable],
        alike: Callable[[Question, Wanted], float],
    ) -> None:
        """Of rows and wanted questions in one place, the most alike first."""
        places: dict[Hashable, tuple[list[Question], list[int]]] = defaultdict(lambda: ([], []))
        for row in self.rows.values():
            if (place := of_row(row)) is not None:
                places[place][0].append(row)
        for index, one in self.wanted.items():
            if (place := of_want(one)) is not None and place in places:
                places[place][1].append(index)
        scored = [
            (score, row.pk, index)
            for there, here in places.values()
            for row, index in _few(there, here)
            if (score := alike(row, self.wanted[index])) > 0
        ]
        for _, pk, index in sorted(scored, key=lambda found: (-found[0], found[1], found[2])):
            if pk in self.rows and index in self.wanted:
                self._pair(pk, index)

    def by_own_key(self) -> None:
        """A long key that one row and one wanted question alone have."""
        rows = Counter(
            _kind_and_key(row.kind, key_of_row(row)) for row in self.rows.values() if _by_author(row)
        )
        wanted = Counter(_kind_and_key(one.kind, key_of(one.payload)) for one in self.wanted.values())

        def alone(name: Hashable) -> Hashable:
            return name if rows[name] == wanted[name] == 1 else None

        self.by_key(
            lambda row: alone(_kind_and_key(row.kind, key_of_row(row))) if _by_author(row) else None,
            lambda one: alone(_kind_and_key(one.kind, key_of(one.payload))) if not one.pattern else None,
        )

    def _pair(self, pk: int, index: int) -> None:
        self.pairs.append((self.rows.pop(pk), self.wanted.pop(index)))


def _few(there: list[Question], here: list[int]) -> Iterator[tuple[Question, int]]:
    """All pairs of one place, within reason."""
    yield from product(there[:200], here[:200])


def key_of_row(row: Question) -> str:
    return key_of(row.current.payload) if row.current else ""


def stem_of_row(row: Question) -> str:
    return row.current.stem if row.current else ""


def _from_fact(row: Question) -> bool:
    return bool(row.pattern) and row.fact_id is not None


def _by_author(row: Question) -> bool:
    return not row.pattern


def _kind_and_key(kind: str, key: str) -> Hashable:
    return (kind, key) if len(key) >= _OWN_KEY else None


def _authored(one: Wanted, *what: Any) -> Hashable:
    return None if one.pattern else what


_EVIDENCE: tuple[Evidence, ...] = (
    (
        lambda row: (row.origin, row.anchor) if row.anchor else None,
        lambda one: (one.origin, one.anchor) if one.anchor else None,
    ),
    (lambda row: row.fingerprint, lambda one: one.fingerprint),
    (
        lambda row: (row.fact_id, row.pattern, row.kind, key_of_row(row)) if _from_fact(row) else None,
        lambda one: (one.fact, one.pattern, one.kind, key_of(one.payload)) if one.pattern else None,
    ),
    (
        lambda row: (row.fact_id, row.kind, key_of_row(row)) if _by_author(row) and row.fact_id else None,
        lambda one: _authored(one, one.fact, one.kind, key_of(one.payload)) if one.fact else None,
    ),
    (
        lambda row: (row.topic_id, row.kind, normalise(stem_of_row(row))) if _by_author(row) else None,
        lambda one: _authored(one, one.topic, one.kind, normalise(one.stem)),
    ),
    (  # moved under another heading, with another answer
        lambda row: (row.kind, normalise(stem_of_row(row))) if _by_author(row) else None,
        lambda one: _authored(one, one.kind, normalise(one.stem)),
    ),
    (
        lambda row: (row.fact_id, row.pattern, row.kind) if _from_fact(row) else None,
        lambda one: (one.fact, one.pattern, one.kind) if one.pattern else None,
    ),
)
# The statement says something else now: its question of the same kind is that question with another answer.
_REPLACED: Evidence = (
    lambda row: (row.fact_id, row.kind) if _from_fact(row) else None,
    lambda one: (one.fact, one.kind) if one.pattern and one.change == "answer_changed" else None,
)


def _hole_of_row(row: Question) -> Hashable:
    return (row.fact_id, row.kind) if _by_author(row) and row.fact_id else None


def _hole_of_want(one: Wanted) -> Hashable:
    return _authored(one, one.fact, one.kind) if one.fact else None


def _likeness_of_holes(row: Question, one: Wanted) -> float:
    """Holes of one sentence: one that was filled otherwise is that hole."""
    return 1.0 + fuzz.ratio(key_of_row(row), key_of(one.payload))


def _place_of_row(row: Question) -> Hashable:
    return (row.topic_id, row.kind) if _by_author(row) else None


def _place_of_want(one: Wanted) -> Hashable:
    return _authored(one, one.topic, one.kind)


def _likeness_of_questions(row: Question, one: Wanted) -> float:
    """0 when the two are not one question. Two that are named by their author are what their names say."""
    if row.anchor and one.anchor:
        return 0.0
    score = likeness(normalise(stem_of_row(row)), normalise(one.stem))
    same_key = key_of_row(row) == key_of(one.payload)
    return score + 10.0 * same_key if score >= (_SAME_KEY if same_key else _ALIKE) else 0.0
