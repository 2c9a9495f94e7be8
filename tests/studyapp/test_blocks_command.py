"""`manage.py blocks`: what the reader makes of one file."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def test_blocks_are_printed_with_their_lines(tmp_path: Path) -> None:
    notes = tmp_path / "tides.md"
    notes.write_text("# Tides\n\n- The moon pulls the water\n    - The sun helps\n", encoding="utf-8")
    out = StringIO()
    call_command("blocks", str(notes), "--format", "json", stdout=out)
    rows = json.loads(out.getvalue())
    assert [(row["kind"], row["line_from"], row["text"], row["parent"]) for row in rows] == [
        ("heading", 1, "Tides", None),
        ("item", 3, "The moon pulls the water", 0),
        ("item", 4, "The sun helps", 1),
    ]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("")
    with pytest.raises(CommandError, match=r"empty\.md is empty"):
        call_command("blocks", str(tmp_path / "empty.md"))
