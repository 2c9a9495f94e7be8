"""The list of drills: sections, states, topics, and a number of queries that does not grow."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Profile
from content.models import Topic
from quizzes import drill_schedules, drills, graders
from quizzes.models import DrillAttempt, Enrolment, Question, QuestionVersion
from quizzes.views.drill_results import comes_back
from tests import factories, strict
from tests.factories import NOW
from tests.quizzes.graders.samples import drill
from tests.quizzes.views import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def enrolment(time_machine: Any) -> Enrolment:
    time_machine.move_to(NOW, tick=False)
    return factories.enrolment(factories.learner(), factories.certification("gates"))


@pytest.fixture
def client(enrolment: Enrolment) -> Client:
    return signed_in(enrolment.user)


def made(enrolment: Enrolment, title: str, topic: int = 0, name: str = "number", **more: Any) -> Question:
    topics = list(enrolment.certification.topics.order_by("position"))
    kind = "case" if name == "case" else "drill"
    return factories.question(topics[topic], kind=kind, payload=drill(name, title=title, **more))


def answered(enrolment: Enrolment, question: Question, right: bool, days_ago: int = 0) -> DrillAttempt:
    at = NOW - days_ago * DAY
    attempt = drills.begin(enrolment, question, at - timedelta(minutes=2))
    figure = graders.fill(attempt.question_version.payload, attempt.seed)["expect"]
    assert drills.submit(attempt, str(figure) if right else "0", at).ok == right
    return attempt


def shown(client: Client, query: str = "") -> list[str]:
    """Titles of the drills on the page, in their order."""
    answer = client.get(f"/drills/gates/{query}")
    assert answer.status_code == 200
    strict.check(answer)
    return re.findall(r'<span class="name">([^<]*)</span>', answer.content.decode())


def text_of(client: Client, query: str = "") -> str:
    return client.get(f"/drills/gates/{query}").content.decode()


def test_states_are_links(client: Client, enrolment: Enrolment) -> None:
    _, passed, missed = (made(enrolment, title) for title in ("New", "Passed", "Missed"))
    answered(enrolment, passed, right=True)
    answered(enrolment, missed, right=False, days_ago=3)
    assert shown(client) == ["New", "Passed", "Missed"]
    assert shown(client, "?state=new") == ["New"]
    assert shown(client, "?state=passed") == ["Passed"]
    assert shown(client, "?state=missed") == shown(client, "?state=due") == ["Missed"]
    assert shown(client, "?state=unheard-of") == ["New", "Passed", "Missed"]
    page = text_of(client)
    assert 'href="/drills/gates/?state=missed"' in page and 'href="/drills/gates/?state=due"' in page
    assert "1 drill is back today, and 1 you have not tried yet." in page


def test_the_last_attempt_is_what_counts(client: Client, enrolment: Enrolment) -> None:
    question = made(enrolment, "Twice")
    answered(enrolment, question, right=True, days_ago=5)
    answered(enrolment, question, right=False, days_ago=1)
    assert shown(client, "?state=missed") == ["Twice"]
    page = text_of(client)
    assert "0 %" in page and "on 20 Nov" in page and "back today" in page
    answered(enrolment, question, right=True)
    assert shown(client, "?state=passed") == ["Twice"]
    assert "comes back" in text_of(client)


def test_it_says_what_each_asks_for_without_its_numbers(client: Client, enrolment: Enrolment) -> None:
    made(enrolment, "Oil for {{lamps}} lamps")
    made(enrolment, "Fog", name="case")
    made(enrolment, "Quiet", name="rule")
    made(enrolment, "Where", name="verdict")
    assert shown(client) == ["Oil for … lamps", "Fog", "Quiet", "Where"]
    page = text_of(client)
    for asked in ("Work out a figure", "Decide, step by step", "Write an alarm rule", "Follow a packet"):
        assert asked in page


def test_one_that_was_begun_is_gone_on_with(client: Client, enrolment: Enrolment) -> None:
    question = made(enrolment, "Half done")
    attempt = drills.begin(enrolment, question, NOW)
    page = text_of(client)
    assert "Go on" in page and "begun, not answered yet" in page
    answer = client.post(f"/drills/gates/{question.pk}/")
    assert str(attempt.uid) in answer["Location"]


def test_a_case_that_was_left_is_gone_on_with(client: Client, enrolment: Enrolment) -> None:
    """Who has seen that a choice was wrong does not get to make it anew."""
    question = made(enrolment, "Left behind", name="case")
    attempt = drills.begin(enrolment, question, NOW)
    assert drills.decide(attempt, 0, 0, NOW)
    assert "Go on" in text_of(client)
    answer = client.post(f"/drills/gates/{question.pk}/")
    assert str(attempt.uid) in answer["Location"]
    assert DrillAttempt.objects.get().steps_answered == 1


def test_an_open_attempt_at_earlier_words_is_not_gone_on_with(client: Client, enrolment: Enrolment) -> None:
    question = made(enrolment, "Earlier")
    attempt = drills.begin(enrolment, question, NOW)
    version = QuestionVersion.objects.create(
        question=question, number=2, stem="Later", payload=drill("number", title="Later"), created_at=NOW
    )
    Question.objects.filter(pk=question.pk).update(current=version)
    assert "Go on" not in text_of(client)
    assert str(attempt.uid) not in client.post(f"/drills/gates/{question.pk}/")["Location"]


def test_a_topic_holds_what_is_under_it(client: Client, enrolment: Enrolment) -> None:
    first, second, *_ = enrolment.certification.topics.order_by("position")
    Topic.objects.filter(pk=second.pk).update(parent=first)
    made(enrolment, "Above", topic=0)
    made(enrolment, "Below", topic=1)
    made(enrolment, "Elsewhere", topic=2)
    assert shown(client) == ["Above", "Below", "Elsewhere"]
    assert text_of(client).count("<section") == 2, "by the topics at the top"
    assert shown(client, f"?topic={first.slug}") == ["Above", "Below"]
    assert shown(client, f"?topic={second.slug}") == ["Below"]
    page = text_of(client, f"?topic={second.slug}&state=new")
    assert f"?topic={second.slug}&amp;state=due" in page or f"?state=due&amp;topic={second.slug}" in page


def test_a_long_list_shows_the_first_of_each_section(client: Client, enrolment: Enrolment) -> None:
    for number in range(30):
        made(enrolment, f"First {number}", topic=0)
        made(enrolment, f"Third {number}", topic=2)
    titles = shown(client)
    assert titles == [f"First {n}" for n in range(6)] + [f"Third {n}" for n in range(6)]
    topic = enrolment.certification.topics.order_by("position")[2]
    assert f"24 more in {topic.title}" in text_of(client)
    assert len(shown(client, f"?topic={topic.slug}")) == 30


def test_the_next_one_leads_the_list(client: Client, enrolment: Enrolment) -> None:
    made(enrolment, "New")
    late, early = made(enrolment, "Late"), made(enrolment, "Early")
    assert 'class="next-drill"' in text_of(client)
    answered(enrolment, late, right=False, days_ago=2)
    answered(enrolment, early, right=False, days_ago=9)
    page = text_of(client)
    lead = page[page.index('class="next-drill"') : page.index("</nav>", page.index('class="next-drill"'))]
    assert "Early" in lead and "Back today" in lead


def test_what_cannot_be_graded_here_is_listed_and_does_not_lead(
    client: Client, enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill_schedules, "installed", lambda engine: engine != "lint")
    first = made(enrolment, "Linted")
    made(enrolment, "Counted")
    assert first.current is not None
    first.current.payload["grader"] = "lint"
    first.current.save()
    page = client.get("/drills/gates/")
    assert page.context["next"].title == "Counted"
    assert shown(client) == ["Linted", "Counted"]


def test_empty_lists_say_why(client: Client, enrolment: Enrolment) -> None:
    assert "There are none yet" in text_of(client)
    answered(enrolment, made(enrolment, "Only"), right=True)
    for state, why in (
        ("due", "Nothing is due"),
        ("new", "You have tried every drill"),
        ("missed", "No drill here"),
    ):
        assert why in text_of(client, f"?state={state}")


def test_queries_do_not_grow(client: Client, enrolment: Enrolment) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/drills/gates/")
        return len(queries)

    for number in range(3):
        answered(enrolment, made(enrolment, f"A{number}"), right=bool(number % 2))
    before = counted()
    for number in range(30):
        answered(enrolment, made(enrolment, f"B{number}", topic=number % 4), right=bool(number % 2))
    assert counted() == before <= 8


@pytest.mark.parametrize(
    ("days", "said"),
    [(-3, "today"), (0, "today"), (1, "tomorrow"), (3, "on 24 November"), (60, "on 20 January 2027")],
)
def test_when_a_drill_comes_back(days: int, said: str) -> None:
    profile = Profile(zone="Europe/Berlin", rollover_hour=4)
    assert comes_back(NOW + days * DAY, NOW, profile) == said
    assert comes_back(None, NOW, profile) == ""


def test_the_year_is_the_learners_own() -> None:
    """In Tokyo the new year has begun while it is still the old one in UTC."""
    profile = Profile(zone="Asia/Tokyo", rollover_hour=4)
    at = datetime(2026, 12, 31, 20, tzinfo=UTC)
    assert comes_back(at + 9 * DAY, at, profile) == "on 10 January"
