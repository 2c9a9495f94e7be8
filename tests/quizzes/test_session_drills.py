"""Drills inside study sessions: offered halfway and at the end, put off, and their time taken from the day's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quizzes import drill_schedules, drills, study_days
from quizzes.models import DrillSchedule, Enrolment, Question
from tests import factories
from tests.factories import NOW
from tests.quizzes.graders.samples import drill
from tests.quizzes.views import form, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
COMES_BACK = "A drill comes back"


@pytest.fixture
def enrolment(time_machine: Any) -> Enrolment:
    time_machine.move_to(NOW, tick=False)
    certification = factories.certification("gates")
    factories.questions(certification, each=4)
    return factories.enrolment(factories.learner(), certification, minutes_a_day=20)


@pytest.fixture
def client(enrolment: Enrolment) -> Client:
    return signed_in(enrolment.user)


def missed(enrolment: Enrolment, seconds: int = 200) -> Question:
    """A drill that went wrong yesterday, after so many seconds."""
    topic = enrolment.certification.topics.all()[0]
    question = factories.question(topic, kind="drill", payload=drill("number"))
    attempt = drills.begin(enrolment, question, NOW - DAY - timedelta(seconds=seconds))
    assert not drills.submit(attempt, "-1", NOW - DAY).ok
    return question


def answer_one(client: Client) -> Any:
    front = client.get("/study/gates/")
    turned = client.get("/study/gates/", form(front, "/study/gates/"))
    return client.post("/study/gates/answer/", form(turned, "/answer/") | {"rating": "4"}, follow=True)


def test_it_comes_halfway_once_and_its_form_begins_it(client: Client, enrolment: Enrolment) -> None:
    question = missed(enrolment)
    pages = [client.get("/study/gates/").content.decode()]
    while COMES_BACK not in pages[-1]:
        pages.append(answer_one(client).content.decode())
    assert len(pages) == 1 + 8, "after eight of sixteen cards"
    page = client.get("/study/gates/")
    action = reverse("drill_start", args=["gates", question.pk])
    assert form(page, action) == {"session": "1"}
    begun = client.post(action, {"session": "1"})
    assert begun.status_code == 302 and enrolment.drill_attempts.get(finished_at=None).in_session
    later = client.get("/study/gates/?drill=later").content.decode()
    assert COMES_BACK not in later and "Show the answer" in later


def test_with_htmx_it_follows_the_answer(client: Client, enrolment: Enrolment) -> None:
    missed(enrolment)
    for _ in range(7):
        answer_one(client)
    turned = client.get("/study/gates/", form(client.get("/study/gates/"), "/study/gates/"))
    sent = form(turned, "/answer/") | {"rating": "4"}
    fragment = client.post("/study/gates/answer/", sent, headers={"HX-Request": "true"}).content.decode()
    assert COMES_BACK in fragment and "<html" not in fragment


def test_at_the_end_it_can_wait(client: Client, enrolment: Enrolment) -> None:
    Question.objects.all().update(state=Question.State.RETIRED)
    missed(enrolment)
    assert COMES_BACK in client.get("/study/gates/").content.decode()
    assert "Nothing is due now" in client.get("/study/gates/?drill=later").content.decode()


def test_a_title_with_values_is_shown_without_braces(client: Client, enrolment: Enrolment) -> None:
    Question.objects.all().update(state=Question.State.RETIRED)
    question = missed(enrolment)
    assert question.current is not None
    question.current.payload["title"] = "Cans for {{hours}} hours"
    question.current.save()
    for address in ("/study/gates/", "/plan/gates/"):
        page = client.get(address).content.decode()
        assert "Cans for … hours" in page and "{{" not in page


def test_what_was_done_is_not_offered_again(client: Client, enrolment: Enrolment) -> None:
    Question.objects.all().update(state=Question.State.RETIRED)
    question = missed(enrolment)
    attempt = drills.begin(enrolment, question, NOW)
    drills.submit(attempt, "-1", NOW)
    assert COMES_BACK not in client.get("/study/gates/").content.decode()


def test_a_new_drill_is_offered_at_the_end(client: Client, enrolment: Enrolment) -> None:
    first, second = enrolment.certification.topics.order_by("position")[:2]
    for topic in (first, second):
        factories.question(topic, kind="drill", payload=drill("number", title=f"Lamps {topic.pk}"))
    Question.objects.filter(topic=first, kind="flashcard").update(state=Question.State.RETIRED)
    page = answer_one(client)
    while "That is all for today" not in page.content.decode():
        page = answer_one(client)
    assert f"Lamps {second.pk}" in page.content.decode(), "its topic is the one that was studied"
    assert f"Lamps {first.pk}" not in page.content.decode()


def test_what_this_installation_cannot_grade_is_neither_offered_nor_kept_time_for(
    client: Client, enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could ever answer it, so it would stand at the end of every session."""
    monkeypatch.setattr(drill_schedules, "installed", lambda engine: engine != "lint")
    topic, today = enrolment.certification.topics.all()[0], study_days.study_day(enrolment.user.profile, NOW)
    linted = factories.question(topic, kind="drill", payload=drill("number", title="Linted"))
    assert linted.current is not None
    linted.current.payload["grader"] = "lint"
    linted.current.save()
    DrillSchedule.objects.create(enrolment=enrolment, question=linted, due=NOW - DAY)
    assert drill_schedules.seconds_due(enrolment, today.ends_at) == 0
    assert not drill_schedules.what_is_due(enrolment.pk, today.ends_at)
    DrillSchedule.objects.all().delete()
    gradable = factories.question(topic, kind="drill", payload=drill("number", title="Gradable"))
    answer_one(client)
    assert drill_schedules.untried(enrolment, today.starts_at) == gradable


def test_the_day_keeps_time_for_what_comes_back(enrolment: Enrolment) -> None:
    missed(enrolment, seconds=300)
    today = study_days.study_day(enrolment.user.profile, NOW)
    assert drill_schedules.seconds_due(enrolment, today.ends_at) == 300
    assert study_days._kept_for_drills(enrolment, today, 1200) == 300
    assert study_days._kept_for_drills(enrolment, today, 300) == 120
    DrillSchedule.objects.update(due=NOW + 5 * DAY)
    assert study_days._kept_for_drills(enrolment, today, 1200) == 0


def test_time_spent_on_drills_is_time_spent(enrolment: Enrolment) -> None:
    question = missed(enrolment)
    today = study_days.study_day(enrolment.user.profile, NOW)
    assert study_days.seconds_spent(enrolment, today) == 0
    attempt = drills.begin(enrolment, question, NOW)
    drills.submit(attempt, "-1", NOW + timedelta(seconds=90))
    assert study_days.seconds_spent(enrolment, today) == 90


def test_the_dashboard_and_the_plan_name_it(client: Client, enrolment: Enrolment) -> None:
    missed(enrolment)
    assert "1 drill</a>" in client.get("/today/gates/").content.decode()
    assert "Drills that come back" in client.get("/plan/gates/").content.decode()
    Question.objects.filter(kind="flashcard").update(state=Question.State.RETIRED)
    enrolment.study_days.all().delete()
    alone = client.get("/today/gates/").content.decode()
    assert "comes back today" in alone and "Begin" in alone


def test_today_is_of_the_certification_studied_last(client: Client, enrolment: Enrolment) -> None:
    nearer = factories.enrolment(
        enrolment.user, factories.certification("locks"), exam_date=(NOW + 9 * DAY).date()
    )
    assert "Locks</p>" in client.get("/today/").content.decode().replace(" · ", "</p>")
    answer_one(client)
    assert 'class="eyebrow">Gates' in client.get("/today/").content.decode()
    drills.begin(nearer, missed(enrolment), NOW + timedelta(minutes=5))
    assert 'class="eyebrow">Locks' in client.get("/today/").content.decode()
