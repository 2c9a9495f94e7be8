"""Learners in several tabs, a publication and the jobs at once: nothing fails, and the log still gives the cards."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction

from quizzes import answering, calibrating, drills, elo_ratings, readiness, recomputing, refitting, study_days
from quizzes.models import Card, DrillAttempt, DrillSchedule, Enrolment, ParameterFit, Question, ReviewLog
from quizzes.schedule_state import mismatches
from quizzes.scheduler.fsrs6 import DEFAULTS
from quizzes.showing import next_showing
from tests import factories
from tests.factories import NOW
from tests.quizzes.graders.samples import drill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
THREADS, DEEDS = 6, 25  # of each
STEP = timedelta(seconds=2)


class Deeds:
    """What may happen, each by itself sound."""

    def __init__(self) -> None:
        self.publishing, self.ticks = threading.Lock(), count()

    def answer(self, one: Enrolment, at: datetime, chance: random.Random) -> None:
        plan = study_days.ensure_plan(one, at)
        showing = next_showing(one.pk, plan.date, at)
        if showing is None:
            return
        with suppress(answering.AlreadyAnswered):  # in another tab
            answering.record_review(showing, showing.card.seq, {"rating": chance.randint(1, 4)}, at, 5000)

    def take_back(self, one: Enrolment, at: datetime, chance: random.Random) -> None:
        if (last := answering.last_answer(one.pk, at - timedelta(hours=3))) is not None:
            answering.undo(last.card_id, last.seq, at)

    def plan(self, one: Enrolment, at: datetime, chance: random.Random) -> None:
        study_days.build(one, study_days.study_day(one.user.profile, at), at)

    def practise(self, one: Enrolment, at: datetime, chance: random.Random) -> None:
        attempt = drills.begin(one, chance.choice(list(Question.objects.filter(kind="drill"))), at)
        drills.reveal_hint(attempt)
        drills.submit(attempt, str(chance.randint(0, 100)), at)

    def fit(self, one: Enrolment, at: datetime, chance: random.Random) -> None:
        weights = [weight * (1.1 if n == 8 else 1.0) for n, weight in enumerate(DEFAULTS.tolist())]
        refitting.adopt(ParameterFit.objects.create(enrolment=one, at=at, reviews=64, parameters=weights))
        recomputing.recompute_cards(one.pk)

    def calibrate(self, one: Enrolment, at: datetime, chance: random.Random) -> None:
        elo_ratings.follow_log(at + timedelta(minutes=5))
        calibrating.calibrate(one.certification_id, at)
        readiness.current(one, at)

    def publish(self, one: Enrolment, at: datetime, chance: random.Random) -> None:
        some = chance.sample(list(Question.objects.filter(kind="flashcard")), 15)
        with self.publishing, transaction.atomic():  # publications take turns
            answering.reset_cards(some, at)
            answering.suspend_cards(some[:5])
            answering.revive_cards(some[:5])


def test_nothing_fails_and_nothing_is_lost() -> None:
    certification = factories.certification()
    factories.questions(certification, each=8)
    for topic in certification.topics.all():
        factories.question(topic, kind="drill", payload=drill("number", hints=["Count.", "Round up."]))
    learners = [factories.enrolment(factories.learner(), certification).pk for _ in range(2)]
    deeds = Deeds()
    often: list[Any] = [deeds.answer] * 5 + [deeds.take_back, deeds.plan, deeds.practise]
    often += [deeds.fit, deeds.calibrate, deeds.publish]

    def thread(number: int) -> None:
        chance = random.Random(number)
        try:
            for _ in range(DEEDS):
                found = Enrolment.objects.select_related("user__profile", "certification", "study_class")
                one = found.get(pk=chance.choice(learners))
                chance.choice(often)(one, NOW + next(deeds.ticks) * STEP, chance)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(thread, range(THREADS)))
    fits: dict[int, Any] = dict(ParameterFit.objects.values_list("pk", "parameters"))
    for card in Card.objects.all():
        assert mismatches(card, list(ReviewLog.objects.filter(card=card)), fits) == []
    for schedule in DrillSchedule.objects.all():
        mine = DrillAttempt.objects.filter(enrolment=schedule.enrolment, finished_at__isnull=False)
        assert mine.filter(question_version__question=schedule.question).count() == schedule.tries
    assert ReviewLog.objects.exclude(rating=None).exists() and DrillSchedule.objects.exists()
