"""What each pattern makes of a sentence, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import pytest

from quizzes.generation import Known
from quizzes.generation.distractors import texts_like
from tests.quizzes.generation.notes import key, proposed, wrong

LIGHTS = """\
# Harbour lights

- **Lighthouse** – a tower with a lamp that ships see from afar.
- **Lightship** – an anchored vessel that carries its lamp where no tower stands.
- **Buoy** – a floating mark chained to the sea floor.
- **Beacon** – a fixed sign on a rock.
"""


def test_a_definition_is_asked_from_the_meaning_and_from_the_term() -> None:
    choice, *_ = [
        one for one in proposed(LIGHTS, "definition") if one.kind == "multiple_choice" and key(one) == "Buoy"
    ]
    assert choice.stem.endswith("What is described here? “A floating mark chained to the sea floor.”")
    assert wrong(choice) <= {"Lighthouse", "Lightship", "Beacon"}
    assert len(wrong(choice)) == 3
    says = {option["text"]: option["rationale"] for option in choice.payload["options"]}
    assert says["Beacon"] == "" or "rock" in says["Beacon"]
    card, *_ = [one for one in proposed(LIGHTS, "definition") if one.kind == "flashcard"]
    assert card.stem == "*Harbour lights*\n\nWhat is a **Lighthouse**?"
    assert key(card) == "A tower with a lamp that ships see from afar."


@pytest.mark.parametrize("head", ["Note", "Example", "Tip", "Use cases", "Pros", "It", "If it rains"])
def test_words_that_introduce_a_remark_are_no_terms(head: str) -> None:
    text = f"# Harbour\n\n- **{head}** – the tower was painted white in spring by four people.\n"
    assert proposed(text, "definition") == []


def test_the_term_does_not_stand_in_the_description() -> None:
    text = LIGHTS.replace("a fixed sign on a rock", "a beacon that stands on a rock")
    assert "Beacon" not in {key(one) for one in proposed(text, "definition") if one.kind == "multiple_choice"}


def test_another_name_of_the_key_is_no_wrong_option() -> None:
    text = LIGHTS + "- **Floating mark (Buoy)** – what sailors of old called a mark on a chain.\n"
    choices = [
        one for one in proposed(text, "definition") if key(one) == "Buoy" and one.kind == "multiple_choice"
    ]
    assert choices
    assert all("Floating mark (Buoy)" not in wrong(one) for one in choices)


def test_what_any_source_asserts_is_no_wrong_option() -> None:
    others = (Known("**Beacon** – a floating mark chained to the sea floor near a port.", "Elsewhere"),)
    choices = [
        one
        for one in proposed(LIGHTS, "definition", others)
        if key(one) == "Buoy" and one.kind == "multiple_choice"
    ]
    assert all("Beacon" not in wrong(one) for one in choices)


def test_x_is_a_y_needs_a_subject_that_the_notes_know() -> None:
    known = "# Lightship\n\nA Lightship is an anchored vessel that carries a lamp.\n"
    (card,) = proposed(known, "is_a")
    assert (card.stem, key(card)) == ("What is a **Lightship**?", "An anchored vessel that carries a lamp.")
    assert proposed("# Harbour\n\nThe weather is a reason to stay at home today.\n", "is_a") == []


def test_a_number_with_a_unit_becomes_a_gap_or_a_choice() -> None:
    (one,) = proposed("# Lights\n\n- A lamp keeper stays at most 14 days on the tower.\n", "number")
    assert "at most […] days" in one.stem
    assert key(one) == "14"
    assert "14" not in wrong(one)
    assert len(wrong(one)) == 3


@pytest.mark.parametrize(
    "sentence",
    [
        "Chapter 14 tells of the tower and its lamp keepers.",
        "For example, a keeper may have 3 days of leave in spring.",
        "It takes at most 14 days until they come back.",
        "See the page from 2019 about 3 lamps … and more",
    ],
)
def test_numbers_that_count_nothing_worth_knowing_are_left(sentence: str) -> None:
    assert proposed(f"# Lights\n\n- {sentence}\n", "number") == []


def test_a_figure_that_a_source_gives_for_the_same_thing_is_no_wrong_option() -> None:
    text = (
        "# Lights\n\n- A lamp keeper stays at most 14 days on the tower.\n"
        "- In winter a lamp keeper stays at most 28 days on the tower.\n- Oil lasts at most 7 days in one tank.\n"
    )
    for one in proposed(text, "number"):
        if "14" in key(one):
            assert "28" not in wrong(one)


def test_no_figure_of_the_sentence_is_an_option() -> None:
    text = "# Lights\n\n- The lamps of the coast use at most 500 litres of oil in 10 days, and never over 20 of them.\n"
    for one in proposed(text, "number"):
        assert not {"20", "500"} & wrong(one)


def test_bold_words_inside_a_sentence_become_a_gap() -> None:
    (one,) = proposed(
        "# Lights\n\n- Every tower must be repainted after a **Spring Gale** has passed.\n", "bold_gap"
    )
    assert one.stem.endswith("Every tower must be repainted after a […] has passed.")
    assert key(one) == "Spring Gale"


@pytest.mark.parametrize("marked", ["not", "always", "Every tower must be repainted after", "automatically"])
def test_dull_or_long_bold_is_left(marked: str) -> None:
    assert proposed(f"# Lights\n\n- The keeper does **{marked}** this in a summer month.\n", "bold_gap") == []


def test_a_list_under_its_announcement_is_asked_as_a_whole() -> None:
    text = "# Lights\n\n- The three types of lamps:\n  - oil lamp\n  - gas lamp\n  - electric lamp\n"
    (one,) = proposed(text, "name_all")
    assert "name all three" in one.stem
    assert key(one) == "- oil lamp\n- gas lamp\n- electric lamp"


def test_a_list_with_a_sentence_in_it_is_not() -> None:
    text = (
        "# Lights\n\n- The three types of lamps:\n  - oil lamp\n  - gas lamp\n"
        "  - the electric lamp came last and has since replaced the two others nearly everywhere\n"
    )
    assert proposed(text, "name_all") == []


TABLE = """\
# Ropes

| Rope | Made of | Lasts |
|---|---|---|
| Hawser | hemp fibre | 5 years |
| Painter | twisted cotton | 3 years |
| Lanyard | waxed linen | 2 years |
| Sheet | braided nylon | 8 years |
"""


def test_a_cell_is_asked_with_its_column_as_wrong_options() -> None:
    text = TABLE.replace("| Rope |", "| Ropes |")  # a plural does not ask “which rope”
    one = next(one for one in proposed(text, "table") if key(one) == "waxed linen")
    assert one.stem.endswith("What belongs under “Made of” for **Lanyard**?")
    assert wrong(one) == {"hemp fibre", "twisted cotton", "braided nylon"}
    said = {option["text"]: option["rationale"] for option in one.payload["options"]}
    assert said["hemp fibre"] == "That stands for Hawser."


def test_yes_and_no_are_not_asked() -> None:
    text = TABLE.replace("hemp fibre", "yes").replace("twisted cotton", "no")
    assert not {"yes", "no"} & {key(one) for one in proposed(text, "table")}


def test_a_long_table_is_compared_with_its_neighbours_only(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def counted(key: str, candidates: Sequence[str], stem: str) -> list[str]:
        looked_at.append(len(candidates))
        return texts_like(key, candidates, stem)

    monkeypatch.setattr(import_module("quizzes.generation.patterns.table"), "texts_like", counted)
    rows = "\n".join(
        f"| Rope {number}x | fibre of garden {number} | {number} years |" for number in range(400)
    )
    proposed(f"# Ropes\n\n| Rope | Made of | Lasts |\n|---|---|---|\n{rows}\n", "table")
    assert len(looked_at) > 120
    assert max(looked_at) < 100
