"""Drills for the commands that list, grade and prove them: from notes on disk, or as they are published.

notes → read_notes → drills with their place, and a sentence for each one that could not be read
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from content.ingest.model import Draft
from content.ingest.read import read_notes
from content.ingest.reading import collect
from quizzes import graders
from quizzes.models import Question
from quizzes.question_types import DRILLS
from studyapp import courses


@dataclass(frozen=True, slots=True)
class PlacedDrill:
    """A drill and where it stands. `course`: the folder's name, or the certification's slug."""

    spec: Mapping[str, Any]
    course: str
    topic: str
    path: str
    line: int

    @property
    def ident(self) -> str:
        return str(self.spec["id"])


@dataclass(frozen=True, slots=True)
class Found:
    """`problems`: a sentence with file and line for each drill that was left out."""

    drills: tuple[PlacedDrill, ...]
    problems: tuple[str, ...] = ()


def in_notes(folders: Iterable[Path]) -> Found:
    """Drills in folders, files or archives of notes, each a course of its own."""
    drills: list[PlacedDrill] = []
    problems: list[str] = []
    for folder in folders:
        collected = collect([folder])
        draft = read_notes(collected.files, graders=graders.names(), check=graders.told)
        found = _placed(folder, draft)
        drills += found.drills
        problems += [*found.problems, *(notice.message for notice in collected.errors)]
    return Found(tuple(drills), (*problems, *_twice(drills)))


def _placed(folder: Path, draft: Draft) -> Found:
    titles = {topic.key: topic.title for topic in draft.topics}
    name = folder.name or folder.resolve().name
    drills = (
        PlacedDrill(one.spec, name, titles.get(one.topic, ""), one.source, one.line_from)
        for one in draft.drills
    )
    left_out = [notice for notice in draft.warnings if notice.code == "drill"]
    return Found(tuple(drills), tuple(notice.message for notice in (*left_out, *draft.errors)))


def one_in_notes(ident: str, folders: Iterable[Path]) -> Found:
    """The drill of this id and no other: only files that name it are read, and no other drill is proven."""
    wanted = [ident.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]

    def check(spec: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        return graders.told(spec) if spec.get("id") == ident else ()

    drills: list[PlacedDrill] = []
    problems: list[str] = []
    for folder in folders:
        collected = collect([folder])
        files = [file for file in collected.files if any(name in file.data for name in wanted)]
        found = _placed(folder, read_notes(files, graders=graders.names(), check=check))
        drills += [one for one in found.drills if one.ident == ident]
        problems += [*(notice.message for notice in collected.errors), *found.problems]
    return Found(tuple(drills), tuple(problems))


def shipped() -> Found:
    """Drills of the courses that come with the app."""
    return in_notes(course.folder for course in courses.shipped())


def published(ident: str) -> PlacedDrill | None:
    """A published drill by its id; None when there is none, or no database."""
    questions = Question.objects.ready().filter(kind__in=DRILLS, anchor=f"drill:{ident}"[:120])
    try:
        row = questions.select_related("current", "topic", "certification", "source").first()
    except DatabaseError:
        return None
    if row is None or row.current is None:
        return None
    path = row.source.path if row.source else ""
    return PlacedDrill(row.current.payload, row.certification.slug, row.topic.title, path, row.line_from)


def _twice(drills: Iterable[PlacedDrill]) -> Iterator[str]:
    seen: dict[str, PlacedDrill] = {}
    for one in drills:
        first = seen.setdefault(one.ident, one)
        if first is not one:
            yield (
                f"The drill “{one.ident}” stands in {first.path}, line {first.line}, and again in {one.path}, "
                f"line {one.line}. Give one of them another id."
            )
