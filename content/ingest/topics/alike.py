"""How alike two topics are: by their titles (half) and by what stands under them (half). Pure.

Both halves are TF-IDF vectors, so that "Amazon S3 – Versioning" and "Versioning" under "S3" meet while "Overview" and
"Overview" do not. What one title names and the other topic never mentions tells them apart: "Variables" of two
services, a part ("Buckets – Security") and its whole ("Buckets"). Lines that both have, word for word, speak for them.

Only topics that share a telling word are compared, so the cost grows with the topics and not with their square.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from content.ingest.identity import normalise
from content.ingest.markup import AUTOLINK, LINK, URL
from content.ingest.topics.naming import (
    JOINED,
    PARTS,
    PLACES,
    VENDORS,
    WHOLE,
    WORD,
    names,
    shortened,
    stems,
    words,
)
from content.ingest.topics.recognition import GENERAL

JOIN = 0.45  # from this likeness on, two topics are one
BARE = 0.6  # the same for the title alone, when one of them has no text
_ABOVE = 0.6  # weight of the heading above, against the title's own words
_GENERAL = 0.25  # weight of words that say only what part of its subject a topic is
_ONE_SIDED = 0.8  # what a likeness of titles alone is worth beside one of titles and texts
_PARTNERS = 40  # topics that one topic is compared with
_COMMON = 400  # a word that more topics have finds no partners
_OF_OTHERS = 0.4  # what is left of a likeness of titles that name different things
_OF_A_PART = 0.8  # the same when one title names more than the other topic mentions
_OF_A_THING = 0.6  # the same when what it names is a thing of its own, as its capitals tell
_OF_A_SECTION = 0.9  # what is left of the likeness of a section and a topic without any
_SAME = 0.25  # what the same title is worth
_COPIED = 0.5  # share of a topic's lines that make it a copy
_FEWEST_LINES = 2
_FEWEST_WORDS = 5  # words of a text that says something
_QUOTED = 0.3  # what the titles add to it when one is a line of the other's text
_FEWEST_BELOW, _SPREAD = (
    4,
    4,
)  # topics that have met below two sections, and of how many of them one is enough
_SELDOM = 2  # titles of one source that have a rare word
_STATEMENT = 4  # telling words that make a line a statement
_TEXT = 6_000  # characters of a body that count

Vector = Mapping[str, float]
Pair = tuple[float, int, int]  # likeness from 0 to 1, index of a topic, index of a later one


@dataclass(frozen=True, slots=True)
class Candidate:
    """One topic of one source. `parent`: id of the topic above it; `body`: Markdown of its own text.

    `family`: topics of one family are different things as their author wrote them, though in several files, and are
    not compared. Without it, the source is the family. `row`: the published topic that it is known to be.
    """

    id: Hashable
    source: str
    title: str
    parent: Hashable | None = None
    body: str = ""
    family: str = ""
    row: int | None = None

    @property
    def kin(self) -> str:
        return self.family or self.source


@dataclass(frozen=True, slots=True)
class _Topic:
    """What is looked at when a topic is compared."""

    own: frozenset[str]  # words of the title
    core: frozenset[str]  # those of them that name it
    key: frozenset[str]  # what it goes by: a title that says nothing itself goes by the one above
    above: frozenset[str]
    names: frozenset[str]
    around: frozenset[str]  # everything that it mentions
    lines: frozenset[str]


class Comparison:
    """Vectors of all topics, and the pairs worth comparing."""

    def __init__(self, topics: Sequence[Candidate]) -> None:
        self.topics = topics
        at_of = {topic.id: at for at, topic in enumerate(topics)}
        self.parents = [at_of.get(topic.parent) if topic.parent is not None else None for topic in topics]
        short = shortened([topic.title for topic in topics])
        above = [short[at] if at is not None else "" for at in self.parents]
        self.titles = _vectors([_title_words(title, over) for title, over in zip(short, above, strict=True)])
        texts = [_text(topic.body) for topic in topics]
        bodies = [Counter(word for line in text for word in line) for text in texts]
        self.bodies = _vectors([{w: 1 + math.log(n) for w, n in body.items()} for body in bodies])
        self.told = [
            _told(title, over, body, text)
            for title, over, body, text in zip(short, above, bodies, texts, strict=True)
        ]
        held = Counter(
            (topic.source, word) for topic, one in zip(topics, self.told, strict=True) for word in one.own
        )
        self.held: dict[str, int] = defaultdict(int)
        for (_, word), count in held.items():
            self.held[word] = max(self.held[word], count)
        self.children = Counter(at for at in self.parents if at is not None)
        self._known: dict[tuple[int, int], tuple[float, float]] = {}

    def places(self) -> list[tuple[str, int]]:
        """Where each topic stands in its source: an order that does not depend on that of the sources."""
        seen: Counter[str] = Counter()
        places = []
        for topic in self.topics:
            places.append((topic.source, seen[topic.source]))
            seen[topic.source] += 1
        return places

    def pairs(self) -> list[Pair]:
        """Every pair of two sources that reaches its threshold."""
        holders: dict[str, list[int]] = defaultdict(list)
        named: dict[frozenset[str], list[int]] = defaultdict(list)
        telling = [self._telling(at) for at in range(len(self.topics))]
        for at, by in enumerate(telling):
            named[self.told[at].key].append(at)
            for word in by:
                holders[word].append(at)
        kin = [topic.kin for topic in self.topics]
        found = self._quoted()
        for at in range(len(self.topics)):
            votes: Counter[int] = Counter()
            for word in telling[at]:
                if len(holders[word]) <= _COMMON:
                    votes.update(holders[word][bisect_right(holders[word], at) :])
            likely = [(to, count) for to, count in votes.items() if count > 1 and kin[to] != kin[at]]
            near = [to for to, _ in sorted(likely, key=lambda row: (-row[1], row[0]))[:_PARTNERS]]
            namesakes = named[self.told[at].key]
            behind = namesakes[bisect_right(namesakes, at) :][:_PARTNERS]
            for to in dict.fromkeys((*near, *(to for to in behind if kin[to] != kin[at]))):
                if self.titles[at].keys().isdisjoint(self.titles[to]):
                    continue  # no text makes up for that
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
        if at > to:
            at, to = to, at
        if (at, to) not in self._known:
            self._known[at, to] = self._likeness(at, to)
        return self._known[at, to]

    def _likeness(self, at: int, to: int) -> tuple[float, float]:
        one, other = self.told[at], self.told[to]
        title = _cosine(self.titles[at], self.titles[to])
        same = one.key == other.key
        bare = min(len(self.bodies[at]), len(self.bodies[to])) < _FEWEST_WORDS
        body = _cosine(self.bodies[at], self.bodies[to])
        few = 1 if body or self._rarely_named(one, other) else 2
        elsewhere = _stand_elsewhere(one, other, few) or _name_others(one, other)
        if elsewhere:
            title = 0.0
        else:
            title *= _naming(one, other)
        section = bool(self.children[at]) != bool(self.children[to])
        if section:  # a section and a topic of that section may well go by one name
            title *= _OF_A_SECTION if same else _ONE_SIDED
        more = _SAME * (_ONE_SIDED if section else 1.0) if same and not elsewhere else 0.0
        if bare:
            return title * _ONE_SIDED + more, BARE * _ONE_SIDED
        copied = _copied(one.lines, other.lines)
        if not title:
            return body * JOIN, JOIN + 0.01  # titles without a word in common need more than one text
        score = (title + max(body, copied)) / 2 * (_OF_A_SECTION if section and not same else 1.0) + more
        if copied >= _COPIED and not elsewhere and (one.core & other.core or not (one.core and other.core)):
            score = max(score, JOIN * (0.5 + copied))
        return score, JOIN

    def _rarely_named(self, one: _Topic, other: _Topic) -> bool:
        """Both titles name a thing, with a word that hardly any other title has."""
        rare = (word for word in one.core & other.core if self.held[word] <= _SELDOM)
        return bool(one.names & other.names) and any(rare)

    def _quoted(self) -> list[Pair]:
        """A statement written as a heading, with nothing below it, that another source has as a line of its text."""
        bare: dict[frozenset[str], list[int]] = defaultdict(list)
        for at, one in enumerate(self.told):
            if not self.bodies[at] and len(one.own) >= _STATEMENT:
                bare[one.own].append(at)
        found = []
        for to, topic in enumerate(self.topics) if bare else ():
            for line in self.told[to].lines:
                for at in bare.get(frozenset(line.split()), ())[:_PARTNERS]:
                    if self.topics[at].kin != topic.kin:
                        score = BARE * _ONE_SIDED + _QUOTED * _cosine(self.titles[at], self.titles[to])
                        found.append((score, min(at, to), max(at, to)))
        return found

    def sections(self, first: Callable[[Hashable], Hashable]) -> list[Pair]:
        """Topics under which the same topics stand: their titles, and how many of what is below has met."""
        below: dict[Hashable, set[int]] = defaultdict(set)
        for at, parent in enumerate(self.parents):
            if parent is not None:
                below[first(self.topics[at].id)].add(parent)
        met: Counter[tuple[int, int]] = Counter()
        for parents in below.values():
            over = sorted(parents)[:_PARTNERS]
            met.update((at, to) for n, at in enumerate(over) for to in over[n + 1 :])
        found = []
        for (at, to), count in met.items():
            if count >= 2 and self.topics[at].kin != self.topics[to].kin:
                few, many = sorted((self.children[at], self.children[to]))
                title = _cosine(self.titles[at], self.titles[to])
                score = (title + count / few) / 2
                # A part of a larger section has its topics, too; without a word in common, it takes more than a few.
                if score >= JOIN and (title or (count >= _FEWEST_BELOW and _SPREAD * count >= many)):
                    found.append((score, at, to))
        return found


def _told(title: str, above: str, body: Counter[str], text: Sequence[Sequence[str]]) -> _Topic:
    own, over = frozenset(words(title)), frozenset(words(above)) - PARTS
    bare = own - VENDORS or own
    core = bare - WHOLE if normalise(title) not in GENERAL else frozenset()
    said = bare - WHOLE | ({"overview"} if bare & WHOLE - PLACES else set())
    return _Topic(
        own,
        core,
        frozenset(said if core else said | (over - VENDORS)),
        over,
        names(title),
        frozenset(own | over | body.keys()),
        frozenset(" ".join(line) for line in text if len(set(line)) >= _STATEMENT),
    )


def _naming(one: _Topic, other: _Topic) -> float:
    """What is left of a likeness of two titles when they name what the other topic does not mention."""
    strange, foreign = one.core - other.around, other.core - one.around
    if strange and foreign:
        return _OF_OTHERS
    if one.names - other.own - other.above or other.names - one.own - one.above:
        return _OF_A_THING if strange or foreign else _OF_A_PART
    return _OF_A_PART if strange or foreign or bool(one.core) != bool(other.core) else 1.0


def _name_others(one: _Topic, other: _Topic) -> bool:
    """Both titles name things of their own that the other topic never mentions."""
    return bool(one.names - other.around and other.names - one.around)


def _stand_elsewhere(one: _Topic, other: _Topic, most: int) -> bool:
    """A title of few telling words means what the heading above says, and the other says nothing of that."""
    if min(len(topic.own - PARTS) if topic.core else 0 for topic in (one, other)) > most:
        return False
    if one.core == other.core and one.core and one.core <= one.names | other.names:
        return False  # a name is the same thing wherever it stands
    over, above = one.above, other.above
    if not one.core and not other.core:
        return not over & above
    return bool(over and above) and not over & (above | other.own) and not above & one.own


def _copied(one: frozenset[str], other: frozenset[str]) -> float:
    """Which share of the smaller topic's lines the other has, too; a small part of a large one is no copy of it."""
    common = len(one & other)
    few, many = sorted((len(one), len(other)))
    return common / max(few, many / 2) if common >= _FEWEST_LINES else 0.0


def _title_words(title: str, above: str) -> dict[str, float]:
    """Weights of a title's words. Those of the heading above count for less, unless the title says nothing itself."""
    own = words(title) or normalise(title).split()
    weights = {word: _GENERAL if word in PARTS else 1.0 for word in own}
    share = _ABOVE if any(word not in PARTS for word in own) else 1.0
    for word in words(above):
        weights.setdefault(word, _GENERAL * share if word in PARTS else share)
    return weights


def _text(body: str) -> list[list[str]]:
    """Stems of the telling words of every line; addresses say nothing."""
    text = body[:_TEXT]
    if "http" in text or "](" in text:
        text = URL.sub(" ", LINK.sub(r"\1", AUTOLINK.sub(" ", text)))
    lines = unicodedata.normalize("NFKC", JOINED.sub("", text)).casefold().split("\n")
    return [words for line in lines if (words := stems(WORD.findall(line)))]


def _vectors(weights: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Term weights times inverse document frequency, of length 1."""
    held = Counter(word for one in weights for word in one)
    count = len(weights)
    rarity = {word: math.log((1 + count) / (1 + number)) + 1 for word, number in held.items()}
    vectors = []
    for one in weights:
        vector = {word: weight * rarity[word] for word, weight in one.items()}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        vectors.append({word: value / length for word, value in vector.items()})
    return vectors


def _cosine(one: Vector, other: Vector) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(value * other[word] for word, value in one.items() if word in other)
