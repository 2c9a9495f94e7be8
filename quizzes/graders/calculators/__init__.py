"""Figures as the vendor documents them: pure functions that a drill, or a formula of a drill, names.

    calculate: {name: read_units, reads: "{{reads}}", item_kb: "{{kb}}", consistency: strong}
    let: {units: "read_units(reads=reads, item_kb=kb)"}

Every calculator names the vendor's page that it implements and the day on which the page was read.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Problem
from quizzes.graders.calculators import capacity, deploying, networks, registries, scaling, timing
from quizzes.graders.calculators.base import CALCULATORS, LARGEST, MOST_ITEMS, Calculator

__all__ = ["CALCULATORS", "Calculator", "calculate", "calculator_problems"]

_FILES = (capacity, deploying, networks, registries, scaling, timing)  # importing them fills CALCULATORS


def calculate(name: str, arguments: Mapping[str, Any]) -> Any:
    """The result of a calculator. Raises ValueError with part of a sentence, and nothing else."""
    known = CALCULATORS.get(name)
    if known is None:
        raise ValueError(f"there is no calculator “{name}”")
    if problem := _argument_problem(known, arguments):
        raise ValueError(f"{name}: {problem}")
    try:
        return known.function(**arguments)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    except (TypeError, LookupError, ArithmeticError, AttributeError):
        raise ValueError(f"{name}: these arguments do not fit together") from None


def calculator_problems(given: Any) -> Iterator[Problem]:
    """What is wrong with `calculate` in a drill."""
    if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
        yield Problem("calculate", "This must be {name: a calculator, …its arguments}.")
        return
    try:
        result = calculate(given["name"], {key: value for key, value in given.items() if key != "name"})
    except ValueError as error:
        yield Problem("calculate", f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return
    if not isinstance(result, int | float) or isinstance(result, bool):
        yield Problem("calculate", f"{given['name']} gives no number; use it in a formula.")


def _argument_problem(known: Calculator, arguments: Mapping[str, Any]) -> str:
    wanted = known.arguments
    if strange := [key for key in arguments if key not in wanted]:
        return f"there is no argument “{strange[0]}”; there are: {', '.join(wanted)}"
    needed = [key for key, one in wanted.items() if one.default is inspect.Parameter.empty]
    if missing := [key for key in needed if key not in arguments]:
        return f"the argument “{missing[0]}” is missing"
    return next((f"“{key}” {why}" for key, value in arguments.items() if (why := _unfit(value))), "")


def _unfit(value: Any) -> str:
    """Why a value is none that calculators take, or ""."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "" if math.isfinite(value) and abs(value) <= LARGEST else "is too large"
    if isinstance(value, list | tuple | Mapping) and len(value) > MOST_ITEMS:
        return "has too many items"
    return ""
