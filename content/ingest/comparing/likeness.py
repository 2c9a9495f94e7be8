"""How sure is it that a reworded statement is the one that was there? Pure; `matching` decides by it.

Two texts are as alike as their letters in order or their words in any order. The bar is lower the more the place
agrees: 85 anywhere, 78 under the same heading, 62 when the neighbours on both sides are the same, and a statement that
only gained or lost a clause passes near its place. Where names were exchanged for other names ("Aurora" → "Neptune")
the statement is about something else, unless almost nothing else changed and it stands where the old one stood.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz

from content.ingest.identity import normalise
from content.ingest.markup import plain

ANYWHERE = 85.0
SAME_HEADING = 78.0
BETWEEN = 62.0  # both neighbours are the same
BESIDE = 70.0  # one neighbour is the same
REVIEW = 62.0
RENAMED = 92.0  # names were exchanged
_RARE_WORDS = 8
_NEIGHBOURS = 30
_PER_WORD = 400
_PER_HEADING = 40
_PER_GAP = 15  # on either side
_FEW_WORDS = 4  # of so few a single one says what the statement is about
_CLAUSE = 92.0  # likeness of the shorter statement with its part of the longer one
_SHORTEST_CLAUSE = 12  # letters
_TAIL = 0.3  # share of the whole that a statement has at least before something was added behind it
_LEAD = 0.6  # the same when it was added elsewhere
_SHORT_LABEL = 4  # letters; of a word as short as this in a label each one counts
_MISSPELLED = 80.0  # two longer ones as alike as this are one word
_SPELLING = 75.0  # two names as alike as this are one name, spelled twice
_NAME = re.compile(r"(?<=[\w,;:)&/–—-]\s)[A-Z][\w.-]+|\b[A-Z]{2,}\w*\b|\b[A-Z][a-z]+[A-Z]\w*\b|`[^`]+`")
_NUMBER = re.compile(r"\d+")


class Statement(Protocol):
    """What is needed of a statement here; `matching.Known` is one."""

    @property
    def id(self) -> Hashable: ...
    @property
    def source(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def term(self) -> str: ...
    @property
    def above(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def cell(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair worth pairing (`sure`) or asking about. `score`: how alike, 0–100; `rank`: which goes first."""

    known: Hashable
    incoming: Hashable
    score: float
    rank: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Place:
    """How the places of two statements compare. `shared`: neighbours that are the same, 0 to 2. `apart`: by how many
    statements they differ in their distance from a shared neighbour. `heading`: it is the same.
    """

    shared: int = 0
    apart: int = 0
    heading: bool = False

    @property
    def near(self) -> bool:
        return self.shared > 0 or self.heading

    @property
    def bar(self) -> float:
        """How alike two statements must be here to be one."""
        if self.shared:
            return BETWEEN if self.shared == 2 else BESIDE
        return SAME_HEADING if self.heading else ANYWHERE


@dataclass(frozen=True, slots=True)
class _End:
    """A neighbour of the first or the last statement of a source."""

    source: str
    last: bool


@dataclass(frozen=True, slots=True)
class _Spot:
    """Between which rows with a partner a row without one stands, and how many steps behind the first of them."""

    before: Hashable
    after: Hashable
    steps: int
    steps_back: int


class Gaps:
    """Where rows without a partner stand: between which rows that have one."""

    def __init__(
        self,
        known: Sequence[Statement],
        incoming: Sequence[Statement],
        partner: Mapping[Hashable, Hashable],
    ) -> None:
        back = {new: old for old, new in partner.items()}
        self.of_known = _spots(known, set(partner), {})
        self.of_incoming = _spots(incoming, set(back), back)
        self.by_gap: dict[Hashable, list[Hashable]] = defaultdict(list)
        for row, spot in self.of_known.items():
            self.by_gap["after", spot.before].append(row)
            self.by_gap["before", spot.after].append(row)

    def near(self, incoming: Hashable) -> Iterable[Hashable]:
        """Known rows that stand beside a neighbour of the incoming one."""
        spot = self.of_incoming[incoming]
        behind = self.by_gap.get(("after", spot.before), [])
        yield from behind[max(0, spot.steps - _PER_GAP) : spot.steps + _PER_GAP]
        ahead = self.by_gap.get(("before", spot.after), [])
        place = len(ahead) - spot.steps_back
        yield from ahead[max(0, place - _PER_GAP) : max(0, place + _PER_GAP)]

    def place(self, old: Statement, new: Statement) -> Place:
        one, other = self.of_known[old.id], self.of_incoming[new.id]
        heading = bool(old.heading) and old.heading == new.heading
        if isinstance(one.before, _End) and isinstance(one.after, _End):
            return Place(heading=heading)  # nothing of that source is left to stand beside
        starts, ends = one.before == other.before, one.after == other.after
        apart = abs(one.steps - other.steps) if starts else abs(one.steps_back - other.steps_back)
        return Place(starts + ends, apart, heading)


def _spots(
    rows: Sequence[Statement], paired: Collection[Hashable], names: Mapping[Hashable, Hashable]
) -> dict[Hashable, _Spot]:
    """Row without a partner → where it stands in its source; the ends of a source are neighbours as well.

    `names`: what to call a neighbour (an incoming one by its partner).
    """
    by_source: dict[str, list[Statement]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    found: dict[Hashable, _Spot] = {}
    for source, members in by_source.items():
        at = [place for place, row in enumerate(members) if row.id in paired]
        for place, row in enumerate(members):
            if row.id in paired:
                continue
            following = bisect_left(at, place)
            first = at[following - 1] if following else -1
            last = at[following] if following < len(at) else len(members)
            before = members[first].id if following else _End(source, last=False)
            after = members[last].id if last < len(members) else _End(source, last=True)
            found[row.id] = _Spot(
                names.get(before, before), names.get(after, after), place - first, last - place
            )
    return found


def compare(
    known: Sequence[Statement],
    incoming: Sequence[Statement],
    gaps: Gaps,
    different: Collection[tuple[Hashable, Hashable]],
) -> list[Candidate]:
    """Every pair that may be one statement, but for those that were told apart."""
    words = {row.id: _Words.of(row) for row in known}
    index = _Index(words)
    found = []
    for row in incoming:
        new = _Words.of(row)
        near = dict.fromkeys(gaps.near(row.id))
        for known_id in (*near, *(one for one in index.likely(new) if one not in near)):
            if (known_id, row.id) in different:
                continue
            one = _judge(words[known_id], new, gaps, beside=known_id in near)
            if one is not None:
                found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class _Words:
    """A statement made ready to be compared many times."""

    row: Statement
    text: str
    in_order: str  # the words in alphabetical order
    names: frozenset[str]

    @classmethod
    def of(cls, row: Statement) -> _Words:
        text = normalise(row.text)
        return cls(row, text, " ".join(sorted(text.split())), _names(row.text))


class _Index:
    """Known statements by their rarest words and by their heading."""

    def __init__(self, known: Mapping[Hashable, _Words]) -> None:
        self.frequency = Counter(word for one in known.values() for word in set(one.text.split()))
        self.by_word: dict[str, list[Hashable]] = defaultdict(list)
        self.by_heading: dict[str, list[Hashable]] = defaultdict(list)
        for row_id, one in known.items():
            for word in self._rarest(one.text):
                self.by_word[word].append(row_id)
            if one.row.heading:
                self.by_heading[one.row.heading].append(row_id)

    def likely(self, one: _Words) -> Iterable[Hashable]:
        votes: Counter[Hashable] = Counter()
        for word in self._rarest(one.text):
            votes.update(self.by_word.get(word, ())[:_PER_WORD])
        found = dict.fromkeys(known_id for known_id, _ in votes.most_common(_NEIGHBOURS))
        if one.row.heading:
            found |= dict.fromkeys(self.by_heading.get(one.row.heading, ())[:_PER_HEADING])
        return found

    def _rarest(self, text: str) -> list[str]:
        return sorted(set(text.split()), key=lambda word: (self.frequency.get(word, 0), word))[:_RARE_WORDS]


def _judge(old: _Words, new: _Words, gaps: Gaps, beside: bool) -> Candidate | None:
    """`beside`: the two share a neighbour."""
    if old.row.cell or new.row.cell:
        place = gaps.place(old.row, new.row)
        return (
            _judge_cells(old, new, place) if old.row.cell and new.row.cell else _judge_mixed(old, new, place)
        )
    score = _likeness(old, new)
    clause = score < ANYWHERE and _may_be_clause(old, new, beside) and is_clause(old.text, new.text)
    if score < REVIEW and not clause:
        return None
    place = gaps.place(old.row, new.row)
    if _names_differ(old, new):
        sure = score >= RENAMED and place.shared == 2
    else:
        few = min(old.text.count(" "), new.text.count(" ")) < _FEW_WORDS
        sure = score >= (max(place.bar, SAME_HEADING) if few else place.bar) or clause
    return _candidate(old, new, max(score, ANYWHERE) if clause else score, score, place, sure)


def _may_be_clause(old: _Words, new: _Words, beside: bool) -> bool:
    if beside:
        return True
    heading = bool(old.row.heading) and old.row.heading == new.row.heading
    return heading and (old.text.startswith(new.text) or new.text.startswith(old.text))


def _judge_cells(one: _Words, other: _Words, place: Place) -> Candidate | None:
    """Two cells are one when two of three agree: the row, the column and what stands there."""
    old, new = one.row, other.row
    row, column = _label(old.term, new.term), bool(old.above) and _label(old.above, new.above)
    value = _label(old.value or "", new.value or "")
    agree = row + column + value
    score = _likeness(one, other)
    if agree < 2:
        sure = row and not (old.above or new.above) and place.near and score >= place.bar
        return _candidate(one, other, score, score, place, sure) if sure or score >= ANYWHERE else None
    if row and column:
        sure = place.near or old.source == new.source
    else:  # a "yes" is no evidence by itself
        said = new.value or ""
        telling = len(said) > _SHORT_LABEL or any(letter.isdigit() for letter in said)
        sure = place.near and (telling or (place.shared == 2 and place.apart == 0))
    return _candidate(one, other, 80.0 + 5.0 * agree + score / 100, score, place, sure)


def _judge_mixed(old: _Words, new: _Words, place: Place) -> Candidate | None:
    """A table became a list, or a list a table: "Row – Column: cell" is "Row: cell" there."""
    cell, sentence = (old.row, new.text) if old.row.cell else (new.row, old.text)
    said = normalise(f"{cell.term}: {cell.value or ''}")
    score = max(_likeness(old, new), fuzz.ratio(said, sentence))
    if score < REVIEW:
        return None
    return _candidate(old, new, score, score, place, sure=score >= ANYWHERE and place.near)


def _candidate(old: _Words, new: _Words, worth: float, score: float, place: Place, sure: bool) -> Candidate:
    rank = worth + 2.0 * place.shared + 0.5 * place.heading + 0.25 * (old.row.source == new.row.source)
    return Candidate(old.row.id, new.row.id, min(score, 100.0), rank - min(place.apart, 8) / 8, sure)


def _label(one: str, other: str) -> bool:
    """Two labels, or two cells, are the same word for word, but for spelling."""
    a, b = normalise(one).split(), normalise(other).split()
    return len(a) == len(b) and all(
        min(len(here), len(there)) > _SHORT_LABEL
        and _NUMBER.findall(here) == _NUMBER.findall(there)
        and fuzz.ratio(here, there) >= _MISSPELLED
        for here, there in zip(a, b, strict=True)
        if here != there
    )


def likeness(a: str, b: str) -> float:
    """How alike two normalised texts are, 0–100: letters in order, or words in any order, whichever is higher."""
    return max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b))


def _likeness(old: _Words, new: _Words) -> float:
    """`likeness`, or 0 when it is too low to matter."""
    score = fuzz.ratio(old.text, new.text, score_cutoff=REVIEW)
    return max(score, fuzz.ratio(old.in_order, new.in_order, score_cutoff=max(score, REVIEW)))


def is_clause(a: str, b: str) -> bool:
    """One of two normalised texts is the other with a clause behind it, or with a few words in front or in between."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) < _SHORTEST_CLAUSE or short.count(" ") < 2:
        return False
    if long.startswith(f"{short} "):
        return len(short) >= _TAIL * len(long)
    return len(short) >= _LEAD * len(long) and bool(fuzz.partial_ratio(short, long, score_cutoff=_CLAUSE))


def _names_differ(old: _Words, new: _Words) -> bool:
    """Each text names something that the other does not, and it is no other spelling."""
    if old.names == new.names:
        return False
    gone = (old.names - new.names).difference(new.text.split())
    come = (new.names - old.names).difference(old.text.split())
    return bool(come) and any(all(fuzz.ratio(name, other) < _SPELLING for other in come) for name in gone)


def _names(text: str) -> frozenset[str]:
    return frozenset(word for found in _NAME.findall(plain(text)) for word in normalise(found).split())
