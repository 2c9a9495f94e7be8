"""Tables, row × column: what stands in a cell, which row has it, which rows say yes, how two things differ."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from quizzes.generation.distractors import ENOUGH, texts_like
from quizzes.generation.english import base, is_base, is_plural, names_a_property
from quizzes.generation.grid import Cell
from quizzes.generation.material import Material
from quizzes.generation.model import Choice, Idea
from quizzes.generation.registry import pattern
from quizzes.generation.setting import is_named
from quizzes.generation.statements import Statement
from quizzes.generation.texts import normalise, plain, words
from quizzes.generation.wording import CLASS_TALK, is_usable, names_something

_LOOKED_AT = 100
_MANY = 12  # rows of a table that a question about all of them can still be asked of
_YES = re.compile(r"(?:yes|true|✓|✔|✅|supported)$", re.IGNORECASE)
_NO = re.compile(r"(?:no|false|✗|✘|❌|x|not supported|unsupported)$", re.IGNORECASE)
_YES_NO = re.compile(
    r"(?:yes|no|true|false|✓|✔|✅|❌|✗|✘|x|n/?a|none|-|–|—|same|the same|ditto|optional|required|varies|depends)$",
    re.IGNORECASE,
)
_STANDS_FOR = re.compile(r"stands for|full (?:form|name)|expansion|long form|expanded", re.IGNORECASE)
_QUESTION = re.compile(r"(?:who|what|when|where|which|how|why)\b", re.IGNORECASE)
_WHAT_IT_IS = re.compile(r"what (?:it is|they are|is it|are they)\??", re.IGNORECASE)
_OF_IT = re.compile(r"\w+ (?:it|they) ", re.IGNORECASE)  # “How it works”: no question as it stands
# A phrase rather than a name: “After an error”, “Capacity during a release”, “Choose it when”.
_NO_NAME = re.compile(
    r"\b(?:after|an?|and|are|as|at|because|before|by|can|does|during|for|from|has|have|if|in|is|it|its|not|of|on|once|or|"
    r"than|that|the|their|them|they|to|under|until|when|where|while|with|without|you|your)\b",
    re.IGNORECASE,
)
# Prices, dates and sample rows: true of one day or of one picture.
_SAMPLE = re.compile(
    r"[$€£]|\bprices?\b|\bpricing\b|\bcosts?\b|\bexample|\bsample|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d",
    re.IGNORECASE,
)
# Headers of a first column that names what is compared, so that the other columns are the things.
_CRITERIA = re.compile(
    r"(?:feature|aspect|criteri\w+|characteristic|property|properties|attribute|scenario|category|dimension|factor|"
    r"parameter|comparison|point|topic|basis|item|capability|area)s?$",
    re.IGNORECASE,
)


@pattern("table")
def table(statement: Statement, material: Material) -> Iterator[Idea]:
    cell = material.grid.cells.get(statement.index)
    if cell is None or _SAMPLE.search(f"{cell.row} {cell.column} {plain(cell.text)}"):
        return
    setting = f"*{statement.place}*\n\n" if not is_named(statement.place, cell.row) else ""
    if _compares_columns(cell, material):
        yield from _difference(cell, material, f"*{statement.place}*\n\n" if statement.place else "")
    else:
        yield from _who_says_yes(cell, material, setting)
    row = material.grid.rows[cell.table, cell.row]
    if not _worth_asking(cell, sum(one.column == cell.column for one in row), material):
        return
    yield from _what(cell, material, setting)
    if not _compares_columns(cell, material):
        yield from _which_row(cell, material, setting)


def _compares_columns(cell: Cell, material: Material) -> bool:
    """The columns are the things and the first one says in what respect: there are at least two."""
    if cell.corner and not _CRITERIA.match(cell.corner):
        return False
    return len({one.column for one in material.grid.tables[cell.table]}) >= 2


def _what(cell: Cell, material: Material, setting: str) -> Iterator[Idea]:
    """Row and column are given, the cell is asked."""
    answer = cell.text.strip().rstrip(".")
    stem = setting + _stem(cell, material)
    # Where the columns are what is compared, a column holds no like things.
    across = _compares_columns(cell, material)
    grid = material.grid
    rivals = _around(
        cell, grid.rows[cell.table, cell.row] if across else grid.columns[cell.table, cell.column]
    )
    others = [one for one in rivals if one.index != cell.index and not _YES_NO.match(plain(one.text))]
    wrong = texts_like(answer, [one.text.rstrip(".") for one in others], stem)
    if len(wrong) >= ENOUGH:
        said = {one.text.rstrip("."): one.column if across else one.row for one in reversed(others)}
        choices = tuple(Choice(text, f"That stands for {said[text]}.") for text in wrong)
        rationale = f"**{cell.row}** – {cell.column}: {answer}."
        yield Idea("multiple_choice", stem, answer, 74.0, rationale=rationale, choices=choices)
    elif len(words(plain(answer))) >= 2 or re.search(r"\d", answer):
        yield Idea("flashcard", stem, answer + ".", 64.0)


def _which_row(cell: Cell, material: Material, setting: str) -> Iterator[Idea]:
    """Column and cell are given, the row is asked; only where no other row says the same."""
    if not _is_noun(cell.corner) or is_plural(cell.corner) or not names_something(cell.row):
        return
    others = [
        one
        for one in _around(cell, material.grid.columns[cell.table, cell.column])
        if one.index != cell.index
    ]
    bare = normalise(cell.text)
    if len(words(bare)) < 1 or any(_says_as_much(bare, normalise(one.text)) for one in others):
        return
    if normalise(cell.row) in bare or set(words(cell.row)) & set(words(bare)):
        return
    if _STANDS_FOR.fullmatch(cell.column):
        stem = f"{setting}Which {_small(cell.corner)} stands for “{plain(cell.text).rstrip('.')}”?"
        yield from _choice_of_row(cell, stem, others)
        return
    has = (
        f"as its {_small(cell.column)}"
        if _is_noun(cell.column) and not is_plural(cell.column)
        else f"under “{cell.column}”"
    )
    stem = f"{setting}Which {_small(cell.corner)} has “{plain(cell.text).rstrip('.')}” {has}?"
    yield from _choice_of_row(cell, stem, others)


def _choice_of_row(cell: Cell, stem: str, others: Sequence[Cell]) -> Iterator[Idea]:
    wrong = texts_like(cell.row, [one.row for one in others], stem)
    if len(wrong) >= ENOUGH:
        said = {one.row: plain(one.text).rstrip(".") for one in reversed(others)}
        choices = tuple(Choice(text, f"{cell.column}: {said[text]}.") for text in wrong)
        rationale = f"**{cell.row}** – {cell.column}: {cell.text.rstrip('.')}."
        yield Idea("multiple_choice", stem, cell.row, 75.0, rationale=rationale, choices=choices)


def _says_as_much(cell: str, other: str) -> bool:
    """The other cell holds what this one says, so that its row would be right as well."""
    return cell == other or f" {cell} " in f" {other} " or f" {other} " in f" {cell} "


def _who_says_yes(cell: Cell, material: Material, setting: str) -> Iterator[Idea]:
    """Asked once a column, at its first yes."""
    column = material.grid.columns[cell.table, cell.column]
    if (
        not _YES.match(plain(cell.text))
        or len(column) > _MANY
        or len(column) < 3
        or not _is_noun(cell.corner)
    ):
        return
    yes = [one for one in column if _YES.match(plain(one.text))]
    no = [one for one in column if _NO.match(plain(one.text))]
    if yes[0].index != cell.index or not no or len(yes) + len(no) < len(column) or len(yes) > 5:
        return
    count = f"({len(yes)} of {len(column)})"
    stem = (
        f"{setting}For which {_small(cell.corner)} is the answer to “{cell.column.rstrip('?')}” yes? {count}"
    )
    yield Idea("flashcard", stem, "\n".join(f"- {one.row}" for one in yes), 64.0)


def _difference(cell: Cell, material: Material, setting: str) -> Iterator[Idea]:
    """Two things beside each other: how they differ in this row. Asked once a row, at its first cell."""
    row = material.grid.rows[cell.table, cell.row]
    columns = {one.column for one in material.grid.tables[cell.table]}
    if len(columns) != 2 or len(row) != 2 or row[0].index != cell.index or len(words(cell.row)) > 8:
        return
    first, second = row
    texts = [plain(one.text).rstrip(".") for one in row]
    if normalise(texts[0]) == normalise(texts[1]) or any(
        len(words(text)) > 25 or len(text) < 2 for text in texts
    ):
        return
    if any(len(words(one.column)) > 6 or not re.search(r"[A-Za-z]{2}", one.column) for one in row):
        return
    stem = f"{setting}How do **{first.column}** and **{second.column}** differ in “{cell.row.rstrip('?:')}”?"
    answer = "\n".join(f"- {one.column}: {text}" for one, text in zip(row, texts, strict=True))
    yield Idea("flashcard", stem, answer, 73.0)


def _around(cell: Cell, cells: Sequence[Cell]) -> Sequence[Cell]:
    """At most a hundred of them, those nearest in the table: its length must not be paid for by every cell."""
    if len(cells) <= _LOOKED_AT:
        return cells
    at = bisect_left(cells, cell.index, key=lambda one: one.index)
    first = max(0, min(at - _LOOKED_AT // 2, len(cells) - _LOOKED_AT))
    return cells[first : first + _LOOKED_AT]


def _worth_asking(cell: Cell, rows: int, material: Material) -> bool:
    bare = plain(cell.text)
    if _YES_NO.match(bare) or rows > 1:
        return False
    if not is_usable(cell.text) and not re.search(r"\d", bare):
        return False
    if re.search(r"\b[A-Z\d]{9,}\b", cell.row) or (not is_usable(cell.row) and len(cell.row.split()) > 4):
        return False
    if not cell.column or not (
        names_something(cell.row) or cell.row[:1] in "`$/." or _compares_columns(cell, material)
    ):
        return False
    return (
        len(words(bare)) <= 20 and len(words(cell.row)) <= 8 and not CLASS_TALK.search(cell.row + cell.column)
    )


def _is_noun(header: str) -> bool:
    """A header of a few plain words that names something a row has: “Hello Timer”, not “Made of”, “Remembers them”.

    Only what is known to be a noun: “What is the after an error of …?” is worse than a plain question.
    """
    parts = header.split()
    if not 1 <= len(parts) <= 4 or not re.fullmatch(r"[A-Za-z][A-Za-z -]*", header):
        return False
    if _NO_NAME.search(header) or _QUESTION.match(header) or base(parts[0]):
        return False
    if len(parts) > 1 and re.search(
        r"(?:[^s]s|ing)$", parts[0]
    ):  # “Remembers connections”, “Serving instances”
        return False
    return names_a_property(parts[-1])


def _small(header: str) -> str:
    """As it stands inside a sentence: acronyms keep their capitals."""
    return " ".join(part.lower() if re.fullmatch(r"[A-Z][a-z-]*", part) else part for part in header.split())


def _stem(cell: Cell, material: Material) -> str:
    thing, about = (cell.column, cell.row) if _compares_columns(cell, material) else (cell.row, cell.column)
    if _STANDS_FOR.fullmatch(about):
        return f"What does **{thing}** stand for?"
    if _WHAT_IT_IS.fullmatch(about):
        return f"What {'are' if is_plural(thing) else 'is'} **{thing}**?"
    if _QUESTION.match(about) and not _OF_IT.match(about):
        return f"**{thing}**: {about[:1].lower()}{about[1:].rstrip('?')}?"
    if (
        _is_noun(about)
        and not is_base(thing.split()[0])
        and not re.search(
            r"\b(?:description|notes?|details?|comments?|remarks?|name|values?)$", about, re.IGNORECASE
        )
    ):
        return f"What {'are' if is_plural(about) else 'is'} the {_small(about)} of **{thing}**?"
    if re.fullmatch(r"(?:description|details?|meaning|definition|notes?)", about, re.IGNORECASE):
        return f"What describes **{thing}**?"
    if _compares_columns(cell, material):
        return f"What applies to **{thing}** under “{about}”?"
    return f"What belongs under “{about}” for **{thing}**?"
