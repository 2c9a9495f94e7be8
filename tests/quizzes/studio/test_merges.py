"""Topics that several files share: told apart, told to be one, taken back; publishing follows without reading again."""

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
from content.models import Certification, Decision, IngestionRun, Topic
from quizzes.studio import merges
from studyapp import pipeline
from tests.factories import NOW
from tests.quizzes.studio import rooms

pytestmark = pytest.mark.django_db

LAMP = "# Trimming the wick\n\nTrim it straight.\n\n- A wick is trimmed every 8 hours.\n\n# Globes\n\n- A globe is washed weekly.\n"
SHED = "# Trimming the wick\n\n- Wipe the blade first.\n\n# Glass care\n\n- Glass is dried with linen.\n"


@pytest.fixture
def both(certification: Certification, owner: User) -> IngestionRun:
    return rooms.preview(certification, owner, rooms.upload("lamp.md", LAMP), rooms.upload("shed.md", SHED))


def address(run: IngestionRun) -> str:
    return reverse("studio_run_merges", args=[run.uid])


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def press(client: Client, run: IngestionRun, do: str, **sent: str) -> str:
    return text_of(client.post(address(run), {"do": do, **sent}, follow=True))


def shared(run: IngestionRun) -> dict[str, Any]:
    assert run.draft is not None
    return dict(next(one for one in run.draft["merges"] if one["title"] == "Trimming the wick"))


def place(run: IngestionRun, title: str, source: str) -> str:
    assert run.draft is not None
    places = merges.every_place(run.certification, run.draft)
    return next(one.ident for one in places if (one.title, one.source) == (title, source))


def titles(certification: Certification) -> list[str]:
    live = Topic.objects.live().filter(certification=certification, source__isnull=False)
    return sorted(live.values_list("title", flat=True))


def test_places_stand_side_by_side(both: IngestionRun, client: Client) -> None:
    page = text_of(client.get(address(both)))
    assert "Trim it straight." in page and "Wipe the blade first." in page
    assert "lamp.md, line 1" in page and "shed.md, line 1" in page


def test_not_the_same(both: IngestionRun, client: Client, certification: Certification) -> None:
    key, one = shared(both)["key"], place(both, "Trimming the wick", "shed.md")
    assert "a topic of its own" in press(client, both, "apart", key=key, place=one)
    assert Decision.objects.get().choice == decisions.APART
    pipeline.publish(both, both.owner, NOW)
    assert titles(certification).count("Trimming the wick") == 2


def test_not_the_same_taken_back(both: IngestionRun, client: Client, certification: Certification) -> None:
    key, one = shared(both)["key"], place(both, "Trimming the wick", "shed.md")
    press(client, both, "apart", key=key, place=one)
    assert "one topic again" in press(client, both, "back", key=key, place=one)
    assert "Take this back" not in text_of(client.get(address(both)))
    pipeline.publish(both, both.owner, NOW)
    assert titles(certification).count("Trimming the wick") == 1


def test_every_cross_pair_is_told_apart() -> None:
    places = [merges.Place("Oil", f"{name}.md", 1, (f"{name}.md", ("oil",))) for name in "abc"]
    pairs = merges.pairs_of(places[1], places)
    assert pairs == [(places[1].identity, places[0].identity), (places[1].identity, places[2].identity)]
    chosen = {decisions.topics_key(*pair): decisions.APART for pair in pairs}
    assert [merges.is_apart(one, places, chosen) for one in places] == [False, True, False]


def test_two_that_should_be_one(both: IngestionRun, client: Client, certification: Certification) -> None:
    found = client.get(address(both), {"one": "glob", "other": "GLASS"})
    assert "Globes" in text_of(found) and "Glass care" in text_of(found)
    one, other = place(both, "Globes", "lamp.md"), place(both, "Glass care", "shed.md")
    assert "become one topic" in press(client, both, "together", one=one, other=other)
    pipeline.publish(both, both.owner, NOW)
    assert titles(certification) == ["Globes", "Trimming the wick"]


def test_said_to_be_one_taken_back(both: IngestionRun, client: Client, certification: Certification) -> None:
    one, other = place(both, "Globes", "lamp.md"), place(both, "Glass care", "shed.md")
    press(client, both, "together", one=one, other=other)
    [said] = Decision.objects.all()
    assert "two topics again" in press(client, both, "withdraw", key=said.key)
    pipeline.publish(both, both.owner, NOW)
    assert "Glass care" in titles(certification)


def test_what_cannot_be_one(both: IngestionRun, client: Client) -> None:
    one, other = place(both, "Globes", "lamp.md"), place(both, "Trimming the wick", "lamp.md")
    assert "Both stand in lamp.md" in press(client, both, "together", one=one, other=other)
    assert "Choose one topic on each side" in press(client, both, "together", one=one)
    assert "not shared any more" in press(client, both, "apart", key="gone", place=one)
    assert not Decision.objects.exists()


def test_it_is_too_late_after_publishing(both: IngestionRun, client: Client) -> None:
    key, one = shared(both)["key"], place(both, "Trimming the wick", "shed.md")
    pipeline.publish(both, both.owner, NOW)
    assert "no longer waiting" in press(client, both, "apart", key=key, place=one)
    assert not Decision.objects.exists()


def test_a_published_topic_may_be_one_with_an_uploaded_one(
    certification: Certification, owner: User, client: Client
) -> None:
    pipeline.publish(rooms.preview(certification, owner, rooms.upload("lamp.md", LAMP)), owner, NOW)
    run = rooms.preview(certification, owner, rooms.upload("shed.md", SHED))
    assert "(published)" in text_of(client.get(address(run)))
    assert "published" in text_of(client.get(address(run), {"one": "globes", "other": "glass"}))
    one, other = place(run, "Globes", "lamp.md"), place(run, "Glass care", "shed.md")
    press(client, run, "together", one=one, other=other)
    pipeline.publish(run, owner, NOW)
    assert titles(certification) == ["Globes", "Trimming the wick"]


def test_searching_titles(both: IngestionRun) -> None:
    assert both.draft is not None
    places = merges.every_place(both.certification, both.draft)
    assert [one.title for one in merges.search(places, "care gla")] == ["Glass care"]
    assert merges.search(places, "  ") == []
    assert len(merges.search(places * 50, "g")) == merges.MOST_FOUND


def test_queries_do_not_grow(certification: Certification, owner: User, client: Client) -> None:
    counted = []
    for sections in (3, 14):
        notes = [f"# Shelf {n} of oak\n\nIt carries {n} boards.\n" for n in range(sections)]
        texts = ["\n".join(notes), "\n".join(notes)]
        files = [rooms.upload(f"{name}{sections}.md", text) for name, text in zip("ab", texts, strict=True)]
        run = rooms.preview(certification, owner, *files)
        with CaptureQueriesContext(connection) as seen:
            client.get(address(run), {"one": "shelf", "other": "oak"})
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 10
