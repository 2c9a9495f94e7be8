"""Where the stem of some options begins, and what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from content.ingest.markup import plain
from content.ingest.questions.options import Run
from content.ingest.questions.rows import (
    BLANK,
    CODE,
    HEADING,
    RULE,
    TAGS,
    TEXT,
    Row,
    answer_of,
    asks,
    is_meta,
    is_part,
    opens_options,
    without_scene,
)

MAX_STEM = 60  # rows above the options
_STRONG = re.compile(
    r"\?|_{3,}|^\W{0,4}(?:select|choose|pick|tick|mark)\b|\bwhich\b|\btrue (?:or|/) ?false\b"
    r"|\b(?:choose|select|pick|check|mark)\b.{0,30}\b(?:one|two|three|four|all|any|\d|best|correct|answer)\b",
    re.IGNORECASE,
)


def asks_plainly(stem: str) -> bool:
    """Asks in so many words, or leaves a blank."""
    return bool(_STRONG.search(plain(stem)[-900:]))


def stem_start(rows: Sequence[Row], run: Run, floor: int, number: int | None) -> int | None:
    """Index of the first row of the stem; None when there is none. `number`: that of the question before.

    It is not looked for above `floor`, the end of the options before.
    """
    low = max(floor, run.start - MAX_STEM)
    upward = _Upward(run)
    at = run.start - 1
    while at >= low and upward.goes_on(rows[at]):
        at -= 1
    if upward.start is not None:
        return _titled(rows, upward.start, floor)
    if upward.numbered:
        following = None if number is None else number + 1
        expected = next((n for n in upward.numbered if rows[n].number == following), None)
        return _above_list(rows, upward.numbered) if expected is None else expected
    return _paragraphs(rows, at + 1, run.start, ends=floor > 0 or at < low or rows[at].kind != TEXT)


def _above_list(rows: Sequence[Row], numbered: Sequence[int]) -> int:
    """The nearest numbered row; or the one above a numbered list that is part of the stem."""
    for below, above in pairwise(numbered):
        if rows[below].number == 1:
            return above
        if rows[above].number != (rows[below].number or 0) - 1:
            break
    return numbered[0]


def _titled(rows: Sequence[Row], start: int, floor: int) -> int:
    """`Question 7` above what is said about the question belongs to a stem that begins with `Question` alone."""
    if rows[start].number is not None:
        return start
    at = start - 1
    while at >= max(floor, start - 12) and (
        rows[at].kind in (BLANK, RULE, TAGS) or is_meta(rows[at]) or is_part(rows[at])
    ):
        at -= 1
    return at if at >= floor and rows[at].kind == HEADING and rows[at].label and rows[at].number else start


@dataclass(slots=True)
class _Upward:
    """The way up from the options. `start`: where a label or a heading opens the stem; `numbered`: rows that might."""

    run: Run
    start: int | None = None
    numbered: list[int] = field(default_factory=list)
    bare: bool = True  # nothing but gaps so far

    def goes_on(self, row: Row) -> bool:
        if row.kind == RULE or (row.kind == TAGS and "</details" in row.text.lower()):
            return False
        if row.filled and is_part(row) and not opens_options(row) and not row.label:
            return self.bare and bool(answer_of(row))  # an answer that stands before its options
        self.bare = self.bare and row.kind in (BLANK, TAGS)
        if row.kind == HEADING and opens_options(row):
            return True
        if row.kind == HEADING:
            named = row.label or (row.number is not None and not self.numbered)
            if named or (self.start is None and not self.numbered and _STRONG.search(row.text)):
                self.start = row.at
            return False
        if row.label:
            self.start = row.at if self.start is None or row.number is not None else self.start
            return row.number is None
        counted = row.kind == TEXT and row.number is not None and self.start is None
        if counted and row.indent <= max(self.run.indent, 3):
            self.numbered.append(row.at)
        return True


def _paragraphs(rows: Sequence[Row], low: int, high: int, ends: bool) -> int | None:
    """Where the stem begins that no label or number opens: its last paragraph, and what leads up to it."""
    starts: list[int] = []
    inside = False
    for at in range(high - 1, low - 1, -1):
        row = rows[at]
        if row.kind in (BLANK, TAGS):
            inside = False
            continue
        if not inside and row.kind in (TEXT, CODE):
            if opens_options(row) or is_meta(row) or answer_of(row):
                continue
            starts.append(at)
            inside = True
        elif inside and starts:
            starts[-1] = at
    if not starts or (
        len([1 for at in range(starts[0], high) if rows[at].kind == TEXT]) == 0 and len(starts) < 2
    ):
        return None
    most = 4 if ends and low > 0 else 1
    take = 1
    while take < min(len(starts), most):
        if _is_list(rows[starts[take]]) and rows[starts[take - 1]].kind != CODE:
            break
        take += 1
    if rows[starts[take - 1]].kind == CODE and take < len(starts):
        take += 1
    return starts[take - 1]


def _is_list(row: Row) -> bool:
    return bool(row.sign)


def stem_text(rows: Sequence[Row]) -> str:
    """Rows of a stem as Markdown: paragraphs, lists and code, without labels, numbers and what is said about it."""
    parts: list[str] = []
    fresh = True
    for place, row in enumerate(rows):
        if row.kind == CODE:
            _code(parts, row)
            fresh = True
            continue
        text = _words(row, place)
        if not text:
            fresh = fresh or row.kind != HEADING
            continue
        listed = place > 0 and bool(row.sign) and not row.label
        if listed:
            parts.append(f"{row.sign if row.sign[0].isdigit() else '-'} {text}")
        elif fresh or not parts:
            parts.append(text)
        else:
            parts[-1] = f"{parts[-1]} {text}"
        fresh = listed or row.kind == HEADING
    titled = rows[0].kind == HEADING and rows[0].label and rows[0].said != ""
    if len(parts) > 1 and titled and not asks(parts[0]) and len(parts[0].split()) <= 12:
        parts = parts[1:]  # the question's title
    if parts and parts[-1].startswith("```") and not parts[-1].endswith("\n```"):
        parts[-1] += "\n```"
    return _joined(parts)


def _words(row: Row, place: int) -> str:
    """What a row adds to the stem. `place`: how many rows of the stem stand above it."""
    if not row.filled or opens_options(row) or (place and (is_meta(row) or answer_of(row))):
        return ""
    return without_scene(row.said if place == 0 or row.label else row.text)


def _code(parts: list[str], row: Row) -> None:
    fence = row.text[:3] in ("```", "~~~")
    text = "```" if fence else " " * row.indent + row.text
    if parts and parts[-1].startswith("```") and not parts[-1].endswith("\n```"):
        parts[-1] += "\n" + text
    else:
        parts.append("```" if fence else "```\n" + text)


def _joined(parts: Sequence[str]) -> str:
    text = ""
    for part in parts:
        listed = part[:2] == "- " or re.match(r"\d{1,9}[.)] ", part)
        before = text.rsplit("\n", 1)[-1]
        follows = listed and (before[:2] == "- " or re.match(r"\d{1,9}[.)] ", before))
        text = f"{text}{chr(10) if follows else chr(10) * 2}{part}" if text else part
    return text
