"""Search over the topics and facts of one certification: text in, hits out, titles first. Reads, writes nothing.

typed text → `search_words.Words` → one query over titles, one over facts → `Hit`s with marked excerpts. When nothing is
found, words that are nearly a word of a title are taken for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from content.ingest.markup import plain
from content.models import Certification, Fact, Topic
from content.search_index import FACTS, TOPICS, best
from content.search_words import Piece, Words, marked, plain_letters

EXCERPT = 220  # characters
NEAR, NEAR_TITLE = 0.86, 78  # how much alike a word and a title must be
_SHOWN = (Fact.State.LIVE, Fact.State.DISPUTED)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. `slug`: its topic's; `title`, `excerpt`: pieces, what was looked for marked; `under`: where."""

    kind: str  # topic, fact
    slug: str
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...] = ()
    under: str = ""

    @property
    def text(self) -> str:
        """The beginning of what it says, as it stands on the page."""
        return " ".join("".join(piece.text for piece in self.excerpt).strip("…").split()[:8])

    @property
    def fragment(self) -> str:
        """The end of an address that leads a browser to these words of a page (a text directive)."""
        return f"#:~:text={quote(self.text, safe='').replace('-', '%2D')}" if self.text else ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. `words`: what was looked for; `instead`: what was taken for it, when nothing has `words`."""

    hits: tuple[Hit, ...] = ()
    words: str = ""
    instead: str = ""
    near: bool = False  # nothing has the words; these titles read nearly like them

    @property
    def topics(self) -> list[Hit]:
        return [hit for hit in self.hits if hit.kind == "topic"]

    @property
    def facts(self) -> list[Hit]:
        return [hit for hit in self.hits if hit.kind == "fact"]


def search(certification: Certification, text: str, limit: int = 20) -> Found:
    """At most `limit` hits: topics whose title has all the words, then facts. Nothing that is retired."""
    words = Words.of(text)
    if not words:
        return Found()
    hits = _hits(certification, words, limit)
    if hits:
        return Found(hits, str(words))
    titles = _titles(certification)
    meant = _meant(words, titles)
    hits = _hits(certification, meant, limit) if meant else ()
    if meant and hits:
        return Found(hits, str(words), str(meant))
    hits = _near_titles(words, titles)
    return Found(hits, str(words), near=bool(hits))


def _hits(certification: Certification, words: Words, limit: int) -> tuple[Hit, ...]:
    topics = _topics(certification, words, max(1, limit // 2))
    return (*topics, *_facts(certification, words, limit - len(topics)))


def _topics(certification: Certification, words: Words, limit: int) -> list[Hit]:
    pks = best(
        TOPICS, words, "WHERE row.certification_id = %s AND NOT row.retired", [certification.pk], limit
    )
    rows = Topic.objects.select_related("parent").in_bulk(pks)
    found = [rows[pk] for pk in pks if pk in rows]
    return [
        Hit("topic", t.slug, marked(t.title, words), under=t.parent.title if t.parent else "") for t in found
    ]


def _facts(certification: Certification, words: Words, limit: int) -> list[Hit]:
    shown = ", ".join(["%s"] * len(_SHOWN))
    among = (
        "JOIN content_topic AS topic ON topic.id = row.topic_id "
        f"WHERE topic.certification_id = %s AND NOT topic.retired AND row.state IN ({shown})"
    )
    pks = best(FACTS, words, among, [certification.pk, *map(str, _SHOWN)], limit)
    rows = Fact.objects.select_related("topic").in_bulk(pks)
    found = [rows[pk] for pk in pks if pk in rows]
    return [
        Hit("fact", f.topic.slug, marked(f.topic.title, words), marked(plain(f.text), words, EXCERPT))
        for f in found
    ]


# -- slips of the pen -----------------------------------------------------------------------------------------------


def _titles(certification: Certification) -> dict[str, str]:
    """Slug → title of everything that can be read."""
    return dict(Topic.objects.live().filter(certification=certification).values_list("slug", "title"))


def _meant(words: Words, titles: Mapping[str, str]) -> Words | None:
    """The words with those that stand in no title put right by the nearest one that does; None when nothing changes."""
    known = {token for title in titles.values() for token in Words.of(title).tokens if len(token) > 3}
    by: dict[str, str] = {}
    for token in words.tokens:
        if token in known or len(token) < 4:
            continue
        near = process.extractOne(token, known, scorer=JaroWinkler.normalized_similarity, score_cutoff=NEAR)
        if near is not None:
            by[token] = near[0]
    return words.replaced(by) if by else None


def _near_titles(words: Words, titles: Mapping[str, str]) -> tuple[Hit, ...]:
    """Titles that read nearly like what was typed."""
    if len(str(words)) < 4 or any(len(term.tokens) > 1 for term in words.terms):
        return ()
    lower = {slug: plain_letters(title) for slug, title in titles.items()}
    near = process.extract(str(words), lower, scorer=fuzz.WRatio, score_cutoff=NEAR_TITLE, limit=5)
    return tuple(Hit("topic", slug, marked(titles[slug], words)) for _, _, slug in near)
