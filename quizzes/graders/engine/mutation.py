"""The mutation score: break each good answer as learners break it, and count how often the checks notice.

A drill whose checks let broken answers pass teaches something wrong. What survives is listed, so that its author can
add a hidden check, or see that the broken answer does the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.graders.engine.drill import fill
from quizzes.graders.engine.selftest import good_answers
from quizzes.graders.registry import get

BAR_MEAN, BAR_WORST = 0.95, 0.85
MOST_MUTANTS = 400
MOST_SURVIVORS = 20


@dataclass(slots=True)
class MutationReport:
    """`made` broken answers, of which the checks noticed `noticed`; some of the others in `survivors`."""

    made: int = 0
    noticed: int = 0
    survivors: list[str] = field(default_factory=list)

    @property
    def score(self) -> float:
        return self.noticed / self.made if self.made else 0.0


def mutation(spec: Mapping[str, Any], seeds: Iterable[int]) -> MutationReport:
    """Break the good answers of these variants. Raises what a broken drill raises: run the self-test first."""
    report = MutationReport()
    for seed in seeds:
        filled = fill(spec, seed)
        for answer in good_answers(filled):
            _break(answer, filled, report)
    return report


def _break(answer: str, filled: Mapping[str, Any], report: MutationReport) -> None:
    grader = get(str(filled["grader"]))
    seen = {answer.strip()}
    for mutant in grader.mutate(answer, filled):
        if mutant.strip() in seen:
            continue
        if len(seen) > MOST_MUTANTS:
            return
        seen.add(mutant.strip())
        report.made += 1
        if grader.grade(mutant, filled).ok:
            if len(report.survivors) < MOST_SURVIVORS:
                report.survivors.append(mutant)
        else:
            report.noticed += 1
