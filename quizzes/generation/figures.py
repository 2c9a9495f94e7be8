"""What the sources count: the numbers seen with each unit, and who else gives a figure for the same thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from quizzes.generation.numbers import amount, numbers
from quizzes.generation.wording import content_words

_RAREST = 4
_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class _Counted:
    """A statement with figures of one unit."""

    text: str
    telling: frozenset[str]
    figures: frozenset[str]


class Figures:
    """Numbers with units of every text of every source."""

    def __init__(self, texts: Iterable[str]) -> None:
        seen: dict[str, dict[str, None]] = defaultdict(dict)
        self._counted: dict[tuple[str, str], list[_Counted]] = defaultdict(list)
        for text in texts:
            figures: dict[str, set[str]] = defaultdict(set)
            for number in numbers(text):
                figures[number.unit].add(number.figure)
                seen[number.unit][number.figure] = None
            telling = _telling(text) if figures else frozenset()
            for unit, said in figures.items():
                one = _Counted(text, telling, frozenset(said))
                for word in telling:
                    self._counted[unit, word].append(one)
        amounts = {unit: {amount(figure) for figure in figures} for unit, figures in seen.items()}
        self._seen = {
            unit: tuple(sorted(one for one in said if one is not None and one > 0))
            for unit, said in amounts.items()
        }

    def seen(self, unit: str) -> tuple[Decimal, ...]:
        """Every amount above zero that is said with this unit, the smallest first."""
        return self._seen.get(unit, ())

    def said_like(self, text: str, unit: str) -> frozenset[str]:
        """Figures of this unit that any source gives for what seems to be the same thing."""
        own = _telling(text)
        # Who shares most of its words shares the rarest ones; looking only there keeps the cost linear.
        rarest = sorted(own, key=lambda word: (len(self._counted.get((unit, word), ())), word))[:_RAREST]
        said: set[str] = set()
        for word in rarest:
            for one in self._counted.get((unit, word), ())[:_LOOKED_AT]:
                if one.text != text and len(own & one.telling) >= 0.6 * min(len(own), len(one.telling)):
                    said |= one.figures
        return frozenset(said)


def _telling(text: str) -> frozenset[str]:
    return frozenset(word for word in content_words(text) if not word.isdigit())
