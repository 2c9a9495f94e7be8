"""The benchmark of workers runs on the real engines, and every answer it sends is right."""

from __future__ import annotations

import pytest

from benchmarks import drill_workers
from quizzes.graders.worker import place


@pytest.mark.slow
def test_it_measures_right_answers_and_the_end_of_the_host(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "_here", place._here)  # put back afterwards
    drill_workers.main(["--answers", "4"])
    told = capsys.readouterr().out
    assert told.count("4 of 4 right") == 2
    assert "lint, 4 drills" in told and "most memory, host and child, lab:" in told
    assert told.strip().endswith("ended")
