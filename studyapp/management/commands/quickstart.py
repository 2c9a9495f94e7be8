"""Prepare the data folder for a first look or after an upgrade: `manage.py quickstart [--demo]`. Safe to repeat.

migrate → static files → shipped courses that are new or changed → demo people → the first administrator's link
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from studyapp import courses, first_people, health, static_files


class Command(BaseCommand):
    requires_system_checks = ()  # `manage.py check` has them; here they would take longer than the work
    help = "Migrate, collect static files, load the shipped courses and, with --demo, people to try it with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", default=settings.DEMO, help="Make demo people.")
        parser.add_argument(
            "--administrator-link", action="store_true", help="Print a new link for the first administrator."
        )

    def handle(self, *args: Any, demo: bool, administrator_link: bool, **options: Any) -> None:
        at = timezone.now()
        if problem := health.database_problem():
            raise CommandError(problem)
        if pending := health.pending_migrations():
            self.stdout.write(f"Preparing the database ({len(pending)} steps) …")
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        if static_files.collect_when_changed():
            self.stdout.write("Collected the static files.")
        for course in courses.changed():
            self.stdout.write(f"Loading {course.slug} …")
            for sentence in courses.load(course, at):
                self.stderr.write(sentence)
        if demo:
            self._demo_people()
        self._administrator(administrator_link)

    def _demo_people(self) -> None:
        for person in first_people.demo_people(timezone.now()):
            self.stdout.write(f"Demo {person.role}:  {person.email}  {person.password}")

    def _administrator(self, asked: bool) -> None:
        link = first_people.administrator_link(timezone.now(), again=asked)
        if link:
            self.stdout.write(f"Become the first administrator (once, within 7 days):  {link}")
