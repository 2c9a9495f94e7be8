"""Pages of written drills: one answer counts, hints are counted once, and everything works without a script."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quizzes import drills, graders
from quizzes.models import DrillAttempt, DrillSchedule, Enrolment, Question
from tests import factories, strict
from tests.factories import NOW
from tests.quizzes.graders.samples import drill
from tests.quizzes.graders.worker.samples import LINT
from tests.quizzes.views import signed_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def enrolment(time_machine: Any) -> Enrolment:
    time_machine.move_to(NOW, tick=False)
    return factories.enrolment(factories.learner(), factories.certification("gates"))


@pytest.fixture
def client(enrolment: Enrolment) -> Client:
    return signed_in(enrolment.user)


def made(enrolment: Enrolment, name: str, **changes: Any) -> Question:
    topic = enrolment.certification.topics.all()[0]
    return factories.question(topic, kind="drill", payload=drill(name, **changes))


def begun(client: Client, question: Question, **sent: str) -> DrillAttempt:
    answer = client.post(reverse("drill_start", args=["gates", question.pk]), sent)
    return DrillAttempt.objects.get(uid=answer["Location"].rstrip("/").rpartition("/")[2])


def page_of(attempt: DrillAttempt, name: str = "drill_attempt") -> str:
    return reverse(name, args=[attempt.uid])


def filled(attempt: DrillAttempt) -> dict[str, Any]:
    return graders.fill(attempt.question_version.payload, attempt.seed)


def test_an_answer_is_graded_and_told(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(
        client, made(enrolment, "number", explain="Cans are **whole**.", source="https://lamps.example/oil")
    )
    page = client.get(page_of(attempt)).content.decode()
    assert '<label for="answer-box">Cans</label>' in page and "Each lamp needs whole cans." not in page
    answer = client.post(page_of(attempt), {"answer": "0"})
    assert (answer.status_code, answer["Location"]) == (302, page_of(attempt))
    told = client.get(page_of(attempt))
    strict.check(told)
    page = told.content.decode()
    right = f"{filled(attempt)['expect']}"
    for part in (
        "Not yet.",
        "Each lamp needs whole cans.",
        f"The figure is {right} cans",
        "Cans are <strong>whole</strong>.",
        "https://lamps.example/oil",
        "comes back tomorrow, with new numbers",
        "Same drill, new numbers",
    ):
        assert part in page, part  # fmt: skip


def test_the_first_answer_stays_and_is_told_again(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(client, made(enrolment, "number"))
    right = str(filled(attempt)["expect"])
    client.post(page_of(attempt), {"answer": right})
    again = client.post(page_of(attempt), {"answer": "0"})
    page = again.content.decode()
    assert again.status_code == 409
    assert "You answered this drill before. Your first answer counts" in page and "That is right." in page
    assert client.post(page_of(attempt), {"answer": "0"}, headers=HTMX).status_code == 409
    assert client.post(page_of(attempt), {"answer": right}).status_code == 302, (
        "a double press is no second answer"
    )
    assert client.post(page_of(attempt), {"answer": right}, headers=HTMX).status_code in (200, 302)
    attempt.refresh_from_db()
    assert (attempt.answers, attempt.score) == ([right], 1.0)
    assert DrillSchedule.objects.get().tries == 1


def test_what_cannot_be_read_stays_on_the_page_with_its_line(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(client, made(enrolment, "bucket"))
    draft = '{\n  "Version": "2012-10-17"\n  "Statement": "<b>"\n}'
    answer = client.post(page_of(attempt), {"answer": draft.replace("\n", "\r\n")})
    page = answer.content.decode()
    assert answer.status_code == 422
    strict.check(answer)
    assert "This could not be read" in page and "It does not count yet" in page
    assert '<span class="num">3</span> <code>&quot;Statement&quot;: &quot;&lt;b&gt;&quot;</code>' in page
    assert "&quot;Version&quot;: &quot;2012-10-17&quot;\n" in page, "the draft stands in the box"
    attempt.refresh_from_db()
    assert attempt.finished_at is None
    assert not DrillSchedule.objects.exists()


def test_htmx_gets_the_same_without_the_page_around_it(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(client, made(enrolment, "number"))
    refused = client.post(page_of(attempt), {"answer": "many"}, headers=HTMX)
    assert refused.status_code == 422 and refused.content.strip().startswith(b'<div id="attempt"')
    told = client.post(page_of(attempt), {"answer": "0"}, headers=HTMX)
    assert told.status_code == 200 and told.content.strip().startswith(b'<div id="attempt"')
    assert b"Not yet." in told.content


def test_hints_come_one_by_one_and_keep_the_draft(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(client, made(enrolment, "number", hints=["Count the lamps.", "Then the cans."]))
    hint = page_of(attempt, "drill_hint")
    assert "Count the lamps." not in client.get(page_of(attempt)).content.decode()
    first = client.post(hint, {"seen": "0", "answer": "17"}).content.decode()
    assert "Count the lamps." in first and "Then the cans." not in first and 'value="17"' in first
    client.post(hint, {"seen": "0"})
    attempt.refresh_from_db()
    assert attempt.hints_used == 1, "a second press of the same button reveals nothing"
    fragment = client.post(hint, {"seen": "1"}, headers=HTMX).content.decode()
    assert "Then the cans." in fragment and "<form" not in fragment and "One more hint" not in fragment
    client.post(page_of(attempt), {"answer": "0"})
    page = client.get(page_of(attempt)).content.decode()
    assert "2 hints used." in page
    assert client.post(hint, {"seen": "2"}).status_code == 302


def test_an_order_is_put_together_without_a_script(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(client, made(enrolment, "order"))
    here = page_of(attempt)

    def press(move: str, *placed: str) -> str:
        answer = client.post(here, {"answer": list(placed), "move": move})
        assert answer.status_code == 200
        page = answer.content.decode()
        return page[page.index('class="placed"') : page.index('class="waiting"')]

    assert "data-item" not in press("out:fill", "fill")
    placed = press("up:trim", "fill", "trim")
    assert placed.index('value="trim"') < placed.index('value="fill"')
    assert "Trim the wick" in press("add:trim", "fill")
    attempt.refresh_from_db()
    assert attempt.finished_at is None
    client.post(here, {"answer": ["fill", "trim", "wipe", "light"]})
    attempt.refresh_from_db()
    assert (attempt.answers, attempt.score) == (["fill\ntrim\nwipe\nlight"], 1.0)
    page = client.get(here).content.decode()
    assert "That is right" in page and "Your order" in page


def test_a_template_to_be_changed_stands_in_the_box(client: Client, enrolment: Enrolment) -> None:
    topic = enrolment.certification.topics.all()[0]
    attempt = begun(client, factories.question(topic, kind="drill", payload=LINT))
    given = str(filled(attempt)["given"]).strip("\n")
    here = page_of(attempt)
    assert f">\n{html.escape(given)}</textarea>" in client.get(here).content.decode()
    emptied = client.post(page_of(attempt, "drill_hint"), {"seen": "0", "answer": ""}).content.decode()
    assert ">\n</textarea>" in emptied, "a box that was emptied stays empty"


def test_choices_say_what_was_chosen(client: Client, enrolment: Enrolment) -> None:
    choices = {"a": "`web:1`", "b": {"text": "web:2", "say": "Too young."}, "c": "web:3"}
    question = made(enrolment, "pick", choices=choices, right=["a", "c"], one=None, draw=None, let=None,
                    prompt="Which of them expire?")  # fmt: skip
    attempt = begun(client, question)
    assert client.get(page_of(attempt)).content.count(b'type="checkbox"') == 3
    client.post(page_of(attempt), {"answer": ["a", "b"]})
    page = client.get(page_of(attempt)).content.decode()
    assert "1 of 3 choices are right" in page
    for part in (
        "You chose it, and it belongs.",
        "You chose it, and it does not belong.",
        "You left it out, and it belongs.",
        "<code>web:1</code>",
        "Too young.",
    ):
        assert part in page, part  # fmt: skip


def test_a_sentence_that_all_checks_share_is_said_once(client: Client, enrolment: Enrolment) -> None:
    question = made(enrolment, "pick", choices={"a": "web:1", "b": "web:2"}, right=["a"], one=None, draw=None,
                    let=None, prompt="Which of them expire?", say="Age decides.")  # fmt: skip
    attempt = begun(client, question)
    client.post(page_of(attempt), {"answer": ["b"]})
    assert [check["say"] for check in DrillAttempt.objects.get().checks] == ["Age decides."] * 2
    assert client.get(page_of(attempt)).content.decode().count("Age decides.") == 1


def test_what_fails_is_told_first(client: Client, enrolment: Enrolment) -> None:
    checks = [
        {"path": "phases", "present": True, "label": "There are phases", "say": "Name them."},
        {"path": "version", "is": 0.2, "label": "The version is 0.2", "say": "Write 0.2."},
    ]
    attempt = begun(client, made(enrolment, "file", checks=checks, good=None, bad=None))
    client.post(page_of(attempt), {"answer": "version: 0.1\nphases:\n  build:\n    commands: [make]\n"})
    page = client.get(page_of(attempt)).content.decode()
    assert page.index("The version is 0.2") < page.index("There are phases")
    assert page.index(page_of(attempt, "drill_mend")) < page.index("The version is 0.2"), "the way on is near"


def test_nothing_sent_is_not_called_unreadable(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(client, made(enrolment, "number"))
    page = client.post(page_of(attempt), {"answer": " "}).content.decode()
    assert "There is no answer yet" in page and "could not be read" not in page


def test_hidden_checks_are_told_only_afterwards(client: Client, enrolment: Enrolment) -> None:
    checks = [
        {"path": "version", "is": 0.2, "label": "The version is 0.2", "say": "Write 0.2."},
        {"path": "phases", "present": True, "label": "There are phases", "say": "Name them.", "hidden": True},
    ]
    attempt = begun(client, made(enrolment, "file", checks=checks, good=None, bad=None))
    page = client.get(page_of(attempt)).content.decode()
    assert "The version is 0.2" in page and "There are phases" not in page
    client.post(page_of(attempt), {"answer": "version: 0.2\nphases:\n  build:\n    commands: [make]\n"})
    page = client.get(page_of(attempt)).content.decode()
    assert page.index("Not shown before you answered") < page.index("There are phases")


def test_mending_counts_for_nothing(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(client, made(enrolment, "number"))
    mend = page_of(attempt, "drill_mend")
    assert client.get(mend).status_code == 302, "not before there is an answer"
    client.post(page_of(attempt), {"answer": "0"})
    page = client.get(mend).content.decode()
    assert 'value="0"' in page and "Not yet." in page
    right = str(filled(attempt)["expect"])
    mended = client.post(mend, {"answer": right})
    strict.check(mended)
    assert mended.status_code == 200 and "That is right." in mended.content.decode()
    assert client.post(mend, {"answer": "many"}).status_code == 422
    assert client.post(mend, {"answer": right}, headers=HTMX).content.strip().startswith(b'<div id="mend"')
    attempt.refresh_from_db()
    assert (attempt.answers, attempt.score) == (["0"], 0.0)
    assert DrillSchedule.objects.get().tries == 1


def test_an_attempt_belongs_to_one_learner(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(client, made(enrolment, "number"))
    other = factories.learner()
    factories.enrolment(other, enrolment.certification)
    stranger = signed_in(other)
    for name in ("drill_attempt", "drill_hint", "drill_mend"):
        assert stranger.post(page_of(attempt, name), {"answer": "0"}).status_code == 404
    attempt.refresh_from_db()
    assert attempt.finished_at is None


def test_a_drill_of_a_session_leads_back_to_it(client: Client, enrolment: Enrolment) -> None:
    question = made(enrolment, "number")
    attempt = begun(client, question, session="1")
    client.post(page_of(attempt), {"answer": "0"})
    page = client.get(page_of(attempt)).content.decode()
    assert "Go on with the session" in page and reverse("study", args=["gates"]) in page
    other = begun(client, question)
    client.post(page_of(other), {"answer": "0"})
    assert "Go on with the session" not in client.get(page_of(other)).content.decode()


def test_what_learners_write_is_never_markup(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(client, made(enrolment, "bucket"))
    evil = "<script>alert(1)</script>`<img src=x onerror=alert(1)>`"
    shown = client.post(page_of(attempt), {"answer": evil})
    strict.check(shown)
    assert b"<script>alert" not in shown.content and b"<img" not in shown.content


def test_only_addresses_of_pages_are_linked(client: Client, enrolment: Enrolment) -> None:
    attempt = begun(client, made(enrolment, "number", source="javascript:alert(1)", checked_on="2026-11-21"))
    client.post(page_of(attempt), {"answer": "0"})
    page = client.get(page_of(attempt)).content.decode()
    assert "javascript:" not in page and "Checked on 21 November 2026" in page


def test_an_attempt_at_a_changed_drill_is_still_told(client: Client, enrolment: Enrolment) -> None:
    """Its checks were stored; only the drawing needs the drill that was answered."""
    attempt = begun(client, made(enrolment, "order"))
    client.post(page_of(attempt), {"answer": ["light", "fill"]})
    DrillAttempt.objects.update(content_hash="0" * 64)
    page = client.get(page_of(attempt)).content.decode()
    assert "Not yet" in page and "Your order" not in page


def test_the_reader_names_the_drills_of_a_topic(client: Client, enrolment: Enrolment) -> None:
    question = made(enrolment, "number", title="Oil for {{lamps}} lamps")
    page = client.get(reverse("topic", args=["gates", question.topic.slug])).content.decode()
    assert "Oil for … lamps" in page and "Work out a figure" in page
    assert f"?topic={question.topic.slug}" in page


def test_queries_of_the_pages_are_few(
    client: Client, enrolment: Enrolment, django_assert_max_num_queries: Any
) -> None:
    attempt = begun(client, made(enrolment, "number"))
    with django_assert_max_num_queries(6):
        client.get(page_of(attempt))
    drills.submit(attempt, "0", NOW + timedelta(seconds=30))
    with django_assert_max_num_queries(8):
        client.get(page_of(attempt))
