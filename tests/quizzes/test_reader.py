"""The topic reader: who may read, what a page holds, marks of the learner, queries that stay the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content import rendering
from content.models import Certification, Note, Source, Topic
from quizzes.models import Card, Enrolment, Question
from tests import factories
from tests.factories import NOW
from tests.quizzes.views import signed_in

pytestmark = pytest.mark.django_db


def note(topic: Topic, markdown: str, line: int = 1, path: str = "gates.md") -> Note:
    source, _ = Source.objects.get_or_create(
        certification_id=topic.certification_id,
        path=path,
        defaults={"sha256": "0", "text": "", "lines": 90, "nonblank": 80, "in_blocks": 80, "updated_at": NOW},
    )
    return Note.objects.create(
        topic=topic,
        source=source,
        line_from=line,
        line_to=line + 9,
        position=line,
        markdown=markdown,
        html=rendering.to_html(markdown),
        html_policy=rendering.POLICY_VERSION,
    )


@pytest.fixture
def certification() -> Certification:
    made = factories.certification("gates")
    for number, topic in enumerate(made.topics.order_by("position")):
        note(topic, f"Gate **{topic.title}** opens after three knocks.", 1 + 20 * number)
    return made


@pytest.fixture
def enrolment(certification: Certification) -> Enrolment:
    return factories.enrolment(factories.learner(), certification)


@pytest.fixture
def client(enrolment: Enrolment) -> Client:
    return signed_in(enrolment.user)


def topic_page(client: Client, slug: str = "topic-1-1", **query: str) -> Any:
    return client.get(reverse("topic", args=["gates", slug]), query)


ADDRESSES = ["/topics/gates/", "/topics/gates/topic-1-1/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_may_read(address: str, certification: Certification, client: Client) -> None:
    teacher = factories.instructor(certification)
    left = factories.enrolment(factories.learner(), certification, active=False).user
    elsewhere = factories.instructor(factories.certification("elsewhere"))
    assert client.get(address).status_code == 200
    assert signed_in(teacher).get(address).status_code == 200
    assert signed_in(factories.learner()).get(address).status_code == 404
    assert signed_in(left).get(address).status_code == 404
    assert signed_in(elsewhere).get(address).status_code == 404
    nobody = Client().get(address)
    assert (nobody.status_code, nobody["Location"].split("?")[0]) == (302, reverse("account_login"))
    assert client.post(address).status_code == 405


def test_the_outline_goes_by_domains_in_order(client: Client) -> None:
    page = client.get("/topics/gates/").content.decode()
    places = [
        page.index(words) for words in ("Domain 1 ·", "Topic 1.1", "Topic 1.2", "Domain 2 ·", "Topic 2.1")
    ]
    assert places == sorted(places)
    assert "60 % of the exam" in page


def test_topics_outside_every_domain_come_last(certification: Certification, client: Client) -> None:
    Topic.objects.create(certification=certification, title="A loose end", slug="loose", position=0)
    page = client.get("/topics/gates/").content.decode()
    assert page.index("Topic 2.2") < page.index("Outside the domains") < page.index("A loose end")


def test_retired_topics_are_gone(certification: Certification, client: Client) -> None:
    certification.topics.filter(slug="topic-1-1").update(retired=True)
    assert "Topic 1.1" not in client.get("/topics/gates/").content.decode()
    assert topic_page(client).status_code == 404


def test_a_page_holds_the_note_its_source_and_its_neighbours(client: Client) -> None:
    page = topic_page(client, "topic-1-2").content.decode()
    assert "<strong>Topic 1.2</strong> opens after three knocks." in page
    assert "gates.md" in page
    assert "lines 21–30" in page
    assert f'rel="prev" href="{reverse("topic", args=["gates", "topic-1-1"])}"' in page
    assert f'rel="next" href="{reverse("topic", args=["gates", "topic-2-1"])}"' in page


def test_only_who_teaches_it_is_led_to_the_source(certification: Certification, client: Client) -> None:
    teacher = signed_in(factories.instructor(certification))
    assert "/studio/gates/sources/" in topic_page(teacher).content.decode()
    assert "/studio/" not in topic_page(client).content.decode()


def test_who_only_teaches_it_is_led_to_no_page_of_learners(
    certification: Certification, client: Client
) -> None:
    teacher = signed_in(factories.instructor(certification))
    for address in ("/topics/gates/", "/search/gates/?q=knocks"):
        seen = client.get(address).content.decode()
        assert "/drills/gates/" in seen and "/readiness/gates/" in seen
        taught = teacher.get(address).content.decode()
        assert "/drills/gates/" not in taught and "/readiness/gates/" not in taught


def test_a_note_cleaned_by_an_older_policy_is_cleaned_again(
    certification: Certification, client: Client
) -> None:
    Note.objects.update(html="<p onclick=x>old</p>", html_policy=rendering.POLICY_VERSION - 1)
    page = topic_page(client).content.decode()
    assert "onclick" not in page
    assert "opens after three knocks" in page


def test_the_margin_tells_where_questions_are_asked_but_not_their_answers(
    certification: Certification, enrolment: Enrolment, client: Client
) -> None:
    topic = certification.topics.get(slug="topic-1-1")
    asked = factories.question(topic, stem="How many knocks?", line_from=4, source=Source.objects.get())
    retired = factories.question(topic, stem="Not asked any more?")
    Question.objects.filter(pk=retired.pk).update(state=Question.State.RETIRED)
    page = topic_page(client).content.decode()
    assert "How many knocks?" in page
    assert "Three knocks, as the sign says" not in page
    assert "Not asked any more?" not in page
    assert 'data-level="0"' in page
    card = Card.objects.create(enrolment=enrolment, question=asked, topic=topic, state=Card.State.REVIEW)
    for days, level in ((0, 4), (4000, 1)):
        last = timezone.now() - timedelta(days=days)
        Card.objects.filter(pk=card.pk).update(stability=2, last_review=last)
        [part] = topic_page(client).context["parts"]
        assert part.leaves[0].asked[0].level == level


def test_questions_and_marks_of_others_are_not_mine(certification: Certification, client: Client) -> None:
    topic = certification.topics.get(slug="topic-1-1")
    question = factories.question(topic)
    other = factories.enrolment(factories.learner(), certification)
    Card.objects.create(
        enrolment=other, question=question, topic=topic, state=2, stability=900, last_review=NOW, due=NOW
    )
    [part] = topic_page(client).context["parts"]
    assert part.leaves[0].asked[0].level == 0
    assert " due" not in client.get("/topics/gates/").content.decode()


def test_what_is_due_is_told_by_topic(
    certification: Certification, enrolment: Enrolment, client: Client
) -> None:
    topic = certification.topics.get(slug="topic-2-1")
    question = factories.question(topic)
    Card.objects.create(
        enrolment=enrolment,
        question=question,
        topic=topic,
        state=2,
        stability=3,
        last_review=timezone.now() - timedelta(days=9),
        due=timezone.now() - timedelta(days=5),
    )
    assert "1 due" in client.get("/topics/gates/").content.decode()


def test_a_section_lists_what_is_in_it_and_reads_as_one_page(
    certification: Certification, client: Client
) -> None:
    top = certification.topics.get(slug="topic-1-1")
    certification.topics.filter(slug="topic-1-2").update(parent=top)
    page = topic_page(client).content.decode()
    assert "In this section" in page
    assert "Topic 1.2</strong> opens" not in page
    whole = topic_page(client, whole="").content.decode()
    assert "Topic 1.2</strong> opens" in whole
    assert f'rel="next" href="{reverse("topic", args=["gates", "topic-2-1"])}"' in whole


def test_drills_are_begun_from_the_topic(certification: Certification, client: Client) -> None:
    topic = certification.topics.get(slug="topic-1-1")
    step = {
        "ask": "What now?",
        "options": [{"text": "Knock", "ok": True, "say": "Yes."}, {"text": "Leave", "ok": False}],
    }
    spec = {
        "id": "night",
        "title": "A gate at night",
        "grader": "case",
        "prompt": "It is dark.",
        "steps": [step],
    }
    drill = factories.question(topic, kind="case", stem="It is dark.", payload=spec)
    page = topic_page(client).content.decode()
    assert "A gate at night" in page
    assert reverse("drill_start", args=["gates", drill.pk]) in page
    assert "no questions yet" in page
    teacher = topic_page(signed_in(factories.instructor(certification))).content.decode()
    assert "A gate at night" in teacher
    assert reverse("drill_start", args=["gates", drill.pk]) not in teacher


def test_an_empty_certification_says_what_will_be_here(client: Client, certification: Certification) -> None:
    certification.topics.update(retired=True)
    assert "Nothing to read yet" in client.get("/topics/gates/").content.decode()


def test_unknown_topics_are_404(client: Client) -> None:
    assert topic_page(client, "no-such-topic").status_code == 404


def counted(client: Client) -> list[int]:
    found = []
    for address in (*ADDRESSES, f"{ADDRESSES[1]}?whole"):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        found.append(len(seen))
    return found


def test_queries_do_not_grow_with_rows(
    certification: Certification, enrolment: Enrolment, client: Client
) -> None:
    top = certification.topics.get(slug="topic-1-1")

    def grow(first: int, count: int) -> None:
        for number in range(first, first + count):
            topic = Topic.objects.create(
                certification=certification,
                parent=top,
                domain=top.domain,
                title=f"Leaf {number}",
                slug=f"leaf-{number}",
                position=number,
            )
            note(topic, f"Leaf {number} has a latch.", 10 * number, path=f"file-{number}.md")
            question = factories.question(topic)
            factories.question(top)
            Card.objects.create(enrolment=enrolment, question=question, topic=topic, due=NOW)

    grow(100, 2)
    before = counted(client)
    grow(200, 10)
    assert counted(client) == before
    assert max(before) <= 14
