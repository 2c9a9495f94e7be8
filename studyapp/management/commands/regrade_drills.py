"""Grade stored answers to drills again: `manage.py regrade_drills [ID…]`. Changes nothing; tells what differs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet

from quizzes import drills
from quizzes.models import DrillAttempt

AT_ONCE = 200


class Command(BaseCommand):
    help = "Grade every finished attempt again in its version and variant, and tell which would end otherwise today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", metavar="ID", help="Only these drills; all when none is named.")

    def handle(self, *args: Any, ids: list[str], **options: Any) -> None:
        looked_at = differ = 0
        for attempt in _finished(ids).iterator(chunk_size=AT_ONCE):
            looked_at += 1
            said = _difference(attempt)
            if said:
                differ += 1
                self.stdout.write(said)
        self.stdout.write(f"{looked_at} attempts graded again, {differ} of them otherwise than before.")


def _finished(ids: list[str]) -> QuerySet[DrillAttempt]:
    attempts = DrillAttempt.objects.filter(finished_at__isnull=False).select_related(
        "question_version__question"
    )
    if ids:
        attempts = attempts.filter(
            question_version__question__anchor__in=[f"drill:{one}"[:120] for one in ids]
        )
    return attempts.order_by("pk")


def _difference(attempt: DrillAttempt) -> str:
    """What is told of an attempt, "" when it ends as it did."""
    about = f"{attempt.question_version.payload.get('id')}, attempt {attempt.uid}"
    try:
        verdict = drills.regrade(attempt)
    except ValueError as error:
        return f"{about}: {error}"
    if verdict.error:
        return f"{about}: {verdict.error}"
    before = {check["label"] for check in attempt.checks if check["ok"]}
    now = {check.label for check in verdict.checks if check.ok}
    if before == now and round(verdict.score, 9) == round(attempt.score or 0.0, 9):
        return ""
    changed = ", ".join(f"“{label}”" for label in sorted(before ^ now)) or "the number of checks"
    return f"{about}: score {attempt.score or 0:.2f}, today {verdict.score:.2f} ({changed})"
