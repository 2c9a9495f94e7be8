"""The search page: who may search, what learners see, what the box gets while somebody types."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.models import Certification, Fact, Topic
from quizzes import search
from quizzes.models import Enrolment, Question
from tests import factories
from tests.content.test_search import facts
from tests.quizzes.views import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


@pytest.fixture
def gates() -> Certification:
    made = factories.certification("gates")
    facts(made.topics.get(title="Topic 1.1"), "A gate opens after <b>three</b> knocks & a word", "Gates rust")
    return made


@pytest.fixture
def client(gates: Certification) -> Client:
    enrolment: Enrolment = factories.enrolment(factories.learner(), gates)
    return signed_in(enrolment.user)


def found(client: Client, typed: str, **headers: str) -> str:
    response: Any = client.get(reverse("search", args=["gates"]), {"q": typed}, headers=headers)
    assert response.status_code == 200
    assert "HX-Request" in response["Vary"]
    return str(response.content.decode())


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_who_may_search(client: Client, gates: Certification) -> None:
    address = reverse("search", args=["gates"])
    left = factories.enrolment(factories.learner(), gates, active=False).user
    assert signed_in(factories.instructor(gates)).get(address).status_code == 200
    assert signed_in(factories.learner()).get(address).status_code == 404
    assert signed_in(left).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_hits_lead_to_their_topic_and_are_marked_safely(client: Client) -> None:
    page = found(client, "knocks")
    assert "<mark>knocks</mark>" in page and "<b>three" not in page
    assert "/topics/gates/topic-1-1/#:~:text=A%20gate%20opens" in page
    assert "1 match" in words(page)
    assert "<script>" not in found(client, "<script>alert(1)</script> knocks")


def test_titles_and_notes_stand_apart(client: Client) -> None:
    page = words(found(client, "topic 1.1"))
    assert page.index("Topics ") < page.index("In the notes")


def test_nothing_typed_and_nothing_found_are_said_kindly(client: Client) -> None:
    assert "All words must occur" in found(client, "")
    assert "Nothing says “zeppelin”" in found(client, "zeppelin")


def test_a_box_that_asks_gets_the_results_alone(client: Client) -> None:
    part = found(client, "knocks", HX_Request="true")
    assert "<mark>knocks</mark>" in part and "<html" not in part and "<form" not in part
    assert words(found(client, "", HX_Request="true")) == ""


def test_the_outline_has_the_box_which_works_without_scripts(client: Client) -> None:
    page = client.get(reverse("topics", args=["gates"])).content.decode()
    assert 'method="get" action="/search/gates/"' in page and 'id="found"' in page


def test_queries_do_not_grow_with_hits(client: Client, gates: Certification) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            found(client, "gate")
        return len(queries)

    count()
    before = count()
    facts(Topic.objects.get(slug="topic-1-1"), *[f"Gate {n} is shut" for n in range(20)])
    assert count() == before


def test_retired_facts_are_not_shown(client: Client) -> None:
    Fact.objects.filter(text="Gates rust").update(state=Fact.State.RETIRED)
    assert "Nothing says “rust”" in found(client, "rust")


def test_questions_are_found_by_stem_and_rationale_the_best_first(gates: Certification) -> None:
    topic = gates.topics.get(slug="topic-1-1")
    other = factories.question(topic, stem="What does the warden carry?")
    asked = factories.question(topic, stem="How many knocks open the knocks gate?")
    factories.question(factories.certification("far").topics.all()[0], stem="How many knocks?")
    mine = Question.objects.filter(certification=gates)
    assert list(search.matching(mine, gates, "knocks")) == [asked, other]  # the other one by its rationale
    assert list(search.matching(mine, gates, "warden carr")) == [other]
    assert search.matching(mine, gates, "").count() == 2


def test_only_what_a_question_says_now_is_found(gates: Certification) -> None:
    question = factories.question(gates.topics.all()[0], stem="Who keeps the lantern?")
    assert question.current is not None
    question.current.stem = "Who keeps the torch?"
    question.current.save()
    mine = Question.objects.filter(certification=gates)
    assert not search.matching(mine, gates, "lantern").exists()
    assert search.matching(mine, gates, "torch").get() == question


def test_instructors_find_questions_topics_and_facts_on_one_page(gates: Certification) -> None:
    factories.question(gates.topics.all()[0], stem="How many knocks open it?")
    client = signed_in(factories.instructor(gates))
    page = words(client.get(reverse("studio_questions", args=["gates"]), {"q": "knocks"}).content.decode())
    assert "How many knocks open it?" in page
    assert "Topics and notes that say knocks A gate opens after" in page
