"""A drill's proof in slices of time: the same as in one go, and the same as the engine's own gates."""

from __future__ import annotations

from typing import Any

import pytest

from quizzes.graders import get, names
from quizzes.graders.engine.mutation import BAR_MEAN, mutation
from quizzes.graders.engine.selftest import selftest
from quizzes.graders.number import Number
from quizzes.studio import drill_desk, drill_proof, drill_starts, drill_text
from quizzes.studio.drill_proof import Proof, advance, in_worker
from quizzes.studio.time_slices import Slice, TimeIsUp
from tests.quizzes.graders.samples import TEXTS, drill

LONG = 600.0  # seconds: more than any of these needs


INLINE = [one for one in drill_starts.starts() if get(one.grader).mode == "inline"]
IN_WORKER = ("lint", "lab")


def proven(spec: dict[str, Any]) -> Proof:
    proof = Proof.of(spec)
    advance(spec, proof, Slice(LONG))
    return proof


def test_there_is_a_drill_to_begin_with_for_every_grader() -> None:
    assert {one.grader for one in INLINE} | set(IN_WORKER) == names()


@pytest.mark.parametrize("start", INLINE, ids=lambda start: start.grader)
def test_a_drill_to_begin_with_proves_itself(start: drill_starts.Start) -> None:
    written = drill_text.read(drill_starts.start(start.grader) or "")
    assert written.sound and written.drill["grader"] == start.grader
    proof = proven(dict(written.drill))
    assert proof.passes and proof.complete
    assert proof.named == proof.bad > 0, "every bad answer names its sentence"
    assert proof.score >= BAR_MEAN, [survivor.broken for survivor in proof.survivors]


@pytest.mark.parametrize("grader", IN_WORKER)
def test_a_drill_of_a_worker_proves_itself(grader: str) -> None:
    """One variant, in one slice: these take their time."""
    if get(grader).missing():
        pytest.skip(get(grader).missing())
    written = drill_text.read(drill_starts.start(grader) or "")
    assert written.sound and in_worker(written.drill)
    proof = Proof.of(written.drill)
    assert proof.seeds < drill_proof.SEEDS
    proof.seeds, proof.broken_seeds = 1, 1
    advance(written.drill, proof, Slice(LONG))
    assert proof.passes and proof.complete
    assert proof.score >= BAR_MEAN, [survivor.broken for survivor in proof.survivors]


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Number, "missing", lambda self: "It is graded by a machine that is not here.")
    found = drill_desk.look(drill_text.written(drill("number")))
    assert (found.missing[:16], found.may_be_saved, found.goes_on) == ("It is graded by ", False, False)
    assert found.preview is not None


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_what_the_engine_says(name: str) -> None:
    spec = drill(name)
    proof = proven(spec)
    tested, broken = selftest(spec, range(drill_proof.SEEDS)), mutation(spec, range(drill_proof.BROKEN_SEEDS))
    assert (proof.graded, proof.bad, proof.named) == (tested.graded, tested.bad, tested.named)
    assert proof.passes == tested.ok
    assert (proof.made, proof.noticed) == (broken.made, broken.noticed)
    assert [one.broken for one in proof.survivors] == broken.survivors


def test_slices_make_the_same_proof() -> None:
    spec = drill("number")
    whole, sliced, slices = proven(spec), Proof(), 0
    while not sliced.complete:
        before = sliced.steps
        advance(spec, sliced, Slice(0.0))
        assert sliced.steps > before, "every slice gets on"
        slices += 1
    assert sliced == whole
    assert slices > drill_proof.SEEDS


def test_failures_are_told_with_variant_and_place() -> None:
    spec = drill("number", bad=[{"answer": 0, "fails": "Lids"}, {"answer": "{{cans}}", "fails": "Cans"}])
    proof = proven(spec)
    assert not proof.passes and proof.complete
    assert len(proof.failures) == drill_proof.MOST_FAILURES
    said = {one.place: one.text for one in proof.failures}
    assert said["bad[0]"].startswith("it does not fail at “Lids”: Cans")
    assert said["bad[1]"] == "a bad answer passes"
    assert proof.failures[0].seed == 0 and proof.failures[0].answer == "0"
    assert proof.slots["bad[1]"].wrong and proof.slots["bad[1]"].name == "Bad answer 2"
    assert not proof.made, "nothing is broken before the good answers hold"


def test_a_drill_without_a_good_answer_fails() -> None:
    proof = proven(drill("cors", good=[]))
    assert not proof.passes
    assert proof.failures[0].text == "there is no good answer"


def test_a_variant_that_cannot_be_drawn_is_a_failure() -> None:
    proof = proven(drill("number", where="lamps == 6 and hours == 5"))
    assert {one.place for one in proof.failures} == {"values"}


def test_survivors_stand_beside_what_they_were_made_of() -> None:
    spec = drill("alarm")
    spec["checks"] = [check for check in spec["checks"] if not check.get("hidden")]
    proof = proven(spec)
    assert proof.survivors and proof.level == "low"
    assert all(one.good in spec["good"] and one.good != one.broken for one in proof.survivors)


def test_a_grader_that_breaks_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, answer: str, spec: object) -> object:
        raise KeyError("lamp")

    monkeypatch.setattr(Number, "grade", broken)
    proof = proven(drill("number"))
    assert {one.text for one in proof.failures} == {"it could not be tested (KeyError)"}


def test_a_slice_ends() -> None:
    clock = Slice(0.0)
    assert clock.left == 0.0
    with pytest.raises(TimeIsUp):
        clock.look()
    assert Slice(LONG).left > 0
