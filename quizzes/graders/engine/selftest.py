"""A drill proves itself: over many seeds every good answer passes, and every bad one fails with its named sentence.

Good answers are the drill's `good`, or those that its grader derives (`answers`). Bad ones are the drill's `bad` and
those that its grader derives (`wrong`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.graders.base import Verdict
from quizzes.graders.engine.draw import BadDraw
from quizzes.graders.engine.drill import fill
from quizzes.graders.engine.filling import TooLong, shown
from quizzes.graders.registry import get

MOST_FAILURES = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with one answer in one variant. `place`: good[0], bad[2], or the grader's own."""

    seed: int
    place: str
    text: str
    answer: str = ""

    def __str__(self) -> str:
        return f"seed {self.seed}, {self.place}: {self.text}"


@dataclass(slots=True)
class SelfTest:
    """`graded`: answers that were tried; `bad`, `named`: bad answers, and those of them with a named sentence."""

    graded: int = 0
    bad: int = 0
    named: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.graded > 0 and not self.failures


def selftest(spec: Mapping[str, Any], seeds: Iterable[int]) -> SelfTest:
    """Grade what must pass and what must fail in each variant; at most 10 failures are kept. Never raises."""
    result = SelfTest()
    for seed in seeds:
        try:
            _variant(spec, seed, result)
        except (BadDraw, TooLong) as error:
            result.failures.append(Failure(seed, "values", str(error)))
        except Exception as error:  # noqa: BLE001  (a drill that cannot be tested has failed its test)
            result.failures.append(Failure(seed, "drill", f"{type(error).__name__}: {error}"))
        if len(result.failures) >= MOST_FAILURES:
            break
    return result


def good_answers(filled: Mapping[str, Any]) -> list[str]:
    """Answers to a filled drill that must pass."""
    written = [shown(answer) for answer in filled.get("good") or ()]
    return written or list(get(str(filled["grader"])).answers(filled))


def bad_answers(filled: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(place, answer, named sentence or "") of answers to a filled drill that must fail."""
    for number, one in enumerate(filled.get("bad") or ()):
        yield f"bad[{number}]", shown(one["answer"]), str(one.get("fails") or "")
    for number, (answer, sentence) in enumerate(get(str(filled["grader"])).wrong(filled)):
        yield f"wrong[{number}]", answer, sentence


def _variant(spec: Mapping[str, Any], seed: int, result: SelfTest) -> None:
    filled = fill(spec, seed)
    grader = get(str(filled["grader"]))
    good = good_answers(filled)
    if not good:
        result.failures.append(Failure(seed, "good", "there is no good answer"))
    for number, answer in enumerate(good):
        result.graded += 1
        verdict = grader.grade(answer, filled)
        if not verdict.ok:
            result.failures.append(Failure(seed, f"good[{number}]", _why(verdict), answer))
    for place, answer, sentence in bad_answers(filled):
        result.graded, result.bad, result.named = (
            result.graded + 1, result.bad + 1, result.named + bool(sentence),
        )  # fmt: skip
        verdict = grader.grade(answer, filled)
        if verdict.ok:
            result.failures.append(Failure(seed, place, "a bad answer passes", answer))
        elif sentence and not names(verdict, sentence):
            text = f"it does not fail at “{sentence[:80]}”, but: {_why(verdict)}"
            result.failures.append(Failure(seed, place, text, answer))


def names(verdict: Verdict, sentence: str) -> bool:
    """A failed check has this label, or says something that begins so; or the error does."""
    failed = [check for check in verdict.checks if not check.ok]
    return (bool(verdict.error) and sentence in verdict.error) or any(
        check.label == sentence or check.say.startswith(sentence) for check in failed
    )


def _why(verdict: Verdict) -> str:
    failed = [f"{check.label}: {check.say}" for check in verdict.checks if not check.ok]
    return verdict.error or "; ".join(failed)[:300] or "nothing was checked"
