"""Which topics of several sources are one. Pure: topics and what a person decided in, groups out.

Two topics are compared by their titles (half) and by what stands under them (half), both as TF-IDF vectors, so that
"Amazon S3 – Versioning" and "Versioning" under "S3" meet while "Overview" and "Overview" do not. Between two sources
every topic finds at most one partner, the best first; groups grow by union-find and never hold two topics of one
source, nor two that a person told apart.

Only topics that share a telling word are compared, so the cost grows with the topics and not with their square.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from content.ingest.identity import normalise

JOIN = 0.45  # from this likeness on, two topics are one
BARE = 0.6  # the same for the title alone, when one of them has no text
_ABOVE = 0.6  # weight of the heading above, against the title's own words
_GENERAL = 0.25  # weight of words that say only what part of its subject a topic is
_ONE_SIDED = 0.8  # what a likeness of titles alone is worth beside one of titles and texts
_PARTNERS = 40  # topics that one topic is compared with
_COMMON = 400  # a word that more topics have finds no partners
_OF_OTHERS = 0.4  # what is left of a likeness of titles that name different things
_STATEMENT = 4  # telling words that make a title a statement
_TEXT = 6_000  # characters of a body that count
_SMALL = frozenset([
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "for", "from", "how", "in", "is", "it",
    "its", "of", "on", "or", "that", "the", "this", "to", "use", "used", "using", "what", "when",
    "where", "which", "with", "you", "your", "cont",
])  # fmt: skip
_PARTS = frozenset([
    "overview", "introduction", "intro", "section", "part", "primer", "summary", "basic", "note",
    "example", "detail", "explained", "deep", "dive", "exam", "tip", "other",
])  # fmt: skip
_JOINED = re.compile(r"(?<=\b[A-Z]{2})/(?=[A-Z]{2}\b)")  # CI/CD is CICD
_NAME = re.compile(r"\b(?:[A-Z][A-Z0-9]+|[A-Z]?[a-z]+[A-Z]\w*|[A-Za-z]+\d\w*)\b")  # SQS, CodeBuild, gp3

Vector = Mapping[str, float]
Pair = tuple[float, int, int]  # likeness from 0 to 1, index of a topic, index of a later one


@dataclass(frozen=True, slots=True)
class Candidate:
    """One topic of one source. `parent`: id of the topic above it; `body`: Markdown of its own text.

    `family`: topics of one family are different things as their author wrote them, though in several files, and are
    not compared. Without it, the source is the family.
    """

    id: Hashable
    source: str
    title: str
    parent: Hashable | None = None
    body: str = ""
    family: str = ""

    @property
    def kin(self) -> str:
        return self.family or self.source


def merge(
    topics: Sequence[Candidate],
    together: Iterable[tuple[Hashable, Hashable]] = (),
    apart: Iterable[tuple[Hashable, Hashable]] = (),
) -> dict[Hashable, Hashable]:
    """The first topic of its group for every topic, by id.

    `together`: pairs known to be one. `apart`: pairs that are not, whatever they look like; they win over `together`.
    """
    groups = Groups(topics, apart)
    for one, other in together:
        groups.join(one, other)
    if len({topic.kin for topic in topics}) > 1:
        compared = _Comparison(topics)
        _join_best(compared.pairs(), topics, groups)
        _join_best(compared.sections(groups), topics, groups)
    return {topic.id: groups.first(topic.id) for topic in topics}


def _join_best(pairs: Iterable[Pair], topics: Sequence[Candidate], groups: Groups) -> None:
    """Join pairs, the likeliest first; between two sources a topic finds one partner."""
    taken: set[tuple[int, str]] = set()
    for _, at, to in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        one, other = (at, topics[to].kin), (to, topics[at].kin)
        if one not in taken and other not in taken and groups.join(topics[at].id, topics[to].id):
            taken |= {one, other}


class Groups:
    """Union-find over topics. A group has at most one topic of each source and none that are to stay apart."""

    def __init__(self, topics: Sequence[Candidate], apart: Iterable[tuple[Hashable, Hashable]] = ()) -> None:
        self._place = {topic.id: at for at, topic in enumerate(topics)}
        self._root: dict[Hashable, Hashable] = {topic.id: topic.id for topic in topics}
        self._sources = {topic.id: {topic.source} for topic in topics}
        self._members: dict[Hashable, list[Hashable]] = {topic.id: [topic.id] for topic in topics}
        self._apart: dict[Hashable, set[Hashable]] = defaultdict(set)
        for one, other in apart:
            self._apart[one].add(other)
            self._apart[other].add(one)

    def first(self, ident: Hashable) -> Hashable:
        """The earliest topic of the group."""
        path = []
        while self._root[ident] != ident:
            path.append(ident)
            ident = self._root[ident]
        for passed in path:
            self._root[passed] = ident
        return ident

    def join(self, one: Hashable, other: Hashable) -> bool:
        """Make two groups one; False when they are one already or must not be."""
        if one not in self._root or other not in self._root:
            return False
        one, other = sorted((self.first(one), self.first(other)), key=self._place.__getitem__)
        if one == other or self._sources[one] & self._sources[other] or self._kept_apart(one, other):
            return False
        self._root[other] = one
        self._sources[one] |= self._sources.pop(other)
        self._members[one] += self._members.pop(other)
        return True

    def _kept_apart(self, one: Hashable, other: Hashable) -> bool:
        there = set(self._members[other])
        return any(self._apart[member] & there for member in self._members[one] if member in self._apart)


class _Comparison:
    """Vectors of all topics, and the pairs worth comparing."""

    def __init__(self, topics: Sequence[Candidate]) -> None:
        self.topics = topics
        at_of = {topic.id: at for at, topic in enumerate(topics)}
        self.parents = [at_of.get(topic.parent) if topic.parent is not None else None for topic in topics]
        above = [topics[at].title if at is not None else "" for at in self.parents]
        self.titles = _vectors(
            [_title_words(topic.title, over) for topic, over in zip(topics, above, strict=True)]
        )
        self.names = [_names(topic.title) for topic in topics]
        self.own = [frozenset(_words(topic.title)) for topic in topics]
        self.above = [frozenset(_words(over)) - _PARTS for over in above]
        bodies = [Counter(_words(topic.body[:_TEXT])) for topic in topics]
        self.bodies = _vectors([{w: 1 + math.log(n) for w, n in body.items()} for body in bodies])
        self.children = Counter(at for at in self.parents if at is not None)

    def pairs(self) -> list[Pair]:
        """Every pair of two sources that reaches its threshold."""
        holders: dict[str, list[int]] = defaultdict(list)
        for at in range(len(self.topics)):
            for word in self._telling(at):
                holders[word].append(at)
        found = self._quoted()
        for at, topic in enumerate(self.topics):
            votes: Counter[int] = Counter()
            for word in self._telling(at):
                if len(holders[word]) <= _COMMON:
                    votes.update(to for to in holders[word] if to > at and self.topics[to].kin != topic.kin)
            for to, _ in votes.most_common(_PARTNERS):
                score, wanted = self.likeness(at, to)
                if score >= wanted:
                    found.append((score, at, to))
        return found

    def _telling(self, at: int) -> set[str]:
        """The words by which a topic is found: those of its title, and the heaviest of its text."""
        body = self.bodies[at]
        heaviest = sorted(body, key=lambda word: (-body[word], word))[:8]
        return {*self.titles[at], *heaviest}

    def likeness(self, at: int, to: int) -> tuple[float, float]:
        """(how alike two topics are, how alike they must be to be one)."""
        title = _cosine(self.titles[at], self.titles[to])
        if self._stand_elsewhere(at, to):
            title = 0.0
        elif self._name_others(at, to):
            title *= _OF_OTHERS
        if bool(self.children[at]) != bool(self.children[to]):
            title *= _ONE_SIDED  # a section and a topic of that section may well go by one name
        if not self.bodies[at] or not self.bodies[to]:
            return title * _ONE_SIDED, BARE * _ONE_SIDED
        return (title + _cosine(self.bodies[at], self.bodies[to])) / 2, JOIN

    def _name_others(self, at: int, to: int) -> bool:
        """Both titles name things, and none in common."""
        return bool(self.names[at] and self.names[to]) and not self.names[at] & self.names[to]

    def _stand_elsewhere(self, at: int, to: int) -> bool:
        """A title of one telling word means what the heading above says, and the other says nothing of that."""
        one, other = self.own[at], self.own[to]
        if min(len(one - _PARTS), len(other - _PARTS)) > 1:
            return False
        over, above = self.above[at], self.above[to]
        return bool(over and above) and not over & (above | other) and not above & one

    def _quoted(self) -> list[Pair]:
        """A statement written as a heading, with nothing below it, that another source has as a line of its text."""
        bare: dict[frozenset[str], list[int]] = defaultdict(list)
        for at, topic in enumerate(self.topics):
            if not self.bodies[at] and len(said := frozenset(_words(topic.title))) >= _STATEMENT:
                bare[said].append(at)
        found = []
        for to, topic in enumerate(self.topics) if bare else ():
            for line in set(topic.body[:_TEXT].split("\n")):
                for at in bare.get(frozenset(_words(line)), ()):
                    if self.topics[at].kin != topic.kin:
                        found.append((_ONE_SIDED, min(at, to), max(at, to)))
        return found

    def sections(self, groups: Groups) -> list[Pair]:
        """Topics under which the same topics stand: their titles, and how many of what is below has met."""
        below: dict[Hashable, set[int]] = defaultdict(set)
        for at, parent in enumerate(self.parents):
            if parent is not None:
                below[groups.first(self.topics[at].id)].add(parent)
        met: Counter[tuple[int, int]] = Counter()
        for parents in below.values():
            over = sorted(parents)[:_PARTNERS]
            met.update((at, to) for n, at in enumerate(over) for to in over[n + 1 :])
        found = []
        for (at, to), count in met.items():
            if count >= 2 and self.topics[at].kin != self.topics[to].kin:
                shared = count / min(self.children[at], self.children[to])
                score = (_cosine(self.titles[at], self.titles[to]) + shared) / 2
                if score >= JOIN:
                    found.append((score, at, to))
        return found


def _names(title: str) -> frozenset[str]:
    """Names of things in a title, as their capitals tell."""
    return frozenset(stem(name.casefold()) for name in _NAME.findall(_JOINED.sub("", title)))


def _title_words(title: str, above: str) -> dict[str, float]:
    """Weights of a title's words. Those of the heading above count for less, unless the title says nothing itself."""
    own = _words(title) or normalise(title).split()
    weights = {word: _GENERAL if word in _PARTS else 1.0 for word in own}
    share = _ABOVE if any(word not in _PARTS for word in own) else 1.0
    for word in _words(above):
        weights.setdefault(word, _GENERAL * share if word in _PARTS else share)
    return weights


def _words(text: str) -> list[str]:
    """Stems of the words that tell something."""
    found = re.findall(r"[^\W_]+", normalise(_JOINED.sub("", text)))
    return [stem(word) for word in found if word not in _SMALL]


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """Without the endings of plurals and verbs: "policies" and "policy", "caching" and "cache" meet."""
    if len(word) > 4 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def _vectors(weights: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Term weights times inverse document frequency, of length 1."""
    held = Counter(word for one in weights for word in one)
    count = len(weights)
    vectors = []
    for one in weights:
        vector = {
            word: weight * (math.log((1 + count) / (1 + held[word])) + 1) for word, weight in one.items()
        }
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        vectors.append({word: value / length for word, value in vector.items()})
    return vectors


def _cosine(one: Vector, other: Vector) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(value * other[word] for word, value in one.items() if word in other)
