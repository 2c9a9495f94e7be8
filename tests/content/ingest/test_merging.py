"""Several sources, one topic: what meets, what stays apart, and that a person's decision holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.ingest.identity import normalise
from content.ingest.model import Draft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from content.ingest.topics.joining import Published, identity_of, join
from content.ingest.topics.merging import Candidate, merge

ANCHORS = "- An anchor holds a ship by its weight and by its arms\n- The chain lies flat on the ground\n- Scope is length over depth\n"
LIGHTS = "- A red light marks port\n- A green light marks starboard\n- White lights show from astern\n"

DECK = f"""# Harbour Section

## Harbour – Anchoring a Ship

{ANCHORS}
## Harbour – Lights at Night

{LIGHTS}
## Harbour – Fees

- Fees are paid by length of the hull
"""

NOTES = f"""# Harbour

## Anchors

{ANCHORS.replace("An anchor holds", "The anchor keeps")}
## Lights

{LIGHTS.replace("marks", "means")}
## Tides

- Spring tides follow the full moon
"""


def draft(**files: str) -> Draft:
    return read_notes([InputFile(f"{name}.md", text.encode()) for name, text in files.items()])


def joined(read: Draft, published: list[Published] | None = None, **more: object) -> set[frozenset[str]]:
    """Groups of more than one topic, as "source: title"."""
    names = {topic.key: f"{topic.source[0]}: {topic.title}" for topic in read.topics}
    found = join(read, published or [], **more).members()  # type: ignore[arg-type]
    return {frozenset(names[key] for key in keys) for keys in found.values() if len(keys) > 1}


MET = {
    frozenset(("d: Harbour Section", "n: Harbour")),
    frozenset(("d: Harbour – Anchoring a Ship", "n: Anchors")),
    frozenset(("d: Harbour – Lights at Night", "n: Lights")),
}


def test_the_same_thing_under_other_titles_is_one_topic() -> None:
    assert joined(draft(deck=DECK, notes=NOTES)) == MET


def test_what_a_person_told_apart_never_meets_again() -> None:
    apart = [
        (
            identity_of("deck.md", ("Harbour Section", "Harbour – Lights at Night")),
            identity_of("notes.md", ("Harbour", "Lights")),
        )
    ]
    assert joined(draft(deck=DECK, notes=NOTES), apart=apart) == MET - {
        frozenset(("d: Harbour – Lights at Night", "n: Lights"))
    }


def rows_of(read: Draft) -> list[Published]:
    """What publishing this draft leaves behind: the first source of each topic has the say."""
    topics = {topic.key: topic for topic in read.topics}
    found = join(read, [])

    def trail(key: int) -> tuple[str, ...]:
        above = topics[key].parent
        outer = trail(found.group[above]) if above is not None else ()
        return (*outer, normalise(topics[key].title))

    return [
        Published(
            first,
            topics[first].title,
            trail(first),
            "",
            topics[first].source,
            found.group[above] if (above := topics[first].parent) is not None else None,
            False,
            tuple((note.source, note.markdown) for note in read.notes if note.topic in keys),
        )
        for first, keys in found.members().items()
    ]


@pytest.mark.parametrize("again", [{"deck": DECK}, {"notes": NOTES}, {"notes": NOTES, "deck": DECK}])
def test_every_source_finds_its_topics_again_by_itself(again: dict[str, str]) -> None:
    rows = rows_of(draft(deck=DECK, notes=NOTES))
    read = draft(**again)
    found = join(read, rows)
    assert set(found.row) == set(found.group.values())
    lights = next(topic.key for topic in read.topics if "Lights" in topic.title)
    assert (
        next(one.title for one in rows if one.pk == found.row[found.group[lights]])
        == "Harbour – Lights at Night"
    )


def test_a_second_source_joins_what_is_published() -> None:
    rows = rows_of(draft(deck=DECK))
    read = draft(notes=NOTES)
    published = {one.pk: one.title for one in rows}
    found = join(read, rows).row
    assert {topic.title: published.get(found.get(topic.key, -1)) for topic in read.topics} == {
        "Harbour": "Harbour Section",
        "Anchors": "Harbour – Anchoring a Ship",
        "Lights": "Harbour – Lights at Night",
        "Tides": None,
    }


def test_topics_that_met_stay_together_when_their_texts_part() -> None:
    rows = rows_of(draft(deck=DECK, notes=NOTES))
    other = "- Lamps stand on the western mole\n- Keepers trim them at dusk\n"
    read = draft(deck=DECK, notes=NOTES.replace(LIGHTS.replace("marks", "means"), other))
    groups = joined(read, rows)
    assert frozenset(("d: Harbour – Anchoring a Ship", "n: Anchors")) in groups
    moved = draft(deck=DECK.replace(LIGHTS, other), notes=NOTES)
    assert frozenset(("d: Harbour – Lights at Night", "n: Lights")) in joined(moved, rows)


def one(
    ident: str, source: str, title: str, body: str = "", parent: str | None = None, family: str = ""
) -> Candidate:
    return Candidate(ident, source, title, parent, body, family)


@pytest.mark.parametrize(
    ("left", "right", "meet"),
    [
        (("GPS – Accuracy", "Ten metres at sea"), ("GPS Accuracy", "Ten metres at sea, better near land"), True),
        (("GPS – Accuracy", "Ten metres at sea"), ("AIS – Accuracy", "Reports every few seconds"), False),
        (("Radar Echo Shadows", ""), ("Shadows of Radar Echoes", "Echoes come back from hard things"), True),
        (("A pilot boards outside the breakwater", ""), ("Pilots", "- A pilot boards outside the breakwater"), True),
        (("Berths – Fees", "Paid by length of the hull, each day anew"), ("Fees", "Flour is sold by weight, each day anew"), False),
        (("Night watch", ""), ("Night watch", "The oven is lit at two and looked after"), False),
        (("AIS – Sending Power", "Twelve watts, two watts near land"), ("VHF – Sending Power", "Twelve watts, one watt near land"), False),
        (("Automatic Identification System (AIS)", "It reports where ships are"), ("AIS", "Ships report their place"), True),
        (("AIS", "Ships report their place"), ("AIS Incident Sheet", "Collisions go on form seven"), False),
        (("Overview", "Ships come and go"), ("Overview", "Bread is baked at dawn"), False),
    ],
)  # fmt: skip
def test_pairs(left: tuple[str, str], right: tuple[str, str], meet: bool) -> None:
    topics = [
        one("p", "a", "Sea"), one("l", "a", *left, parent="p"),
        one("q", "b", "Bakery"), one("r", "b", *right, parent="q"),
        one("x", "a", "Ropes and knots", "A bowline does not slip", "p"), one("y", "b", "Flour", "Rye and wheat", "q"),
    ]  # fmt: skip
    assert (merge(topics)["r"] == "l") is meet


def test_the_files_of_one_course_are_not_compared() -> None:
    topics = [
        one("l", "a", "Radar echoes", "They come back from hard things", family="course"),
        one("r", "b", "Echoes of radar", "They come back from hard things", family="course"),
    ]
    assert merge(topics) == {"l": "l", "r": "r"}
    assert merge(topics, together=[("l", "r")]) == {"l": "l", "r": "l"}


NAMES = st.sampled_from(["Anchors", "Anchor chains", "Lights", "Harbour lights", "Tides", ""])
TOPICS = st.lists(st.tuples(st.sampled_from("abc"), NAMES, st.sampled_from(["", "red green", "chain rope", "moon"])), max_size=12)  # fmt: skip


@given(TOPICS, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=6))
def test_groups_hold_one_topic_a_source_and_nothing_told_apart(
    rows: list[tuple[str, str, str]], apart: list[tuple[int, int]]
) -> None:
    topics = [Candidate(n, source, title, None, body) for n, (source, title, body) in enumerate(rows)]
    source_of = {topic.id: topic.source for topic in topics}
    group = merge(topics, apart=apart)
    assert set(group) == set(source_of)
    assert all(group[first] == first for first in group.values())
    members = [[source_of[key] for key in group if group[key] == first] for first in set(group.values())]
    assert all(len(sources) == len(set(sources)) for sources in members)
    assert all(a == b or group.get(a, -1) != group.get(b, -2) for a, b in apart)
