"""The whole way: topics, notes, facts, authored questions, drills, course.md."""

from __future__ import annotations

import json
import textwrap

import pytest

from content.ingest.model import Draft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from tests.content.ingest.helpers import balanced, draft

COURSE = textwrap.dedent(
    """\
    ---
    certification: harbour-pilot
    title: Harbour Pilot
    code: HP-1
    vendor: Harbour School
    licence: CC BY 4.0
    exam: {scored: 50, unscored: 15, minutes: 130, pass_mark: 720, scale_min: 100, scale_max: 1000}
    domains:
      - {number: 1, title: Signals, weight: 60}
      - {number: 2, title: Ropes and Knots, weight: 40}
    ---
    Welcome aboard.
    """
)

SECTION = textwrap.dedent(
    """\
    ---
    title: Signals
    domain: 1
    reference: https://example.org/signals
    checked_on: 2026-11-21
    ---
    # Flags
    ## Pilot flag {#pilot-flag}
    - **Flag H**: a pilot is on board
    - The flag is lowered within ==15 minutes== of the pilot's ==departure==
    - Blue Peter :: the ship is about to sail

    Q: What does a red flag on the pier mean? {#red-flag}
    A: The harbour is closed.
    Because: red stops everybody.
    Ref: https://example.org/red

    Q: Which signals may a pilot boat show?
    - [x] White over red
      That is the pilot light.
    - [ ] Green over white
      That is a trawler.
    - [x] Flag H
    Because: both are in the rules.

    ```drill
    id: closed-harbour
    title: The closed harbour
    grader: case
    prompt: A red flag is up.
    steps:
      - ask: What do you do?
        options:
          - {text: Wait outside, ok: true, say: Right.}
          - {text: Sail in, ok: false, say: It is closed.}
    explain: Red means closed.
    ```
    ## Knots {domain=2}
    A bowline makes a loop that does not slip.
    """
)


COURSE_LESS_SECTION = textwrap.dedent(
    """\
    ---
    title: Tides
    reference: {address}
    ---
    # Tides

    Q: How often does the tide turn?
    A: Four times a day.
    Ref: https://example.org/tide

    The tide turns often here, and nobody minds.

    Q: Who minds the tide?
    A: Nobody does.
    Ref: {address}

    ```drill
    id: tide
    title: The tide
    grader: case
    prompt: It turns.
    steps:
      - ask: What now?
        options:
          - {{text: Wait, ok: true}}
          - {{text: Sail, ok: false}}
    source: {address}
    ```
    """
)


def course() -> Draft:
    return read_notes([InputFile("course.md", COURSE.encode()), InputFile("10-signals.md", SECTION.encode())])


def test_course_file_gives_the_certification() -> None:
    meta = course().course
    assert meta is not None
    assert (meta.certification, meta.code, meta.exam.pass_mark, meta.introduction) == (
        "harbour-pilot",
        "HP-1",
        720,
        "Welcome aboard.",
    )
    assert [(d.number, d.title, d.weight) for d in meta.domains] == [
        (1, "Signals", 60.0),
        (2, "Ropes and Knots", 40.0),
    ]


def test_topics_carry_depth_domain_anchor_line_and_reference() -> None:
    assert [(t.title, t.depth, t.domain, t.anchor, t.line) for t in course().topics] == [
        ("Signals", 0, 1, None, 1),
        ("Flags", 1, 1, None, 7),
        ("Pilot flag", 2, 1, "pilot-flag", 8),
        ("Knots", 2, 2, None, 38),
    ]
    assert course().topics[2].reference == "https://example.org/signals"


def test_notes_hold_text_without_questions_drills_and_marks() -> None:
    note = course().notes[0]
    assert note.markdown == (
        "- **Flag H**: a pilot is on board\n- The flag is lowered within 15 minutes of the pilot's departure\n"
        "- **Blue Peter**: the ship is about to sail"
    )
    assert (note.line_from, note.line_to) == (9, 11)


def test_facts_carry_kind_term_value_and_context() -> None:
    facts = {f.text: f for f in course().facts}
    flag = facts["**Flag H**: a pilot is on board"]
    assert (flag.kind, flag.term, flag.context, flag.line_from) == (
        "definition",
        "Flag H",
        "Signals › Flags › Pilot flag",
        9,
    )
    assert facts["The flag is lowered within 15 minutes of the pilot's departure"].value == "15 minutes"
    assert facts["A bowline makes a loop that does not slip."].topic == 3


def test_authored_questions_of_every_form() -> None:
    questions = course().questions
    assert sorted(q.kind for q in questions) == [
        "cloze",
        "cloze",
        "flashcard",
        "flashcard",
        "multiple_response",
    ]
    red = next(q for q in questions if q.anchor == "red-flag")
    assert (red.stem, red.answer, red.rationale, red.reference, red.line_from, red.line_to) == (
        "What does a red flag on the pier mean?",
        "The harbour is closed.",
        "red stops everybody.",
        "https://example.org/red",
        13,
        16,
    )
    several = next(q for q in questions if q.options)
    assert [(o.text, o.correct, o.rationale) for o in several.options] == [
        ("White over red", True, "That is the pilot light."),
        ("Green over white", False, "That is a trawler."),
        ("Flag H", True, ""),
    ]
    assert several.reference == "https://example.org/signals"


def test_each_cloze_hides_one_hole_and_fills_the_others() -> None:
    first, second = [q for q in course().questions if q.kind == "cloze"]
    assert (first.stem, first.answer) == (
        "The flag is lowered within […] of the pilot's departure",
        "15 minutes",
    )
    assert (second.stem, second.answer) == (
        "The flag is lowered within 15 minutes of the pilot's […]",
        "departure",
    )
    assert first.fact_line == 10 and first.fingerprint != second.fingerprint


def test_a_drill_is_read_and_a_broken_one_is_named_while_the_rest_goes_on() -> None:
    assert [(d.ident, d.spec["title"]) for d in course().drills] == [("closed-harbour", "The closed harbour")]
    broken = "# A\n\n```drill\nid: x\ntitle: [\n```\n\nThe tide turns twice a day here.\n\n```drill\na: &b [1]\nc: *b\n```\n"
    result = draft(broken)
    assert [(w.code, w.path) for w in result.warnings] == [("drill", "notes.md")] * 2
    assert "line" in result.warnings[0].message and "aliases" in result.warnings[1].message
    assert len(result.facts) == 1 and result.drills == ()


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "Book, page 5", "//example.org/"]
)
def test_an_address_that_no_page_may_link_to_is_left_out_with_its_line(address: str) -> None:
    text = COURSE_LESS_SECTION.format(address=json.dumps(address))
    result = draft(text)
    assert [question.reference for question in result.questions] == ["https://example.org/tide", ""]
    assert [drill.spec["source"] for drill in result.drills] == [""]
    assert {topic.reference for topic in result.topics} == {""}
    assert [(w.code, w.line) for w in result.warnings] == [
        ("reference", 1),
        ("reference", 13),
        ("reference", 17),
    ]
    assert "notes.md, line 13" in result.warnings[1].message


def test_lettered_choices_with_an_answer_line() -> None:
    result = draft(
        "# Quiz\n\n**1. Which wind blows from the sea?**\n\nA. Land breeze\nB. Sea breeze\nC. No wind\n\nAnswer: B\n\nAfter it.\n"
    )
    question = result.questions[0]
    assert (question.kind, [o.correct for o in question.options]) == ("multiple_choice", [False, True, False])


def test_details_and_headed_task_lists_are_questions() -> None:
    text = (
        "# Quiz\n\n<details>\n<summary>Why is the sea salty?</summary>\n\nRivers bring salt.\n\n</details>\n\n"
        "### Which rope floats?\n\n- [ ] Steel wire\n- [x] Polypropylene\n"
    )
    kinds = [(q.kind, q.stem) for q in draft(text).questions]
    assert kinds == [("flashcard", "Why is the sea salty?"), ("multiple_choice", "Which rope floats?")]


def test_a_to_do_list_is_not_a_question() -> None:
    assert draft("# Plan\n\nBefore sailing:\n\n- [x] Fill the tank\n- [ ] Check the mast\n").questions == ()


def test_tables_become_one_fact_a_cell_with_row_and_column() -> None:
    facts = draft("# Sails\n\n| Sail | Area | Wind |\n| --- | --- | --- |\n| Jib | 20 m2 | light |\n").facts
    assert [(f.kind, f.text, f.term, f.line_from) for f in facts] == [
        ("comparison", "Jib – Area: 20 m2", "Jib", 5),
        ("comparison", "Jib – Wind: light", "Jib", 5),
    ]


def test_parent_bullets_are_context_not_facts() -> None:
    facts = draft(
        "# Ports\n\n- Opening hours:\n  - The gate closes at 22 hours\n  - The office closes at noon\n"
    ).facts
    assert [f.context for f in facts] == ["Ports › Opening hours"] * 2


def test_link_only_topics_are_stubs() -> None:
    topics = draft("# A\n\n[Read this](https://example.org)\n\n# B\n\nThe sea is deep there.\n").topics
    assert [t.stub for t in topics] == [True, False]


def test_a_duplicate_anchor_is_reported_and_dropped() -> None:
    result = draft("# A {#x}\n\nThe sea is deep there.\n\n# B {#x}\n\nThe sea is wide there.\n")
    assert [t.anchor for t in result.topics] == ["x", None]
    assert [(w.code, w.line) for w in result.warnings] == [("duplicate_anchor", 5)]


def test_anchors_in_every_form_and_none_of_them_is_shown() -> None:
    facts = draft(
        "# A\n\n- The mast is tall {#mast}\n- The keel is deep ^keel\n\n<!-- id: hull -->\n- The hull is round\n"
    ).facts
    assert [(f.text, f.anchor) for f in facts] == [
        ("The mast is tall", "mast"),
        ("The keel is deep", "keel"),
        ("The hull is round", "hull"),
    ]


def test_a_draft_survives_json() -> None:
    whole = course()
    assert Draft.from_json(json.loads(json.dumps(whole.to_json()))) == whole


def test_progress_is_told_and_sources_balance() -> None:
    told: list[tuple[str, int, int]] = []
    result = read_notes(
        [InputFile("a.md", b"# A\n\nText of it.\n"), InputFile("b.md", b"# B\n\nMore text.\n")],
        lambda stage, n, of: told.append((stage, n, of)),
    )
    assert told == [("reading", 1, 2), ("reading", 2, 2), ("outlining", 1, 2), ("outlining", 2, 2)]
    assert all(balanced(source) for source in result.sources)


def test_one_bad_file_costs_only_itself() -> None:
    result = read_notes(
        [InputFile("bad.md", b"\xff\x00\xff"), InputFile("good.md", b"# Good\n\nThe sea is wide.\n")]
    )
    assert [e.path for e in result.errors] == ["bad.md"]
    assert [t.title for t in result.topics] == ["Good"]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1. Which knot makes a loop?\n   A. Bend\n   B. Bowline\n\n   **Answer: B**\n", ["Bowline"]),
        (
            "**Question 1:** Which knot makes a loop?\n\n- A) Bend\n- B) Bowline\n\n**Answer:** B) Bowline\n",
            ["Bowline"],
        ),
        (
            "Which ropes float?\n\nA. Steel\nB. Dyneema\nC. Polypropylene\n\nCorrect answers: B, C\n",
            ["Dyneema", "Polypropylene"],
        ),
        (
            "### Which knot makes a loop?\n\nA. Bend\nB. Bowline\n\n<details><summary>Answer</summary>\n\nB\n\n</details>\n",
            ["Bowline"],
        ),
        ("1. Which knot makes a loop?\n- A. Bend\n- B. Bowline\n- Answer: B\n", ["Bowline"]),
        ("Q: Which knot makes a loop?\n- [ ] Bend\n- [x] Bowline\n", ["Bowline"]),
        (
            "### Q7. Which knot makes a loop?\n\n* [ ] Bend\n* [X] Bowline\n\n**[⬆ Back to Top](#quiz)**\n",
            ["Bowline"],
        ),
    ],
)
def test_choices_in_the_forms_people_keep_them(text: str, right: list[str]) -> None:
    (question,) = draft(f"# Knots\n\n{text}").questions
    assert question.stem in ("Which knot makes a loop?", "Which ropes float?")
    assert [o.text for o in question.options if o.correct] == right
    assert question.kind == ("multiple_choice" if len(right) == 1 else "multiple_response")


def test_options_without_a_key_are_text_not_a_question() -> None:
    result = draft("# Knots\n\nWhich knot makes a loop?\n\n- [ ] Bend\n- [ ] Bowline\n")
    assert result.questions == () and len(result.facts) >= 1


def test_equal_neighbours_and_continuations_are_one_topic() -> None:
    result = draft(
        "# Knots\n\nTie it well today.\n\n# Knots (cont.)\n\nThen pull it tight.\n\n# Bends\n\nA bend joins two ropes.\n"
    )
    assert [t.title for t in result.topics] == ["Knots", "Bends"]
    assert "pull it tight" in result.notes[0].markdown


def test_a_course_says_in_what_order_its_sections_are_read() -> None:
    front = "---\ncertification: tea\ntitle: Tea\ndomains: [{number: 1, title: All, weight: 100}]\nsections: [b.md, gone.md]\n---\n"
    files = [
        InputFile("a.md", b"---\ntitle: First letter\n---\n# First letter\n\n- A leaf is picked by hand.\n"),
        InputFile("b.md", b"---\ntitle: Second letter\n---\n# Second letter\n\n- Water boils at a height.\n"),
        InputFile("course.md", front.encode()),
    ]
    draft = read_notes(files)
    assert [topic.title for topic in draft.topics] == ["Second letter", "First letter"]
    assert ["gone.md" in notice.message for notice in draft.warnings] == [True]
