"""Nothing is passed over in silence: what is odd, cut or unknown is told with its line and what to do."""

from __future__ import annotations

import pytest

from content.ingest.drills import read_text
from content.ingest.model import Draft, Notice
from content.ingest.read import read_notes
from content.ingest.reading import InputFile
from tests.content.ingest.helpers import balanced, draft

COURSE = "---\ncertification: sailing\ntitle: Sailing\ndomains:\n  - {number: 1, title: Knots, weight: 60}\n  - {number: 2, title: Tides, weight: 40}\n---\n"


def told(found: Draft, code: str) -> Notice:
    [notice] = [one for one in found.warnings if one.code == code]
    assert notice.path in notice.message
    assert str(notice.line) in notice.message
    assert all(balanced(source) for source in found.sources)
    return notice


def front(lines: str, body: str = "# Ropes\n\nA bowline does not slip.\n") -> Draft:
    return draft(f"---\n{lines}\n---\n{body}")


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ("title: a: b\ndomain: 1", 2, "could not be read"),
        ("title: x\nlayout: [1", 3, "could not be read"),
        ("domain: banana", 2, "“banana”"),
        ("title: x\ndomain: [1, 2]", 3, "number of a domain"),
        ("title: [a, b]", 2, "one line of text"),
        ("checked_on: yesterday", 2, "2026-11-21"),
        ("dialect: verse", 2, "no dialect “verse”"),
        ("titel: Ropes", 2, "Did you mean `title`"),
        ("Title: Ropes", 2, "Did you mean `title`"),
        ("layout: page\nchecked-on: 2026-01-01", 3, "Did you mean `checked_on`"),
        ("refrence: https://example.org", 2, "Did you mean `reference`"),
        ("a: &a [x]\nb: *a", 2, "aliases"),
        ("title: x\ntitle: y", 3, "stands twice"),
        ("domains: none", 2, "a list"),
        ("title: x\nexam: {minutes: long}", 3, "whole number"),
        ("exam: {minuts: 130}", 2, "Did you mean `minutes`"),
    ],
)
def test_odd_front_matter_is_told_with_its_line(lines: str, line: int, words: str) -> None:
    found = front(lines)
    notice = told(found, "front_matter")
    assert notice.line == line
    assert words in notice.message
    assert "Ropes" in [topic.title for topic in found.topics]


@pytest.mark.parametrize(
    "lines",
    ["layout: post\ndate: 2024-01-01\ntags: [a]\ncategories: x", "title: Ropes\ndomain: '2'", "domain: Domain 2", "title: 101", "license: MIT\nauthor: Ann"],
)  # fmt: skip
def test_front_matter_that_is_as_it_should_be_is_not_told(lines: str) -> None:
    assert [one for one in front(lines).warnings if one.code == "front_matter"] == []


def test_broken_front_matter_keeps_its_plain_keys_and_is_no_text() -> None:
    found = front("title: Knots\nsummary: a: b: c\ndomain: 2", "A bowline does not slip.\n")
    assert [(topic.title, topic.domain) for topic in found.topics] == [("Knots", 2)]
    assert [fact.text for fact in found.facts] == ["A bowline does not slip."]


def test_front_matter_that_never_ends_is_told_and_a_rule_above_text_is_none() -> None:
    assert told(draft("---\ntitle: Ropes\n\nText about ropes.\n"), "front_matter").line == 1
    assert draft("---\nText about ropes.\n---\nMore text.\n").warnings == ()


def test_a_domain_that_the_course_does_not_have_is_told_once() -> None:
    section = "---\ndomain: 7\n---\n# Ropes\n\nA bowline.\n\n## Knots {domain=9}\n\nA reef knot.\n\n### More\n\nText.\n"
    found = read_notes([InputFile("course.md", COURSE.encode()), InputFile("a.md", section.encode())])
    notices = [one for one in found.warnings if one.code == "domain"]
    assert [(one.line, "no domain 7" in one.message, "1, 2" in one.message) for one in notices] == [
        (1, True, True),
        (8, False, True),
    ]


def test_a_question_or_drill_beside_the_description_of_a_course_is_told() -> None:
    text = COURSE + "\nQ: What floats?\nA: Wood.\n\n```drill\nid: knot\n```\n"
    found = read_notes([InputFile("course.md", text.encode()), InputFile("a.md", b"# Ropes\n\nA bowline.\n")])
    at = text.split("\n").index("Q: What floats?") + 1
    assert [(one.code, one.line) for one in found.warnings] == [("question", at), ("drill", at + 3)]
    assert "Move it to a file of notes" in found.warnings[0].message


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("<table>\n" + "<tr><td>a</td><td>b</td></tr>\n" * 7000 + "</table>", "table_large", 3),
        ("| a " * 70 + "|\n" + "| - " * 70 + "|\n" + "| b " * 70 + "|", "table_wide", 3),
        ("a\t" * 70 + "b\n" + "c\t" * 70 + "d", "table_wide", 3),
        ("<table><tr>" + "<td>a</td>" * 70 + "</tr>\n<tr><td>b</td></tr></table>", "table_wide", 3),
        ("A rope is " + "==wet== and " * 25 + "long.", "holes", 3),
        ("\n".join("  " * depth + "- x" for depth in range(12)), "nesting", 11),
        ("x" * 25_000, "line_too_long", 3),
        ("```sh\nmoor", "fence_open", 3),
        ("<!-- open", "comment_open", 3),
    ],
)
def test_what_is_cut_or_never_closed_is_told(text: str, code: str, line: int) -> None:
    notice = told(draft(f"# A\n\n{text}\n\n- more text\n"), code)
    assert notice.line == line


def test_a_question_without_an_answer_is_told() -> None:
    found = draft("# A\n\nQ: Which lamp is port?\n\n## B\n\nText.\n")
    assert [one.line for one in found.warnings if one.code.startswith("question")] == [3]


def test_the_same_complaint_is_not_repeated_without_end() -> None:
    found = draft("# A\n\n" + "x" * 25_000 + "\n" + ("y" * 25_000 + "\n") * 80 + "\nText.\n")
    notices = [one for one in found.warnings if one.code == "line_too_long"]
    assert len(notices) == 50
    assert "more of this sort" in notices[-1].message


DRILL = "# A\n\n```drill\nid: a\ntitle: T\nprompt: P\ngrader: {}\nsteps:\n  - ask: Which?\n    options: [{{text: a, ok: true}}, {{text: b, ok: false}}]\n```\n"


def test_a_grader_that_nobody_knows_is_told_where_the_graders_are_known() -> None:
    file = InputFile("a.md", DRILL.format("oracle").encode())
    assert len(read_notes([file]).drills) == 1
    found = read_notes([file], graders=["case", "shell"])
    assert found.drills == ()
    notice = told(found, "drill")
    assert notice.line == 7
    assert "“oracle”" in notice.message
    assert "`case`, `shell`" in notice.message
    assert len(read_notes([InputFile("a.md", DRILL.format("case").encode())], graders=["case"]).drills) == 1


SIGNAL = """# A

```drill
id: a
title: T
prompt: P
grader: number
checks:
  - say: one
    seen: {word}
  - {{say: two, far: 3}}
```

Text after it.
"""


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("no", "means false"),
        ("Off", "means false"),
        ("yes", "means true"),
        ("012", "another"),
        ("22:30", "another"),
    ],
)
def test_a_word_that_yaml_misreads_is_told_with_its_line(word: str, hint: str) -> None:
    found = draft(SIGNAL.format(word=word))
    notice = told(found, "drill")
    assert notice.line == 10
    assert hint in notice.message and f'"{word}"' in notice.message
    assert [note.markdown for note in found.notes] == ["Text after it."]


@pytest.mark.parametrize("word", ["true", '"no"', "nothing", "2012-10-17", "12", "1.5", "'22:30'", "/a/b"])
def test_words_that_are_what_they_look_like_are_read(word: str) -> None:
    assert len(draft(SIGNAL.format(word=word)).drills) == 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("checks[0].seen", 10),
        ("checks[1].far", 11),
        ("checks[7].far", 8),
        ("grader", 7),
        ("", 4),
        ("no.such", 4),
    ],
)
def test_what_a_grader_says_is_told_where_it_stands(path: str, line: int) -> None:
    file = InputFile("a.md", SIGNAL.format(word="x").encode())
    found = read_notes([file], check=lambda spec: [(path, "This is not right.")])
    assert found.drills == ()
    notice = told(found, "drill")
    assert (notice.path, notice.line) == ("a.md", line)
    assert "This is not right" in notice.message
    assert len(read_notes([file], check=lambda spec: []).drills) == 1


@pytest.mark.parametrize("sign", ["\\0", "\\x00", "\\ud800", "\\uDFFF"])
def test_signs_that_no_database_takes_are_refused_with_their_line(sign: str) -> None:
    for text in (f'id: x\ntitle: "a{sign}"', f'id: x\n"a{sign}": 1'):
        _, told = read_text(text)
        assert told == [(1, "there is a sign that cannot be stored: NUL, or half a character")]


def test_the_text_of_one_drill_is_told_line_by_line() -> None:
    text = SIGNAL.format(word="x").partition("```drill\n")[2].partition("```")[0]
    problems = [("checks[0].seen", "Not seen."), ("title", "Too short.")]
    spec, told_ = read_text(text, ["number"], lambda spec: problems)
    assert spec["id"] == "a"
    assert told_ == [(6, "`checks[0].seen`: Not seen"), (1, "`title`: Too short")]
    assert read_text("id: a\nb: [", [])[0] == {}
    assert read_text("id: a\n")[1][0][0] == -1
    assert read_text(text)[1] == []
