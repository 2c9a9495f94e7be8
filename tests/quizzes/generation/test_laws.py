"""What holds for every proposal, whatever the notes say: laws for the whole generator."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.ingest.identity import normalise
from quizzes import question_types
from quizzes.generation import Known, Proposal, propose
from tests.importing import HARBOUR, MARKET
from tests.quizzes.generation.notes import draft, key, wrong

NAMES = [
    "Fog Horn",
    "Sector Light",
    "Range Light",
    "Bell Buoy",
    "Radar Mast",
    "Tide Gauge",
    "Pilot Boat",
    "Signal Mast",
]
SAYS = [
    "{x} prevents collisions between trawlers in dense fog",
    "{x} is a device that measures how high the water stands",
    "**{x}** – a mast that carries coloured balls for passing captains",
    "{x}: guides heavy tankers through the narrow northern channel",
    "Use {x} to warn sailors of shallow water near the mole",
    "{x} must have two independent batteries on board",
    "If {x} fails, the harbour master closes the northern channel",
    "{x} can store at most 14 days of readings",
    "{x} is painted every spring by default",
    "Prevents collisions between trawlers in dense fog",
    "{x} requires a licence from the **Harbour Office**",
    "- good for long nights at sea",
    "The default range of {x} is 12 miles",
    "Routes in winter depend on `tide.table` and the wind",
    "It prevents nothing at all on calm days",
]
_LINE = st.builds(
    lambda say, name, mark: mark + say.format(x=name),
    st.sampled_from(SAYS),
    st.sampled_from(NAMES),
    st.sampled_from(["- ", "  - ", "", "1. "]),
)
_TITLE = st.builds(
    "## {}".format, st.sampled_from([*NAMES, "Overview", "Rules of the harbour", "Types of lights"])
)
_ROW = st.builds(
    "| {} | {} | {} |".format,
    st.sampled_from(NAMES),
    st.sampled_from(["yes", "no", "5 m", "12 m"]),
    st.text("abc ", max_size=9),
)
_TABLE = st.lists(_ROW, min_size=1, max_size=5).map(
    lambda rows: "\n".join(["", "| Device | Height | Colour |", "|---|---|---|", *rows, ""])
)
NOTES = st.lists(st.one_of(_LINE, _LINE, _LINE, _TITLE, _TABLE), max_size=30).map(
    lambda lines: "\n".join(["# Harbour", *lines])
)


def sentence_of(stem: str) -> str:
    """The stem without the line that says where it stands."""
    return stem.split("\n\n", 1)[1] if stem.startswith("*") and "\n\n" in stem else stem


@settings(max_examples=80, deadline=None)
@given(NOTES)
def test_every_proposal_can_be_asked_and_gives_nothing_away(text: str) -> None:
    for one in propose(draft(text)):
        assert question_types.get(one.kind).validate(one.stem, one.payload) == []
        assert len(one.flaws) <= 1
        assert f" {normalise(key(one))} " not in f" {normalise(sentence_of(one.stem))} "
        if "options" in one.payload:
            options = [normalise(option["text"]) for option in one.payload["options"]]
            assert len(set(options)) == len(options) == 4


@settings(max_examples=60, deadline=None)
@given(NOTES, st.sampled_from(NAMES))
def test_what_a_source_says_of_a_name_is_never_a_wrong_option(text: str, name: str) -> None:
    """Let another upload say of `name` all that the notes say of anything: then it answers every such question."""
    others = tuple(
        Known(say.format(x=name), "Elsewhere") for say in SAYS if "{x}" in say and not say.startswith("If")
    )
    for one in propose(draft(text), others):
        if one.pattern in ("says", "is_a", "use_for", "definition") and "options" in one.payload:
            assert name not in wrong(one)


@settings(max_examples=40, deadline=None)
@given(NOTES)
def test_the_same_notes_give_the_same_proposals(text: str) -> None:
    first, second = propose(draft(text)), propose(draft(text))
    assert first == second
    assert len({one.fingerprint for one in first}) == len(first)


@settings(max_examples=40, deadline=None)
@given(NOTES)
def test_no_two_proposals_of_a_topic_ask_the_same(text: str) -> None:
    made = propose(draft(text), most_per_topic=50)
    asked = [(one.topic, normalise(one.stem), normalise(key(one))) for one in made]
    assert len(set(asked)) == len(asked)


def names(made: list[Proposal]) -> dict[tuple[str, ...], str]:
    return {(one.pattern, one.kind, one.stem, key(one)): one.fingerprint for one in made}


def test_a_fingerprint_survives_cosmetic_edits() -> None:
    text = HARBOUR + MARKET
    edited = re.sub(r"\*\*([^*]+)\*\*", r"__\1__", text).replace("\n- ", "\n* ")
    before, after = (names(propose(draft(one), most_per_topic=50)) for one in (text, edited))
    common = before.keys() & after.keys()
    assert len(common) >= 0.9 * len(before)
    assert all(before[one] == after[one] for one in common)


@pytest.mark.parametrize("seed", range(5))
def test_a_fingerprint_survives_other_facts_coming_and_going(seed: int) -> None:
    """Distractors change with what else there is; whose question it is does not."""
    draw = random.Random(seed)
    lines = [f"- {say.format(x=name)}." for name in NAMES for say in draw.sample(SAYS[:9], 3)]
    text = "# Harbour\n\n" + "\n".join(lines)
    fewer = "# Harbour\n\n" + "\n".join(line for line in lines if draw.random() < 0.7)
    before, after = (names(propose(draft(one), most_per_topic=100)) for one in (text, fewer))
    assert before.keys() & after.keys()
    assert all(before[one] == after[one] for one in before.keys() & after.keys())


def test_shared_words_are_kept_apart_by_their_headings() -> None:
    """“Up to 10” under two headings is two statements."""
    text = "# Pier\n\n## East Pier\n\n- Holds at most 10 days of cargo in winter.\n\n## West Pier\n\n- Holds at most 10 days of cargo in winter.\n"
    made = propose(draft(text))
    assert len({one.fingerprint for one in made}) == len(made)


def test_patterns_are_files_and_every_one_has_a_test() -> None:
    folder = Path(__file__).parent
    told = "".join(path.read_text("utf-8") for path in folder.glob("test_*.py"))
    from quizzes.generation.registry import patterns

    assert [name for name in patterns() if f'"{name}"' not in told] == []
