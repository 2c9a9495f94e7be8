"""The Studio's pages of drills: the list, the desk, saving, two authors, state, the block for the notes."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from content.ingest.front_matter import read_mapping
from content.models import Certification
from quizzes import question_bank
from quizzes.graders.engine.drill import content_hash
from quizzes.models import DrillAttempt, Enrolment, Question
from quizzes.studio import drill_starts, drill_text, drills
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.quizzes.graders.samples import TEXTS, drill
from tests.quizzes.studio import rooms
from tests.quizzes.studio.test_drill_proof import INLINE
from tests.quizzes.views import form, signed_in

pytestmark = pytest.mark.django_db
NUMBER = drill_text.tidy(TEXTS["number"])
HTMX = {"HX-Request": "true"}


def written(certification: Certification, owner: User, text: str = NUMBER) -> Question:
    topic = certification.topics.order_by("position")[0]
    return question_bank.write_drill(topic, read_mapping(text, traps=True), text, owner, NOW)


@pytest.fixture
def row(certification: Certification, owner: User) -> Question:
    return written(certification, owner)


def desk(row: Question) -> str:
    return reverse("studio_drill", args=["workshop", row.uid])


def said(answer: Any) -> str:
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(text))


def typed(answer: Any) -> str:
    found = re.search(r'<textarea id="yaml".*?>\n(.*?)</textarea>', answer.content.decode(), re.DOTALL)
    assert found
    return html.unescape(found[1])


def save(client: Client, row: Question, text: str, version: int = 1, **sent: Any) -> Any:
    return client.post(desk(row), {"yaml": text, "version": version, "do": "save", **sent})


def answered(
    enrolment: Enrolment, row: Question, seconds: int | None, score: float = 1.0, hints: int = 0
) -> None:
    assert row.current is not None
    DrillAttempt.objects.create(
        enrolment=enrolment, question_version=row.current, content_hash=content_hash(row.current.payload), seed=1,
        started_at=NOW, finished_at=NOW + timedelta(seconds=seconds or 0), seconds=seconds, score=score,
        hints_used=hints, steps_answered=1,
    )  # fmt: skip


# --- the list ---------------------------------------------------------------------------------------------------


def test_the_list_says_what_drills_are_and_how_learners_do(
    certification: Certification, row: Question, client: Client
) -> None:
    enrolment = factories.enrolment(factories.learner(), certification)
    assert row.current is not None
    for seconds, score, hints in ((30, 1.0, 0), (50, 0.5, 2), (400, 1.0, 1), (90, 1.0, 0)):
        answered(enrolment, row, seconds, score, hints)
    DrillAttempt.objects.create(
        enrolment=enrolment, question_version=row.current, content_hash="", seed=1, started_at=NOW
    )
    assert drills.figures_of([row])[row.pk] == drills.Figures(4, 0.75, 50, 0.75)
    answered(enrolment, row, 60)
    assert drills.figures_of([row])[row.pk].seconds == 60, "the middle one of five"
    page = said(client.get(reverse("studio_drills", args=["workshop"])))
    assert "Oil for the lamps" in page and "lamp-oil" in page
    assert "40 5 80 % 60 s 0.6" in page, "variants, attempts, passed, seconds, hints"
    assert "asked" in page and "by hand" in page


def test_figures_follow_a_drill_over_its_versions(
    certification: Certification, owner: User, row: Question, client: Client
) -> None:
    enrolment = factories.enrolment(factories.learner(), certification)
    answered(enrolment, row, 10)
    save(client, row, NUMBER.replace("title: Oil", "title: More oil"))
    row.refresh_from_db()
    answered(enrolment, row, 30, score=0.0)
    assert drills.figures_of([row])[row.pk] == drills.Figures(2, 0.5, 10, 0.0)


def test_queries_of_the_list_do_not_grow(
    certification: Certification, owner: User, row: Question, client: Client
) -> None:
    address = reverse("studio_drills", args=["workshop"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    before = queries()
    enrolment = factories.enrolment(factories.learner(), certification)
    for number in range(5):
        more = written(certification, owner, NUMBER.replace("id: lamp-oil", f"id: lamp-{number}"))
        answered(enrolment, more, 10 + number)
        answered(enrolment, more, None)
    assert queries() == before


def test_the_list_is_narrowed(
    certification: Certification, owner: User, row: Question, client: Client
) -> None:
    other = written(certification, owner, drill_text.tidy(TEXTS["cors"]))
    question_bank.set_aside(other)
    address = reverse("studio_drills", args=["workshop"])
    for query, titles in (
        ({"q": "lamp"}, {"Oil for the lamps"}),
        ({"q": "upload-from"}, {"Upload from the app"}),
        ({"grader": "cors"}, {"Upload from the app"}),
        ({"state": "ready"}, {"Oil for the lamps"}),
        ({"state": "nowhere", "grader": "x\0"}, {"Oil for the lamps", "Upload from the app"}),
        ({"q": "zeppelin"}, set()),
    ):
        rows = client.get(address, query).context["rows"]
        assert {one.title for one in rows} == titles, query


def test_what_became_wrong_is_seen_in_the_list(certification: Certification, client: Client) -> None:
    topic = certification.topics.all()[0]
    factories.question(topic, kind="drill", payload=drill("number", grader="zeppelin"))
    assert "1 problem" in said(client.get(reverse("studio_drills", args=["workshop"])))


# --- the desk ---------------------------------------------------------------------------------------------------


def test_the_desk_shows_the_text_and_what_it_is_worth(row: Question, client: Client) -> None:
    answer = client.get(desk(row))
    assert typed(answer) == NUMBER
    assert drill_text.fenced(NUMBER) in html.unescape(answer.content.decode())
    page = said(answer)
    assert "It proves itself" in page and "300 answers in 100 variants" in page
    assert "200 of 200 bad answers name their sentence" in page, "that of its trap as well"
    assert "There are 40 different variants." in page
    assert "Variant 0" in page and "A box for a number, in cans" in page


def test_a_drill_of_the_notes_is_shown_as_it_stands_there(
    certification: Certification, owner: User, client: Client
) -> None:
    block = drill_text.fenced(f"# a word to myself\n{NUMBER}")
    imported(certification, {"lamps.md": f"# Lamps\n\nA lamp burns.\n\n{block}"})
    found = Question.objects.get(anchor="drill:lamp-oil")
    assert typed(client.get(desk(found))) == f"# a word to myself\n{NUMBER}"
    page = said(client.get(desk(found)))
    assert "lamps.md, line 5" in page


def test_typing_is_answered_with_the_part_of_the_page(row: Question, client: Client) -> None:
    broken = NUMBER.replace("grader: number", "grader: numbr")
    answer = client.post(desk(row), {"yaml": broken, "seed": "0"}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "1 thing to mend" in said(answer) and 'data-line="3"' in answer.content.decode()
    row.refresh_from_db()
    assert row.current is not None and row.current.number == 1, "nothing is stored"


def test_a_drawn_value_names_its_parts(row: Question, client: Client) -> None:
    text = "id: x\ntitle: t\ngrader: number\nprompt: p\nexpect: 1\nsay: s\ndraw: {job: {choose: [{text: write, n: 1}]}}\n"
    page = client.post(desk(row), {"yaml": text, "version": "1"}, headers=HTMX).content.decode()
    assert "text: write, n: 1" in page and "&#x27;text&#x27;" not in page


def test_without_javascript_check_gives_the_page(row: Question, client: Client) -> None:
    broken = NUMBER.replace("expect", "expects")
    answer = client.post(desk(row), {"yaml": broken, "do": "check"})
    assert typed(answer) == broken
    assert "to mend" in said(answer)


def test_variants_are_leafed_through(row: Question, client: Client) -> None:
    answer = client.post(desk(row), {"yaml": NUMBER, "seed": "4", "to": "5"}, headers=HTMX)
    assert "Variant 5" in said(answer)
    assert 'name="seed" value="5"' in answer.content.decode()
    for odd in ("-1", "x", "9" * 30, "²"):
        assert "Variant 0" in said(client.post(desk(row), {"yaml": NUMBER, "to": odd}, headers=HTMX))


def test_an_answer_is_tried_with_hidden_checks(
    certification: Certification, owner: User, client: Client
) -> None:
    row = written(certification, owner, drill_text.tidy(TEXTS["cors"]))
    everybody = '[{"AllowedOrigins": ["*"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["Content-Type"], "ExposeHeaders": ["ETag"]}]'
    sent = {"yaml": drill_text.tidy(TEXTS["cors"]), "do": "try", "answer": everybody}
    page = said(client.post(desk(row), sent, headers=HTMX))
    assert "Not yet: 3 of 4 checks hold." in page and "Not shown before you answered" in page
    used = client.post(desk(row), {**sent, "do": "", "use": "good[0]"}, headers=HTMX)
    assert "That is right" in said(used) and "app.example" in used.content.decode()
    refused = client.post(desk(row), {**sent, "answer": "]"}, headers=HTMX)
    assert "It could not be graded." in said(refused)
    live = client.post(desk(row), {**sent, "do": "check"}, headers=HTMX).content.decode()
    assert 'id="tried-result" hx-swap-oob="true"' in live and "3 of 4" in live
    assert not DrillAttempt.objects.exists()


@pytest.mark.parametrize("name", TEXTS)
def test_every_grader_has_a_desk(
    name: str, certification: Certification, owner: User, client: Client
) -> None:
    text = drill_text.tidy(TEXTS[name])
    row = written(certification, owner, text)
    page = client.post(desk(row), {"yaml": text, "use": "good[0]"})
    assert "That is right" in said(page)
    wrong = client.post(desk(row), {"yaml": text, "answer": "zeppelin", "do": "try"})
    assert wrong.status_code == 200


def test_failures_and_survivors_are_told(certification: Certification, owner: User, client: Client) -> None:
    row = written(certification, owner)
    wrong = NUMBER.replace("fails: Cans", "fails: Lids")
    page = client.post(desk(row), {"yaml": wrong}, headers=HTMX)
    assert "It does not prove itself" in said(page) and "it does not fail at “Lids”" in said(page).replace(
        "It", "it"
    )
    assert 'data-line="19"' in page.content.decode(), "a way to the answer in the text"
    alarm = drill_text.tidy(re.sub(r"\n.*hidden: true}", "", TEXTS["alarm"]))
    page = client.post(desk(row), {"yaml": alarm}, headers=HTMX)
    assert "It proves itself" in said(page) and "broken answers that pass" in said(page)
    assert "<ins>" in page.content.decode() or "<del>" in page.content.decode()


def test_an_unfinished_proof_goes_on_where_it_was(
    row: Question, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizzes.studio.drill_desk.Slice", lambda seconds: Spent())
    first = client.get(desk(row))
    assert "No mistake so far" in said(first)
    steps = re.search(r'"proven": "(\d+)"', html.unescape(first.content.decode()))
    assert steps
    again = client.post(desk(row), {"yaml": NUMBER, "do": "prove", "proven": steps[1]}, headers=HTMX)
    more = re.search(r'"proven": "(\d+)"', html.unescape(again.content.decode()))
    assert more and int(more[1]) > int(steps[1])
    mended = client.post(desk(row), {"yaml": "id: [", "do": "prove", "proven": "1"}, headers=HTMX)
    assert mended.status_code == 204, "typing goes on, and its own answer is on the way"
    assert 'id="proof"' in again.content.decode() and 'id="found"' not in again.content.decode()
    monkeypatch.setattr("quizzes.studio.drill_desk.cache.get", lambda key: None)  # a cache that keeps nothing
    stuck = client.post(desk(row), {"yaml": NUMBER, "do": "prove", "proven": "99"}, headers=HTMX)
    assert "hx-trigger" not in stuck.content.decode(), "a page does not ask for ever"


class Spent:
    """A slice of time that is over at once."""

    left = 0.0
    spent = 1.0

    def look(self) -> None:
        from quizzes.studio.time_slices import TimeIsUp

        raise TimeIsUp


HOSTILE = (
    "",
    "\0",
    "a: &a [*a]",
    "[" * 5_000,
    "id: " + "9" * 60_000,
    "!!python/object/apply:os.system [ls]",
    'id: x\ntitle: "\\0"\ngrader: number\nprompt: p',
    'id: x\ntitle: "\\ud83d"\ngrader: number\nprompt: p',
    "id: x\ntitle: t\ngrader: number\nprompt: p\nexpect: 1\nsay: s\ndraw: {a: {from: 1, to: 9}}\nwhere: a > 99",
    "id: x\ntitle: t\ngrader: number\nprompt: 'p {{a}}'\nexpect: 1\nsay: s\nlet: {a: \"'x' + 9\"}",
    "id: x\ntitle: t\ngrader: case\nprompt: p\nsteps: [{ask: a, options: [{text: <script>, ok: true, say: s}, {text: b, ok: false, say: s}]}]",
    "id: x\ntitle: t\ngrader: pick\nprompt: '<img src=x onerror=alert(1)>'\nchoices: {a: b, c: d}\nright: a\nsay: s",
    "id: x\ntitle: t\ngrader: packets\nprompt: p\nnetwork: 7\nedit: x\nchecks: [{say: s}]",
    "prompt: " + "a" * 70_000,
    "<script>alert(1)</script>",
    "\ufeffid: x",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("do", ["check", "save", "try"])
def test_hostile_texts_are_told(text: str, do: str, row: Question, client: Client) -> None:
    sent = {"yaml": text, "do": do, "answer": "\0", "version": "1", "to": "1"}
    for headers in ({}, HTMX):
        answer = client.post(desk(row), sent, headers=headers)
        assert answer.status_code in (200, 302, 422)
        shown = answer.content.decode()
        assert "<script>alert" not in shown and "<img src=x" not in shown
    new = reverse("studio_drill_new", args=["workshop"])
    topic = row.topic.slug
    assert client.post(new, {**sent, "topic": topic}).status_code in (200, 302, 422)


# --- saving -----------------------------------------------------------------------------------------------------


def test_saving_makes_a_version_that_imports_leave(certification: Certification, client: Client) -> None:
    imported(certification, {"lamps.md": f"# Lamps\n\nA lamp burns.\n\n{drill_text.fenced(NUMBER)}"})
    row = Question.objects.get(anchor="drill:lamp-oil")
    mine = f"# my own words\n{NUMBER.replace('Each lamp needs whole cans.', 'No can is shared.')}"
    assert "stays when the notes are imported again" in said(client.get(desk(row)))
    assert save(client, row, mine).status_code == 302
    row.refresh_from_db()
    assert row.current is not None
    assert (row.current.number, row.by_hand, row.state) == (2, True, Question.State.READY)
    assert row.current.payload["say"] == "No can is shared."
    assert typed(client.get(desk(row))) == mine, "comments and all"
    before = typed(client.get(desk(row), {"version": 1}))
    assert drill_text.reads_as(before, read_mapping(NUMBER, traps=True))
    assert "{from: 3, to: 60, step: 3}" in before
    row.versions.update(html_policy=0)  # an older policy cleaned its HTML
    imported(certification, {"lamps.md": f"# Lamps\n\nA lamp burns well.\n\n{drill_text.fenced(NUMBER)}"})
    row.refresh_from_db()
    assert row.current is not None and row.current.payload["say"] == "No can is shared."
    assert row.current.html_policy > 0
    assert typed(client.get(desk(row))) == mine, "still comments and all"


def test_the_same_words_are_no_version(row: Question, client: Client) -> None:
    answer = client.post(desk(row), {"yaml": NUMBER, "version": 1, "do": "save"}, follow=True)
    assert "nothing was changed" in said(answer)
    assert row.versions.count() == 1


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("grader: number", "grader: numbr", "What has to be mended"),
        ("fails: Cans", "fails: Lids", "does not prove itself"),
    ],
)
def test_what_does_not_hold_is_not_saved(
    was: str, becomes: str, says: str, row: Question, client: Client
) -> None:
    answer = save(client, row, NUMBER.replace(was, becomes))
    assert answer.status_code == 422
    assert says in said(answer) and becomes in typed(answer), "what was typed is still there"
    assert row.versions.count() == 1


def test_the_second_of_two_authors_is_told_what_changed(
    certification: Certification, row: Question, client: Client
) -> None:
    colleague = factories.instructor(certification, email="mona@example.org")
    hidden = form(client.get(desk(row)), f"/drills/{row.uid}/")
    assert hidden["version"] == "1"
    assert save(signed_in(colleague), row, NUMBER.replace("title: Oil", "title: Fuel")).status_code == 302
    mine = NUMBER.replace("unit: cans", "unit: tins")
    answer = save(client, row, mine, int(hidden["version"]))
    assert answer.status_code == 409
    page = said(answer)
    assert "mona" in page and "saved version 2 meanwhile" in page
    assert "<del>Oil</del>" in answer.content.decode() and "<ins>Fuel</ins>" in answer.content.decode()
    assert typed(answer) == mine
    row.refresh_from_db()
    assert row.current is not None and row.current.payload["title"].startswith("Fuel")
    knowing = form(answer, f"/drills/{row.uid}/")
    assert save(client, row, mine, int(knowing["version"])).status_code == 302
    row.refresh_from_db()
    assert row.current is not None
    assert (row.current.number, row.current.payload["unit"]) == (3, "tins")


def test_another_id_is_another_drill(row: Question, client: Client) -> None:
    answer = save(client, row, NUMBER.replace("id: lamp-oil", "id: lamp-fuel"))
    made = Question.objects.get(anchor="drill:lamp-fuel")
    assert answer.headers["Location"] == desk(made)
    assert made.topic_id == row.topic_id and made.state == Question.State.READY
    row.refresh_from_db()
    assert row.current is not None and row.current.payload["id"] == "lamp-oil"
    taken = save(client, made, NUMBER, 1)
    assert taken.status_code == 422 and desk(row) in taken.content.decode()
    assert Question.objects.filter(kind="drill").count() == 2


def test_another_grader_may_make_it_another_kind(row: Question, client: Client) -> None:
    case = drill_text.tidy(TEXTS["case"]).replace("id: fog", "id: lamp-oil")
    assert save(client, row, case).status_code == 302
    row.refresh_from_db()
    assert row.kind == "case"
    assert row.current is not None and row.current.html["steps"]


@pytest.mark.parametrize("start", INLINE, ids=lambda start: start.grader)
def test_a_new_drill_begins_with_one_that_works(
    start: drill_starts.Start, certification: Certification, client: Client
) -> None:
    address = reverse("studio_drill_new", args=["workshop"])
    topic = certification.topics.order_by("position")[1]
    begun = client.get(address, {"grader": start.grader, "topic": topic.slug})
    text = typed(begun)
    hidden = form(begun, "/drills/new/")
    answer = client.post(address, {**hidden, "yaml": text, "do": "save"})
    assert answer.status_code == 302
    made = Question.objects.get(kind__in=("drill", "case"))
    assert (made.topic_id, made.by_hand, made.source) == (topic.pk, True, None)
    assert answer.headers["Location"] == desk(made)
    again = typed(client.get(address, {"grader": start.grader, "topic": topic.slug}))
    assert again.split("\n")[0] == f"{text.split(chr(10))[0]}-2", "an id that is free"


def test_a_new_drill_asks_for_grader_and_topic(certification: Certification, client: Client) -> None:
    address = reverse("studio_drill_new", args=["workshop"])
    assert "What learners do" in said(client.get(address))
    for sent in ({"grader": "zeppelin", "topic": "topic-1-1"}, {"grader": "number", "topic": "zeppelin"}):
        assert "What learners do" in said(client.get(address, sent))
    assert client.post(address, {"yaml": NUMBER, "do": "save"}).status_code == 422
    assert not Question.objects.exists()


# --- state, notes -----------------------------------------------------------------------------------------------


def test_set_aside_and_put_back(row: Question, client: Client) -> None:
    address = reverse("studio_drill_state", args=["workshop", row.uid])
    assert "Set aside" in said(client.post(address, {"do": "aside"}, follow=True))
    row.refresh_from_db()
    assert row.state == Question.State.DRAFT
    assert "Nothing changed" not in said(client.post(address, {"do": "back"}, follow=True))
    row.refresh_from_db()
    assert row.state == Question.State.READY
    assert "Nothing changed" in said(client.post(address, {"do": "back"}, follow=True))


def test_the_block_is_downloaded_and_imported_as_the_same_drill(
    certification: Certification, row: Question, client: Client
) -> None:
    answer = client.get(reverse("studio_drill_export", args=["workshop", row.uid]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lamp-oil.md"'
    block = answer.content.decode()
    enrolment = factories.enrolment(factories.learner(), certification)
    answered(enrolment, row, 10)
    imported(certification, {"lamps.md": f"# Lamps\n\nA lamp burns.\n\n{block}"})
    found = Question.objects.get(anchor="drill:lamp-oil")
    assert (found.pk, found.state, found.stale) == (row.pk, Question.State.READY, False)
    assert found.source is not None and found.source.path == "lamps.md" and found.line_from == 5
    assert found.topic.title == "Lamps"
    assert found.versions.count() == 1, "and its attempts are those of one drill"
    imported(certification, {"lamps.md": "# Lamps\n\nA lamp burns.\n"})
    found.refresh_from_db()
    assert found.state == Question.State.RETIRED


def test_an_import_leaves_a_drill_of_no_notes_alone(certification: Certification, row: Question) -> None:
    imported(certification, {"kites.md": "# Kites\n\nA kite flies.\n"})
    row.refresh_from_db()
    assert (row.state, row.source) == (Question.State.READY, None)


def test_others_do_not_see_them(certification: Certification, row: Question) -> None:
    stranger = signed_in(factories.instructor(factories.certification("elsewhere")))
    learner = signed_in(factories.enrolment(factories.learner(), certification).user)
    for client in (stranger, learner):
        assert client.get(desk(row)).status_code == 404
        assert client.post(desk(row), {"yaml": NUMBER, "do": "save", "version": 1}).status_code == 404
    question = factories.question(certification.topics.all()[0])
    owner = signed_in(certification.instructors.all()[0])
    assert owner.get(desk(question)).status_code == 404, "a question that is no drill"


def imported(certification: Certification, files: dict[str, str]) -> None:
    owner = certification.instructors.all()[0]
    uploads = [rooms.upload(path, text) for path, text in files.items()]
    pipeline.publish(rooms.preview(certification, owner, *uploads), owner, NOW)


@pytest.mark.parametrize(
    "payload", [{"id": 7}, {"grader": ["x"], "prompt": 1}, {"grader": "case", "steps": []}]
)
def test_a_drill_that_lost_its_shape_can_be_opened_and_mended(
    payload: dict[str, Any], certification: Certification, client: Client
) -> None:
    broken = factories.question(certification.topics.all()[0], kind="drill", payload=payload)
    answer = client.get(desk(broken))
    assert answer.status_code == 200 and "to mend" in said(answer)
    assert client.get(reverse("studio_drills", args=["workshop"])).status_code == 200
    assert client.get(reverse("studio_drill_export", args=["workshop", broken.uid])).status_code == 200
