"""Blueprint, form and scale."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.calibration.exam import USUAL_CUT, USUAL_LENGTH, Exam


@pytest.mark.parametrize(
    ("weights", "length", "form"),
    [
        ((32, 26, 24, 18), 65, (21, 17, 15, 12)),
        ((22, 17, 15, 15, 14, 17), 75, (17, 13, 11, 11, 10, 13)),
        ((32, 26, 24, 18), 50, (16, 13, 12, 9)),
        ((1, 1, 1), 1, (1, 0, 0)),
        ((), 20, (20,)),
        ((0, 0), 5, (3, 2)),
        ((float("nan"), 1), 5, (0, 5)),
    ],
)
def test_questions_a_domain_by_largest_remainder(
    weights: tuple[float, ...], length: int, form: tuple[int, ...]
) -> None:
    assert Exam(weights, scored=length).questions() == form


@given(st.lists(st.floats(0, 100), max_size=12), st.integers(1, 200))
def test_a_form_is_always_full(weights: list[float], length: int) -> None:
    form = Exam(tuple(weights), scored=length).questions()
    assert sum(form) == length
    assert min(form) >= 0


def test_the_pass_mark_lies_at_the_cut() -> None:
    exam = Exam((1,), 50, 720, 100, 1000)
    assert exam.cut_share == pytest.approx(620 / 900)
    assert exam.needed == 35
    assert exam.scaled(exam.cut_share) == pytest.approx(720)
    assert (exam.scaled(0.0), exam.scaled(1.0)) == (100, 1000)
    panel = Exam((1,), 50, 720, 100, 1000, cut=0.6)
    assert (panel.needed, panel.scaled(0.6)) == (30, pytest.approx(720))


@pytest.mark.parametrize(
    "exam",
    [
        Exam(),
        Exam(pass_mark=720),
        Exam(pass_mark=720, scale_min=1000, scale_max=100),
        Exam(pass_mark=1200, scale_min=100, scale_max=1000),
        Exam(pass_mark=float("nan"), scale_min=0, scale_max=1),
    ],
)
def test_without_a_usable_scale_the_usual_cut_is_assumed_and_nothing_is_scaled(exam: Exam) -> None:
    assert exam.cut_share == USUAL_CUT
    assert not exam.knows_cut
    assert exam.scaled(0.5) is None
    assert exam.length == USUAL_LENGTH


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_more_right_never_scales_lower(one: float, other: float, cut: float) -> None:
    exam = Exam((1,), 50, 720, 100, 1000, cut=cut)
    low, high = exam.scaled(min(one, other)), exam.scaled(max(one, other))
    assert low is not None and high is not None
    assert 100 - 1e-9 <= low <= high + 1e-9 <= 1000 + 2e-9
