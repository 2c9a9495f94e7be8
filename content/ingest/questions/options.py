"""Rows → runs of options: lettered, boxed, numbered or plain ones, with what is written below each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from content.ingest.markup import plain
from content.ingest.questions.found import Option
from content.ingest.questions.option_marks import (
    BOX,
    BULLET,
    INLINE,
    LETTER,
    NUMBER,
    Mark,
    in_one_row,
    mark_of,
    option_of,
)
from content.ingest.questions.rows import (
    BLANK,
    CODE,
    HEADING,
    RULE,
    TAGS,
    TEXT,
    Row,
    asks,
    is_part,
    opens_options,
)

_BLANKS = re.compile(r"\?|_{3,}|\b(?:choose|select|pick)\b", re.IGNORECASE)
MAX_OPTIONS = 10
MAX_BETWEEN = 24  # rows between two options
_REMARK = re.compile(
    r"[\W_]{0,8}(?P<no>in|not )?(?:correct|right|(?P<no2>wrong))\b(?! answer)", re.IGNORECASE
)
_KEY_ALONE = re.compile(r"[\W_]{0,6}[A-H](?:[\W_]{1,5}[A-H]){0,4}[\W_]{0,6}$")


@dataclass(slots=True)
class Run:
    """Options that belong together. `stem`: what stands before the first one in its own row."""

    start: int
    end: int
    style: str
    options: list[Option] = field(default_factory=list)
    stem: str = ""
    indent: int = 0

    @property
    def weak(self) -> bool:
        """Looks like any other list."""
        return self.style in (NUMBER, BULLET)


def runs_of(rows: list[Row]) -> list[Run]:
    """All runs of at least two options, in order."""
    found: list[Run] = []
    at = 0
    while at < len(rows):
        run = _run(rows, at) if rows[at].kind == TEXT else None
        if run is None or len(run.options) < 2:
            at += 1
            continue
        at = run.end + 1
        if len(run.options) <= MAX_OPTIONS:
            found.append(run)
            continue
        while at < len(rows) and (rows[at].kind == BLANK or rows[at].sign or mark_of(rows[at]) is not None):
            at += 1  # a list as long as that is no choice
    return found


def _run(rows: list[Row], start: int) -> Run | None:
    first = mark_of(rows[start])
    if first is None:
        first = _weak(rows, start)
    if first is None:
        return _tucked(rows, start)
    if first.style == LETTER and first.letter != "A" and not _shuffled(rows, start):
        return None
    return _collect(rows, start, first, "")


def _collect(rows: list[Row], start: int, first: Mark, stem: str) -> Run:
    reader = _Reader(rows, Run(start, start, first.style, stem=stem, indent=rows[start].indent))
    reader.take(start, first)
    reader.follow(start + 1)
    return reader.run


def _tucked(rows: list[Row], start: int) -> Run | None:
    """Options that begin in the row of the stem: `Which veins? A. one` with `B. two` below it, or all in one row."""
    text = rows[start].said
    if len(text) > 3_000 or not (
        match := next((m for m in INLINE.finditer(text) if m.group(1) in "Aa"), None)
    ):
        return None
    stem = text[: match.start()].strip()
    if not asks(stem):
        return None
    body = text[match.end() :].strip()
    after = _next(rows, start + 1)
    following = mark_of(rows[after]) if after is not None else None
    first = Mark(LETTER, "A", body)
    here = in_one_row(first, following.letter if following and following.style == LETTER else "")
    if len(here) < 3 and not (following and following.letter == chr(ord(here[-1].letter) + 1)):
        return None
    return _collect(rows, start, first, stem)


def _shuffled(rows: list[Row], start: int) -> bool:
    """Lettered rows directly below each other, each letter once, the first not A."""
    letters = []
    for row in rows[start : start + 8]:
        mark = mark_of(row)
        if mark is None or mark.style != LETTER:
            break
        letters.append(mark.letter)
    before = mark_of(rows[start - 1]) if start else None
    return (
        before is None and len(letters) >= 3 and sorted(letters) == [chr(65 + n) for n in range(len(letters))]
    )


def _weak(rows: list[Row], start: int) -> Mark | None:
    """The first of a plain list below something that asks."""
    row = rows[start]
    if not row.sign or row.label or is_part(row):
        return None
    numbered = row.sign[0].isdigit()
    if numbered and row.number != 1:
        return None
    before = next((rows[at] for at in range(start - 1, max(-1, start - 5), -1) if rows[at].filled), None)
    if (
        before is None
        or (before.indent > row.indent and bool(before.sign))
        or is_part(before)
        or not (_BLANKS.search(plain(before.text)) or opens_options(before))
    ):
        return None
    if before.sign and before.indent == row.indent and (not numbered) == (not before.sign[0].isdigit()):
        return None
    return Mark(NUMBER if numbered else BULLET, "", row.said if numbered else row.text)


def _next(rows: list[Row], at: int) -> int | None:
    """Index of the next row that is not blank, at most three away."""
    return next((n for n in range(at, min(at + 4, len(rows))) if rows[n].kind != BLANK), None)


@dataclass(slots=True)
class _Reader:
    """One run being read."""

    rows: list[Row]
    run: Run

    def take(self, at: int, mark: Mark) -> None:
        after = _next(self.rows, at + 1)
        following = mark_of(self.rows[after]) if after is not None else None
        marks = [mark]
        if mark.style == LETTER:
            marks = in_one_row(mark, following.letter if following and following.style == LETTER else "")
        for one in marks:
            self.run.options.append(option_of(one))
        self.run.end = at

    def follow(self, at: int) -> None:
        """Options below, and what stands between them."""
        between: list[Row] = []
        blanks = 0
        for n in range(at, len(self.rows)):
            row = self.rows[n]
            if row.kind == BLANK:
                blanks += 1
                between.append(row)
                if blanks > 2:
                    break
                continue
            mark = self._goes_on(row)
            if mark is not None:
                self._below(between)
                self.take(row.at, mark)
                between, blanks = [], 0
                if len(self.run.options) > MAX_OPTIONS:
                    break
                continue
            if (
                self._stops(row)
                or self._next_stem(row, between)
                or len(between) >= MAX_BETWEEN
                or len(self.run.options) > MAX_OPTIONS
            ):
                break
            blanks = 0
            between.append(row)
        self._last(between)

    def _next_stem(self, row: Row, between: list[Row]) -> bool:
        """Boxes have no letters that begin anew: text at the margin, below a gap or asking, is the next question's."""
        if self.run.style != BOX or row.kind != TEXT or row.sign or row.quote or row.indent > self.run.indent:
            return False
        if _REMARK.match(row.text):
            return False
        return bool(between and between[-1].kind == BLANK) or asks(row.text)

    def _goes_on(self, row: Row) -> Mark | None:
        run = self.run
        mark = mark_of(row)
        if mark is None and run.weak:
            alike = (
                row.kind == TEXT
                and row.sign
                and not is_part(row)
                and row.sign[0].isdigit() == (run.style == NUMBER)
            )
            if (
                alike
                and abs(row.indent - run.indent) <= 1
                and (run.style == BULLET or row.number == len(run.options) + 1)
            ):
                return Mark(run.style, "", row.said if run.style == NUMBER else row.text)
            return None
        if mark is None or mark.style != run.style:
            return None
        if run.style == LETTER:
            seen = {option.letter for option in run.options}
            expected = chr(ord(max(seen)) + 1) if len(seen) > 1 else chr(ord(run.options[-1].letter) + 1)
            shuffled = run.options[0].letter != "A" or self._comes(
                chr(ord(run.options[0].letter) + 1), row.at
            )
            twice = mark.letter == run.options[-1].letter and row.at == run.end + 1  # a slip of the pen
            return (
                mark if mark.letter == expected or (shuffled and mark.letter not in seen) or twice else None
            )
        return mark if abs(row.indent - run.indent) <= 1 or row.indent <= run.indent else None

    def _comes(self, letter: str, at: int) -> bool:
        """The letter opens one of the next few rows: these options are out of order."""
        return any(
            mark.letter == letter for row in self.rows[at + 1 : at + 6] if (mark := mark_of(row)) is not None
        )

    def _stops(self, row: Row) -> bool:
        if row.kind in (HEADING, RULE):
            return True
        if row.kind != TEXT:
            return row.kind == TAGS and "<details" in row.text.lower()
        if self.run.weak and row.indent <= self.run.indent:
            return True
        remark = _REMARK.match(row.text) and not _KEY_ALONE.match(row.text)
        if row.label or (is_part(row) and not (remark and self._another(row.at))):
            return True
        return (row.number is not None and row.indent <= self.run.indent and not self.run.weak) or bool(
            _KEY_ALONE.match(row.text)
        )

    def _another(self, at: int) -> bool:
        """A further option follows soon."""
        return any(self._goes_on(row) is not None for row in self.rows[at + 1 : at + 8])

    def _below(self, between: list[Row]) -> None:
        """Rows between this option and the next one belong to this one."""
        below = [row for row in between if row.kind != BLANK]
        if below:
            _add(self.run, below, gap=between[0].kind == BLANK)

    def _last(self, between: list[Row]) -> None:
        """Of the rows below the last option only those that touch it, or are indented below it."""
        kept: list[Row] = []
        gap = False
        for row in between:
            if row.kind == BLANK:
                gap = True
                continue
            inner = row.indent >= self.run.indent + 2 and row.indent > 1
            if row.kind == TAGS or (gap and not inner) or (self.run.weak and not inner):
                break
            if self.run.style == BOX and not inner:
                break
            kept.append(row)
        if kept:
            self.run.end = kept[-1].at
            _add(self.run, kept, gap=between[0].kind == BLANK)


def _add(run: Run, rows: list[Row], gap: bool) -> None:
    """Rows below an option: the rest of a wrapped text, code, or why it is right or wrong."""
    option, rows = run.options[-1], list(rows)
    if all(row.kind != CODE for row in rows) and _wraps(run, option, rows[0], gap):
        while rows and rows[0].kind == TEXT and not _REMARK.match(rows[0].text):
            option.text = f"{option.text} {rows.pop(0).text}".strip()
        again = option_of(Mark(run.style, option.letter, option.text, option.correct, option.bold))
        option.bold = False  # only its first line was bold
        option.text, option.right, option.wrong = (
            again.text,
            option.right or again.right,
            option.wrong or again.wrong,
        )
    code = [row.text for row in rows if row.kind == CODE and row.text[:3] not in ("```", "~~~")]
    pad = min(
        (row.indent for row in rows if row.kind == CODE and row.text and row.text[:3] not in ("```", "~~~")),
        default=0,
    )
    if code:
        spans = [
            "`" + "\u00a0" * (row.indent - pad) + row.text.replace("`", "'") + "`"
            for row in rows
            if row.kind == CODE and row.text and row.text[:3] not in ("```", "~~~")
        ]
        option.text = "\n".join(part for part in (option.text, *spans) if part)
    for row in rows:
        if row.kind == TEXT:
            if match := _REMARK.match(row.text):
                wrong = bool(match.group("no") or match.group("no2"))
                option.wrong, option.right = option.wrong or wrong, option.right or not wrong
            option.rationale = f"{option.rationale} {row.text}".strip()


def _wraps(run: Run, option: Option, row: Row, gap: bool) -> bool:
    """The option's text goes on in this row."""
    if row.kind != TEXT or _REMARK.match(row.text) or row.sign:
        return False
    open_ended = not re.search(r"[.!?:;]['\")\]*_]*$", option.text)
    if not option.text:
        return True
    if run.style == BOX:
        return open_ended and not gap and (len(option.text) >= 70 or row.text[:1].islower())
    if gap:
        return open_ended and row.indent <= run.indent + 1
    return open_ended or row.indent <= run.indent or row.text[:1].islower()
