"""Does a drill prove itself? Its self-test over many variants and its mutation score, a slice of time after the other.

    Proof.of(drill) → advance(drill, proof, slice) → … → proof.complete

A slice ends within its seconds of processor time and goes on where it ended, so that no request takes long, whatever
an author writes. The proof is plain data: the page that asks for the next slice keeps nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.graders import get
from quizzes.graders.base import Verdict
from quizzes.graders.engine.draw import BadDraw
from quizzes.graders.engine.drill import fill
from quizzes.graders.engine.filling import TooLong
from quizzes.graders.engine.mutation import BAR_MEAN, BAR_WORST, MOST_MUTANTS
from quizzes.graders.engine.selftest import bad_answers, good_answers, names
from quizzes.studio.time_slices import Slice, TimeIsUp

# Variants that are self-tested, and those whose good answers are broken. A grader with a process of its own needs a
# good part of a second for each answer.
SEEDS, BROKEN_SEEDS = 100, 3
WORKER_SEEDS, WORKER_BROKEN_SEEDS = 10, 1
MOST_FAILURES = 10
MOST_SURVIVORS = 20
MOST_SLOTS = 60  # answers that are told one by one; the others are counted
LONGEST_SAID = 300

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Slot:
    """One answer of the drill over all variants that were tried. `said`: what happened in the first of them."""

    place: str
    must_pass: bool
    fails: str  # the sentence that it should fail with
    tried: int = 0
    wrong: int = 0
    said: str = ""

    @property
    def right(self) -> int:
        return self.tried - self.wrong

    @property
    def number(self) -> str:
        return str(int(self.place[self.place.index("[") + 1 : -1]) + 1)

    @property
    def name(self) -> str:
        """“Good answer 1”; an answer that the grader makes itself is called so."""
        kind = {"good": "Good answer", "bad": "Bad answer"}.get(
            self.place.partition("[")[0], "Wrong, by itself"
        )
        return f"{kind} {self.number}"


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that did not do what it must. `place`: good[0], bad[1], wrong[2], or values or drill."""

    seed: int
    place: str
    text: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A broken answer that all checks let pass, and the good one that it was made of."""

    seed: int
    good: str
    broken: str


@dataclass(slots=True)
class Proof:
    """What is known so far. `seed` and `at`: how far the self-test, then the breaking, have come."""

    seeds: int = SEEDS
    broken_seeds: int = BROKEN_SEEDS
    slots: dict[str, Slot] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    survivors: list[Survivor] = field(default_factory=list)
    variants: int = 0  # self-tested from end to end
    graded: int = 0
    bad: int = 0
    named: int = 0
    broken_variants: int = 0
    made: int = 0
    noticed: int = 0
    at: int = 0

    @classmethod
    def of(cls, drill: Mapping[str, Any]) -> Proof:
        """Nothing tried yet."""
        if in_worker(drill):
            return cls(WORKER_SEEDS, WORKER_BROKEN_SEEDS)
        return cls()

    @property
    def tested(self) -> bool:
        return self.variants >= self.seeds or len(self.failures) >= MOST_FAILURES

    @property
    def passes(self) -> bool:
        """Everything that was tried does what it must."""
        return self.variants > 0 and self.graded > 0 and not self.failures

    @property
    def complete(self) -> bool:
        return self.tested and (not self.passes or self.broken_variants >= self.broken_seeds)

    @property
    def score(self) -> float:
        """Share of broken answers that were noticed."""
        return self.noticed / self.made if self.made else 0.0

    @property
    def level(self) -> str:
        """Of the mutation score: good, enough or low."""
        if self.score >= BAR_MEAN:
            return "good"
        return "enough" if self.score >= BAR_WORST else "low"

    @property
    def steps(self) -> int:
        """Grows with every answer that was looked at."""
        return self.graded + self.made + self.variants + self.broken_variants

    @property
    def percent(self) -> int:
        return round(100 * (self.variants + self.broken_variants) / (self.seeds + self.broken_seeds))


def in_worker(drill: Mapping[str, Any]) -> bool:
    """Is the drill graded by a process of its own?"""
    return get(str(drill["grader"])).mode != "inline"


def advance(drill: Mapping[str, Any], proof: Proof, clock: Slice) -> None:
    """Go on until the slice of time is spent, and at least by one answer. Never raises.

    The drill has no problems of writing (see `drill_text.read`).
    """
    try:
        while not proof.tested:
            _test_variant(drill, proof, clock)
        while proof.passes and proof.broken_variants < proof.broken_seeds:
            _break_variant(drill, proof, clock)
    except TimeIsUp:
        pass


def _test_variant(drill: Mapping[str, Any], proof: Proof, clock: Slice) -> None:
    """Self-test the next variant, or what is left of it."""
    seed = proof.variants
    try:
        filled = fill(drill, seed)
        answers = list(_answers(filled))
        if not any(place.startswith("good") for place, _, _ in answers):
            proof.failures.append(Failure(seed, "good", "there is no good answer"))
        while proof.at < len(answers):
            _try(drill, filled, seed, answers[proof.at], proof)
            proof.at += 1
            clock.look()
    except (BadDraw, TooLong) as error:
        proof.failures.append(Failure(seed, "values", str(error)))
    except TimeIsUp:
        raise
    except Exception as error:
        log.exception("drill %s: variant %s could not be tested", drill.get("id"), seed)
        proof.failures.append(Failure(seed, "drill", f"it could not be tested ({type(error).__name__})"))
    proof.variants, proof.at = seed + 1, 0
    clock.look()


def _answers(filled: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(place, answer, sentence that it should fail with) of everything that the self-test looks at."""
    for number, answer in enumerate(good_answers(filled)):
        yield f"good[{number}]", answer, ""
    yield from bad_answers(filled)


def _try(
    drill: Mapping[str, Any], filled: Mapping[str, Any], seed: int, one: tuple[str, str, str], proof: Proof
) -> None:
    place, answer, sentence = one
    must_pass = place.startswith("good")
    verdict = get(str(filled["grader"])).grade(answer, filled)
    problem = _problem(verdict, must_pass, sentence)
    proof.graded += 1
    proof.bad += not must_pass
    proof.named += bool(sentence)
    if problem and len(proof.failures) < MOST_FAILURES:
        proof.failures.append(Failure(seed, place, problem, answer))
    if place in proof.slots or len(proof.slots) < MOST_SLOTS:
        slot = proof.slots.setdefault(place, Slot(place, must_pass, sentence, said=what_happened(verdict)))
        slot.tried += 1
        slot.wrong += bool(problem)


def _problem(verdict: Verdict, must_pass: bool, sentence: str) -> str:
    """Why this is not what should have happened, or nothing."""
    if must_pass:
        return "" if verdict.ok else f"it does not pass: {what_happened(verdict)}"
    if verdict.ok:
        return "a bad answer passes"
    if sentence and not names(verdict, sentence):
        return f"it does not fail at “{sentence[:80]}”: {what_happened(verdict)}"
    return ""


def what_happened(verdict: Verdict) -> str:
    """In a sentence or two: the error, or the checks that do not hold."""
    if verdict.ok:
        return "All checks hold."
    failed = [f"{check.label}: {check.say}" for check in verdict.checks if not check.ok]
    said = verdict.error or " ".join(failed) or "Nothing was checked."
    return said if len(said) <= LONGEST_SAID else f"{said[:LONGEST_SAID]}…"


def _break_variant(drill: Mapping[str, Any], proof: Proof, clock: Slice) -> None:
    """Break the good answers of the next variant, or go on with it: `at` counts what was taken from the makers."""
    seed = proof.broken_variants
    try:
        filled = fill(drill, seed)
        grader = get(str(filled["grader"]))
        for place, (good, mutant) in enumerate(_mutants(filled)):
            if place < proof.at:
                continue
            survives = grader.grade(mutant, filled).ok
            proof.at, proof.made, proof.noticed = place + 1, proof.made + 1, proof.noticed + (not survives)
            if survives and len(proof.survivors) < MOST_SURVIVORS:
                proof.survivors.append(Survivor(seed, good, mutant))
            clock.look()
    except TimeIsUp:
        raise
    except Exception as error:
        log.exception("drill %s: answers of variant %s could not be broken", drill.get("id"), seed)
        proof.failures.append(Failure(seed, "drill", f"it could not be broken ({type(error).__name__})"))
    proof.broken_variants, proof.at = seed + 1, 0
    clock.look()


def _mutants(filled: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(good answer, broken one), each broken one once; at most 400 of each good answer, as `mutation` counts them."""
    grader = get(str(filled["grader"]))
    for good in good_answers(filled):
        seen = {good.strip()}
        for mutant in grader.mutate(good, filled):
            if mutant.strip() in seen:
                continue
            if len(seen) > MOST_MUTANTS:
                break
            seen.add(mutant.strip())
            yield good, mutant
