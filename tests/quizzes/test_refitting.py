"""Fits in the database: when they are due, what they leave behind, and that nothing happens twice or is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content import jobs
from quizzes import enrolling, recomputing, refitting
from quizzes.models import Card, Class, Enrolment, ParameterFit, Question, ReviewLog
from quizzes.schedule_state import memory_after
from quizzes.scheduler import refit as fitting
from quizzes.scheduler.fsrs6 import DEFAULTS
from tests import factories
from tests.factories import NOW
from tests.quizzes import logs

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
DAY = timedelta(days=1)
FORGETFUL = [value * (0.3 if place < 4 else 1.0) for place, value in enumerate(DEFAULTS.tolist())]


@pytest.fixture
def bank() -> list[Question]:
    return factories.questions(factories.certification(domains=(100,), topics=1), each=60)


def learner_with(bank: list[Question], cards: int, seed: int = 1, **fields: Any) -> Enrolment:
    enrolment = factories.enrolment(factories.learner(), bank[0].certification, **fields)
    logs.answered(enrolment, bank[:cards], NOW, truth=FORGETFUL, seed=seed)
    return loaded(enrolment)


def loaded(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_related("user__profile", "study_class").get(pk=enrolment.pk)


def swept(at: datetime) -> int:
    job = jobs.submit("refit", str(jobs.Job.objects.count()), at)
    claim = jobs.claim(job.pk, at)
    assert claim is not None
    return refitting.refit_due(claim, at)


def test_a_fit_that_foretells_better_is_adopted_and_its_cards_follow(bank: list[Question]) -> None:
    enrolment = learner_with(bank, 60)
    row = refitting.refit(enrolment, NOW)
    assert row is not None and row.adopted and "Adopted" in row.reason
    assert row.reviews == 60 * 4 and row.loss_after is not None and row.loss_before is not None
    assert row.loss_after <= row.loss_before
    after = loaded(enrolment)
    assert after.fit_id == row.pk and after.parameters == row.parameters
    cards = Card.objects.filter(enrolment=enrolment)
    assert {card.fit_id for card in cards} == {row.pk}
    for card in cards[:5]:
        computed = memory_after(card.log.order_by("seq"), row.parameters)
        assert (card.stability, card.difficulty) == pytest.approx((computed.stability, computed.difficulty))


def test_too_few_answers_leave_no_row_and_are_looked_at_the_next_day(bank: list[Question]) -> None:
    enrolment = learner_with(bank, 15)  # 60 evaluable answers
    assert swept(NOW) == 0
    assert not ParameterFit.objects.exists()
    looked = loaded(enrolment).next_fit_at
    assert looked is not None and NOW < looked <= NOW + DAY
    assert swept(NOW + timedelta(hours=1)) == 0


def test_a_fit_comes_once_a_week_at_most_and_with_new_answers(bank: list[Question]) -> None:
    enrolment = learner_with(bank, 30)
    assert swept(NOW) == 1
    for hours in range(1, 24 * 7, 5):
        assert swept(NOW + timedelta(hours=hours)) == 0
    # The week is over, but nothing was answered.
    assert [swept(NOW + DAY * n) for n in (8, 9)] == [0, 0]
    logs.answered(enrolment, bank[30:], NOW, seed=2)
    assert [swept(NOW + DAY * n) for n in (10, 11, 12)] == [1, 0, 0]
    assert ParameterFit.objects.count() == 2


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Apia"])
def test_a_look_a_day_also_when_clocks_change_and_on_journeys(bank: list[Question], zone: str) -> None:
    enrolment = learner_with(bank, 15)
    at, looks = NOW - 40 * DAY, 0  # through the end of summer time
    for hour in range(24 * 14):
        if hour == 100:
            enrolment.user.profile.zone = zone
            enrolment.user.profile.save()
        before = loaded(enrolment).next_fit_at
        swept(at + timedelta(hours=hour))
        looks += loaded(enrolment).next_fit_at != before
    assert 13 <= looks <= 16


def test_a_clock_set_back_neither_repeats_a_fit_nor_stops_them(bank: list[Question]) -> None:
    enrolment = learner_with(bank, 30)
    assert swept(NOW + 400 * DAY) == 1
    assert swept(NOW) == 0  # nothing was answered since
    logs.answered(enrolment, bank[30:], NOW, seed=2)
    assert swept(NOW + DAY) == 1
    assert swept(NOW + 2 * DAY) == 0


def test_a_worse_fit_is_refused_with_its_reason(
    bank: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolment = learner_with(bank, 60)
    bad = fitting.Fit(tuple(DEFAULTS), 240, 0.40, 0.41, False, "Refused: worse.")
    monkeypatch.setattr(fitting, "fit", lambda *_: bad)
    row = refitting.refit(enrolment, NOW)
    assert row is not None and not row.adopted and row.reason == "Refused: worse."
    assert loaded(enrolment).fit_id is None


def test_without_the_library_nothing_is_tried(bank: list[Question], monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment = learner_with(bank, 60)
    monkeypatch.setattr(fitting, "available", lambda: False)
    assert refitting.refit(enrolment, NOW) is None
    monkeypatch.undo()
    assert refitting.refit(enrolment, NOW + DAY) is not None


def test_what_to_install_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refitting.missing() == ""
    monkeypatch.setattr(refitting, "find_spec", lambda _: None)
    assert "requirements/refit.txt" in refitting.missing()


def test_a_killed_job_goes_on_where_it_was(bank: list[Question], monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment = learner_with(bank, 60)

    def killed(_: int) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(recomputing, "recompute_cards", killed)
        with pytest.raises(KeyboardInterrupt):
            refitting.refit(enrolment, NOW)
    row = ParameterFit.objects.get()
    assert loaded(enrolment).fit_id == row.pk and not Card.objects.filter(fit=row).exists()
    assert swept(NOW + timedelta(minutes=5)) == 0
    assert ParameterFit.objects.count() == 1 and Card.objects.filter(fit=row).count() == 60


def test_two_workers_leave_one_fit(bank: list[Question], monkeypatch: pytest.MonkeyPatch) -> None:
    enrolment = learner_with(bank, 30)
    fit = fitting.fit

    def meanwhile(*arguments: Any) -> fitting.Fit:
        monkeypatch.undo()
        assert refitting.refit(loaded(enrolment), NOW) is not None
        return fit(*arguments)

    monkeypatch.setattr(fitting, "fit", meanwhile)
    assert refitting.refit(enrolment, NOW) is None
    assert ParameterFit.objects.count() == 1


def test_undone_answers_do_not_count_and_a_reset_begins_anew(bank: list[Question]) -> None:
    enrolment = learner_with(bank, 2)
    first, second = Card.objects.filter(enrolment=enrolment).order_by("pk")
    last = first.log.get(seq=4)
    common = {"enrolment": enrolment, "question_version": last.question_version, "at": NOW, "state": 2}
    ReviewLog.objects.create(card=first, seq=5, kind=ReviewLog.Kind.UNDO, undoes=4, **common)
    ReviewLog.objects.create(card=second, seq=5, kind=ReviewLog.Kind.RESET, **common)
    ReviewLog.objects.create(card=second, seq=6, kind=1, rating=3, elapsed_days=9, **common)
    found = refitting.histories_of(enrolment.pk)
    assert [len(history) for history in found] == [4, 5, 1]
    assert found[2][0][:2] == (3, 0)


def test_reading_takes_as_many_queries_for_many_cards(bank: list[Question]) -> None:
    counts = []
    for cards in (20, 60):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            refitting.histories_of(learner_with(bank, cards).pk)
        counts.append(
            sum("quizzes_reviewlog" in query["sql"] and "SELECT" in query["sql"] for query in queries)
        )
    assert counts[0] == counts[1]


def test_a_class_teaches_those_who_join_it(bank: list[Question]) -> None:
    group = Class.objects.create(certification=bank[0].certification, name="Monday", created_at=NOW)
    for seed in range(4):
        learner_with(bank, 40, seed, study_class=group)
    beginner = factories.enrolment(factories.learner(), bank[0].certification, study_class=group)
    row = refitting.fit_class(group.pk, NOW)
    assert row is not None and row.study_class_id == group.pk
    assert row.adopted, row.reason
    assert loaded(beginner).fit_id == row.pk and loaded(beginner).parameters == row.parameters
    assert refitting.fit_class(group.pk, NOW + DAY) is None  # nothing new
    joined = factories.learner()
    enrolling.join_class(Class.objects.get(pk=group.pk), joined, NOW)
    assert Enrolment.objects.get(user=joined).fit_id == row.pk


def test_a_small_class_waits(bank: list[Question]) -> None:
    group = Class.objects.create(certification=bank[0].certification, name="Tuesday", created_at=NOW)
    learner_with(bank, 40, study_class=group)
    assert refitting.fit_class(group.pk, NOW) is None


def test_of_very_many_answers_whole_cards_are_read(bank: list[Question]) -> None:
    enrolment = learner_with(bank, 60)
    found = refitting.histories_of(enrolment.pk, most=100)
    assert 10 <= len(found) <= 30 and {len(history) for history in found} == {5}


def test_one_learner_who_cannot_be_fitted_keeps_nobody_waiting(
    bank: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, other = learner_with(bank, 30), learner_with(bank, 30, seed=2)
    refit = refitting.refit

    def failing(enrolment: Enrolment, at: datetime) -> ParameterFit | None:
        if enrolment.pk == odd.pk:
            raise ValueError("odd rows")
        return refit(enrolment, at)

    monkeypatch.setattr(refitting, "refit", failing)
    assert swept(NOW) == 1
    assert ParameterFit.objects.get().enrolment_id == other.pk
    monkeypatch.undo()
    looks = loaded(odd).next_fit_at
    assert looks is not None and swept(looks) == 1  # looked at again before long
