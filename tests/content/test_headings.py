"""Topics that several sources share, in the database: each source finds them again by itself, and a split keeps facts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from content.ingest.topics.joining import Identity, identity_of
from content.models import Certification, Fact, Note, Source, Topic, TopicHeading
from content.writers.facts import write_facts, write_notes
from content.writers.sources import write_sources
from content.writers.topics import TopicChanges, plan_topics, write_topics
from tests.content.ingest.test_merging import DECK, LIGHTS, NOTES
from tests.factories import NOW
from tests.importing import certification, draft

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
BOTH = {"deck.md": DECK, "notes.md": NOTES}
DECK_LIGHTS = identity_of("deck.md", ("Harbour Section", "Harbour – Lights at Night"))
NOTES_LIGHTS = identity_of("notes.md", ("Harbour", "Lights"))
Pairs = tuple[tuple[Identity, Identity], ...]


@pytest.fixture
def harbour() -> Certification:
    return certification()


def publish(
    to: Certification, files: dict[str, str], apart: Pairs = (), together: Pairs = ()
) -> TopicChanges:
    read = draft(files)
    with transaction.atomic():
        sources, _ = write_sources(to, read, NOW)
        topics = write_topics(to, read, sources, apart, together)
        notes, _ = write_notes(read, topics.ids, sources)
        write_facts(to, read, topics.ids, notes, sources)
    return topics


def everything() -> list[Any]:
    models = (Source, Topic, TopicHeading, Note, Fact)
    return [list[Any](model._default_manager.order_by("pk").values()) for model in models]


def topic_of(source: str, title: str) -> Topic:
    return TopicHeading.objects.get(source__path=source, title=title).topic


def test_a_topic_has_a_heading_in_each_of_its_sources(harbour: Certification) -> None:
    publish(harbour, BOTH)
    lights = topic_of("notes.md", "Lights")
    assert lights.title == "Harbour – Lights at Night"
    told = [(at.source.path, at.trail, at.title) for at in lights.headings.select_related("source")]
    assert sorted(told) == [
        ("deck.md", ["harbour section", "harbour lights at night"], "Harbour – Lights at Night"),
        ("notes.md", ["harbour", "lights"], "Lights"),
    ]
    for at in TopicHeading.objects.select_related("source"):
        assert at.title in at.source.text.splitlines()[at.line - 1]


@pytest.mark.parametrize(
    "again", [("notes.md",), ("deck.md",), ("notes.md", "deck.md"), ("deck.md", "notes.md")]
)
def test_reading_a_file_of_a_shared_tree_again_writes_nothing(
    harbour: Certification, again: tuple[str, ...]
) -> None:
    publish(harbour, BOTH)
    before = everything()
    with CaptureQueriesContext(connection) as queries:
        changes = publish(harbour, {path: BOTH[path] for path in again})
    assert not changes.written
    assert everything() == before
    writes = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == []


def test_a_source_that_comes_later_joins_and_leaves_again(harbour: Certification) -> None:
    publish(harbour, {"deck.md": DECK})
    lights = Topic.objects.get(title="Harbour – Lights at Night")
    publish(harbour, {"notes.md": NOTES})
    assert topic_of("notes.md", "Lights") == lights
    without = NOTES[: NOTES.index("## Lights")]
    publish(harbour, {"notes.md": without})
    lights.refresh_from_db()
    assert not lights.retired
    assert [at.source.path for at in lights.headings.all()] == ["deck.md"]


def test_a_section_without_text_stays_while_another_source_has_its_heading(harbour: Certification) -> None:
    publish(harbour, BOTH)
    section = topic_of("notes.md", "Harbour")
    publish(
        harbour,
        {"deck.md": DECK.replace("# Harbour Section", "# Ships\n\n## Bakery\n\n- Bread\n\n# Port of call")},
    )
    section.refresh_from_db()
    assert not section.retired
    assert "notes.md" in {at.source.path for at in section.headings.all()}


def test_told_apart_is_split_and_its_facts_keep_their_rows(harbour: Certification) -> None:
    publish(harbour, BOTH)
    row = topic_of("notes.md", "Lights")
    facts = dict(Fact.objects.filter(topic=row).values_list("pk", "source__path"))
    assert set(facts.values()) == {"deck.md", "notes.md"}
    changes = publish(harbour, BOTH, apart=((NOTES_LIGHTS, DECK_LIGHTS),))
    assert changes.counts["new"] == 1
    parted = topic_of("notes.md", "Lights")
    assert topic_of("deck.md", "Harbour – Lights at Night") == row != parted
    assert (parted.title, parted.parent) == ("Lights", topic_of("notes.md", "Harbour"))
    for pk, path in facts.items():
        assert Fact.objects.get(pk=pk, state=Fact.State.LIVE).topic == (row if path == "deck.md" else parted)
    before = everything()
    publish(harbour, {"notes.md": NOTES}, apart=((NOTES_LIGHTS, DECK_LIGHTS),))
    publish(harbour, BOTH)
    assert everything() == before


def test_told_together_is_one_and_its_facts_keep_their_rows(harbour: Certification) -> None:
    fees = identity_of("deck.md", ("Harbour Section", "Harbour – Fees"))
    tides = identity_of("notes.md", ("Harbour", "Tides"))
    publish(harbour, BOTH)
    old = topic_of("notes.md", "Tides")
    facts = set(Fact.objects.filter(topic=old).values_list("pk", flat=True))
    assert facts
    plan = plan_topics(
        harbour, draft(BOTH), {one.path: one for one in Source.objects.all()}, (), ((tides, fees),)
    )
    publish(harbour, BOTH, together=((tides, fees),))
    one = topic_of("deck.md", "Harbour – Fees")
    assert topic_of("notes.md", "Tides") == one
    assert one.pk in plan.values()
    assert old.pk == one.pk or Topic.objects.get(pk=old.pk).retired
    assert (
        set(Fact.objects.live().filter(topic=one, source__path="notes.md").values_list("pk", flat=True))
        == facts
    )
    before = everything()
    publish(harbour, {"notes.md": NOTES}, together=((tides, fees),))
    assert everything() == before


def test_topics_published_before_there_were_headings_are_recognised(harbour: Certification) -> None:
    publish(harbour, {"deck.md": DECK})
    TopicHeading.objects.all().delete()
    before = list(Topic.objects.order_by("pk").values())
    changes = publish(harbour, {"deck.md": DECK})
    assert not changes.written
    assert list(Topic.objects.order_by("pk").values()) == before
    assert TopicHeading.objects.count() == len(before)


def test_an_edit_above_moves_the_headings_below(harbour: Certification) -> None:
    publish(harbour, BOTH)
    lights = TopicHeading.objects.get(source__path="notes.md", title="Lights")
    publish(harbour, {"notes.md": NOTES.replace("## Anchors\n", "## Anchors\n\n- Kedges are small\n")})
    again = TopicHeading.objects.get(pk=lights.pk)
    assert (again.title, again.line) == ("Lights", lights.line + 2)


def test_queries_do_not_grow_with_topics(harbour: Certification) -> None:
    def asked(number: int) -> int:
        text = "\n".join(f"## Buoy {n}\n\n{LIGHTS.replace('light', f'light {n}')}" for n in range(number))
        to = certification(f"harbour-{number}")
        publish(to, {"a.md": text})
        with CaptureQueriesContext(connection) as queries:
            publish(to, {"a.md": text.replace("marks", "means")})
        return len(queries)

    assert asked(3) == asked(30)
