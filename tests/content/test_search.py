"""Search over topics and facts: what is found, in which order, for whom, and that the index follows the rows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content import search_index
from content.models import Certification, Fact, Source, Topic
from content.search import Found, search
from content.search_words import joined
from tests import factories
from tests.factories import NOW
from tests.patience import comes_to_an_end

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


def topic(certification: Certification, title: str, **fields: object) -> Topic:
    number = certification.topics.count() + 1
    return Topic.objects.create(
        certification=certification, title=title, slug=f"t{number}", position=number, **fields
    )


def facts(topic: Topic, *texts: str, state: str = Fact.State.LIVE) -> list[Fact]:
    source, _ = Source.objects.get_or_create(
        certification_id=topic.certification_id, path="notes.md",
        defaults={"sha256": "0", "text": "", "lines": 9, "nonblank": 9, "in_blocks": 9, "updated_at": NOW},
    )  # fmt: skip
    made = [
        Fact(topic=topic, source=source, line_from=n, line_to=n, kind="statement", text=text, context=topic.title, state=state, fingerprint="f")
        for n, text in enumerate(texts, 1)
    ]  # fmt: skip
    return Fact.objects.bulk_create(made)


@pytest.fixture
def harbour(db: None) -> Certification:
    made = factories.certification("harbour", domains=(), topics=0)
    tides = topic(made, "Tides and currents")
    topic(made, "Neap tides", parent=tides)
    facts(
        tides, "A **current** of 3 knots closes the gate", "The moon pulls the water", "Façades face the quay"
    )
    facts(topic(made, "Gates"), "Replicas of the key hang in the tower", "The tide opens the gate")
    return made


def told(found: Found) -> Sequence[tuple[str, str]]:
    return [(hit.kind, joined(hit.excerpt or hit.title)) for hit in found.hits]


def test_titles_come_first_then_facts(harbour: Certification) -> None:
    found = told(search(harbour, "tide"))
    assert [kind for kind, _ in found] == ["topic", "topic", *["fact"] * 4]
    assert {text for _, text in found[:2]} == {"Neap tides", "Tides and currents"}
    assert ("fact", "The tide opens the gate") in found


def test_all_words_must_occur_and_the_last_may_still_grow(harbour: Certification) -> None:
    assert told(search(harbour, "gate curr")) == [("fact", "A current of 3 knots closes the gate")]
    assert told(search(harbour, "moon quay")) == []
    for half in ("repl", "replic", "replica", "replicat", "replicatio", "replication"):
        assert told(search(harbour, half)) == [("fact", "Replicas of the key hang in the tower")], half


def test_accents_case_and_phrases(harbour: Certification) -> None:
    assert len(search(harbour, "FACADE").hits) == len(search(harbour, "façades").hits) == 1
    assert told(search(harbour, '"moon pulls"')) == [("fact", "The moon pulls the water")]
    assert told(search(harbour, '"pulls moon"')) == []


def test_a_fact_is_found_by_the_words_of_its_topic_as_well(harbour: Certification) -> None:
    assert told(search(harbour, "tides moon")) == [("fact", "The moon pulls the water")]


def test_what_was_looked_for_is_marked_without_markup(harbour: Certification) -> None:
    (hit,) = search(harbour, "current knots").hits
    assert [piece.text for piece in hit.excerpt if piece.marked] == ["current", "knots"]
    assert (hit.slug, hit.text) == ("t1", "A current of 3 knots closes the gate")


def test_nothing_typed_and_nothing_found(harbour: Certification) -> None:
    assert search(harbour, "  ") == Found()
    assert search(harbour, "zeppelin") == Found((), "zeppelin")


@pytest.mark.parametrize("typed", ["tieds", "tidse", "curents"])
def test_a_slip_of_the_pen_is_understood(harbour: Certification, typed: str) -> None:
    found = search(harbour, typed)
    assert any(hit.kind == "topic" and joined(hit.title) == "Tides and currents" for hit in found.hits)
    assert found.instead in {"tides", "currents"} or typed == "tieds"  # its stem is found as it is


def test_a_title_that_is_near_is_said_to_be_only_that(harbour: Certification) -> None:
    found = search(harbour, "neap zeppelin tides")
    assert found.near and told(found)[0] == ("topic", "Neap tides")


def test_retired_overruled_and_foreign_things_are_never_shown(harbour: Certification) -> None:
    gates = harbour.topics.get(title="Gates")
    facts(gates, "Old lanterns burn oil", state=Fact.State.RETIRED)
    facts(gates, "Wrong lanterns burn gas", state=Fact.State.OVERRULED)
    gone = topic(harbour, "Lantern lore", retired=True)
    facts(gone, "Gone lanterns")
    facts(topic(factories.certification("elsewhere"), "Lanterns elsewhere"), "Their lanterns")
    assert search(harbour, "lanterns").hits == ()
    facts(gates, "Disputed lanterns burn", state=Fact.State.DISPUTED)
    assert told(search(harbour, "lanterns")) == [("fact", "Disputed lanterns burn")]


def test_the_index_follows_every_way_of_writing(harbour: Certification) -> None:
    fact = Fact.objects.get(text__startswith="The moon")
    Fact.objects.filter(pk=fact.pk).update(text="The sun pulls less")
    assert told(search(harbour, "moon")) == [] and len(search(harbour, "sun").hits) == 1
    fact.text = "The stars pull nothing"
    fact.save()
    assert len(search(harbour, "stars").hits) == 1
    fact.delete()
    assert told(search(harbour, "stars")) == []
    Topic.objects.filter(title="Gates").update(title="Locks")
    assert told(search(harbour, "locks"))[0] == ("topic", "Locks")


@pytest.mark.parametrize("typed", ["'; DROP TABLE content_fact; --", 'a" OR "b', "NEAR(gate tide)", "gate* AND", "text:gate", "^gate", "%gate_", "\\", "gate & !tide", "<->", "\x00gate"])  # fmt: skip
def test_syntax_is_only_words(harbour: Certification, typed: str) -> None:
    search(harbour, typed)
    assert Fact.objects.filter(topic__certification=harbour).count() == 5


def test_queries_do_not_grow_with_rows(harbour: Certification) -> None:
    def count(typed: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            search(harbour, typed)
        return len(queries)

    before = count("tide"), count("tieds")
    for number in range(30):
        facts(topic(harbour, f"Tide {number}"), *[f"Tide {number} of {n}" for n in range(5)])
    assert (count("tide"), count("tieds")) == before


@pytest.mark.slow
def test_twenty_thousand_facts_are_searched(harbour: Certification) -> None:
    many = [topic(harbour, f"Berth {number}") for number in range(200)]
    for place, one in enumerate(many):
        facts(
            one,
            *[
                f"Berth {place} holds {n} ships of {n * 7 % 90} metres when the wind is {n * 3 % 12} knots"
                for n in range(100)
            ],
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself
    for typed in ("berth", "wind 7", "ships metr", "berth 150 ships", "tide", "b"):
        with comes_to_an_end():
            assert search(harbour, typed).hits


def test_what_a_rebuilt_table_loses_is_made_anew(harbour: Certification) -> None:
    if connection.vendor != search_index.SQLITE:
        pytest.skip("only SQLite loses triggers")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER content_fact_fts_changed")
    Fact.objects.filter(text__startswith="The moon").update(text="The sun pulls less")
    search_index.mend("default", search_index.FACTS)
    assert len(search(harbour, "sun").hits) == 1
    assert told(search(harbour, "moon")) == []


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_taken_back_and_made_again() -> None:
    call_command("migrate", "quizzes", "0002", verbosity=0)
    call_command("migrate", "content", "0002", verbosity=0)
    try:
        with connection.cursor() as cursor:
            if connection.vendor == search_index.SQLITE:
                cursor.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE '%%_fts%%'")
            else:
                cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname LIKE '%%_search'")
            assert cursor.fetchone()[0] == 0
        before = topic(factories.certification("early", topics=0), "Early birds")
    finally:
        call_command("migrate", verbosity=0)
    assert told(search(before.certification, "birds")) == [("topic", "Early birds")]
