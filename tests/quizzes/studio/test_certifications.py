"""A new certification with its blueprint; the pages about what is published; queries that stay the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from content.models import Certification, IngestionRun, Source
from quizzes.models import Card, Question
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.quizzes.studio import rooms

pytestmark = pytest.mark.django_db


def blueprint(*rows: tuple[str, str]) -> dict[str, str]:
    given = {"domains-TOTAL_FORMS": "6", "domains-INITIAL_FORMS": "0"}
    for number, (title, weight) in enumerate(rows):
        given |= {f"domains-{number}-title": title, f"domains-{number}-weight": weight}
    return given


def make(client: Client, *rows: tuple[str, str], **fields: str) -> Any:
    named = {"title": "Beekeeping Basics", "slug": "beekeeping", "code": "BEE-1"} | fields
    return client.post(reverse("studio_new"), named | blueprint(*rows))


def domains(slug: str = "beekeeping") -> list[tuple[int, str, Decimal]]:
    rows = Certification.objects.get(slug=slug).domains.order_by("number")
    return list(rows.values_list("number", "title", "weight"))


def test_one_domain_when_none_is_given(client: Client, owner: User) -> None:
    answer = make(client)
    assert answer["Location"] == reverse("studio_certification", args=["beekeeping"])
    assert domains() == [(1, "Beekeeping Basics", Decimal(100))]
    assert list(Certification.objects.get(slug="beekeeping").instructors.all()) == [owner]


def test_without_an_address_the_title_makes_one(client: Client) -> None:
    make(client, slug="", title="Bees & Hives: Level 2")
    assert Certification.objects.filter(slug="bees-hives-level-2").exists()
    assert make(client, slug="", title="蜂").status_code == 422
    assert make(client, slug="", title="Workshop").status_code == 422


def test_domains_in_their_order(client: Client) -> None:
    make(client, ("Hives", "62.5"), ("", ""), ("Honey", "37.5"))
    assert domains() == [(1, "Hives", Decimal("62.5")), (2, "Honey", Decimal("37.5"))]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("Hives", "60"), ("Honey", "30")], "add up to 90 %"),
        ([("Hives", "")], "how much of the exam"),
        ([("", "100")], "Give this domain a title"),
        ([("Hives", "-5"), ("Honey", "105")], "less than or equal to 100"),
        ([("Hives", "many")], "Enter a number"),
    ],
)
def test_a_blueprint_that_is_not_one(rows: list[tuple[str, str]], says: str, client: Client) -> None:
    answer = make(client, *rows)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Certification.objects.filter(slug="beekeeping").exists()


@pytest.mark.parametrize("slug", ["new-certification", "workshop", "two words", "x" * 81])
def test_an_address_that_cannot_be(slug: str, client: Client) -> None:
    assert make(client, slug=slug).status_code == 422
    assert Certification.objects.count() == 1


def test_a_certification_without_notes_says_how_to_begin(client: Client) -> None:
    page = client.get(reverse("studio_certification", args=["workshop"])).content.decode()
    assert "Nothing is published yet" in page
    assert 'type="file"' in page


@pytest.fixture
def published(run: IngestionRun) -> IngestionRun:
    pipeline.publish(run, run.owner, NOW)
    return run


def test_sources_account_for_their_lines(published: IngestionRun, client: Client) -> None:
    answer = client.get(reverse("studio_certification", args=["workshop"]))
    [source] = answer.context["sources"]
    assert source.left_out == source.nonblank - source.in_blocks > 0
    assert "lanterns.md" in answer.content.decode()


def test_a_published_source_beside_what_became_of_it(published: IngestionRun, client: Client) -> None:
    source = Source.objects.get()
    page = client.get(reverse("studio_source", args=["workshop", source.uid])).content.decode()
    question = Question.objects.filter(origin=Question.Origin.AUTHORED).get()
    assert reverse("studio_question", args=["workshop", question.uid]) in page
    assert "<strong>Trimming</strong>" in page


def test_a_source_of_another_certification_is_not_here(
    published: IngestionRun, client: Client, owner: User
) -> None:
    factories.certification("elsewhere").instructors.add(owner)
    address = reverse("studio_source", args=["elsewhere", Source.objects.get().uid])
    assert client.get(address).status_code == 404


def test_questions_are_found_by_words_kind_and_state(published: IngestionRun, client: Client) -> None:
    address = reverse("studio_questions", args=["workshop"])
    everything = client.get(address).context["page"].paginator.count
    assert everything == Question.objects.count() > 1
    [found] = client.get(address, {"q": "DRAWS oil"}).context["page"]
    assert found.current.stem == "What draws oil up to the flame?"
    assert not client.get(address, {"q": "zeppelin"}).context["page"]
    for narrowed in (
        {"kind": found.kind},
        {"topic": found.topic.slug},
        {"origin": "authored"},
        {"state": "ready"},
    ):
        assert found in client.get(address, narrowed).context["page"].paginator.object_list
    assert not client.get(address, {"state": "retired"}).context["page"]
    assert client.get(address, {"q": "% _ ' \"", "kind": "nonsense", "page": "9"}).status_code == 200


def test_a_question_set_aside_is_asked_no_more_and_comes_back(
    published: IngestionRun, client: Client
) -> None:
    question = Question.objects.filter(origin=Question.Origin.AUTHORED).get()
    enrolment = factories.enrolment(factories.learner(), published.certification)
    card = Card.objects.create(enrolment=enrolment, question=question, topic=question.topic)
    args = ["workshop", question.uid]
    client.post(reverse("studio_question_set_aside", args=args))
    question.refresh_from_db()
    card.refresh_from_db()
    assert (question.state, card.suspended) == (Question.State.DRAFT, True)
    client.post(reverse("studio_question_put_back", args=args))
    question.refresh_from_db()
    card.refresh_from_db()
    assert (question.state, card.suspended) == (Question.State.READY, False)


def test_publishing_again_does_not_bring_back_what_was_set_aside(
    published: IngestionRun, owner: User, client: Client
) -> None:
    question = Question.objects.filter(origin=Question.Origin.AUTHORED).get()
    client.post(reverse("studio_question_set_aside", args=["workshop", question.uid]))
    edited = rooms.LANTERNS.replace("A full tank burns for 12 hours.", "A full tank burns for 14 hours.")
    pipeline.publish(rooms.preview(published.certification, owner, rooms.upload(text=edited)), owner, NOW)
    question.refresh_from_db()
    assert question.state == Question.State.DRAFT


def test_a_question_shows_its_key_and_where_it_stands(published: IngestionRun, client: Client) -> None:
    question = Question.objects.filter(origin=Question.Origin.AUTHORED).get()
    page = client.get(reverse("studio_question", args=["workshop", question.uid])).content.decode()
    assert "The wick" in page
    assert "the cord soaks up oil" in page
    assert "lanterns.md, line" in page


PAGES = ["studio", "studio_certification", "studio_questions"]


def counted(client: Client) -> dict[str, int]:
    found = {}
    for name in PAGES:
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(reverse(name, args=[] if name == "studio" else ["workshop"]))
        assert answer.status_code == 200
        found[name] = len(seen)
    source = Source.objects.order_by("pk").last()
    assert source is not None
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("studio_source", args=["workshop", source.uid]))
    found["studio_source"] = len(seen)
    return found


def test_queries_do_not_grow_with_rows(certification: Certification, owner: User, client: Client) -> None:
    def publish(name: str, sections: int) -> None:
        upload = rooms.upload(name, rooms.many_notes(sections).replace("workshop", name))
        pipeline.publish(rooms.preview(certification, owner, upload), owner, NOW)
        rooms.preview(certification, owner, rooms.upload(f"waiting-{name}", rooms.KITES))

    publish("one.md", 3)
    before = counted(client)
    for number in range(3):
        publish(f"more-{number}.md", 12)
        factories.certification(f"another-{number}").instructors.add(owner)
        factories.enrolment(factories.learner(), certification)
    assert counted(client) == before
