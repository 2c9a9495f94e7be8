"""The patterns by name. A new pattern is one file in `patterns/` and one test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from quizzes.generation import patterns as package

if TYPE_CHECKING:
    from quizzes.generation.material import Material
    from quizzes.generation.model import Idea
    from quizzes.generation.statements import Statement

    Pattern = Callable[[Statement, Material], Iterable[Idea]]

_patterns: dict[str, Pattern] = {}


def pattern(name: str) -> Callable[[Pattern], Pattern]:
    """Register a pure function (statement, material) -> ideas under `name`."""

    def register(function: Pattern) -> Pattern:
        if name in _patterns:
            raise ValueError(f"Two patterns are called {name!r}.")
        _patterns[name] = function
        return function

    return register


def patterns() -> dict[str, Pattern]:
    """All patterns, in the order of their names."""
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_patterns.items()))
