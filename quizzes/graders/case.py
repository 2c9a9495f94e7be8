"""`case`: a situation told in steps. Each step asks for one decision and shows what follows from it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from quizzes.graders.base import Check, Grader, Verdict


class CaseGrader(Grader):
    """An answer is the list of chosen option indexes, one a step, in the order of the spec."""

    name: ClassVar[str] = "case"

    def problems(self, spec: Mapping[str, Any]) -> list[str]:
        steps = spec.get("steps")
        if not isinstance(steps, list) or not steps:
            return ["The drill has no steps."]
        return [
            problem for number, step in enumerate(steps, start=1) for problem in _step_problems(number, step)
        ]

    def grade(self, spec: Mapping[str, Any], seed: int, answer: Any) -> Verdict:
        steps = spec["steps"]
        if not isinstance(answer, Sequence) or isinstance(answer, str) or len(answer) > len(steps):
            return Verdict((), error="The answer is a list of choices, one a step.")
        checks: list[Check] = []
        for step, chosen in zip(steps, answer, strict=False):
            options = step["options"]
            if not isinstance(chosen, int) or isinstance(chosen, bool) or not 0 <= chosen < len(options):
                return Verdict(tuple(checks), error="A choice is not among the options of its step.")
            option = options[chosen]
            checks.append(Check(label=str(step["ask"]), ok=bool(option["ok"]), say=str(option["say"])))
        return Verdict(tuple(checks))


def order(spec: Mapping[str, Any], seed: int, step: int) -> list[int]:
    """Option indexes of a step in the order shown to this attempt."""
    indexes = list(range(len(spec["steps"][step]["options"])))
    random.Random(f"{seed}:{step}").shuffle(indexes)  # noqa: S311  (a shuffle, not a secret)
    return indexes


def _step_problems(number: int, step: Any) -> list[str]:
    if not isinstance(step, Mapping) or not str(step.get("ask") or "").strip():
        return [f"Step {number} asks nothing."]
    options = step.get("options")
    if not isinstance(options, list) or not 2 <= len(options) <= 8:
        return [f"Step {number} needs from 2 to 8 options."]
    found = []
    for place, option in enumerate(options, start=1):
        if not isinstance(option, Mapping) or not str(option.get("text") or "").strip():
            found.append(f"Step {number}, option {place} has no text.")
        elif not isinstance(option.get("ok"), bool):
            found.append(f"Step {number}, option {place}: write “ok: true” or “ok: false”.")
        elif not str(option.get("say") or "").strip():
            found.append(f"Step {number}, option {place} does not say what follows from it.")
    if not found and sum(option["ok"] for option in options) != 1:
        found.append(f"Step {number} needs exactly one option with “ok: true”.")
    return found
