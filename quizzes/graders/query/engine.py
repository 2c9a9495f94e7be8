"""JMESPath, as the CLI's --query has it, with bounds on what a learner's expression may do.

The package's interpreter runs the expression; every node it visits costs a step, and every list or text that is made
is measured as if it were written down, so that doubling cannot grow without end.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-filter.html
https://jmespath.org/specification.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

LONGEST = 2_000
MOST_STEPS = 30_000
MOST_VALUES = 20_000  # of one result
MOST_MEASURED = 300_000  # of all results together
MOST_NESTED = 60

# nodes that make new values; all others choose among those that are there
_GROWING = {
    *(
        "multi_select_list",
        "multi_select_dict",
        "flatten",
        "projection",
        "filter_projection",
        "value_projection",
    ),
    "function_expression",
}


class BadExpression(ValueError):
    """Why an expression cannot be read or run, as a whole sentence."""


class Missing(Exception):
    """The package jmespath is not installed."""


def run(text: str, data: Any) -> Any:
    """What the expression makes of the data. Raises BadExpression, or Missing."""
    if len(text) > LONGEST:
        raise BadExpression(f"A query has at most {LONGEST:,} signs here.")
    if _nested(text) > MOST_NESTED:
        raise BadExpression("This query is nested too deep.")
    package, interpreter = _package()
    try:
        found = interpreter().visit(package.compile(text).parsed, data)
        if not _is_plain(found):
            raise BadExpression(
                "“&…” is no value; it stands only within functions such as sort_by(@, &Name)."
            )
        return found
    except BadExpression:
        raise
    except RecursionError:
        raise BadExpression("This query is nested too deep.") from None
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
    ) as error:  # also all of the package
        raise BadExpression(_sentence(error)) from None


def _nested(text: str) -> int:
    """How deep brackets stand in one another at the most; those in quotes count too, which no sensible query minds."""
    deepest = depth = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _sentence(error: Exception) -> str:
    """Why the package refused, in our words. Its errors are known by their names, the nearest one first."""
    for kind in type(error).__mro__:
        if kind.__name__ in _SENTENCES:
            return _SENTENCES[kind.__name__](error)
    return "This query cannot be run."


_SENTENCES: dict[str, Callable[[Any], str]] = {
    "EmptyExpressionError": lambda error: "Here is no query yet.",
    "LexerError": lambda error: (
        f"At sign {error.lexer_position + 1}, “{str(error.token_value)[:30]}” cannot be read."
    ),
    "IncompleteExpressionError": lambda error: "The query ends too early.",
    "ArityError": lambda error: f"“{error.function_name}” takes another number of values.",
    "UnknownFunctionError": lambda error: f"{str(error)[:100]}.",
    "JMESPathTypeError": lambda error: (
        f"“{error.function_name}” needs {' or '.join(map(str, error.expected_types))}, not {error.actual_type}."
    ),
    "ParseError": lambda error: (
        f"At sign {error.lex_position + 1}, “{str(error.token_value)[:30]}” cannot stand."
    ),
}


def size(value: Any, limit: int) -> int:
    """How many values there are if it is written down, and a value for every 100 signs of text; at most limit + 1.

    What is nested deeper than 60 levels is over every limit.
    """
    count, waiting = 0, [(value, 0)]
    while waiting and count <= limit:
        here, depth = waiting.pop()
        count += 1
        if isinstance(here, str):
            count += len(here) // 100
        elif isinstance(here, dict | list):
            if len(here) > limit or depth >= MOST_NESTED:
                return limit + 1
            waiting.extend(
                (below, depth + 1) for below in (here.values() if isinstance(here, dict) else here)
            )
    return min(count, limit + 1)


def _is_plain(value: Any) -> bool:
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict | list):
            waiting.extend(here.values() if isinstance(here, dict) else here)
        elif here is not None and not isinstance(here, str | int | float):
            return False
    return True


@cache
def _package() -> tuple[Any, Any]:
    """The package, and its interpreter with bounds. Loaded when the first query comes."""
    try:
        package, visitor = import_module("jmespath"), import_module("jmespath.visitor")
    except ModuleNotFoundError:
        raise Missing from None

    class Bounded(visitor.TreeInterpreter):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.steps, self.measured = MOST_STEPS, MOST_MEASURED

        def visit(self, node: Any, *values: Any, **options: Any) -> Any:
            self.steps -= 1
            if self.steps < 0:
                raise BadExpression("This query takes too many steps.")
            found = super().visit(node, *values, **options)
            if node["type"] in _GROWING and isinstance(found, list | dict | str):
                counted = size(found, MOST_VALUES)
                self.measured -= counted
                if counted > MOST_VALUES or self.measured < 0:
                    raise BadExpression("The result of this query grows too large.")
            return found

    return package, Bounded
