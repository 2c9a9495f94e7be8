"""What was reworded, word by word. Pure; the Studio shows it with <ins> and <del>.

("at most 5 replicas", "at most 15 replicas") → at most [-5-] [+15+] replicas
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

_WORD = re.compile(r"\w+(?:[-'’.,:/]\w+)*|[^\w\s]")
MOST_WORDS = 600  # comparing costs the product of both sides; longer texts are told as one change
_ISLAND = 3  # a run of as few letters between two changes is no landmark: it is part of the change


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words. `kind`: "same", "gone" (only in the old text) or "new". `gap`: the space before it, or ""."""

    kind: str
    text: str
    gap: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    gap: str


def pieces(old: str, new: str) -> list[Piece]:
    """Both texts as one run. Without the new pieces it reads as the old text, without the gone ones as the new one."""
    before, after = _words(old), _words(new)
    return list(_joined(_islands_drowned(_compared(before, after))))


def _words(text: str) -> list[_Word]:
    found: list[_Word] = []
    end = 0
    for match in _WORD.finditer(text):
        found.append(_Word(match.group(), " " if found and match.start() > end else ""))
        end = match.end()
    return found


Run = tuple[str, Sequence[_Word]]


def _compared(before: list[_Word], after: list[_Word]) -> list[Run]:
    if max(len(before), len(after)) > MOST_WORDS:
        return [("gone", before), ("new", after)]
    matcher = SequenceMatcher(
        None, [word.text for word in before], [word.text for word in after], autojunk=False
    )
    runs: list[Run] = []
    for tag, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        if tag == "equal":
            runs.append(("same", after[b_from:b_to]))
        else:
            runs += [("gone", before[a_from:a_to]), ("new", after[b_from:b_to])]
    return [run for run in runs if run[1]]


def _islands_drowned(runs: list[Run]) -> list[Run]:
    """A comma or an “of” that happens to stand in both texts makes a change harder to read, not easier."""
    told: list[Run] = []
    for place, (kind, words) in enumerate(runs):
        inner = 0 < place < len(runs) - 1
        if kind == "same" and inner and sum(len(word.text) for word in words) <= _ISLAND:
            told += [("gone", words), ("new", words)]
        else:
            told.append((kind, words))
    return told


def _joined(runs: list[Run]) -> Iterator[Piece]:
    """Neighbouring changes as one: first all that went, then all that came."""
    for same, group in groupby(runs, lambda run: run[0] == "same"):
        changed = list(group)
        for kind in ("same",) if same else ("gone", "new"):
            words = [word for of_kind, run in changed if of_kind == kind for word in run]
            if words:
                text = words[0].text + "".join(word.gap + word.text for word in words[1:])
                told_before = kind == "new" and any(of_kind == "gone" for of_kind, _ in changed)
                yield Piece(kind, text, " " if told_before else words[0].gap)
