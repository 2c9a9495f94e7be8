"""“Is this the same statement?”: both sides, how much hangs on it, decided by buttons, taken back, followed by publishing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from content import decisions, ingestion
from content.models import Certification, Decision, Fact, IngestionRun
from quizzes.models import Card, Question
from quizzes.studio import relinks
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.quizzes.studio import rooms
from tests.quizzes.studio.test_changes import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(certification: Certification, owner: User) -> IngestionRun:
    first = rooms.preview(certification, owner, rooms.upload("care.md", rooms.CARE))
    pipeline.publish(first, owner, NOW)
    return rooms.preview(certification, owner, rooms.upload("care.md", rooms.CARE_LATER))


def address(run: IngestionRun) -> str:
    return reverse("studio_run_relinks", args=[run.uid])


def decide(client: Client, run: IngestionRun, number: int, choice: str) -> Any:
    pair = relinks.pairs_of(run)[number - 1]
    return client.post(address(run), {"uid": pair.uid, "words": pair.words, "choice": choice})


def test_both_texts_and_both_places_are_shown(later: IngestionRun, client: Client) -> None:
    shown = text_of(client.get(address(later)))
    assert "1 of 3, 3 to decide" in shown
    assert "del|with sharp scissors and keep the cut straight/del|" in shown, (
        "the published side has what went"
    )
    assert "ins|With sharp scissors" in shown, "the other side what came"
    assert "care.md:5" in shown
    assert "care.md:16" in shown
    assert "Until somebody says so, the published one is retired" in shown
    assert "Nobody has been asked" in shown


def test_how_many_histories_hang_on_it(
    later: IngestionRun, certification: Certification, client: Client
) -> None:
    enrolment = factories.enrolment(factories.learner("ada@example.org"), certification)
    question = factories.question(certification.topics.first())  # type: ignore[arg-type]
    Question.objects.filter(pk=question.pk).update(fact=Fact.objects.get(uid=relinks.pairs_of(later)[0].uid))
    Card.objects.create(enrolment=enrolment, question=question, topic=question.topic, reps=3)
    assert "1 learner has been asked about the published one" in text_of(client.get(address(later)))


def test_a_decision_is_remembered_and_leads_to_the_next_pair(later: IngestionRun, client: Client) -> None:
    answer = decide(client, later, 1, "same")
    assert answer["Location"] == f"{address(later)}?pair=2"
    said = Decision.objects.get(subject=Decision.Subject.FACT)
    assert (said.choice, said.decided_by) == ("same", later.owner)
    assert "2 of 3, 2 to decide" in text_of(client.get(address(later)))
    assert decide(client, later, 2, "different")["Location"] == f"{address(later)}?pair=3"
    assert decide(client, later, 3, "same")["Location"] == f"{address(later)}?pair=3"
    shown = text_of(client.get(address(later)))
    assert "all decided" in shown
    overview = text_of(client.get(reverse("studio_run", args=[later.uid])))
    assert "doubtful pair" not in overview


def test_a_decision_can_be_changed_and_taken_back(later: IngestionRun, client: Client) -> None:
    decide(client, later, 1, "same")
    shown = client.get(f"{address(later)}?pair=1").content.decode()
    assert "what learners know of it stays" in shown
    assert 'value="same"' not in shown, "what was said is not asked again"
    decide(client, later, 1, "different")
    assert decisions.chosen(later.certification, Decision.Subject.FACT).popitem()[1] == "different"
    assert decide(client, later, 1, "")["Location"] == f"{address(later)}?pair=1"
    assert decisions.chosen(later.certification, Decision.Subject.FACT) == {}
    assert "3 to decide" in text_of(client.get(address(later)))


def test_publishing_follows_what_was_said(later: IngestionRun, client: Client) -> None:
    same, different, _ = relinks.pairs_of(later)
    decide(client, later, 1, "same")
    decide(client, later, 2, "different")
    pipeline.publish(later, later.owner, NOW)
    kept, gone = Fact.objects.get(uid=same.uid), Fact.objects.get(uid=different.uid)
    assert (kept.state, kept.text) == (Fact.State.LIVE, same.row["new"])
    assert gone.state == Fact.State.RETIRED
    assert Fact.objects.filter(text=different.row["new"], state=Fact.State.LIVE).exclude(pk=gone.pk).exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"uid": "", "words": "", "choice": "same"},
        {"uid": "x", "words": "y", "choice": "different"},
        {"choice": "both"},
        {},
    ],
)
def test_what_is_no_pair_decides_nothing(later: IngestionRun, client: Client, sent: dict[str, str]) -> None:
    answer = client.post(address(later), sent, follow=True)
    assert "no such pair" in answer.content.decode()
    assert not Decision.objects.exists()


def test_a_word_that_is_no_choice(later: IngestionRun, client: Client) -> None:
    decide(client, later, 1, "maybe")
    assert not Decision.objects.exists()


def test_after_the_preview_nothing_is_decided(later: IngestionRun, client: Client) -> None:
    ingestion.discard(later, NOW)
    decide(client, later, 1, "same")
    assert not Decision.objects.exists()
    assert 'name="choice"' not in client.get(address(later)).content.decode()


def test_odd_pair_numbers_show_a_pair(later: IngestionRun, client: Client) -> None:
    for number in ("0", "4", "-1", "x", "²", "9" * 30):
        assert "1 of 3" in text_of(client.get(address(later), {"pair": number}))


def test_without_pairs_the_page_says_what_would_be_here(run: IngestionRun, client: Client) -> None:
    assert "No pair to decide" in text_of(client.get(address(run)))


def test_queries_do_not_grow_with_pairs(later: IngestionRun, client: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(address(later))
        return len(seen)

    before = count()
    draft = later.draft or {}
    draft["changes"]["facts"] += [
        {**row, "fingerprint": f"{number}"}
        for number, row in enumerate(draft["changes"]["facts"] * 20)
        if row["state"] == "review"
    ]
    IngestionRun.objects.filter(pk=later.pk).update(draft=draft)
    assert "1 of 63" in text_of(client.get(address(later)))
    assert count() == before <= 8


@pytest.mark.parametrize(
    ("chosen", "number", "following"),
    [(["", "", ""], 1, 1), (["same", "", ""], 1, 2), (["", "same", "same"], 2, 1), (["same"] * 3, 2, 2)],
)
def test_the_next_pair_to_decide(chosen: list[str], number: int, following: int) -> None:
    pairs = [relinks.Pair(place, {}, choice) for place, choice in enumerate(chosen, start=1)]
    assert relinks.undecided_after(pairs, number) == following
