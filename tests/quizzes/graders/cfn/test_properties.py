"""Whatever is written as a template: a verdict, soon, and the same again."""

from __future__ import annotations

import json
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.drills import HOSTILE, mangle
from quizzes import graders
from quizzes.graders.cfn.resolving import Resolver
from quizzes.graders.cfn.template import FUNCTIONS
from quizzes.graders.engine.drill import fill
from quizzes.graders.engine.selftest import good_answers
from tests.patience import comes_to_an_end
from tests.quizzes.graders.cfn.samples import TEXTS, drill
from tests.quizzes.graders.slips import check_slips

_WIDE = "\n".join(f"  R{n}: {{Type: AWS::X::Y, DependsOn: [R{(n + 1) % 490}]}}" for n in range(490))
_CHAIN = "\n".join(
    f"  C{n}: !And [!Condition C{n + 1}, !Condition C{n + 1}]" if n < 900 else f"  C{n}: !Equals [1, 1]"
    for n in range(901)
)
NASTY = (
    f"Resources:\n{_WIDE}",
    f"Conditions:\n{_CHAIN}\nResources:\n  A: {{Type: AWS::S3::Bucket, Condition: C0}}",
    "Conditions: {A: !Condition B, B: !Condition A}\nResources: {R: {Type: AWS::S3::Bucket, Condition: A}}",
    "Resources:\n  A:\n    Type: AWS::X::Y\n    Properties:\n      P:\n"
    + "\n".join(f"      - !Cidr [10.0.0.0/8, 256, {4 + n % 8}]" for n in range(900)),
    "Parameters: {P: {Type: String, Default: '" + "x" * 4_000 + "'}}\nResources:\n  A:\n    Type: AWS::X::Y\n"
    "    Properties:\n      P:\n" + "\n".join("      - !Sub '" + "${P}" * 40 + "'" for _ in range(250)),
    "Resources: {A: {Type: AWS::X::Y, Properties: {P: !Cidr ['::/0', 256, 1]}}}",
    "Resources: {A: {Type: AWS::X::Y, Properties: {P: !Sub '" + "${" * 20_000 + "'}}}",
)

_words = st.sampled_from([*FUNCTIONS, "A", "B", "a.b", "AWS::Region", "AWS::NoValue", "0", "${A}", "", "x"])
_values = st.recursive(
    _words | st.integers(-5, 300) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=2),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(_values, _values, _values, _values)
def test_no_template_surprises(one: object, other: object, condition: object, output: object) -> None:
    template = {
        "Parameters": {"B": {"Type": "String", "Default": "x"}},
        "Mappings": {"A": {"x": {"x": "1"}}},
        "Conditions": {"A": condition},
        "Resources": {"A": {"Type": "AWS::X::Y", "Properties": {"P": one}},
                      "C": {"Type": "AWS::X::Y", "Properties": {"P": other}, "Condition": "A"}},
        "Outputs": {"O": {"Value": output}},
    }  # fmt: skip
    spec = fill(drill("stages"), 0)
    text = json.dumps(template)
    verdict = graders.get("cfn").grade(text, spec)
    assert verdict == graders.get("cfn").grade(text, spec)
    list(graders.get("cfn").mutate(text, spec))


@pytest.mark.parametrize("name", TEXTS)
def test_no_mangled_answer_surprises(name: str) -> None:
    chance = random.Random(name)
    filled = fill(drill(name), 0)
    answers = good_answers(filled)
    for _ in range(300):
        verdict = graders.get("cfn").grade(mangle(chance.choice(answers), chance).replace("\0", ""), filled)
        assert 0 <= verdict.score <= 1


@pytest.mark.parametrize("name", ["stages", "edit", "order"])
def test_hostile_templates_are_refused_soon(name: str, caplog: pytest.LogCaptureFixture) -> None:
    for answer in (*HOSTILE, *NASTY):
        with comes_to_an_end():
            verdict = graders.grade(drill(name), 0, answer)
        assert not verdict.ok
    assert not caplog.records


def _holding(value: object) -> str:
    stage = {"Stage": {"Type": "String", "Default": "test"}}
    made = {"A": {"Type": "AWS::X::Y", "Properties": {"P": value}}}
    return json.dumps({"Parameters": stage, "Resources": made})


def _names_in_names(copies: int, deep: int) -> object:
    value: object = "x"
    for _ in range(deep):
        value = {"Fn::Sub": ["${a}" * copies, {"a": value}]}
    return value


@pytest.mark.parametrize("value", [_names_in_names(2_000, 7), _names_in_names(300, 12)], ids=["wide", "deep"])
def test_names_within_names_are_filled_so_often_and_no_more(
    value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    text = Resolver.text

    def counted(resolver: Resolver, value: object, function: str) -> str:
        nonlocal asked
        asked += 1
        return text(resolver, value, function)

    monkeypatch.setattr(Resolver, "text", counted)
    graders.grade(drill("stages"), 0, _holding(value))
    assert 1_000 < asked < 100_000


def test_a_text_that_swells_is_counted_before_it_is_made() -> None:
    joined = _holding({"Fn::Join": ["x" * 30_000, {"Fn::Split": ["a", "a" * 20_000]}]})
    tracemalloc.start()
    try:
        verdict = graders.grade(drill("stages"), 0, joined)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not verdict.ok
    assert most < 20_000_000


@pytest.mark.parametrize("name", TEXTS)
def test_a_drill_with_a_slip_in_it_is_told_or_works(name: str, caplog: pytest.LogCaptureFixture) -> None:
    check_slips(drill(name), name)
    assert not caplog.records
