"""A publication: what it changed, taken back, brought back; the published notes read again; decisions withdrawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from content import decisions
from content.ingest.choices import LineChoiceKind
from content.models import Certification, Conflict, Decision, IngestionRun, Publication, Source, Topic
from quizzes.models import Card, Question
from quizzes.studio import decided, publications
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.quizzes.studio import rooms

pytestmark = pytest.mark.django_db

SHORTER = "\n".join(line for line in rooms.LANTERNS.splitlines() if "Burner" not in line)
OIL = "# Oil\n\n- A full tank burns for 9 hours.\n"
LAMP = "# Oil\n\n- A full tank burns for 12 hours.\n"


def publish(certification: Certification, owner: User, text: str, name: str = "lanterns.md") -> Publication:
    run = rooms.preview(certification, owner, rooms.upload(name, text))
    return pipeline.publish(run, owner, NOW)


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_list_says_what_each_changed(certification: Certification, owner: User, client: Client) -> None:
    publish(certification, owner, rooms.LANTERNS)
    publish(certification, owner, SHORTER)
    shown = page(client, "studio_certification", "workshop")
    assert re.search(r"\d+ topics? new", shown)
    assert re.search(r"1 fact gone", shown)


def test_taking_back_says_what_it_will_do_and_does_it(
    certification: Certification, owner: User, client: Client
) -> None:
    first = publish(certification, owner, rooms.LANTERNS)
    learner = factories.enrolment(factories.learner(), certification)
    for question in Question.objects.ready().filter(certification=certification):
        Card.objects.create(enrolment=learner, question=question, topic=question.topic)
    before = Question.objects.ready().count()
    shown = page(client, "studio_publication", "workshop", first.number)
    assert re.search(r"If you do: \d+ topics and \d+ questions go away; 1 learner has cards of them", shown)
    address = reverse("studio_publication_take_back", args=["workshop", first.number])
    answer = client.post(address, follow=True)
    assert "is taken back" in answer.content.decode()
    assert Question.objects.ready().count() == 0
    assert Card.objects.filter(suspended=False).count() == 0
    assert Card.objects.count() == before, "nothing is deleted"
    client.post(address)
    assert Publication.objects.count() == 2, "a second press finds the same one"
    assert "taken back" in page(client, "studio_certification", "workshop")
    revert = Publication.objects.get(number=2)
    assert "Bring it back" in page(client, "studio_publication", "workshop", 2)
    client.post(reverse("studio_publication_take_back", args=["workshop", revert.number]))
    assert Question.objects.ready().count() == before
    assert Card.objects.filter(suspended=False).count() == before


def test_only_the_last_one_can_be_taken_back(
    certification: Certification, owner: User, client: Client
) -> None:
    publish(certification, owner, rooms.LANTERNS)
    publish(certification, owner, SHORTER)
    shown = page(client, "studio_publication", "workshop", 1)
    assert "Take back what came after it first" in shown
    assert "take-back" not in shown
    answer = client.post(reverse("studio_publication_take_back", args=["workshop", 1]), follow=True)
    assert "Take back what came after it first" in answer.content.decode()
    assert Publication.objects.count() == 2


@dataclass
class Effect:
    topics_gone: int = 0
    topics_back: int = 0
    facts_gone: int = 0
    facts_back: int = 0
    questions_gone: int = 0
    questions_back: int = 0
    questions_changed: int = 0
    learners: int = 0


def test_effects_in_words() -> None:
    words = publications.effect_in_words
    assert words(Effect(topics_gone=12, questions_gone=40, questions_back=3, learners=8)) == [
        "12 topics and 40 questions go away",
        "3 questions come back",
        "8 learners have cards of them",
    ]
    assert words(Effect(topics_gone=1, questions_changed=1)) == [
        "1 topic goes away",
        "1 question says again what it said",
    ]
    assert words(Effect()) == ["the text of the notes is again what it was"]


def test_changes_in_words() -> None:
    summary = {
        "topics": {"new": 1, "kept": 4},
        "facts": {"kept": 9},
        "questions": {"new": 1200, "retired": 3},
    }
    assert publications.in_words(summary) == "1 topic new; 1,200 questions new, 3 gone"


def test_the_published_notes_are_read_again(
    certification: Certification, owner: User, client: Client
) -> None:
    address = reverse("studio_read_published", args=["workshop"])
    assert "nothing to read again" in client.post(address, follow=True).content.decode()
    publish(certification, owner, rooms.LANTERNS)
    answer = client.post(address)
    again = IngestionRun.objects.get(again=True)
    assert answer["Location"] == reverse("studio_run", args=[again.uid])
    assert client.post(address)["Location"] == answer["Location"], "pressed twice, read once"
    pipeline.stage(again)
    again.refresh_from_db()
    assert again.state == IngestionRun.State.PREVIEW


@pytest.fixture
def disagreement(certification: Certification, owner: User) -> Conflict:
    files = (rooms.upload("lamp.md", LAMP), rooms.upload("oil.md", OIL))
    pipeline.publish(rooms.preview(certification, owner, *files), owner, NOW)
    return Conflict.objects.get(certification=certification)


def test_a_published_disagreement_is_decided_at_once(
    disagreement: Conflict, certification: Certification, client: Client
) -> None:
    shown = page(client, "studio_conflicts", "workshop")
    assert "<mark>12</mark>" in shown and "<mark>9</mark>" in shown
    assert "1 to decide" in page(client, "studio_certification", "workshop")
    assert "1 to decide" in page(client, "studio")
    address = reverse("studio_conflicts", args=["workshop"])
    client.post(address, {"key": disagreement.key, "choice": "a"})
    disagreement.refresh_from_db()
    assert disagreement.chosen == "a"
    assert {disagreement.a.state, disagreement.b.state} == {"live", "overruled"}
    assert "this one holds" in page(client, "studio_conflicts", "workshop")
    assert "the first holds" in page(client, "studio_decisions", "workshop")
    client.post(address, {"key": disagreement.key, "choice": ""})
    disagreement.refresh_from_db()
    assert disagreement.chosen == ""
    answer = client.post(address, {"key": "no such", "choice": "a"}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    client.post(address, {"key": disagreement.key, "choice": "nonsense"})
    disagreement.refresh_from_db()
    assert disagreement.chosen == ""


def test_the_reader_shows_both_until_somebody_chooses(
    disagreement: Conflict, client: Client, owner: User
) -> None:
    topic = Topic.objects.live().get(facts=disagreement.a)
    shown = page(client, "topic", "workshop", topic.slug)
    assert "Sources disagree" in shown
    pipeline.settle_conflict(disagreement, "b", owner, NOW)
    shown = page(client, "topic", "workshop", topic.slug)
    assert "Sources disagree" not in shown
    assert "Your instructor chose" in shown


def test_decisions_are_listed_and_taken_back(
    disagreement: Conflict, certification: Certification, owner: User, client: Client
) -> None:
    pipeline.settle_conflict(disagreement, "both", owner, NOW)
    decisions.decide_line(certification, "oil.md", "# Oil", LineChoiceKind.TEXT, owner, NOW)
    pairs = [(("oil.md", ("oil",)), ("lamp.md", ("oil",)))]
    decisions.decide_topics(certification, pairs, decisions.APART, ("Oil", "Oil"), owner, NOW)
    shown = page(client, "studio_decisions", "workshop")
    assert "both hold" in shown and "is no title" in shown and "two topics" in shown
    only = page(client, "studio_decisions", "workshop", subject="title")
    assert "both hold" not in only and "is no title" in only
    address = reverse("studio_decisions", args=["workshop"])
    answer = client.post(address, {"subject": "conflict", "key": disagreement.key}, follow=True)
    assert "takes effect at once" in answer.content.decode()
    disagreement.refresh_from_db()
    assert disagreement.chosen == ""
    [title] = Decision.objects.filter(subject="title")
    answer = client.post(address, {"subject": "title", "key": title.key}, follow=True)
    assert "when the notes are read again" in answer.content.decode()
    answer = client.post(address, {"subject": "title", "key": title.key}, follow=True)
    assert "taken back already" in answer.content.decode()
    assert [row.subject for row in decided.standing(certification, "")] == ["topics"]


def test_queries_do_not_grow_with_decisions_and_publications(
    certification: Certification, owner: User, client: Client
) -> None:
    publish(certification, owner, rooms.LANTERNS)
    counted = []
    for number in (1, 9):
        Decision.objects.all().delete()  # whatever was decided after a preview was read would have to be read first
        publish(certification, owner, f"{rooms.LANTERNS}\n- A spare wick lasts {number} nights.\n")
        for place in range(number):
            line = f"line {number} {place}"
            decisions.decide_line(certification, "lanterns.md", line, LineChoiceKind.KEEP, owner, NOW)
        with CaptureQueriesContext(connection) as seen:
            page(client, "studio_decisions", "workshop")
            page(client, "studio_certification", "workshop")
            page(client, "studio_conflicts", "workshop")
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_a_source_can_be_taken_out_and_brought_back(
    certification: Certification, owner: User, client: Client
) -> None:
    publish(certification, owner, rooms.LANTERNS)
    source = Source.objects.get()
    shown = page(client, "studio_source", "workshop", source.uid)
    assert "Take this source out" in shown
    address = reverse("studio_source_take_out", args=["workshop", source.uid])
    answer = client.post(address, follow=True)
    assert "is taken out" in answer.content.decode()
    assert not Question.objects.ready().exists()
    assert "taken out already" in client.post(address, follow=True).content.decode()
    assert "Take this source out" not in page(client, "studio_source", "workshop", source.uid)
    client.post(reverse("studio_publication_take_back", args=["workshop", 2]))
    assert Question.objects.ready().exists()
