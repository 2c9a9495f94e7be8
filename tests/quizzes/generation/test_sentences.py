"""Questions from plain sentences: what becomes of them, and which are left alone."""

from __future__ import annotations

import pytest

from quizzes.generation import Proposal
from quizzes.generation.english import base, is_plural, split_clause, starts_with_verb, third
from tests.quizzes.generation.notes import key, proposed, wrong


def one(sentence: str, pattern: str, title: str = "Harbour lights") -> tuple[str, str]:
    """(question without the line above it, answer) of the only proposal of `pattern` that is no multiple choice."""
    made = [
        found for found in proposed(f"# {title}\n\n- {sentence}\n", pattern) if "options" not in found.payload
    ]
    assert len(made) == 1, made
    return made[0].stem.rpartition("\n\n")[2], key(made[0])


def none(sentence: str, pattern: str, title: str = "Harbour lights") -> list[Proposal]:
    return proposed(f"# {title}\n\n- {sentence}\n", pattern)


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("Harbour lights let you see the entrance from ten miles away.",
         "What do **Harbour lights** let you do?", "See the entrance from ten miles away."),
        ("Harbour lights require a steady supply of oil.",
         "What do **Harbour lights** require?", "A steady supply of oil."),
        ("Harbour lights use a turning lens to spread the light over the bay.",
         "What do **Harbour lights** use to spread the light over the bay?", "A turning lens."),
        ("Harbour lights must have a keeper on watch.", "What must **Harbour lights** have?", "A keeper on watch."),
        ("Harbour lights depend on the weather of the season.",
         "What do **Harbour lights** depend on?", "The weather of the season."),
    ],
)  # fmt: skip
def test_what_a_named_thing_does(sentence: str, question: str, answer: str) -> None:
    assert one(sentence, "says") == (question, answer)


def test_a_line_without_subject_is_about_its_title() -> None:
    assert one("Prevents ships from running aground at night.", "says", "Leading Light") == (
        "What does **Leading Light** prevent?",
        "Ships from running aground at night.",
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "It prevents ships from running aground at night.",  # what is it?
        "These lights prevent ships from running aground.",
        "The weather prevents ships from leaving in winter.",  # nobody knows “the weather” here
        "Harbour lights need oil, but you can also burn wood in them.",
    ],
)
def test_sentences_about_nobody_knows_what_are_left(sentence: str) -> None:
    assert none(sentence, "says") == []


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("If the lamp goes out, the keeper rings the bell until dawn.",
         "What happens if the lamp goes out?", "The keeper rings the bell until dawn."),
        ("If you need more lamp oil, use the tank behind the tower.",
         "What should you use if you need more lamp oil?", "The tank behind the tower."),
        ("When you leave the tower, you must lock the lamp room.",
         "What must you do when you leave the tower?", "Lock the lamp room."),
        ("When two ships meet at night, this is called a crossing.",
         "What is it called when two ships meet at night?", "Crossing."),
        ("When repainting the tower, cover the lens with cloth.", "", ""),
    ],
)  # fmt: skip
def test_if_this_then_that(sentence: str, question: str, answer: str) -> None:
    if question:
        assert one(sentence, "condition") == (question, answer)
    else:
        assert none(sentence, "condition") == []


def test_a_condition_that_points_out_of_sight_is_left() -> None:
    assert none("If this happens, the keeper rings the bell until dawn.", "condition") == []
    assert none("If it goes out, the keeper rings the bell until dawn.", "condition") == []


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("Use the fog horn to warn ships on misty mornings.",
         "What can you use to warn ships on misty mornings?", "Fog horn."),
        ("To clean the lens, use a soft cloth.", "What do you use to clean the lens?", "Soft cloth."),
        ("To light the lamp, you must open the valve first.",
         "What must you do to light the lamp?", "Open the valve first."),
        ("Harbour lights are used for guiding ships into the bay.",
         "What are **Harbour lights** used for?", "Guiding ships into the bay."),
    ],
)  # fmt: skip
def test_what_is_used_for_what(sentence: str, question: str, answer: str) -> None:
    assert one(sentence, "use_for") == (question, answer)


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("A keeper who lives on the tower is called a wickie.",
         "What is a keeper who lives on the tower called?", "Wickie."),
        ("The fog horn is also known as the bull.", "By what other name is the fog horn known?", "Bull."),
        ("DGPS = Differential Global Positioning System", "What does **DGPS** stand for?",
         "Differential Global Positioning System."),
    ],
)  # fmt: skip
def test_names_for_things(sentence: str, question: str, answer: str) -> None:
    assert one(sentence, "called") == (question, answer)


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("The default burning time is nine hours.", "What is the default burning time?", "Nine hours."),
        ("The lamp room is locked by default.", "By default, the lamp room is […].", "locked"),
        ("The old towers use whale oil by default.", "What do the old towers use by default?", "Whale oil."),
        ("The watch is set at the harbour level.", "At which level is the watch set?", "Harbour level."),
    ],
)  # fmt: skip
def test_what_holds_by_default(sentence: str, question: str, answer: str) -> None:
    stem, said = one(sentence, "default")
    assert (stem[:1].casefold() + stem[1:], said) == (question[:1].casefold() + question[1:], answer)


def test_short_lines_under_a_name_say_something_of_it() -> None:
    text = "# Lamps\n\n- Oil Lamp\n  - Good for long nights at sea\n  - Use cases: towers, ships, jetties\n"
    asked = {found.stem.rpartition("\n\n")[2]: key(found) for found in proposed(text, "of_it")}
    assert asked == {
        "What is **Oil Lamp** good for?": "Long nights at sea.",
        "What are the use cases of **Oil Lamp**?": "Towers, ships, jetties.",
    }


def test_the_one_piece_of_code_becomes_a_gap() -> None:
    assert one("The keeper writes every failure into `lamp.log` before dawn.", "ends_with") == (
        "The keeper writes every failure into […] before dawn.",
        "lamp.log",
    )


def test_which_of_the_named_things_does_it() -> None:
    text = "# Coast\n" + "".join(
        f"\n## {name} Light\n\n{does}.\n"
        for name, does in [
            ("Leading", "Shows pilots the deepest channel of the bay"),
            ("Sector", "Warns trawlers of shoals with narrow red beams at night"),
            ("Range", "Measures how far a fishing boat has drifted"),
            ("Breakwater", "Marks where the northern mole ends"),
        ]
    )
    made = [found for found in proposed(text, "says") if found.kind == "multiple_choice"]
    asked = {key(found): found for found in made}
    assert (
        asked["Sector Light"].stem
        == "Which of these warns trawlers of shoals with narrow red beams at night?"
    )
    assert wrong(asked["Sector Light"]) == {"Leading Light", "Range Light", "Breakwater Light"}


def test_nobody_who_is_said_to_do_it_too_is_a_wrong_option() -> None:
    text = "# Coast\n" + "".join(
        f"\n## {name} Light\n\n{name} Light stands on rock {name}.\n" for name in ["Leading", "Range", "Mole"]
    )
    text += "\n## Sector Light\n\nWarns trawlers of shoals with narrow red beams at night.\n"
    text += "\n## History\n\nThe Range Light also warns trawlers of shoals with narrow red beams at night.\n"
    for found in proposed(text, "says"):
        if key(found) == "Sector Light":
            assert "Range Light" not in wrong(found)


def test_forms_of_verbs_and_names() -> None:
    assert [third(verb) for verb in ("store", "specify", "pass", "have", "deploy")] == [
        "stores", "specifies", "passes", "has", "deploys",
    ]  # fmt: skip
    assert [base(form) for form in ("stores", "specifies", "passes", "has", "lamps")] == [
        "store", "specify", "pass", "have", "",
    ]  # fmt: skip
    assert [is_plural(name) for name in ("Signed Cookies", "AWS", "Kinesis", "Alias", "Rules of the road")] == [
        True, False, False, False, True,
    ]  # fmt: skip
    assert split_clause("The old tower only shows one light") == ("The old tower", "only shows", "one light")
    assert split_clause("Gate logs will list all ships") == ("Gate logs", "will", "list all ships")
    assert split_clause("Lamps of the coast") is None
    assert starts_with_verb("Supports HTTP and more") == "supports"
    assert starts_with_verb("Changes to the tower are planned") == ""


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("Spare lenses are stored in the cellar of the tower.",
         "Where are spare lenses stored?", "In the cellar of the tower."),
        ("Harbour lights are mandatory for every pier.", "Harbour lights are […] for every pier.", "mandatory"),
    ],
)  # fmt: skip
def test_where_and_how_a_thing_is(sentence: str, question: str, answer: str) -> None:
    stem, said = one(sentence, "where")
    assert (stem.casefold(), said) == (question.casefold(), answer)


def test_ports_are_asked_by_their_protocol() -> None:
    text = "# Ports to know\n\n- 22 = SSH – log in from afar\n- 22 = SFTP – send files over SSH\n- 80 = HTTP\n- 443 = HTTPS\n"
    made = {found.stem: found for found in proposed(text, "port")}
    assert key(made["Which port does **SSH** use?"]) == "22"
    assert {"80", "443"} <= wrong(made["Which port does **SSH** use?"])
    assert proposed(text.replace("Ports to know", "Rooms to know"), "port") == []
