"""The rubric, the ranking, and what holds for every proposal, whatever the notes say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.ingest.identity import normalise
from quizzes import question_types
from quizzes.generation import Proposal, propose
from quizzes.generation.rubric import flaws
from tests.importing import HARBOUR, MARKET
from tests.quizzes.generation.notes import draft, key, wrong


@pytest.mark.parametrize(
    ("kind", "stem", "answer", "options", "flaw"),
    [
        ("multiple_choice", "What lights the way at night?", "a very tall tower with a lamp on top of it",
         ["a bell", "a flag", "a rope"], "longest_key"),
        ("multiple_choice", "Which tower lights the way?", "the light tower", ["a bell", "a flag", "a rope"], "word_repeated"),
        ("multiple_choice", "Which one lights the way?", "a lamp", ["a bell", "a flag", "none of the above"], "all_or_none"),
        ("multiple_choice", "Which one lights the way?", "a lamp", ["never a bell", "a flag", "a rope"], "absolute_term"),
        ("multiple_choice", "Which one does not light the way?", "a bell", ["a lamp", "a fire", "a torch"], "negative_stem"),
        ("multiple_choice", "Which one lights the way?", "a lamp", ["an oil lamp", "a lamp post", "a rope"], "overlap"),
        ("multiple_choice", "Which one lights the way?", "a lamp", ["a bell", "a flag"], "few_options"),
        ("cloze", "[…] lights the way for ships at night.", "The lamp", [], "blank_first"),
        ("cloze", "Ships see […].", "the lamp on top of the old tower", [], "blank_too_long"),
        ("flashcard", "What is it?", "it " * 50, [], "long_answer"),
        ("flashcard", "It hangs on the tower: what is that?", "a lamp", [], "pronoun"),
        ("multiple_choice", "Take an […].", "oar", ["net", "rope", "flag"], "grammatical_cue"),
        ("flashcard", "Is the lamp a lamp?", "the lamp", [], "answer_given"),
    ],
)  # fmt: skip
def test_the_rubric_sees(kind: str, stem: str, answer: str, options: list[str], flaw: str) -> None:
    assert flaw in flaws(kind, stem, answer, options)


def test_a_sound_item_has_no_flaw() -> None:
    assert (
        flaws("multiple_choice", "What guides a ship at night?", "a lamp", ["a flag", "a rope", "a net"])
        == ()
    )
    assert flaws("cloze", "A keeper stays at most […] days on the tower.", "14", []) == ()


def test_at_most_so_many_a_topic_and_every_fact_first() -> None:
    made = propose(draft(HARBOUR), most_per_topic=3)
    topics = [one.topic for one in made]
    assert max(topics.count(topic) for topic in topics) <= 3
    assert len({(one.topic, one.fact) for one in made}) == len(made)


def test_nothing_is_proposed_where_the_author_made_a_gap() -> None:
    made = propose(draft("# Sea\n\nThe tide turns every ==6== hours at most in this harbour.\n"))
    assert made == []


def test_a_stem_with_two_answers_is_not_asked() -> None:
    text = "# Lamps\n\n- A lamp burns at most {0} days without oil.\n"
    assert propose(draft(text.format(3)))
    assert propose(draft(text.format(3) + text.format(5).removeprefix("# Lamps\n\n"))) == []


def test_the_same_notes_give_the_same_proposals() -> None:
    text = HARBOUR + MARKET
    assert propose(draft(text)) == propose(draft(text))
    assert len({one.fingerprint for one in propose(draft(text))}) == len(propose(draft(text)))


def test_a_proposal_survives_json() -> None:
    for one in propose(draft(HARBOUR)):
        assert Proposal.from_json(json.loads(json.dumps(one.to_json()))) == one


_WORD = st.sampled_from(
    [
        "**Lamp**",
        "tower",
        "is a",
        "14 days",
        "–",
        ":",
        "at most",
        "[x]",
        "==6==",
        "the",
        "**Big Bell**",
        "=",
        "Note",
        "(old)",
    ]
)
_LINE = st.lists(_WORD, min_size=1, max_size=9).map(" ".join)
_NOTES = st.lists(
    st.builds(lambda mark, line: mark + line, st.sampled_from(["- ", "  - ", "# ", "", "| "]), _LINE),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(_NOTES)
def test_whatever_the_notes_say_every_proposal_can_be_asked(lines: list[str]) -> None:
    for one in propose(draft("\n".join(["# Harbour", *lines]))):
        assert question_types.get(one.kind).validate(one.stem, one.payload) == []
        assert len(one.flaws) <= 1
        assert normalise(key(one)) not in {normalise(text) for text in wrong(one)}
        assert 1 <= one.line_from <= one.line_to <= len(lines) + 1
