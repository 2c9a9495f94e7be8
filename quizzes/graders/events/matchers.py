"""One matcher: what a single value in the list of a field asks of a leaf of the event, and how that reads.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from quizzes.graders.events.addresses import Block, digits
from quizzes.graders.events.texts import (
    ends_ignoring_case,
    equals_ignoring_case,
    fits_wildcard,
    starts_ignoring_case,
    wildcard_parts,
)
from quizzes.graders.events.values import Number, Scalar, shown

# (value of the event, text asked for) → whether it holds; only for text. The engine compares with the quotes around a
# value, so that a prefix or a suffix can reach over its end.
TextTest = Callable[[str, str], bool]
TEXT_TESTS: dict[str, TextTest] = {
    "exactly": lambda value, wanted: value == wanted,
    "prefix": lambda value, wanted: f'{value}"'.startswith(wanted),
    "suffix": lambda value, wanted: f'"{value}'.endswith(wanted),
    "equals-ignore-case": equals_ignoring_case,
    "prefix-ignore-case": lambda value, wanted: starts_ignoring_case(f'{value}"', wanted),
    "suffix-ignore-case": lambda value, wanted: ends_ignoring_case(f'"{value}', wanted),
    "wildcard": lambda value, wanted: fits_wildcard(value, wildcard_parts(wanted)),
}
_READS = {
    "exactly": "is",
    "prefix": "begins with",
    "suffix": "ends with",
    "equals-ignore-case": "is, in any case,",
    "prefix-ignore-case": "begins, in any case, with",
    "suffix-ignore-case": "ends, in any case, with",
    "wildcard": "fits",
}


@dataclass(frozen=True, slots=True)
class Matcher:
    """Holds for any leaf; what kinds there are is below."""

    def holds(self, value: Scalar) -> bool:
        """Whether a leaf is what is asked for."""
        return True

    @property
    def numeric(self) -> bool:
        """Whether it compares numbers as numbers."""
        return False

    @property
    def reads(self) -> str:
        return "is there"


@dataclass(frozen=True, slots=True)
class Word(Matcher):
    """true, false or null."""

    word: bool | None

    def holds(self, value: Scalar) -> bool:
        return value is self.word

    @property
    def reads(self) -> str:
        return f"is {shown(self.word)}"


@dataclass(frozen=True, slots=True)
class SameNumber(Matcher):
    number: Number

    def holds(self, value: Scalar) -> bool:
        return isinstance(value, Number) and value.same_as(self.number)

    @property
    def numeric(self) -> bool:
        return self.number.double is not None

    @property
    def reads(self) -> str:
        return f"is the number {shown(self.number)}"


@dataclass(frozen=True, slots=True)
class Between(Matcher):
    """A range of numbers; None is no bound."""

    low: float | None
    high: float | None
    with_low: bool
    with_high: bool
    written: str

    def holds(self, value: Scalar) -> bool:
        if not isinstance(value, Number) or value.double is None:
            return False
        number = value.double
        if self.low is not None and not (number > self.low or (self.with_low and number == self.low)):
            return False
        return self.high is None or number < self.high or (self.with_high and number == self.high)

    @property
    def numeric(self) -> bool:
        return True

    @property
    def reads(self) -> str:
        return f"is a number {self.written}"


@dataclass(frozen=True, slots=True)
class Text(Matcher):
    """One of the ways to compare text; never holds for what is not text."""

    kind: str
    wanted: str

    def holds(self, value: Scalar) -> bool:
        return isinstance(value, str) and TEXT_TESTS[self.kind](value, self.wanted)

    @property
    def reads(self) -> str:
        return f"{_READS[self.kind]} {shown(self.wanted)}"


@dataclass(frozen=True, slots=True)
class Address(Matcher):
    """An IP address or a block of them. `beside_numbers`: another matcher of the field compares numbers."""

    block: Block
    written: str
    beside_numbers: bool = False

    def holds(self, value: Scalar) -> bool:
        if isinstance(value, str):
            found = digits(value)
            return found is not None and self.block.holds(found)
        if isinstance(value, Number) and not (self.beside_numbers and value.double is not None):
            return self.block.holds(value.text)
        return False

    @property
    def reads(self) -> str:
        return f"is an address within {self.written}" if "/" in self.written else f"is {shown(self.written)}"


@dataclass(frozen=True, slots=True)
class Not(Matcher):
    """Anything but these texts, compared in one way. A leaf must be there: nothing is not anything."""

    kind: str
    unwanted: tuple[str, ...]
    quick: frozenset[str] = field(default=frozenset(), compare=False)

    def holds(self, value: Scalar) -> bool:
        if not isinstance(value, str):
            return True
        if self.kind == "exactly":
            return value not in self.quick
        test = TEXT_TESTS[self.kind]
        return not any(test(value, unwanted) for unwanted in self.unwanted)

    @property
    def reads(self) -> str:
        return (
            f"is there, and not: {_READS[self.kind]} {' or '.join(shown(one) for one in self.unwanted[:5])}"
        )


@dataclass(frozen=True, slots=True)
class NotNumber(Matcher):
    """Anything but these numbers; also text, true, false and null."""

    unwanted: tuple[Number, ...]

    def holds(self, value: Scalar) -> bool:
        return not (isinstance(value, Number) and any(value.same_as(one) for one in self.unwanted))

    @property
    def numeric(self) -> bool:
        return True

    @property
    def reads(self) -> str:
        return f"is there, and not {' or '.join(shown(one) for one in self.unwanted[:5])}"


EXISTS = Matcher()
