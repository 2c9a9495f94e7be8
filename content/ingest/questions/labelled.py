"""`Q:` and `A:`, `Because:`, `Ref:` in their forms: one question with labels, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from content.ingest.questions.found import Found
from content.ingest.questions.rows import (
    BLANK,
    CODE,
    HEADING,
    RULE,
    TAGS,
    TEXT,
    Row,
    card_answer_of,
    ends_asking,
    is_meta,
    is_question,
    reference_in,
    why_of,
    without_scene,
)

MAX_ROWS = 120


@dataclass(slots=True)
class Labelled:
    """A question with labels being read: `part` is what the last row belonged to."""

    rows: Sequence[Row]
    taken: Collection[int]
    start: int
    absorbs: bool = False  # an answer goes on below a gap
    found: Found = field(default_factory=lambda: Found(""))
    end: int = 0
    part: str = "stem"

    def read(self) -> None:
        rows = self.rows
        first = rows[self.start]
        self.found, self.end = Found(first.said, number=first.number), self.start
        body: dict[str, list[Row]] = defaultdict(list)
        gap = False
        for row in rows[self.start + 1 : self.start + MAX_ROWS]:
            if row.at in self.taken or row.label or row.kind == RULE:
                break
            if row.kind == BLANK:
                gap = True
                continue
            opened = self._opens(row)
            if opened is None and not self._continues(row, gap, body):
                break
            if opened is not None:
                self.part = opened[0]
                if opened[1]:
                    body[self.part].append(_of(row, opened[1]))
            elif row.kind != TAGS:
                if gap and body[self.part]:
                    body[self.part].append(Row(row.at, BLANK))
                body[self.part].append(row)
            self.end, gap = row.at, False
        self._fill(body)

    def _opens(self, row: Row) -> tuple[str, str] | None:
        if not row.filled:
            return None
        if self.part in ("stem", "meta") and (text := card_answer_of(row)) is not None:
            return "answer", text
        if self.part != "stem" or why_of(row) is not None:
            if (text := why_of(row)) is not None and (self.part != "stem" or text):
                return "why", text
            if (text := reference_in(row)) is not None:
                return "ref", text
        if self.part == "stem" and is_meta(row):
            return "meta", ""
        return None

    def _continues(self, row: Row, gap: bool, body: dict[str, list[Row]]) -> bool:
        if row.kind == HEADING:
            return False
        fold = row.kind == TAGS
        if self.part == "stem":
            if fold or row.kind == CODE:
                return True
            ahead = next(
                (r for r in self.rows[row.at : row.at + 12] if r.filled and card_answer_of(r) is not None),
                None,
            )
            return (not gap or ahead is not None) and not (row.sign and ahead is None)
        if self.part == "answer":
            if not body["answer"] or fold:
                return True
            first = self.rows[self.start]
            numbered = (
                row.number is not None
                and first.number is not None
                and row.indent <= first.indent
                and bool(first.sign)
            )
            if numbered and row.number == (first.number or 0) + 1:
                return False
            if self.absorbs:
                return not (gap and self._asks_next(row))
            return not gap or row.indent >= 2
        return not gap and (not row.sign or self.part == "why")

    def _asks_next(self, row: Row) -> bool:
        """The next question, in the shape of this one."""
        first = self.rows[self.start]
        alike = bool(first.sign) == bool(row.sign) and first.bold == row.bold
        below = next((r for r in self.rows[row.at + 1 : row.at + 4] if r.filled), None)
        answered = below is not None and card_answer_of(below) is not None
        return (
            (alike and row.bold and ends_asking(row.text))
            or (answered and is_question(row.text))
            or (not first.label and row.indent == 0)
        )

    def _fill(self, body: dict[str, list[Row]]) -> None:
        stem = (
            [_of(self.rows[self.start], self.found.stem), *body["stem"]] if self.found.stem else body["stem"]
        )
        self.found.stem = markdown(
            [_of(r, without_scene(r.text)) if r.kind == TEXT and not r.sign else r for r in stem]
        )
        self.found.answer = markdown(body["answer"])
        self.found.rationale = markdown(body["why"])
        self.found.reference = " ".join(row.text for row in body["ref"])


def _of(row: Row, text: str) -> Row:
    return Row(row.at, TEXT, text, row.indent)


def markdown(rows: Sequence[Row]) -> str:
    """Rows as the Markdown they were, so that lists and code stay what they are."""
    text: list[str] = []
    pads = [row.indent for row in rows if row.kind in (TEXT, CODE) and row.text]
    first, rest = pads[:1], pads[1:]
    pad = min(rest, default=0) if rest else min(first, default=0)
    for row in rows:
        if row.kind == BLANK:
            text.append("")
        elif row.kind == CODE:
            text.append(" " * max(0, row.indent - pad) + row.text)
        elif row.kind in (TEXT, HEADING):
            sign = f"{row.sign} " if row.sign else ""
            text.append(" " * max(0, row.indent - pad) * bool(sign) + sign + row.text)
    return "\n".join(text).strip("\n")
