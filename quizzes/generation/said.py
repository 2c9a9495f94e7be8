"""Whether any source says something of a thing: statements found again by the rarest of their words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache

from quizzes.generation.texts import normalise
from quizzes.generation.wording import content_words

_RAREST = 3
_LOOKED_AT = 60
_SHARED = 0.5


class Said:
    """An index over (statement, statement with the headings and bullets above it)."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._rows: list[tuple[frozenset[str], str]] = []
        self._with: dict[str, list[int]] = defaultdict(list)
        for text, with_context in texts:
            row = len(self._rows)
            telling = content_words(text)
            self._rows.append((telling, with_context))
            for word in telling:
                self._with[word].append(row)
        self._like = lru_cache(maxsize=256)(self._find)
        self._bare = lru_cache(maxsize=2_000)(lambda row: f" {normalise(self._rows[row][1])} ")

    def asserts(self, names: Collection[str], meaning: str) -> bool:
        """Some statement that says much of `meaning` also speaks of one of `names` (normalised)."""
        return any(
            f" {name} " in self._bare(row) for row in self._like(meaning) for name in names if len(name) > 1
        )

    def _find(self, meaning: str) -> tuple[int, ...]:
        own = content_words(meaning)
        if len(own) < 2:
            return ()
        # Who shares most of its words shares the rarest ones; looking only there keeps the cost linear.
        rarest = sorted(
            (word for word in own if word in self._with), key=lambda word: (len(self._with[word]), word)
        )
        near = {
            row for word in rarest[: max(_RAREST, len(own) // 2)] for row in self._with[word][:_LOOKED_AT]
        }
        return tuple(sorted(row for row in near if len(own & self._rows[row][0]) >= _SHARED * len(own)))
