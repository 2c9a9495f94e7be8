"""An instructor says how lines are to be read: remembered, shown as said, followed once read again, taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from content import decisions, ingestion
from content.ingest.choices import LineChoiceKind
from content.models import Certification, Decision, IngestionRun
from quizzes.studio import line_choices
from quizzes.studio.line_choices import Span
from studyapp import pipeline
from tests.factories import NOW
from tests.quizzes.studio import rooms
from tests.quizzes.studio.test_changes import text_of

db = pytest.mark.django_db
LINES = rooms.CARE_LATER.split("\n")
NAVIGATION = LINES.index("[Back to top](#lantern-keeping)") + 1
MISREAD = next(number for number, line in enumerate(LINES, start=1) if "I0" in line)
BOATS = LINES.index("## Boats") + 1
BULLET = next(number for number, line in enumerate(LINES, start=1) if line.startswith("- Rope"))


@pytest.fixture
def later(certification: Certification, owner: User) -> IngestionRun:
    return rooms.preview(certification, owner, rooms.upload("care.md", rooms.CARE_LATER))


def say(client: Client, run: IngestionRun, words: str, **sent: Any) -> Any:
    return client.post(reverse("studio_run_say", args=[run.uid]), {"say": words, **sent})


def read_again(run: IngestionRun) -> None:
    assert ingestion.read_again(run, timezone.now())
    run.refresh_from_db()
    pipeline.stage(run)
    run.refresh_from_db()


def lines_page(client: Client, run: IngestionRun, **query: Any) -> str:
    return text_of(client.get(reverse("studio_run_lines", args=[run.uid]), query))


def titles(run: IngestionRun) -> list[str]:
    return [topic["title"] for topic in (run.draft or {})["topics"]]


def left_out(run: IngestionRun) -> set[int]:
    [source] = (run.draft or {})["sources"]
    return {line for row in source["discarded"] for line in range(row["line_from"], row["line_to"] + 1)}


# --- each thing that can be said ------------------------------------------------------------------------------


@db
def test_a_line_that_was_left_out_is_kept(later: IngestionRun, client: Client) -> None:
    assert NAVIGATION in left_out(later)
    answer = say(client, later, f"keep 0 {NAVIGATION} {NAVIGATION}", place=0, line=NAVIGATION)
    lines = reverse("studio_run_source", args=[later.uid, 0])
    assert answer["Location"] == f"{lines}?line={NAVIGATION}#L{NAVIGATION}"
    shown = lines_page(client, later)
    assert re.search(r"decided keep it not in this preview yet", shown)
    read_again(later)
    assert NAVIGATION not in left_out(later)
    assert "not in this preview yet" not in lines_page(client, later)


@db
def test_a_line_is_left_out(later: IngestionRun, client: Client) -> None:
    say(client, later, f"leave_out 0 {BULLET} {BULLET}")
    read_again(later)
    assert BULLET in left_out(later)
    assert not any("Rope" in fact["text"] for fact in (later.draft or {})["facts"])


@db
def test_a_title_is_no_title(later: IngestionRun, client: Client) -> None:
    assert "Boats" in titles(later)
    say(client, later, f"text 0 {BOATS} {BOATS}")
    read_again(later)
    assert "Boats" not in titles(later)


@db
def test_a_line_is_a_title(later: IngestionRun, client: Client) -> None:
    say(client, later, f"title 0 {BULLET} {BULLET}")
    read_again(later)
    assert "Rope is coiled against the sun." in titles(later)


@db
@pytest.mark.parametrize(("words", "reads"), [("fix", "10 lanterns"), ("right", "I0 lanterns")])
def test_a_word_that_may_be_misread(later: IngestionRun, client: Client, words: str, reads: str) -> None:
    shown = lines_page(client, later)
    assert f"“I0” in line {MISREAD} may be “10”" in shown
    assert "Read it as “10”" in shown
    say(client, later, f"{words} 0 {MISREAD} {MISREAD}")
    shown = lines_page(client, later)
    assert "may be “10”" not in shown, "what is decided is not asked"
    read_again(later)
    assert any(reads in fact["text"] for fact in (later.draft or {})["facts"])
    assert not [row for row in (later.draft or {})["warnings"] if row["code"] == "misread"]


@db
def test_the_overview_settles_misread_words_in_one_press(later: IngestionRun, client: Client) -> None:
    overview = reverse("studio_run", args=[later.uid])
    shown = client.get(overview).content.decode()
    assert "At most I0 lanterns hang on one mast.</code>" in shown, "nobody can say without the line"
    assert f'value="fix 0 {MISREAD} {MISREAD}"' in shown
    answer = say(client, later, f"fix 0 {MISREAD} {MISREAD}", back="overview")
    assert answer["Location"] == f"{overview}#warnings"
    assert Decision.objects.get().data["fix"] == "10"
    settled = client.get(overview)
    assert "decided read it as “10” not in this preview yet" in text_of(settled)
    assert f'value="fix 0 {MISREAD} {MISREAD}"' not in settled.content.decode(), (
        "what is decided is not asked"
    )


# --- remembered, shown, taken back ---------------------------------------------------------------------------


@db
def test_every_tab_says_what_the_preview_does_not_follow(later: IngestionRun, client: Client) -> None:
    say(client, later, f"keep 0 {NAVIGATION} {NAVIGATION}")
    say(client, later, f"leave_out 0 {BULLET} {BULLET}")
    again = reverse("studio_run_again", args=[later.uid])
    for name in ("studio_run", "studio_run_outline", "studio_run_changes", "studio_run_questions"):
        page = client.get(reverse(name, args=[later.uid]))
        assert "2 decisions are not in this preview yet" in text_of(page)
        assert f'action="{again}"' in page.content.decode()


@db
def test_publishing_waits_and_says_why(later: IngestionRun, client: Client) -> None:
    say(client, later, f"keep 0 {NAVIGATION} {NAVIGATION}")
    overview = client.get(reverse("studio_run", args=[later.uid]))
    assert "Not yet: 1 decision about lines is not in this preview" in text_of(overview)
    assert reverse("studio_run_publish", args=[later.uid]) not in overview.content.decode()
    refused = client.post(reverse("studio_run_publish", args=[later.uid]), follow=True)
    assert "not in this preview yet" in text_of(refused)
    answer = client.post(reverse("studio_run_again", args=[later.uid]))
    assert answer["Location"] == reverse("studio_run", args=[later.uid])
    later.refresh_from_db()
    assert later.state == IngestionRun.State.UPLOADED
    pipeline.stage(later)
    overview = client.get(reverse("studio_run", args=[later.uid]))
    assert "Not yet" not in text_of(overview)
    assert reverse("studio_run_publish", args=[later.uid]) in overview.content.decode()


@db
def test_a_decision_about_another_file_is_none_of_this_upload(
    later: IngestionRun, owner: User, client: Client
) -> None:
    other = rooms.preview(later.certification, owner, rooms.upload("kites.md", rooms.KITES))
    say(client, later, f"keep 0 {NAVIGATION} {NAVIGATION}")
    assert (decisions.waiting(later), decisions.waiting(other)) == (1, 0)
    shown = text_of(client.get(reverse("studio_run", args=[other.uid])))
    assert "not in this preview" not in shown
    pipeline.publish(other, owner, NOW)


@db
def test_a_decision_is_taken_back_where_it_is_shown(later: IngestionRun, client: Client) -> None:
    say(client, later, f"keep 0 {NAVIGATION} {NAVIGATION}")
    page = client.get(reverse("studio_run_lines", args=[later.uid])).content.decode()
    [undo] = re.findall(r'value="(undo line [0-9a-f]+)"', page)
    say(client, later, undo)
    assert decisions.waiting(later) == 1, "the preview shows what was said before, until it is read again"
    assert "decided taken back not in this preview yet" in lines_page(client, later)
    read_again(later)
    assert "decided" not in lines_page(client, later)
    assert NAVIGATION in left_out(later)
    answer = client.post(reverse("studio_run_say", args=[later.uid]), {"say": undo}, follow=True)
    assert "Taken back" not in text_of(answer), "there is nothing to take back twice"


@db
def test_only_decisions_about_lines_are_taken_back_here(later: IngestionRun, client: Client) -> None:
    assert later.owner is not None
    decisions.decide_pair(later.certification, Decision.Subject.CONFLICT, "k", "both", {}, later.owner, NOW)
    say(client, later, "undo conflict k")
    assert decisions.chosen(later.certification, Decision.Subject.CONFLICT) == {"k": "both"}


# --- what was left out ----------------------------------------------------------------------------------------


@db
def test_a_page_of_one_reason_is_kept_at_once(later: IngestionRun, client: Client) -> None:
    address = reverse("studio_run_left_out", args=[later.uid])
    page = client.get(address)
    shown = re.findall(r'name="shown" value="([\d ]+)"', page.content.decode())
    reason = page.context["chosen"]
    answer = client.post(
        f"{reverse('studio_run_say', args=[later.uid])}?reason={reason}&page=1",
        {"say": "keep shown", "shown": shown, "back": "left_out"},
    )
    assert answer["Location"] == f"{address}?reason={reason.replace(' ', '+')}&page=1"
    said = text_of(client.get(answer["Location"]))
    assert "decided keep it not in this preview yet" in said
    assert "Keep this line" not in said
    assert Decision.objects.count() == len(shown) > 0
    assert "What you decided" in said
    listed = text_of(client.get(address, {"reason": "said"}))
    assert "care.md" in listed
    assert "Take it back" in listed


@db
def test_the_same_words_are_listed_once_and_kept_together(
    certification: Certification, owner: User, client: Client
) -> None:
    text = "".join(
        f"# Pier {n}\n\n- Ships of length {n + 3} land here.\n\n[Back to top](#top)\n\n" for n in range(9)
    )
    run = rooms.preview(certification, owner, rooms.upload("piers.md", text))
    page = client.get(reverse("studio_run_left_out", args=[run.uid]))
    assert "lines 5, 11, 17, 23, 29, 35 and 3 more" in text_of(page)
    assert "Keep all 9" in text_of(page)
    assert page.context["total"] == 9
    answer = client.post(
        reverse("studio_run_say", args=[run.uid]), {"say": "keep 0 5 5", "back": "left_out"}, follow=True
    )
    assert "One decision is remembered. It holds for 9 lines" in text_of(answer)
    read_again(run)
    assert left_out(run) == set()


# --- what is refused ------------------------------------------------------------------------------------------


@db
@pytest.mark.parametrize(
    "words",
    ["", "keep", "keep 0 0 3", "keep 0 9 3", "keep 7 1 1", "keep 0 900 901", "keep -1 1 1", "keep 0 ² 3", "burn 0 1 1",
     "fix 0 1 1", "undo", "undo line", "keep shown", "title 0 4 4"],
)  # fmt: skip
def test_what_is_no_line_decides_nothing(later: IngestionRun, client: Client, words: str) -> None:
    answer = client.post(
        reverse("studio_run_say", args=[later.uid]), {"say": words, "place": "x", "line": "-3"}, follow=True
    )
    assert answer.status_code == 200
    assert not Decision.objects.exists()


@db
def test_after_the_preview_nothing_is_said(later: IngestionRun, client: Client) -> None:
    ingestion.discard(later, NOW)
    say(client, later, f"keep 0 {NAVIGATION} {NAVIGATION}")
    assert not Decision.objects.exists()
    assert 'name="say"' not in client.get(reverse("studio_run_lines", args=[later.uid])).content.decode()
    answer = client.post(reverse("studio_run_again", args=[later.uid]), follow=True)
    assert "it was not read again" in text_of(answer)


@db
def test_queries_do_not_grow_with_decisions(later: IngestionRun, client: Client) -> None:
    def count(name: str, **query: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse(name, args=[later.uid]), query)
        return len(seen)

    pages: tuple[tuple[str, dict[str, str]], ...] = (
        ("studio_run_lines", {}), ("studio_run_left_out", {}), ("studio_run_left_out", {"reason": "said"}),
    )  # fmt: skip
    assert later.owner is not None
    line_choices.say(
        later, LineChoiceKind.KEEP, [Span(0, NAVIGATION, NAVIGATION)], later.owner, timezone.now()
    )
    before = [count(name, **query) for name, query in pages]
    at = timezone.now() + timedelta(seconds=1)
    line_choices.say(later, LineChoiceKind.KEEP, [Span(0, 1, len(LINES))], later.owner, at)
    assert [count(name, **query) for name, query in pages] == before
    assert max(before) <= 7


# --- pure ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("0 12 14", Span(0, 12, 14)),
        ("0 14 12", None),
        ("0 0 1", None),
        ("1 2", None),
        ("a b c", None),
        ("", None),
    ],
)
def test_spans_of_a_form(value: str, span: Span | None) -> None:
    assert Span.read(value) == span
