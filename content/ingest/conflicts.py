"""Where sources disagree: two statements that say the same but for a number, a unit or a “not”. Pure.

    facts of an upload (+ published facts of other sources) → `Conflict`s, for a person to decide

"Up to 5" says nothing on its own, so a statement is compared together with its parent bullets and its heading.
Neighbours in one note are no contradiction: a list of ports holds many numbers. Only statements that share a rare
word are compared, so the cost grows with the statements.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from content.ingest.identity import normalise
from content.ingest.markup import plain
from content.ingest.merging import stem
from content.ingest.model import FactDraft, FactKind

MOST = 200  # conflicts of one upload; more than that is not a disagreement but another edition
_ALIKE = 0.8  # share of words that two statements have in common
_PLACE = 0.6  # the same for what stands right above them
_RARE = 3  # rarest words of a statement that lead to its partners
_NEIGHBOURS = 20
_FEWEST, _MOST_WORDS = 2, 40  # words of a statement that is compared
_NOT = frozenset(["no", "not", "never", "cannot", "without", "neither", "nor", "none", "non"])
_PAIR = frozenset(["vs", "versu"])
_HELPERS = frozenset(["do", "does", "did"])
_CAN_NOT = re.compile(r"\bcan(?:not|['’]t)\b", re.IGNORECASE)
_CONTRACTED = re.compile(r"n['’]t\b", re.IGNORECASE)
_LIKE = re.compile(
    r"^\W*(?:e\.?\s?g\b|ex\b|example|for example|scenario|say\b|let'?s)|[→➔]|=>|->", re.IGNORECASE
)
_INSTANCE = re.compile(
    r"\b(?:example|scenario|demo|hands on|practice|sample|diagram|walkthrough)s?\b", re.IGNORECASE
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_UNITS = {
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], "second"),
    **dict.fromkeys(["min", "mins", "minute", "minutes"], "minute"),
    **dict.fromkeys(["h", "hr", "hrs", "hour", "hours"], "hour"),
    **dict.fromkeys(["day", "days"], "day"),
    **dict.fromkeys(["week", "weeks"], "week"),
    **dict.fromkeys(["month", "months"], "month"),
    **dict.fromkeys(["year", "years", "yr"], "year"),
    **dict.fromkeys(["ms", "millisecond", "milliseconds"], "ms"),
    **{unit: unit for unit in ("b", "kb", "mb", "gb", "tb", "pb", "kib", "mib", "gib", "tib", "%", "$")},
    "percent": "%",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two statements that cannot both hold. `kind`: "number", "unit" or "polarity"."""

    a: FactDraft
    b: FactDraft
    kind: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement taken apart."""

    at: int
    fact: FactDraft
    words: frozenset[str]  # stems without numbers, units and negations
    numbers: tuple[str, ...]
    units: frozenset[str]
    negative: bool
    above: frozenset[str]  # stems of the heading or bullet right above


def find(facts: Sequence[FactDraft], elsewhere: Sequence[FactDraft] = ()) -> list[Conflict]:
    """Disagreements of `facts` among themselves and with facts of other sources, in the order of the statements.

    `elsewhere`: published facts of sources that are not read now; two of them are not compared with each other.
    """
    mine = len(facts)
    said = [one for at, fact in enumerate((*facts, *elsewhere)) if (one := _take_apart(at, fact)) is not None]
    found = [
        (one.at, other.at, Conflict(one.fact, other.fact, kind))
        for one, other in _pairs(said)
        if one.at < mine and (kind := _kind(one, other)) and _same_place(one, other)
    ]
    seen: set[int] = set()
    kept = []
    for a, b, conflict in sorted(found, key=lambda row: row[:2]):
        if not {a, b} <= seen:  # what several statements contradict alike is shown once for each of them
            kept.append(conflict)
        seen |= {a, b}
    return kept[:MOST]


def disputed(conflicts: Iterable[Conflict], facts: Sequence[FactDraft]) -> set[int]:
    """Positions of the facts that nobody should be asked about until somebody has decided."""
    held = {(fact.source, fact.line_from, fact.fingerprint) for one in conflicts for fact in (one.a, one.b)}
    return {at for at, fact in enumerate(facts) if (fact.source, fact.line_from, fact.fingerprint) in held}


def _take_apart(at: int, fact: FactDraft) -> _Said | None:
    """None when the statement is code, an example, a question or too short to contradict anything."""
    text = plain(fact.text)
    if (
        fact.kind == FactKind.CODE
        or text.endswith("?")
        or _LIKE.search(text)
        or _INSTANCE.search(fact.context)
    ):
        return None
    tokens = normalise(_CONTRACTED.sub(" not", _CAN_NOT.sub("can not", text))).split()
    numbers = tuple(value for token in tokens for value in _values(token))
    units = frozenset(_UNITS[unit] for token in tokens if (unit := token.strip("0123456789.,:/")) in _UNITS)
    words = frozenset(
        stem(token)
        for token in tokens
        if token not in _NOT and token not in _HELPERS and token not in _UNITS and not _NUMBER.search(token)
    )
    above = frozenset(stem(token) for token in normalise(fact.context.rpartition(" › ")[2]).split())
    if (
        not _FEWEST <= len(words) <= _MOST_WORDS or above & _PAIR
    ):  # under "A vs B" nobody can tell which is meant
        return None
    negative = sum(token in _NOT for token in tokens) % 2 == 1
    return _Said(at, fact, words, numbers, units, negative, above)


def _values(token: str) -> list[str]:
    return [value.replace(",", "").rstrip(".") for value in _NUMBER.findall(token)]


def _pairs(said: Sequence[_Said]) -> Iterable[tuple[_Said, _Said]]:
    """Statements that have nearly the same words, each pair once, the earlier first."""
    frequency = Counter(word for one in said for word in one.words)
    holders: dict[str, list[_Said]] = defaultdict(list)
    for one in said:
        partners: dict[int, _Said] = {}
        for word in sorted(one.words, key=lambda word: (frequency[word], word))[:_RARE]:
            partners |= {other.at: other for other in holders[word][-_NEIGHBOURS:]}
            holders[word].append(one)
        for other in partners.values():
            if len(one.words & other.words) >= _ALIKE * len(one.words | other.words):
                yield other, one


def _kind(one: _Said, other: _Said) -> str | None:
    """In what two statements of the same words differ."""
    if one.negative != other.negative:
        return "polarity" if one.words == other.words and one.numbers == other.numbers else None
    if one.numbers != other.numbers:
        same = len(one.numbers) == len(other.numbers) and one.units == other.units
        return "number" if same and one.numbers else None
    if one.units != other.units and one.numbers and one.units and other.units:
        return "unit"
    return None


def _same_place(one: _Said, other: _Said) -> bool:
    """Both speak of one thing, in two places: what stands right above them agrees. A note does not contradict itself:
    a list of ports holds many numbers.
    """
    if one.fact.source == other.fact.source and one.fact.note == other.fact.note:
        return False
    either = one.above | other.above
    return bool(either) and len(one.above & other.above) >= _PLACE * len(either)
