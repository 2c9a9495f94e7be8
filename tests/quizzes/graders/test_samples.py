"""Every plain grader, with one sample: it can be published, proves itself, and notices broken answers."""

from __future__ import annotations

import random

import pytest

from benchmarks.drills import HOSTILE, mangle
from content.ingest.front_matter import read_mapping
from quizzes import graders
from quizzes.graders.base import Verdict
from quizzes.graders.calculators import CALCULATORS
from quizzes.graders.engine.drill import fill, variants
from quizzes.graders.engine.mutation import BAR_WORST, mutation
from quizzes.graders.engine.selftest import good_answers, selftest
from tests import tree
from tests.patience import comes_to_an_end
from tests.quizzes.graders.samples import TEXTS, drill
from tests.quizzes.graders.slips import check_slips

MANGLED = 1_500  # answers a sample: more than 20,000 in all


@pytest.mark.parametrize("name", TEXTS)
def test_a_sample_can_be_published(name: str) -> None:
    assert graders.problems(drill(name)) == []


@pytest.mark.parametrize("name", TEXTS)
def test_good_answers_pass_and_bad_ones_fail_as_they_say(name: str) -> None:
    tested = selftest(drill(name), range(25))
    assert tested.failures == []
    assert tested.bad == tested.named


@pytest.mark.parametrize("name", TEXTS)
def test_broken_answers_are_noticed(name: str) -> None:
    report = mutation(drill(name), range(2))
    assert report.made >= 3 or name in ("verdict", "pick")
    assert report.score >= BAR_WORST, report.survivors


@pytest.mark.parametrize("name", TEXTS)
def test_a_trace_and_a_widget_are_of_a_known_kind(name: str) -> None:
    filled = fill(drill(name), 1)
    verdict = graders.grade(drill(name), 1, good_answers(filled)[0])
    for trace in verdict.trace:
        assert trace["kind"] in ("table", "layers", "timeline", "waves", "hops", "strip", "bars")
        assert trace["rows"]
    kinds = ("textarea", "number", "choice", "choices", "order", "steps")
    assert graders.widget(drill(name), 1).kind in kinds


@pytest.mark.parametrize("name", TEXTS)
def test_no_mangled_answer_surprises_a_grader(name: str, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(name)
    spec = drill(name)
    answers = good_answers(fill(spec, 0))
    for number in range(MANGLED):
        verdict = graders.grade(spec, number % 7, mangle(chance.choice(answers), chance))
        assert isinstance(verdict, Verdict)
        assert 0 <= verdict.score <= 1
    assert not caplog.records  # nothing needed the last resort


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_answers_are_refused(name: str, caplog: pytest.LogCaptureFixture) -> None:
    spec = drill(name)
    for answer in HOSTILE:
        with comes_to_an_end():
            verdict = graders.grade(spec, 0, answer)
        assert not verdict.ok
    assert not caplog.records


@pytest.mark.parametrize("name", TEXTS)
def test_an_answer_that_is_no_text_is_refused(name: str) -> None:
    strange: tuple[object, ...] = (None, 3, [1, "a"], {}, b"\xff\xfe", b"x" * 70_000, [True])
    for answer in strange:
        verdict = graders.grade(drill(name), 0, answer)
        assert verdict.error


def test_a_drill_that_breaks_its_grader_becomes_a_sentence_and_a_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    verdict = graders.grade({"id": "x", "grader": "order"}, 0, "secret words")
    assert verdict.error.startswith("This could not be read")
    assert len(caplog.records) == 1
    assert "secret words" not in caplog.text


def test_variants_are_counted() -> None:
    assert variants(drill("order")) == 1
    assert variants(drill("calculated")) == 600
    assert variants(drill("pick")) == 6
    assert variants(drill("number")) == 40  # with 8 hours, sharing makes no difference


def test_the_example_of_the_documentation_proves_itself() -> None:
    text = (tree.ROOT / "docs" / "drill_format.md").read_text(encoding="utf-8")
    example = text.partition("```drill\n")[2].partition("```")[0]
    spec = read_mapping(example, traps=True)
    assert graders.problems(spec) == []
    tested = selftest(spec, range(20))
    assert tested.ok and tested.bad == 20, tested.failures
    assert mutation(spec, [1]).score == 1
    assert variants(spec) == 27


def test_the_documentation_names_every_grader_and_every_calculator() -> None:
    text = (tree.ROOT / "docs" / "drill_format.md").read_text(encoding="utf-8")
    assert [name for name in CALCULATORS if f"[`{name}`]" not in text] == []
    plain = {"case", "number", "order", "pick", "file", "cors", "bucket", "alarm", "packets"}
    assert [name for name in plain if f"`{name}`" not in text] == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_drill_with_a_slip_in_it_is_told_or_works(name: str, caplog: pytest.LogCaptureFixture) -> None:
    check_slips(drill(name), name, times=60)
    assert not caplog.records


def test_a_sentence_about_an_answer_stays_short() -> None:
    spec = drill("packets", edit="groups")
    endless = "g" * 50_000
    assert len(graders.grade(spec, 0, f"{endless}: {{in: 3}}").error) < 500
