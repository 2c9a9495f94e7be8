"""Runs of options → questions: the stem above them, the key and explanation below them or at the end of the section."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from content.ingest.identity import normalise
from content.ingest.markup import is_only_links, plain
from content.ingest.questions.answer_keys import KeySection
from content.ingest.questions.found import Found, Unclear
from content.ingest.questions.keys import key_of
from content.ingest.questions.option_marks import BOX, LETTER
from content.ingest.questions.options import Run
from content.ingest.questions.rows import (
    HEADING,
    Row,
    answer_of,
    asks,
)
from content.ingest.questions.stems import asks_plainly, stem_start, stem_text
from content.ingest.questions.tails import Tail, read_tail

_HOW_MANY = re.compile(
    r"\b(?:choose|select|pick|which)\s(?:the\s|any\s)?(two|three|four|five|2|3|4|5)\b", re.IGNORECASE
)
_COUNT = {"two": 2, "three": 3, "four": 4, "five": 5, "2": 2, "3": 3, "4": 4, "5": 5}
NO_KEY = "no answer is given for it"
DISAGREE = "its marks and its answer line name different options"
UNREAD = "its answer cannot be matched with its options"
ALL_RIGHT = "all of its options are marked as right"
SAME = "two of its options say the same"


@dataclass(slots=True)
class Choice:
    """A question with options in the making. `start` and `end` are row indexes, both inclusive."""

    run: Run
    start: int
    stem: str
    number: int | None
    named: bool  # has a label or a number
    headed: bool = False  # its stem is a heading
    end: int = 0
    early: str = ""  # an answer above the options
    tail: Tail = field(default_factory=Tail)
    why_not: str = ""

    @property
    def strong(self) -> bool:
        return self.named or asks_plainly(self.stem)


def choices_of(
    rows: Sequence[Row], runs: Sequence[Run], sections: Sequence[KeySection], loose: bool
) -> list[Choice]:
    """Questions with options, in order, with or without a key: `why_not` says why one cannot be asked."""
    closed = {at for section in sections for at in range(section.start, section.end + 1)}
    found: list[Choice] = []
    for run in runs:
        if run.start in closed:
            continue
        floor = found[-1].run.end + 1 if found else 0
        before = found[-1] if found else None
        choice = _headed(rows, run, floor, before)
        if choice is not None:
            found.append(choice)
    starts = [choice.start for choice in found] + [len(rows)]
    for choice, limit in zip(found, starts[1:], strict=True):
        opened = min((section.start for section in sections if section.start > choice.run.end), default=limit)
        choice.tail = read_tail(rows, choice.run, min(limit, opened), choice.named and loose)
        choice.end = max(choice.run.end, choice.tail.end)
        _decide(choice)
    _from_sections(found, sections)
    for choice in found:
        if not choice.why_not:
            _check(choice)
    return [choice for choice in found if not _ordinary(choice)]


def _headed(rows: Sequence[Row], run: Run, floor: int, before: Choice | None) -> Choice | None:
    """The run with its stem; None when there is none, or when the run goes on with the explanation above it."""
    start = (
        run.start if run.stem else stem_start(rows, run, floor, before.number if before is not None else None)
    )
    if start is None:
        return None
    first = rows[start]
    stem = run.stem or stem_text(rows[start : run.start])
    if not plain(stem):
        return None
    early = next((text for row in rows[start + 1 : run.start] if (text := answer_of(row))), "")
    return Choice(
        run,
        start,
        stem,
        first.number,
        first.label or first.number is not None,
        first.kind == HEADING,
        early=early,
    )


def _decide(choice: Choice) -> None:
    """The key, when everything that speaks of it says the same."""
    options, tail = choice.run.options, choice.tail
    if choice.early and not tail.key and (early := key_of(choice.early, options)) is not None:
        tail.key = early.right
    ticked = frozenset(place for place, option in enumerate(options) if option.correct)
    marked = frozenset(place for place, option in enumerate(options) if option.right)
    wrong = frozenset(place for place, option in enumerate(options) if option.wrong)
    said = [one for one in (tail.key, ticked, marked) if one]
    if not said and len(wrong) == len(options) - 1:
        said = [frozenset(range(len(options))) - wrong]
    if not said and tail.unread:
        choice.why_not = UNREAD
    elif not said:
        bold = frozenset(place for place, option in enumerate(options) if option.bold)
        if (
            choice.run.style == LETTER
            and asks_plainly(choice.stem)
            and 0 < len(bold) < len(options)
            and len(bold) <= 3
        ):
            said = [bold]
        else:
            choice.why_not = NO_KEY
    elif any(one != said[0] for one in said):
        choice.why_not = DISAGREE
    if said and not choice.why_not:
        _set(choice, said[0])


def _set(choice: Choice, right: frozenset[int]) -> None:
    for place, option in enumerate(choice.run.options):
        option.correct = place in right


def _check(choice: Choice) -> None:
    options = choice.run.options
    texts = [normalise(option.text) or option.text for option in options]
    if all(option.correct for option in options):
        choice.why_not = ALL_RIGHT
    elif len(set(texts)) != len(texts) and len({option.text.strip() for option in options}) != len(texts):
        choice.why_not = SAME
    elif any(not plain(option.text) for option in options):
        choice.why_not = "one of its options is empty"


def _ordinary(choice: Choice) -> bool:
    """A list like any other: nothing says that it is a question."""
    if choice.run.weak:
        return bool(choice.why_not) or not (choice.strong or choice.tail.key)
    if choice.run.style == BOX and not choice.tail.key:
        return not (choice.named or _asks_for_boxes(choice))
    return not (choice.strong or choice.tail.key or (asks(choice.stem) and not choice.why_not))


def _asks_for_boxes(choice: Choice) -> bool:
    """A to-do list is no question, though somebody may have asked above it what is to be done."""
    ticked = sum(option.correct for option in choice.run.options)
    return asks_plainly(choice.stem) and (ticked > 0 or bool(choice.run.options[0].letter))


def _from_sections(found: Sequence[Choice], sections: Sequence[KeySection]) -> None:
    """Keys that stand together at the end of what they belong to."""
    floor = -1
    at = 0
    while at < len(sections):
        group = [sections[at]]
        while at + 1 < len(sections) and not any(
            group[-1].end < one.start < sections[at + 1].start for one in found
        ):
            at += 1
            group.append(sections[at])
        asked = [one for one in found if floor < one.start < group[0].start]
        parts = _restarts(asked)
        if len(group) == 1:
            parts = [asked]
        if len(parts) == len(group):
            for part, section in zip(parts, group, strict=True):
                _fill(part, section)
        floor = group[-1].end
        at += 1


def _restarts(asked: Sequence[Choice]) -> list[list[Choice]]:
    """Questions in parts, a new one wherever the numbers begin again."""
    parts: list[list[Choice]] = []
    last = 0
    for one in asked:
        if not parts or (one.number is not None and one.number <= last):
            parts.append([])
        parts[-1].append(one)
        last = one.number or last
    return parts


def _fill(asked: Sequence[Choice], section: KeySection) -> None:
    numbers = [one.number for one in asked]
    if all(number is None for number in numbers):
        numbers = list(range(1, len(asked) + 1)) if len(asked) == max(section.answers, default=0) else numbers
    for one, number in zip(asked, numbers, strict=True):
        if one.why_not not in (NO_KEY, UNREAD) or number is None or number not in section.answers:
            continue
        if numbers.count(number) > 1 or number in section.twice:
            one.why_not = "several questions or answers of its section have its number"
            continue
        key = key_of(section.answers[number], one.run.options)
        if key is None:
            one.why_not = UNREAD
            continue
        one.why_not = ""
        one.tail.rationale = one.tail.rationale or (key.rest if len(key.rest.split()) > 2 else "")
        one.tail.key = key.right
        _set(one, key.right)


def found_of(choice: Choice) -> Found:
    """The question that a choice is. An explanation that is nothing but an address is a reference."""
    why, reference = choice.tail.rationale, choice.tail.reference
    if not reference and is_only_links(why):
        why, reference = "", why
    return Found(choice.stem, "", choice.run.options, why, reference, number=choice.number)


def miscounted(choice: Choice) -> Unclear | None:
    """The stem asks for two and the key names one."""
    match = _HOW_MANY.search(plain(choice.stem))
    right = sum(option.correct for option in choice.run.options)
    if match is None or _COUNT[match.group(1).lower()] == right:
        return None
    return Unclear(
        choice.start, "question_count", f"asks for {match.group(1)} options and its key names {right}"
    )
