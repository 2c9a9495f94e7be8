"""The shipped course, edited as people edit notes: history is kept, and nothing is bound to another text."""

from __future__ import annotations

import pytest

from benchmarks.identity import COURSE, edits_of, measured

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_history_is_kept_over_edits() -> None:
    score = measured(edits_of(COURSE, cases=12, seed=7))
    assert score.changed > 50
    assert score.kept >= 0.98 * score.both, score.lost
    assert len(score.wrong) <= 0.001 * score.both, score.wrong
