"""The benchmark of refits runs, and what it measures is a fit that was adopted, with its cards."""

from __future__ import annotations

from pathlib import Path

from benchmarks import refit


def test_a_small_log_is_fitted(tmp_path: Path) -> None:
    row = refit.one(1000, tmp_path, "sqlite")
    assert (row["reviews"], row["evaluable"], row["cards"]) == (1000, 800, 100)
    assert row["computed_again"] == 100
    assert 0 < row["again_seconds"] < row["whole_seconds"]
