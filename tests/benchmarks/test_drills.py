"""The measurements of drills run, and say what they are asked to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import drills
from tests.quizzes.graders.samples import TEXTS


def test_drills_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = [f"## {name}\n\n```drill\n{text.strip()}\n```\n" for name, text in TEXTS.items()]
    (tmp_path / "lamps.md").write_text("# Lamps\n\n" + "\n".join(blocks), encoding="utf-8")
    drills.main(["--notes", str(tmp_path), "--answers", "500", "--seeds", "3"])
    told = capsys.readouterr().out
    assert f"{len(TEXTS)} drills, " in told
    assert f"self-test over 3 seeds: {len(TEXTS)} of {len(TEXTS)}" in told
    assert "500 mangled answers: p50" in told
    assert "caught by the last resort: 0\n" in told


def test_notes_without_drills_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("# Nothing\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="no drill"):
        drills.main(["--notes", str(tmp_path)])
