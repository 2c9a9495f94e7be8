"""Blocks → canonical Markdown: the only text that is stored and rendered.

Four spaces a level, a blank line before every list, pipe tables, fences at the margin. A renderer with narrow
ideas about Markdown reads it the same way as our scanner does, and reading it again gives the same outline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from content.ingest.blocks.lines import measure
from content.ingest.blocks.tables import Rows
from content.ingest.front_matter import read_front_matter
from content.ingest.markup import (
    BREAK,
    COMMENT,
    HOLE,
    IMAGE,
    TAG,
    WIKILINK,
    escape,
    is_picture,
    plain,
    split_anchor,
    split_attributes,
)
from content.ingest.model import Block, BlockKind, Dialect
from content.ingest.titles.bullets import TOPIC

MAX_DEPTH = 8  # levels of a list, as many as are read
_WITHOUT_TEXT = (BlockKind.FRONT_MATTER, BlockKind.RULE, BlockKind.ANCHOR)
_STARTS_BLOCK = re.compile(
    r"#{1,6}(?:\s|$)|#[^\W\d]|[-+*•◦▪▸►●■○□–—·]\s|[•◦▪▸►●■❖➢➤]|(?P<number>\d{1,9}|\(?[a-h0-9])[.)](?:\s|$)|>|```|~~~"
    r"|={3,}|-{3,}|_{3,}|\*{3,}|\||:{3,}|:\s|\{|<|\[[!^]|\[[^\[\]]{1,200}\]:\s|\^\w|%%|!{3}|\?{3}|Q(?:uestion)?\s?\d*\s?[:.)]"
    r"|(?:page|slide)\s{1,3}\d|\\[a-z]|(?:width|height)=",
    re.IGNORECASE,
)
_CAN_ESCAPE = frozenset("`*_{}[]()#+.!|$<>~&=^-")
CARD = re.compile(r"^(.{1,200}?\S)\s+::\s+(\S.{0,2000})$", re.DOTALL)


def inline(text: str) -> str:
    """One block's text as canonical inline Markdown: no pictures, tags, comments, holes or identifiers."""
    text, _ = split_anchor(text)
    if "<" in text:
        text = TAG.sub("", BREAK.sub(" ", COMMENT.sub("", text)))
    if "[" in text:
        text = IMAGE.sub(lambda m: m.group(1) or "", text)
        text = WIKILINK.sub(lambda m: m.group(2) or m.group(1), text)
    if "==" in text:
        text = HOLE.sub(r"\1", text)
    if "::" in text and (card := CARD.match(text)) and re.search(r"\w", card.group(1)):
        text = f"**{plain(card.group(1))}**: {card.group(2)}"
    return " ".join(text.split())


def render(blocks: Sequence[Block]) -> str:
    """Canonical Markdown of some neighbouring blocks (one topic's own text)."""
    return _join(_Writer().write(blocks))


def document(blocks: Sequence[Block], root: str = "") -> str:
    """A whole file in canonical form, headings included; its front matter says that its headings are complete.

    `root`: the title above all others, where it does not stand in the file, as in a vault.
    """
    parts = [_front(blocks, root)]
    run: list[Block] = []
    for block in blocks:
        bullet = block.kind == BlockKind.ITEM and block.info.startswith(
            TOPIC
        )  # it holds a topic: written as its title
        if block.kind != BlockKind.HEADING and not bullet:
            run.append(block)
            continue
        if block.info == "continued":  # its text goes on under the title before it
            continue
        parts.extend(_Writer().write(run))
        run = []
        title, anchor, domain = split_attributes(block.text)
        marks = ([f"#{anchor}"] if anchor else []) + ([f"domain={domain}"] if domain is not None else [])
        tail = f" {{{' '.join(marks)}}}" if marks else ""
        depth = int(block.info.removeprefix(TOPIC)) if bullet else block.depth
        parts.append(f"{'#' * min(6, max(1, depth))} {escape(plain(title))}{tail}")
    parts.extend(_Writer().write(run))
    return _join(parts) + "\n"


def _front(blocks: Sequence[Block], root: str) -> str:
    """Front matter that says what the file's own said, where that names the topic of its first text."""
    front = (
        read_front_matter("", [measure(no, raw) for no, raw in enumerate(blocks[0].text.split("\n"), 1)]).data
        if (blocks and blocks[0].kind == BlockKind.FRONT_MATTER)
        else {}
    )
    course = front.get("dialect") == Dialect.COURSE or any(
        k in front for k in ("domain", "certification", "checked_on")
    )
    first = next((block.kind for block in blocks if block.kind not in _WITHOUT_TEXT), BlockKind.HEADING)
    kept = [
        f"{key}: {json.dumps(front[key], ensure_ascii=False)}"
        for key in ("domain", "reference")
        if front.get(key)
    ]
    title = root or (front.get("title") if course or first != BlockKind.HEADING else "")
    if title:
        kept.append(f"title: {json.dumps(title, ensure_ascii=False)}")
    return "\n".join(["---", f"dialect: {Dialect.COURSE}", *kept, "---"])


def _join(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def table(rows: Rows, header: bool) -> str:
    """A pipe table; without a header of its own it gets an empty one, as pipe tables need."""
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    if width == 0:
        return ""
    head = rows[0] if header else ("",) * width
    body = rows[1:] if header else rows
    lines = [
        _row(head, width),
        "| " + " | ".join(["---"] * width) + " |",
        *(_row(row, width) for row in body),
    ]
    return "\n".join(lines)


def _row(row: Sequence[str], width: int) -> str:
    filled = (tuple(row) + ("",) * width)[:width]
    return "| " + " | ".join(inline(cell).replace("|", "\\|") for cell in filled) + " |"


def fence(text: str, info: str) -> str:
    """A fenced block whose fence is longer than any inside."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    language = re.match(r"[\w+#.-]{1,20}", info)
    mark = "`" * max(3, longest + 1)
    return f"{mark}{language.group(0) if language else ''}\n{text}\n{mark}"


class _Writer:
    """Writes blocks in order, remembering how deep the open list is."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.items: list[str] = []
        self.base = 0
        self.numbered: dict[int, bool] = {}

    def write(self, blocks: Sequence[Block]) -> list[str]:
        depths = {block.index: block.depth for block in blocks}
        for block in blocks:
            if block.kind == BlockKind.ITEM:
                self._item(block)
            elif block.kind == BlockKind.PARAGRAPH:
                self._paragraph(block, depths)
            elif block.kind == BlockKind.TABLE:
                self._alone(table(block.rows, block.header))
            elif block.kind == BlockKind.CODE:
                self._alone(fence(block.text, block.info) if block.text.strip() else "")
            elif block.kind == BlockKind.RULE:
                self._alone("---")
        self._flush()
        return self.parts

    def _item(self, block: Block) -> None:
        text = inline(block.text)
        if not plain(text):
            return
        if not self.items:
            self.base = block.depth
            self.numbered = {}
        self.base = min(self.base, block.depth)
        level = min(block.depth - self.base, MAX_DEPTH - 1)
        level = min(level, max(self.numbered, default=-1) + 1)
        number = re.match(r"\d{1,9}", block.info)
        for deeper in [known for known in self.numbered if known > level]:
            del self.numbered[deeper]
        if level in self.numbered and self.numbered[level] != bool(number):
            self.items.append("")
        self.numbered[level] = bool(number)
        sign = f"{int(number.group(0))}." if number else "-"
        self.items.append(f"{'    ' * level}{sign} {_safe(text)}")

    def _paragraph(self, block: Block, depths: dict[int, int]) -> None:
        text = inline(block.text)
        if not plain(text) and not is_picture(block.text) and not text:
            return
        if block.parent in depths and block.depth and self.items:
            level = min(block.depth - self.base, max(self.numbered, default=0) + 1, MAX_DEPTH)
            if level > 0:
                self.items += ["", f"{'    ' * level}{_safe(text)}", ""]
                return
        self._alone("**" + plain(text).replace("*", "\\*") + "**" if block.info == "heading" else _safe(text))

    def _alone(self, text: str) -> None:
        self._flush()
        if text:
            self.parts.append(text)

    def _flush(self) -> None:
        if self.items:
            lines = [
                line
                for at, line in enumerate(self.items)
                if line or (at and self.items[at - 1] and at + 1 < len(self.items))
            ]
            self.parts.append("\n".join(lines).rstrip())
        self.items = []


def _safe(text: str) -> str:
    """Text that cannot be taken for the start of another block, and reads the same."""
    match = _STARTS_BLOCK.match(text)
    if match is None or text.startswith("<http"):
        return text
    if number := match.group("number"):
        return f"{number}\\{text[len(number) :]}"
    return f"\\{text}" if text[0] in _CAN_ESCAPE else f"&#{ord(text[0])};{text[1:]}"
