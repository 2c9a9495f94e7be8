"""Which bare lines of a deck are the titles of its slides.

A title is told by its place (what precedes and follows it), by its shape (dash, "vs", capitals, length, no
sentence punctuation) and by its kin (its words come back in other titles and in the body below it). Labels of a
diagram, addresses, keys of a configuration file and page furniture fail on one of the three. Rules only: no list
of known titles.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from content.ingest.markup import is_only_links, plain, words
from content.ingest.model import BlockKind
from content.ingest.title_shapes import (
    BODY,
    CODE,
    DASH,
    ENDS_LIKE_TEXT,
    KEY,
    PAIR,
    SECTION,
    SMALL,
    STARTS_LIKE_TEXT,
    TRAILING,
    VERB,
    capitals,
    core,
    domain_of,
    is_continuation,
    one_line,
)
from content.ingest.working import Page, Raw

THRESHOLD = 1.99
LABEL = 1.5  # what a line loses that stands between two lists as a label does
NOISY = 0.3  # share of bare lines without a body, from which a deck is full of pictures
SPOKEN = 0.6  # share of sure titles with text below, from which one without text is suspicious
KINDRED = 6  # titles that share a word with a title of this deck


@dataclass(slots=True)
class _Candidate:
    """A bare line with what stands around it."""

    at: int  # index into page.raws
    raw: Raw
    text: str
    words: list[str]
    score: float = 0.0
    section: bool = False


class Slides:
    """Scores the bare lines of a deck."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.raws = page.raws
        self.candidates = [c for at in range(len(self.raws)) if (c := self._candidate(at))]
        self.by_at = {c.at: c for c in self.candidates}
        self.kin = self._kin()
        bare = [
            at
            for at, raw in enumerate(self.raws)
            if raw.kind == BlockKind.PARAGRAPH and not is_only_links(raw.text)
        ]
        headed = sum(1 for at in bare if at + 1 < len(self.raws) and self.raws[at + 1].kind in BODY)
        self.noise = 1.0 - headed / len(bare) if bare else 1.0  # share of bare lines without a body below
        sure = [c for c in self.candidates if DASH.search(c.text)]
        spoken = sum(1 for c in sure if c.at + 1 < len(self.raws) and self.raws[c.at + 1].kind in BODY)
        # Titles of this deck stand above text, and much else that is bare does not: it came from pictures.
        self.pictures = self.noise > NOISY and len(sure) >= 10 and spoken >= len(sure) * SPOKEN
        self.strictness = min(
            1.0, 3.0 * self.noise
        )  # in a deck without debris nearly every bare line is a title
        self.paged = sum(1 for at in bare if page.opens_page(self.raws[at])) >= 5
        self.by_domain = len({n for c in self.candidates if (n := domain_of(c.text)) is not None}) >= 3
        self.prefixes = Counter(tuple(c.words) for c in self.candidates)
        self.starts: Counter[tuple[str, ...]] = Counter()
        for c in self.candidates:
            self.starts.update({tuple(c.words[:n]) for n in range(1, min(len(c.words), 5) + 1)})

    def _candidate(self, at: int) -> _Candidate | None:
        raw = self.raws[at]
        if raw.kind != BlockKind.PARAGRAPH or raw.quoted or raw.inside or not one_line(self.page, raw):
            return None
        if raw.decided:
            return None
        text = plain(raw.text)
        if not text or len(text) > 120 or is_only_links(raw.text) or not re.search(r"[^\W\d_]{2}", text):
            return None
        if self.page.gap_before(raw) == 0 and not (self._starts_file(at) or self.page.opens_page(raw)):
            return None
        tokens = words(text)
        if (
            len(tokens) > 16
            or ENDS_LIKE_TEXT.search(text)
            or CODE.search(text)
            or STARTS_LIKE_TEXT.match(text)
        ):
            return None
        if KEY.match(text) and not (DASH.search(text) or " " in text.split(":", 1)[-1].strip()):
            return None
        if text[0].islower() and not re.match(r"[a-z]+[-A-Z0-9]", text):
            return None
        if raw.text.startswith("[") and raw.text.endswith(")"):
            return None
        return _Candidate(at, raw, text, tokens)

    def _starts_file(self, at: int) -> bool:
        return all(r.kind == BlockKind.FRONT_MATTER for r in self.raws[:at])

    def _kin(self) -> Counter[str]:
        """In how many different candidate lines each content word stands."""
        kin: Counter[str] = Counter()
        for tokens in {tuple(c.words) for c in self.candidates}:
            kin.update({w for w in tokens if w not in SMALL and len(w) > 1})
        return kin

    def run(self) -> None:
        for c in self.candidates:
            c.score = self._score(c)
        threshold = THRESHOLD - (1.0 - self.strictness)
        chosen = [c for c in self.candidates if c.score >= threshold]
        kept = self._without_captions(chosen)
        kept = self._stacks(kept)
        for c in kept:
            c.raw.kind = BlockKind.HEADING
        self._levels(kept)

    # -- scoring ---------------------------------------------------------------------------------------------

    def _score(self, c: _Candidate) -> float:
        label = not self.paged and (self._divides_list(c) or (self.pictures and self._in_a_picture(c)))
        return self._place(c) + self._shape(c) + self._kinship(c) - (LABEL if label else 0.0)

    def _place(self, c: _Candidate) -> float:
        """What precedes and follows: a body below, the start of a run of bare lines, gaps that a picture left."""
        return self._below(c) + self._above(c)

    def _below(self, c: _Candidate) -> float:
        after = self.raws[c.at + 1] if c.at + 1 < len(self.raws) else None
        gap = self.page.gap_after(c.raw)
        if after is None:
            return 0.5
        if after.kind in BODY:
            return 1.5 if gap else 1.2
        if gap == 0:
            return -2.0
        if gap >= 3:
            return 0.5
        if (following := self.by_at.get(c.at + 1)) is None:
            return -0.5 if len(after.text) < 60 else 0.0
        beyond = self.raws[min(following.at + 1, len(self.raws) - 1)]
        return 0.5 if beyond.kind == BlockKind.ITEM else 0.0  # a section, or half a title, above a slide

    def _above(self, c: _Candidate) -> float:
        before = self.raws[c.at - 1] if c.at else None
        if self.page.opens_page(c.raw):
            return 2.0
        if self.paged:
            return -0.7
        if before is None or before.kind != BlockKind.PARAGRAPH or is_only_links(before.text):
            return 1.0
        return 0.7 if self.page.gap_before(c.raw) >= 3 else 0.0

    def _shape(self, c: _Candidate) -> float:
        score = 0.0
        if DASH.search(c.text) or c.text.endswith("?"):
            score += 1.5
        share = capitals(c.text)
        score += 0.8 if share >= 0.6 else -0.8 if share < 0.35 else 0.0
        if VERB.search(c.text) and not c.text.endswith("?"):
            score -= 1.5
        if len(c.words) == 1:
            score -= (0.8 if self.kin[c.words[0]] >= 4 or c.text.isupper() else 1.5) * self.strictness
        elif len(c.words) > 10:
            score -= 0.5
        if is_continuation(c.text) or SECTION.search(c.text):
            score += 1.0
        if len(c.words) >= 4 and len(set(c.words)) <= len(c.words) / 2:
            score -= 1.5  # labels of equal boxes in a row
        if ("(" in c.text) != (")" in c.text):
            score -= 1.5
        return score

    def _kinship(self, c: _Candidate) -> float:
        content = [w for w in c.words if w not in SMALL and len(w) > 1]
        score = 0.0
        if any(self.kin[w] >= 4 for w in content):
            score += 0.7
        elif not any(self.kin[w] >= 2 for w in content):
            score -= 0.3
        if self._in_body(c, content):
            score += 0.6
        if len(c.words) >= 2 and self.prefixes[tuple(c.words)] in (2, 3):
            score += 0.5  # the same title on another slide
        return score

    def _divides_list(self, c: _Candidate) -> bool:
        """Between two lists, not shaped like a title and no other title's kin: a label inside a slide."""
        before = self.raws[c.at - 1] if c.at else None
        after = self.raws[c.at + 1] if c.at + 1 < len(self.raws) else None
        if before is None or after is None or before.kind != BlockKind.ITEM or after.kind != BlockKind.ITEM:
            return False
        if (
            self.page.gap_before(c.raw) > 1
            or DASH.search(c.text)
            or c.text.endswith("?")
            or is_continuation(c.text)
        ):
            return False
        content = [w for w in c.words if w not in SMALL and len(w) > 1]
        return capitals(c.text) < 0.35 or not any(self.kin[w] >= KINDRED for w in content)

    def _in_a_picture(self, c: _Candidate) -> bool:
        """Bare lines above and below, no body anywhere near, and nothing of a title about it: one label of many."""
        near = self.raws[max(0, c.at - 1) : c.at] + self.raws[c.at + 1 : c.at + 2]
        if len(near) < 2 or any(raw.kind != BlockKind.PARAGRAPH or is_only_links(raw.text) for raw in near):
            return False
        if DASH.search(c.text) or c.text.endswith("?") or is_continuation(c.text) or SECTION.search(c.text):
            return False
        if self.prefixes[tuple(c.words)] > 1:
            return False
        return not any(words(plain(raw.text))[:1] == c.words[:1] for raw in near)

    def _in_body(self, c: _Candidate, content: list[str]) -> bool:
        """A word of the title comes back in the lines below it."""
        seen: set[str] = set()
        for raw in self.raws[c.at + 1 : c.at + 9]:
            if raw.kind == BlockKind.PARAGRAPH:
                break
            seen.update(words(raw.text[:400]))
        return any(w in seen for w in content)

    # -- neighbours ------------------------------------------------------------------------------------------

    def _without_captions(self, chosen: list[_Candidate]) -> list[_Candidate]:
        """Leave out names of things that the slide has just spoken of: they stand below a picture of them."""
        kept: list[_Candidate] = []
        for c in chosen:
            said = self._said_since(kept[-1].at if kept else -1, c.at)
            repeats = kept and core(kept[-1].text) == core(c.text)
            if kept and not repeats and self._divides(kept[-1], c):
                continue
            plain_name = not DASH.search(c.text) and len(c.words) <= 4 and not c.text.endswith("?")
            caption = plain_name and not repeats and self.noise > 0.15 and self.page.gap_before(c.raw) >= 2
            if caption and said and " ".join(c.words) in said:
                continue
            if caption and not self._is_kin(c):
                continue
            kept.append(c)
        return kept

    def _divides(self, title: _Candidate, c: _Candidate) -> bool:
        """A label inside a slide: it says a part of the slide's own title again ("A vs B", then "A")."""
        if DASH.search(c.text) or SECTION.search(title.text) or len(c.words) >= len(title.words):
            return False
        if self._directly_below(title) is c or self.prefixes[tuple(c.words)] > 1:
            return False
        if not PAIR.search(title.text):
            return False
        content = {w for w in c.words if w not in SMALL}
        return len(content) <= 3 and content <= set(title.words)

    def _is_kin(self, c: _Candidate) -> bool:
        content = [w for w in c.words if w not in SMALL and len(w) > 1]
        after = self.raws[c.at + 1] if c.at + 1 < len(self.raws) else None
        listed = after is not None and after.kind == BlockKind.ITEM and self.page.gap_before(c.raw) >= 3
        return not listed or self._in_body(c, content) or any(self.kin[w] >= 3 for w in content)

    def _said_since(self, start: int, end: int) -> str:
        body = self.raws[max(start + 1, end - 40) : end]
        return " ".join(" ".join(words(raw.text[:600])) for raw in body)

    def _stacks(self, kept: list[_Candidate]) -> list[_Candidate]:
        """Titles directly on top of each other: a section above its first slide, a title in two halves, a subtitle."""
        result: list[_Candidate] = []
        at = 0
        while at < len(kept):
            c = kept[at]
            below = self._directly_below(c)
            if below is not None and self._one_title(c, below):
                c.raw.text = f"{c.raw.text} {below.raw.text}"
                c.text = f"{c.text} {below.text}"
                c.raw.own = sorted(c.raw.own + below.raw.own)
                below.raw.own = []
                at += 1 if at + 1 < len(kept) and kept[at + 1] is below else 0
            elif below is not None:
                third = self._directly_below(below)
                c.section = self._is_section(c) and (below in kept or third in kept)
                if third is not None and third in kept and not self._continues_family(below) and c.section:
                    result.append(c)
                    at += 2 if at + 1 < len(kept) and kept[at + 1] is below else 1
                    continue
            result.append(c)
            at += 1
        self.page.raws[:] = [raw for raw in self.raws if raw.own]
        return result

    def _directly_below(self, c: _Candidate) -> _Candidate | None:
        """The bare line right below, at most two blank lines away."""
        after = self.raws[c.at + 1] if c.at + 1 < len(self.raws) else None
        if after is None or after.kind != BlockKind.PARAGRAPH or not 1 <= self.page.gap_after(c.raw) <= 2:
            return None
        found = self.by_at.get(c.at + 1)
        if (
            found is None
            and len(after.text) <= 60
            and one_line(self.page, after)
            and not is_only_links(after.text)
        ):
            found = _Candidate(c.at + 1, after, plain(after.text), words(plain(after.text)))
        return found

    def _one_title(self, c: _Candidate, below: _Candidate) -> bool:
        """The line below is the second half of the title."""
        if len(below.words) > 8 or ENDS_LIKE_TEXT.search(below.text) or KEY.match(below.text):
            return False
        if TRAILING.search(c.text) or re.match(r"(?:from|with|for|in|on|and|or|of|to)\b", below.text):
            return True
        shared = self.starts[tuple(c.words[:5])] >= 3 and len(c.words) >= 2
        return (
            shared
            and not self._continues_family(below)
            and not SECTION.search(c.text)
            and not DASH.search(c.text)
        )

    def _continues_family(self, c: _Candidate) -> bool:
        """Other titles start with the same word, so this one is a title of its own."""
        return bool(c.words) and (
            self.starts[tuple(c.words[:1])] >= 3 or bool(DASH.search(c.text)) or c.text.endswith("?")
        )

    def _is_section(self, c: _Candidate) -> bool:
        if SECTION.search(c.text):
            return True
        if self.by_domain or is_continuation(c.text):
            return False
        before = self.raws[c.at - 1] if c.at else None
        if before is not None and before.kind == BlockKind.PARAGRAPH and not is_only_links(before.text):
            return False  # the last label of a picture, not the head of a section
        return not DASH.search(c.text) and not c.text.endswith("?") and len(c.words) <= 6

    # -- levels ----------------------------------------------------------------------------------------------

    def _levels(self, kept: list[_Candidate]) -> None:
        """Sections one level above slides."""
        for c in kept:
            if SECTION.search(c.text) and re.search(
                r"\bsection$|^(?:domain|module|chapter|part|unit)\b", c.text, re.IGNORECASE
            ):
                c.section = True
            c.raw.depth = 1 if c.section else 2
            c.raw.info = "section" if c.section else "slide"
