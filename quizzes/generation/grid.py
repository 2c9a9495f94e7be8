"""Tables seen as row × column, so that a cell can be asked beside its neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from content.ingest.model import Block, FactKind
from quizzes.generation.texts import plain

if TYPE_CHECKING:
    from quizzes.generation.statements import Statement

Table = tuple[str, int]  # (source, index of the block)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: row × column. `corner`: the header above the row keys."""

    index: int
    row: str
    column: str
    text: str
    corner: str
    table: Table


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of tables that have a header: by statement, by table and column from the top, by table and row from the
    left (rows of the same key together), and the first statement of each table."""

    cells: dict[int, Cell]
    columns: dict[tuple[Table, str], tuple[Cell, ...]]
    rows: dict[tuple[Table, str], tuple[Cell, ...]]
    tables: dict[Table, tuple[Cell, ...]]

    @classmethod
    def of(cls, statements: Sequence[Statement], blocks: Mapping[tuple[str, int], Block]) -> Grid:
        cells: dict[int, Cell] = {}
        for one in statements:
            block = blocks.get((one.fact.source, one.fact.line_from))
            is_cell = one.fact.kind == FactKind.COMPARISON and block is not None and block.header
            if is_cell and block is not None and (cell := _cell(one, block)) is not None:
                cells[one.index] = cell
        columns: dict[tuple[Table, str], list[Cell]] = defaultdict(list)
        rows: dict[tuple[Table, str], list[Cell]] = defaultdict(list)
        tables: dict[Table, list[Cell]] = defaultdict(list)
        for cell in cells.values():
            columns[cell.table, cell.column].append(cell)
            rows[cell.table, cell.row].append(cell)
            tables[cell.table].append(cell)
        return cls(
            cells, _frozen(columns), _frozen(rows), {key: tuple(value) for key, value in tables.items()}
        )


def _cell(one: Statement, block: Block) -> Cell | None:
    column = one.fact.context.rpartition(" › ")[2]
    label = f"{one.fact.term} – {column}: "
    header = [plain(name) for name in block.rows[0]]
    if not one.fact.term or column not in header or not one.text.startswith(label):
        return None
    text = one.text[len(label) :].strip()
    return Cell(one.index, one.fact.term, column, text, header[0], (one.fact.source, block.index))


def _frozen(
    found: Mapping[tuple[Table, str], list[Cell]],
) -> dict[tuple[Table, str], tuple[Cell, ...]]:
    return {key: tuple(value) for key, value in found.items()}
