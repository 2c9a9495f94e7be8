"""Notes → facts: one statement each, with its kind, term, value, and the context it needs to be understood.

Nothing is invented here: a fact's text is the author's, in canonical inline Markdown. A parent bullet or lead
paragraph and the heading trail stand in `context`, because "Up to 10" says nothing on its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from content.ingest.blocks.canonical import CARD, inline
from content.ingest.blocks.tables import is_delimiter
from content.ingest.identity import fingerprint
from content.ingest.markup import BOLD, is_only_links, is_picture, plain, split_anchor, words
from content.ingest.model import Block, BlockKind, FactDraft, FactKind

UNITS = (
    r"%|percent|[KMGTP]i?B(?:/s|ps)?|[kmg]bps|bytes?|bits?|ms|milliseconds?|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?"
    r"|days?|weeks?|months?|years?|times|x|IOPS|RPS|TPS|vCPUs?|WCUs?|RCUs?|9's|nines"
)
_VALUE = re.compile(
    r"(?<![\w.$/:@-])(?:[$€£]\s?)?\d[\d,]*(?:\.\d+)?(?:\s?(?:-|–|to)\s?\d[\d,]*(?:\.\d+)?)?\s?(?:(?:"
    + UNITS
    + r")(?![\w])(?:\s?(?:/|per)\s?[a-z]+)?|(?!(?:and|or|to|of|in|is|are|for|the|a|an|with|on|at|by|if|then|as)\b)"
    r"[A-Za-z][A-Za-z-]{2,}(?:\s(?!(?:is|has|was|as|does)\b)[A-Za-z][A-Za-z-]{2,}s\b)?(?:\s?(?:/|per)\s?[a-z]+)?)"
)
_DOLLAR = re.compile(r"[$€£]\s?\d[\d,.]*(?:\s?(?:/|per)\s?[A-Za-z-]+(?:\s[a-z]+)?)?")
_BOUND = re.compile(
    r"\b(?:up to|at least|at most|max(?:imum|\.)?|min(?:imum|\.)?|limit(?:ed)?|no more than|default|between"
    r"|less than|more than|only|quota|lifetime|retention)\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:\*\*|__)?([^:=*_\n]{2,70}?)(?:\*\*|__)?\s{0,2}(?::(?!//|\S)|\s[–—]\s|\s-\s|\s=\s)\s{0,3}"
    r"(?:\*\*|__)?\s{0,2}(\S.{3,})$",
    re.DOTALL,
)
_IS_A = re.compile(
    r"^(?:An?\s|The\s)?([^.,;:]{2,60}?)\s(?:(?:is|are)\s(?:an?|the|one of|used|responsible|how|what|where)\s"
    r"|means\s|stands for\s|refers to\s)\S",
    re.IGNORECASE,
)
_STOP_TERMS = frozenset(
    [
        "note",
        "notes",
        "example",
        "examples",
        "tip",
        "tips",
        "use",
        "case",
        "cases",
        "warning",
        "important",
        "remember",
        "eg",
        "ie",
        "ex",
        "e.g",
        "i.e",
        "reference",
        "references",
        "source",
        "refer",
        "see",
        "also",
        "good",
        "to",
        "know",
        "hint",
        "caution",
        "exam",
        "question",
        "answer",
        "because",
        "idea",
        "problem",
        "solution",
        "pro",
        "pros",
        "con",
        "cons",
        "benefits",
        "benefit",
        "usage",
        "features",
        "feature",
        "advantages",
        "disadvantages",
        "summary",
        "overview",
        "introduction",
        "goal",
        "why",
        "how",
        "what",
        "when",
        "steps",
        "step",
        "config",
        "output",
        "input",
        "result",
        "it",
        "this",
        "that",
        "these",
        "those",
        "they",
        "you",
        "we",
        "there",
        "here",
    ]
)
_JOINING = frozenset(
    [
        "if",
        "when",
        "because",
        "but",
        "and",
        "or",
        "so",
        "for",
        "to",
        "then",
        "else",
        "otherwise",
        "in",
        "on",
        "at",
        "by",
        "as",
    ]
)
_CHATTER = re.compile(r"(?:let'?s|let’s|happy learning|good luck|see you|hands[- ]on)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[a-z0-9)\]%”\"'’*`])[.!?]\s+(?=[A-Z“\"*`(])")
_VERBISH = re.compile(
    r"\b(?:is|are|was|has|have|can|cannot|must|should|will|do|does|don't|isn't|uses?|allows?|provides?|requires?"
    r"|supports?|needs?|runs?|helps?|makes?|creates?|sends?|stores?|works?|gets?)\b",
    re.IGNORECASE,
)
MAX_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Owner:
    """Where facts belong: topic key, index of its note, file, heading trail from the outside in."""

    topic: int
    note: int
    source: str
    trail: tuple[str, ...]


def extract(owner: Owner, blocks: Sequence[Block], first: int) -> list[FactDraft]:
    """Facts of one topic's own blocks. `first`: index that the first of them will have in the draft."""
    return _Extraction(owner, blocks, first).run()


class _Extraction:
    def __init__(self, owner: Owner, blocks: Sequence[Block], first: int) -> None:
        self.owner, self.blocks, self.first = owner, blocks, first
        self.by_index = {block.index: block for block in blocks}
        self.children: dict[int, int] = {}
        for block in blocks:
            if block.parent is not None and block.kind == BlockKind.ITEM:
                self.children[block.parent] = self.children.get(block.parent, 0) + 1
        self.facts: list[FactDraft] = []
        self.of_block: dict[int, int] = {}  # block index → index of its fact in the draft

    def run(self) -> list[FactDraft]:
        for block in self.blocks:
            if block.kind == BlockKind.ITEM:
                self._item(block)
            elif block.kind == BlockKind.PARAGRAPH:
                self._paragraph(block)
            elif block.kind == BlockKind.TABLE:
                self._table(block)
            elif block.kind == BlockKind.CODE:
                self._code(block)
        return self.facts

    # -- one kind of block each ------------------------------------------------------------------------------

    def _item(self, block: Block) -> None:
        if not _worth(block.text):
            return
        text, anchor = split_anchor(block.text)
        announces = block.index in self.children and (
            plain(text).endswith(":") or (len(words(plain(text))) <= 6 and not _VERBISH.search(plain(text)))
        )
        if announces and anchor is None and not _is_definition(text):
            return  # a lead: it lives on as the context of what stands below it
        kind, term = self._classify(block, text)
        self._add(block, kind, text, term, anchor)

    def _classify(self, block: Block, text: str) -> tuple[FactKind, str | None]:
        parent = self.by_index.get(block.parent) if block.parent is not None else None
        kind, term = classify(text)
        if kind != FactKind.STATEMENT:
            return kind, term
        if re.match(r"\d", block.info) and len(words(plain(text))) >= 2:
            return FactKind.STEP, term
        if parent is None:
            return kind, term
        above = plain(inline(parent.text)).rstrip(":").strip()
        short = len(words(plain(text))) <= 7 and not _VERBISH.search(plain(text))
        if short and self.children.get(parent.index, 0) >= 2:
            return FactKind.MEMBER, above if 0 < len(words(above)) <= 10 else None
        if parent.kind == BlockKind.ITEM:
            label = _term_of(parent.text) or (above if len(words(above)) <= 6 else None)
            return FactKind.PROPERTY, label
        return kind, term

    def _paragraph(self, block: Block) -> None:
        if not _worth(block.text):
            return
        text, anchor = split_anchor(block.text)
        if plain(text).endswith(":") and (block.index in self.children or len(words(plain(text))) < 12):
            return
        for sentence in _SENTENCE.split(text.replace("\n", " ")) if len(text) > 160 else [text]:
            if len(words(plain(sentence))) >= 3 or CARD.match(sentence):
                kind, term = classify(sentence)
                self._add(block, kind, sentence, term, anchor)
                anchor = None

    def _table(self, block: Block) -> None:
        header = block.rows[0] if block.header and block.rows else ()
        lines = block.line_to - block.line_from + 1
        skipped = 1 if lines > len(block.rows) else 0  # the row of dashes
        columns = _compares_columns(block)
        numbers = block.info.split(" #")[
            0
        ].split()  # an anchor may stand behind the lines of an HTML table's rows
        begins = (
            [int(no) for no in numbers] if len(numbers) == len(block.rows) and numbers[0].isdigit() else []
        )
        for at, row in enumerate(block.rows):
            if (at == 0 and header) or not row or not (columns or plain(row[0])):
                continue
            line = (
                begins[at]
                if begins
                else min(block.line_from + at + (skipped if header else 0), block.line_to)
            )
            for column, cell in enumerate(row):
                if not plain(cell) or is_delimiter(cell) or (column == 0 and not columns):
                    continue
                if columns:
                    if column < len(header) and (name := plain(header[column])):
                        self._cell(block, line, f"{name}: {inline(cell)}", name, "", cell)
                    continue
                name = plain(header[column]) if column < len(header) else ""
                label = f"{plain(row[0])} – {name}" if name else plain(row[0])
                self._cell(block, line, f"{label}: {inline(cell)}", plain(row[0]), name, cell)

    def _cell(self, block: Block, line: int, text: str, term: str, column: str, cell: str) -> None:
        context = self._context(block)
        self.facts.append(
            FactDraft(
                self.owner.topic,
                self.owner.note,
                str(FactKind.COMPARISON),
                text[:MAX_TEXT],
                term[:120],
                plain(cell)[:120],
                f"{context} › {column}" if column else context,
                self.owner.source,
                line,
                line,
                None,
                fingerprint(text),
            )
        )

    def _code(self, block: Block) -> None:
        text = block.text.strip()
        if not text or "\n" in text or len(text) > 200 or "`" in text:
            return
        self._add(block, FactKind.CODE, f"`{text}`", None, None)

    # -- the fact --------------------------------------------------------------------------------------------

    def _add(self, block: Block, kind: FactKind, text: str, term: str | None, anchor: str | None) -> None:
        shown = inline(text)[:MAX_TEXT]
        if not plain(shown):
            return
        lead = self.of_block.get(block.parent) if block.parent is not None else None
        self.of_block.setdefault(block.index, self.first + len(self.facts))
        self.facts.append(
            FactDraft(
                self.owner.topic,
                self.owner.note,
                str(kind),
                shown,
                term,
                value_of(plain(shown)),
                self._context(block),
                self.owner.source,
                block.line_from,
                block.line_to,
                anchor,
                fingerprint(shown),
                lead,
            )
        )

    def _context(self, block: Block) -> str:
        """Heading trail, then parent bullets, outermost first."""
        above: list[str] = []
        seen = block.parent
        while seen is not None and (parent := self.by_index.get(seen)) is not None and len(above) < 8:
            if parent.kind in (BlockKind.ITEM, BlockKind.PARAGRAPH):
                above.append(plain(inline(parent.text)).rstrip(": ")[:200])
            seen = parent.parent
        return " › ".join([*self.owner.trail, *reversed(above)])


def _compares_columns(block: Block) -> bool:
    """Every cell is a sentence about its column ("A | B" with no key in front of the rows)."""
    if not block.header or len(block.rows) < 2 or not plain(block.rows[0][0]):
        return False
    first = [plain(row[0]) for row in block.rows[1:]]
    return sum(len(words(cell)) for cell in first) >= 4 * len(first)


def classify(text: str) -> tuple[FactKind, str | None]:
    """(kind, term) of a statement by its own words."""
    bare = plain(inline(text))
    if card := CARD.match(split_anchor(text)[0]):
        return FactKind.DEFINITION, plain(card.group(1))
    term = _term_of(text)
    if term is not None:
        return FactKind.DEFINITION, term
    if value_of(bare) and _BOUND.search(bare):
        return FactKind.LIMIT, None
    if (match := _IS_A.match(bare)) and _good_term(match.group(1)) and not bare.endswith("?"):
        return FactKind.DEFINITION, match.group(1).strip()
    return FactKind.STATEMENT, None


def value_of(text: str) -> str | None:
    """The first number with its unit or noun, as it stands: "15 minutes", "$0.10 per GB", "5 read replicas"."""
    found = _VALUE.search(text) or _DOLLAR.search(text)
    return found.group(0).strip() if found else None


def _is_definition(text: str) -> bool:
    return _term_of(text) is not None or CARD.match(text) is not None


def _term_of(text: str) -> str | None:
    """The term of "Term: meaning", "Term – meaning", "Term = meaning", "**Term** meaning"."""
    if match := _LABELLED.match(text):
        term = plain(match.group(1)).strip()
        return term if _good_term(term) and len(words(plain(match.group(2)))) >= 2 else None
    if (bold := BOLD.match(text)) and len(text) > bold.end() + 12:
        term = plain(bold.group(0)).rstrip(":").strip()
        return term if _good_term(term) and len(words(term)) <= 5 else None
    return None


def _good_term(term: str) -> bool:
    tokens = words(term)
    if not 1 <= len(tokens) <= 8 or tokens[0] in _JOINING or {"you", "we", "your"} & set(tokens):
        return False
    if len(tokens) >= 3 and _VERBISH.search(term):
        return False
    return (
        not all(token in _STOP_TERMS for token in tokens)
        and tokens[0] not in _STOP_TERMS - {"use", "what", "exam"}
        and bool(re.search(r"[^\W\d_]", term))
    )


def _worth(text: str) -> bool:
    """Says something: not a picture, not a bare link, not chatter."""
    bare = plain(text)
    return (
        bool(re.search(r"\w", bare))
        and not is_picture(text)
        and not is_only_links(text)
        and not _CHATTER.match(bare)
    )
