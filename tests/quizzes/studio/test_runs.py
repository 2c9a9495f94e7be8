"""An upload's way: progress that ends, cancel, preview, publish once, discard, hostile content."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from content import ingestion
from content.models import Certification, IngestionRun, Job, Publication, Topic
from quizzes.models import Question
from studyapp import pipeline
from tests.factories import NOW
from tests.quizzes.studio import rooms

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, run: IngestionRun, **query: Any) -> str:
    answer = client.get(reverse(name, args=[run.uid]), query)
    assert answer.status_code in {200, 286}
    return answer.content.decode()


def post(client: Client, name: str, run: IngestionRun, **data: Any) -> Any:
    return client.post(reverse(name, args=[run.uid]), data)


@pytest.fixture
def waiting(certification: Certification, owner: User) -> IngestionRun:
    return rooms.waiting(certification, owner)


def working(run: IngestionRun, **fields: Any) -> None:
    Job.objects.filter(key=str(run.uid)).update(state=Job.State.RUNNING, attempts=1, **fields)


def test_progress_is_shown_and_asked_for_again(waiting: IngestionRun, client: Client) -> None:
    working(waiting, stage="outlining", done=3, total=9)
    whole = page(client, "studio_run", waiting)
    assert "3 of 9" in whole
    assert f'hx-get="{reverse("studio_run_progress", args=[waiting.uid])}"' in whole
    assert '<noscript><meta http-equiv="refresh"' in whole
    answer = client.get(reverse("studio_run_progress", args=[waiting.uid]))
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert b"Finding the topics" in answer.content


def test_asking_ends_with_286_when_the_reading_has(run: IngestionRun, client: Client) -> None:
    answer = client.get(reverse("studio_run_progress", args=[run.uid]))
    assert (answer.status_code, answer["HX-Refresh"]) == (286, "true")


def test_asking_ends_when_the_worker_gave_up(waiting: IngestionRun, client: Client) -> None:
    Job.objects.update(state=Job.State.FAILED, error="Given up after 5 attempts.")
    assert client.get(reverse("studio_run_progress", args=[waiting.uid])).status_code == 286
    assert "Given up after 5 attempts." in page(client, "studio_run", waiting)


def test_asking_reads_no_draft(run: IngestionRun, client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4) as seen:
        client.get(reverse("studio_run_progress", args=[run.uid]))
    assert not any('"draft"' in query["sql"] for query in seen.captured_queries)


def test_cancel_stops_the_reading(waiting: IngestionRun, client: Client) -> None:
    answer = post(client, "studio_run_cancel", waiting)
    assert answer["Location"] == reverse("studio_run", args=[waiting.uid])
    waiting.refresh_from_db()
    assert waiting.state == IngestionRun.State.CANCELLED
    assert Job.objects.get().state == Job.State.CANCELLED
    assert "Nothing was changed" in page(client, "studio_run", waiting)


def test_cancel_comes_too_late(run: IngestionRun, client: Client) -> None:
    answer = client.post(reverse("studio_run_cancel", args=[run.uid]), follow=True)
    assert "nothing to cancel" in answer.content.decode()
    run.refresh_from_db()
    assert run.state == IngestionRun.State.PREVIEW


def test_cancelling_a_second_reading_leaves_the_preview_as_it_was(run: IngestionRun, client: Client) -> None:
    before = run.draft
    post(client, "studio_run_again", run)
    assert "Cancel the reading" in page(client, "studio_run", run)
    post(client, "studio_run_cancel", run)
    run.refresh_from_db()
    assert (run.state, run.draft) == (IngestionRun.State.PREVIEW, before)
    assert Job.objects.get().state == Job.State.CANCELLED
    assert 'id="publish"' in page(client, "studio_run", run)


def test_published_notes_read_again_say_when(run: IngestionRun, client: Client) -> None:
    post(client, "studio_run_publish", run)
    again = ingestion.of_published(run.certification, run.owner, NOW, "Read again")
    pipeline.stage(again)
    shown = page(client, "studio_run", again)
    assert f"read again on {NOW:%-d %b}" in shown
    assert 'id="files"' not in shown, "nobody sent files"


def test_the_overview_counts(run: IngestionRun, client: Client) -> None:
    whole = page(client, "studio_run", run)
    assert run.report is not None
    assert f'?of=facts&amp;state=new"><span class="chip" data-state="new">{run.report["facts"]} new' in whole
    assert (
        f'?of=topics&amp;state=new"><span class="chip" data-state="new">{run.report["topics"]} new' in whole
    )
    assert "lanterns.md" in whole


def test_publish_makes_everything_appear_at_once(run: IngestionRun, client: Client) -> None:
    answer = post(client, "studio_run_publish", run)
    made = Publication.objects.get()
    assert answer["Location"] == reverse("studio_publication", args=["workshop", made.number])
    assert (made.run, made.published_by) == (run, run.owner)
    assert Topic.objects.filter(title="Trimming", retired=False).exists()
    assert Question.objects.filter(state=Question.State.READY).exists()
    shown = client.get(answer["Location"]).content.decode()
    assert "Publication 1" in shown
    assert " new" in shown


def test_a_second_press_finds_the_same_publication(run: IngestionRun, client: Client) -> None:
    first = post(client, "studio_run_publish", run)
    questions = Question.objects.count()
    second = post(client, "studio_run_publish", run)
    assert first["Location"] == second["Location"]
    assert (Publication.objects.count(), Question.objects.count()) == (1, questions)


def test_the_same_notes_again_change_nothing(run: IngestionRun, owner: User, client: Client) -> None:
    post(client, "studio_run_publish", run)
    again = rooms.preview(run.certification, owner)
    answer = client.post(reverse("studio_run_publish", args=[again.uid]), follow=True)
    assert "nothing was changed" in answer.content.decode()
    assert Publication.objects.count() == 1


def test_discard_leaves_learners_alone(run: IngestionRun, client: Client) -> None:
    post(client, "studio_run_discard", run)
    run.refresh_from_db()
    assert run.state == IngestionRun.State.DISCARDED
    answer = client.post(reverse("studio_run_publish", args=[run.uid]), follow=True)
    assert "cannot be published" in answer.content.decode()
    assert not Publication.objects.exists()


def test_what_could_not_be_read_names_the_file_and_the_line(
    certification: Certification, owner: User, client: Client
) -> None:
    bad = b"# Fine\n\n- **Bolt** - holds a door.\n" + b"\xff\xfe\xfd broken \x00\x81\n"
    run = rooms.preview(certification, owner, rooms.upload("bad.md", bad))
    assert run.state == IngestionRun.State.FAILED
    shown = page(client, "studio_run", run)
    assert "bad.md" in shown
    assert "line 4" in shown
    assert "Publish" not in shown


def test_one_bad_file_does_not_cost_the_others(
    certification: Certification, owner: User, client: Client
) -> None:
    good, bad = rooms.upload(), rooms.upload("bad.md", b"\xff\xfe\xfd\x00\x81 broken")
    run = rooms.preview(certification, owner, good, bad)
    shown = page(client, "studio_run", run)
    assert run.state == IngestionRun.State.PREVIEW
    assert "bad.md" in shown
    assert "lanterns.md" in shown


def hostile_zip(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../../outside.md", b"# Out\n\n- A fact about doors is here.\n"),
        ("/etc/outside.md", b"# Out\n\n- A fact about doors is here.\n"),
        ("bomb.md", b"0" * 4_000_000),
    ],
)
def test_hostile_archives_are_refused_with_a_sentence(
    name: str, content: bytes, certification: Certification, owner: User, client: Client
) -> None:
    run = rooms.preview(certification, owner, rooms.upload("notes.zip", hostile_zip(name, content)))
    assert run.state == IngestionRun.State.FAILED
    assert "notes.zip" in page(client, "studio_run", run)


def test_markup_in_notes_is_shown_and_never_obeyed(
    certification: Certification, owner: User, client: Client
) -> None:
    text = (
        "# <script>alert(1)</script> Doors\n\n- **Hinge** – <img src=x onerror=alert(2)> what a door turns on.\n"
        "- [Press](javascript:alert(3)) the latch to open a door.\n\n<iframe src=//x></iframe>\n"
    )
    run = rooms.preview(certification, owner, rooms.upload("<b>doors.md", text))
    names = [
        "studio_run",
        "studio_run_outline",
        "studio_run_lines",
        "studio_run_left_out",
        "studio_run_questions",
    ]
    for name in names:
        shown = page(client, name, run)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "<iframe" not in shown
        assert "<b>doors" not in shown
        assert 'href="javascript:' not in shown


def test_a_run_of_the_command_line_has_a_page_too(
    certification: Certification, owner: User, client: Client
) -> None:
    run = IngestionRun.objects.create(certification=certification, title="from a shell", created_at=NOW)
    assert "Waiting for its turn" in page(client, "studio_run", run)
