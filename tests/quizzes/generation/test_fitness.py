"""What every question must fulfil, whichever pattern made it."""

from __future__ import annotations

import pytest

from quizzes.generation import Proposal, propose
from quizzes.generation.english import article, is_one_of_many
from tests.quizzes.generation.notes import draft, key


def made(text: str) -> list[Proposal]:
    return propose(draft(text))


def stems(text: str) -> list[str]:
    return [one.stem for one in made(text)]


def test_a_question_without_a_name_is_given_the_nearest_title_that_holds_one() -> None:
    notes = "# Quay QX4\n\n## Rules and order\n\n- Spare ropes are stored in the northern shed.\n"
    assert [stem.startswith("*Quay QX4 › ") for stem in stems(notes)] == [True]


def test_a_question_that_nothing_above_names_is_not_asked() -> None:
    notes = "# Rules, order and other matters\n\n- Ropes are stored in the northern shed.\n"
    assert not stems(notes)


@pytest.mark.parametrize("title", ["TO READ", "Other stuff", "Notes", "Example 2", "Part 3"])
def test_a_title_that_places_nothing_is_no_setting(title: str) -> None:
    found = stems(f"# Quay QX4\n\n## {title}\n\n- A BollardX is a post that holds the rope of a ship.\n")
    assert all(title.casefold() not in stem.casefold() for stem in found)


def test_pictures_drawn_with_characters_are_left_out() -> None:
    found = made("# Quay QX4\n\n## Pilots of QX4 🔥\n\n- The QX4 pilots can be called within 12 minutes 🔥\n")
    assert found and not any("🔥" in one.stem + key(one) for one in found)


def test_steps_of_an_example_are_not_asked() -> None:
    notes = "# Quay QX4\n\n## Example 1\n\n- If the PilotBoat is late, the harbour master rings the bell.\n"
    assert not stems(notes)


@pytest.mark.parametrize(
    "line",
    [
        "**Create a berth in QX4** – `quay berth create`",
        "**Two kinds of rope** – hemp for the QX4 quay and wire for tugs",
        "**Signals available** – a lamp that is shown from the QX4 tower",
        "**Log book (of a ship)** – a book that the mate of QX4 keeps daily",
        "**Berth plan** – leave as it was in the QX4 office before",
        "**Rope store** – e.g. the shed behind the QX4 quay wall",
        "**Berth list** – which ships may lie at the QX4 quay tonight",
        "**Ship names** – quay.shipName and quay.shipCode",
    ],
)
def test_what_does_not_say_what_a_thing_is_is_not_asked_as_if_it_did(line: str) -> None:
    assert not [one for one in made(f"# Quay QX4\n\n- {line}\n") if one.pattern == "definition"]


def test_what_is_done_to_anything_is_asked_by_how() -> None:
    notes = (
        "# DryStore\n\n- Keeps the lamps of QX4 in order.\n- Copies your data synchronously to three sheds.\n"
    )
    assert ("How does **DryStore** copy your data?", "Synchronously to three sheds.") in [
        (one.stem.rpartition("\n\n")[2], key(one)) for one in made(notes)
    ]


def test_manner_is_no_place() -> None:
    assert not stems("# DryStore\n\n- QX4 lamps are created in parallel.\n")


def test_what_the_author_leaves_open_is_not_asked_for_all_of_it() -> None:
    notes = (
        "# Quay QX4\n\n- Types of rope on QX4 are usually:\n  - Hemp rope\n  - Wire rope\n  - Nylon rope\n"
    )
    assert not [one for one in made(notes) if one.pattern == "name_all"]


def test_a_list_under_a_predicate_is_asked_with_its_subject() -> None:
    notes = "# HX Call\n\n- Consists of two messages:\n  - HX Ask\n  - HX Reply\n"
    assert [one.stem for one in made(notes) if one.pattern == "name_all"] == [
        "HX Call consists of two messages: name both."
    ]


def test_a_sum_has_no_gap() -> None:
    notes = "# Quay QX4\n\n- 64 metres - 18 minutes (bow and stern of the ship) = 46 minutes for the QX4 quay, at least\n"
    assert not [one for one in made(notes) if one.pattern == "number"]


def test_half_of_what_happens_is_not_asked() -> None:
    notes = (
        "# Quay QX4\n\n- If the QX4 lamp goes out, the keeper rings the bell.\n- It then burns until dawn.\n"
    )
    assert not [one for one in made(notes) if one.pattern == "condition"]


def test_a_value_of_a_name_is_asked() -> None:
    notes = "# QX4 lamp\n\n- **Burning time**: 12 hours\n- **Warm-up**: 20 seconds (at night)\n"
    assert [key(one) for one in made(notes) if "value of" in one.stem] == [
        "12 hours.",
        "20 seconds (at night).",
    ]


def test_a_short_limit_under_a_name_is_asked() -> None:
    notes = "# Boats of QX4\n\n- **TugBoat**\n  - Pulls ships to the QX4 quay\n  - Max 64,000 items\n"
    assert "*Boats of QX4*\n\nWhat is the maximum of **TugBoat**, in items?" in stems(notes)


TABLE = """# Ferries of QX4

| Ferry | Deck length | If it fails | Remembers ports | Choose it when | What it is |
|---|---|---|---|---|---|
| TugBoat | 12 m of oak | a tug comes out | of the last week | the sea is calm | a small harbour ferry |
| NightLine | 40 m of steel | the crew signals | of a whole year | nobody is in a hurry | a slow coastal ferry |
| RiverCat | 22 m of glass | it drifts ashore | of the last trip | the river is deep | a fast river ferry |
"""


def test_only_what_a_thing_has_is_asked_as_its_own() -> None:
    asked = [stem.partition("\n\n")[2] or stem for stem in stems(TABLE)]
    assert any(stem == "What is the deck length of **TugBoat**?" for stem in asked), asked
    clumsy = ("the if it fails of", "the remembers", "the choose", "its if", "its choose", "what it is?")
    assert not [stem for stem in asked if any(words in stem for words in clumsy)]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Mooring policy", "a "), ("IAM group", "an "), ("SQS queue", "an "), ("Usage plan", "a "), ("Unit", "a "),
        ("Dead-letter queue (DLQ)", "a "), ("Execution role", "an "), ("URL pattern", "a "), ("Idle alarm", "an "),
        ("Lambda", ""), ("Burst capacity", ""), ("User Guide", ""), ("TugBoat", ""), ("Rope Group", ""),
    ],
)  # fmt: skip
def test_one_of_many_has_an_article_and_a_name_has_none(name: str, wanted: str) -> None:
    assert (article(name) if is_one_of_many(name) else "") == wanted


def test_a_term_of_which_there_are_many_is_asked_with_its_article() -> None:
    notes = "# Quay QX4\n\n- **Mooring policy** – the list of ships that may lie at the quay over night.\n"
    assert [stem for stem in stems(notes) if "What is a **Mooring policy**?" in stem], stems(notes)
