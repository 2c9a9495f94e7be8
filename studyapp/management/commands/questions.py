"""Print the questions of a certification: `manage.py questions SLUG --format jsonl`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.models import Certification
from quizzes.interchange.json_lines import records


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Print every question of a certification that is asked, one JSON object a line, in outline order."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The certification.")
        parser.add_argument("--format", choices=["jsonl"], default="jsonl")
        parser.add_argument(
            "--all", action="store_true", help="Also drafts, held back and retired questions."
        )

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        certification = Certification.objects.filter(slug=slug).first()
        if certification is None:
            known = ", ".join(Certification.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no certification {slug!r}. There are: {known}.")
        for record in records(certification, every=options["all"]):
            self.stdout.write(json.dumps(record, ensure_ascii=False))
