"""Which bare lines of a deck are the titles of its slides, when the export does not say where a slide begins.

`slide_features` measures each bare line, `slide_weights` says how much each measure counts. What is left to rules is
what concerns several lines at once: a caption of a picture, a label inside a slide, a title in two halves, a section
above its first slide.
"""

from __future__ import annotations

import re

from content.ingest.blocks.working import Page
from content.ingest.markup import is_only_links, plain, words
from content.ingest.model import BlockKind
from content.ingest.titles.features import Candidate, Deck
from content.ingest.titles.shapes import (
    DASH,
    ENDS_LIKE_TEXT,
    KEY,
    PAIR,
    SECTION,
    SMALL,
    TRAILING,
    capitals,
    core,
    domain_of,
    is_continuation,
    one_line,
)
from content.ingest.titles.weights import BIAS, WEIGHTS

_TEXT = frozenset({"colon at the end", "like text", "verb", "like code", "half a bracket"})
LENIENT = -3.0  # the least that the best line between two bodies must have


class Slides:
    """Finds the titles of a deck and makes them headings."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.raws = page.raws
        self.deck = Deck(page)
        self.by_at = self.deck.by_at
        self.by_domain = len({n for c in self.deck.candidates if (n := domain_of(c.text)) is not None}) >= 3

    def run(self) -> None:
        for c in self.deck.candidates:
            c.measures = self.deck.measure(c)
            c.score = BIAS + sum(WEIGHTS.get(name, 0.0) * value for name, value in c.measures.items())
        chosen = self._without_columns(self._with_first_halves(self._chosen()))
        kept = self._stacks(self._without_captions(chosen))
        for c in kept:
            c.raw.kind = BlockKind.HEADING
        self._levels(kept)

    def _chosen(self) -> list[Candidate]:
        """Lines whose sum speaks for them; and the last line above a body, which nothing else heads."""
        chosen: list[Candidate] = []
        for run in self._runs():
            last = run[-1]
            fit = [c for c in run if c.score > 0]
            if last not in fit and last.score > LENIENT and self._heads(last, fit):
                fit.append(last)
            chosen.extend(fit)
        return chosen

    def _with_first_halves(self, chosen: list[Candidate]) -> list[Candidate]:
        """A title in two lines of which only the second was found begins with the first."""
        known = {c.at for c in chosen}
        whole: list[Candidate] = []
        for c in chosen:
            above = self.by_at.get(c.at - 1)
            if above is None or above.at in known or self._directly_below(above) is not c:
                whole.append(c)
                continue
            if len(above.words) >= 2 and self._one_title(above, c):
                whole.append(above)
            whole.append(c)
        return whole

    def _without_columns(self, chosen: list[Candidate]) -> list[Candidate]:
        """Heads of lists that stand side by side below a title are parts of its slide."""
        known = {c.at for c in chosen}
        parts: set[int] = set()
        for c in self.deck.candidates:
            if self._odd_between_items(c):
                parts.add(c.at)
            if not self.deck.columns[c.at]:
                continue
            leader = self.by_at.get(c.at - 1)
            if leader is not None:
                if leader.at not in known and c.at in known and self._columns_below(leader, c):
                    known.add(leader.at)
                    chosen = [leader if one is c else one for one in chosen]
                    parts.add(c.at)
                part = leader.at in known and (leader.strong or leader.score > c.score)
            else:
                first = self.deck.head_above(c)
                part = first is not None and first.at in parts and self._alike(first, c)
            if part:
                parts.add(c.at)
        return [c for c in chosen if c.at not in parts]

    def _columns_below(self, title: Candidate, first: Candidate) -> bool:
        """Below this line, which follows another slide's text, stand at least two lists with heads of their own."""
        if self.deck.kind(title.at - 1) == "bare":
            return False
        at = first.at + 1
        while self.deck.kind(at) == "body":
            at += 1
        second = self.by_at.get(at)
        return second is not None and self.deck.columns[at] and self._alike(first, second)

    def _odd_between_items(self, c: Candidate) -> bool:
        """Between two lists, tight, and not written as titles of this deck are: it divides a slide."""
        tight = "between items" in c.measures and self.page.gap_before(c.raw) <= 1
        return tight and not c.strong and self.deck.capital >= 0.9 and capitals(c.text) < 0.6

    def _alike(self, first: Candidate, c: Candidate) -> bool:
        """Another column beside the first: it shares a word with it, or begins as no other line of the deck does."""
        if set(first.content) & set(c.content):
            return True
        return len(c.words) <= len(first.words) + 2 and self.deck.starts[tuple(c.words[:1])] < 3

    def _heads(self, last: Candidate, fit: list[Candidate]) -> bool:
        """It stands on a body that no title right above it has already."""
        if (
            self.deck.kind(last.at + 1) != "body"
            or self.deck.columns[last.at]
            or _TEXT & last.measures.keys()
        ):
            return False
        return not (fit and fit[-1].at == last.at - 1 and self.page.gap_before(last.raw) <= 2)

    def _runs(self) -> list[list[Candidate]]:
        """Candidates by the run of bare lines in which they stand."""
        runs: list[list[Candidate]] = []
        for c in self.deck.candidates:
            apart = not runs or any(self.deck.kind(at) == "body" for at in range(runs[-1][-1].at + 1, c.at))
            if apart:
                runs.append([])
            runs[-1].append(c)
        return runs

    # -- neighbours ------------------------------------------------------------------------------------------

    def _without_captions(self, chosen: list[Candidate]) -> list[Candidate]:
        """Leave out names of things that the slide has just spoken of: they stand below a picture of them."""
        kept: list[Candidate] = []
        for c in chosen:
            said = self._said_since(kept[-1].at if kept else -1, c.at)
            repeats = kept and core(kept[-1].text) == core(c.text)
            if kept and not repeats and self._divides(kept[-1], c):
                continue
            plain_name = not DASH.search(c.text) and len(c.words) <= 4 and not c.text.endswith("?")
            caption = (
                plain_name and not repeats and self.deck.noise > 0.15 and self.page.gap_before(c.raw) >= 2
            )
            if caption and said and " ".join(c.words) in said:
                continue
            kept.append(c)
        return kept

    def _divides(self, title: Candidate, c: Candidate) -> bool:
        """A label inside a slide: it says a part of the slide's own title again ("A vs B", then "A")."""
        if DASH.search(c.text) or SECTION.search(title.text) or len(c.words) >= len(title.words):
            return False
        if self._directly_below(title) is c or self.deck.same[core(c.text)] > 1:
            return False
        if not PAIR.search(title.text):
            return False
        content = {w for w in c.words if w not in SMALL}
        return len(content) <= 3 and content <= set(title.words)

    def _said_since(self, start: int, end: int) -> str:
        body = self.raws[max(start + 1, end - 40) : end]
        return " ".join(" ".join(words(raw.text[:600])) for raw in body)

    def _stacks(self, kept: list[Candidate]) -> list[Candidate]:
        """Titles directly on top of each other: a section above its first slide, a title in two halves, a subtitle."""
        result: list[Candidate] = []
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

    def _directly_below(self, c: Candidate) -> Candidate | None:
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
            found = Candidate(c.at + 1, after, plain(after.text), words(plain(after.text)))
        return found

    def _one_title(self, c: Candidate, below: Candidate) -> bool:
        """The line below is the second half of the title."""
        if len(below.words) > 8 or ENDS_LIKE_TEXT.search(below.text) or KEY.match(below.text):
            return False
        if TRAILING.search(c.text) or re.match(r"(?:from|with|for|in|on|and|or|of|to)\b", below.text):
            return True
        shared = self.deck.starts[tuple(c.words[:5])] >= 3 and len(c.words) >= 2
        return (
            shared
            and not self._continues_family(below)
            and not SECTION.search(c.text)
            and not DASH.search(c.text)
        )

    def _continues_family(self, c: Candidate) -> bool:
        """Other titles start with the same word, so this one is a title of its own."""
        return bool(c.words) and (
            self.deck.starts[tuple(c.words[:1])] >= 3 or bool(DASH.search(c.text)) or c.text.endswith("?")
        )

    def _is_section(self, c: Candidate) -> bool:
        if SECTION.search(c.text):
            return True
        if self.by_domain or is_continuation(c.text):
            return False
        before = self.raws[c.at - 1] if c.at else None
        if before is not None and before.kind == BlockKind.PARAGRAPH and not is_only_links(before.text):
            return False  # the last label of a picture, not the head of a section
        return not DASH.search(c.text) and not c.text.endswith("?") and len(c.words) <= 6

    # -- levels ----------------------------------------------------------------------------------------------

    def _levels(self, kept: list[Candidate]) -> None:
        """Sections one level above slides."""
        for c in kept:
            if SECTION.search(c.text) and re.search(
                r"\bsection$|^(?:domain|module|chapter|part|unit)\b", c.text, re.IGNORECASE
            ):
                c.section = True
            c.raw.depth = 1 if c.section else 2
            c.raw.info = "section" if c.section else "slide"
