"""Decks whose export says where each slide begins: the first line of a slide is its title.

Told by, in this order: comments of the exporter, form feeds, lines such as "Slide 5" or "Page 5 of 60", rules between
slides, page numbers that count up, lines that come back on every slide. Which of them it is, is told by how evenly
they part the deck and by what stands right behind them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from content.ingest.blocks.lines import Line
from content.ingest.blocks.working import Page, Raw
from content.ingest.markup import is_only_links, plain, words
from content.ingest.model import BlockKind
from content.ingest.titles.shapes import (
    CODE,
    SECTION,
    SLIDE_MARK,
    SMALL,
    TRAILING,
    core,
    domain_of,
    one_line,
)

MIN_PAGES = 4
LONGEST = 60  # non-blank lines that a usual slide has at most
TITLED = 0.6  # share of pages that must begin with what can be a title
_COMMENT = re.compile(r"<!--\s{0,5}(?:slide|page)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?:^|[|·•\s])(\d{1,4})(?:\s{0,3}(?:of|/)\s{0,3}\d{1,4})?$")
_NOTES = re.compile(r"(?:speaker |presenter )?notes?\s{0,2}:?$", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.][.,;]['\")\]]?$")
_NUMBERED = re.compile(r"\d{1,3}[.)]")


@dataclass(frozen=True, slots=True)
class Marks:
    """Where pages begin. `lines`: numbers of the marking lines; `own`: they say nothing else and are left out."""

    lines: tuple[int, ...]
    own: bool


def page_marks(page: Page) -> Marks | None:
    """The marks that part this deck into slides, or None when it has none."""
    for find in (_exporter, _form_feeds, _named, _rules, _counted, _furniture):
        marks = find(page)
        if marks is not None and _part(page, marks):
            return marks
    return None


def _exporter(page: Page) -> Marks | None:
    marks = [no for no, why in page.discarded.items() if why == "exporter mark"]
    return _enough([no for no in marks if _COMMENT.match(page.lines[no - 1].text)], own=False)


def _form_feeds(page: Page) -> Marks | None:
    return _enough([line.no - 1 for line in page.lines if "\x0c" in line.raw], own=False)


def _named(page: Page) -> Marks | None:
    """ "Slide 5", "--- Page 5 ---": numbers that count up."""
    return _counting(page, lambda line: SLIDE_MARK.match(line.text))


def _rules(page: Page) -> Marks | None:
    return _enough([raw.first for raw in page.raws if raw.kind == BlockKind.RULE], own=False)


def _counted(page: Page) -> Marks | None:
    """Page numbers on lines of their own, or behind the name of the course, which is the same on each."""
    feet = Counter(key for line in page.lines if (key := _foot(line.text)) is not None)

    def match(line: Line) -> re.Match[str] | None:
        key = _foot(line.text)
        same = key is not None and feet[key] >= MIN_PAGES
        return _NUMBER.search(line.text) if same or page.discarded.get(line.no) == "page furniture" else None

    return _counting(page, match)


def _foot(text: str) -> str | None:
    """What stands before the number on a running foot; None for other lines."""
    match = _NUMBER.search(text) if len(text) <= 80 else None
    key = text[: match.start()].strip(" |·•-–—") if match else ""
    return key if len(key) > 3 else None


def _furniture(page: Page) -> Marks | None:
    """The last of the lines that come back on every slide, taken together."""
    found = sorted(no for no, why in page.discarded.items() if why == "page furniture")
    return _enough([no for at, no in enumerate(found) if not _touches(page, found, at)], own=False)


def _touches(page: Page, found: list[int], at: int) -> bool:
    """Only blank lines part this line from the next one that was left out."""
    if at + 1 >= len(found):
        return False
    return all(page.lines[no - 1].blank for no in range(found[at] + 1, found[at + 1]))


def _counting(page: Page, match: Callable[[Line], re.Match[str] | None]) -> Marks | None:
    """Lines whose numbers rise: each is at most three more than the one before it."""
    found: list[int] = []
    last = -1
    for line in page.lines:
        hit = None if line.blank else match(line)
        if hit is None:
            continue
        number = int(hit.group(1))
        if last < 0 or 0 < number - last <= 3:
            found.append(line.no)
            last = number
    return _enough(found, own=True)


def _enough(lines: list[int], own: bool) -> Marks | None:
    return Marks(tuple(sorted(lines)), own) if len(lines) >= MIN_PAGES else None


def _part(page: Page, marks: Marks) -> bool:
    """They part the deck as slides would: short pages, and what can be a title at the head of most."""
    pages = Pages(page, marks).pages
    filled = [blocks for blocks in pages if blocks]
    if len(filled) < MIN_PAGES:
        return False
    sizes = sorted(sum(len(raw.own) for raw in blocks) for blocks in filled)
    titled = sum(1 for blocks in filled if title_at(page, blocks) is not None)
    return (
        sizes[len(sizes) // 2] <= LONGEST / 2 and sizes[-1] <= 6 * LONGEST and titled >= TITLED * len(filled)
    )


class Pages:
    """A deck, page by page."""

    def __init__(self, page: Page, marks: Marks) -> None:
        self.page = page
        self.marks = marks
        self.gone: set[int] = set()  # what is left out
        starts = set(marks.lines) if marks.own else set()
        body = [
            raw
            for raw in page.raws
            if raw.kind not in (BlockKind.FRONT_MATTER, BlockKind.RULE) and raw.first not in starts
        ]
        firsts = [raw.first for raw in body]
        cuts = [0, *(bisect_right(firsts, no) for no in marks.lines), len(body)]
        self.pages = [body[a:b] for a, b in pairwise(cuts)]

    def run(self) -> None:
        """Give every page its title, and nothing else on it."""
        page = self.page
        own = set(self.marks.lines) if self.marks.own else set()
        for raw in page.raws:
            if raw.first in own and len(raw.own) == 1:
                page.drop(raw, "page furniture")
                self.gone.add(id(raw))
        for blocks in self.pages:
            self._page(blocks)
        page.raws[:] = [raw for raw in page.raws if raw.own and id(raw) not in self.gone]

    def _page(self, blocks: list[Raw]) -> None:
        page = self.page
        for raw in blocks:
            if raw.kind == BlockKind.HEADING and _NOTES.match(plain(raw.text)):
                page.drop(raw, "exporter mark")
                self.gone.add(id(raw))
        blocks = [raw for raw in blocks if id(raw) not in self.gone]
        at = title_at(page, blocks)
        if at is None:
            return
        title = blocks[at]
        rest = blocks[at + 1 :]
        if title.kind != BlockKind.HEADING:
            _join(page, title, rest)
        for raw in rest:
            if raw.kind == BlockKind.HEADING:
                raw.kind, raw.depth, raw.info = BlockKind.PARAGRAPH, 0, "heading"
        title.kind = BlockKind.HEADING
        named = SECTION.match(plain(title.text)) or domain_of(title.text)
        alone = not any(raw.own for raw in rest) or all(_is_short(raw) for raw in rest if raw.own)
        title.depth, title.info = (1, "section") if named and alone else (2, "slide")


def title_at(page: Page, blocks: list[Raw]) -> int | None:
    """Index of the block that is the title of a page: its first marked heading, else its first fitting line."""
    for at, raw in enumerate(blocks):
        if raw.kind == BlockKind.HEADING and raw.own and not _NOTES.match(plain(raw.text)):
            return at
    for at, raw in enumerate(blocks[:3]):
        if raw.kind == BlockKind.PARAGRAPH and (is_only_links(raw.text) or _NUMBER.fullmatch(raw.text)):
            continue
        return at if _fits(page, raw) else None
    return None


def _fits(page: Page, raw: Raw) -> bool:
    numbered = raw.kind == BlockKind.ITEM and raw.depth == 0 and bool(_NUMBERED.match(raw.info))
    if raw.kind != BlockKind.PARAGRAPH and not numbered:
        return False
    text = plain(raw.text)
    return (
        one_line(page, raw)
        and 0 < len(words(text)) <= 18
        and len(text) <= 120
        and bool(re.search(r"[^\W\d_]{2}", text))
        and not _SENTENCE.search(text)
        and not (CODE.search(text) and not text.endswith(")"))
        and text[-1] not in "{};"
    )


def _join(page: Page, title: Raw, rest: list[Raw]) -> None:
    """A title in two lines: the second goes on with the sentence of the first."""
    if title.kind == BlockKind.ITEM:
        title.text = f"{title.info} {title.text}"
        return
    below = rest[0] if rest else None
    if (
        below is None
        or below.kind != BlockKind.PARAGRAPH
        or page.gap_before(below) > 1
        or not _fits(page, below)
    ):
        return
    begins = plain(below.text).split(" ", 1)[0]
    goes_on = TRAILING.search(plain(title.text)) or (begins in SMALL and begins.islower())
    if goes_on and core(below.text):
        title.text = f"{title.text} {below.text}"
        title.own = sorted(title.own + below.own)
        below.own = []


def _is_short(raw: Raw) -> bool:
    return raw.kind == BlockKind.PARAGRAPH and len(words(raw.text)) <= 10
