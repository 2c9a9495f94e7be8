"""The benchmark of memory models refuses what is no log in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import memory_model

HEAD = "card_id,review_rating,review_time\n"


@pytest.mark.parametrize(
    ("text", "why"),
    (
        (HEAD, "at least six"),
        ("card,when\n1,2\n", "review_time"),
        (HEAD + "1,9,2026-01-01T10:00:00\n", "not '9'"),
        (HEAD + "1,3,yesterday\n", "could not be read"),
    ),
)
def test_what_is_no_log_is_refused(
    text: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log.csv").write_text(text)
    with pytest.raises(SystemExit):
        memory_model.main(["--log", str(tmp_path / "log.csv")])
    assert why in capsys.readouterr().err


def test_a_time_without_a_zone_is_utc() -> None:
    assert memory_model.in_utc("2026-01-01T10:00:00") == memory_model.in_utc("2026-01-01T12:00:00+02:00")
