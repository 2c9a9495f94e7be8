"""Signs that text recognition left in numbers: `I O` for 10, `I` for 1, `O` for 0. Warnings with a proposal, no more.

Nothing is ever rewritten here: the notes stay as their author has them, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from content.ingest.blocks.lines import Line
from content.ingest.model import Block, BlockKind, Notice

MOST = 100  # warnings of one file
MAX_FOUND = 60  # characters that two places may be apart to be one proposal
_TEXT = (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.TABLE)
_UNIT = (
    r"(?:ms|milliseconds?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|bytes?|[KMGTP]i?B|%|percent"
    r"|times?)\b"
)
_FIRST_PERSON = (
    r"(?:am|was|have|had|has|can|could|will|would|shall|should|do|did|may|might|must|need|want|think|thought|know|knew|use"
    r"|used|like|got|get|see|say|said|expect|expected|mean|guess|recommend|wanted|find|found|made|make)\b"
)
_SUSPECT = re.compile(r"[IlO][ .]?\d|\d[ .]?[IO]|\b[Il]\b|\bI O[A-Z]|\bO[.%]")
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\bI O(?=[A-Z][a-z])"), lambda m: "10"),
    (re.compile(r"(?<![\w.])I (?=\d{1,6}\b(?![.\-/]?[A-Za-z]))"), lambda m: "1"),
    (
        re.compile(r"(?<![\w.])[Il](?=0\d{0,6}\b(?![.-][A-Za-z]))|(?<![\w.])l(?=\d{2,6}\b|\d " + _UNIT + ")"),
        lambda m: "1",
    ),
    (re.compile(r"(?<=\d)O+(?=\d|\s|%|$)"), lambda m: "0" * len(m.group(0))),
    (re.compile(r"(?<![\w.])O(?=\.\d|%)"), lambda m: "0"),
    (re.compile(r"(?<![\w.])[Il](?=\.\d+\s?" + _UNIT + ")"), lambda m: "1"),
    (re.compile(r"(?<![\w.'’])[Il](?= " + _UNIT + r"(?! (?:I|we|you|he|she|they)\b))"), lambda m: "1"),
    (re.compile(r"(?<=[<>=≥≤] )[Il]\b(?!')"), lambda m: "1"),
    (re.compile(r"\b[Il](?= (?:to|or|–|-) \d)"), lambda m: "1"),
    (re.compile(r"(?<=/)I(?=/)|(?<![\w.])I(?=/\d)"), lambda m: "1"),
    (
        re.compile(
            r"\b(?:[Mm]ore than|[Ll]ess than|[Gg]reater than|[Mm]aximum of|[Mm]inimum of|[Aa]t least|[Aa]t most"
            r"|[Uu]p to) I(?= [a-z]{3,})(?! " + _FIRST_PERSON + ")"
        ),
        lambda m: m.group(0)[:-1] + "1",
    ),
)
_NUMBERED = re.compile(r"\b([A-Za-z]{3,20}) ([IlO]|\d{1,2})\b(?!['’])")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """`found` stands in line `line` and probably means `fix`."""

    line: int
    found: str
    fix: str


def warnings(
    path: str, blocks: Sequence[Block], lines: Sequence[Line], right: Collection[int] = ()
) -> list[Notice]:
    """One notice for each line of text that holds a suspicious number. `right`: lines that a person found right."""
    text = [
        lines[no - 1]
        for block in blocks
        if block.kind in _TEXT
        for no in range(block.line_from, block.line_to + 1)
        if no not in right
    ]
    found = suspicions(text)
    notices = [
        Notice(
            path,
            one.line,
            "misread",
            f"{path}, line {one.line}: “{one.found}” may be a misread “{one.fix}”. If so, change it in the notes.",
            one.found,
            one.fix,
        )
        for one in found[:MOST]
    ]
    if len(found) > MOST:
        message = (
            f"{path} holds {len(found) - MOST} more lines with such numbers, from line {found[MOST].line} on. They are "
            "listed once those above are settled."
        )
        notices.append(Notice(path, found[MOST].line, "misread_more", message))
    return notices


def suspicions(lines: Sequence[Line]) -> list[Suspicion]:
    """At most one for each line, with the words around it that change."""
    found: list[Suspicion] = []
    suspects = [line for line in lines if _SUSPECT.search(line.text)]
    series = _series(lines) if suspects else set()
    for line in suspects:
        fixed = line.text
        for pattern, replacement in _RULES:
            fixed = pattern.sub(replacement, fixed)
        fixed = _counted(fixed, series)
        if fixed != line.text:
            found.append(Suspicion(line.no, *_changed(line.text, fixed)))
    return found


def _series(lines: Sequence[Line]) -> set[str]:
    """Words that are numbered 2, 3… somewhere, so that "Domain I" among them is number one."""
    return {
        match.group(1).casefold()
        for line in lines
        for match in _NUMBERED.finditer(line.text)
        if match.group(2).isdigit() and match.group(2) != "1"
    }


def _counted(text: str, series: set[str]) -> str:
    """`bucket I` beside `bucket 2`."""

    def one(match: re.Match[str]) -> str:
        word, number = match.groups()
        return f"{word} 1" if number in ("I", "l") and word.casefold() in series else match.group(0)

    return _NUMBERED.sub(one, text)


def _changed(before: str, after: str) -> tuple[str, str]:
    """The words that differ, as they stand and as they are proposed; of a line with many such places the first.

    What stands is long enough to be found again: its words come first where they change.
    """
    start = _same(before, after)
    end = _same(before[start:][::-1], after[start:][::-1])
    end_before, end_after = len(before) - end, len(after) - end
    if end_before - start > MAX_FOUND:  # more than one place, far apart: only the first is proposed now
        end_before, end_after = _first_place(before, after, start)
    left = before.rfind(" ", 0, start) + 1
    right = before.find(" ", end_before)
    right = len(before) if right < 0 else right
    while left and before.find(before[left:right]) < left:  # the same words stand further left, unharmed
        left = before.rfind(" ", 0, left - 1) + 1
    return before[left:right], after[left : end_after + right - end_before]


def _same(before: str, after: str) -> int:
    """How many characters two texts share at their beginning."""
    shorter = min(len(before), len(after))
    return next((at for at in range(shorter) if before[at] != after[at]), shorter)


def _first_place(before: str, after: str, start: int) -> tuple[int, int]:
    """Where the first difference ends in both: where they go on alike for a while."""
    for gap in range(1, 12):
        for one in range(gap + 1):
            left, right = start + gap, start + one
            if before[left : left + 12] == after[right : right + 12]:
                return left, right
            if before[right : right + 12] == after[left : left + 12]:
                return right, left
    return len(before), len(after)
