"""Headings of hand-written notes: those that were not marked, and those that were marked and are none."""

from __future__ import annotations

import re

from content.ingest.blocks.working import Page, Raw
from content.ingest.markup import BOLD, is_only_links, plain, words
from content.ingest.model import BlockKind
from content.ingest.titles.shapes import (
    ARROW,
    CODE,
    DASH,
    ENDS_LIKE_TEXT,
    STARTS_LIKE_TEXT,
    TRAILING,
    VERB,
    capitals,
    core,
    one_line,
)

_SECTION_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?\s{1,3}[^\W\d_]")


def repair(page: Page) -> None:
    """Lines that were marked as headings and are none: the rest of a sentence, the steps of a procedure."""
    _flatten(page)
    kept: list[Raw] = []
    for at, raw in enumerate(page.raws):
        before = kept[-1] if kept else None
        after = page.raws[at + 1] if at + 1 < len(page.raws) else None
        if raw.kind == BlockKind.HEADING and before is not None and not raw.decided:
            if before.kind in (BlockKind.ITEM, BlockKind.PARAGRAPH) and TRAILING.search(before.text):
                before.text = f"{before.text} {raw.text}"
                before.own.extend(raw.own)
                continue
            if ARROW.search(raw.text) and (after is None or after.kind == BlockKind.HEADING):
                raw.kind, raw.depth = BlockKind.PARAGRAPH, 0
        kept.append(raw)
    page.raws[:] = kept


def _flatten(page: Page) -> None:
    """Headings on more than a quarter of the lines are used as bullets: only the upper levels stay headings."""
    headings = [raw for raw in page.raws if raw.kind == BlockKind.HEADING and not raw.decided]
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
    if len(headings) >= 12 and len(levels) == 1 and len(headings) > filled / 2:
        for raw in headings:  # nothing but headings: the file itself is the topic
            raw.kind, raw.depth, raw.info = BlockKind.PARAGRAPH, 0, "heading"


def promote_notes(page: Page) -> None:
    """Bare lines that stand where a heading would: alone, short, capitalised, with a body below."""
    plain_text = not any(raw.kind == BlockKind.HEADING for raw in page.raws)
    if plain_text:
        _numbered_sections(page)
    real = pseudo = 0  # depth of the last marked heading, and of the bare ones below it
    title: tuple[str, ...] = ()
    for at, raw in enumerate(page.raws):
        if raw.kind == BlockKind.HEADING:
            real, pseudo, title = raw.depth, 0, core(raw.text)
        elif core(raw.text[:200]) != title and (
            _stands_as_heading(page, at) or (plain_text and _stands_over_prose(page, at))
        ):
            pseudo = pseudo or min(6, real + 1 if real < 2 or _nested(page, at) else real)
            raw.kind, raw.info, raw.depth = BlockKind.HEADING, "pseudo", pseudo


def _numbered_sections(page: Page) -> None:
    """ "1.2 Routing tables" in a file without marked headings: its number says how deep it stands."""
    found: list[tuple[Raw, int]] = []
    for raw in page.raws:
        match = (
            _SECTION_NUMBER.match(raw.text) if raw.kind == BlockKind.PARAGRAPH and not raw.inside else None
        )
        if match and one_line(page, raw) and len(raw.text) <= 90 and not ENDS_LIKE_TEXT.search(raw.text):
            found.append((raw, match.group(1).count(".") + 1))
    if len(found) >= 3:
        for raw, depth in found:
            raw.kind, raw.info, raw.depth = BlockKind.HEADING, "numbered", depth


def _stands_over_prose(page: Page, at: int) -> bool:
    """A short line alone, written as a title, over a paragraph of sentences."""
    raw = page.raws[at]
    after = page.raws[at + 1] if at + 1 < len(page.raws) else None
    if raw.kind != BlockKind.PARAGRAPH or raw.quoted or raw.inside or raw.info or after is None:
        return False
    text = plain(raw.text)
    alone = one_line(page, raw) and page.gap_after(raw) >= 1 and (at == 0 or page.gap_before(raw) >= 1)
    prose = after.kind == BlockKind.PARAGRAPH and len(words(after.text)) >= 10
    return (
        alone
        and prose
        and len(text) <= 70
        and 1 <= len(words(text)) <= 9
        and text[:1].isupper()
        and capitals(text) >= 0.6
        and bool(re.search(r"[.!?)]$", after.text.rstrip()))
        and not (ENDS_LIKE_TEXT.search(text) or text.endswith(":") or CODE.search(text))
        and not (VERB.search(text) or STARTS_LIKE_TEXT.match(text) or is_only_links(raw.text))
    )


def _names_a_list(raw: Raw, after: Raw, next_one: Raw | None) -> bool:
    """ "Task Role Settings:" over a list is a name; "It is used for:" and "Basic commands are:" announce one."""
    text = plain(raw.text).rstrip(" :")
    listed = after.kind == BlockKind.ITEM and next_one is not None and next_one.kind == BlockKind.ITEM
    named = 2 <= len(words(text)) <= 6 and capitals(text) >= 0.75 and text[0].isupper()
    return listed and named and not (VERB.search(text) or STARTS_LIKE_TEXT.match(text) or CODE.search(text))


def _nested(page: Page, at: int) -> bool:
    """Directly below a heading: it divides that heading's text."""
    return at > 0 and page.raws[at - 1].kind == BlockKind.HEADING and page.raws[at - 1].info != "pseudo"


def _stands_as_heading(page: Page, at: int) -> bool:
    raw = page.raws[at]
    if (
        raw.kind != BlockKind.PARAGRAPH
        or raw.quoted
        or raw.inside
        or not one_line(page, raw)
        or len(raw.text) > 90
    ):
        return False
    if (
        raw.info == "heading" or raw.decided
    ):  # it was one, and there were too many; or a person said what it is
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
        return not ENDS_LIKE_TEXT.search(text.rstrip(":")) and not VERB.search(text)
    if raw.text.rstrip().endswith(":"):
        return _names_a_list(raw, after, page.raws[at + 2] if at + 2 < len(page.raws) else None)
    shaped = not (
        ENDS_LIKE_TEXT.search(text)
        or CODE.search(text)
        or STARTS_LIKE_TEXT.match(text)
        or VERB.search(text)
        or "[" in raw.text
        or " = " in text
    )
    below = after.kind in (BlockKind.ITEM, BlockKind.CODE, BlockKind.TABLE) or (
        after.kind == BlockKind.PARAGRAPH
        and len(tokens) >= 2
        and (
            (page.gap_after(raw) == 1 and bool(DASH.search(text)))
            or (page.gap_after(raw) == 0 and after.quoted)
        )
    )
    return (
        shaped
        and below
        and not text[0].islower()
        and (capitals(text) >= 0.5 or len(tokens) >= 3)
        and (len(tokens) > 1 or text.isupper())
    )
