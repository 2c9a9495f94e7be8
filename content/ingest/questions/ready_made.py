"""Questions that stand ready-made in notes, of the many shapes in which people write them.

    lines → rows (`question_rows`) → runs of options (`options`) → stem, key, explanation (`choice_questions`)
                                   → questions with an answer (`answered`)

A whole file is looked at before its lines become blocks, because a key may stand at the end of it. A question whose key
cannot be told is never guessed: it is `unclear`. Cloze holes and `Term :: meaning` live inside ordinary text and are
read from blocks later, in `authored`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from content.ingest.blocks.lines import Line
from content.ingest.markup import plain, split_anchor
from content.ingest.model import Dialect, Notice
from content.ingest.questions import question_tables, verdicts
from content.ingest.questions.answer_keys import KeySection, key_sections
from content.ingest.questions.answered import Cards
from content.ingest.questions.choice import Choice, choices_of, found_of, miscounted
from content.ingest.questions.found import Found, Option, Part, Unclear
from content.ingest.questions.options import runs_of
from content.ingest.questions.rows import Row, ends_asking, rows_of

__all__ = ["Found", "Option", "ReadyMade", "read", "starts"]

ASIDE = "question without a key"
KEY = "answer key"
MAX_LINES = 120
MAX_TOLD = 100
FEWEST = 3  # questions without a key before a file is taken for a collection of them
_Q = re.compile(r"(?:\*\*|__)?(?:Q|Question)\s?\d{0,4}\s?[:.)](?:\*\*|__)?\s{0,5}(?=\S|$)", re.IGNORECASE)


@dataclass(slots=True)
class ReadyMade:
    """What one file holds: parts by the index of their first line, and sentences about questions that are not asked."""

    parts: dict[int, Part] = field(default_factory=dict)
    unclear: list[Unclear] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def told(self) -> set[int]:
        """Indexes of lines that a sentence speaks of."""
        return {one.at for one in self.unclear}


def starts(line: Line) -> bool:
    """The line begins with a `Q:` in one of its forms."""
    return line.text[:12].lstrip("*_").lower().startswith("q") and bool(_Q.match(line.text))


def read(path: str, lines: Sequence[Line], after: int, dialect: str) -> ReadyMade:
    """All ready-made questions of a file. `after`: index of the first line below its front matter."""
    rows = rows_of(lines, after)
    made = ReadyMade()
    runs = runs_of(rows)
    sections = key_sections(
        rows, {at for run in runs if not run.weak for at in range(run.start, run.end + 1)}
    )
    loose = dialect != Dialect.COURSE
    choices = choices_of(rows, runs, sections, loose)
    taken: set[int] = set()
    for choice in choices:
        if not choice.why_not:
            made.parts[choice.start] = Part(choice.end, found_of(choice))
            taken.update(range(choice.start, choice.end + 1))
            if (odd := miscounted(choice)) is not None:
                made.unclear.append(odd)
    _without_key(made, choices, taken, dialect)
    question_tables.read(lines, rows, made.parts, taken)
    verdicts.read(rows, made.parts, taken)
    taken.update(n for at, part in made.parts.items() for n in range(at, part.end + 1))
    sections = _with_questions(sections, rows, choices)
    held = {at for section in sections for at in range(section.start, section.end + 1)}
    cards = Cards(rows, lines, taken | held, loose, made.parts, made.unclear)
    cards.run(sections)
    _keys(made, sections, rows)
    for part in made.parts.values():
        if part.found is not None:
            part.found.stem, part.found.anchor = _anchored(part.found.stem)
    made.unclear.sort(key=lambda one: one.at)
    for one in made.unclear[:MAX_TOLD]:
        made.notices.append(Notice(path, lines[one.at].no, one.code, _sentence(path, lines[one.at].no, one)))
    return made


def _with_questions(
    sections: Sequence[KeySection], rows: Sequence[Row], choices: Sequence[Choice]
) -> list[KeySection]:
    """Questions stand above a key; without any it is a list of questions with answers of its own."""
    first = min((choice.start for choice in choices), default=len(rows))
    asked: set[int | None] = set()
    at = 0
    kept = []
    for section in sections:
        asked.update(row.number for row in rows[at : section.start] if row.filled and ends_asking(row.said))
        at = section.start
        if first < section.start or any(number in asked for number in section.answers):
            kept.append(section)
    return kept


def _without_key(made: ReadyMade, choices: Sequence[Choice], taken: set[int], dialect: str) -> None:
    """Options of a question without a key are no statements: where questions are collected they are set aside."""
    open_ones = [one for one in choices if one.why_not and one.strong and not one.run.weak]
    keyed = any(not one.why_not and not one.run.weak for one in choices)
    collected = keyed or sum(one.named or one.headed for one in open_ones) >= FEWEST
    for one in open_ones:
        if not collected:
            continue
        made.unclear.append(Unclear(one.start, "question_without_key", one.why_not))
        made.parts[one.start] = Part(one.end, aside=ASIDE)
        taken.update(range(one.start, one.end + 1))


def _keys(made: ReadyMade, sections: Sequence[KeySection], rows: Sequence[Row]) -> None:
    """A collected key has done its work once its answers are with their questions."""
    numbered = {part.found.number for part in made.parts.values() if part.found is not None}
    for section in sections:
        known = sum(number in numbered for number in section.answers)
        unnumbered = numbered == {None} and len(made.parts) >= len(section.answers)
        if 2 * known >= len(section.answers) or unnumbered:
            made.parts[section.start] = Part(section.end, aside=KEY)


def _anchored(stem: str) -> tuple[str, str | None]:
    first, line, rest = stem.partition("\n")
    text, anchor = split_anchor(first)
    return (f"{text}{line}{rest}", anchor) if plain(text) else (stem, None)


def _sentence(path: str, line: int, one: Unclear) -> str:
    """What is told about a question that cannot be asked as it stands."""
    if one.code == "question_count":
        return f"{path}, line {line}: the question {one.why}. It was taken as it stands; please look at it."
    return (
        f"{path}, line {line}: a question was left out, because {one.why}. Write its answer below it and import "
        "the notes again."
    )
