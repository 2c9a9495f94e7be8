"""Proposed questions one after another: accepted, rejected, edited, taken back; also twice, and too late."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from content import decisions
from content.models import Certification, Decision, IngestionRun
from quizzes.models import Question
from quizzes.studio import desk, pairs, proposals
from quizzes.studio.draft_parts import parts_of
from studyapp import pipeline
from tests.factories import NOW
from tests.quizzes.studio import rooms

pytestmark = pytest.mark.django_db


def address(run: IngestionRun) -> str:
    return reverse("studio_run_questions", args=[run.uid])


def press(client: Client, run: IngestionRun, do: str, one: str = "", query: str = "", **sent: Any) -> Any:
    return client.post(f"{address(run)}{query}", {"do": do, "question": one, **sent}, follow=True)


def made_of(run: IngestionRun) -> list[dict[str, Any]]:
    run.refresh_from_db()
    assert run.draft is not None
    rows = proposals.rows(run.draft, run)
    return [dict(row.made) for row in rows]


def text_of(answer: Any) -> str:
    assert answer.status_code in (200, 422)
    return re.sub(r"\s+", " ", answer.content.decode())


def change_draft(run: IngestionRun, **keys: Any) -> None:
    run.refresh_from_db()
    assert run.draft is not None
    IngestionRun.objects.filter(pk=run.pk).update(draft=run.draft | keys)
    run.refresh_from_db()


def test_the_first_question_is_in_focus_with_its_source(run: IngestionRun, client: Client) -> None:
    first = made_of(run)[0]
    answer = client.get(address(run))
    assert answer.context["row"].fingerprint == first["fingerprint"]
    shown = text_of(answer)
    assert f"lanterns.md, line {first['line_from']}" in shown
    assert "0 of" in shown and "looked at" in shown
    assert 'class="here"' in shown


def test_accepting_goes_on_to_the_next(run: IngestionRun, client: Client) -> None:
    one, other = (made["fingerprint"] for made in made_of(run)[:2])
    answer = press(client, run, "accept", one)
    assert answer.context["row"].fingerprint == other
    run.refresh_from_db()
    assert (run.accepted, run.rejected) == ([one], [])
    assert "1 of" in text_of(answer)


def test_a_rejected_question_is_not_published(run: IngestionRun, client: Client) -> None:
    first = made_of(run)[0]
    press(client, run, "reject", first["fingerprint"])
    run.refresh_from_db()
    assert run.rejected == [first["fingerprint"]]
    publication = pipeline.publish(run, run.owner, NOW)
    ready = publication.certification.questions.filter(state="ready")
    stems = set(ready.values_list("current__stem", flat=True))
    assert stems and first["stem"] not in stems


def test_changing_ones_mind(run: IngestionRun, client: Client) -> None:
    one = made_of(run)[0]["fingerprint"]
    press(client, run, "reject", one)
    press(client, run, "accept", one)
    run.refresh_from_db()
    assert (run.accepted, run.rejected) == ([one], [])


def test_pressing_twice_changes_nothing_more(run: IngestionRun, client: Client) -> None:
    one = made_of(run)[0]["fingerprint"]
    press(client, run, "accept", one)
    assert "nothing was changed" in text_of(press(client, run, "accept", one))
    assert "Taken back: 1 question" in text_of(press(client, run, "undo", one))
    run.refresh_from_db()
    assert run.accepted == []
    assert "nothing left" in text_of(press(client, run, "undo", one))


def test_undo_goes_back_step_by_step_to_the_question(run: IngestionRun, client: Client) -> None:
    one, other = (made["fingerprint"] for made in made_of(run)[:2])
    press(client, run, "accept", one)
    press(client, run, "reject", other)
    assert press(client, run, "undo").context["row"].fingerprint == other
    assert press(client, run, "undo").context["row"].fingerprint == one
    run.refresh_from_db()
    assert (run.accepted, run.rejected) == ([], [])


def test_undo_leaves_what_a_second_tab_said_since(
    run: IngestionRun, client: Client, certification: Certification
) -> None:
    one = made_of(run)[0]["fingerprint"]
    press(client, run, "accept", one)
    proposals.decide(run, [one], proposals.REJECTED)
    press(client, run, "undo")
    run.refresh_from_db()
    assert run.rejected == [one]


def test_all_of_a_topic(run: IngestionRun, client: Client) -> None:
    rows = made_of(run)
    topic = rows[0]["topic"]
    mine = [row["fingerprint"] for row in rows if row["topic"] == topic]
    assert 1 < len(mine) < len(rows)
    press(client, run, "reject", mine[1])
    press(client, run, "accept-topic", mine[0])
    run.refresh_from_db()
    assert sorted(run.accepted) == sorted(set(mine) - {mine[1]})
    assert run.rejected == [mine[1]], "what was turned down by hand stays so"
    press(client, run, "undo")
    run.refresh_from_db()
    assert run.accepted == []


def test_all_with_a_flaw(run: IngestionRun, client: Client) -> None:
    rows = made_of(run)
    for row in rows[:2]:
        row["flaws"] = ["long_answer"]
    for row in rows[2:]:
        row["flaws"] = []
    change_draft(run, proposals=rows)
    proposals.decide(run, [rows[1]["fingerprint"]], proposals.ACCEPTED)
    press(client, run, "reject-flawed")
    run.refresh_from_db()
    assert run.rejected == [rows[0]["fingerprint"]]
    shown = text_of(client.get(address(run), {"at": rows[0]["fingerprint"]}))
    assert "The answer is too long to be held in mind." in shown


def test_narrowing(run: IngestionRun, client: Client) -> None:
    rows = made_of(run)
    kind = rows[0]["kind"]
    answer = client.get(address(run), {"kind": kind, "pattern": rows[0]["pattern"]})
    assert {row.kind for row in answer.context["desk"].beside} == {kind}
    answer = client.get(address(run), {"kind": "no such kind"})
    assert "No question is like this." in text_of(answer)
    decided = press(client, run, "accept", rows[0]["fingerprint"], "?show=new")
    assert decided.context["wish"].show == "new"
    assert decided.context["row"].fingerprint == rows[1]["fingerprint"]
    proposals.decide(run, [row["fingerprint"] for row in rows], proposals.ACCEPTED)
    assert "looked at every question" in text_of(client.get(address(run), {"show": "new"}))


def test_editing_validates_beside_the_fields_and_keeps_the_words(run: IngestionRun, client: Client) -> None:
    one = next(row for row in made_of(run) if row["kind"] == "flashcard")
    shown = text_of(client.get(address(run), {"at": one["fingerprint"], "edit": "1"}))
    assert "Save these words" in shown
    answer = press(client, run, "edit", one["fingerprint"], stem=" ", answer="", rationale="x")
    assert answer.status_code == 422
    shown = text_of(answer)
    assert shown.index("The question is empty.") < shown.index('id="stem"')
    assert shown.index("The answer is empty.") < shown.index('id="answer"')
    run.refresh_from_db()
    assert run.edits == {}
    press(client, run, "edit", one["fingerprint"], stem="What soaks up oil?", answer="The wick", rationale="")
    run.refresh_from_db()
    assert run.edits == {
        one["fingerprint"]: {
            "stem": "What soaks up oil?",
            "payload": {"answer": "The wick"},
            "rationale": "",
        }
    }
    assert run.accepted == [one["fingerprint"]]
    assert "What soaks up oil?" in text_of(client.get(address(run), {"at": one["fingerprint"]}))
    press(client, run, "undo")
    run.refresh_from_db()
    assert (run.edits, run.accepted) == ({}, [])


def test_other_words_are_published(run: IngestionRun, client: Client) -> None:
    one = next(row for row in made_of(run) if row["kind"] == "flashcard")
    press(client, run, "edit", one["fingerprint"], stem="What soaks up oil?", answer="The wick", rationale="")
    run.refresh_from_db()
    pipeline.publish(run, run.owner, NOW)
    question = Question.objects.get(current__stem="What soaks up oil?")
    assert (question.state, question.by_hand) == (Question.State.READY, True)
    assert not Question.objects.filter(current__stem=one["stem"]).exists()


def test_editing_options(run: IngestionRun, client: Client) -> None:
    options = [{"text": f"Part {n}", "correct": n == 0, "rationale": f"says {n}"} for n in range(4)]
    rows = made_of(run)
    rows[0] |= {"kind": "multiple_choice", "payload": {"options": options}}
    change_draft(run, proposals=rows)
    one = rows[0]["fingerprint"]
    sent = {f"option{n}": f"Part {n}" for n in range(3)} | {"option3": "", "option4": "", "says0": "now"}
    answer = press(client, run, "edit", one, stem="Which?", **sent)
    assert "Mark exactly one option as right." in text_of(answer)
    press(client, run, "edit", one, stem="Which?", key="2", **sent)
    run.refresh_from_db()
    assert run.edits[one]["payload"]["options"] == [
        {"text": "Part 0", "correct": False, "rationale": "now"},
        {"text": "Part 1", "correct": False, "rationale": ""},
        {"text": "Part 2", "correct": True, "rationale": ""},
    ]


def test_it_is_too_late_after_publishing(run: IngestionRun, client: Client) -> None:
    one = made_of(run)[0]["fingerprint"]
    pipeline.publish(run, run.owner, NOW)
    for do in ("accept", "reject", "undo", "reject-flawed"):
        press(client, run, do, one)
    answer = press(client, run, "edit", one, stem="", answer="")
    assert "no longer waiting" in text_of(answer)
    run.refresh_from_db()
    assert (run.accepted, run.rejected, run.edits) == ([], [], {})
    assert 'name="do"' not in text_of(client.get(address(run)))


def test_a_question_that_is_not_there(run: IngestionRun, client: Client) -> None:
    made_of(run)
    assert "not in the preview any more" in text_of(press(client, run, "accept", "nothing"))
    assert client.get(address(run), {"at": "nothing"}).status_code == 200


def test_why_a_question_is_not_asked(run: IngestionRun, client: Client) -> None:
    rows = made_of(run)
    a, b, c = rows[:3]
    assert len({row["fact"] for row in (a, b)}) == 2 or a["fact"] != c["fact"]
    c["adds"] = False
    assert run.draft is not None
    facts = run.draft["facts"]
    change_draft(
        run,
        proposals=rows,
        conflicts=[rooms.pair("conflict", facts, a["fact"], len(facts) - 1, kind="number", topic="Lanterns")],
    )
    assert "Two statements disagree" in text_of(client.get(address(run), {"at": a["fingerprint"]}))
    press(client, run, "accept", a["fingerprint"])
    row = rows_now(run)[a["fingerprint"]]
    assert not row.asked, "accepting does not settle a disagreement"
    assert "published as it stands" in text_of(client.get(address(run), {"at": c["fingerprint"]}))
    press(client, run, "accept", c["fingerprint"])
    assert rows_now(run)[c["fingerprint"]].asked


def test_said_twice(run: IngestionRun, owner: User, client: Client) -> None:
    rows = made_of(run)
    assert run.draft is not None
    first, second = rows[0]["fact"], next(row["fact"] for row in rows if row["fact"] != rows[0]["fact"])
    change_draft(run, duplicates=[rooms.pair("twice", run.draft["facts"], first, second)])
    one = next(row["fingerprint"] for row in rows if row["fact"] == second)
    assert "is asked already" in text_of(client.get(address(run), {"at": one}))
    assert not rows_now(run)[one].asked
    decisions.decide_pair(
        run.certification, Decision.Subject.DUPLICATE, "twice", decisions.DIFFERENT, {}, owner, NOW
    )
    assert rows_now(run)[one].asked


def rows_now(run: IngestionRun) -> dict[str, proposals.Row]:
    run.refresh_from_db()
    assert run.draft is not None
    found = proposals.rows(run.draft, run, pairs.silent_now(run.certification, run.draft))
    return {row.fingerprint: row for row in found}


def test_the_best_of_each_topic_come_first(run: IngestionRun) -> None:
    rows = made_of(run)
    for topic in {row["topic"] for row in rows}:
        scores = [row["score"] for row in rows if row["topic"] == topic]
        assert scores == sorted(scores, reverse=True)
    topics = [row["topic"] for row in rows]
    assert topics == sorted(topics)


def test_the_list_beside_is_a_window(run: IngestionRun) -> None:
    row = made_of(run)[0]
    many = [
        proposals.Row(row | {"fingerprint": f"{number:03}"}, "Lanterns")
        for number in range(desk.MOST_BESIDE * 3)
    ]
    for at in (0, 50, 179):
        found = desk.desk(many, desk.Wish(), f"{at:03}")
        assert found.focus is many[at]
        assert found.focus in found.beside
        assert len(found.beside) == desk.MOST_BESIDE
        assert found.more_beside == desk.MOST_BESIDE * 2


def test_parts_of_a_draft_are_what_stands_there(run: IngestionRun) -> None:
    run.refresh_from_db()
    assert run.draft is not None
    found = parts_of(run, ("proposals",), ("no such part",), ("sources", 0, "text"), ("sources", 7, "text"))
    assert found == [run.draft["proposals"], None, rooms.LANTERNS, None]
    assert parts_of(run, ("topics",)) == [run.draft["topics"]]
    IngestionRun.objects.filter(pk=run.pk).update(draft=None)
    assert parts_of(run, ("topics",), ("facts",)) == [None, None]


def test_a_key_is_answered_with_the_desk_alone_and_the_same_desk(run: IngestionRun, client: Client) -> None:
    one, other = (made["fingerprint"] for made in made_of(run)[:2])
    htmx = {"HX-Request": "true"}
    whole = text_of(client.get(address(run), {"at": other}))
    desk_alone = text_of(client.get(address(run), {"at": other}, headers=htmx))
    assert desk_alone.strip().startswith('<div id="desk"') and "</nav>" in desk_alone
    without_token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert without_token.sub("", desk_alone.strip()) in without_token.sub("", whole)
    answer = client.post(address(run), {"do": "accept", "question": one}, headers=htmx)
    assert answer.status_code == 200
    assert answer["HX-Replace-Url"].endswith(f"?at={other}")
    assert "Accepted" in text_of(answer) and "1 of" in text_of(answer)
    restored = client.get(address(run), headers=htmx | {"HX-History-Restore-Request": "true"})
    assert "<html" in text_of(restored)
    IngestionRun.objects.filter(pk=run.pk).update(draft=None)
    assert client.get(address(run), headers=htmx).status_code == 404


def test_queries_do_not_grow_and_the_page_stays_small(
    certification: Certification, owner: User, client: Client
) -> None:
    counted = []
    for sections in (4, 24):
        run = rooms.preview(certification, owner, rooms.upload(f"{sections}.md", rooms.many_notes(sections)))
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address(run))
        counted.append(len(seen))
        assert len(answer.content) < 60_000
    assert counted[0] == counted[1] <= 6
