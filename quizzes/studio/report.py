"""A run's stored report (see the ingestion contract in docs) as one object that templates can show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from content.models import IngestionRun, Publication
from quizzes.studio.proposals import label_of


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence with the place it is about. `line` is 0 for a whole file, `where` empty for the whole upload."""

    text: str
    where: str = ""
    line: int = 0
    place: int | None = None  # of the file in the upload
    found: str = ""  # a word that may be misread,
    fix: str = ""  # and what it probably is


@dataclass(frozen=True, slots=True)
class File:
    """One file of the upload and the account of its lines."""

    place: int
    path: str
    dialect: str
    lines: int
    nonblank: int
    in_blocks: int

    @property
    def left_out(self) -> int:
        return self.nonblank - self.in_blocks


@dataclass(frozen=True, slots=True)
class Change:
    """Facts against those that are published. `state` names the chip."""

    state: str
    words: str
    count: int


# As the pipeline counts them → (chip, words); in the order in which an instructor wants to know.
CHANGES = {
    "new": ("new", "new"),
    "edited": ("edited", "reworded"),
    "answer_changed": ("due", "with another answer"),
    "moved": ("moved", "moved"),
    "review": ("due", "too unlike to be sure"),
    "retired": ("retired", "retired"),
    "kept": ("unchanged", "unchanged"),
}


@dataclass(frozen=True, slots=True)
class Report:
    topics: int = 0
    facts: int = 0
    questions: list[tuple[str, int]] = field(default_factory=list)  # (label, how many)
    files: list[File] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    errors: list[Notice] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def question_count(self) -> int:
        return sum(count for _, count in self.questions)

    @property
    def left_out(self) -> int:
        return sum(file.left_out for file in self.files)


def report_of(run: IngestionRun) -> Report:
    """What the reading found; empty when it never came so far."""
    stored: dict[str, Any] = run.report or {}
    places = {row["path"]: place for place, row in enumerate(stored.get("sources", []))}
    return Report(
        topics=int(stored.get("topics", 0)),
        facts=int(stored.get("facts", 0)),
        questions=[(label_of(kind), count) for kind, count in stored.get("questions", {}).items()],
        files=[_file(place, row) for place, row in enumerate(stored.get("sources", []))],
        warnings=[_notice(row, places) for row in stored.get("warnings", [])],
        errors=[_notice(row, places) for row in stored.get("errors", [])],
        changes=_changes(stored.get("relinks", {})),
    )


def summary_of(publication: Publication) -> list[tuple[str, list[tuple[str, int]]]]:
    """What a publication changed, by noun: (what, [(state, how many)])."""
    return [
        (what, [(state.replace("_", " "), count) for state, count in counts.items() if count])
        for what, counts in publication.summary.items()
        if isinstance(counts, dict)
    ]


def _changes(counted: dict[str, int]) -> list[Change]:
    return [Change(*CHANGES[name], counted[name]) for name in CHANGES if counted.get(name)]


def _file(place: int, row: dict[str, Any]) -> File:
    return File(place, row["path"], row.get("dialect", ""), row["lines"], row["nonblank"], row["in_blocks"])


def _notice(row: Any, places: dict[str, int]) -> Notice:
    if not isinstance(row, dict):
        return Notice(str(row))
    path = str(row.get("path", ""))
    line, found, fix = int(row.get("line") or 0), str(row.get("found", "")), str(row.get("fix", ""))
    message = str(row.get("message", ""))
    told = message.removeprefix(f"{path}, line {line}: ")  # a page shows the place beside the sentence
    return Notice(told[:1].upper() + told[1:], path, line, places.get(path), found, fix)
