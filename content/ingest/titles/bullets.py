"""Bullets that hold topics: names at the left margin, each with a list of its own below, to the end of a section.

"RDS Backups" over five nested bullets is a topic that was written as a bullet; "Must be unique" over two examples is a
statement. Only a run of at least two such names that reaches the end of its section counts, so that what follows can
never fall under the wrong topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from content.ingest.blocks.working import Page, Raw
from content.ingest.markup import is_only_links, plain, words
from content.ingest.model import BlockKind
from content.ingest.titles.shapes import CODE, ENDS_LIKE_TEXT, STARTS_LIKE_TEXT, VERB, capitals

TOPIC = "topic "  # `info` of such a bullet, followed by the depth that a heading in its place would have
MOST_WORDS = 8
CAPITALS = 0.6  # share of content words that a name writes with a capital
LISTED = 2  # bullets that must stand below each name,
USUALLY = 3  # and below half of them
_ASIDE = re.compile(r"\s*\([^()]{1,40}\)$")


@dataclass(slots=True)
class _Top:
    """A bullet at the left margin and what is nested below it."""

    raw: Raw
    below: list[Raw]


def promote_bullets(page: Page) -> None:
    """Mark the bullets that hold topics. They stay items of their list; `outline` begins a topic with each."""
    depth = 0
    section: list[Raw] = []
    for raw in [*page.raws, Raw(BlockKind.HEADING, [0])]:
        if raw.kind == BlockKind.HEADING:
            if depth:
                _section(section, depth)
            section, depth = [], raw.depth
        else:
            section.append(raw)


def _section(section: list[Raw], depth: int) -> None:
    tops = _tops(section)
    named: list[_Top] = []
    for top in reversed(tops):
        if not _is_name(top):
            break
        named.append(top)
    full = sum(len(top.below) >= USUALLY for top in named)
    announced = sum(top.raw.text.rstrip(" *_").endswith(":") for top in named)
    if len(named) < 2 or full < len(named) / 2 or announced == len(named):
        return
    for top in named:
        top.raw.info = f"{TOPIC}{min(6, depth + 1)}"


def _tops(section: list[Raw]) -> list[_Top]:
    """The last list of the section by its outermost bullets; empty when other text stands behind it."""
    tops: list[_Top] = []
    for raw in section:
        if raw.kind == BlockKind.ITEM and raw.depth == 0:
            tops.append(_Top(raw, []))
        elif tops and (raw.kind == BlockKind.ITEM or raw.inside):
            tops[-1].below.append(raw)
        elif raw.kind != BlockKind.RULE:
            tops = []
    return tops


def _is_name(top: _Top) -> bool:
    text = _ASIDE.sub("", plain(top.raw.text).rstrip(" :"))
    tokens = words(text)
    return (
        len(top.below) >= LISTED
        and 2 <= len(tokens) <= MOST_WORDS
        and not top.raw.info[:1].isdigit()
        and top.raw.decided != "text"
        and not is_only_links(top.raw.text)
        and not (
            ENDS_LIKE_TEXT.search(text)
            or CODE.search(text)
            or STARTS_LIKE_TEXT.match(text)
            or VERB.search(text)
        )
        and text[:1].isupper()
        and capitals(text) >= CAPITALS
    )
