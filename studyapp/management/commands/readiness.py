"""`manage.py readiness`: how likely one learner is to pass, and what would help most."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from quizzes import readiness
from quizzes.readiness import Readiness
from studyapp.enrolments import enrolment_of


class Command(BaseCommand):
    help = "Say how likely one learner is to pass on the exam date, with an 80 % interval."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the learner's e-mail address")
        parser.add_argument("--certification", required=True, metavar="SLUG")
        parser.add_argument(
            "--minutes", type=int, help="a day, 0 to 600; what the learner has set when left out"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        minutes = options["minutes"]
        if minutes is not None and not 0 <= minutes <= 600:
            raise CommandError(f"--minutes is {minutes}; write a number from 0 to 600.")
        enrolment, at = enrolment_of(options["email"], options["certification"]), timezone.now()
        if minutes is None:
            found = readiness.current(enrolment, at)
        else:
            found = readiness.what_if(enrolment, at, minutes)
        if options["format"] == "json":
            self.stdout.write(json.dumps(_report(found), ensure_ascii=False))
            return
        for line in _lines(found):
            self.stdout.write(line)


def _report(found: Readiness) -> dict[str, Any]:
    return {
        "probability": found.probability,
        "low": found.low,
        "high": found.high,
        "scaled": found.scaled,
        "domains": [asdict(domain) for domain in found.domains],
        "best_topics": [{**asdict(topic), "sentence": topic.sentence} for topic in found.best_topics],
        "provisional": found.provisional,
        "sentence": found.sentence,
        "exam_date": None if found.exam_date is None else found.exam_date.isoformat(),
    }


def _lines(found: Readiness) -> Iterator[str]:
    yield found.sentence
    if found.exam_date is None:
        yield "There is no exam date ahead, so this is about today."
    if found.scaled is not None:
        likely = f"most likely {found.scaled_low:.0f} to {found.scaled_high:.0f}"
        mark = "" if found.pass_mark is None else f"; {found.pass_mark} passes"
        yield f"Expected score: {found.scaled:.0f}, {likely}{mark}."
    for domain in found.domains:
        name = "All questions" if domain.number is None else f"{domain.number}. {domain.title}"
        share = f"{domain.right:.0%} right ({domain.low:.0%} to {domain.high:.0%})"
        yield f"  {name}: {share}, {domain.weight:.0%} of the exam"
    for topic in found.best_topics:
        yield f"  {topic.title}. {topic.sentence}"
    if found.provisional:
        yield "This is provisional."
    yield from found.caveats
