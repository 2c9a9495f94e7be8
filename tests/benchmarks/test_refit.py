"""The benchmark of refits runs, and what it measures is a fit that was adopted, with its cards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import refit


@pytest.mark.parametrize("name", ("refit", "planning"))
def test_it_runs_as_a_script(name: str) -> None:
    script = Path(refit.__file__).with_name(f"{name}.py")
    subprocess.run([sys.executable, script, "--help"], check=True, stdout=subprocess.DEVNULL, timeout=60)


def test_a_small_log_is_fitted(tmp_path: Path) -> None:
    row = refit.one(1000, tmp_path, "sqlite")
    assert (row["reviews"], row["evaluable"], row["cards"]) == (1000, 800, 100)
    assert row["computed_again"] == 100
    assert 0 < row["again_seconds"] < row["whole_seconds"]
