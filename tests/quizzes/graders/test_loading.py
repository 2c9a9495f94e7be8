"""Learners' JSON and YAML: what is read, what is refused and with which sentence, and how long it may take."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.graders.loading import MAX_BYTES, Unreadable, clean_text, load, load_mapping
from tests.patience import comes_to_an_end

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=20) | st.floats(-1e6, 1e6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def refusal(text: str | bytes, **options: Any) -> str:
    with pytest.raises(Unreadable) as raised:
        load(text, **options)
    return str(raised.value)


@given(PLAIN.filter(lambda value: "\\u0000" not in json.dumps(value)))
def test_json_comes_back_as_it_was_written(value: Any) -> None:
    assert load(json.dumps(value), "json") == value
    assert load(json.dumps(value, indent="\t"), "json") == value


@given(st.text(max_size=400) | st.binary(max_size=400))
def test_whatever_is_sent_there_is_data_or_a_sentence(text: str | bytes) -> None:
    for kind in ("any", "json", "yaml"):
        with contextlib.suppress(Unreadable):
            load(text, kind)


@given(st.text(alphabet="{}[]:,-\"'&*!#|>?% \n\tab1<@`", max_size=120))
def test_noise_of_signs_is_data_or_a_sentence(text: str) -> None:
    for kind in ("any", "json", "yaml"):
        with contextlib.suppress(Unreadable):
            load(text, kind)


def test_yaml_is_read_as_the_vendor_means_it() -> None:
    text = 'a: 2012-10-17\nb: 22:30\nc: 012345678901\nd: 0.2\ne: [yes, Off, "no"]\nf: ~\non: push\n1: one\ng: 12\nh: .5\n'
    assert load(text) == {
        "a": "2012-10-17", "b": "22:30", "c": "012345678901", "d": 0.2, "e": [True, False, "no"], "f": None,
        "on": "push", "1": "one", "g": 12, "h": ".5",
    }  # fmt: skip
    assert load("{a: 1, b: [x, y]}") == {"a": 1, "b": ["x", "y"]}
    assert load("|\n  two\n  lines\n") == "two\nlines\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: 2\na: 3\n", "Line 3: the key “a” stands twice."),
        ('{"a": 1,\n"a": 2}', "Line 2: the key “a” stands twice."),
        ("a: &b 1\nc: *b\n", "Line 1: aliases"),
        ("a: 1\nb: *c\n", "Line 2: aliases"),
        ("base: 1\n<<: {a: 1}\n", "Line 2: merge keys"),
        ("a: !!python/name:os.system x\n", "Line 1: tags"),
        ("a: !Sub x\n", "Line 1: tags (!Sub)"),
        ("a: 1234567890123456789\n", "Line 1: a number of more than 18 digits"),
        ('{"a": 1234567890123456789}', "Line 1: a number of more than 18 digits"),
        ("a: 1\n---\nb: 2\n", "Line 2: a second document"),
        ("[a]: 1\n", "Line 1: a key must be a plain word."),
        ('{"a": 1,\n}', "Line 2: a comma too many before “}”."),
        ('{"a" 1}', "Line 1: a colon is missing after “a”."),
        ('{"a": 1 "b": 2}', "Line 1: a comma or “}” is missing before “\"”."),
        ('{"a": [1, 2}', "Line 1: a comma or “]” is missing before “}”."),
        ('{"a": ', "Line 1: it ends too early"),
        ('{"a": "b\n"}', "Line 1: text in quotes cannot go over the end of a line"),
        ('["a", \'b\']', "Line 1: JSON has double quotes"),
        ('{"a": tru}', 'Line 1: text needs double quotes: "tru".'),
        ('{"a": 1} x', "Line 1: here is more after the end."),
        ("", "There is nothing here yet."),
        (b"\xff\xfe\x00", "This is not text in UTF-8."),
        ("a\nb\x00", "Line 2: there is a NUL sign in it."),
        ("\ud800", "This is not text in UTF-8."),
        ("é" * 40_000, "This is longer than 64 KB."),
        ("x" * (MAX_BYTES + 1), "This is longer than 64 KB."),
        ("[" * 41 + "1" + "]" * 41, "nested deeper than 40 levels."),
        ("- " * 41 + "1", "nested deeper than 40 levels."),
        ("[" + "1," * 10_001 + "1]", "more than 10000 values."),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(text: str | bytes, sentence: str) -> None:
    assert sentence in refusal(text)


def test_forty_levels_are_read() -> None:
    assert load("[" * 40 + "1" + "]" * 40)
    assert load("[" * 40 + "x" + "]" * 40, "yaml")


def test_words_that_yaml_misreads_are_refused_where_an_author_asks_for_it() -> None:
    assert (
        refusal("a: no", words="refuse")
        == 'Line 1: unquoted “no” is read as false; write "no" in quotes, or false.'
    )
    assert load("a: 'no'\nb: false", words="refuse") == {"a": "no", "b": False}


def test_tags_mean_what_the_caller_says() -> None:
    seen = load("a: !Ref b\nc: !Sub [x, {y: 1}]", tags=lambda tag, value, line: {tag: [value, line]})
    assert seen == {"a": {"Ref": ["b", 1]}, "c": {"Sub": [["x", {"y": 1}], 2]}}
    assert "tags" in refusal("a: !!int 1", tags=lambda tag, value, line: value)


def test_only_keys_with_values_where_that_is_asked_for() -> None:
    assert load_mapping("a: 1") == {"a": 1}
    with pytest.raises(Unreadable, match="keys with values"):
        load_mapping("- a")
    assert clean_text("\ufeffa".encode()) == "a"


HOSTILE = {
    "brackets": "[" * MAX_BYTES, "braces": "{" * MAX_BYTES, "dashes": "- " * (MAX_BYTES // 2), "one": "9" * MAX_BYTES,
    "flow": "[" + "a," * (MAX_BYTES // 2 - 2) + "a]", "keys": "".join(f"k{n}: 1\n" for n in range(6_800)),
    "flow keys": "{" + "".join(f"k{n}: v, " for n in range(5_500)) + "}", "escapes": '"' + "\\u0041" * 10_000 + '"',
    "questions": "? " * (MAX_BYTES // 2), "colons": "a: " * (MAX_BYTES // 3), "block": "a: |\n" + " x\n" * 20_000,
    "folded": "a: b\n" + "  c d e f\n" * 6_000, "comments": "#\n" * (MAX_BYTES // 2), "spaces": " " * MAX_BYTES,
    "deep": "".join(" " * n + "a:\n" for n in range(300)), "quotes": "'" * MAX_BYTES, "pairs": "[]" * (MAX_BYTES // 2),
    "lines": "a\n" * (MAX_BYTES // 2), "json": '{"a":' * 10_000, "tabs": "\t" * MAX_BYTES, "percent": "%" * MAX_BYTES,
    "anchors": "&a " * (MAX_BYTES // 3), "items": "- a\n" * (MAX_BYTES // 4), "late": "[\n" + "\n" * 60_000 + "'",
    "strings": "[" + '"a",' * 16_000 + '"a"]', "numbers": "[" + "1," * 32_000 + "1]", "nots": "!a " * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["any", "json", "yaml"])
def test_sixty_four_kilobytes_of_anything_are_read_or_refused(name: str, kind: Any) -> None:
    with comes_to_an_end(), contextlib.suppress(Unreadable):
        load(HOSTILE[name][:MAX_BYTES], kind)
