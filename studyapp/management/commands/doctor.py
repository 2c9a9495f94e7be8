"""Is this install well? `manage.py doctor`: one line a check, exit code 1 when something needs doing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from studyapp.diagnosis import checks


class Command(BaseCommand):
    requires_system_checks = ()  # what they would find is among the checks
    help = "Look at everything that Studyapp needs and say what to do where something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for check in checks(timezone.now()):
            mark = self.style.SUCCESS("well ") if check.well else self.style.ERROR("wrong")
            self.stdout.write(f"{mark}  {check.what:<12} {check.said}")
            wrong += not check.well
        if wrong:
            raise CommandError(f"{wrong} of these need{'s' if wrong == 1 else ''} doing something about.")
