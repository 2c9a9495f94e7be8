"""Numbers about a learner, against sums done by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Certification
from quizzes import stats
from quizzes.models import Card, Enrolment, Question, ReviewLog
from quizzes.scheduler.memory import retrievability
from tests import factories
from tests.quizzes.digests import people
from tests.quizzes.digests.people import DAY, SUNDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Certification:
    return people.course()


@pytest.fixture
def robin(course: Certification) -> Enrolment:
    return factories.enrolment(factories.learner(zone="Europe/Lisbon", rollover_hour=4), course)


def card(enrolment: Enrolment, number: int = 0, **fields: object) -> Card:
    question = enrolment.certification.questions.order_by("position")[number]
    defaults = {"state": Card.State.REVIEW, "stability": 5.0, "last_review": SUNDAY - DAY, "due": SUNDAY}
    return Card.objects.create(
        enrolment=enrolment, question=question, topic_id=question.topic_id, **{**defaults, **fields}
    )


def test_due_now_counts_to_the_moment_and_leaves_out_new_and_suspended(robin: Enrolment) -> None:
    card(robin, 0, due=SUNDAY)
    card(robin, 1, due=SUNDAY + timedelta(seconds=1))
    card(robin, 2, due=SUNDAY - 9 * DAY)
    card(robin, 3, due=SUNDAY - DAY, suspended=True)
    card(robin, 4, due=None, state=Card.State.NEW, stability=None, last_review=None)
    assert stats.due_now(robin, SUNDAY) == 2
    assert stats.due_now(robin, SUNDAY + timedelta(seconds=1)) == 3


def test_due_by_day_follows_the_learners_study_days(robin: Enrolment) -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    moments = [
        datetime(2026, 11, 1, 12, tzinfo=lisbon),  # overdue: today
        datetime(2026, 11, 23, 3, 59, tzinfo=lisbon),  # Monday night before the rollover: still Sunday
        datetime(2026, 11, 23, 4, 0, tzinfo=lisbon),  # Monday
        datetime(2026, 11, 25, 23, 0, tzinfo=lisbon),  # Wednesday
        datetime(2026, 11, 29, 5, 0, tzinfo=lisbon),  # next Sunday: beyond
    ]
    for number, due in enumerate(moments):
        card(robin, number, due=due)
    ahead = stats.due_by_day(robin, SUNDAY, 7)
    assert ahead[0] == (date(2026, 11, 22), 2)
    assert [count for _, count in ahead] == [2, 1, 0, 1, 0, 0, 0]
    assert [on for on, _ in ahead] == [date(2026, 11, 22) + n * DAY for n in range(7)]


def test_topic_mastery_in_outline_order(robin: Enrolment, course: Certification) -> None:
    first, second, third, fourth = course.topics.order_by("position")
    first.position, second.position = 2, 1
    first.save(), second.save()  # type: ignore[func-returns-value]
    third.retired = True
    third.save()
    Question.objects.filter(topic=fourth).update(state=Question.State.DRAFT)
    card(robin, 0, stability=4.0, last_review=SUNDAY - 2 * DAY)
    card(robin, 1, stability=9.0, last_review=SUNDAY - 3 * DAY)
    card(robin, 2, stability=None, last_review=None, due=None, state=Card.State.NEW)
    before, begun = stats.topic_mastery(robin, SUNDAY)
    assert (before.slug, before.seen, before.recall, before.mastery) == (second.slug, 0, None, 0.0)
    assert (begun.slug, begun.questions, begun.seen) == (first.slug, 3, 2)
    expected = (retrievability(4.0, 2) + retrievability(9.0, 3)) / 2
    assert begun.recall == pytest.approx(expected)
    assert begun.mastery == pytest.approx(expected * 2 / 3)


def test_drills_are_not_counted_as_questions_of_a_topic(robin: Enrolment, course: Certification) -> None:
    Question.objects.filter(pk=course.questions.order_by("position")[0].pk).update(kind="case")
    assert stats.topic_mastery(robin, SUNDAY)[0].questions == 2


def test_a_fitted_forgetting_curve_is_used(robin: Enrolment) -> None:
    card(robin, 0, stability=4.0, last_review=SUNDAY - 40 * DAY)
    robin.parameters = [*[1.0] * 20, 0.4]
    assert stats.topic_mastery(robin, SUNDAY)[0].recall == pytest.approx(retrievability(4.0, 40, 0.4))


def test_domain_mastery_sums_its_topics(robin: Enrolment, course: Certification) -> None:
    card(robin, 0)
    card(robin, 3)
    alien = factories.Topic.objects.create(
        certification=course, position=99, title="Elsewhere", slug="elsewhere"
    )
    factories.question(alien)
    one, two, outside = stats.domain_mastery(robin, SUNDAY)
    assert (one.number, one.weight, one.questions, one.seen) == (1, 60.0, 6, 2)
    assert one.recall == pytest.approx(retrievability(5.0, 1))
    assert one.mastery == pytest.approx(retrievability(5.0, 1) * 2 / 6)
    assert (two.seen, two.recall, two.mastery) == (0, None, 0.0)
    assert (outside.domain_id, outside.questions) == (None, 1)


def test_activity_of_a_span(robin: Enrolment) -> None:
    one, two = card(robin, 0), card(robin, 1)
    people.answer(one, SUNDAY - 9 * DAY)  # before
    people.answer(one, SUNDAY - 3 * DAY, kind=ReviewLog.Kind.LEARN)
    people.answer(one, SUNDAY - 2 * DAY, rating=1)
    people.answer(one, SUNDAY - 2 * DAY, rating=3, kind=ReviewLog.Kind.RELEARN)
    people.answer(two, SUNDAY - DAY, rating=2)
    ReviewLog.objects.filter(card=two).update(milliseconds=3_600_000)  # went for a walk
    people.answer(two, SUNDAY)  # the end is not included
    done = stats.activity(robin, SUNDAY - 7 * DAY, SUNDAY)
    assert (done.answers, done.reviews, done.recalled, done.study_days) == (4, 2, 1, 3)
    assert done.recall_rate == 0.5
    assert done.minutes == round((3 * 12 + 120) / 60)
    assert stats.activity(robin, SUNDAY + DAY, SUNDAY + 2 * DAY) == stats.Activity()
    assert stats.Activity().recall_rate is None


def test_what_was_undone_or_reset_does_not_count(robin: Enrolment) -> None:
    one = card(robin, 0)
    people.answer(one, SUNDAY - DAY, rating=1)
    people.answer(one, SUNDAY - DAY, kind=ReviewLog.Kind.UNDO, undoes=0)
    people.answer(one, SUNDAY - DAY, rating=3)
    people.answer(one, SUNDAY - DAY, kind=ReviewLog.Kind.RESET)
    done = stats.activity(robin, SUNDAY - 7 * DAY, SUNDAY)
    assert (done.answers, done.recalled) == (1, 1)


def test_a_night_of_study_is_one_study_day(robin: Enrolment) -> None:
    one = card(robin, 0)
    people.answer(one, datetime(2026, 11, 19, 22, tzinfo=UTC))
    people.answer(one, datetime(2026, 11, 20, 3, 59, tzinfo=UTC))
    assert stats.activity(robin, SUNDAY - 7 * DAY, SUNDAY).study_days == 1
    people.answer(one, datetime(2026, 11, 20, 4, 0, tzinfo=UTC))
    assert stats.activity(robin, SUNDAY - 7 * DAY, SUNDAY).study_days == 2


def test_queries_do_not_grow_with_cards() -> None:
    def counted(each: int) -> int:
        robin = people.learner(people.course(f"course-{each}", topics=each, each=each))
        enrolment = Enrolment.objects.select_related("user__profile").get(pk=robin.pk)
        with CaptureQueriesContext(connection) as queries:
            stats.due_now(enrolment, SUNDAY)
            stats.due_by_day(enrolment, SUNDAY, 14)
            stats.domain_mastery(enrolment, SUNDAY, stats.topic_mastery(enrolment, SUNDAY))
            stats.activity(enrolment, SUNDAY - 7 * DAY, SUNDAY)
        return len(queries)

    assert counted(2) == counted(4) == counted(7) == 6


def test_the_digest_reads_the_same_numbers(robin: Enrolment) -> None:
    """It streams many learners at once; for one learner both ways must agree."""
    from quizzes.digests import gather
    from quizzes.digests.review import Review
    from quizzes.models import Digest

    people.study(robin, SUNDAY)
    said = gather.reviews([Digest(pk=1, user=robin.user, week="2026-W47", due_at=SUNDAY)], SUNDAY)[1]
    assert isinstance(said, Review)
    (part,) = said.parts
    assert part.due_now == stats.due_now(robin, SUNDAY)
    assert [(day.date, day.cards) for day in part.days] == stats.due_by_day(robin, SUNDAY, 7)
    weakest = min(topic.recall for topic in stats.topic_mastery(robin, SUNDAY) if topic.recall is not None)
    assert part.weak[0].recall_percent == round(100 * weakest)
    monday = datetime(2026, 11, 16, 4, tzinfo=UTC)
    last = stats.activity(robin, monday, SUNDAY)
    assert (part.last.answers, part.last.minutes, part.last.study_days) == (
        last.answers,
        last.minutes,
        last.study_days,
    )
    before = stats.activity(robin, monday - 7 * DAY, monday)
    assert (part.before.answers, part.before.study_days) == (before.answers, before.study_days)
