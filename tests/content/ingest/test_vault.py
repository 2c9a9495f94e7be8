"""A vault: folders are sections, files are topics, links are text."""

from __future__ import annotations

from content.ingest.model import Draft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from content.ingest.topics.joining import join

FILES = {
    "01 Harbour/02 Lights.md": "A [[Pilot Boat]] shows white over red, see also [[Flags|the flags]].\n\n## Range\n\n- Two miles\n",
    "01 Harbour/Pilot Boat.md": "It brings the pilot through [[Lights]] and [[Flags]] to the ship.\n",
    "01 Harbour/Ropes/Knots.md": "# Knots\n\n- A bowline makes a loop that does not slip\n",
    "01 Harbour/Ropes/Ropes.md": "All that is [[Knots|tied]] and [[Splices|spliced]] aboard.\n",
    "Flags.md": "Flag H means that a [[Pilot Boat]] has [[brought]] a pilot.\n",
}


def vault(**changed: str) -> Draft:
    return read_notes([InputFile(path, text.encode()) for path, text in {**FILES, **changed}.items()])


def tree(read: Draft) -> list[tuple[int, str]]:
    """Depth and title of every topic, what several files share once."""
    group = join(read, []).group
    return [(topic.depth, topic.title) for topic in read.topics if group[topic.key] == topic.key]


def test_folders_and_files_are_the_outline() -> None:
    assert tree(vault()) == [
        (0, "Harbour"),
        (1, "Lights"),
        (2, "Range"),
        (1, "Pilot Boat"),
        (1, "Ropes"),
        (2, "Knots"),
        (0, "Flags"),
    ]


def test_a_file_without_links_belongs_to_the_vault_as_well() -> None:
    assert {source.dialect for source in vault().sources} == {"vault"}
    alone = read_notes(
        [InputFile(path, FILES[path].encode()) for path in ("01 Harbour/Ropes/Knots.md", "Flags.md")]
    )
    assert tree(alone)[0] == (0, "Knots")


def test_a_note_of_a_folder_is_the_folders_own_text() -> None:
    read = vault()
    ropes = next(
        topic for topic in read.topics if topic.source.endswith("Ropes/Ropes.md") and topic.title == "Ropes"
    )
    assert ropes.depth == 1
    assert [note.markdown for note in read.notes if note.topic == ropes.key] == [
        "All that is tied and spliced aboard."
    ]


def test_links_read_as_their_text() -> None:
    read = vault()
    assert "A Pilot Boat shows white over red, see also the flags." in [fact.text for fact in read.facts]


def test_topics_of_one_vault_are_compared_by_title_alone() -> None:
    said = "It shows white over red and [[moves]] fast through [[narrow]] water."
    read = vault(**{"01 Harbour/Pilot Cutter.md": said, "Pilot Boat Cutter.md": said})
    assert {"Pilot Cutter", "Pilot Boat Cutter"} <= {title for _, title in tree(read)}
