"""A drill as text: what is wrong with it, line by line, and the same drill written out again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.ingest.front_matter import read_mapping
from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from quizzes import graders
from quizzes.studio import drill_starts, drill_text
from tests.quizzes.graders.samples import TEXTS, drill
from tests.quizzes.studio.test_drill_proof import INLINE

WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["no", "on", "22:30", "012", "1.0", "- a", "{{x}}", "a: b", "a #b", "~", "2026-11-21", "1e3", "'", '"']),
    st.text("\n |>-a:#'\"\\\t", max_size=20),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(WORDS, st.integers(-(10**17), 10**17), st.booleans(), st.none()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("name", TEXTS)
def test_a_drill_is_written_as_it_is_read(name: str) -> None:
    spec = drill(name)
    text = drill_text.written(spec)
    assert read_mapping(text, traps=True) == spec
    assert drill_text.read(text).sound
    assert list(read_mapping(text))[:3] == ["id", "title", "grader"]


def test_keys_that_a_database_sorted_are_put_in_order() -> None:
    turned = json.loads(json.dumps(drill("number"), sort_keys=True))
    text = drill_text.written(turned)
    assert "lamps: {from: 3, to: 60, step: 3}" in text
    assert "- {answer: 0, fails: Cans}" in text
    assert drill_text.read(text).sound


@given(st.dictionaries(st.text("abcxyz", min_size=1, max_size=8), VALUES, max_size=5))
def test_whatever_can_be_read_can_be_written(part: dict[str, Any]) -> None:
    """As JSON comes from a database: of what YAML holds, everything that a drill may."""
    text = drill_text.written({"id": "x", **part})
    try:
        read_mapping(text)
    except ValueError:
        return  # signs that YAML does not have, such as half a character: `read` refuses them
    assert read_mapping(text) == {"id": "x", **part}


@given(st.one_of(st.text(max_size=300), st.text("id: grader:[]{}&*!|>-\n\"'#,x1", max_size=300)))
def test_any_text_is_read_or_told(text: str) -> None:
    found = drill_text.read(text)
    assert found.problems or found.drill
    lines = found.text.count("\n") + 1
    assert all(0 <= one.line <= lines and one.text for one in found.problems)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "said"),
    [
        ("unit: cans", "unit: no", 13, "write"),
        ("grader: number", "grader: numbr", 4, "no grader"),
        ("  lamps: {from: 3, to: 60, step: 3}", "  lamps: {from: 3}", 7, "draw.lamps"),
        ("cans: lamps * ceil(hours / 4)", "cans: lamps * ceil(ours / 4)", 11, "ours"),
        ("label: Cans", "labels: Cans", 15, "no key of this name"),
        ("{answer: 0, fails: Cans}", "{answers: 0}", 20, "answer"),
        ("title: Oil for the lamps", "title: Oil\ntitle: Lamps", 4, "stands twice"),
        ("id: lamp-oil", "id: &a lamp-oil", 2, "Aliases"),
        ("id: lamp-oil", "id: !!python/name:os.system x", 2, "Tags"),
    ],
)
def test_a_mistake_is_told_with_its_line(was: str, becomes: str, line: int, said: str) -> None:
    text = TEXTS["number"]
    assert was in text
    found = drill_text.read(text.replace(was, becomes))
    assert [one.line for one in found.problems] == [line - 1], (
        "the text begins with an empty line, which is left out"
    )
    assert said in found.problems[0].text
    assert found.problems[0].quoted


@pytest.mark.parametrize("sign", ["\\0", "\\ud800"])
def test_signs_that_nobody_can_store_are_refused(sign: str) -> None:
    found = drill_text.read(f'id: x\ntitle: "a{sign}"\ngrader: number\nprompt: p\nexpect: 1\nsay: s')
    assert found.problems[0].line == 2 and "cannot be stored" in found.problems[0].text
    keys = drill_text.read(f'id: x\ntitle: a\ngrader: number\nprompt: p\nexpect: 1\nsay: s\n"l{sign}": 1')
    assert keys.problems


def test_too_long_and_too_deep_are_told() -> None:
    assert "64 KB" in drill_text.read("id: x\n" + "#" * 70_000).problems[0].text
    assert "deeper" in drill_text.read("id: " + "[" * 60 + "]" * 60).problems[0].text
    assert drill_text.read(" \n").problems[0].line == 0


@pytest.mark.parametrize("start", INLINE, ids=lambda start: start.grader)
def test_the_block_for_notes_is_read_back(start: drill_starts.Start) -> None:
    text = drill_starts.start(start.grader) or ""
    block = drill_text.fenced(text)
    notes = f"# Lamps\n\nA lamp burns oil.\n\n{block}\n"
    read = read_notes([InputFile("lamps.md", notes.encode())], graders=graders.names(), check=graders.told)
    assert [one.spec for one in read.drills] == [read_mapping(text, traps=True)]
    drilled = read.drills[0]
    assert drill_text.block_in(notes, drilled.line_from, drilled.line_to) == drill_text.tidy(text)


def test_a_fence_within_makes_the_fence_longer() -> None:
    text = "id: x\nprompt: |\n  ```json\n  {}\n  ```\n"
    assert drill_text.fenced(text).startswith("````drill\n")


def test_ids_that_are_taken_are_not_offered() -> None:
    assert drill_starts.free("id: lamp\ntitle: x\n", {"lamp", "lamp-2"}) == "id: lamp-3\ntitle: x\n"
    assert drill_starts.free("id: lamp\n", ()) == "id: lamp\n"
