"""`number`: one figure, computed from the numbers of the task.

    unit: RCU                          shown behind the box; may be left out or be written behind the answer
    expect: "{{units}}"                the right figure; usually from `let`
    calculate: {name: read_units, …}   or a calculator with its arguments (see quizzes.graders.calculators)
    tolerance: 0.5                     how far off is still right; `5%` is a share; 0 when left out
    label, say                         of the check: what is asked, and how it is computed
    traps: [{value: "{{wrong}}", say: You forgot to round up.}]   figures of usual mistakes, with their sentence
    show: {update: ecs, …}             a rolling update drawn after the answer (see quizzes.graders.bars)

A comma between digits groups thousands (12,500); a point is the decimal point. Powers and fractions are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quizzes.graders.bars import bars, show_problems
from quizzes.graders.base import Check, Grader, Problem, Spec, Verdict, Widget, grader
from quizzes.graders.calculators import calculate, calculator_problems
from quizzes.graders.engine.filling import shown
from quizzes.graders.engine.mutants import broken_number

_ANSWER = re.compile(
    r"([-+]?)\s{0,3}([0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,15})?(\.[0-9]{1,15})?\s*(.{0,40})", re.DOTALL
)


@grader("number")
class Number(Grader):
    keys = frozenset({"unit", "expect", "calculate", "tolerance", "label", "say", "traps", "show"})

    def validate(self, spec: Spec) -> Iterator[Problem]:
        if ("expect" in spec) == ("calculate" in spec):
            yield Problem("expect", "Write `expect` with the figure, or `calculate` with a calculator.")
        elif "calculate" in spec:
            yield from calculator_problems(spec["calculate"])
        elif not _is_number(spec["expect"]):
            yield Problem("expect", f"This must be a number, not “{str(spec['expect'])[:40]}”.")
        if _tolerance(spec, 1.0) is None:
            yield Problem("tolerance", "This must be a number from 0 on, or a share such as 5%.")
        if not isinstance(spec.get("say"), str):
            yield Problem("say", "The drill needs `say`: how the figure is computed.")
        yield from _trap_problems(spec.get("traps"))
        yield from show_problems(spec.get("show"))

    def widget(self, spec: Spec) -> Widget:
        return Widget("number", unit=str(spec.get("unit") or ""))

    def answers(self, spec: Spec) -> Iterable[str]:
        return [shown(expected(spec))]

    def wrong(self, spec: Spec) -> Iterator[tuple[str, str]]:
        """Traps, where they differ from the right figure and from those before (in some variants they do not)."""
        for trap in spec.get("traps") or ():
            value, say = trap["value"], str(trap["say"])
            if not _near(value, spec) and _trap(float(value), spec) is trap:
                yield shown(value), say

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        value = read_number(answer, str(spec.get("unit") or ""))
        if isinstance(value, float):
            broken = broken_number(shown(value))
            yield from (one for one in broken if not _near(float(one), spec))

    def grade(self, answer: str, spec: Spec) -> Verdict:
        value = read_number(answer, str(spec.get("unit") or ""))
        if isinstance(value, str):
            return Verdict.refused(value)
        label = str(spec.get("label") or "The figure")
        right = _near(value, spec)
        check = Check(label, right, str(spec["say"]) if right else self._why(value, spec))
        return Verdict((check,), trace=(bars(spec["show"]),) if spec.get("show") else ())

    def _why(self, value: float, spec: Spec) -> str:
        if (trap := _trap(value, spec)) is not None:
            return str(trap["say"])
        unit = f" {spec['unit']}" if spec.get("unit") else ""
        return f"{spec['say']} The figure is {shown(expected(spec))}{unit}."


def expected(spec: Spec) -> float:
    """The right figure."""
    if "calculate" in spec:
        arguments = {key: value for key, value in spec["calculate"].items() if key != "name"}
        return float(calculate(str(spec["calculate"]["name"]), arguments))
    return float(spec["expect"])


def read_number(text: str, unit: str = "") -> float | str:
    """The figure in an answer, or the sentence that says why there is none."""
    found = _ANSWER.fullmatch(text.strip())
    if found is None or not (found[2] or found[3]):
        return "Answer with one number, such as 12 or 0.5."
    behind = found[4].strip().rstrip(".").casefold()
    if behind and behind not in _accepted(unit):
        wanted = f" or in {unit}" if unit else ""
        return (
            f"“{found[4].strip()}” behind the number is not understood. Answer with the number alone{wanted}."
        )
    return float(f"{found[1]}{(found[2] or '0').replace(',', '')}{found[3] or ''}")


def _accepted(unit: str) -> set[str]:
    word = unit.strip().casefold()
    return {word, word.rstrip("s"), f"{word}s"} if word else set()


def _trap(value: float, spec: Spec) -> Mapping[str, Any] | None:
    """The first trap with this figure."""
    fitting = (
        trap for trap in spec.get("traps") or () if abs(value - trap["value"]) <= 1e-6 * max(1.0, abs(value))
    )
    return next(fitting, None)


def _near(value: float, spec: Spec) -> bool:
    right = expected(spec)
    room = _tolerance(spec, right)
    return abs(value - right) <= (room or 0.0) + 1e-9 * max(1.0, abs(right))


def _tolerance(spec: Spec, right: float) -> float | None:
    """How far off is still right, in the unit of the figure. None when it is not written properly."""
    given = spec.get("tolerance", 0)
    share = isinstance(given, str) and given.strip().endswith("%")
    try:
        value = float(given.strip().rstrip("%")) if isinstance(given, str) else float(given)
    except (TypeError, ValueError):
        return None
    if not 0 <= value < 1e15:
        return None
    return abs(right) * value / 100 if share else value


def _trap_problems(traps: Any) -> Iterator[Problem]:
    if traps is None:
        return
    if not isinstance(traps, list):
        yield Problem("traps", "This must be a list of {value, say}.")
        return
    for place, trap in enumerate(traps):
        if not isinstance(trap, Mapping) or set(trap) != {"value", "say"}:
            yield Problem(f"traps[{place}]", "A trap has `value` and `say`.")
        elif not _is_number(trap["value"]) or not isinstance(trap["say"], str):
            yield Problem(f"traps[{place}]", "`value` must be a number and `say` a sentence.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
