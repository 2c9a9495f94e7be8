"""The page under the scanner's hands: blocks that can still change, and who owns which line.

Every non-blank line is given exactly one owner, a block or a reason for leaving it out. `finish` turns what is
left without an owner into a discard as well, so that the sums always agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from content.ingest.blocks.lines import Line
from content.ingest.choices import LineChoiceKind
from content.ingest.model import Block, BlockKind, Discard, Notice

MOST = 50  # notices of one sort in one file
_WANTED = frozenset([LineChoiceKind.KEEP, LineChoiceKind.TITLE, LineChoiceKind.TEXT])


@dataclass(slots=True, eq=False)
class Raw:
    """A block in the making. `own`: numbers of its lines, ascending."""

    kind: str
    own: list[int]
    text: str = ""
    depth: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    header: bool = False
    info: str = ""
    quoted: bool = False
    indent: int = 0
    inside: bool = False  # continues the list item before it
    payload: Any = None  # what a ready-made question says
    decided: str = ""  # "title" or "text" when a person said so

    @property
    def first(self) -> int:
        return self.own[0]

    @property
    def last(self) -> int:
        return self.own[-1]


@dataclass(slots=True)
class Page:
    """One file being read."""

    path: str
    lines: list[Line]
    dialect: str
    raws: list[Raw] = field(default_factory=list)
    discarded: dict[int, str] = field(default_factory=dict)
    left: list[tuple[Raw, str]] = field(default_factory=list)  # blocks left out whole, with the reason
    notices: list[Notice] = field(default_factory=list)
    front: dict[str, Any] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)  # code of a notice → how often
    decided: Mapping[int, frozenset[str]] = field(default_factory=dict)  # line → kinds of choices about it

    def chosen(self, numbers: list[int]) -> bool:
        """A person wants one of these lines to be read, whatever the rules say."""
        return bool(self.decided) and any(self.decided.get(no, frozenset()) & _WANTED for no in numbers)

    def warn(self, line: int, code: str, message: str) -> None:
        """A sentence for the instructor; of each sort at most 50 a page, and the last says that there are more."""
        known = self.told[code] = self.told.get(code, 0) + 1
        if known < MOST:
            self.notices.append(Notice(self.path, line, code, message))
        elif known == MOST:
            more = f"{message} There are more of this sort below it, which are not listed."
            self.notices.append(Notice(self.path, line, code, more))

    def discard(self, numbers: list[int], reason: str) -> None:
        """Leave lines out, with the reason."""
        self.discarded.update(dict.fromkeys(numbers, reason))

    def drop(self, raw: Raw, reason: str) -> bool:
        """Leave a whole block out, unless a person wants it; if True, the caller takes it off `raws`."""
        if self.chosen(raw.own):
            return False
        self.discard(raw.own, reason)
        self.left.append((raw, reason))
        return True

    def gap_before(self, raw: Raw) -> int:
        """Blank lines, and lines already left out, directly before a block."""
        count, no = 0, raw.first - 1
        while no >= 1 and count < 20 and (self.lines[no - 1].blank or no in self.discarded):
            count, no = count + 1, no - 1
        return count

    def opens_page(self, raw: Raw) -> bool:
        """Only blank lines part the block from a form feed or the exporter's mark of a new page."""
        no = raw.first - 1
        if "\x0c" in self.lines[no].raw:
            return True
        while no >= max(1, raw.first - 6) and self.lines[no - 1].blank:
            if "\x0c" in self.lines[no - 1].raw:
                return True
            no -= 1
        return self.discarded.get(no) == "exporter mark"

    def gap_after(self, raw: Raw) -> int:
        """Blank lines directly after a block."""
        count, no = 0, raw.last + 1
        while no <= len(self.lines) and count < 20 and self.lines[no - 1].blank:
            count, no = count + 1, no + 1
        return count


@dataclass(frozen=True, slots=True)
class Scanned:
    """The outcome: blocks with parents, discards, and how many non-blank lines the blocks own."""

    blocks: tuple[Block, ...]
    payloads: dict[int, Any]
    discarded: tuple[Discard, ...]
    in_blocks: int
    nonblank: int
    left: tuple[
        tuple[Block, str], ...
    ] = ()  # blocks that were left out whole; their index and parent say nothing


def finish(page: Page) -> Scanned:
    """Freeze a page: indexes, parents, and the account of every non-blank line."""
    filled = {line.no for line in page.lines if line.raw.strip()}
    owned: set[int] = set()
    for raw in page.raws:
        owned.update(raw.own)
    owned &= filled
    reasons = {no: page.discarded.get(no, "not understood") for no in sorted(filled - owned)}
    blocks, payloads = _freeze(page)
    left = tuple((_block(-1, raw, raw.depth, None), reason) for raw, reason in page.left)
    return Scanned(blocks, payloads, _runs(reasons), len(owned), len(filled), left)


def _runs(reasons: dict[int, str]) -> tuple[Discard, ...]:
    """Neighbouring lines with one reason become one discard; blank lines and blocks between them part it."""
    runs: list[list[Any]] = []
    for no, reason in reasons.items():
        if runs and runs[-1][1] == no - 1 and runs[-1][3] == reason:
            runs[-1][1], runs[-1][2] = no, runs[-1][2] + 1
        else:
            runs.append([no, no, 1, reason])
    return tuple(Discard(*run) for run in runs)


def _freeze(page: Page) -> tuple[tuple[Block, ...], dict[int, Any]]:
    blocks: list[Block] = []
    payloads: dict[int, Any] = {}
    headings: list[tuple[int, int]] = []  # (depth, index), outermost first
    items: list[int] = []  # index of the open item of each depth
    lead: int | None = None
    for raw in page.raws:
        index = len(blocks)
        top = headings[-1][1] if headings else None
        depth = raw.depth
        if raw.kind == BlockKind.HEADING:
            while headings and headings[-1][0] >= raw.depth:
                headings.pop()
            parent = headings[-1][1] if headings else None
            headings.append((raw.depth, index))
            items, lead = [], None
        elif raw.kind == BlockKind.ITEM:
            depth = min(raw.depth, len(items))
            del items[depth:]
            parent = items[-1] if items else lead if lead is not None else top
            items.append(index)
        elif raw.inside and items:
            del items[max(1, raw.depth) :]
            parent, depth = items[-1], len(items)
        else:
            parent, items = top, []
            lead = index if raw.kind == BlockKind.PARAGRAPH and _leads(page, raw) else None
        if raw.payload is not None:
            payloads[index] = raw.payload
        blocks.append(_block(index, raw, depth, parent))
    return tuple(blocks), payloads


def _block(index: int, raw: Raw, depth: int, parent: int | None) -> Block:
    return Block(
        index,
        str(raw.kind),
        depth,
        raw.first,
        raw.last,
        raw.text,
        parent,
        raw.rows,
        raw.header,
        raw.info,
        raw.quoted,
    )


def _leads(page: Page, raw: Raw) -> bool:
    """A paragraph that announces the list after it."""
    return raw.text.rstrip().rstrip("*_").endswith(":") or page.gap_after(raw) == 0
