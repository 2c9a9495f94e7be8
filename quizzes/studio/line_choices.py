"""What an instructor says of single lines: kept, left out, a title, no title, a reading error or none.

What was said is remembered by the words of the line (see content.decisions), so it also holds for other lines of that
file with the same words, and for every later import. A preview follows it once the notes are read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from content import decisions
from content.ingest.blocks import lines
from content.ingest.choices import LineChoiceKind, key_of
from content.models import Decision, IngestionRun

Row = dict[str, Any]
MOST_AT_ONCE = 2_000
_WORDS = {
    LineChoiceKind.KEEP: "keep it",
    LineChoiceKind.LEAVE_OUT: "leave it out",
    LineChoiceKind.TITLE: "it is a title",
    LineChoiceKind.TEXT: "it is no title",
    LineChoiceKind.RIGHT: "it is right as it stands",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One decision about a line. `choice` is empty when it was taken back. `waits`: the preview does not follow it."""

    subject: str
    key: str
    choice: str
    path: str
    line: str  # what the line is known by
    text: str
    found: str
    fix: str
    waits: bool

    @property
    def words(self) -> str:
        """What was said, as a page tells it."""
        if not self.choice:
            return "taken back"
        if self.choice == LineChoiceKind.FIX:
            return f"read it as “{self.fix}”"
        return _WORDS[LineChoiceKind(self.choice)]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word of a line that text recognition may have got wrong."""

    line: int
    found: str
    fix: str


def said_in(run: IngestionRun, path: str = "") -> list[Said]:
    """Decisions about lines that stand, or were taken back since the reading; of one file, or of all. One query."""
    rows = Decision.objects.filter(certification=run.certification_id, subject__in=decisions.OF_READING)
    if path:
        rows = rows.filter(data__path=path)
    found = []
    own = set(decisions.paths_of(run))
    for subject, key, choice, data, at in rows.values_list("subject", "key", "choice", "data", "decided_at"):
        waits = run.staged_at is not None and at > run.staged_at and data["path"] in own
        if choice or waits:
            told = (
                data["path"],
                data["line"],
                data.get("text", ""),
                data.get("found", ""),
                data.get("fix", ""),
            )
            found.append(Said(subject, key, choice, *told, waits))
    return found


class SaidOfLines:
    """What was said of the lines of one file, found by a line's words."""

    def __init__(self, said: Iterable[Said]) -> None:
        self.by_line: dict[str, list[Said]] = defaultdict(list)
        for one in said:
            self.by_line[one.line].append(one)

    def of(self, text: str) -> list[Said]:
        return self.by_line.get(key_of(text), []) if self.by_line and text.strip() else []


def doubts_in(draft: Row, path: str) -> dict[int, Doubt]:
    """Line → the word in it that may be misread, in one file of a draft."""
    rows = (row for row in draft.get("warnings", []) if row["path"] == path and row.get("fix"))
    return {row["line"]: Doubt(row["line"], row["found"], row["fix"]) for row in rows}


def lines_in_doubt(
    run: IngestionRun, doubts: Iterable[tuple[str, int, str]]
) -> dict[tuple[str, int], tuple[str, list[Said]]]:
    """(path, line) → the line's text, and what was said of its word. `doubts`: path, line, the word. Two queries."""
    wanted = list(doubts)
    if not wanted:
        return {}
    said: dict[str, list[Said]] = defaultdict(list)
    for one in said_in(run):
        said[one.path].append(one)
    sources = IngestionRun.objects.values_list("draft__sources", flat=True).get(pk=run.pk) or []
    texts = {source["path"]: lines.split(source["text"]) for source in sources}
    found: dict[tuple[str, int], tuple[str, list[Said]]] = {}
    for path, line, word in wanted:
        text = texts[path][line - 1] if 0 < line <= len(texts.get(path, [])) else ""
        of_line = SaidOfLines(said[path]).of(text) if path in said else []
        found[path, line] = text.strip(), [one for one in of_line if word and one.found == word]
    return found


@dataclass(frozen=True, slots=True)
class Span:
    """Lines `first` to `last` of the file at `place` in the upload."""

    place: int
    first: int
    last: int

    @classmethod
    def read(cls, value: str) -> Span | None:
        """From a form's value such as “0 12 14”; None when it is none."""
        parts = value.split(" ")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts):
            return None
        place, first, last = map(int, parts)
        return cls(place, first, last) if 1 <= first <= last else None


def say(
    run: IngestionRun, kind: LineChoiceKind, spans: Sequence[Span], by: User, at: datetime
) -> tuple[int, int]:
    """Remember how these lines are to be read. Returns (different lines, lines of the upload that this holds for)."""
    draft = run.draft or {}
    sources: Sequence[Row] = draft.get("sources", [])
    texts = {
        span.place: lines.split(sources[span.place]["text"]) for span in spans if span.place < len(sources)
    }
    wanted: dict[tuple[int, str], tuple[str, Doubt | None]] = {}
    for span in spans:
        doubts = _doubts(draft, sources, span, kind)
        for number, text in _lines(texts.get(span.place, []), span, kind):
            if doubts is None or number in doubts:
                wanted[span.place, key_of(text)] = (text, doubts[number] if doubts else None)
    with transaction.atomic():
        for (place, _), (text, doubt) in list(wanted.items())[:MOST_AT_ONCE]:
            found, fix = (doubt.found, doubt.fix) if doubt else ("", "")
            path = sources[place]["path"]
            decisions.decide_line(run.certification, path, text, kind, by, at, found=found, fix=fix)
    return len(wanted), _how_many(texts, wanted)


def take_back(run: IngestionRun, subject: str, key: str, by: User, at: datetime) -> bool:
    """Withdraw a decision about a line. False when there was none."""
    if subject not in decisions.OF_READING:
        return False
    return decisions.withdraw(run.certification, subject, key, by, at)


def _lines(texts: Sequence[str], span: Span, kind: LineChoiceKind) -> list[tuple[int, str]]:
    """(number, text) of the lines with text; a title is the first of them alone."""
    shown = enumerate(texts[span.first - 1 : span.last], span.first)
    filled = [(number, text) for number, text in shown if text.strip()]
    return filled[:1] if kind in (LineChoiceKind.TITLE, LineChoiceKind.TEXT) else filled


def _doubts(
    draft: Row, sources: Sequence[Row], span: Span, kind: LineChoiceKind
) -> Mapping[int, Doubt] | None:
    """Where there is a doubt to decide; None for what is not about reading errors."""
    if kind not in (LineChoiceKind.FIX, LineChoiceKind.RIGHT) or span.place >= len(sources):
        return None
    return doubts_in(draft, sources[span.place]["path"])


def _how_many(texts: Mapping[int, Sequence[str]], wanted: Iterable[tuple[int, str]]) -> int:
    keys: dict[int, set[str]] = defaultdict(set)
    for place, key in wanted:
        keys[place].add(key)
    return sum(key_of(text) in keys[place] for place in keys for text in texts[place] if text.strip())
