"""Tables written in HTML are tables, with the line of every row; what is no table is read like any other line."""

from __future__ import annotations

from tests.content.ingest.helpers import balanced, blocks, draft
from tests.patience import comes_to_an_end

TABLE = """# Quays

<table>
  <thead><tr><th>Quay</th><th>Depth</th></tr></thead>
  <tr>
    <td><b>North</b> quay</td>
    <td>12&nbsp;m<br>at low | tide</td>
  </tr>

  <tr><td>South quay</td><td><code>9 m</code></td></tr>
</table>

The rest is shallow water.
"""


def test_rows_header_and_lines() -> None:
    found = blocks(TABLE)
    table = next(block for block in found.blocks if block.kind == "table")
    assert table.rows == (
        ("Quay", "Depth"),
        ("**North** quay", "12 m at low | tide"),
        ("South quay", "`9 m`"),
    )
    assert (table.header, table.line_from, table.line_to) == (True, 3, 11)
    assert balanced(found) and not found.discarded


def test_cells_are_facts_with_their_line() -> None:
    read = draft(TABLE)
    assert [(fact.text, fact.line_from) for fact in read.facts[:2]] == [
        ("North quay – Depth: 12 m at low | tide", 5),
        ("South quay – Depth: `9 m`", 10),
    ]
    assert "| South quay | `9 m` |" in read.notes[0].markdown


def test_a_table_without_rows_or_without_an_end_is_read_line_by_line() -> None:
    for text in ("<table>\nThe quay is long.\n</table>\n", "<table>\n<tr><td>The quay is long.</td></tr>\n"):
        found = blocks(f"# Quays\n\n{text}")
        assert balanced(found)
        assert any("quay is long" in block.text for block in found.blocks)


def test_hostile_tables_cost_no_more_than_their_length() -> None:
    with comes_to_an_end():
        for text in (
            "<table>\n" * 5_000 + "</table>",
            "<table>\n<tr><td>a</table>\n" * 5_000,
            "<table>\n" + "<a " * 20_000,
        ):
            assert balanced(blocks(text))
