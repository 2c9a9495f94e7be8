"""Send the weekly reviews that are due, without a worker: `manage.py send_digests [--now …] [--dry-run] [--to …]`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from quizzes.digests import opening, rehearsal, sending
from quizzes.digests.handover import Refused, Uncertain, Unreachable
from quizzes.digests.sending import Outcome


class Command(BaseCommand):
    help = "Send the weekly reviews that are due now, and say who got one and who did not, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now", metavar="ISO", help="Act as if it were this moment (UTC unless it says otherwise)."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say who would get one; send and write nothing."
        )
        parser.add_argument(
            "--to", metavar="EMAIL", help="Send this person's review now as a test; nothing is recorded."
        )

    def handle(self, *args: Any, now: str | None, dry_run: bool, to: str | None, **options: Any) -> None:
        clock = _clock(now)
        try:
            if to:
                self._say([rehearsal.send_test(to, clock(), really=not dry_run)])
            elif dry_run:
                self._say(rehearsal.outcomes(clock()))
            else:
                opening.sweep(clock())
                handled = self._say(sending.send_open(clock))
                self._say(rehearsal.left_over(clock(), handled))
        except rehearsal.Unknown as error:
            raise CommandError(str(error)) from error
        except (Unreachable, Refused, Uncertain) as error:
            raise CommandError(
                f"The mail server took no mail: {error}. What is due stays due; look at EMAIL_URL and run this again."
            ) from error

    def _say(self, outcomes: Iterable[Outcome]) -> set[str]:
        """One line each; returns the addresses."""
        addresses = set()
        for outcome in outcomes:
            self.stdout.write(f"{outcome.state:<7}  {outcome.email}  {outcome.week:<8}  {outcome.said}")
            addresses.add(outcome.email)
        return addresses


def _clock(now: str | None) -> Callable[[], datetime]:
    if now is None:
        return timezone.now
    try:
        moment = parse_datetime(now)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"--now is {now!r}; write it like 2026-11-29T17:00:00Z.")
    fixed = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return lambda: fixed
