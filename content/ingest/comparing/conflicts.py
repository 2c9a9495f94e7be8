"""Where sources disagree: two statements that say the same but for a number, a unit or a “not”. Pure.

    facts of an upload (+ published facts of other sources) → `Conflict`s, for a person to decide

"Up to 5" says nothing on its own, so a statement is compared together with its parent bullets and its headings.
Neighbours in one note are no contradiction: a list of ports holds many numbers. Only statements that share a rare
word are compared, so the cost grows with the statements.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from content.ingest.comparing.statements import LONG, Statement, differ, take_apart, trail_of, words_of
from content.ingest.identity import fingerprint, normalise
from content.ingest.model import FactDraft
from content.ingest.topics.naming import PARTS, VENDORS, stem
from content.ingest.topics.recognition import GENERAL

MOST = 200  # conflicts of one upload; more than that is not a disagreement but another edition
_ALIKE = 0.8  # share of words that two statements have in common
_SAME_TEXT = 0.9  # the same for two wordings of an example
_PLACE = 0.6  # the same for what stands right above them
_FEW = 3  # telling words that say enough within one topic
_OWN = 5  # telling words that say what a statement is about, wherever it stands
_RARE = 3  # rarest words of a statement that lead to its partners
_NEIGHBOURS = 20
_PAIR = frozenset(["vs", stem("versus")])
# One statement about the most and one about the least, or about what is set at first, may both hold.
_BOUNDS = frozenset(map(stem, [
    "default", "maximum", "max", "minimum", "min", "least", "most", "soft", "hard", "first", "second", "third", "last",
    "additional", "extra", "initial", "final", "before", "after", "old", "new", "next", "previous", "public", "private",
    "source", "destination", "primary", "secondary", "read", "write", "input", "output", "incoming", "outgoing",
]))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two statements that cannot both hold. `kind`: "number", "unit" or "polarity"."""

    a: FactDraft
    b: FactDraft
    kind: str

    @property
    def key(self) -> str:
        """What a decision is remembered by: both statements and what stands right above them, in any order."""
        return fingerprint(*sorted(side_key(fact) for fact in (self.a, self.b)))


def side_key(fact: FactDraft) -> str:
    """One statement with its immediate context, wherever it stands."""
    return f"{normalise(fact.context.rpartition(' › ')[2])} › {normalise(fact.text)}"


def find(
    facts: Sequence[FactDraft],
    elsewhere: Sequence[FactDraft] = (),
    topics: Sequence[Hashable] = (),
) -> list[Conflict]:
    """Disagreements of `facts` among themselves and with facts of other sources, in the order of the statements.

    `elsewhere`: published facts of sources that are not read now; two of them are not compared with each other.
    `topics`: of each of `facts` and `elsewhere`, the topic that it ends up in, where sources share topics.
    """
    mine = len(facts)
    said = [one for at, fact in enumerate((*facts, *elsewhere)) if (one := take_apart(at, fact)) is not None]
    listed = _listed(said)
    found = {
        (one.at, other.at): Conflict(one.fact, other.fact, kind)
        for one, other in _pairs(said)
        if one.at < mine
        and not (one.at in listed or other.at in listed)
        and (kind := _kind(one, other))
        and (_same_place(one, other) or _shared(one, other, topics))
    }
    for one, other in _denied(said):
        if one.at < mine and (one.at, other.at) not in found:
            found[one.at, other.at] = Conflict(one.fact, other.fact, "polarity")
    seen: set[int] = set()
    kept: dict[str, Conflict] = {}
    for (a, b), conflict in sorted(found.items()):
        if (
            not {a, b} <= seen and len(kept) < MOST
        ):  # what several contradict alike is shown once for each of them
            kept.setdefault(conflict.key, conflict)
        seen |= {a, b}
    return list(kept.values())


def disputed(conflicts: Iterable[Conflict], facts: Sequence[FactDraft]) -> set[int]:
    """Positions of the facts that nobody should be asked about until somebody has decided: both sides of each conflict,
    and what says word for word the same as one of them.
    """
    sides = [fact for one in conflicts for fact in (one.a, one.b)]
    held = {fact.fingerprint for fact in sides}
    keys = {side_key(fact) for fact in sides}
    return {at for at, fact in enumerate(facts) if fact.fingerprint in held and side_key(fact) in keys}


def _pairs(said: Sequence[Statement]) -> Iterable[tuple[Statement, Statement]]:
    """Pairs that could disagree, each once, the earlier first: nearly the same words and other quantities, or the same
    words of which one is denied.
    """
    counted = [one for one in said if one.quantities]
    frequency = Counter(word for one in counted for word in one.words)
    holders: dict[str, list[Statement]] = defaultdict(list)
    for one in counted:
        partners: dict[int, Statement] = {}
        for word in sorted(one.words, key=lambda word: (frequency[word], word))[:_RARE]:
            partners |= {other.at: other for other in holders[word][-_NEIGHBOURS:]}
            holders[word].append(one)
        words, many = one.words, len(one.words)
        for other in partners.values():
            shared = len(words & other.words)
            if (
                shared >= _ALIKE * (many + len(other.words) - shared)
                and one.negative == other.negative
                and one.quantities != other.quantities
            ):
                yield other, one
    yield from _opposed(said)


def _opposed(said: Sequence[Statement]) -> Iterable[tuple[Statement, Statement]]:
    denied = {one.words for one in said if one.negative}
    sides: dict[frozenset[str], tuple[list[Statement], list[Statement]]] = defaultdict(lambda: ([], []))
    for one in said:
        if one.words in denied:
            here, there = sides[one.words] if one.negative else sides[one.words][::-1]
            for other in there[-_NEIGHBOURS:]:
                yield other, one
            here.append(one)


def _listed(said: Sequence[Statement]) -> set[int]:
    """Statements of a list of values: the same words with other numbers stand beside them."""
    values: dict[tuple[object, ...], set[object]] = defaultdict(set)
    for one in said:
        if one.quantities:
            values[_beside(one)].add(one.quantities)
    return {one.at for one in said if one.quantities and len(values[_beside(one)]) > 1}


def _beside(one: Statement) -> tuple[object, ...]:
    return one.fact.source, one.fact.note, one.fact.context, one.words


def _kind(one: Statement, other: Statement) -> str | None:
    """In what two statements of nearly the same words differ."""
    differing = one.words ^ other.words
    if differing & _BOUNDS:
        return None
    if one.instance or other.instance:
        few = min(len(one.words), len(other.words))
        if few < LONG or len(one.words & other.words) < _SAME_TEXT * len(one.words | other.words):
            return None
    if one.negative != other.negative:
        return "polarity" if not differing and one.quantities == other.quantities else None
    return differ(one.quantities, other.quantities)


def _same_place(one: Statement, other: Statement) -> bool:
    """Both speak of one thing, in two places: what stands above them agrees. A note does not contradict itself."""
    if _one_note(one, other) or _compares(one) or _compares(other):
        return False
    either = one.above | other.above
    if either and len(one.above & other.above) >= _PLACE * len(either):
        return not _elsewhere(one, other)
    if min(len(one.words), len(other.words)) < _OWN:
        return False
    # What a long statement is about it says itself, when one of them stands under no more than that.
    general = one.above <= one.words or other.above <= other.words
    shared = _around(one) & _around(other) - one.words
    return (general and bool(shared)) or (min(len(one.words), len(other.words)) >= LONG and bool(shared))


def _shared(one: Statement, other: Statement, topics: Sequence[Hashable]) -> bool:
    """Both stand in one topic that two sources share, and say in the same words what they are about."""
    if not topics or topics[one.at] != topics[other.at] or one.fact.source == other.fact.source:
        return False
    said = one.words == other.words and len(one.words) >= _FEW
    return said and one.above == other.above and not _compares(one) and not _compares(other)


def _one_note(one: Statement, other: Statement) -> bool:
    return one.fact.source == other.fact.source and one.fact.note == other.fact.note


def _compares(one: Statement) -> bool:
    """Under "A vs B" nobody can tell which is meant."""
    return _is_pair(one.fact.context)


@lru_cache(maxsize=16_384)
def _is_pair(context: str) -> bool:
    return any(element & _PAIR for element in trail_of(context)[-2:])


def _around(one: Statement) -> frozenset[str]:
    return _words_around(one.fact.context)


@lru_cache(maxsize=16_384)
def _words_around(context: str) -> frozenset[str]:
    return frozenset[str]().union(*trail_of(context)) - VENDORS


def _elsewhere(one: Statement, other: Statement) -> bool:
    """The headings further up name different things: limits of one service and limits of another."""
    enough = not (_general(one.fact.context) or _general(other.fact.context))
    here, there = _upper(one.fact.context, enough), _upper(other.fact.context, enough)
    return bool(here - _around(other) - other.words) and bool(there - _around(one) - one.words)


@lru_cache(maxsize=16_384)
def _general(context: str) -> bool:
    """What stands right above says little on its own."""
    last = context.rpartition(" › ")[2]
    return normalise(last) in GENERAL or len(words_of(last) - VENDORS) < 2


@lru_cache(maxsize=16_384)
def _upper(context: str, enough: bool) -> frozenset[str]:
    """Words of the headings above the nearest; the title of a whole file only when the nearest does not say enough."""
    trail = trail_of(context)
    upper = trail[1:-1] if enough else trail[:-1]
    return frozenset[str]().union(*upper) - VENDORS - PARTS


def _denied(said: Sequence[Statement]) -> Iterable[tuple[Statement, Statement]]:
    """Pairs of which one says that something can or must be and the other, under a like heading, that it cannot."""
    claimed: dict[tuple[str, ...], list[tuple[Statement, bool]]] = defaultdict(list)
    for one in said:
        for words, no in dict.fromkeys(one.claims):
            for other, was in claimed[words][-_NEIGHBOURS:]:
                if no != was and not one.instance and not other.instance and _speak_of_one(one, other, words):
                    yield other, one
            claimed[words].append((one, no))


def _speak_of_one(one: Statement, other: Statement, words: tuple[str, ...]) -> bool:
    if one.fact.source == other.fact.source or _compares(one) or _compares(other):
        return False
    if (one.words - other.words) & _BOUNDS and (other.words - one.words) & _BOUNDS:
        return False
    here, there = (_around(side) | side.words - {*words} for side in (one, other))
    return len(here & there - {*words}) >= 2 and not _elsewhere(one, other)
