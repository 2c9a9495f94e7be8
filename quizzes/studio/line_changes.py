"""Two texts side by side as one: which lines went, which came, and what in a changed line is another.

Made for texts with a change here and there: what they begin and end with alike is set aside first, so the cost follows
what differs and not what is long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 2  # lines of context
MOST_LINES = 200  # comparing costs the product of both sides; more than that is told as one change
MOST_SHOWN = 60
LONGEST = 400
LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """`kind`: same, gone, new or skipped. Of a changed line, `middle` is what differs between `before` and `after`."""

    kind: str
    before: str
    middle: str = ""
    after: str = ""


def changes(old: str, new: str) -> list[ChangedLine]:
    """What changed, with the lines around it; empty when nothing did."""
    found = list(_with_gaps(list(_lines(old.rstrip("\n").split("\n"), new.rstrip("\n").split("\n")))))
    return found if len(found) <= MOST_SHOWN else [*found[:MOST_SHOWN], ChangedLine("skipped", "…")]


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[ChangedLine]:
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    yield from (ChangedLine("same", line) for line in old[:head])
    yield from _compared(old[head : len(old) - tail], new[head : len(new) - tail])
    yield from (ChangedLine("same", line) for line in old[len(old) - tail :])


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[ChangedLine]:
    if max(len(old), len(new)) > MOST_LINES:
        yield from _replaced(old, new)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (ChangedLine("same", line) for line in old[a:b])
        else:
            yield from _replaced(old[a:b], new[c:d])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[ChangedLine]:
    """Lines that went, then lines that came; the same number of both are taken for the same lines, changed."""
    if len(old) != len(new):
        yield from (ChangedLine("gone", "", line) for line in old)
        yield from (ChangedLine("new", "", line) for line in new)
        return
    for one, other in zip(old, new, strict=True):
        head = _to_a_word(one, _alike(one, other))
        tail = _to_a_word(one[::-1], _alike(one[head:][::-1], other[head:][::-1]))
        for kind, line in (("gone", one), ("new", other)):
            yield ChangedLine(kind, line[:head], line[head : len(line) - tail], line[len(line) - tail :])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items they begin with alike."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _to_a_word(line: str, alike: int) -> int:
    """So many signs less that no word is cut in two; a word without an end is."""
    shorter = alike
    while shorter and line[shorter - 1].isalnum() and line[shorter : shorter + 1].isalnum():
        shorter -= 1
    return shorter if alike - shorter <= LONGEST_WORD else alike


def _with_gaps(lines: Sequence[ChangedLine]) -> Iterator[ChangedLine]:
    """Only lines near a change; a mark where others were left out."""
    changed = [place for place, line in enumerate(lines) if line.kind != "same"]
    near = {place + step for place in changed for step in range(-AROUND, AROUND + 1)}
    skipped = False
    for place, line in enumerate(lines):
        if place in near:
            yield _cut(line)
        elif not skipped and changed:
            yield ChangedLine("skipped", "…")
        skipped = place not in near


def _cut(line: ChangedLine) -> ChangedLine:
    """Of an endless line, the part around what differs."""
    if line.kind == "same":
        return line if len(line.before) <= LONGEST else ChangedLine("same", f"{line.before[:LONGEST]}…")
    before = line.before if len(line.before) <= LONGEST else f"…{line.before[-LONGEST:]}"
    middle = line.middle if len(line.middle) <= LONGEST else f"{line.middle[:LONGEST]}…"
    after = line.after if len(line.after) <= LONGEST else f"{line.after[:LONGEST]}…"
    return ChangedLine(line.kind, before, middle, after)
