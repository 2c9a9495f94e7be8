"""What a title names: words, names, numbers, long names beside short ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.ingest.topics.naming import names, shortened, stem, words


@pytest.mark.parametrize(
    ("title", "others", "short"),
    [
        ("Automatic Identification System (AIS)", (), "AIS"),
        ("AIS - Automatic Identification System", (), "AIS"),
        (
            "Automatic Identification System – Messages",
            ("AIS: Automatic Identification System",),
            "Messages AIS",
        ),
        ("Harbour as a Service", ("HaaS (Harbour as a Service)",), "HaaS"),
        ("S3 – Stowage Sheets Service", (), "S3"),
        ("Module 3 — Tides", (), "Tides"),
        ("4.2 Tides", (), "Tides"),
        ("3.5 million shells", (), "3.5 million shells"),
        ("4.2. Tides", (), "Tides"),
        ("IV) Tides", (), "Tides"),
        ("AIS Incident Sheet", (), "AIS Incident Sheet"),
        ("12 knots", (), "12 knots"),
    ],
)
def test_short_titles(title: str, others: tuple[str, ...], short: str) -> None:
    found = shortened([title, *others])[0]
    assert " ".join(words(found)) == " ".join(words(short))


def test_names_are_told_by_their_capitals_unless_all_is_in_capitals() -> None:
    assert names("SQS and CodeBuild on gp3") == {"sqs", "codebuild", "gp3"}
    assert names("TO READ") == frozenset()
    assert names("Amazon SQS") == {"sqs"}


def test_stems_meet() -> None:
    assert stem("policies") == stem("policy")
    assert stem("caching") == stem("cache")


@given(st.lists(st.text(alphabet="AbS3 (x)-–.1", max_size=20), max_size=6))
def test_any_titles_at_all(titles: list[str]) -> None:
    assert len(shortened(titles)) == len(titles)
