"""Bare lines → headings: the door to `slide_titles` and `note_titles`, chosen by the file's dialect."""

from __future__ import annotations

import re
from itertools import pairwise

from content.ingest.blocks.working import Page, Raw
from content.ingest.model import BlockKind, Dialect
from content.ingest.titles.bullets import promote_bullets
from content.ingest.titles.notes import promote_notes, repair
from content.ingest.titles.pages import Pages, page_marks
from content.ingest.titles.shapes import SECTION, clean, core, domain_of, is_continuation
from content.ingest.titles.slides import Slides

_NUMBERED = re.compile(r"(\d{1,3})[.)]$")

__all__ = ["clean", "core", "domain_of", "is_continuation", "promote"]


def promote(page: Page) -> None:
    """Turn the bare lines that are titles into headings."""
    if page.dialect == Dialect.SLIDES:
        _numbered(page)
        marks = page_marks(page)
        if marks is not None:
            Pages(page, marks).run()  # an export that says where a slide begins needs no guessing
        else:
            Slides(page).run()
    elif page.dialect in (Dialect.NOTES, Dialect.VAULT):
        repair(page)
        if not any(raw.kind == BlockKind.HEADING for raw in page.raws):
            _numbered(page)
        promote_notes(page)
        promote_bullets(page)
    _decided(page)
    if page.dialect != Dialect.COURSE:
        _merge_neighbours(page)


def _numbered(page: Page) -> None:
    """ "7. Scheduling" above bullets is a numbered title, not a list of one: such numbers count up through the deck."""
    lone: list[Raw] = []
    for raw, after in pairwise([*page.raws, Raw(BlockKind.RULE, [0])]):
        number = _NUMBERED.match(raw.info) if raw.kind == BlockKind.ITEM and raw.depth == 0 else None
        if number is None or (
            len(raw.own) == 1 and after.kind == BlockKind.ITEM and _NUMBERED.match(after.info)
        ):
            continue
        expected = int(_NUMBERED.match(lone[-1].info).group(1)) + 1 if lone else 1  # type: ignore[union-attr]
        if int(number.group(1)) == expected:
            lone.append(raw)
    if len(lone) < 5:
        return
    chosen = {id(raw) for raw in lone}
    parted: list[Raw] = []
    for raw in page.raws:
        parted.append(raw)
        if id(raw) in chosen:
            raw.kind, raw.info = BlockKind.PARAGRAPH, ""
            lines = [page.lines[no - 1] for no in raw.own]
            raw.text, raw.own = (
                lines[0].text,
                raw.own[:1],
            )  # lines below it are not its own, as a list's would be
            parted.extend(Raw(BlockKind.PARAGRAPH, [line.no], line.text) for line in lines[1:] if line.text)
    page.raws[:] = parted


def _decided(page: Page) -> None:
    """What a person said about a line has the last word. A title they chose stands where its neighbours stand."""
    before = 0  # depth of the heading above
    for raw in page.raws:
        if raw.decided == "text" and raw.kind == BlockKind.HEADING:
            raw.kind, raw.depth, raw.info = BlockKind.PARAGRAPH, 0, ""
        elif raw.decided == "title" and (raw.kind != BlockKind.HEADING or not raw.depth):
            section = page.dialect == Dialect.SLIDES and bool(SECTION.search(raw.text))
            slides = 2 if page.dialect == Dialect.SLIDES else 0
            raw.depth = 1 if section else max(slides, before + 1 if before < 2 else before)
            raw.kind, raw.info = BlockKind.HEADING, "section" if section else "chosen"
        if raw.kind == BlockKind.HEADING:
            before = raw.depth


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
