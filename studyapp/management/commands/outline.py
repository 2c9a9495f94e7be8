"""Print the topics of a certification: `manage.py outline SLUG --format tsv`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.models import Certification, Topic


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Print the topics of a certification in order: depth, title, source and line, parted by tabs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The certification.")
        parser.add_argument("--format", choices=["tsv"], default="tsv")

    def handle(self, *args: Any, slug: str, **options: Any) -> None:
        if not Certification.objects.filter(slug=slug).exists():
            known = ", ".join(Certification.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no certification {slug!r}. There are: {known}.")
        topics = Topic.objects.live().filter(certification__slug=slug).order_by("position", "pk")
        for depth, title, path, line in topics.values_list("depth", "title", "source__path", "line"):
            self.stdout.write(f"{depth}\t{' '.join(title.split())}\t{path or ''}\t{line}")
