"""List the drills: `manage.py drills --format jsonl`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from quizzes.graders.engine.drill import content_hash, variants
from studyapp import drill_sets


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Print every drill of the shipped courses, or of other notes, one JSON object a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--notes", type=Path, nargs="+", help="Folders or files of notes to look in instead."
        )
        parser.add_argument("--format", choices=["jsonl"], default="jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        notes = options["notes"]
        found = drill_sets.in_notes(notes) if notes else drill_sets.shipped()
        for drill in found.drills:
            self.stdout.write(json.dumps(_record(drill), ensure_ascii=False))
        for problem in found.problems:
            self.stderr.write(problem)


def _record(drill: drill_sets.PlacedDrill) -> dict[str, Any]:
    spec = drill.spec
    return {
        "id": drill.ident,
        "title": spec["title"],
        "grader": spec["grader"],
        "course": drill.course,
        "topic": drill.topic,
        "path": drill.path,
        "line": drill.line,
        "variants": variants(spec),
        "hash": content_hash(spec),
        "source": spec.get("source", ""),
        "checked_on": spec.get("checked_on", ""),
        "spec": spec,
    }
