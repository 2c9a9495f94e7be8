"""Formulas, draws and filling: what can be written, what cannot, and that nothing else is ever computed."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import graders
from quizzes.graders.base import Check, Verdict
from quizzes.graders.engine.draw import BadDraw, combinations, draw, draws, let_order
from quizzes.graders.engine.drill import content_hash, variants
from quizzes.graders.engine.filling import TooLong, filled, shown
from quizzes.graders.engine.formulas import BadFormula, value_of
from quizzes.graders.engine.mutants import broken_data, broken_number, broken_order
from quizzes.graders.engine.mutation import mutation
from quizzes.graders.engine.selftest import names, selftest
from tests.patience import comes_to_an_end
from tests.quizzes.graders.samples import drill

VALUES = {"a": 7, "b": 2.5, "row": {"port": 443}, "list": [3, 1, 2], "word": "tea", "on": True}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("a + b * 2", 12.0),
        ("ceil(a / 2)", 4),
        ("ceil(1.1 * 10)", 11),
        ("floor(0.3 / 0.1)", 3),
        ("round(2.5)", 3),
        ("round(2.345, 2)", 2.35),
        ("max(a, 3) - min(1, b)", 6),
        ("abs(-a) % 4", 3),
        ("a // 2 ** 1", 3),
        ("len(list) + sum(list) + list[0]", 12),
        ("sorted(list)[-1]", 3),
        ("row.port", 443),
        ("'yes' if 3 < a <= 7 and not b == 2 else 'no'", "yes"),
        ("word + '-pot'", "tea-pot"),
        ("2 in list", True),
        ("[a, {'k': b}][1]['k']", 2.5),
        ("read_units(reads=10, item_kb=5)", 20),
        ("on or missing", True),
    ],
)
def test_formulas(formula: str, value: Any) -> None:
    assert value_of(formula, VALUES) == value


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os')", "open('x')", "a.__class__", "word.upper()", "(lambda: 1)()", "[x for x in list]", "f'{a}'",
        "9 ** 99", "10 ** 9 ** 9", "'x' * 999999999", "word % 3", "a / 0", "nothing", "list[9]", "1 if", "", "a = 1",
        "row.nothing", "b'x'", "1j", "a @ b", "~a", "{**row}", "print(a)", "max(list, key=len)", "10 ** 18 * 10", "...",
        "x" * 600, "+".join(["1"] * 300), "-" * 300 + "1", "read_units(5, 4)", "read_units(reads=1)", "a < 'x'",
        "word is word", "round(1.5, 99)", "len(a)", "sum(word)", "a; b", "list[0:2]", "*list", "(a := 3)", "row['x']",
        "(-8) ** 0.5", "min()", "1e999", "-word", "sorted([1, 'a'])", "(yield)", "await a",
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(BadFormula):
        value_of(formula, VALUES)


@given(st.text(alphabet="abrow.ptlis()[]{}+-*/%<>=!,'\"0123456789 notandifelse\n", max_size=60))
def test_a_formula_has_a_value_or_is_refused(formula: str) -> None:
    with comes_to_an_end(), contextlib.suppress(BadFormula):
        value_of(formula, VALUES)


DRAWN: dict[str, Any] = {
    "id": "d",
    "draw": {
        "n": {"from": 10, "to": 50, "step": 10},
        "f": {"from": 0.1, "to": 0.5, "step": 0.1},
        "one": ["x", "y"],
        "row": {"choose": [{"k": 1}, {"k": 2}]},
        "two": {"sample": ["p", "q", "r"], "count": 2},
        "mixed": {"shuffle": [1, 2, 3]},
    },
}


@given(st.integers(-(10**6), 10**9))
def test_a_seed_draws_the_same_values_again(seed: int) -> None:
    values = draw(DRAWN, seed)
    assert values == draw(DRAWN, seed)
    assert values["n"] in (10, 20, 30, 40, 50)
    assert values["f"] in (0.1, 0.2, 0.3, 0.4, 0.5)
    assert sorted(values["mixed"]) == [1, 2, 3]
    assert len(set(values["two"])) == 2


def test_a_new_name_leaves_the_values_of_the_others_as_they_were() -> None:
    more = {**DRAWN, "draw": {"first": [1, 2, 3], **DRAWN["draw"]}}
    assert all(draw(more, seed).items() >= draw(DRAWN, seed).items() for seed in range(20))


def test_every_combination_can_be_drawn() -> None:
    small = {"id": "s", "draw": {"a": [1, 2, 3], "b": {"from": 1, "to": 3}}, "where": "a != b"}
    assert combinations(small) == 9
    assert len(list(draws(small))) == 6
    assert {(v["a"], v["b"]) for v in (draw(small, seed) for seed in range(200))} == {
        (v["a"], v["b"]) for v in draws(small)
    }


def test_what_can_never_be_drawn_says_so() -> None:
    with pytest.raises(BadDraw, match="200 draws"):
        draw({"id": "s", "draw": {"a": [1]}, "where": ["a > 1"]}, 0)


def test_lists_of_lists_end_before_they_grow() -> None:
    lists = {"l0": "[1, 1]", **{f"l{n}": f"[{', '.join([f'l{n - 1}'] * 30)}]" for n in range(1, 30)}}
    with pytest.raises(BadDraw, match="holds too much"):
        draw({"id": "s", "draw": {}, "let": lists}, 0)
    rows = {"l0": "{'key': 'lamp'}", **{f"l{n}": f"[l{n - 1}, {{'k': l{n - 1}}}]" for n in range(1, 40)}}
    with pytest.raises(BadDraw, match="holds too much"):
        draw({"id": "s", "draw": {}, "let": rows}, 0)


def test_formulas_may_stand_in_any_order() -> None:
    """PostgreSQL keeps the keys of JSON sorted: what is published must be what was written."""
    written = drill("number", let={"shared": "cans - lamps", "cans": "lamps * ceil(hours / 4)"}, where=None)
    turned = {**written, "let": dict(reversed(written["let"].items()))}
    assert let_order(written) == ("cans", "shared")
    assert [draw(written, seed) for seed in range(5)] == [draw(turned, seed) for seed in range(5)]
    assert variants(written) == variants(turned)
    round_and_round = {"id": "s", "draw": {}, "let": {"a": "b", "b": "a"}}
    with pytest.raises(BadDraw, match="b"):
        draw(round_and_round, 0)


def test_values_are_filled_in_once_and_keep_their_kind() -> None:
    spec = {
        "prompt": "{{n}} of {{ n }} and {{resolve:ssm:/n:1}} {{row.k}} {{text}}",
        "let": {"n": "1"},
        "checks": [{"expect": "{{n}}", "{{text}}": ["{{list}}", "{{on}}"]}],
    }
    values = {"n": 5.0, "row": {"k": 0.30000000000000004}, "text": "{{n}}", "list": [1, 2], "on": True}
    done = filled(spec, values)
    assert done["prompt"] == "5 of {{ n }} and {{resolve:ssm:/n:1}} 0.3 {{n}}"
    assert done["checks"] == [{"expect": 5.0, "{{n}}": [[1, 2], True]}]
    assert "let" not in done
    assert filled({"prompt": "{{list}} {{on}}"}, values)["prompt"] == "1, 2 true"
    assert shown(None) == "" and shown(1e20) == "1e+20"


def test_a_filled_drill_stays_within_bounds() -> None:
    with pytest.raises(TooLong):
        filled({"prompt": "{{a}} " * 2_000}, {"a": "x" * 1_000})


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"grader": "oracle"}, "grader", "no grader “oracle”"),
        ({"title": None}, "title", "no “title”"),
        ({"colour": "red"}, "colour", "no key of this name"),
        ({"draw": {"lamps": {"from": 3}}}, "draw.lamps", "Write a list"),
        ({"draw": {"lamps": {"from": 9, "to": 3}}}, "draw.lamps", "must not be below"),
        ({"draw": {"lamps": []}}, "draw.lamps", "nothing to choose"),
        ({"draw": {"max": [1]}}, "draw.max", "not that of a function"),
        ({"draw": [1]}, "draw", "names with values"),
        ({"draw": {"lamps": {"sample": [1], "count": 3}}}, "draw.lamps.count", "from 1 to 1"),
        ({"let": {"cans": "lamps *"}}, "let.cans", "is not a formula"),
        ({"let": {"cans": "lamp * 2", "shared": 1}}, "let.cans", "there is no “lamp”"),
        (
            {"let": {"cans": "shared + 1", "shared": "cans + 1"}},
            "let.cans",
            "waits for another, or for itself: cans, shared",
        ),
        ({"let": {"cans": "cans + 1", "shared": 1}}, "let.cans", "or for itself: cans"),
        ({"where": "cans ="}, "where[0]", "is not a formula"),
        ({"where": "1 > 2"}, "where", "no values were found"),
        ({"prompt": "{{lamps}} {{candles}}"}, "prompt", "there is no “candles”"),
        (
            {"prompt": "{{lamps[0]}} {{resolve:ssm:/a:1}} {{ lamps }}"},
            "prompt",
            "{{lamps[0]}}: braces hold a name",
        ),
        ({"hints": "look"}, "hints", "list of texts"),
        ({"bad": ["12"]}, "bad[0]", "`answer`"),
        ({"bad": [{"answer": "1", "says": "x"}]}, "bad[0]", "nothing else"),
        ({"checks": [{"label": "x"}]}, "checks[0]", "the sentence that teaches"),
        ({"checks": "all"}, "checks", "list of checks"),
        ({"expect": "{{unit}}", "unit": "x"}, "expect", "there is no “unit”"),
        ({"traps": [{"value": 1}]}, "traps[0]", "`value` and `say`"),
        ({"tolerance": "much"}, "tolerance", "share such as 5%"),
        ({"say": None}, "say", "how the figure is computed"),
        ({"expect": None}, "expect", "`calculate`"),
        ({"expect": None, "calculate": {"name": "nope"}}, "calculate", "no calculator"),
        (
            {"expect": None, "calculate": {"name": "read_units", "reads": 1}},
            "calculate",
            "“item_kb” is missing",
        ),
        (
            {"expect": None, "calculate": {"name": "write_units", "writes": 1, "item_kb": 1, "x": 2}},
            "calculate",
            "“x”",
        ),
    ],
)
def test_what_an_author_must_mend_is_told_with_its_place(
    changes: dict[str, Any], path: str, words: str
) -> None:
    told = graders.told(drill("number", **changes))
    assert any(where == path and words in text for where, text in told), told


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 99) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["draw", "let", "where", "checks", "good", "bad", "hints", "items", "order", "choices", "right",
                     "network", "series", "alarm", "given", "traps", "expect", "calculate", "say", "steps", "people"]),
    st.sampled_from(sorted(["number", "order", "pick", "alarm", "packets", "file", "cors", "bucket", "case"])),
)  # fmt: skip
def test_whatever_an_author_writes_there_is_a_list_of_problems(value: Any, key: str, name: str) -> None:
    told = graders.told(drill(name, **{key: value}))
    assert all(isinstance(path, str) and text for path, text in told)
    assert not any("cannot be understood" in text for _, text in told), told


def test_the_hash_names_what_is_asked() -> None:
    spec = drill("number")
    assert content_hash(spec) == content_hash(dict(reversed(spec.items())))
    assert content_hash(spec) != content_hash({**spec, "prompt": "Other"})
    first = graders.grade(spec, 5, "12")
    assert graders.grade(spec, 5, "12") == first  # (hash, seed, answer) is all that is needed


def test_a_selftest_names_what_fails() -> None:
    wrong = drill("number", good=["1"])
    assert "good[0]" in str(selftest(wrong, [0]).failures[0])
    passes = drill("order", bad=[{"answer": "fill trim wipe light"}])
    assert "a bad answer passes" in str(selftest(passes, [0]).failures[0])
    other = drill("order", bad=[{"answer": "light, fill, trim, wipe", "fails": "Something else"}])
    assert "does not fail at “Something else”" in str(selftest(other, [0]).failures[0])
    assert "there is no good answer" in str(selftest(drill("file", good=None), [0]).failures[0])
    assert "let.cans" not in str(selftest(drill("number"), [0]).failures)
    broken = drill("number", let={"cans": "lamps / 0", "shared": "1"})
    assert "divides by zero" in str(selftest(broken, [0]).failures[0])
    assert not selftest(drill("number"), []).ok


def test_a_sentence_is_named_by_label_by_its_beginning_or_by_the_error() -> None:
    verdict = Verdict((Check("One", False, "It is cold outside."), Check("Two", True, "Warm.")))
    assert names(verdict, "One") and names(verdict, "It is cold")
    assert not names(verdict, "cold") and not names(verdict, "Two") and not names(verdict, "Warm.")
    assert names(Verdict.refused("Line 3: no."), "Line 3")


def test_survivors_are_shown() -> None:
    blind = drill("file", checks=[{"path": "version", "is": "0.2", "say": "It is."}])
    report = mutation(blind, [0])
    assert report.score < 0.5
    assert any("out.jsonx" in one for one in report.survivors)


def test_ways_to_break_an_answer() -> None:
    assert list(broken_data({"a": True, "Sid": "x"})) == [{"Sid": "x"}, {"a": False, "Sid": "x"}]
    assert {"Effect": "Deny"} in list(broken_data({"Effect": "Allow"}))
    assert ["2", "1", "3"] in list(broken_order(["1", "2", "3"]))
    assert "13" in list(broken_number("12")) and "12288" in list(broken_number("12"))


@pytest.mark.parametrize(
    "answer", [[10**5_000], [-(10**5_000), 0], [True], [1.5], {"a": 1}, None, [[0]], [0] * 101]
)
def test_a_list_of_anything_but_choices_is_refused(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    verdict = graders.grade({"id": "lamps", "grader": "case", "steps": []}, 0, answer)
    assert verdict.error == "The answer is a list of choices, one a step." and not caplog.records


@pytest.mark.parametrize("spec", [None, 5, "lamps", [], {}, {"grader": "none"}])
def test_a_drill_that_is_none_gets_a_verdict_too(spec: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert graders.grade(spec, 0, "12").error and len(caplog.records) == 1
