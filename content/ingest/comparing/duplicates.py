"""Statements that say the same: twice in one source, or once in each of two that were merged. Pure.

    facts (with the topic that each belongs to) → `Duplicate`s, the surest first, for a person to decide

Compared are statements of one topic, and the same words in one source. They share all numbers and what they deny: what
differs there is no duplicate but a disagreement, see `conflicts`. Each statement is compared with the few that share
its rarest words, so the cost grows with the statements.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from content.ingest.comparing.conflicts import side_key
from content.ingest.comparing.matching import likeness
from content.ingest.comparing.statements import Statement, differ, take_apart
from content.ingest.identity import fingerprint, normalise
from content.ingest.model import FactDraft, FactKind

MOST = 500
ALIKE = 88.0  # likeness from 0 to 100 from which two statements say the same
_OF_ONE = 95.0  # the same for two places of one source
_SHORT = 4  # statements of fewer words say the same only in the same words and under the same heading
_LONG = 6  # words that make a statement of one source the same thing under any heading
_ALIKE_WORDS = 0.75
_RARE = 4
_NEIGHBOURS = 20


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two statements, the earlier first. `score`: 100 for the same words. `key`: what a decision is remembered by."""

    key: str
    a: FactDraft
    b: FactDraft
    score: float


@dataclass(frozen=True, slots=True)
class _Said:
    statement: Statement
    topic: int
    above: str  # the parent bullet, or the heading

    @property
    def same(self) -> str:
        """Equal for the same words."""
        return self.statement.fact.fingerprint


def find(facts: Sequence[FactDraft], group: Mapping[int, int] | None = None) -> list[Duplicate]:
    """Pairs of facts that say the same, the most alike first, in the order of the facts where they are as alike.

    `group`: draft topic → the first draft topic of the same row, see `joining.Joined`.
    """
    said = _said(facts, group or {})
    found = _Found({}, set())
    for pairs in (
        _repeated,
        _near,
    ):  # what is written alike is dearer to find, and comes after the same words anyway
        scored = ((score, a, b) for a, b in pairs(said) if (score := _likeness(a, b)) is not None)
        for row in sorted(scored, key=lambda row: (-row[0], row[1].statement.at, row[2].statement.at)):
            found.add(*row)
        if len(found.kept) >= MOST:
            break
    return list(found.kept.values())[:MOST]


@dataclass(frozen=True, slots=True)
class _Found:
    """Pairs by key. `shown`: positions of the statements in them; what is said three times makes two pairs."""

    kept: dict[str, Duplicate]
    shown: set[int]

    def add(self, score: float, one: _Said, other: _Said) -> None:
        if {one.statement.at, other.statement.at} <= self.shown or len(self.kept) >= MOST:
            return
        a, b = one.statement.fact, other.statement.fact
        key = fingerprint(*sorted((side_key(a), side_key(b))))
        self.kept.setdefault(key, Duplicate(key, a, b, round(score, 1)))
        self.shown.update((one.statement.at, other.statement.at))


def _said(facts: Sequence[FactDraft], group: Mapping[int, int]) -> list[_Said]:
    """Statements that have anything to be compared with: in a topic of several sources, or repeated in their own."""
    topics = [group.get(fact.topic, fact.topic) for fact in facts]
    sources: dict[int, set[str]] = defaultdict(set)
    for fact, topic in zip(facts, topics, strict=True):
        sources[topic].add(fact.source)
    repeats = Counter((fact.source, fact.fingerprint) for fact in facts)
    said = []
    for at, (fact, topic) in enumerate(zip(facts, topics, strict=True)):
        if fact.kind == FactKind.COMPARISON:
            continue  # a cell says something only with its row and column
        if len(sources[topic]) < 2 and repeats[fact.source, fact.fingerprint] < 2:
            continue
        statement = take_apart(at, fact)
        if statement is not None and len(statement.words) + len(statement.quantities) >= 2:
            said.append(_Said(statement, topic, normalise(fact.context.rpartition(" › ")[2])))
    return said


def _repeated(said: Sequence[_Said]) -> Iterable[tuple[_Said, _Said]]:
    """The same words in one source or one topic."""
    before: dict[tuple[object, str], list[_Said]] = defaultdict(list)
    for one in said:
        partners: dict[int, _Said] = {}
        for place in ((one.statement.fact.source, one.same), (one.topic, one.same)):
            partners |= {other.statement.at: other for other in before[place][-_NEIGHBOURS:]}
            before[place].append(one)
        for other in partners.values():
            yield other, one


def _near(said: Sequence[_Said]) -> Iterable[tuple[_Said, _Said]]:
    """Statements of one topic that share a rare word, each pair once, the earlier first."""
    frequency = Counter(word for one in said for word in one.statement.words)
    holders: dict[tuple[int, str], list[_Said]] = defaultdict(list)
    for one in said:
        partners: dict[int, _Said] = {}
        for word in sorted(one.statement.words, key=lambda word: (frequency[word], word))[:_RARE]:
            partners |= {other.statement.at: other for other in holders[one.topic, word][-_NEIGHBOURS:]}
            holders[one.topic, word].append(one)
        for other in partners.values():
            if one.same != other.same:
                yield other, one


def _likeness(one: _Said, other: _Said) -> float | None:
    """How alike two statements are; None when they are not the same."""
    a, b = one.statement, other.statement
    if a.negative != b.negative or not _same_numbers(a, b):
        return None
    of_one = a.fact.source == b.fact.source
    if of_one and a.fact.note == b.fact.note:
        return None  # neighbours are told apart by what stands around them
    few = min(len(a.words), len(b.words))
    if few < (_LONG if of_one else _SHORT) and (one.above != other.above or one.same != other.same):
        return None
    if one.same == other.same:
        return 100.0
    if len(a.words & b.words) < _ALIKE_WORDS * len(a.words | b.words):
        return None
    score = likeness(normalise(a.fact.text), normalise(b.fact.text))
    return score if score >= (_OF_ONE if of_one else ALIKE) else None


def _same_numbers(one: Statement, other: Statement) -> bool:
    if one.quantities == other.quantities:
        return True
    return bool(one.quantities and other.quantities) and differ(one.quantities, other.quantities) is None
