"""Row × column of a table: what stands there, with the other rows of the same column as wrong options."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from content.ingest.markup import plain, words
from quizzes.generation.distractors import ENOUGH, texts_like
from quizzes.generation.material import Cell, Material, Statement
from quizzes.generation.model import Choice, Idea
from quizzes.generation.registry import pattern
from quizzes.generation.setting import is_named
from quizzes.generation.wording import CLASS_TALK, is_usable, names_something

_LOOKED_AT = 100
_YES_NO = re.compile(
    r"(?:yes|no|true|false|✓|✔|✗|✘|x|n/?a|none|-|–|—|same|the same|ditto|optional|required)$", re.IGNORECASE
)
_QUESTION = re.compile(r"(?:who|what|when|where|which|how|why)\b", re.IGNORECASE)
# Prices, dates and sample rows: true of one day or of one picture.
_SAMPLE = re.compile(
    r"[$€£]|\bprices?\b|\bpricing\b|\bcosts?\b|\bexample|\bsample|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d",
    re.IGNORECASE,
)


@pattern("table")
def table(statement: Statement, material: Material) -> Iterator[Idea]:
    cell = material.cells.get(statement.index)
    if cell is None:
        return
    row = material.rows[cell.table, cell.row]
    if not _worth_asking(cell, sum(one.column == cell.column for one in row)):
        return
    setting = f"*{statement.place}*\n\n" if not is_named(statement.place, cell.row) else ""
    answer = cell.text.strip().rstrip(".")
    stem = setting + _stem(cell)
    # Without a name above the row keys, the columns are what is compared: a column then holds no like things.
    rivals = _around(cell, material.columns[cell.table, cell.column] if cell.corner else row)
    others = [one for one in rivals if one.index != cell.index and not _YES_NO.match(plain(one.text))]
    wrong = texts_like(answer, [one.text.rstrip(".") for one in others], stem)
    if len(wrong) >= ENOUGH:
        said = {one.text.rstrip("."): one.row if cell.corner else one.column for one in reversed(others)}
        choices = tuple(Choice(text, f"That stands for {said[text]}.") for text in wrong)
        rationale = f"**{cell.row}** – {cell.column}: {answer}."
        yield Idea("multiple_choice", stem, answer, 74.0, rationale=rationale, choices=choices)
    elif len(words(plain(answer))) >= 2:
        yield Idea("flashcard", stem, answer + ".", 62.0)


def _around(cell: Cell, cells: Sequence[Cell]) -> Sequence[Cell]:
    """At most a hundred of them, those nearest in the table: its length must not be paid for by every cell."""
    if len(cells) <= _LOOKED_AT:
        return cells
    at = bisect_left(cells, cell.index, key=lambda one: one.index)
    first = max(0, min(at - _LOOKED_AT // 2, len(cells) - _LOOKED_AT))
    return cells[first : first + _LOOKED_AT]


def _worth_asking(cell: Cell, rows: int) -> bool:
    bare = plain(cell.text)
    if _YES_NO.match(bare) or rows > 1 or _SAMPLE.search(f"{cell.row} {cell.column} {bare}"):
        return False
    if not is_usable(cell.text) and not re.search(r"\d", bare):
        return False
    if not cell.column or not (names_something(cell.row) or cell.row[:1] in "`$/."):
        return False
    return (
        len(words(bare)) <= 20 and len(words(cell.row)) <= 8 and not CLASS_TALK.search(cell.row + cell.column)
    )


def _stem(cell: Cell) -> str:
    if _QUESTION.match(cell.column):
        return f"**{cell.row}**: {cell.column[:1].lower()}{cell.column[1:].rstrip('?')}?"
    if not cell.corner:
        return f"What applies to **{cell.column}** under “{cell.row}”?"
    return f"What belongs under “{cell.column}” for **{cell.row}**?"
