"""Which bare lines are titles: of slides, and of sections in notes whose author did not mark headings.

A slide's title is told by its place (what precedes and follows it), by its shape (dash, "vs", capitals, length,
no sentence punctuation) and by its kin (its words come back in other titles and in the body below it). Labels of
a diagram, addresses, keys of a configuration file and page furniture fail on one of the three. Rules only: no
list of known titles.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from content.ingest.markup import BOLD, is_only_links, plain, words
from content.ingest.model import BlockKind, Dialect
from content.ingest.working import Page, Raw

_CONTINUED = re.compile(
    r"\s{0,3}[(\[]?\s{0,2}\b(?:cont(?:inued|'d|’d|d)?\b\.?)\s{0,2}[)\]]?\s*$|\s{0,3}\(\d{1,2}\s?(?:/|of)\s?\d{1,2}\)\s*$",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s[–—-]|[–—]\s|\bvs\b\.?|\bversus\b", re.IGNORECASE)
_ENDS_LIKE_TEXT = re.compile(r"(?:[.,;:]|[^!]!)['\")\]]?$|\.\.\.$|…$")
_STARTS_LIKE_TEXT = re.compile(
    r"(?:we|we'll|we’ll|you|you'll|your|it|it's|it’s|this|these|they|there|if|can|could|must|should|only|great|let's"
    r"|let’s|allow|allows|make|makes|enter|and|or|with)\b(?!\s*[–—-]\s)|(?:note|source|use cases?|legend)\s?:"
    r"|(?:notes?|examples?|legend|topics?|users?|summary of|step \d+)$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|will|can|cannot|can't|must|should|does|doesn't|don't|isn't|aren't"
    r"|stores|runs|uses|becomes|happens|gets|allows)\b",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"['\"]?[\w.:{}$-]{1,60}['\"]?\s?:(?:\s|$)|[-\w]+(?:\.[-\w]+){1,9}$|[{}\[\]<>]|\S+=\S+$|'|\"|arn:|\{\{"
)
_CODE = re.compile(r"::|!Ref|\$\{|=>|->|→|\(\)|^\W*$|\bhttps?:|@|[{}]|\b[a-z_]\w*\(\w*\)|█|^[^\w\s\"'“(]")
_SECTION = re.compile(r"\b(?:section|module|chapter|primer|unit|part|lesson|domain)\b", re.IGNORECASE)
_DOMAIN = re.compile(r"\bdomain\s{1,3}(\d{1,2}|[IVX]{1,4}|l)\b", re.IGNORECASE)
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "high",
        "how",
        "in",
        "into",
        "is",
        "it",
        "of",
        "on",
        "or",
        "per",
        "the",
        "to",
        "use",
        "using",
        "via",
        "vs",
        "when",
        "with",
    ]
)
_TRAILING = re.compile(r"\b(?:a|an|the|of|to|and|or|from|for|with|in|on|by|at|your|its)$", re.IGNORECASE)
_PAIR = re.compile(r"\bvs\b|\bversus\b|\band\b|\bor\b|[&,/+]", re.IGNORECASE)
_ARROW = re.compile(r"(?:->|→|=>)")
_ROMAN = {"i": 1, "l": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_BODY = (BlockKind.ITEM, BlockKind.TABLE, BlockKind.CODE, BlockKind.QUESTION)
THRESHOLD = 1.99


def clean(title: str) -> str:
    """A title as it is shown: no markup, no trailing colon."""
    return plain(title).rstrip(" :").strip() or plain(title)


def core(title: str) -> tuple[str, ...]:
    """What makes two titles the same: their words, without "(cont.)" and "(1/2)"."""
    return tuple(words(_CONTINUED.sub("", plain(title))))


def is_continuation(title: str) -> bool:
    """The title says that it continues the one before it."""
    return bool(_CONTINUED.search(plain(title)))


def domain_of(title: str) -> int | None:
    """Number of the blueprint domain that a section is named after: "Domain 2 – …"."""
    match = _DOMAIN.search(title)
    if match is None:
        return None
    sign = match.group(1).lower()
    return int(sign) if sign.isdigit() else _ROMAN.get(sign)


@dataclass(slots=True)
class _Candidate:
    """A bare line with what stands around it."""

    at: int  # index into page.raws
    raw: Raw
    text: str
    words: list[str]
    score: float = 0.0
    section: bool = False


def promote(page: Page) -> None:
    """Turn the bare lines that are titles into headings."""
    if page.dialect == Dialect.SLIDES:
        marked = sum(raw.kind == BlockKind.HEADING for raw in page.raws)
        if marked < 5 or marked < sum(page.opens_page(raw) for raw in page.raws) / 2:
            _Slides(page).run()  # an exporter that marks its titles itself needs no guessing
    elif page.dialect in (Dialect.NOTES, Dialect.VAULT):
        _repair(page)
        _promote_notes(page)
    if page.dialect != Dialect.COURSE:
        _merge_neighbours(page)


def _merge_neighbours(page: Page) -> None:
    """Equal titles next to each other, "(cont.)" aside, are one topic."""
    last: Raw | None = None
    for raw in page.raws:
        if raw.kind != BlockKind.HEADING:
            continue
        if (
            last is not None
            and raw.depth == last.depth
            and core(raw.text)
            and core(raw.text) == core(last.text)
        ):
            raw.info = "continued"
        else:
            last = raw


def _one_line(page: Page, raw: Raw) -> bool:
    return sum(1 for no in raw.own if not page.lines[no - 1].blank) == 1


def _capitals(text: str) -> float:
    """Share of the content words that start with a capital or a digit."""
    content = [w for w in re.findall(r"[\w.+/&'-]+", text) if w.lower() not in _SMALL]
    return sum(1 for w in content if not w[0].islower()) / len(content) if content else 0.0


class _Slides:
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
        headed = sum(1 for at in bare if at + 1 < len(self.raws) and self.raws[at + 1].kind in _BODY)
        self.noise = 1.0 - headed / len(bare) if bare else 1.0  # share of bare lines without a body below
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
        if raw.kind != BlockKind.PARAGRAPH or raw.quoted or raw.inside or not _one_line(self.page, raw):
            return None
        text = plain(raw.text)
        if not text or len(text) > 120 or is_only_links(raw.text) or not re.search(r"[^\W\d_]{2}", text):
            return None
        if self.page.gap_before(raw) == 0 and not (self._starts_file(at) or self.page.opens_page(raw)):
            return None
        tokens = words(text)
        if (
            len(tokens) > 16
            or _ENDS_LIKE_TEXT.search(text)
            or _CODE.search(text)
            or _STARTS_LIKE_TEXT.match(text)
        ):
            return None
        if _KEY.match(text) and not (_DASH.search(text) or " " in text.split(":", 1)[-1].strip()):
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
            kin.update({w for w in tokens if w not in _SMALL and len(w) > 1})
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
        return self._place(c) + self._shape(c) + self._kinship(c)

    def _place(self, c: _Candidate) -> float:
        """What precedes and follows: a body below, the start of a run of bare lines, gaps that a picture left."""
        raw, page = c.raw, self.page
        before = self.raws[c.at - 1] if c.at else None
        after = self.raws[c.at + 1] if c.at + 1 < len(self.raws) else None
        gap_after = page.gap_after(raw)
        score = 0.0
        if after is None:
            score += 0.5
        elif after.kind in _BODY:
            score += 1.5 if gap_after else 1.2
        elif gap_after == 0:
            score -= 2.0
        elif gap_after >= 3:
            score += 0.5
        elif (following := self.by_at.get(c.at + 1)) is None:
            score -= 0.5 if len(after.text) < 60 else 0.0
        elif self.raws[min(following.at + 1, len(self.raws) - 1)].kind == BlockKind.ITEM:
            score += 0.5  # a section, or the first half of a title, above a slide
        if page.opens_page(raw):
            score += 2.0
        elif self.paged:
            score -= 0.7
        elif before is None or before.kind != BlockKind.PARAGRAPH or is_only_links(before.text):
            score += 1.0
        elif page.gap_before(raw) >= 3:
            score += 0.7
        return score

    def _shape(self, c: _Candidate) -> float:
        score = 0.0
        if _DASH.search(c.text) or c.text.endswith("?"):
            score += 1.5
        share = _capitals(c.text)
        score += 0.8 if share >= 0.6 else -0.8 if share < 0.35 else 0.0
        if _VERB.search(c.text) and not c.text.endswith("?"):
            score -= 1.5
        if len(c.words) == 1:
            score -= (0.8 if self.kin[c.words[0]] >= 4 or c.text.isupper() else 1.5) * self.strictness
        elif len(c.words) > 10:
            score -= 0.5
        if is_continuation(c.text) or _SECTION.search(c.text):
            score += 1.0
        if ("(" in c.text) != (")" in c.text):
            score -= 1.5
        return score

    def _kinship(self, c: _Candidate) -> float:
        content = [w for w in c.words if w not in _SMALL and len(w) > 1]
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
            plain_name = not _DASH.search(c.text) and len(c.words) <= 4 and not c.text.endswith("?")
            caption = plain_name and not repeats and self.noise > 0.15 and self.page.gap_before(c.raw) >= 2
            if caption and said and " ".join(c.words) in said:
                continue
            if caption and not self._is_kin(c):
                continue
            kept.append(c)
        return kept

    def _divides(self, title: _Candidate, c: _Candidate) -> bool:
        """A label inside a slide: it says a part of the slide's own title again ("A vs B", then "A")."""
        if _DASH.search(c.text) or _SECTION.search(title.text) or len(c.words) >= len(title.words):
            return False
        if self._directly_below(title) is c or self.prefixes[tuple(c.words)] > 1:
            return False
        if not _PAIR.search(title.text):
            return False
        content = {w for w in c.words if w not in _SMALL}
        return len(content) <= 3 and content <= set(title.words)

    def _is_kin(self, c: _Candidate) -> bool:
        content = [w for w in c.words if w not in _SMALL and len(w) > 1]
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
                c.section = self._is_section(c)
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
            and _one_line(self.page, after)
            and not is_only_links(after.text)
        ):
            found = _Candidate(c.at + 1, after, plain(after.text), words(plain(after.text)))
        return found

    def _one_title(self, c: _Candidate, below: _Candidate) -> bool:
        """The line below is the second half of the title."""
        if len(below.words) > 8 or _ENDS_LIKE_TEXT.search(below.text) or _KEY.match(below.text):
            return False
        if _TRAILING.search(c.text) or re.match(r"(?:from|with|for|in|on|and|or|of|to)\b", below.text):
            return True
        shared = self.starts[tuple(c.words[:5])] >= 3 and len(c.words) >= 2
        return (
            shared
            and not self._continues_family(below)
            and not _SECTION.search(c.text)
            and not _DASH.search(c.text)
        )

    def _continues_family(self, c: _Candidate) -> bool:
        """Other titles start with the same word, so this one is a title of its own."""
        return bool(c.words) and (
            self.starts[tuple(c.words[:1])] >= 3 or bool(_DASH.search(c.text)) or c.text.endswith("?")
        )

    def _is_section(self, c: _Candidate) -> bool:
        if _SECTION.search(c.text):
            return True
        if self.by_domain or is_continuation(c.text):
            return False
        return not _DASH.search(c.text) and not c.text.endswith("?") and len(c.words) <= 6

    # -- levels ----------------------------------------------------------------------------------------------

    def _levels(self, kept: list[_Candidate]) -> None:
        """Sections one level above slides."""
        for c in kept:
            if _SECTION.search(c.text) and re.search(
                r"\bsection$|^(?:domain|module|chapter|part|unit)\b", c.text, re.IGNORECASE
            ):
                c.section = True
            c.raw.depth = 1 if c.section else 2
            c.raw.info = "section" if c.section else "slide"


def _repair(page: Page) -> None:
    """Lines that were marked as headings and are none: the rest of a sentence, the steps of a procedure."""
    _flatten(page)
    kept: list[Raw] = []
    for at, raw in enumerate(page.raws):
        before = kept[-1] if kept else None
        after = page.raws[at + 1] if at + 1 < len(page.raws) else None
        if raw.kind == BlockKind.HEADING and before is not None:
            if before.kind in (BlockKind.ITEM, BlockKind.PARAGRAPH) and _TRAILING.search(before.text):
                before.text = f"{before.text} {raw.text}"
                before.own.extend(raw.own)
                continue
            if _ARROW.search(raw.text) and (after is None or after.kind == BlockKind.HEADING):
                raw.kind, raw.depth = BlockKind.PARAGRAPH, 0
        kept.append(raw)
    page.raws[:] = kept


def _flatten(page: Page) -> None:
    """Headings on more than a quarter of the lines are used as bullets: only the upper levels stay headings."""
    headings = [raw for raw in page.raws if raw.kind == BlockKind.HEADING]
    filled = sum(len(raw.own) for raw in page.raws)
    levels = sorted({raw.depth for raw in headings})
    said = sum(len(raw.text.split()) for raw in page.raws if raw.kind != BlockKind.HEADING)
    if said > 8 * len(headings):  # a heading over every paragraph is an outline, not a list
        return
    while len(headings) >= 12 and len(headings) > filled / 4 and len(levels) > 1:
        deepest = levels.pop()
        for raw in headings:
            if raw.depth == deepest:
                raw.kind, raw.depth, raw.info = BlockKind.PARAGRAPH, 0, "heading"
        headings = [raw for raw in headings if raw.kind == BlockKind.HEADING]


def _promote_notes(page: Page) -> None:
    """Bare lines that stand where a heading would: alone, short, capitalised, with a body below."""
    real = pseudo = 0  # depth of the last marked heading, and of the bare ones below it
    for at, raw in enumerate(page.raws):
        if raw.kind == BlockKind.HEADING:
            real, pseudo = raw.depth, 0
        elif _stands_as_heading(page, at):
            pseudo = pseudo or min(6, real + 1 if real < 2 or _nested(page, at) else real)
            raw.kind, raw.info, raw.depth = BlockKind.HEADING, "pseudo", pseudo


def _nested(page: Page, at: int) -> bool:
    """Directly below a heading: it divides that heading's text."""
    return at > 0 and page.raws[at - 1].kind == BlockKind.HEADING and page.raws[at - 1].info != "pseudo"


def _stands_as_heading(page: Page, at: int) -> bool:
    raw = page.raws[at]
    if (
        raw.kind != BlockKind.PARAGRAPH
        or raw.quoted
        or raw.inside
        or not _one_line(page, raw)
        or len(raw.text) > 90
    ):
        return False
    if raw.info == "heading":  # it was one, and there were too many
        return False
    text = plain(raw.text)
    tokens = words(text)
    after = page.raws[at + 1] if at + 1 < len(page.raws) else None
    if (
        not tokens
        or len(tokens) > 9
        or after is None
        or after.kind == BlockKind.HEADING
        or is_only_links(raw.text)
    ):
        return False
    if at and page.gap_before(raw) == 0 and page.raws[at - 1].kind != BlockKind.HEADING:
        return False
    bold = BOLD.fullmatch(raw.text.rstrip(": ").strip())
    if bold:
        return not _ENDS_LIKE_TEXT.search(text.rstrip(":")) and not _VERB.search(text)
    if raw.text.rstrip().endswith(":"):
        return False
    shaped = not (
        _ENDS_LIKE_TEXT.search(text)
        or _CODE.search(text)
        or _STARTS_LIKE_TEXT.match(text)
        or _VERB.search(text)
        or "[" in raw.text
        or " = " in text
    )
    below = after.kind in (BlockKind.ITEM, BlockKind.CODE, BlockKind.TABLE) or (
        after.kind == BlockKind.PARAGRAPH
        and len(tokens) >= 2
        and (
            (page.gap_after(raw) == 1 and bool(_DASH.search(text)))
            or (page.gap_after(raw) == 0 and after.quoted)
        )
    )
    return (
        shaped
        and below
        and not text[0].islower()
        and (_capitals(text) >= 0.5 or len(tokens) >= 3)
        and (len(tokens) > 1 or text.isupper())
    )
