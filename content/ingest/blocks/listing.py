"""All that the reader made of one file, line by line: its blocks and what was left out, in the order of the lines.

For the eyes of authors, and for measuring. What follows in the pipeline takes `SourceDraft.blocks` and `discarded`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from content.ingest.blocks import lists
from content.ingest.blocks.lines import Line, measure, split
from content.ingest.blocks.working import Scanned
from content.ingest.model import Block, BlockKind
from content.ingest.read import read_blocks

# What is left out as a whole, however its lines begin.
_WHOLE = frozenset(["comment", "text of a picture", "markup without text", "line too long to read"])


@dataclass(frozen=True, slots=True)
class Row:
    """`block.parent`: place of its parent among the rows. `discarded`: why it was left out, "" when it was not."""

    block: Block
    discarded: str = ""


def rows(path: str, text: str) -> list[Row]:
    """Blocks in the order of their lines; what was left out stands among them, options below their question.

    A bullet that is a title is both: a heading, and below it the item.
    """
    scanned = read_blocks(path, text)
    lines = [measure(no, raw) for no, raw in enumerate(split(text), 1)]
    found = [Row(block) for block in scanned.blocks]
    found += [Row(block, reason) for block, reason in scanned.left]
    found += _bare(scanned, lines)
    found.sort(key=lambda row: (row.block.line_from, bool(row.discarded)))
    placed = _placed(found, lines)
    return [replace(row, block=replace(row.block, index=at)) for at, row in enumerate(placed)]


def _bare(scanned: Scanned, lines: Sequence[Line]) -> Iterator[Row]:
    """Lines that were left out before they became blocks; neighbours without a bullet are one."""
    known = {no for block, _ in scanned.left for no in range(block.line_from, block.line_to + 1)}
    for gone in scanned.discarded:
        for line in lines[gone.line_from - 1 : gone.line_to]:
            if line.no in known or not line.raw.strip():
                continue
            mark = lists.marker(line) if line.text and gone.reason not in _WHOLE else None
            kind, text = (BlockKind.ITEM, mark.text) if mark else (BlockKind.PARAGRAPH, line.text or line.raw)
            block = Block(-1, str(kind), 0, line.no, line.no, text, quoted=line.quote > 0)
            yield Row(replace(block, info=mark.sign) if mark else block, gone.reason)


def _placed(found: Sequence[Row], lines: Sequence[Line]) -> list[Row]:
    """Rows with parents: as they were found, or for what was left out by their depth."""
    placed: list[Row] = []
    place: dict[int, int] = {}  # index of a block → its place
    items: dict[int, int] = {}  # depth → place of the last item there
    bullets = _Bullets(lists.Nesting(lists.indent_unit(list(lines))))
    for row in found:
        block = row.block
        depth = bullets.depth(block, lines[block.line_from - 1])
        if block.kind == BlockKind.ITEM:
            block = replace(block, depth=depth)
        if row.discarded:
            parent = items.get(depth - 1) if block.kind == BlockKind.ITEM and depth else None
        else:
            parent = place.get(block.parent) if block.parent is not None else None
            place[block.index] = len(placed)
            if block.kind == BlockKind.ITEM and block.quoted and parent is not None:
                block = replace(block, depth=_within_quote(block, placed[parent].block))
        if block.kind == BlockKind.ITEM:
            items = {above: at for above, at in items.items() if above < depth}
            items[depth] = len(placed)
        elif block.kind == BlockKind.HEADING:
            items = {}
        placed.append(replace(row, block=replace(block, parent=parent)))
        if block.kind == BlockKind.QUESTION:
            placed.extend(_options(block, lines, len(placed) - 1))
        elif block.kind == BlockKind.HEADING and depth >= 0:
            both = replace(block, kind=str(BlockKind.ITEM), depth=depth, parent=len(placed) - 1)
            placed.append(replace(row, block=both))
    return placed


def _within_quote(block: Block, parent: Block) -> int:
    """A list in a quote begins anew, also where it is quoted below a bullet that it belongs to."""
    if parent.kind != BlockKind.ITEM or not parent.quoted:
        return 0
    return min(block.depth, parent.depth + 1)


@dataclass(slots=True)
class _Bullets:
    """How deep bullets are nested where one of them is a title: below it, blocks count their depth anew."""

    nesting: lists.Nesting
    titled: bool = False

    def depth(self, block: Block, line: Line) -> int:
        """Depth of an item, or of a title that stands in a bullet; -1 for everything else."""
        mark = lists.marker(line) if line.text else None
        listed = block.kind == BlockKind.ITEM or (block.kind == BlockKind.HEADING and mark is not None)
        if not listed:
            if block.kind == BlockKind.HEADING or not block.depth:
                self.nesting.close()
                self.titled = False
            return block.depth if block.kind == BlockKind.ITEM else -1
        at = self.nesting.place(line.indent, mark.ordinal if mark else None)
        self.titled = self.titled or block.kind == BlockKind.HEADING
        if block.kind == BlockKind.HEADING:
            return at
        return max(at, block.depth) if self.titled and not block.quoted else block.depth


def _options(question: Block, lines: Sequence[Line], parent: int) -> Iterator[Row]:
    """The list items among a question's lines."""
    within = lines[question.line_from - 1 : question.line_to]
    nesting = lists.Nesting(2)
    for line in within:
        mark = lists.marker(line) if line.text else None
        if mark is not None:
            depth = nesting.place(line.indent, mark.ordinal, line.no)
            text = str(BlockKind.ITEM)
            yield Row(
                Block(
                    -1,
                    text,
                    depth,
                    line.no,
                    line.no,
                    mark.text,
                    parent,
                    info=mark.sign,
                    quoted=line.quote > 0,
                )
            )
