from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.graders.logs.regexes import BadRegex, Steps, compiled
from tests.patience import comes_to_an_end

ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "[a-b1-2]", r"\.", "(a)", "(?:b|a1)", r"\b"]
)
QUANTIFIERS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}?", "*?", "+?"])
ROWS = st.lists(
    st.tuples(ATOMS, QUANTIFIERS).filter(lambda pair: pair[0] != r"\b" or not pair[1]), min_size=1, max_size=4
)
PATTERNS = st.lists(ROWS.map(lambda row: "".join(map("".join, row))), min_size=1, max_size=2).map("|".join)


@given(PATTERNS, st.text("ab1. ", max_size=8), st.sampled_from(["", "^"]), st.sampled_from(["", "$"]))
@settings(max_examples=500, deadline=None)
def test_as_an_engine_that_goes_back(pattern: str, text: str, start: str, end: str) -> None:
    whole = f"{start}(?:{pattern}){end}"
    expected = re.search(whole, text, re.ASCII)
    found = compiled(whole, Steps()).search(text)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found[0] == expected[0]


@pytest.mark.parametrize(
    ("pattern", "text", "groups"),
    [
        (r"(?<user>\w+)@(?<host>[\w.]+)", "to ada@example.org now", {"user": "ada", "host": "example.org"}),
        (r"(?i)ERROR (?<code>\d+)", "an error 42 came", {"code": "42"}),
        (r"took (?<ms>\d+)ms", "took 1500ms", {"ms": "1500"}),
        (r"<(?<tag>.+?)>", "<a><b>", {"tag": "a"}),
        (r"^(?<first>[^ ]*) ", "10.0.0.1 - -", {"first": "10.0.0.1"}),
        (r"(?P<a>x)?y", "y", {}),
    ],
)
def test_named_groups(pattern: str, text: str, groups: dict[str, str]) -> None:
    regex = compiled(pattern, Steps())
    found = regex.search(text) or {}
    assert {name: found[number] for name, number in regex.names.items() if number in found} == groups


@pytest.mark.parametrize(
    "pattern",
    ["(", ")", "a)", "[", "[a", "*", "+a", "a{", "a{x}", "a{3,2}", "a{999}", "\\", r"\k", "(?=a)", "(?<!a)", "(?<a b>c)", "[z-a]",
     "(" * 30 + ")" * 30, "a" * 400, "(a{50}){50}", "((a{9}){9}){9}"],
)  # fmt: skip
def test_what_cannot_be_read(pattern: str) -> None:
    with pytest.raises(BadRegex):
        compiled(pattern, Steps())


def test_brackets_can_be_unknown() -> None:
    with pytest.raises(BadRegex, match="brackets"):
        compiled("(a)", Steps(), groups=False)


@pytest.mark.parametrize(
    "pattern",
    ["(a*)*b", "(a+)+$", "(a|a)*b", "(a|aa)+$", ".*.*.*.*=.*", "(x+x+)+y", "a{0,99}a{0,99}a{0,99}b"],
)
def test_catastrophic_patterns_are_quick(pattern: str) -> None:
    with comes_to_an_end(), contextlib.suppress(BadRegex):
        compiled(pattern, Steps()).search("a" * 5_000 + "!")


@given(st.text(max_size=12), st.text(max_size=12))
@settings(max_examples=300, deadline=None)
def test_anything_is_either_refused_or_matched(pattern: str, text: str) -> None:
    try:
        found = compiled(pattern, Steps()).search(text)
    except BadRegex:
        return
    assert found is None or found[0] in text
