"""What an upload would change, against what is published: by topic, word by word, with what it means for learners."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from content.models import Certification, IngestionRun
from quizzes.models import Card, Enrolment, Question
from quizzes.studio.changes import Changed, Telling
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.quizzes.studio import rooms

db = pytest.mark.django_db


def text_of(answer: Any) -> str:
    """What a page says, marks of what came and went as words, without other markup."""
    assert answer.status_code == 200
    marked = re.sub(r"<(/?)(ins|del)>", lambda m: f"{'/' if m[1] else ''}{m[2]}|", answer.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", marked))


@pytest.fixture
def published(certification: Certification, owner: User) -> IngestionRun:
    run = rooms.preview(certification, owner, rooms.upload("care.md", rooms.CARE))
    pipeline.publish(run, owner, NOW)
    return run


@pytest.fixture
def later(published: IngestionRun, certification: Certification, owner: User) -> IngestionRun:
    return rooms.preview(certification, owner, rooms.upload("care.md", rooms.CARE_LATER))


def changes(client: Client, run: IngestionRun, **query: Any) -> Any:
    return client.get(reverse("studio_run_changes", args=[run.uid]), query)


@db
def test_each_kind_of_change_is_told(later: IngestionRun, client: Client) -> None:
    shown = text_of(changes(client, later, of="facts"))
    assert "one long flash every del|20/del| ins|30/ins| seconds" in shown
    assert "A red globe del|means/del| ins|tells/ins| that the harbour is closed" in shown
    assert "A boat without a lantern stays" in shown
    assert "The bell rings when the flame goes out" in shown
    assert "pilot is wanted" not in shown, "what stays is counted, not listed"
    counts = {name: count for name, _, count in changes(client, later, of="facts").context["states"]}
    assert counts == {"answer_changed": 1, "edited": 1, "review": 3, "new": 4, "retired": 1}
    assert "2 unchanged" in shown


@db
def test_topics_are_grouped_in_outline_order_and_what_goes_is_last(
    later: IngestionRun, client: Client
) -> None:
    groups = [title for title, _ in changes(client, later, of="facts").context["groups"]]
    assert groups.index("Signals") < groups.index("Boats")
    signals = dict(changes(client, later, of="facts").context["groups"])["Signals"]
    assert [line.name for line in signals] == ["answer_changed", "edited", "retired"]


@db
def test_narrowing_to_a_state_says_what_it_means(later: IngestionRun, client: Client) -> None:
    shown = text_of(changes(client, later, of="facts", state="answer_changed"))
    assert "Its cards become due" in shown
    assert "red globe" not in shown
    assert "Nothing is deleted" in text_of(changes(client, later, of="facts", state="retired"))
    assert "red globe" in text_of(changes(client, later, of="facts", state="no such state"))


@db
def test_topics_that_change(later: IngestionRun, client: Client) -> None:
    lines = dict(changes(client, later, of="topics").context["groups"])[""]
    told = {("".join(piece.text for piece in line.differs), line.name) for line in lines}
    assert ("Boats", "new") in told
    assert "under “Lantern keeping”" in text_of(changes(client, later, of="topics"))


@db
def test_places_lead_to_the_lines(later: IngestionRun, client: Client) -> None:
    page = changes(client, later, of="facts").content.decode()
    lines = reverse("studio_run_source", args=[later.uid, 0])
    source = later.certification.sources.get()
    assert f'href="{lines}?line=9#L9"' in page
    assert f'href="{reverse("studio_source", args=["workshop", source.uid])}?line=15#L15"' in page


@db
def test_it_is_told_for_how_many_an_answer_becomes_due(
    later: IngestionRun, certification: Certification, client: Client
) -> None:
    signal = Question.objects.filter(fact__text__contains="Fog signal").first()
    assert signal is not None
    for number in range(2):
        learner = factories.enrolment(factories.learner(f"ada{number}@example.org"), certification)
        asked(learner, signal)
    assert "2 learners have been asked; due again for all of them" in text_of(changes(client, later))


def asked(enrolment: Enrolment, question: Question) -> None:
    Card.objects.update_or_create(
        enrolment=enrolment, question=question, defaults={"topic": question.topic, "reps": 2}
    )


@db
def test_the_first_notes_are_greeted(certification: Certification, owner: User, client: Client) -> None:
    run = rooms.preview(certification, owner, rooms.upload("care.md", rooms.CARE))
    assert "Nothing is published yet, so everything is new" in text_of(changes(client, run))


@db
def test_the_same_notes_change_nothing(
    published: IngestionRun, certification: Certification, owner: User, client: Client
) -> None:
    again = rooms.preview(certification, owner, rooms.upload("care.md", rooms.CARE))
    assert "Nothing would change" in text_of(changes(client, again))


@db
def test_a_preview_from_before_changes_were_stored_can_be_read_again(
    later: IngestionRun, client: Client
) -> None:
    draft = {key: value for key, value in (later.draft or {}).items() if key != "changes"}
    IngestionRun.objects.filter(pk=later.pk).update(draft=draft)
    page = changes(client, later)
    assert "Not compared yet" in text_of(page)
    assert reverse("studio_run_again", args=[later.uid]) in page.content.decode()


@db
def test_queries_do_not_grow_with_the_changes(
    published: IngestionRun, certification: Certification, owner: User, client: Client
) -> None:
    counted = []
    for sections in (2, 12):
        text = rooms.CARE_LATER + rooms.many_notes(sections).removeprefix("# The workshop\n")
        run = rooms.preview(certification, owner, rooms.upload("care.md", text))
        for noun in ("facts", "topics", "questions"):
            with CaptureQueriesContext(connection) as seen:
                assert changes(client, run, of=noun).status_code == 200
            counted.append(len(seen))
    assert counted[:3] == counted[3:]
    assert max(counted) <= 10


# --- pure ----------------------------------------------------------------------------------------------------


def fact(state: str, **fields: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "index": None, "uid": None, "old": "", "new": "", "topic": "", "old_topic": "", "source": "", "line": 0,
        "old_source": "", "old_line": 0, "score": 0.0, "fingerprint": "",
    }  # fmt: skip
    return empty | {"state": state, **fields}


def test_a_statement_that_stands_elsewhere_says_where_it_stood() -> None:
    moved = fact(
        "moved", index=0, uid="u", old="A lamp.", new="A lamp.", topic="New", old_topic="Old",
        source="b.md", line=3, old_source="a.md", old_line=9,
    )  # fmt: skip
    draft = {
        "sources": [{"path": "b.md"}],
        "facts": [{"topic": 0, "context": "New › **Light**"}],
        "topics": [{"key": 0, "title": "New"}],
        "changes": {"facts": [moved]},
    }
    line = Telling(draft, {"a.md": "uid-of-a"}, {}).line("facts", moved)
    assert (line.was_under, line.under) == ("Old", "Light")
    assert line.place is not None and line.was is not None
    assert (line.place.path, line.place.line, line.place.index) == ("b.md", 3, 0)
    assert (line.was.path, line.was.line, line.was.uid) == ("a.md", 9, "uid-of-a")


def test_a_bold_word_alone_is_no_other_wording() -> None:
    row = fact("edited", old="A **lamp** burns.", new="A lamp burns.", source="a.md", line=1)
    line = Telling({}, {}, {}).line("facts", row)
    assert line.note == "only its markup differs"
    assert [piece.kind for piece in line.differs] == ["same"]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Old title\nWhat burns?", "Title\nWhat burns?", ["What burns?"]),
        ("Title\nWhat burns?", "Title\nWhat burned?", ["What", "burns", "burned", "?"]),
        ("What burns?", "What burned?", ["What", "burns", "burned", "?"]),
    ],
)
def test_the_title_above_a_stem_is_no_part_of_it(old: str, new: str, shown: list[str]) -> None:
    row = fact("edited", old=old, new=new, topic="Title", old_answer="Oil", answer="Oil")
    line = Telling({}, {}, {}).line("questions", row)
    assert [piece.text for piece in line.differs] == shown
    assert bool(line.note) == (len(shown) == 1)


def test_a_question_that_was_turned_down_is_no_change() -> None:
    empty = {
        "uid": None,
        "old": "",
        "new": "",
        "old_answer": "",
        "answer": "",
        "topic": "",
        "source": "",
        "line": 0,
    }
    rows = [{**empty, "state": "new", "fingerprint": name, "new": name} for name in "ab"]
    retired = {**empty, "state": "retired", "fingerprint": "a", "old": "c"}
    changed = Changed({"changes": {"questions": [*rows, retired]}}, rejected={"a"})
    assert [row["new"] or row["old"] for row in changed.rows("questions")] == ["b", "c"]
    assert changed.count("questions") == 2
    assert {name: count for name, _, count in changed.states("questions")} == {"new": 1, "retired": 1}


def test_topics_that_are_one_are_one_group() -> None:
    draft = {
        "topics": [{"key": 0, "title": "Lamps"}, {"key": 1, "title": "Ropes"}, {"key": 2, "title": "Lamps"}],
        "facts": [{"topic": 2, "context": ""}, {"topic": 1, "context": ""}, {"topic": 0, "context": ""}],
        "groups": [[2, 0]],
        "changes": {
            "facts": [
                fact("retired", old="x", old_topic="Lamps", topic="Lamps"),
                *(fact("new", index=index, new="x", topic=title) for index, title in enumerate(("Lamps", "Ropes", "Lamps"))),
            ]
        },
    }  # fmt: skip
    changed = Changed(draft)
    groups = changed.by_topic("facts", changed.rows("facts"))
    assert [(title, [row["state"] for row in rows]) for title, rows in groups] == [
        ("Lamps", ["new", "new", "retired"]),
        ("Ropes", ["new"]),
    ]


def test_a_topic_under_the_title_of_another_file_is_no_move() -> None:
    draft = {
        "topics": [{"key": 0, "title": "Lamps"}, {"key": 1, "title": "All lamps"}],
        "facts": [{"topic": 1, "context": ""}],
        "groups": [[1, 0]],
    }
    row = fact("edited", index=0, old="a", new="b", topic="All lamps", old_topic="Lamps", source="a", line=1)
    assert Telling(draft, {}, {}).line("facts", row).was_under == ""
    assert Telling(draft, {}, {}).line("facts", row | {"old_topic": "Ropes"}).was_under == "Ropes"
    assert Changed(draft).title("facts", row) == "Lamps"


def test_rows_of_thousands_are_quick_to_sort() -> None:
    facts = [fact("new", index=number, new=f"Fact {number}", topic="T") for number in range(20_000)]
    draft = {
        "topics": [{"key": 0, "title": "T"}],
        "facts": [{"topic": 0, "context": ""}] * 20_000,
        "changes": {"facts": facts, "fact_counts": {"new": 20_000, "kept": 3}},
    }
    changed = Changed(draft)
    assert len(changed.rows("facts", "new")) == changed.count("facts") == 20_000
    assert (changed.kept("facts"), changed.only_new()) == (3, True)
