"""Questions in the shapes in which people write them, and lists that are none. All of it our own words."""

from __future__ import annotations

import pytest

from content.ingest.model import QuestionDraft
from tests.content.ingest.helpers import balanced, draft


def keys(text: str) -> list[tuple[str, ...]]:
    """The right options, or the answer, of each question in order."""
    return [_key(question) for question in draft(text).questions]


def _key(question: QuestionDraft) -> tuple[str, ...]:
    return tuple(option.text for option in question.options if option.correct) or (question.answer,)


OPTIONS = "A. Land breeze\nB. Sea breeze\nC. Trade wind\nD. No wind\n"
SHAPES = {
    "dots": OPTIONS + "\nAnswer: B",
    "brackets": "a) Land breeze\nb) Sea breeze\nc) Trade wind\n\nAns - b",
    "round": "(A) Land breeze\n(B) Sea breeze\n(C) Trade wind\nAnswer is (B)",
    "square": "[A] Land breeze\n[B] Sea breeze\n[C] Trade wind\nRight answer: b",
    "bullets": "- A) Land breeze\n- B) Sea breeze\n- C) Trade wind\n\n**Answer**: B. because the land is warmer",
    "colons": "- A: Land breeze\n- B: Sea breeze\n- C: Trade wind\n\n#### Answer: B",
    "bold letters": "**A.** Land breeze\n\n**B.** Sea breeze\n\n**C.** Trade wind\n\n**Correct Answer:** *B*",
    "escaped": "A\\. Land breeze\n\nB\\. Sea breeze\n\nC\\. Trade wind\n\nCorrect option: (b)",
    "boxes": "- [ ] Land breeze\n- [x] Sea breeze\n- [ ] Trade wind",
    "boxes with letters": "- [ ] **A)** Land breeze\n- [ ] **B)** Sea breeze\n\n<details>\n<summary>🔍 Show</summary>\n\n**✅ Correct Answer: B**\n\n</details>",
    "check mark": "A) Land breeze\nB) Sea breeze ✅\nC) Trade wind",
    "heavy check": "* ❌ Land breeze\n* ✔️ Sea breeze\n* ❌ Trade wind",
    "correct in words": "- a) Land breeze\n- b) Sea breeze (correct)\n- c) Trade wind",
    "arrow": "A) Land breeze\nB) Sea breeze <-- correct\nC) Trade wind",
    "star": "a)  Land breeze\n*b) Sea breeze\nc)  Trade wind",
    "bold option": "A. Land breeze\n**B. Sea breeze**\nC. Trade wind",
    "verdict below": "**A.** Land breeze\n*Incorrect.* It blows out.\n\n**B.** Sea breeze\n*Correct.* It blows in.\n\n**C.** Trade wind\n*Incorrect.* It is far off.",
    "fold": "- A. Land breeze\n- B. Sea breeze\n- C. Trade wind\n\n<details markdown=1><summary markdown='span'>Answer</summary>\n\nCorrect answer: B\n\n</details>",
    "fold with a letter": "A. Land breeze\nB. Sea breeze\n\n<details>\n<summary>Show answer</summary>\nB\n</details>",
    "html list": "<ul>\n  <li>A. Land breeze</li>\n  <li>B. Sea breeze</li>\n</ul>\n<details>\n<summary>Answer</summary>\n<p>Correct answer: B</p>\n</details>",
    "box of a vault": "A) Land breeze\nB) Sea breeze\n\n> [!success]- Answer\n> **Correct Answer: B**\n>\n> The land is warmer.",
    "words": "A. Land breeze\nB. Sea breeze\nC. Trade wind\nAnswer: Sea breeze",
    "letter and words": "A. Land breeze\nB. Sea breeze\nC. Trade wind\nAnswer: B. Sea breeze",
    "next line": OPTIONS + "\nAnswer\n\nB",
    "sentence": OPTIONS + "\nThe correct answer is B because the land is warmer.",
    "verdict alone": "Land breeze\n\nSea breeze\n(Correct)\n\nTrade wind\n\nExplanation\nThe land is warmer.",
    "verdict above": "Land breeze\nCorrect answer\nSea breeze\nTrade wind",
    "choices below a heading": "## Choices\n\n- [ ] **A:** Land breeze\n- [x] **B:** Sea breeze\n\n---\n\n## Answer\n\n**Correct:** B",
    "letters for a plain list": "- Land breeze\n- Sea breeze\n- Trade wind\n\n<details>\n<summary>Answer</summary>\n\nB. The land is warmer.\n</details>",
    "out of order": "- b. Sea breeze ✅\n- a. Land breeze\n- c. Trade wind",
    "out of order after the first": "- a. Land breeze\n- **c. Sea breeze** ✅\n- b. Trade wind",
    "in a comment": OPTIONS + "\n<!-- Answer: B -->",
    "in another language": OPTIONS + "\nRespuesta correcta: B",
    "one line": "A) Land breeze  B) Sea breeze  C) Trade wind\nAnswer: B",
    "numbers": "   1. Land breeze\n   2. Sea breeze\n   3. Trade wind\n\n   Answer: 2",
    "rule between": OPTIONS + "\n---\n\n**Answer: B**",
    "wrapped": "A. A wind that blows\nfrom the land\nB. Sea breeze\nC. A wind that\n   never rests\nAnswer: B",
    "listed again": "A. Land breeze\nB. Sea breeze\nC. Trade wind\n\n__Suggested Answers__\n\n- A\n- B - Correct\n- C",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("stem", ["1. Which wind blows from the sea?", "### Which wind blows from the sea?", "**Question 4**\n\nIt is noon.\n\nWhich wind blows from the sea?"])  # fmt: skip
def test_the_key_of_every_shape(shape: str, stem: str) -> None:
    text = f"# Winds\n\n{stem}\n\n{SHAPES[shape]}\n\nAfter it the harbour sleeps until the evening.\n"
    result = draft(text)
    question = result.questions[0]
    assert [option.text.casefold() for option in question.options if option.correct] == ["sea breeze"]
    assert "Which wind blows from the sea?" in question.stem
    assert len(result.questions) == 1 and not [w for w in result.warnings if w.code.startswith("question")]
    assert balanced(result.sources[0])


def test_several_right_options() -> None:
    options = "A. Ropes\nB. Clouds\nC. Anchors\nD. Rain\n"
    for answer in ("Answer: A, C", "Answer: AC", "Correct Answers: A and C", "Answer: A. Ropes, C. Anchors"):
        assert keys(f"Q1. Which two are gear? (Choose two.)\n{options}{answer}\n") == [("Ropes", "Anchors")]


def test_a_scenario_stands_in_the_stem_and_an_explanation_below() -> None:
    text = (
        "## Question 7\n\nA ferry leaves at noon.\n\nThe tide is low until one.\n\nWhat should the master do?\n\n"
        "A. Leave at noon\nB. Wait for the tide\n\n**Answer: B**\n\n**Explanation**\n\nThe bar is dry.\n\nIt floods at one.\n\n"
        "**Reference:** https://example.org/tides\n\n## Question 8\n\nWho keeps the log?\n\nA. The mate\nB. The cook\n\nAnswer: A\n"
    )
    first, second = draft(text).questions
    assert first.stem == "A ferry leaves at noon.\n\nThe tide is low until one.\n\nWhat should the master do?"
    assert (first.rationale, first.reference) == (
        "The bar is dry.\n\nIt floods at one.",
        "https://example.org/tides",
    )
    assert (second.stem, second.line_from) == ("Who keeps the log?", 22)


def test_an_explanation_that_is_an_address_is_a_reference() -> None:
    text = "1. Who keeps the log?\n\n- A. The mate\n- B. The cook\n\nAnswer: A\n\nExplanation: <https://example.org/log>\n"
    question = draft(text).questions[0]
    assert (question.rationale, question.reference) == ("", "https://example.org/log")


def test_code_stays_code_in_stem_and_options() -> None:
    text = "**1. What does it print?**\n\n```python\nprint(2 + 3)\n```\n\nA.\n```\n5\n```\n\nB.\n```\n23\n```\n\nAnswer: A\n"
    question = draft(text).questions[0]
    assert "```\nprint(2 + 3)\n```" in question.stem
    assert [(option.text, option.correct) for option in question.options] == [("`5`", True), ("`23`", False)]


KEYS = {
    "list": "## Answers\n\n1. B\n2. A\n",
    "one line": "Answers: 1-B 2-A\n",
    "reasons": "### Answer key\n\n1. **B** — it floats.\n2. **A** — it sinks.\n",
    "folded": "## Answer key\n\n<details>\n<summary>Click to reveal answers</summary>\n\n1. **B** — it floats.\n\n2. A\n\n</details>\n",
    "table": "## Answer key\n\n| Q | Answer |\n|---|---|\n| 1 | B |\n| 2 | A |\n",
    "wide table": "## Answer sheet\n\n| Question | 1 | 2 |\n|---|---|---|\n| Answer | b | a |\n",
}


@pytest.mark.parametrize("form", KEYS)
def test_a_key_at_the_end(form: str) -> None:
    asked = "# Quiz\n\n1. Which rope floats?\n   A) Steel\n   B) Polypropylene\n2. Which sinks?\n   A) Steel\n   B) Cork\n\n"
    assert keys(asked + KEYS[form]) == [("Polypropylene",), ("Steel",)]
    assert {d.reason for d in draft(asked + KEYS[form]).sources[0].discarded} == {"answer key"}


def test_each_section_has_its_own_key_also_when_all_keys_stand_at_the_end() -> None:
    one, two = "1. Red or green?\n   A. Red\n   B. Green\n", "1. Port or stern?\n   A. Port\n   B. Stern\n"
    two_each = "2. Up or down?\n   A. Up\n   B. Down\n"
    apart = f"# One\n\n{one}{two_each}\n### Answers\n\n1. A\n2. B\n\n# Two\n\n{two}{two_each}\n### Answers\n\n1. B\n2. A\n"
    together = f"# One\n\n{one}{two_each}\n# Two\n\n{two}{two_each}\n# Answers\n\n## Of part 1\n\nAnswers: 1-A 2-B\n\nAnswers: 1-B 2-A\n"
    assert keys(apart) == keys(together) == [("Red",), ("Down",), ("Stern",), ("Up",)]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("A. Hemp\nB. Steel\n\nAnswer: E", "cannot be matched"),
        ("A. Hemp ✅\nB. Steel\n\nAnswer: B", "different options"),
        ("A. Hemp\nB. Steel\n", "no answer is given"),
        ("A. Hemp\nB. Steel\n\nAnswer: A rope of straw", "cannot be matched"),
        ("A. Hemp\nB. Hemp\n\nAnswer: A", "say the same"),
        ("- [x] Hemp\n- [x] Steel\n", "all of its options"),
    ],
)
def test_a_key_is_never_guessed(options: str, why: str) -> None:
    text = f"1. Which rope floats?\n\nA. Steel\nB. Cork\n\nAnswer: B\n\n2. Which rope is old?\n\n{options}\n\n3. Who ties it?\nA. A sailor\nB. A baker\nAnswer: A\n"
    result = draft(text)
    told = [w for w in result.warnings if w.code == "question_without_key"]
    assert [question.stem for question in result.questions] == ["Which rope floats?", "Who ties it?"]
    assert [(w.line, why in w.message) for w in told] == [(8, True)]
    assert not [fact for fact in result.facts if "Hemp" in fact.text]


def test_an_article_is_no_letter() -> None:
    options = "A. Gateway\nB. A buoy\nC. A quay\n"
    assert keys(f"Q1. What marks the channel?\n{options}Answer: A buoy\n") == [("A buoy",)]


def test_a_key_that_names_too_few_is_taken_and_told() -> None:
    result = draft("Q1. Which two float? (Choose two.)\nA. Cork\nB. Wood\nC. Lead\nAnswer: A\n")
    assert (len(result.questions), [w.code for w in result.warnings]) == (1, ["question_count"])


CARDS = {
    "labels": ("**Q1: What is a quay?**\n\nA1: A wall to moor at.\n\nIt is of stone.\n\n**Q2: What is a pier?**\n\nA2: A bridge into the sea.\n", ["A wall to moor at.\n\nIt is of stone.", "A bridge into the sea."]),
    "answer in bold": ("**Q. What is a quay?**\n**Ans:** A wall to moor at.\n", ["A wall to moor at."]),
    "heading and answer": ("### Explain mooring\n\n#### Answer\n\nTying a ship up.\n", ["Tying a ship up."]),
    "fold": ("<details>\n<summary>What is a quay?</summary><br><b>\n\n* A wall\n* of stone\n</b></details>\n", ["- A wall\n- of stone"]),
    "heading above a fold": ("### What is a quay?\n\n<details><summary>Answer</summary>\nA wall to moor at.\n</details>\n", ["A wall to moor at."]),
    "table": ("| Question | Answer |\n|---|---|\n| What is a quay? | A wall |\n| What is a pier? | A bridge |\n", ["A wall", "A bridge"]),
    "question mark alone": ("What is a quay?\n?\nA wall to moor at.\n", ["A wall to moor at."]),
    "holes of card programs": ("A {{c1::quay}} is of {{c2::stone::material}}.\n", ["quay", "stone"]),
    "three colons and two semicolons": ("quay ::: wall\n\nWhich knots hold? ;;\n- Bowline\n- Hitch\n", ["wall", "- Bowline\n- Hitch"]),
    "a front of two lines": ("As the chart\nsays, what is shoal?\n?\nShallow water.\n", ["Shallow water."]),
    "front and back": ("### Front\n\nWhat is a quay?\n\n### Back\n\nA wall to moor at.\n", ["A wall to moor at."]),
    "the letter of an option that is not there": ("**1. What is a quay?**\n**Answer:** b) A wall\n", ["A wall"]),
    "true or false": ("1. True or false: a quay floats.\n   **Answer:** False\n", ["False"]),
}  # fmt: skip


@pytest.mark.parametrize("form", CARDS)
def test_cards(form: str) -> None:
    text, answers = CARDS[form]
    assert [question.answer for question in draft(f"# Harbour\n\n{text}").questions] == answers


def test_a_table_with_options() -> None:
    text = "| # | Question | A | B | C | Answer |\n|---|---|---|---|---|---|\n| 1 | Which floats? | Lead | Cork | Tin | B |\n"
    assert keys(text) == [("Cork",)]


ASKING = [
    ("What is a quay?", "A wall to moor at."),
    ("What is a pier?", "A bridge."),
    ("Why moor?", "To stay."),
]


@pytest.mark.parametrize("mark", ["## {}", "1. **{}**", "**{}**"])
def test_a_file_full_of_questions_is_cards_and_a_few_headings_that_ask_are_topics(mark: str) -> None:
    def file(pairs: list[tuple[str, str]]) -> str:
        return "# Harbour\n\n" + "".join(f"{mark.format(stem)}\n\n{answer}\n\n" for stem, answer in pairs)

    many = draft(file([*ASKING, ("Who moors?", "The crew."), ("When?", "At night.")]))
    assert [question.answer for question in many.questions][:2] == ["A wall to moor at.", "A bridge."]
    assert len(many.questions) == 5 and [topic.title for topic in many.topics] == ["Harbour"]
    assert draft(file(ASKING)).questions == ()


ORDINARY = """
# Harbour

## What can be moored?

- Ships up to 90 metres
- Any number of boats

Which berths are there:

a) North
b) South
c) The **mole**

1. Call the tower
2. Wait
3. Enter

## To do

- [x] Read the chart
- [ ] Call the pilot

Q&A is on Friday. Answer the mail.

| Berth | Question |
|---|---|
| North | Where does it lie? |

Key points:
1. B is for boats
2. O is for oars

Which berth to choose?

- If you carry fish: north
- If you carry coal: **south**

Options:

A. One mast
B. Two masts
"""


def test_boxes_of_one_question_end_where_the_next_one_begins() -> None:
    text = "## Ropes\nSelect what floats:\n- [x] Cork\n- [ ] Lead\n\nWho ties it?\n- [ ] Cook\n- [x] Mate\n## Sails\n"
    assert keys(text) == [("Cork",), ("Mate",)]


def test_ordinary_lists_are_no_questions() -> None:
    result = draft(ORDINARY)
    assert result.questions == ()
    assert not [w for w in result.warnings if w.code.startswith("question")]
    assert balanced(result.sources[0])
