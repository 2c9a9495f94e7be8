"""`manage.py evaluate iam --cases FILE.jsonl`: decide cases with the drills’ engines, so that others can compare."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

ENGINES = {"iam": "quizzes.graders.iam.cases", "events": "quizzes.graders.events.cases"}
ERROR = "error"


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Print one decision a line for the cases of a file (one JSON object a line; “-” reads from the terminal)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("engine", choices=sorted(ENGINES))
        parser.add_argument("--cases", required=True, help="A file of cases, one JSON object a line.")

    def handle(self, *args: Any, engine: str, cases: str, **options: Any) -> None:
        decide: Callable[[str], str] = import_module(ENGINES[engine]).decide_line
        if cases == "-":
            self._print(decide, sys.stdin.buffer)
            return
        try:
            with Path(cases).open("rb") as lines:
                self._print(decide, lines)
        except BrokenPipeError:
            raise  # nothing is wrong with the cases
        except OSError as error:
            raise CommandError(f"{cases} cannot be read: {error.strerror}.") from None

    def _print(self, decide: Callable[[str], str], lines: Iterable[bytes]) -> None:
        """Every line has its decision, so that the lines of both files belong together; a bad one is an `error`."""
        for line in lines:
            self.stdout.write(decision(decide, line))


def decision(decide: Callable[[str], str], line: bytes) -> str:
    """What the engine says to one line, or `error` when it holds no case."""
    try:
        return decide(line.decode())
    except (ValueError, RecursionError):  # not JSON, not UTF-8, no case, or nested without end
        return ERROR
