"""Stems on one line, as lists and margins show them."""

from __future__ import annotations

import pytest

from quizzes.stems import one_line


@pytest.mark.parametrize(
    ("stem", "said"),
    [
        ("What is *a* **lamp**?", "What is a lamp?"),
        ("*Lamps › Oil*\n\nWhat is oil?", "Lamps › Oil · What is oil?"),
        ("*Oil*\n\nWhat is oil?", "What is oil?"),
        ("A role allows `s3:*` and `a_b`.\n\nWhat now?", "A role allows s3:* and a_b. · What now?"),
        ("A lamp burns in the\nharbour. Why?", "A lamp burns in the harbour. Why?"),
        ("Which?\n- oil\n- gas", "Which? · - oil · - gas"),
        ("", ""),
    ],
)
def test_a_stem_is_one_line_of_its_words(stem: str, said: str) -> None:
    assert one_line(stem, "Oil") == said
