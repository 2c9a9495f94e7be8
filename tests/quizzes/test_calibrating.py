"""The nightly fit in the database: what it writes, that it can run twice, and that Elo's columns stay Elo's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content import jobs
from content.models import Domain, Topic
from quizzes import calibrating
from quizzes.models import (
    AngoffRating,
    Card,
    Enrolment,
    ItemCalibration,
    LearnerAbility,
    LogCursor,
    Question,
    ReviewLog,
)
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
DAY = timedelta(days=1)


@pytest.fixture
def bank() -> list[Question]:
    return factories.questions(factories.certification(), each=5)


def learners(bank: list[Question], count: int) -> list[Enrolment]:
    return [factories.enrolment(factories.learner(), bank[0].certification) for _ in range(count)]


def answered(enrolment: Enrolment, question: Question, right: bool, seq: int = 0, **fields: Any) -> ReviewLog:
    card, _ = Card.objects.get_or_create(enrolment=enrolment, question=question, topic_id=question.topic_id)
    values: dict[str, Any] = {
        "kind": min(seq, 1), "rating": 3 if right else 1, "at": NOW, "state": 2, "stability": 3.0, "difficulty": 5.0,
    } | fields  # fmt: skip
    assert question.current_id is not None
    return ReviewLog.objects.create(
        card=card, seq=seq, enrolment=enrolment, question_version_id=question.current_id, **values
    )


def everybody(bank: list[Question], count: int = 8) -> list[Enrolment]:
    """Questions get harder in their order, learners abler."""
    made = learners(bank, count)
    for place, enrolment in enumerate(made):
        for number, question in enumerate(bank):
            answered(enrolment, question, place / count >= number / len(bank))
    return made


def claimed() -> jobs.Claim:
    job = jobs.submit("calibrate", str(jobs.Job.objects.count()), NOW)
    claim = jobs.claim(job.pk, NOW)
    assert claim is not None
    return claim


def test_hard_questions_and_able_learners_come_out_as_such(bank: list[Question]) -> None:
    made = everybody(bank)
    assert calibrating.calibrate_all(claimed(), NOW) == 1
    easy, hard = (ItemCalibration.objects.get(pk=question.pk) for question in (bank[0], bank[-1]))
    assert easy.difficulty is not None and hard.difficulty is not None and easy.difficulty < hard.difficulty
    assert (hard.answers, hard.provisional, hard.fitted_at) == (8, True, NOW)
    overall = LearnerAbility.objects.filter(domain=None)
    weak, able = overall.get(enrolment=made[0]), overall.get(enrolment=made[-1])
    assert weak.ability is not None and able.ability is not None and weak.ability < able.ability
    assert able.answers == len(bank)
    domains = LearnerAbility.objects.filter(enrolment=made[0]).exclude(domain=None)
    assert domains.count() == Domain.objects.count() == 2


def test_a_second_night_without_answers_changes_nothing_and_writes_nothing(bank: list[Question]) -> None:
    everybody(bank)
    assert calibrating.calibrate(bank[0].certification_id, NOW)
    before: tuple[Any, Any] = (
        list(ItemCalibration.objects.order_by("pk").values()),
        list(LearnerAbility.objects.order_by("pk").values()),
    )
    assert not calibrating.calibrate(bank[0].certification_id, NOW + DAY)
    LogCursor.objects.all().delete()  # as if the job had been killed before it wrote how far it is
    assert calibrating.calibrate(bank[0].certification_id, NOW)
    after: list[Any] = [
        list(kind.objects.order_by("pk").values()) for kind in (ItemCalibration, LearnerAbility)
    ]
    for rows, then in zip(after, before, strict=True):
        for now, was in zip(rows, then, strict=True):
            for name, value in was.items():
                assert now[name] == (pytest.approx(value, abs=0.05) if isinstance(value, float) else value)


def test_elo_stays_as_it_was(bank: list[Question]) -> None:
    made = everybody(bank, 3)
    ItemCalibration.objects.create(question=bank[0], elo=1.5, elo_answers=7)
    LearnerAbility.objects.create(enrolment=made[0], elo=-0.5, elo_answers=9)
    calibrating.calibrate(bank[0].certification_id, NOW)
    item = ItemCalibration.objects.get(pk=bank[0].pk)
    assert (item.elo, item.elo_answers) == (1.5, 7) and item.difficulty is not None
    learner = LearnerAbility.objects.get(enrolment=made[0], domain=None)
    assert (learner.elo, learner.elo_answers) == (-0.5, 9) and learner.ability is not None


def test_what_was_taken_back_does_not_count(bank: list[Question]) -> None:
    (enrolment,) = learners(bank, 1)
    answered(enrolment, bank[0], False)
    answered(enrolment, bank[0], False, seq=1, kind=ReviewLog.Kind.UNDO, rating=None, undoes=0)
    answered(enrolment, bank[0], True, seq=2)
    calibrating.calibrate(bank[0].certification_id, NOW)
    item = ItemCalibration.objects.get(pk=bank[0].pk)
    assert item.answers == 1 and item.difficulty is not None and item.difficulty < 0


def test_an_answer_from_memory_says_little_of_difficulty(bank: list[Question]) -> None:
    (enrolment,) = learners(bank, 1)
    answered(enrolment, bank[1], True, stability=500.0)
    calibrating.calibrate(bank[0].certification_id, NOW)
    first = ItemCalibration.objects.get(pk=bank[1].pk).difficulty
    for seq in (1, 2, 3):
        answered(enrolment, bank[1], True, seq=seq, elapsed_days=1, stability=500.0)
    calibrating.calibrate(bank[0].certification_id, NOW + DAY)
    later = ItemCalibration.objects.get(pk=bank[1].pk).difficulty
    assert first is not None and later is not None and abs(later - first) < 0.05


def test_what_instructors_expect_is_the_prior(bank: list[Question]) -> None:
    teacher = factories.instructor(bank[0].certification)
    for question, probability in ((bank[0], 0.9), (bank[1], 0.2)):
        AngoffRating.objects.create(question=question, instructor=teacher, probability=probability, at=NOW)
    assert calibrating.calibrate(bank[0].certification_id, NOW)
    easy, hard = (ItemCalibration.objects.get(pk=question.pk) for question in bank[:2])
    assert (
        easy.difficulty is not None and hard.difficulty is not None and easy.difficulty < 0 < hard.difficulty
    )
    assert hard.provisional and hard.answers == 0
    AngoffRating.objects.filter(question=bank[1]).delete()
    AngoffRating.objects.filter(question=bank[0]).update(at=NOW + DAY)
    assert calibrating.calibrate(bank[0].certification_id, NOW + 2 * DAY)
    assert ItemCalibration.objects.get(pk=bank[1].pk).difficulty is None


def test_what_only_a_rating_said_is_forgotten_with_it(bank: list[Question]) -> None:
    teacher = factories.instructor(bank[0].certification)
    AngoffRating.objects.create(question=bank[0], instructor=teacher, probability=0.9, at=NOW)
    calibrating.calibrate(bank[0].certification_id, NOW)
    AngoffRating.objects.all().delete()
    assert calibrating.calibrate(bank[0].certification_id, NOW + DAY), "although nobody answered or rated"
    assert ItemCalibration.objects.get().difficulty is None
    assert not calibrating.calibrate(bank[0].certification_id, NOW + 2 * DAY)


def test_however_the_log_is_cut_it_says_the_same(
    bank: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody(bank)
    calibrating.calibrate(bank[0].certification_id, NOW)
    whole = list(ItemCalibration.objects.order_by("pk").values_list("answers", "difficulty"))
    for limits in ({"AT_ONCE": 1}, {"AT_ONCE": 2 * len(bank) + 1}, {"LEARNERS": 3}):
        LogCursor.objects.all().delete()
        ItemCalibration.objects.all().delete()
        with monkeypatch.context() as patch:
            for name, value in limits.items():
                patch.setattr(calibrating, name, value)
            calibrating.calibrate(bank[0].certification_id, NOW)
        cut = list(ItemCalibration.objects.order_by("pk").values_list("answers", "difficulty"))
        assert [answers for answers, _ in cut] == [answers for answers, _ in whole]
        assert [one for _, one in cut] == pytest.approx([one for _, one in whole])


def test_of_very_many_answers_those_of_the_latest_learners_are_read(
    bank: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = everybody(bank, 4)
    monkeypatch.setattr(calibrating, "MOST", len(bank) + 1)
    calibrating.calibrate(bank[0].certification_id, NOW)
    read = LearnerAbility.objects.filter(domain=None).values_list("enrolment_id", flat=True)
    assert set(read) == {made[-1].pk, made[-2].pk}


def test_odd_questions_of_one_certification_leave_the_others_their_night(bank: list[Question]) -> None:
    odd = factories.question(bank[0].topic, "multiple_choice")
    odd.versions.update(payload={"options": ["a", "b"]})
    other = factories.questions(factories.certification(), each=1)
    for question in (odd, other[0]):
        answered(factories.enrolment(factories.learner(), question.certification), question, True)
    assert calibrating.calibrate_all(claimed(), NOW) == 1
    assert [one.pk for one in ItemCalibration.objects.all()] == [other[0].pk]


def test_no_answers_no_questions(bank: list[Question]) -> None:
    assert not calibrating.calibrate(bank[0].certification_id, NOW)
    assert not calibrating.calibrate(factories.certification().pk, NOW)


def test_queries_do_not_grow_with_answers(bank: list[Question]) -> None:
    counts = []
    for count in (3, 12):
        everybody(bank, count)
        with CaptureQueriesContext(connection) as queries:
            calibrating.calibrate(bank[0].certification_id, NOW)
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_an_ability_in_a_domain_that_lost_its_questions_is_forgotten(bank: list[Question]) -> None:
    """Else a mistaken mapping of topics to domains would speak for ever in how abilities spread."""
    everybody(bank, 3)
    calibrating.calibrate(bank[0].certification_id, NOW)
    first, second = Domain.objects.order_by("number")
    Topic.objects.filter(domain=second).update(domain=first)
    calibrating.calibrate(bank[0].certification_id, NOW)  # nothing was answered: nothing is fitted
    answered(Enrolment.objects.all()[0], bank[0], True, seq=1)
    calibrating.calibrate(bank[0].certification_id, NOW + DAY)
    kept = LearnerAbility.objects.filter(domain=second)
    assert set(kept.values_list("ability", "standard_error", "answers")) == {(None, None, 0)}
