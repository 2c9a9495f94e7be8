"""Grade one answer to a drill: `manage.py grade_drill ID --seed N --answer FILE --format json`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quizzes import graders
from quizzes.graders.loading import MAX_BYTES
from studyapp import courses, drill_sets


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Print what an answer to a drill is worth, as one JSON object: its checks, an error, and a score."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", help="The drill: one of the shipped courses, else a published one.")
        parser.add_argument("--seed", type=int, default=0, help="Which variant was answered.")
        parser.add_argument(
            "--answer", required=True, help="A file with the answer, or - for standard input."
        )
        parser.add_argument("--notes", type=Path, help="Look for the drill in these notes instead.")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        drill = _drill(options["id"], options["notes"])
        verdict = graders.grade(drill.spec, options["seed"], _answer(options["answer"]))
        told = {
            "checks": [asdict(check) for check in verdict.checks],
            "error": verdict.error,
            "score": round(verdict.score, 4),
        }
        self.stdout.write(json.dumps(told, ensure_ascii=False))


def _drill(ident: str, notes: Path | None) -> drill_sets.PlacedDrill:
    folders = [notes] if notes else [course.folder for course in courses.shipped()]
    found = drill_sets.one_in_notes(ident, folders)
    drill = next(iter(found.drills), None)
    if drill is None and notes is None:
        drill = drill_sets.published(ident)
    if drill is None:
        why = "".join(f"\n{problem}" for problem in found.problems)
        raise CommandError(f"There is no drill {ident!r}. `manage.py drills` lists them.{why}")
    return drill


def _answer(name: str) -> bytes:
    """One byte more than is allowed is enough to refuse it."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"The answer cannot be read: {error.strerror}: {name}.") from None
