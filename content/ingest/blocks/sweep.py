"""After the titles are known: take off what does not teach. Contents, navigation, labels of pictures.

Nothing disappears: every line taken off stands in the discard list with its reason.
"""

from __future__ import annotations

import re

from content.ingest.blocks.furniture import goes_back, inner_link
from content.ingest.blocks.working import Page, Raw
from content.ingest.markup import is_only_links, plain, words
from content.ingest.model import BlockKind, Dialect

_CONTENTS = re.compile(r"(?:table of )?contents$|toc$|agenda$|outline$|index$", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|can|must|should|will|use|used|uses|does|do|needs?|allows?|requires?"
    r"|supports?|means|contains?|provides?)\b",
    re.IGNORECASE,
)
_BODY = (BlockKind.ITEM, BlockKind.TABLE, BlockKind.CODE)


def sweep(page: Page) -> None:
    """Take contents, navigation and, in slides, diagram debris off the page."""
    _contents(page)
    if page.dialect == Dialect.SLIDES:
        _rejoin(page)
        _debris(page)


def _contents(page: Page) -> None:
    gone = _inward_lists(page)
    for index, raw in enumerate(page.raws):
        if raw.kind == BlockKind.HEADING and _CONTENTS.match(plain(raw.text).strip(" :")):
            for part in _table_of_contents(page, index, gone):
                if part not in gone and page.drop(page.raws[part], "table of contents"):
                    gone.add(part)
    page.raws[:] = [raw for index, raw in enumerate(page.raws) if index not in gone]


def _inward_lists(page: Page) -> set[int]:
    """Items and lines that only lead elsewhere in the file: three in a row list its contents, one goes back."""
    raws = page.raws
    gone: set[int] = set()
    at = 0
    while at < len(raws):
        if not _links_inward(raws[at]):
            at += 1
            continue
        end = at
        while end + 1 < len(raws) and _links_inward(raws[end + 1]):
            end += 1
        listed = end - at >= 2
        for index in range(at, end + 1):
            back = goes_back(raws[index].text) and not listed
            if page.drop(raws[index], "navigation" if back or not listed else "table of contents"):
                gone.add(index)
        at = end + 1
    return gone


def _table_of_contents(page: Page, index: int, gone: set[int]) -> list[int]:
    """What goes with a heading that says "Contents": itself and its list, itself alone, or nothing."""
    raws = page.raws
    body = _body_of(raws, index)
    listed = page.dialect == Dialect.SLIDES and body and all(raws[b].kind == BlockKind.ITEM for b in body)
    if not body or listed or all(b in gone for b in body):
        return [index, *body]
    asks = all(b in gone or raws[b].kind == BlockKind.QUESTION for b in body)
    return [index] if asks else []


def _links_inward(raw: Raw) -> bool:
    return raw.kind in (BlockKind.ITEM, BlockKind.PARAGRAPH) and "](#" in raw.text and inner_link(raw.text)


def _body_of(raws: list[Raw], index: int) -> list[int]:
    body = []
    for at in range(index + 1, len(raws)):
        if raws[at].kind == BlockKind.HEADING:
            break
        body.append(at)
    return body


def _rejoin(page: Page) -> None:
    """A bullet that an exporter cut in two: the rest stands alone, in lower case, below a gap."""
    kept: list[Raw] = []
    for raw in page.raws:
        before = kept[-1] if kept else None
        if (
            raw.kind == BlockKind.PARAGRAPH
            and before is not None
            and before.kind == BlockKind.ITEM
            and re.match(r"[a-z]{3,}\b|and |or |to ", raw.text)
            and len(words(raw.text)) >= 3
            and page.gap_before(raw) <= 1
            and not re.search(r"[.:;!?]$", before.text)
        ):
            before.text = f"{before.text} {raw.text}"
            before.own.extend(raw.own)
        else:
            kept.append(raw)
    page.raws[:] = kept


def _debris(page: Page) -> None:
    raws = page.raws
    labels = {
        at for at, raw in enumerate(raws) if raw.kind == BlockKind.PARAGRAPH and _is_label(page, raws, at)
    }
    gone = {at for at in labels if page.drop(raws[at], "diagram debris")}
    page.raws[:] = [raw for at, raw in enumerate(raws) if at not in gone]


def _is_label(page: Page, raws: list[Raw], at: int) -> bool:
    """A few words that belonged to a picture."""
    raw = raws[at]
    text = plain(raw.text)
    count = len(words(text))
    if is_only_links(raw.text) or raw.inside:
        return False
    if count <= 1 and len(text) <= 3:
        return True
    if count > 7 or _VERB.search(text) or re.search(r"[.!?]$", text):
        return False
    after = raws[at + 1] if at + 1 < len(raws) else None
    before = raws[at - 1] if at else None
    heads = after is not None and after.kind in _BODY and page.gap_after(raw) <= 1
    subtitle = before is not None and before.kind == BlockKind.HEADING and page.gap_before(raw) <= 2
    return not (heads and page.gap_before(raw) <= 2) and not (subtitle and count >= 3)
