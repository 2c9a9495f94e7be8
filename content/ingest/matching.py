"""Identity across imports: which known statement is each incoming one? A one-to-one ladder, best evidence first.

Anchor → same source and fingerprint → any source and fingerprint (a move) → alike (≥ 85 anywhere, ≥ 78 under the
same heading) → 62–78 for a person to decide → what is left of the known is retired, never deleted. Facts, topics
(text = heading trail and title) and authored questions go through the same ladder. Unchanged input costs two
dictionary look-ups a row; only what changed is compared, and only with what shares rare words with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from content.ingest.identity import normalise

ANYWHERE = 85.0
SAME_HEADING = 78.0
REVIEW = 62.0
_RARE_WORDS = 8
_NEIGHBOURS = 60
_NEGATIONS = frozenset(
    [
        "no",
        "not",
        "never",
        "cannot",
        "can't",
        "isn't",
        "doesn't",
        "don't",
        "won't",
        "without",
        "none",
        "neither",
        "nor",
    ]
)


@dataclass(frozen=True, slots=True)
class Known:
    """One statement, stored or incoming. `id`: the caller's own; unique within its side.

    `value`: number and unit, or the key of a question: what makes an edit an answer change.
    """

    id: Hashable
    source: str
    anchor: str | None
    fingerprint: str
    text: str
    heading: str = ""
    value: str | None = None


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


def match(known: Sequence[Known], incoming: Sequence[Known]) -> Matching:
    """Pair the two sides one-to-one."""
    ladder = _Ladder(known, incoming)
    ladder.by_key(lambda row: row.anchor or None)
    ladder.by_key(lambda row: (row.source, row.heading, row.fingerprint))
    ladder.by_key(lambda row: (row.source, row.fingerprint))
    ladder.by_key(lambda row: (row.heading, row.fingerprint))
    ladder.by_key(lambda row: row.fingerprint)
    ladder.by_likeness()
    return ladder.finish()


class _Ladder:
    def __init__(self, known: Sequence[Known], incoming: Sequence[Known]) -> None:
        self.known: dict[Hashable, Known] = {row.id: row for row in known}
        self.incoming: dict[Hashable, Known] = {row.id: row for row in incoming}
        if len(self.known) != len(known) or len(self.incoming) != len(incoming):
            raise ValueError("ids must be unique on each side")
        self.result = Matching()

    def by_key(self, key: Callable[[Known], Hashable | None]) -> None:
        """Pair rows whose keys are equal, in order where several are."""
        waiting: dict[Hashable, list[Known]] = defaultdict(list)
        for row in self.known.values():
            if (value := key(row)) is not None:
                waiting[value].append(row)
        for queue in waiting.values():
            queue.reverse()
        for row in list(self.incoming.values()):
            queue = waiting.get(key(row), []) if key(row) is not None else []
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
        del self.known[old.id], self.incoming[new.id]

    def by_likeness(self) -> None:
        """Compare what is left: best pairs first, each row once."""
        if not self.known or not self.incoming:
            return
        review: list[tuple[float, Hashable, Hashable]] = []
        sure: list[tuple[float, Hashable, Hashable]] = []
        for score, old, new in self._scored():
            same_place = bool(old.heading) and old.heading == new.heading
            if score >= ANYWHERE or (score >= SAME_HEADING and same_place):
                sure.append(
                    (
                        score + (0.5 if same_place else 0.0) + (0.25 if old.source == new.source else 0.0),
                        old.id,
                        new.id,
                    )
                )
            elif score >= REVIEW:
                review.append((score, old.id, new.id))
        for score, old_id, new_id in sorted(sure, key=lambda row: -row[0]):
            if old_id in self.known and new_id in self.incoming:
                self._pair(self.known[old_id], self.incoming[new_id], min(score, 100.0))
        for score, old_id, new_id in sorted(review, key=lambda row: -row[0]):
            if old_id in self.known and new_id in self.incoming:
                self.result.review.append(Pair(old_id, new_id, score))
                del self.known[old_id], self.incoming[new_id]

    def _scored(self) -> Iterable[tuple[float, Known, Known]]:
        """Likeness of each incoming row to the known rows that share its rarest words or its heading."""
        texts = {row.id: normalise(row.text) for row in (*self.known.values(),)}
        frequency = Counter(word for text in texts.values() for word in set(text.split()))
        by_word: dict[str, list[Known]] = defaultdict(list)
        by_heading: dict[str, list[Known]] = defaultdict(list)
        for row in self.known.values():
            for word in _rarest(texts[row.id], frequency):
                by_word[word].append(row)
            if row.heading:
                by_heading[row.heading].append(row)
        for new in self.incoming.values():
            text = normalise(new.text)
            votes: Counter[Hashable] = Counter()
            for word in _rarest(text, frequency):
                votes.update(row.id for row in by_word.get(word, ())[:400])
            near = [row.id for row in by_heading.get(new.heading, ())[:200]] if new.heading else []
            candidates = dict.fromkeys([*(known_id for known_id, _ in votes.most_common(_NEIGHBOURS)), *near])
            for known_id in candidates:
                score = likeness(texts[known_id], text)
                if score >= REVIEW:
                    yield score, self.known[known_id], new

    def finish(self) -> Matching:
        self.result.retired = list(self.known)
        self.result.new = list(self.incoming)
        return self.result


def _rarest(text: str, frequency: Counter[str]) -> list[str]:
    return sorted(set(text.split()), key=lambda word: (frequency.get(word, 0), word))[:_RARE_WORDS]


def likeness(a: str, b: str) -> float:
    """How alike two normalised texts are, 0–100: letters in order, or words in any order, whichever is higher."""
    return max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b))


def answer_differs(old: Known, new: Known) -> bool:
    """A number, a unit, the polarity or the key is not what it was."""
    if normalise(old.value or "") != normalise(new.value or ""):
        return True
    if old.fingerprint == new.fingerprint:
        return False
    return _numbers(old.text) != _numbers(new.text) or _polarity(old.text) != _polarity(new.text)


def _numbers(text: str) -> list[str]:
    return sorted(word for word in normalise(text).split() if any(c.isdigit() for c in word))


def _polarity(text: str) -> int:
    plain = text.casefold().replace("’", "'")
    return sum(word.strip('.,;:!?()*_"') in _NEGATIONS or word.endswith("n't") for word in plain.split()) % 2
