"""`case`: a situation told in steps. Each step asks for one decision and shows what follows from it.

    steps: [{ask: …, options: [{text: …, ok: true, say: what follows}, …]}, …]

An answer is the list of chosen option numbers, counted from 0 in the order of the drill, one a step: "0, 2, 1".
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Grader, Problem, Spec, Verdict, Widget, grader

_CHOSEN = re.compile(r"[0-9]{1,3}")


@grader("case")
class CaseGrader(Grader):
    keys = frozenset({"steps"})

    def validate(self, spec: Spec) -> Iterator[Problem]:
        steps = spec.get("steps")
        if not isinstance(steps, list) or not steps:
            yield Problem("steps", "The drill has no steps.")
            return
        for number, step in enumerate(steps, start=1):
            for text in _step_problems(number, step):
                yield Problem(f"steps[{number - 1}]", text)

    def widget(self, spec: Spec) -> Widget:
        return Widget("steps")

    def answers(self, spec: Spec) -> Iterable[str]:
        return [_written(_right(step) for step in spec["steps"])]

    def wrong(self, spec: Spec) -> Iterator[tuple[str, str]]:
        right = [_right(step) for step in spec["steps"]]
        for number, step in enumerate(spec["steps"]):
            for place, option in enumerate(step["options"]):
                if not option["ok"]:
                    yield _written([*right[:number], place, *right[number + 1 :]]), str(option["say"])

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        return (wrong for wrong, _ in self.wrong(spec))

    def grade(self, answer: str, spec: Spec) -> Verdict:
        chosen_ones = [int(number) for number in _CHOSEN.findall(answer)]
        if not re.fullmatch(r"[\[\]\s,0-9]*", answer) or len(chosen_ones) > len(spec["steps"]):
            return Verdict.refused("The answer is a list of choices, one a step.")
        checks: list[Check] = []
        for step, chosen in zip(spec["steps"], chosen_ones, strict=False):
            options = step["options"]
            if chosen >= len(options):
                return Verdict(tuple(checks), error="A choice is not among the options of its step.")
            option = options[chosen]
            checks.append(Check(label=str(step["ask"]), ok=bool(option["ok"]), say=str(option["say"])))
        return Verdict(tuple(checks))


def order(spec: Mapping[str, Any], seed: int, step: int) -> list[int]:
    """Option indexes of a step in the order shown to this attempt."""
    indexes = list(range(len(spec["steps"][step]["options"])))
    random.Random(f"{seed}:{step}").shuffle(indexes)  # noqa: S311  (a shuffle, not a secret)
    return indexes


def _right(step: Mapping[str, Any]) -> int:
    return next(place for place, option in enumerate(step["options"]) if option["ok"])


def _written(places: Iterable[int]) -> str:
    return ", ".join(str(place) for place in places)


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
