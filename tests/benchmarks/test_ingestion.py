"""The measurements of ingestion run, and say what they are asked to say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import ingestion

NOTES = (
    "# Harbour\n\n## Quay\n\n- A quay is a wall that ships lie along\n- **Berth**: the place of one ship at the quay\n\n"
    "## Pier\n\n- A pier is a platform on piles\n- A pier carries up to 12 ships\n\n| Place | Depth |\n| --- | --- |\n"
    "| Quay | 9 m |\n| Pier | 4 m |\n"
)


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "001-notes.md").write_text(NOTES)
    (corpus / "002-more.md").write_text(NOTES.replace("12 ships", "15 ships"))
    gold = tmp_path / "seed001.tsv"
    gold.write_text(
        "line\tkind\ttitle\n1\tsection\tHarbour\n3\ttopic\tQuay\n8\ttopic\tPier\n30\ttopic\tNowhere\n"
    )
    ingestion.main(["--corpus", str(corpus), "--gold", str(gold), "--sizes", "0.01,0.02"])
    return capsys.readouterr().out


def test_everything_is_told(told: str) -> None:
    assert "001-notes.md: notes, unaccounted 0, topics 3" in told
    assert "gold 4, found 3, precision 1.000, recall 0.750, F1 0.857, in order 1.000" in told
    assert "merged: 6 topics are 3, 3 in several files" in told
    assert re.search(r"contradictions: 1 \(number 1\)", told)
    assert re.search(r"questions: [1-9]\d*; ", told)
    assert re.search(r"flaws: at most one in \d+\.\d %", told)
    assert re.search(r"longest option is the key: (none|\d+\.\d %) of \d+", told)
    assert "read again: the same draft, 0 new statements" in told


def test_every_size_is_measured_in_a_process_of_its_own(told: str) -> None:
    sizes = re.findall(
        r"generated ([\d.]+) MB: [\d.]+ s a MB \(([\d.]+) x the smallest\): read .* merge .* contradictions .* questions .*"
        r"peak \d+ MB",
        told,
    )
    assert [size for size, _ in sizes] == ["0.01", "0.02"]
    assert re.search(r"Python-Markdown parses 0\.01 MB in ", told)


def test_the_longest_option_is_told_from_the_others() -> None:
    def asked(*options: tuple[str, bool]) -> bool | None:
        return ingestion.key_is_longest([{"text": text, "correct": right} for text, right in options])

    assert asked(("a long answer", True), ("short", False)) is True
    assert asked(("short", True), ("a long answer", False)) is False
    assert asked() is None
