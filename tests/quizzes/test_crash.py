"""Processes are killed while learners answer: nothing acknowledged is lost or applied twice. Short; the long version
is `python -m benchmarks.crash`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import crash

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.mark.parametrize(("database", "kills"), [("sqlite", 8), ("postgresql", 5)])
def test_no_acknowledged_answer_is_lost_or_doubled(database: str, kills: int, tmp_path: Path) -> None:
    result = crash.on(database, kills, folder=tmp_path)
    assert result["problems"] == []
    assert (result["lost"], result["doubled"], result["mismatched"]) == (0, 0, 0)
    assert result["kills"] == kills
    assert result["acknowledged"] >= kills * crash.ANSWERS_BETWEEN_KILLS[0]
    assert result["acknowledged_showings"] <= result["answers_in_log"], "each is a row of its own"
