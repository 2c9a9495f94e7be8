"""Keys that are collected at the end of a section or a file: lists, lines and tables of answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from content.ingest.markup import plain
from content.ingest.questions.rows import BLANK, CODE, HEADING, RULE, TAGS, TEXT, Row, answer_of, balanced

MAX_BETWEEN = 40  # rows between two answers of one key
MAX_ANSWER = 4_000  # characters of one of them
_TITLE = re.compile(
    r"[\W_]{0,8}(?:(?:\S{1,20}\s{1,3}){0,6}answer\s?(?:keys?|sheet)"
    r"|(?:(?:quiz|exam|test|practice|mcqs?|questions?|the|correct|complete|full|section|chapter|module|\d{1,3}|part)"
    r"\s?[:–—-]?\s{1,3}){0,5}(?:answers|answer\s?(?:list|table|section)|keys?|solutions|marking scheme))"
    r"(?:\s(?:and|&|with|\+)\s(?:explanations?|rationales?|solutions?))?(?:\s(?:for|to)\s.{1,60}|\s\([^()]{0,60}\))?[\s:*_]{0,6}$",
    re.IGNORECASE,
)
_OF_PART = re.compile(r"\b(?:answers|solutions|keys?)\W*$", re.IGNORECASE)  # `Answers / Quiz 1 – answers`
_ENTRY = re.compile(
    r"[\s*_|(]{0,4}(?:(?:question|answer|ans|q|a)\s?#?)?(\d{1,4})[\s*_]{0,4}(?:[.):=]|-{1,2}>?|–|—|→|\|)[\s*_|]{0,6}",
    re.IGNORECASE,
)
_PAIRS = re.compile(
    r"(?:^|(?<=[\s,;|(]))(?:q\s?)?(\d{1,4})\s?[.):=\-–—→|]{1,3}\s?\*{0,2}([A-Ha-h](?:\s?[,/&+]\s?[A-Ha-h](?![a-z])|[A-H]){0,5})\*{0,2}(?=$|[\s,;|.)])"
)


@dataclass(slots=True)
class KeySection:
    """Answers collected at one place: number → what stands there. `start` and `end` are row indexes."""

    start: int
    end: int
    answers: dict[int, str] = field(default_factory=dict)
    twice: set[int] = field(default_factory=set)


def key_sections(rows: Sequence[Row], optional: Collection[int] = ()) -> list[KeySection]:
    """Answers collected below a heading or line that says so. `optional`: indexes of rows that are options."""
    found: list[KeySection] = []
    at = 0
    while at < len(rows):
        row = rows[at]
        section = _section(rows, at, optional) if row.kind in (TEXT, HEADING) and _titled(row) else None
        if section is not None:
            found.append(section)
            at = section.end + 1
        else:
            at += 1
    return found


def _titled(row: Row) -> bool:
    if len(row.text) > 160:
        return False
    return bool(_TITLE.match(row.text)) or (answer_of(row) is not None and len(_PAIRS.findall(row.text)) >= 2)


def _section(rows: Sequence[Row], start: int, optional: Collection[int]) -> KeySection | None:
    reader = _Reader(KeySection(start, start), rows[start].depth)
    _pairs(reader.section, rows[start].text)
    for at in range(start + 1, len(rows)):
        row = rows[at]
        if at - reader.section.end > MAX_BETWEEN:
            break
        if at in optional:  # what was taken for an answer is the stem of these options
            reader.section.answers.pop(reader.last or 0, None)
            break
        if not reader.takes(row):
            break
    return reader.section if len(reader.section.answers) >= 2 else None


@dataclass(slots=True)
class _Reader:
    """A key being read. `last`: number of the last answer; `numbers`: of a table with its questions side by side."""

    section: KeySection
    depth: int
    last: int | None = None
    numbers: list[int] = field(default_factory=list)

    def takes(self, row: Row) -> bool:
        """Add a row; False when the key ends above it."""
        section = self.section
        if row.kind in (BLANK, RULE, TAGS):
            if not section.answers or "</details" not in row.text.lower():
                return True
            section.end = row.at
            return False
        if section.answers and row.filled and _titled(row):
            return False
        if row.kind == HEADING and row.depth > self.depth and _OF_PART.search(row.text):
            return True
        if row.kind == HEADING and row.depth <= max(self.depth, 1) and _entry(row) is None:
            return False
        if row.kind == CODE and not section.answers:
            return False
        if row.kind != CODE and not self._answers(row):
            waits = row.kind == TEXT and not section.answers and len(row.text) < 60
            return waits and answer_of(row) is not None  # `Click to reveal the answers`
        section.end = row.at
        return True

    def _answers(self, row: Row) -> bool:
        section = self.section
        if row.text.count("|") >= 2:
            self.numbers = _table_row(section, row.text, self.numbers)
            return True
        if len(_PAIRS.findall(row.text)) >= 2:
            _pairs(section, row.text)
            return True
        entry = _entry(row)
        if entry is not None and (
            self.last is None or entry[0] > self.last or entry[0] not in section.answers
        ):
            self.last = entry[0]
            if self.last in section.answers:
                section.twice.add(self.last)
            section.answers[self.last] = entry[1]
            return True
        if self.last is None or row.kind != TEXT or row.label or len(section.answers[self.last]) > MAX_ANSWER:
            return False
        section.answers[self.last] = f"{section.answers[self.last]}\n{row.text}".strip()
        return True


def _entry(row: Row) -> tuple[int, str] | None:
    """(number, answer) of one line of a key."""
    if row.sign[:1].isdigit() and row.number is not None:
        return row.number, balanced(row.text)
    if match := _ENTRY.match(row.text):
        return int(match.group(1)), balanced(row.text[match.end() :])
    return None


def _pairs(section: KeySection, text: str) -> None:
    for number, letters in _PAIRS.findall(plain(text)):
        if int(number) in section.answers:
            section.twice.add(int(number))
        section.answers[int(number)] = letters


def _table_row(section: KeySection, text: str, numbers: list[int]) -> list[int]:
    """One row of a table of answers. The numbers of a row that holds nothing else are returned for the row below."""
    cells = [plain(cell).strip() for cell in text.strip().strip("|").split("|")]
    if all(re.fullmatch(r":?-+:?", cell) for cell in cells if cell):
        return numbers
    digits = [
        re.fullmatch(r"(?:q(?:uestion)?\s?#?\s?)?(\d{1,4})[.)]?", cell, re.IGNORECASE) for cell in cells
    ]
    if sum(match is not None for match in digits) >= max(2, len(cells) - 1):
        return [int(match.group(1)) if match else 0 for match in digits]
    if numbers and len(numbers) == len(cells):
        for number, cell in zip(numbers, cells, strict=True):
            if number and cell:
                section.answers[number] = cell
        return []
    for place, match in enumerate(digits[:-1]):
        if match is not None and cells[place + 1] and digits[place + 1] is None:
            if int(match.group(1)) in section.answers:
                section.twice.add(int(match.group(1)))
            section.answers[int(match.group(1))] = cells[place + 1]
            rest = [cell for cell in cells[place + 2 :] if len(cell) > 30]
            if place == 0 and rest:
                section.answers[int(match.group(1))] += f". {rest[0]}"
    return []
