"""Topics across imports: what met stays one, what was told apart stays two, whatever comes again and in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.ingest.model import Draft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from content.ingest.topics.joining import Heading, Identity, Joined, Published, identity_of, join, trails_of
from tests.content.ingest.test_merging import DECK, LIGHTS, NOTES

LOG = f"""# Harbour Watch

## Lights aboard

{LIGHTS}
## Pilots

- A pilot boards outside the breakwater
- He leaves again behind the last buoy
"""
DECK_LIGHTS = identity_of("deck.md", ("Harbour Section", "Harbour – Lights at Night"))
NOTES_LIGHTS = identity_of("notes.md", ("Harbour", "Lights"))


@dataclass
class Shelf:
    """Publishing by the rules alone: rows as the writers would leave them."""

    rows: dict[int, Published]
    facts: dict[int, dict[str, list[str]]]
    last: Joined | None = None

    def publish(
        self,
        files: dict[str, str],
        apart: tuple[tuple[Identity, Identity], ...] = (),
        together: tuple[tuple[Identity, Identity], ...] = (),
    ) -> Draft:
        read = read_notes([InputFile(f"{name}.md", text.encode()) for name, text in files.items()])
        held = {text: pk for pk, said in self.facts.items() for texts in said.values() for text in texts}
        found = self.last = join(read, list(self.rows.values()), held, apart, together)
        topics = {topic.key: topic for topic in read.topics}
        trails = trails_of(read.topics)
        row_of = dict(found.row)
        for first in found.members():
            row_of.setdefault(first, max([*self.rows, *row_of.values(), 0]) + 1)
        ours = {source.path for source in read.sources}
        before = {pk: self._without(pk, ours) for pk in self.rows}
        for first, keys in found.members().items():
            pk = row_of[first]
            lead = topics[first]
            old = before.get(pk) or Published(pk, lead.title, trails[first], "", lead.source, None, False)
            told = {key: [n.markdown for n in read.notes if n.topic == key] for key in keys}
            self.facts.setdefault(pk, {})
            for key in keys:
                said = [fact.fingerprint for fact in read.facts if fact.topic == key]
                self.facts[pk][topics[key].source] = said
            before[pk] = replace(
                old,
                retired=False,
                bodies=(*old.bodies, *((topics[key].source, text) for key in keys for text in told[key])),
                headings=(
                    *old.headings,
                    *(Heading(topics[key].source, trails[key], topics[key].title) for key in keys),
                ),
                facts=tuple((path, len(said)) for path, said in self.facts[pk].items()),
            )
        self.rows = before
        return read

    def _without(self, pk: int, sources: set[str]) -> Published:
        row = self.rows[pk]
        self.facts[pk] = {path: said for path, said in self.facts[pk].items() if path not in sources}
        headings = tuple(at for at in row.headings if at.source not in sources)
        bodies = tuple(body for body in row.bodies if body[0] not in sources)
        facts = tuple(self.facts[pk].items())
        counted = tuple((path, len(said)) for path, said in facts)
        return replace(row, headings=headings, bodies=bodies, facts=counted, retired=not headings)

    def row(self, source: str, title: str) -> int:
        found = [
            pk
            for pk, row in self.rows.items()
            if any((at.source, at.title) == (f"{source}.md", title) for at in row.headings)
        ]
        assert len(found) == 1
        return found[0]

    def places(self) -> set[frozenset[tuple[str, str]]]:
        return {
            frozenset((at.source, at.title) for at in row.headings)
            for row in self.rows.values()
            if row.headings
        }


FILES = {"deck": DECK, "notes": NOTES, "log": LOG}
LIGHTS_OF = {"deck": "Harbour – Lights at Night", "notes": "Lights", "log": "Lights aboard"}


@pytest.mark.parametrize("order", list(permutations(FILES)))
def test_one_file_after_another_ends_like_all_at_once(order: tuple[str, ...]) -> None:
    one_by_one, at_once = Shelf({}, {}), Shelf({}, {})
    for name in order:
        one_by_one.publish({name: FILES[name]})
    at_once.publish({name: FILES[name] for name in order})
    assert one_by_one.places() == at_once.places()
    assert len({at_once.row(name, title) for name, title in LIGHTS_OF.items()}) == 1


@pytest.mark.parametrize(
    "again", [("deck",), ("notes",), ("log",), ("notes", "deck"), ("log", "notes", "deck")]
)
def test_what_is_published_is_recognised_by_each_of_its_sources(again: tuple[str, ...]) -> None:
    shelf = Shelf({}, {})
    shelf.publish(FILES)
    before = shelf.places()
    rows = {name: shelf.row(name, title) for name, title in LIGHTS_OF.items()}
    read = shelf.publish({name: FILES[name] for name in again})
    assert shelf.last is not None
    assert set(shelf.last.row) == set(shelf.last.group.values()), "no topic may be new"
    assert shelf.places() == before
    assert {name: shelf.row(name, title) for name, title in LIGHTS_OF.items()} == rows
    assert len(read.topics) == len(shelf.last.group)


def test_a_renamed_heading_of_the_second_source_keeps_its_topic() -> None:
    shelf = Shelf({}, {})
    shelf.publish({"deck": DECK, "notes": NOTES})
    row = shelf.row("notes", "Lights")
    shelf.publish({"notes": NOTES.replace("## Lights", "## What shines")})
    assert shelf.row("notes", "What shines") == row == shelf.row("deck", "Harbour – Lights at Night")


EDITED = NOTES.replace("White lights show from astern", "White lights show from astern and from ahead")
RENAMED = NOTES.replace("## Lights", "## Lights and their colours")


@pytest.mark.parametrize(
    "later",
    [
        [{"deck": DECK, "notes": NOTES}],
        [{"notes": NOTES, "deck": DECK}],
        [{"notes": EDITED}, {"deck": DECK}],
        [{"deck": DECK}, {"notes": NOTES}],
        [{"notes": RENAMED}, {"notes": RENAMED, "deck": DECK}, {"deck": DECK, "notes": NOTES}],
        [{"notes": RENAMED, "deck": DECK}, {"notes": RENAMED}],
        [{"deck": DECK.replace("Lights at Night", "Lights by Night")}, {"notes": NOTES, "deck": DECK}],
    ],
)
@pytest.mark.parametrize("pair", [(DECK_LIGHTS, NOTES_LIGHTS), (NOTES_LIGHTS, DECK_LIGHTS)])
@pytest.mark.parametrize("known_before", [True, False])
def test_a_rejected_merge_never_returns(
    later: list[dict[str, str]], pair: tuple[Identity, Identity], known_before: bool
) -> None:
    shelf = Shelf({}, {})
    shelf.publish({"deck": DECK, "notes": NOTES}, (pair,) if known_before else ())
    if not known_before:
        assert shelf.row("deck", "Harbour – Lights at Night") == shelf.row("notes", "Lights")
        shelf.publish({"deck": DECK, "notes": NOTES}, (pair,))
    for files in later:
        shelf.publish(files, (pair,))
        for path, text in (("deck", shelf_title(shelf, "deck")), ("notes", shelf_title(shelf, "notes"))):
            assert text, path
        assert shelf.row("deck", shelf_title(shelf, "deck")) != shelf.row(
            "notes", shelf_title(shelf, "notes")
        )
        assert shelf.row("deck", "Harbour – Anchoring a Ship") == shelf.row("notes", "Anchors")


def shelf_title(shelf: Shelf, source: str) -> str:
    """The heading about lights as it now stands."""
    titles = [at.title for row in shelf.rows.values() for at in row.headings if at.source == f"{source}.md"]
    return next((title for title in titles if "Lights" in title), "")


def test_a_split_leaves_the_row_with_what_is_not_read_now_else_with_most_facts() -> None:
    apart = ((DECK_LIGHTS, NOTES_LIGHTS),)
    alone = Shelf({}, {})
    alone.publish({"deck": DECK, "notes": NOTES})
    row = alone.row("notes", "Lights")
    alone.publish({"notes": NOTES}, apart)
    assert alone.row("deck", "Harbour – Lights at Night") == row != alone.row("notes", "Lights")
    more = Shelf({}, {})
    rich = NOTES.replace(
        "## Tides", "- A blue light marks a police boat\n- A flashing light warns\n\n## Tides"
    )
    more.publish({"deck": DECK, "notes": rich})
    row = more.row("notes", "Lights")
    more.publish({"deck": DECK, "notes": rich}, apart)
    assert more.row("notes", "Lights") == row != more.row("deck", "Harbour – Lights at Night")


TIDES = identity_of("notes.md", ("Harbour", "Tides"))
FEES = identity_of("deck.md", ("Harbour Section", "Harbour – Fees"))


@pytest.mark.parametrize("published_before", [(), ("deck", "notes"), ("deck",)])
@pytest.mark.parametrize("order", [("deck", "notes"), ("notes", "deck")])
def test_what_a_person_told_to_be_one_is_one(
    published_before: tuple[str, ...], order: tuple[str, str]
) -> None:
    shelf = Shelf({}, {})
    if published_before:
        shelf.publish({name: FILES[name] for name in published_before})
    shelf.publish({name: FILES[name] for name in order}, (), ((FEES, TIDES),))
    assert shelf.row("deck", "Harbour – Fees") == shelf.row("notes", "Tides")
    shelf.publish({"notes": NOTES}, (), ((FEES, TIDES),))
    assert shelf.row("deck", "Harbour – Fees") == shelf.row("notes", "Tides")


def test_one_file_alone_joins_what_the_other_has_published() -> None:
    shelf = Shelf({}, {})
    shelf.publish({"deck": DECK, "notes": NOTES})
    row = shelf.row("deck", "Harbour – Fees")
    shelf.publish({"notes": NOTES}, (), ((FEES, TIDES),))
    assert shelf.row("notes", "Tides") == row


def test_told_apart_wins_over_told_together() -> None:
    shelf = Shelf({}, {})
    shelf.publish({"deck": DECK, "notes": NOTES}, ((FEES, TIDES),), ((TIDES, FEES),))
    assert shelf.row("deck", "Harbour – Fees") != shelf.row("notes", "Tides")


def test_a_source_that_lost_a_topic_leaves_it_to_the_other() -> None:
    shelf = Shelf({}, {})
    shelf.publish({"deck": DECK, "notes": NOTES})
    row = shelf.row("deck", "Harbour – Lights at Night")
    shelf.publish({"notes": NOTES[: NOTES.index("## Lights")]})
    assert shelf.row("deck", "Harbour – Lights at Night") == row
    shelf.publish({"notes": NOTES})
    assert shelf.row("notes", "Lights") == row


def test_general_headings_at_the_top_of_files_are_not_one_topic() -> None:
    shelf = Shelf({}, {})
    shelf.publish({
        "bread": "# Introduction\n\n- Dough rises twice before it is baked\n",
        "ships": "# Introduction\n\n- Hulls are launched from a slipway\n",
    })  # fmt: skip
    assert shelf.row("bread", "Introduction") != shelf.row("ships", "Introduction")


WORDS = st.sampled_from(
    ["anchor", "chain", "light", "lamp", "tide", "moon", "pilot", "buoy", "crane", "quay"]
)
SECTION = st.tuples(
    st.lists(WORDS, min_size=1, max_size=2).map(" ".join), st.lists(WORDS, max_size=8).map(" ".join)
)
BOOK = st.lists(SECTION, min_size=1, max_size=5)
LIBRARY = st.fixed_dictionaries({"a": BOOK, "b": BOOK, "c": BOOK})


def text_of(book: list[tuple[str, str]]) -> str:
    return "\n".join(f"## {title.title()}\n\n- The {body or title} is here\n" for title, body in book)


@settings(max_examples=60, deadline=None)
@given(LIBRARY, st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True))
def test_reading_any_of_the_files_again_changes_nothing(
    library: dict[str, list[tuple[str, str]]], again: list[str]
) -> None:
    files = {name: text_of(book) for name, book in library.items()}
    shelf = Shelf({}, {})
    shelf.publish(files)
    before = {pk: {(at.source, at.trail) for at in row.headings} for pk, row in shelf.rows.items()}
    for row in shelf.rows.values():
        sources = [at.source for at in row.headings]
        assert len(sources) == len(set(sources)), "a row has one place in a source"
    shelf.publish({name: files[name] for name in again})
    after = {pk: {(at.source, at.trail) for at in row.headings} for pk, row in shelf.rows.items()}
    assert after == before


@settings(max_examples=60, deadline=None)
@given(LIBRARY, st.permutations("abc"))
def test_the_order_of_files_does_not_matter(
    library: dict[str, list[tuple[str, str]]], order: list[str]
) -> None:
    files = {name: text_of(book) for name, book in library.items()}
    one, other = Shelf({}, {}), Shelf({}, {})
    one.publish(files)
    other.publish({name: files[name] for name in order})
    told = [
        sorted(sorted((at.source, at.trail) for at in row.headings) for row in x.rows.values())
        for x in (one, other)
    ]
    assert told[0] == told[1]


@settings(max_examples=60, deadline=None)
@given(LIBRARY, st.data())
def test_told_apart_stays_apart_whatever_is_read_again(
    library: dict[str, list[tuple[str, str]]], data: st.DataObject
) -> None:
    files = {name: text_of(book) for name, book in library.items()}
    shelf = Shelf({}, {})
    shelf.publish(files)
    shared = [row.headings for row in shelf.rows.values() if len(row.headings) > 1]
    apart = tuple(
        ((one.source, one.trail), (other.source, other.trail))
        for headings in data.draw(st.lists(st.sampled_from(shared), max_size=3) if shared else st.just([]))
        for one, other in [data.draw(st.permutations(headings))[:2]]
    )
    for names, told in (("abc", apart), (data.draw(st.permutations("abc"))[:2], apart), ("abc", ())):
        shelf.publish({name: files[name] for name in names}, told)
        for one, other in apart:
            assert not any(
                {one, other} <= {(at.source, at.trail) for at in row.headings} for row in shelf.rows.values()
            )


@settings(max_examples=40, deadline=None)
@given(LIBRARY)
def test_joining_twice_gives_the_same(library: dict[str, list[tuple[str, str]]]) -> None:
    files = [InputFile(f"{name}.md", text_of(book).encode()) for name, book in library.items()]
    one, other = join(read_notes(files), []), join(read_notes(files), [])
    assert (one.group, one.row) == (other.group, other.row)
    assert set(one.group.values()) == set(one.members())
