"""Draft → rows: what is new, what keeps its row, what is retired, what is not touched at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.ingest.publish import record
from content.models import Certification, Domain, Fact, Note, Publication, Source, Topic
from tests.importing import HARBOUR, MARKET, certification, publish_content

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
TABLES = (Certification, Domain, Source, Topic, Note, Fact, Publication)


@pytest.fixture
def harbour() -> Certification:
    return certification()


def everything() -> list[list[Any]]:
    return [list[Any](model.objects.order_by("pk").values()) for model in TABLES]


def fact(words: str) -> Fact:
    return Fact.objects.get(text__contains=words)


def outline(of: Certification) -> list[tuple[int, str]]:
    return list(Topic.objects.live().filter(certification=of).values_list("depth", "title"))


def test_topics_notes_and_facts_know_their_lines(harbour: Certification) -> None:
    changes = publish_content(harbour, {"harbour.md": HARBOUR})
    assert outline(harbour) == [(0, "Harbour"), (1, "Lights"), (1, "Ropes")]
    knot = fact("ties a rope to a post")
    lines = HARBOUR.splitlines()
    assert "Clove hitch" in lines[knot.line_from - 1]
    assert knot.topic.title == "Ropes"
    assert knot.topic.domain == Domain.objects.get()
    assert knot.note is not None
    assert knot.note.line_from <= knot.line_from <= knot.note.line_to
    assert "<strong>Bowline</strong>" in knot.note.html
    assert changes.written
    assert changes.summary()["facts"]["new"] == Fact.objects.count() > 7


def test_an_unchanged_file_writes_nothing(harbour: Certification) -> None:
    record(publish_content(harbour, {"harbour.md": HARBOUR}), {}, False)
    before = everything()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        changes = publish_content(harbour, {"harbour.md": HARBOUR})
    assert record(changes, {}, False) is None
    assert not changes.written
    assert everything() == before
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == []


def test_an_edited_fact_keeps_its_row(harbour: Certification) -> None:
    publish_content(harbour, {"harbour.md": HARBOUR})
    old = fact("tower with a lamp")
    changes = publish_content(harbour, {"harbour.md": HARBOUR.replace("from far away", "from very far away")})
    new = fact("tower with a lamp")
    assert (new.pk, new.uid) == (old.pk, old.uid)
    assert "very far" in new.text
    assert changes.facts.counts()["edited"] == 1
    assert changes.facts.counts()["kept"] == Fact.objects.count() - 1


def test_another_number_is_a_changed_answer(harbour: Certification) -> None:
    publish_content(harbour, {"harbour.md": HARBOUR})
    old = fact("lamp keeper")
    changes = publish_content(harbour, {"harbour.md": HARBOUR.replace("14 days", "21 days")})
    assert fact("lamp keeper").pk == old.pk
    assert len(changes.facts.answer_changed) == 1


def test_what_is_gone_is_retired_and_comes_back_with_its_row(harbour: Certification) -> None:
    publish_content(harbour, {"harbour.md": HARBOUR})
    old = fact("replaced after 5 years")
    without = HARBOUR.replace("- A rope is replaced after 5 years, whatever it looks like.\n", "")
    changes = publish_content(harbour, {"harbour.md": without})
    assert Fact.objects.get(pk=old.pk).state == Fact.State.RETIRED
    assert changes.facts.counts()["retired"] == 1
    publish_content(harbour, {"harbour.md": HARBOUR})
    back = fact("replaced after 5 years")
    assert (back.pk, back.state) == (old.pk, Fact.State.LIVE)


def test_a_topic_without_its_heading_is_retired(harbour: Certification) -> None:
    publish_content(harbour, {"harbour.md": HARBOUR})
    ropes = Topic.objects.get(title="Ropes")
    changes = publish_content(harbour, {"harbour.md": HARBOUR[: HARBOUR.index("## Ropes")]})
    ropes.refresh_from_db()
    assert ropes.retired
    assert changes.topics.counts["retired"] == 1
    assert outline(harbour) == [(0, "Harbour"), (1, "Lights")]
    publish_content(harbour, {"harbour.md": HARBOUR})
    ropes.refresh_from_db()
    assert not ropes.retired


def test_sources_that_are_not_uploaded_are_left_alone(harbour: Certification) -> None:
    publish_content(harbour, {"harbour.md": HARBOUR, "market.md": MARKET})
    before = list(Fact.objects.filter(source__path="market.md").values())
    publish_content(harbour, {"harbour.md": HARBOUR.replace("14 days", "21 days")})
    assert list(Fact.objects.filter(source__path="market.md").values()) == before
    assert (1, "Weights") in outline(harbour)


def test_a_renamed_heading_keeps_its_topic_by_what_it_holds(harbour: Certification) -> None:
    publish_content(harbour, {"harbour.md": HARBOUR})
    old = Topic.objects.get(title="Ropes")
    publish_content(harbour, {"harbour.md": HARBOUR.replace("## Ropes", "## Knots and lines")})
    new = Topic.objects.get(title="Knots and lines")
    assert (new.pk, new.slug) == (old.pk, "ropes")
    assert Fact.objects.filter(state=Fact.State.RETIRED).count() == 0


def test_an_anchor_holds_a_topic_whatever_its_title(harbour: Certification) -> None:
    publish_content(harbour, {"harbour.md": HARBOUR})
    old = Topic.objects.get(anchor="lights")
    text = HARBOUR.replace("## Lights {#lights}", "## Marks at night {#lights}")
    publish_content(harbour, {"harbour.md": text})
    assert Topic.objects.get(anchor="lights").pk == old.pk


def test_a_renamed_file_keeps_its_row_and_its_facts(harbour: Certification) -> None:
    publish_content(harbour, {"harbour.md": HARBOUR, "market.md": MARKET})
    before = dict(Fact.objects.values_list("uid", "pk"))
    changes = publish_content(harbour, {"coast/harbour.md": HARBOUR, "market.md": MARKET})
    assert set(Source.objects.values_list("path", flat=True)) == {"coast/harbour.md", "market.md"}
    assert dict(Fact.objects.values_list("uid", "pk")) == before
    assert changes.facts.counts()["kept"] == len(before)


def test_one_title_in_two_sources_is_one_topic(harbour: Certification) -> None:
    other = "# Sailing\n\n## Clove hitch knots\n\n- A clove hitch holds best on a round post.\n"
    mine = "# Harbour\n\n## Clove hitch knots\n\n- Two turns around the post make a clove hitch.\n"
    publish_content(harbour, {"harbour.md": mine, "sailing.md": other})
    topic = Topic.objects.get(title="Clove hitch knots")
    assert {note.source.path for note in topic.notes.all()} == {"harbour.md", "sailing.md"}
    publish_content(harbour, {"harbour.md": "# Harbour\n\nNothing else is said of ropes here.\n"})
    topic.refresh_from_db()
    assert not topic.retired
    assert [note.source.path for note in topic.notes.all()] == ["sailing.md"]


def test_one_word_titles_under_different_headings_stay_apart(harbour: Certification) -> None:
    text = "# {0}\n\n## Prices\n\n- The {0} opens its gates at sunrise every day.\n"
    publish_content(harbour, {"a.md": text.format("Harbour"), "b.md": text.format("Market")})
    assert Topic.objects.filter(title="Prices").count() == 2
    assert len(set(Topic.objects.values_list("slug", flat=True))) == 4


def test_new_sections_stand_where_the_file_has_them(harbour: Certification) -> None:
    publish_content(harbour, {"harbour.md": HARBOUR, "market.md": MARKET})
    text = HARBOUR.replace(
        "## Ropes", "## Anchors\n\n- An anchor holds a ship by its weight and its arms.\n\n## Ropes"
    )
    publish_content(harbour, {"harbour.md": text})
    assert [title for _, title in outline(harbour)] == [
        "Harbour",
        "Lights",
        "Anchors",
        "Ropes",
        "Market",
        "Weights",
    ]


def test_a_course_may_change_the_order_of_its_sections(harbour: Certification) -> None:
    course = "---\ncertification: harbour\ntitle: Harbour\nsections: [{0}]\n---\nWelcome.\n"
    files = {"harbour.md": HARBOUR, "market.md": MARKET}
    publish_content(harbour, {"course.md": course.format("harbour.md, market.md"), **files})
    assert [title for depth, title in outline(harbour) if depth == 0] == ["Harbour", "Market"]
    publish_content(harbour, {"course.md": course.format("market.md, harbour.md"), **files})
    assert [title for depth, title in outline(harbour) if depth == 0] == ["Market", "Harbour"]


def test_domains_come_from_the_notes_when_there_are_several() -> None:
    course = certification("course", domains=2)
    text = "# Harbour\n\n## Lights {domain=2}\n\n- A lamp burns all night in every season.\n"
    publish_content(course, {"harbour.md": text})
    domains = dict(Topic.objects.values_list("title", "domain__number"))
    assert domains == {"Harbour": None, "Lights": 2}


def test_course_md_sets_the_blueprint() -> None:
    course = certification("knots")
    front = (
        "---\ncertification: knots\ntitle: Knots and ropes\ncode: KR-1\nexam: {scored: 40, minutes: 90}\n"
        "domains:\n  - {number: 1, title: Tying, weight: 60}\n  - {number: 2, title: Mending, weight: 40}\n---\nWelcome.\n"
    )
    publish_content(course, {"course.md": front, "harbour.md": HARBOUR})
    course.refresh_from_db()
    assert (course.title, course.code, course.scored_questions, course.minutes) == (
        "Knots and ropes",
        "KR-1",
        40,
        90,
    )
    assert [(one.title, int(one.weight)) for one in course.domains.all()] == [("Tying", 60), ("Mending", 40)]
    assert not publish_content(course, {"course.md": front, "harbour.md": HARBOUR}).written


def many(count: int, say: str) -> str:
    return "# Harbour\n" + "".join(
        f"\n## Pier {n} of the harbour\n\n- **Pier number {n}** – a {say} place for ships of class {n}.\n"
        for n in range(count)
    )


def queries_of(harbour: Certification, text: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        publish_content(harbour, {"harbour.md": text})
    return len(queries)


def test_queries_do_not_grow_with_rows() -> None:
    few, more = certification("few"), certification("more")
    assert queries_of(few, many(10, "good")) == queries_of(more, many(20, "good"))
    assert queries_of(few, many(10, "quiet")) == queries_of(more, many(20, "quiet"))
