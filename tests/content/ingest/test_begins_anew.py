"""Where one list or table ends and another begins without a blank line between them."""

from __future__ import annotations

from content.ingest.blocks.scanner import scan
from tests.content.ingest.helpers import blocks, draft


def test_a_bold_line_directly_below_a_bullet_heads_the_bullets_after_it() -> None:
    text = "## Berths\n**Short**\n- Held for 2 days\n**Long**\n- Held for 90 days\n\n## Fees\n- Paid at the gate\n"
    said = {fact.text: fact.context for fact in draft(f"# Harbour\n{text}").facts}
    assert said["Held for 2 days"].endswith("Short") and said["Held for 90 days"].endswith("Long")


def test_a_bold_line_that_only_goes_on_with_its_bullet_stays_in_it() -> None:
    found = blocks("- A berth is held for\n**90 days**\nat most\n- Fees are due\n").blocks
    assert found[0].text == "A berth is held for **90 days** at most"


def test_a_table_under_a_table_has_its_own_header() -> None:
    text = "| Sail | Area |\n| --- | --- |\n| Jib | 20 |\n| Rope | Made of | Metres |\n|---|---|---|\n| Sheet | hemp | 12 |\n"
    first, second = blocks(text).blocks
    assert first.rows == (("Sail", "Area"), ("Jib", "20"))
    assert second.header and second.rows[0] == ("Rope", "Made of", "Metres")


def test_a_row_of_dashes_between_rows_parts_no_table() -> None:
    (only,) = blocks("| Sail | Area |\n|---|---|\n| Jib | small |\n|---|---|\n| Main | large |\n").blocks
    assert only.rows == (("Sail", "Area"), ("Jib", "small"), ("Main", "large"))


def test_a_narrower_header_over_a_figure_begins_another_tab_table() -> None:
    text = "Berth code\tKind\tPilot names\nQ7\tguest berth\tAda, Bo\nRemark\tBoat count\t\nMade by the office\t22\t\n"
    raws = scan("notes.md", text).raws
    assert [raw.rows[0][0] for raw in raws] == ["Berth code", "Remark"]
