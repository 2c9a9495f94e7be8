"""What stands below the options of a question: its answer, why it is right, where to read on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from content.ingest.markup import plain
from content.ingest.questions.keys import key_of
from content.ingest.questions.option_marks import mark_of
from content.ingest.questions.options import Run
from content.ingest.questions.rows import (
    BLANK,
    CODE,
    HEADING,
    RULE,
    TAGS,
    Row,
    answer_of,
    is_meta,
    reference_in,
    why_of,
)

MAX_TAIL = 90
_KEY_ALONE = re.compile(r"[\W_]{0,6}[A-H](?:[\W_]{1,5}(?:and )?[A-H]){0,4}[\W_]{0,6}$")
_SAYS = re.compile(
    r"(?:options?|choices?|answers?)?\s?[(\"“]?\b([A-H])\b[)\"”]?\s(?:is|was)\s(?:the\s)?(?:only\s)?(?:correct|right|best)\b"
    r"|\b(?:correct|right) (?:answer|option|choice) is:?\s(?:option\s)?[(\"“*]{0,3}([A-H])\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"[\W_]{0,4}([A-H])\b[\W_]{0,6}(.*)$")
_CORRECT = re.compile(
    r"[\W_]{0,8}(?P<no>in|not )?(?:correct|right)\b|[\W_]{0,8}(?P<no2>wrong)\b", re.IGNORECASE
)


@dataclass(slots=True)
class Tail:
    """`key`: places of the right options; `unread`: an answer stands there that names none of them; `end`: last row."""

    key: frozenset[int] = frozenset()
    unread: bool = False
    rationale: str = ""
    reference: str = ""
    end: int = -1


@dataclass(slots=True)
class _Reader:
    rows: Sequence[Row]
    run: Run
    limit: int
    named: bool
    tail: Tail
    part: str = "options"
    explicit: bool = False
    folds: int = 0
    gap: bool = False
    skip: int = -1  # rows up to here are read

    def read(self) -> Tail:
        for row in self.rows[self.run.end + 1 : min(self.limit, self.run.end + 1 + MAX_TAIL)]:
            if row.kind == BLANK:
                self.gap = True
                continue
            if row.at > self.skip and not self._takes(row):
                break
            if row.kind != RULE:
                self.tail.end = row.at
            self.gap = False
        if "\n" not in self.tail.rationale:
            self.tail.rationale = self.tail.rationale.removeprefix("- ")
        return self.tail

    def _takes(self, row: Row) -> bool:
        if row.kind == RULE:
            return self._ahead(row.at, 1 if self._answered else 2)
        if row.kind == TAGS:
            return self._tags(row)
        if row.kind == CODE:
            return self._text(row)
        opened = self.part
        self.folds += row.raw.count("<details")
        takes = self._part(row, opened)
        if takes and "</details" in row.raw:
            self.folds = max(0, self.folds - 1)
            self.part = "closed" if self.part != "pending" else self.part
        return takes

    def _part(self, row: Row, opened: str) -> bool:
        answer, why, reference = answer_of(row), why_of(row), reference_in(row)
        again = answer and self._answered and opened == "why" and key_of(answer, self.run.options) is None
        if answer is not None and not again:
            self._answer(answer)
        elif row.label or (row.kind == HEADING and why is None and reference is None and not self.folds):
            return False
        elif why is not None:
            self.part, self.explicit = "why", True
            self._why(why)
        elif reference is not None:
            self.part = "ref"
            self.tail.reference = self.tail.reference or reference
        elif is_meta(row) and not row.sign:
            return True
        else:
            return self._text(row)
        return True

    @property
    def _answered(self) -> bool:
        return bool(self.tail.key) or self.tail.unread or any(o.correct or o.right for o in self.run.options)

    def _ahead(self, at: int, most: int = 2) -> bool:
        """An answer comes within the next few rows."""
        filled = [row for row in self.rows[at + 1 : min(self.limit, at + 8)] if row.filled]
        return any(answer_of(row) is not None for row in filled[:most])

    def _tags(self, row: Row) -> bool:
        text = row.text.lower()
        self.folds += text.count("<details")
        if "</details" in text:
            self.folds = max(0, self.folds - 1)
            self.part = "closed" if self.part != "pending" else self.part
            self.explicit = False
            return True
        return self.folds > 0 or self.part != "options" or text.startswith(("<", "!"))

    def _answer(self, text: str) -> None:
        if not text:
            self.part = "pending"
            return
        key = key_of(text, self.run.options)
        self.part = "why"
        self.explicit = False
        if key is None:
            self.tail.unread = not self.tail.key
            self._why(text)
        elif not self.tail.key:
            self.tail.key, self.tail.unread = key.right, False
            if len(key.rest.split()) > 2:
                self._why(key.rest)
        elif key.right != self.tail.key:
            self.tail.key, self.tail.unread = frozenset(), True

    def _text(self, row: Row) -> bool:
        """A row without a label of its own."""
        if self.part == "pending" or (self.part == "options" and (_KEY_ALONE.match(row.text) or self.folds)):
            return self._bare_answer(row)
        remark = mark_of(row)
        if (
            remark is not None
            and remark.letter
            and (self.part == "why" or self.folds)
            and self._remark(remark.letter, remark.text)
        ):
            return True
        if row.number is not None and row.indent <= self.run.indent and not self.folds and not self.explicit:
            return False
        if self.part == "why":
            if self.gap and not (
                self.folds or (self.explicit and (self.named or row.sign)) or (self.named and self._more(row))
            ):
                return False
            if not self._answered and (match := _SAYS.search(plain(row.text))):
                self._said(match)
            self._why(row.text, fresh=self.gap or bool(row.sign), row=row)
            return True
        if self.part == "ref":
            if self.gap and not self.folds:
                return False
            self.tail.reference = f"{self.tail.reference} {row.text}".strip()
            return True
        return self.part == "options" and len(row.text) < 30 and self._ahead(row.at)

    def _more(self, row: Row) -> bool:
        """A further paragraph of an explanation in a file whose questions are told apart by labels or numbers."""
        return row.kind != HEADING and self.limit < len(self.rows)

    def _said(self, match: re.Match[str]) -> None:
        key = key_of((match.group(1) or match.group(2)).upper(), self.run.options)
        if key is not None:
            self.tail.key, self.tail.unread = key.right, False

    def _bare_answer(self, row: Row) -> bool:
        """The row below `Answer`, or inside a fold: a key, or the first row of an explanation."""
        if row.kind == CODE:
            return self.folds > 0
        if (listed := _listed(self.rows, row.at, self.run)) is not None and not self.tail.key:
            self.tail.key, self.skip = listed
            self.part = "why"
            return True
        key = key_of(row.text, self.run.options)
        if key is None and (match := _SAYS.search(plain(row.text))):
            key = key_of((match.group(1) or match.group(2)).upper(), self.run.options)
        was_options = self.part == "options"
        self.part = "why"
        if key is not None and not self.tail.key:
            self.tail.key = key.right
            self._why(key.rest if len(key.rest.split()) > 2 else "")
        else:
            self.tail.unread = not self.tail.key and not was_options
            self._why(row.text)
        return True

    def _remark(self, letter: str, text: str) -> bool:
        """`A: wrong because …` in an explanation belongs to option A."""
        option = next((one for one in self.run.options if one.letter == letter), None)
        if option is None or option.rationale:
            return False
        option.rationale = text
        return True

    def _why(self, text: str, fresh: bool = False, row: Row | None = None) -> None:
        if not text:
            return
        if row is not None and row.sign and not row.sign[0].isdigit():
            text, joint = f"- {text}", "\n"
        else:
            joint = "\n\n" if fresh else " "
        self.tail.rationale = f"{self.tail.rationale}{joint}{text}" if self.tail.rationale else text


def _listed(rows: Sequence[Row], at: int, run: Run) -> tuple[frozenset[int], int] | None:
    """Letters of options one below the other: (places of those marked as right, or of all of them; last row)."""
    places = {option.letter: place for place, option in enumerate(run.options) if option.letter}
    every: set[int] = set()
    marked: set[int] = set()
    last = at
    for row in rows[at : at + 3 * len(run.options)]:
        if row.kind == BLANK:
            continue
        match = _LISTED.match(row.text) if row.sign else None
        if match is None or match.group(1) not in places or places[match.group(1)] in every:
            break
        every.add(places[match.group(1)])
        verdict = _CORRECT.match(match.group(2))
        if (
            verdict is not None and not verdict.group("no") and not verdict.group("no2")
        ) or "✅" in match.group(2):
            marked.add(places[match.group(1)])
        last = row.at
    if len(every) < 2 or (not marked and len(every) == len(run.options)):
        return None
    return frozenset(marked or every), last


def read_tail(rows: Sequence[Row], run: Run, limit: int, named: bool) -> Tail:
    """What follows the options, up to row `limit`. `named`: the file tells its questions apart by label or number."""
    return _Reader(rows, run, limit, named, Tail()).read()
