"""What a preview tells is what publishing then does, and telling it writes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content import decisions
from content.ingest.changes import Changes, FactChange, TopicChange
from content.ingest.publish import plan
from content.models import Certification, Fact, Topic
from tests import factories
from tests.factories import NOW
from tests.importing import HARBOUR, MARKET, certification, draft, publish_content

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
REVIEWED = "- The keeper of a lamp may stay for two weeks, then somebody takes over.\n"


@pytest.fixture
def harbour() -> Certification:
    made = certification()
    publish_content(made, {"harbour.md": HARBOUR, "market.md": MARKET})
    return made


def planned(of: Certification, files: Mapping[str, str]) -> Changes:
    with CaptureQueriesContext(connection) as queries:
        told = plan(of, draft(files))
    assert [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    return told


def only(told: Changes, state: str) -> FactChange:
    (found,) = [one for one in told.facts if one.state == state]
    return found


def topic(told: Changes, state: str) -> TopicChange:
    (found,) = [one for one in told.topics if one.state == state]
    return found


EDITS = {
    "edited": HARBOUR.replace("from far away", "from very far away"),
    "answer changed": HARBOUR.replace("14 days", "21 days"),
    "retired": HARBOUR.replace("- A rope is replaced after 5 years, whatever it looks like.\n", ""),
    "new topic": HARBOUR + "\n## Anchors\n\n- An anchor holds a ship by its weight.\n",
    "renamed topic": HARBOUR.replace("## Ropes", "## Ropes and their knots"),
    "topic gone": HARBOUR[: HARBOUR.index("## Ropes")],
    "moved": HARBOUR.replace(
        "## Ropes\n", "- **Clove hitch** – a knot that ties a rope to a post.\n\n## Ropes\n"
    ).replace("- **Clove hitch** – a knot that ties a rope to a post.\n- A rope", "- A rope"),
    "unchanged": HARBOUR,
}


@pytest.mark.parametrize("text", EDITS.values(), ids=EDITS.keys())
def test_a_plan_counts_what_publishing_does(harbour: Certification, text: str) -> None:
    told = planned(harbour, {"harbour.md": text})
    changes = publish_content(harbour, {"harbour.md": text})
    assert told.counts() == changes.facts.counts()
    assert told.topic_counts["new"] == changes.topics.counts["new"]
    assert told.topic_counts["retired"] == changes.topics.counts["retired"]


def test_a_plan_knows_renamed_and_merged_files(harbour: Certification) -> None:
    for files in ({"new.md": HARBOUR, "market.md": MARKET}, {"all.md": f"{HARBOUR}\n{MARKET}"}):
        told = planned(harbour, files)
        assert told.counts() == publish_content(harbour, files).facts.counts()
        assert told.counts()["new"] == told.counts()["retired"] == 0


def test_an_edit_shows_both_texts_and_both_places(harbour: Certification) -> None:
    old = Fact.objects.get(text__contains="from far away")
    one = only(planned(harbour, {"harbour.md": f"Welcome.\n\n{EDITS['edited']}"}), "edited")
    assert (one.uid, one.topic, one.old_topic) == (str(old.uid), "Lights", "Lights")
    assert "from far away" in one.old and "from very far away" in one.new
    assert (one.source, one.line, one.old_source, one.old_line) == ("harbour.md", 7, "harbour.md", 5)
    assert 85 < one.score < 100
    assert (
        draft({"harbour.md": f"Welcome.\n\n{EDITS['edited']}"}).facts[one.index or 0].fingerprint
        == one.fingerprint
    )


def test_what_is_new_moved_and_gone_is_told(harbour: Certification) -> None:
    told = planned(harbour, {"harbour.md": EDITS["new topic"]})
    one = only(told, "new")
    assert (one.uid, one.old, one.topic, one.old_line) == (None, "", "Anchors", 0)
    assert topic(told, "new").new == "Anchors" and topic(told, "new").above == "Harbour"
    moved = only(planned(harbour, {"harbour.md": EDITS["moved"]}), "moved")
    assert (moved.old_topic, moved.topic) == ("Ropes", "Lights")
    gone = only(planned(harbour, {"harbour.md": EDITS["retired"]}), "retired")
    assert gone.index is None and gone.topic == "Ropes" and "5 years" in gone.old and gone.old_line > 10
    lost = topic(planned(harbour, {"harbour.md": EDITS["topic gone"]}), "retired")
    assert (lost.old, lost.uid, lost.key) == ("Ropes", str(Topic.objects.get(title="Ropes").uid), None)
    renamed = topic(planned(harbour, {"harbour.md": EDITS["renamed topic"]}), "renamed")
    assert (renamed.old, renamed.new) == ("Ropes", "Ropes and their knots")


def test_what_comes_back_is_told(harbour: Certification) -> None:
    publish_content(harbour, {"harbour.md": EDITS["topic gone"]})
    told = planned(harbour, {"harbour.md": HARBOUR})
    assert topic(told, "revived").new == "Ropes"
    assert {one.state for one in told.facts} == {"revived"}
    assert told.counts()["new"] == 0


def test_an_unchanged_upload_changes_nothing(harbour: Certification) -> None:
    told = planned(harbour, {"harbour.md": HARBOUR, "market.md": MARKET})
    assert (told.facts, told.topics) == ((), ())
    assert told.counts()["kept"] == Fact.objects.count()


def test_a_plan_survives_its_journey_through_json(harbour: Certification) -> None:
    told = planned(harbour, {"harbour.md": EDITS["answer changed"] + "\nOne more line for the book.\n"})
    assert told.facts and Changes.from_json(json.loads(json.dumps(told.to_json()))) == told
    assert Changes.from_json({}) == Changes()


def reviewed(harbour: Certification) -> tuple[dict[str, str], FactChange]:
    text = HARBOUR.replace("- A lamp keeper may stay for at most 14 days before somebody takes over.\n", "")
    files = {"harbour.md": f"{text}\n{REVIEWED}"}
    return files, only(planned(harbour, files), "review")


def test_a_person_decides_what_is_too_unlike(harbour: Certification) -> None:
    files, pair = reviewed(harbour)
    keeper = Fact.objects.get(text__contains="lamp keeper")
    assert pair.uid == str(keeper.uid) and "14 days" in pair.old and "two weeks" in pair.new
    assert 62 <= pair.score < 85
    teacher = factories.instructor(harbour)
    decide = decisions.decide_fact
    decide(harbour, pair.uid or "", pair.fingerprint, decisions.DIFFERENT, {}, teacher, NOW)
    told = planned(harbour, files)
    assert (told.counts()["review"], told.counts()["new"], told.counts()["retired"]) == (0, 1, 1)
    decide(harbour, pair.uid or "", pair.fingerprint, decisions.SAME, {}, teacher, NOW)
    told = planned(harbour, files)
    assert (told.counts()["new"], told.counts()["retired"]) == (0, 0)
    publish_content(harbour, files)
    keeper.refresh_from_db()
    assert "two weeks" in keeper.text and keeper.state == Fact.State.LIVE
    assert not publish_content(harbour, files).written


def test_a_person_may_still_decide_when_the_old_one_was_retired(harbour: Certification) -> None:
    files, pair = reviewed(harbour)
    keeper = Fact.objects.get(text__contains="14 days")
    publish_content(harbour, files)
    keeper.refresh_from_db()
    assert keeper.state == Fact.State.RETIRED
    decisions.decide_fact(
        harbour, pair.uid or "", pair.fingerprint, decisions.SAME, {}, factories.instructor(harbour), NOW
    )
    assert {one.state for one in planned(harbour, files).facts} == {"revived", "retired"}
    publish_content(harbour, files)
    keeper.refresh_from_db()
    assert "two weeks" in keeper.text and keeper.state == Fact.State.LIVE
    assert Fact.objects.live().filter(text__contains="two weeks").count() == 1


def test_queries_of_a_plan_do_not_grow_with_rows() -> None:
    def text(count: int, say: str) -> str:
        return "# Harbour\n" + "".join(
            f"\n## Pier {n} of the harbour\n\n- **Pier number {n}** – a {say} place for ships of class {n}.\n"
            for n in range(count)
        )

    counted = []
    for slug, count in (("few", 10), ("more", 25)):
        made = certification(slug)
        publish_content(made, {"harbour.md": text(count, "good")})
        with CaptureQueriesContext(connection) as queries:
            plan(made, draft({"harbour.md": text(count - 2, "quiet")}))
        counted.append(len(queries))
    assert counted[0] == counted[1]
