"""What a calculator is: a pure function with the vendor's page that it implements, and the day that page was read."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

CHECKED_ON = "2026-11-21"
LARGEST = 1e12
MOST_ITEMS = 200

_F = TypeVar("_F", bound=Callable[..., Any])
CALCULATORS: dict[str, Calculator] = {}


@dataclass(frozen=True, slots=True)
class Calculator:
    """`page`: the rule's source; `checked_on`: when it was last compared with it; `says`: what it computes."""

    name: str
    function: Callable[..., Any]
    page: str
    checked_on: str

    @property
    def says(self) -> str:
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def arguments(self) -> Mapping[str, inspect.Parameter]:
        return _arguments(self.function)


@cache
def _arguments(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def calculator(page: str, checked_on: str = CHECKED_ON) -> Callable[[_F], _F]:
    """Decorator: drills may name this function. All of its arguments are given by keyword."""

    def register(function: _F) -> _F:
        CALCULATORS[function.__name__] = Calculator(function.__name__, function, page, checked_on)
        return function

    return register


def up(value: float) -> int:
    """Rounded up, without being fooled by the last bits of a decimal fraction."""
    return math.ceil(round(value, 9))


def down(value: float) -> int:
    """Rounded down, likewise."""
    return math.floor(round(value, 9))


def need(condition: bool, reason: str) -> None:
    """ValueError with part of a sentence when an argument makes no sense."""
    if not condition:
        raise ValueError(reason)


def one_of(value: str, *known: str) -> str:
    need(value in known, f"“{value}” is none of {', '.join(known)}")
    return value
