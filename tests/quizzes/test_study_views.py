"""The session in the browser: show, answer, feedback, undo, conflicts, access; with and without htmx."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quizzes.models import Card, Enrolment, ReviewLog, StudyDay
from quizzes.views.study import MORE_FITS
from tests import factories
from tests.quizzes.views import form, signed_in

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def enrolment() -> Enrolment:
    certification = factories.certification("gates")
    factories.questions(certification)
    return factories.enrolment(factories.learner(), certification)


@pytest.fixture
def client(enrolment: Enrolment) -> Client:
    return signed_in(enrolment.user)


def choice_enrolment(kind: str = "multiple_choice") -> Enrolment:
    certification = factories.certification("choices", topics=1)
    factories.questions(certification, each=3, kind=kind)
    return factories.enrolment(factories.learner(), certification)


def show(client: Client, slug: str = "gates") -> tuple[Any, dict[str, str]]:
    """The answer side of the current self-rated card, and its rating form."""
    front = client.get(reverse("study", args=[slug]))
    turned = client.get(reverse("study", args=[slug]), form(front, f"/study/{slug}/"))
    return turned, form(turned, "/answer/")


def show_or_end(client: Client) -> Any:
    """The answer side of the current self-rated card, or the end of the session."""
    front = client.get("/study/gates/")
    if "/study/gates/more/" in front.content.decode():
        return front
    return client.get("/study/gates/", form(front, "/study/gates/"))


def test_the_front_does_not_hold_the_answer(client: Client) -> None:
    page = client.get(reverse("study", args=["gates"]))
    assert page.status_code == 200
    assert "Show the answer" in page.content.decode()
    assert "three" not in page.content.decode().lower()


def test_turn_rate_and_go_on_without_javascript(client: Client) -> None:
    turned, fields = show(client)
    text = turned.content.decode()
    assert "three" in text
    assert all(label in text for label in ("Again", "Hard", "Good", "Easy", "10 min"))
    answer = client.post(reverse("study_answer", args=["gates"]), fields | {"rating": "3"})
    assert (answer.status_code, answer["Location"]) == (302, "/study/gates/")
    row = ReviewLog.objects.get()
    assert (row.rating, row.card_id, row.seq) == (3, int(fields["card"]), 0)
    following = client.get("/study/gates/")
    assert form(following, "/undo/") == {"card": fields["card"], "seq": "0"}


def test_htmx_gets_the_next_card_as_a_fragment(client: Client) -> None:
    _, fields = show(client)
    answer = client.post(reverse("study_answer", args=["gates"]), fields | {"rating": "3"}, headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="session"' in text
    assert "<html" not in text
    assert len(text) < 5000


def test_a_second_press_gets_the_same_outcome_and_another_rating_a_conflict(client: Client) -> None:
    _, fields = show(client)
    url = reverse("study_answer", args=["gates"])
    for _ in range(3):
        assert client.post(url, fields | {"rating": "3"}).status_code == 302
    conflict = client.post(url, fields | {"rating": "1"})
    assert conflict.status_code == 409
    assert "already answered" in conflict.content.decode()
    assert "Show the answer" in conflict.content.decode(), "the current card is in the body"
    assert ReviewLog.objects.count() == 1


def test_undo_brings_the_card_back(client: Client) -> None:
    _, fields = show(client)
    client.post(reverse("study_answer", args=["gates"]), fields | {"rating": "1"})
    undone = client.post(
        reverse("study_undo", args=["gates"]), {"card": fields["card"], "seq": "0"}, follow=True
    )
    assert form(undone, "/study/gates/")["show"] == f"{fields['card']}-2"
    assert Card.objects.get(pk=fields["card"]).state == Card.State.NEW
    again = client.post(
        reverse("study_undo", args=["gates"]), {"card": fields["card"], "seq": "0"}, headers=HTMX
    )
    assert again.status_code == 200, "a repeated undo is told that it is done"
    assert ReviewLog.objects.count() == 2
    refused = client.post(
        reverse("study_undo", args=["gates"]), {"card": fields["card"], "seq": "1"}, headers=HTMX
    )
    assert refused.status_code == 409


def test_who_is_quicker_than_planned_is_told_why_there_are_more_cards() -> None:
    certification = factories.certification("gates")
    factories.questions(certification, each=10)
    soon = timezone.now().date() + timedelta(days=20)
    enrolment = factories.enrolment(factories.learner(), certification, minutes_a_day=4, exam_date=soon)
    client = signed_in(enrolment.user)
    first = client.get("/study/gates/").content.decode()
    assert MORE_FITS not in first
    planned = StudyDay.objects.get().items.count()
    for number in range(1, planned + 1):
        _, fields = show(client)
        page = client.post("/study/gates/answer/", fields | {"rating": "4"}, headers=HTMX).content.decode()
        assert (MORE_FITS in page) == (number == planned)
    assert StudyDay.objects.get().items.count() > planned
    assert MORE_FITS not in client.get("/study/gates/").content.decode(), "once"


def test_an_answer_can_be_taken_back_until_the_next_one(client: Client) -> None:
    """Fragments carry it on: turning the next card over must not take the way back from the learner."""
    _, fields = show(client)
    page = client.post(reverse("study_answer", args=["gates"]), fields | {"rating": "4"}, headers=HTMX)
    back = form(page, "/undo/")
    turned = client.get("/study/gates/", form(page, "/study/gates/"), headers=HTMX)
    assert form(turned, "/undo/") == back == {"card": fields["card"], "seq": "0"}


@pytest.mark.parametrize("last", ["", "1", "a-b", "1-", f"{'9' * 30}-0", "1-0-0"])
def test_a_way_back_that_names_no_answer_is_none(client: Client, last: str) -> None:
    page = client.get("/study/gates/", {"last": last}, headers=HTMX)
    assert page.status_code == 200 and "/undo/" not in page.content.decode()


def test_a_refused_answer_and_one_taken_back_say_what_is_left(client: Client) -> None:
    _, fields = show(client)
    refused = client.post(reverse("study_answer", args=["gates"]), fields | {"rating": "9"}, headers=HTMX)
    assert refused.status_code == 422 and " left, about " in refused.content.decode()
    client.post(reverse("study_answer", args=["gates"]), fields | {"rating": "3"}, headers=HTMX)
    again = client.post(
        reverse("study_undo", args=["gates"]), {"card": fields["card"], "seq": "0"}, headers=HTMX
    )
    assert "Taken back" in again.content.decode() and " left, about " in again.content.decode()


def test_what_was_taken_back_is_not_counted_at_the_end(client: Client) -> None:
    address = reverse("study_answer", args=["gates"])
    _, fields = show(client)
    client.post(address, fields | {"rating": "1"})
    client.post(reverse("study_undo", args=["gates"]), {"card": fields["card"], "seq": "0"})
    while "/answer/" in (page := show_or_end(client)).content.decode():
        client.post(address, form(page, "/answer/") | {"rating": "4"})
    assert ReviewLog.objects.exclude(rating=None).count() == 9
    assert "You gave 8 answers" in page.content.decode()


def test_an_old_address_does_not_turn_over_the_next_showing(client: Client) -> None:
    front = client.get("/study/gates/")
    shown = form(front, "/study/gates/")
    _, fields = show(client)
    client.post(reverse("study_answer", args=["gates"]), fields | {"rating": "1"})
    stale = client.get("/study/gates/", shown)
    assert "Show the answer" in stale.content.decode()


def test_multiple_choice_grades_explains_and_rates() -> None:
    enrolment = choice_enrolment()
    client = signed_in(enrolment.user)
    page = client.get("/study/choices/")
    assert "because" not in page.content.decode(), "no rationale before the answer"
    fields = form(page, "/answer/")
    told = client.post("/study/choices/answer/", fields | {"option": "0", "certainty": "1"}, follow=True)
    text = told.content.decode()
    row = ReviewLog.objects.get()
    assert ("Right" if row.correct else "Not this time") in text
    assert "because 0" in text
    assert row.rating == (2 if row.correct else 1), "a lucky guess is Hard, a wrong answer Again"
    assert row.certainty == 1
    assert told.redirect_chain[-1][0] == f"/study/choices/answered/{fields['card']}/0/"


def test_multiple_response_is_all_or_nothing() -> None:
    enrolment = choice_enrolment("multiple_response")
    client = signed_in(enrolment.user)
    fields = form(client.get("/study/choices/"), "/answer/")
    one = client.post("/study/choices/answer/", fields | {"option": ["0"], "certainty": "3"})
    assert one.status_code == 422
    assert "Choose 2 answers." in one.content.decode()
    assert 'name="option" value="0" checked' in one.content.decode(), "what was chosen stays chosen"
    assert 'name="certainty" value="3" checked' in one.content.decode()
    client.post("/study/choices/answer/", fields | {"option": ["0", "1"]})
    row = ReviewLog.objects.get()
    assert row.correct == (row.response["options"] == [0, 1])


@pytest.mark.parametrize(
    "sent", [{}, {"option": "9"}, {"option": "-1"}, {"option": "x"}, {"option": "0", "certainty": "7"}]
)
def test_what_is_no_answer_is_asked_again(sent: dict[str, str]) -> None:
    enrolment = choice_enrolment()
    client = signed_in(enrolment.user)
    fields = form(client.get("/study/choices/"), "/answer/")
    answer = client.post("/study/choices/answer/", fields | sent)
    assert answer.status_code == 422
    assert ReviewLog.objects.count() == 0


def test_the_end_of_the_day_says_so_and_offers_more(client: Client, enrolment: Enrolment) -> None:
    client.get("/study/gates/")
    Card.objects.update(
        state=Card.State.REVIEW, stability=9, difficulty=5, due=factories.NOW + timedelta(days=900)
    )
    Card.objects.update(seq=1)
    page = client.get("/study/gates/")
    assert "Nothing is due now." in page.content.decode()
    assert client.post("/study/gates/more/").status_code == 302
    assert StudyDay.objects.get().budget_seconds > 60 * enrolment.minutes_a_day


@pytest.mark.parametrize("who", ["stranger", "class-mate"])
def test_somebody_elses_card_does_not_exist(client: Client, enrolment: Enrolment, who: str) -> None:
    _, fields = show(client)
    other = factories.learner()
    if who == "class-mate":
        factories.enrolment(other, enrolment.certification)
    theirs = signed_in(other)
    assert theirs.post("/study/gates/answer/", fields | {"rating": "3"}).status_code == 404
    assert theirs.post("/study/gates/undo/", fields).status_code == 404
    client.post("/study/gates/answer/", fields | {"rating": "3"})
    assert theirs.get(f"/study/gates/answered/{fields['card']}/0/").status_code == 404
    assert ReviewLog.objects.count() == 1


def test_a_stranger_and_a_visitor_see_no_session(enrolment: Enrolment) -> None:
    assert signed_in(factories.learner()).get("/study/gates/").status_code == 404
    assert Client().get("/study/gates/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("sent", [{"card": "x"}, {"card": "1" * 30}, {"card": "1", "seq": "-1"}, {}])
def test_nonsense_is_not_found(client: Client, sent: dict[str, str]) -> None:
    assert client.post("/study/gates/answer/", sent).status_code == 404


def test_answering_costs_the_same_round_trips_for_twice_the_cards(
    client: Client, enrolment: Enrolment, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for _ in range(2):
        _, fields = show(client)
        # session, user, card, savepoint and its release (of this test), update, insert, next card
        with django_assert_max_num_queries(8):
            client.post("/study/gates/answer/", fields | {"rating": "4"}, headers=HTMX)
        factories.questions(enrolment.certification, each=8)
        enrolment.certification.revision += 1
        enrolment.certification.save()


def test_the_dashboard_says_the_day_in_one_sentence(client: Client, enrolment: Enrolment) -> None:
    page = client.get("/today/").content.decode()
    assert "8 cards" in page
    assert "to the exam" in page
    assert "Domain 1" in page


def test_the_dashboard_costs_the_same_queries_for_twice_the_cards(
    client: Client, enrolment: Enrolment
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/today/")
    with CaptureQueriesContext(connection) as few:
        client.get("/today/")
    factories.questions(enrolment.certification, each=8)
    with CaptureQueriesContext(connection) as many:
        client.get("/today/")
    assert len(many) == len(few)


def test_a_stem_does_not_repeat_the_topic_that_the_page_names() -> None:
    certification = factories.certification("named", domains=(100,), topics=1)
    topic = certification.topics.get()
    factories.question(topic, stem=f"*{topic.title}*\n\nWho opens the gate?")
    enrolment = factories.enrolment(factories.learner(), certification)
    page = signed_in(enrolment.user).get("/study/named/").content.decode()
    assert "Who opens the gate?" in page
    assert f"<em>{topic.title}</em>" not in page


@pytest.mark.parametrize(
    ("setting", "place"),
    [("Locks › {}", "Locks › {}"), ("Locks & gates – {}", "Locks &amp; gates – {}"), ("Something else", "")],
)
def test_what_a_topic_is_part_of_stands_above_the_question(setting: str, place: str) -> None:
    certification = factories.certification("placed", domains=(100,), topics=1)
    topic = certification.topics.get()
    factories.question(topic, stem=f"*{setting.format(topic.title)}*\n\nWho opens the gate?")
    enrolment = factories.enrolment(factories.learner(), certification)
    page = signed_in(enrolment.user).get("/study/placed/").content.decode()
    shown = place.format(topic.title) or topic.title
    assert f'<p class="eyebrow">{shown} · new</p>' in page
    assert ("<em>" in page) == (not place)
