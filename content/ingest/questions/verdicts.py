"""Options without letter, box or bullet, of which one is called correct in a line of its own: as test sites show it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from content.ingest.questions.found import Found, Option, Part
from content.ingest.questions.rows import (
    BLANK,
    HEADING,
    RULE,
    TEXT,
    Row,
    ends_asking,
    is_part,
    reference_in,
    why_of,
)

MAX_ROWS = 80
_BELOW = re.compile(r"[\W_]{0,4}\((?P<no>in)?correct(?: answer)?\)\W*$", re.IGNORECASE)
_ABOVE = re.compile(
    r"[\W_]{0,4}(?:your (?:answer|selection) is (?P<no>in)?correct|correct (?:answer|selection))\W*$",
    re.IGNORECASE,
)
_CHOOSE = re.compile(r"\((?:choose|select|pick)\b[^()]{1,40}\)\W*$", re.IGNORECASE)


def read(rows: Sequence[Row], parts: dict[int, Part], taken: Collection[int]) -> None:
    """Adds the questions that begin with a label, a number or a heading and hold such a line."""
    for row in rows:
        opens = row.label or ((row.number is not None or row.kind == HEADING) and _asks(row))
        if opens and row.at not in taken and (part := _question(rows, row.at, taken)) is not None:
            parts[row.at] = part


def _question(rows: Sequence[Row], start: int, taken: Collection[int]) -> Part | None:
    body: list[Row] = []
    for row in rows[start + 1 : start + MAX_ROWS]:
        counted = row.number is not None and _asks(row)
        if (
            row.at in taken
            or row.label
            or counted
            or row.kind == RULE
            or (row.kind == HEADING and not is_part(row))
        ):
            break
        body.append(row)
    why = next(
        (n for n, row in enumerate(body) if why_of(row) is not None or reference_in(row) is not None),
        len(body),
    )
    asked = [n for n, row in enumerate(body[:why]) if row.kind == TEXT and _asks(row)]
    verdicts = [
        row for row in body[:why] if row.kind == TEXT and (_BELOW.match(row.text) or _ABOVE.match(row.text))
    ]
    if not verdicts or not (asked or _asks(rows[start])):
        return None
    begin = asked[-1] + 1 if asked else 0
    options = _options(body[begin:why])
    right = sum(option.correct for option in options)
    if not 2 <= len(options) <= 10 or not 0 < right < len(options):
        return None
    stem = " ".join([rows[start].said, *(row.text for row in body[:begin] if row.kind == TEXT)]).strip()
    told = [row for row in body[why:] if row.kind == TEXT]
    said = [text for row in told if (text := why_of(row) if why_of(row) is not None else row.text)]
    end = max(row.at for row in body if row.kind != BLANK)
    return Part(end, Found(stem, options=options, rationale="\n\n".join(said), number=rows[start].number))


def _asks(row: Row) -> bool:
    return ends_asking(row.text) or bool(_CHOOSE.search(row.text))


def _options(rows: Sequence[Row]) -> list[Option]:
    """One option a row; verdicts belong to the row above or below."""
    options: list[Option] = []
    coming: bool | None = None
    for row in rows:
        if row.kind != TEXT:
            continue
        if (match := _BELOW.match(row.text)) and options:
            options[-1].correct = not match.group("no")
        elif match := _ABOVE.match(row.text):
            coming = not match.group("no")
        else:
            options.append(Option(row.text, correct=bool(coming)))
            coming = None
    return options
