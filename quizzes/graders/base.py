"""The contract of a grader."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `say` teaches; a hidden check is shown only after the answer."""

    label: str
    ok: bool
    say: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    checks: tuple[Check, ...]
    error: str = ""

    @property
    def score(self) -> float:
        """Share of checks that hold, 0 to 1."""
        return sum(check.ok for check in self.checks) / len(self.checks) if self.checks else 0.0

    @property
    def ok(self) -> bool:
        return bool(self.checks) and not self.error and all(check.ok for check in self.checks)


class Grader(abc.ABC):
    name: ClassVar[str]

    @abc.abstractmethod
    def problems(self, spec: Mapping[str, Any]) -> list[str]:
        """What is wrong with a drill for this grader, as sentences."""

    @abc.abstractmethod
    def grade(self, spec: Mapping[str, Any], seed: int, answer: Any) -> Verdict:
        """Total on any answer: a wrong shape is a verdict with an `error` sentence, never an exception."""
