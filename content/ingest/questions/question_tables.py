"""Tables of questions and answers, one question a row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.ingest.blocks.lines import Line
from content.ingest.blocks.tables import cells, is_delimiter, pipe_end
from content.ingest.markup import plain
from content.ingest.questions.found import Found, Option, Part
from content.ingest.questions.keys import key_of
from content.ingest.questions.rows import TEXT, Row, is_question

_QUESTION = re.compile(r"(?:questions?|q|front|prompt|cue|stem|card front)$", re.IGNORECASE)
_ANSWER = re.compile(
    r"(?:(?:correct |right )?(?:answers?|key|option)|a|back|response|correct|card back)$", re.IGNORECASE
)
_CHOICE = re.compile(r"(?:option |choice |answer )?\(?([A-H])\)?[.:]?$", re.IGNORECASE)
_WHY = re.compile(r"(?:explanations?|rationale|why|notes?|comments?|reason)$", re.IGNORECASE)


def read(lines: Sequence[Line], rows: Sequence[Row], parts: dict[int, Part], taken: set[int]) -> None:
    """Adds one question for each row of a table whose header says question and answer."""
    at, known = 0, list(lines)
    while at < len(lines):
        end = (
            pipe_end(known, at)
            if "|" in lines[at].text and at not in taken and rows[at].kind == TEXT
            else None
        )
        if end is None or end - at < 2 or not is_delimiter(lines[at + 1].text):
            at += 1
            continue
        found = _table(lines, at, end)
        begin = at
        for row, one in found:
            parts[begin] = Part(row, one)
            begin = row + 1
        if found and begin <= end:
            parts[begin] = Part(end, aside="row without a question or an answer")
        if found:
            taken.update(range(at, end + 1))
        at = end + 1


def _table(lines: Sequence[Line], start: int, end: int) -> list[tuple[int, Found]]:
    """(index of its row, question) of each row; [] when the table is one of something else."""
    header = [plain(cell) for cell in cells(lines[start].text)]
    asked = next((n for n, cell in enumerate(header) if _QUESTION.match(cell)), None)
    answer = next(
        (n for n, cell in enumerate(header) if _ANSWER.match(cell) and not _is_choice(header, n)), None
    )
    if asked is None or answer is None or asked == answer:
        return []
    options = [n for n, cell in enumerate(header) if _is_choice(header, n)]
    why = next((n for n, cell in enumerate(header) if _WHY.match(cell)), None)
    found: list[tuple[int, Found]] = []
    count = 0
    for at in range(start + 2, end + 1):
        row = cells(lines[at].text)
        count += 1
        if len(row) <= max(asked, answer) or not plain(row[asked]) or not plain(row[answer]):
            continue
        reason = row[why] if why is not None and len(row) > why else ""
        one = (
            _chosen(row, asked, answer, options, reason)
            if options
            else Found(row[asked], row[answer], rationale=reason)
        )
        if one is not None:
            found.append((at, one))
    asking = sum(is_question(one.stem) for _, one in found)
    return found if found and len(found) >= 0.6 * count and (options or 2 * asking >= len(found)) else []


def _is_choice(header: Sequence[str], at: int) -> bool:
    """A column of options: A, B, C … beside each other."""
    match = _CHOICE.match(header[at])
    if match is None:
        return False
    letters = [m.group(1).upper() for cell in header if (m := _CHOICE.match(cell))]
    return letters[:2] == ["A", "B"] and letters == sorted(set(letters))


def _chosen(row: Sequence[str], asked: int, answer: int, options: Sequence[int], reason: str) -> Found | None:
    choices = [
        Option(row[n], letter=chr(65 + place))
        for place, n in enumerate(options)
        if n < len(row) and plain(row[n])
    ]
    key = key_of(row[answer], choices)
    if key is None or not 0 < len(key.right) < len(choices):
        return None
    for place, option in enumerate(choices):
        option.correct = place in key.right
    return Found(row[asked], options=choices, rationale=reason)
