"""`manage.py plan_study_day`: one learner's study day, card by card, and why each is in it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from quizzes import question_types, study_days
from quizzes.models import Enrolment, StudyDay
from quizzes.planning.reasons import card_sentence, day_sentence
from quizzes.scheduler import day
from studyapp.enrolments import enrolment_of

FURTHEST = timedelta(days=3660)


class Command(BaseCommand):
    help = "Build (or show) the study day of one learner, in order, with the reason for each card."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the learner's e-mail address")
        parser.add_argument("--certification", required=True, metavar="SLUG")
        parser.add_argument("--date", help="the learner's study day, YYYY-MM-DD; today when left out")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        enrolment = enrolment_of(options["email"], options["certification"])
        at = _moment(enrolment, options["date"])
        today = abs(at - timezone.now()) <= timedelta(minutes=1)
        report = _report(study_days.ensure_plan(enrolment, at)) if today else _another_day(enrolment, at)
        if options["format"] == "json":
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        self.stdout.write(
            f"{report['date']}: {len(report['cards'])} cards,"
            f" about {-(-report['expected_seconds'] // 60)} minutes of {report['budget_seconds'] // 60}"
        )
        self.stdout.write(report["why"])
        for card in report["cards"]:
            self.stdout.write(
                f"{card['position']:4}  {card['topic']} · {card['kind']} {card['card']}: {card['why']}"
            )


def _moment(enrolment: Enrolment, on: str | None) -> datetime:
    """Now, or the middle of the study day asked for."""
    now = timezone.now()
    if not on:
        return now
    try:
        wanted = date.fromisoformat(on)
    except ValueError:
        raise CommandError(f"--date is {on!r}; write it like 2026-12-01.") from None
    profile = enrolment.user.profile
    today = study_days.study_day(profile, now).date
    if today == wanted:
        return now
    if abs(wanted - today) > FURTHEST:
        raise CommandError(f"--date is {on!r}; choose a day within ten years of today.")
    return day.start_of(wanted, profile.zone, profile.rollover_hour) + timedelta(hours=8)


def _another_day(enrolment: Enrolment, at: datetime) -> dict[str, Any]:
    """The plan of a day that is not today. It is not kept: a day planned in passing would count as one missed."""
    on = study_days.study_day(enrolment.user.profile, at)
    kept = StudyDay.objects.filter(enrolment=enrolment, date=on.date).first()
    if kept is not None:
        return _report(kept)
    with transaction.atomic():
        plan = study_days.build(enrolment, on, at)
        report = _report(plan)
        plan.delete()
        # The sweep's appointment and the pace of today stay as they were.
        before = {"next_plan_at": enrolment.next_plan_at, "pace": enrolment.pace}
        Enrolment.objects.filter(pk=enrolment.pk).update(**before)
    return report


def _report(plan: StudyDay) -> dict[str, Any]:
    items = plan.items.select_related("card__question", "card__topic").order_by("position")
    cards = [
        {
            "position": item.position,
            "card": item.card_id,
            "question": str(item.card.question.uid),
            "kind": question_types.get(item.card.question.kind).label,
            "topic": item.card.topic.title,
            "why": card_sentence(item.why, item.because),
            "reason": item.why,
            "gain_per_second": item.gain_per_second,
            "expected_seconds": item.expected_seconds,
            "answered": item.card.seq != item.seq,
        }
        for item in items
    ]
    return {
        "date": plan.date.isoformat(),
        "mode": plan.mode,
        "days_left": plan.days_left,
        "why": day_sentence(plan),
        "cards": cards,
        "expected_seconds": sum(card["expected_seconds"] for card in cards if not card["answered"]),
        "budget_seconds": plan.budget_seconds,
    }
