"""Read notes from this machine, without a worker: `manage.py ingest PATH… --certification SLUG [--publish]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.utils import timezone

from content import ingestion
from content.models import Certification, IngestionRun
from studyapp import courses, pipeline
from studyapp.terminal import ProgressLine

WARNINGS_SHOWN = 20


class Command(BaseCommand):
    requires_system_checks = ()  # addresses and templates do not matter here, and take longer than the work
    help = "Read folders, zip archives and files of notes into a certification. Exit code 0 only if all were read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help="A folder, a zip archive or a file."
        )
        parser.add_argument("--certification", required=True, metavar="SLUG", help="Made when there is none.")
        parser.add_argument("--title", default="", help="Title of the certification, when it is made.")
        parser.add_argument(
            "--publish", action="store_true", help="Publish at once; else it waits in the Studio."
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="Write what was found as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["report"]:
            _try_to_write(options["report"])  # before anything is read or made
        certification, made = _certification(options["certification"], options["title"])
        run = ingestion.of_paths(certification, options["paths"], timezone.now(), title=options["title"])
        with ProgressLine(self.stderr) as line:
            staged = pipeline.stage(run, line.show)
        if options["report"]:
            told = json.dumps(staged.report, ensure_ascii=False, indent=2)
            options["report"].write_text(told + "\n", encoding="utf-8")
        if staged.state == IngestionRun.State.PREVIEW and options["publish"]:
            publication = pipeline.publish(run, by=None, at=timezone.now())
            self._say(staged.report, f"{publication} of {certification.slug}.")
        elif staged.state == IngestionRun.State.PREVIEW:
            self._say(staged.report, "Waiting in the Studio to be looked at and published.")
        elif made:
            certification.delete()  # nothing could be read: leave no empty certification behind
        if staged.unread:
            raise CommandError("\n".join(notice.message for notice in staged.unread))
        if staged.state != IngestionRun.State.PREVIEW:
            raise CommandError(run.error)

    def _say(self, told: dict[str, Any], end: str) -> None:
        counts = {
            "sources": len(told["sources"]),
            "topics": told["topics"],
            "facts": told["facts"],
            "questions": sum(told["questions"].values()),
        }
        self.stdout.write(", ".join(f"{count} {what}" for what, count in counts.items()) + f". {end}")
        warnings = [warning["message"] for warning in told["warnings"]]
        for message in warnings[:WARNINGS_SHOWN]:
            self.stderr.write(message, self.style.WARNING)
        if len(warnings) > WARNINGS_SHOWN:
            self.stderr.write(f"And {len(warnings) - WARNINGS_SHOWN} more; --report FILE has them all.")


def _try_to_write(file: Path) -> None:
    try:
        with file.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise CommandError(
            f"The report {file} cannot be written: {error.strerror}. Nothing was read."
        ) from None


def _certification(slug: str, title: str) -> tuple[Certification, bool]:
    """The certification of this slug, and whether it was made now."""
    there = Certification.objects.filter(slug=slug).first()
    if there is not None:
        return there, False
    try:
        validate_slug(slug)
    except ValidationError:
        raise CommandError(
            f"{slug!r} is no slug; write letters, digits and dashes, such as my-course."
        ) from None
    return courses.certification_of(slug[:80], title), True
