"""`grade_drill`, `drills` and `check_drills`, and a mistake in a drill on its way to being published."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from content.models import IngestionRun
from quizzes import graders
from quizzes.models import Question
from quizzes.question_types import DRILLS
from tests import factories, importing
from tests.quizzes.graders.samples import TEXTS, drill


def page(*names: str, broken: str = "") -> str:
    """A notes file with samples under a heading each, and perhaps one more that is broken."""
    blocks = [f"## {name}\n\nText of {name}.\n\n```drill\n{TEXTS[name].strip()}\n```\n" for name in names]
    last = f"## broken\n\n```drill\n{broken}\n```\n\nText after it.\n" if broken else ""
    return "# Lamps\n\n" + "\n".join(blocks) + last


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "lamps.md"
    path.write_text(page("number", "order", "case"), encoding="utf-8")
    return path


def output(*args: Any, **options: Any) -> list[str]:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().splitlines()


def graded(notes: Path, ident: str, answer: bytes, seed: int = 0) -> dict[str, Any]:
    path = notes.parent / "answer"
    path.write_bytes(answer)
    lines = output("grade_drill", ident, "--seed", str(seed), "--answer", str(path), "--notes", str(notes))
    assert len(lines) == 1
    found: dict[str, Any] = json.loads(lines[0])
    assert set(found) == {"checks", "error", "score"}
    return found


def test_an_answer_is_graded_in_its_variant(notes: Path) -> None:
    for seed in range(5):
        cans = graders.fill(drill("number"), seed)["expect"]
        told = graded(notes, "lamp-oil", str(cans).encode(), seed)
        assert told == {
            "checks": [{"label": "Cans", "ok": True, "say": "Each lamp needs whole cans.", "hidden": False}],
            "error": "",
            "score": 1.0,
        }
        assert graded(notes, "lamp-oil", str(cans + 1).encode(), seed)["score"] == 0.0


def test_a_case_is_answered_by_numbers_of_options(notes: Path) -> None:
    assert graded(notes, "fog", b"0, 1")["score"] == 1.0
    assert graded(notes, "fog", b"[0, 0]\n")["score"] == 0.5


@pytest.mark.parametrize("answer", [b"", b"\xff\xfe", b"1" * 100_000, b"\x00", b"twelve"])
def test_a_bad_answer_is_an_error_and_no_score(notes: Path, answer: bytes) -> None:
    told = graded(notes, "lamp-oil", answer)
    assert told["error"] and told["score"] == 0.0 and told["checks"] == []


def test_a_drill_or_a_file_that_is_not_there_is_told(notes: Path) -> None:
    with pytest.raises(CommandError, match="no drill 'moon'"):
        graded(notes, "moon", b"1")
    with pytest.raises(CommandError, match="cannot be read"):
        output("grade_drill", "fog", "--answer", str(notes.parent / "none"), "--notes", str(notes))
    with pytest.raises(CommandError, match="nowhere was not found"):
        graded(notes.parent / "nowhere", "fog", b"1")


def test_a_drill_is_found_in_whatever_its_notes_are_written(notes: Path) -> None:
    notes.write_bytes(notes.read_text(encoding="utf-8").encode("utf-16"))
    assert graded(notes, "fog", b"0, 1")["score"] == 1.0


def test_a_drill_that_does_not_prove_itself_is_not_graded(notes: Path) -> None:
    text = notes.read_text(encoding="utf-8")
    notes.write_text(text.replace("ceil(hours / 4)", "ceil(hour / 4)"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"no drill 'lamp-oil'.*\n.*there is no “hour”"):
        graded(notes, "lamp-oil", b"1")
    assert graded(notes, "fog", b"0, 1")["score"] == 1.0, "the others can be"


def test_whoever_reads_only_the_first_line_is_left_in_peace(notes: Path) -> None:
    command = f"exec {sys.executable} manage.py drills --notes {notes} | head -n 0"
    done = subprocess.run(["sh", "-c", command], cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_drills_are_listed_with_their_place_and_variants(notes: Path) -> None:
    listed = [json.loads(line) for line in output("drills", "--notes", str(notes))]
    assert [one["id"] for one in listed] == ["lamp-oil", "light-a-lamp", "fog"]
    assert (listed[0]["topic"], listed[0]["path"], listed[0]["line"]) == ("number", "lamps.md", 7)
    assert [one["variants"] for one in listed] == [40, 1, 1]
    assert listed[0]["spec"] == drill("number")
    assert all(len(one["hash"]) == 64 for one in listed)


def test_proven_drills_pass_and_the_last_line_sums_up(notes: Path) -> None:
    last = output("check_drills", "--seeds", "5", "--mutations", "--notes", str(notes))[-1]
    assert last.startswith("3 drills, 42 variants; self-test over 5 seeds 3 of 3; 100% of bad answers")
    assert last.endswith("passed")
    only = output("check_drills", "fog", "--seeds", "2", "--notes", str(notes))[-1]
    assert only.startswith("1 drills")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("fails: Cans", "fails: Candles", "does not fail at “Candles”"),
        ("say: Each", "say: no\nhint: Each", "could not be read or found"),
        ("id: light-a-lamp", "id: lamp-oil", "again in lamps.md"),
        ("answer: 0, fails: Cans", 'answer: "{{cans}}"', "a bad answer passes"),
    ],
)
def test_drills_that_fail_end_with_exit_1(
    notes: Path, old: str, new: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = notes.read_text(encoding="utf-8")
    changed = text.replace(old, new)
    assert changed != text
    notes.write_text(changed, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("check_drills", "--seeds", "2", "--notes", str(notes))
    assert ended.value.code == 1
    printed = capsys.readouterr().out
    assert words in printed
    assert printed.splitlines()[-1].endswith("failed")


def test_checks_that_notice_little_are_under_the_bar(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = 'order: ["docker build -t tea .", "docker push tea"]'
    blind = TEXTS["file"].partition("bad:")[0].replace(order, "present: true")
    notes.write_text(f"# A\n\n```drill\n{blind.strip()}\n```\n", encoding="utf-8")
    assert output("check_drills", "--seeds", "1", "--notes", str(notes))[-1].endswith("passed")
    with pytest.raises(SystemExit):
        call_command("check_drills", "--seeds", "1", "--mutations", "--notes", str(notes))
    assert "this broken answer passes" in capsys.readouterr().out


def test_notes_without_a_drill_prove_nothing(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes.write_text("# Lamps\n\nA lamp is lit at dusk.\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("check_drills", "--notes", str(notes))
    assert capsys.readouterr().out.startswith("There is no drill here.\n")


@pytest.mark.slow
def test_the_shipped_drills_prove_themselves() -> None:
    last = output("check_drills", "--seeds", "100", "--worker-seeds", "1", "--mutations")[-1]
    assert last.endswith("passed")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (TEXTS["number"].strip().replace("lamp-oil", "b").replace("ceil(hours / 4)", "ceil(hour / 4)"), "there is no “hour”"),
        (TEXTS["number"].strip().replace("lamp-oil", "b").replace("grader: number", "grader: nimber"), "“nimber”"),
        (TEXTS["number"].strip().replace("lamp-oil", "b").replace("unit: cans", "unit: cans\nunit: pots"), "stands twice"),
        (TEXTS["pick"].strip().replace("one: true", "one: yes"), "unquoted “yes” means true"),
        (TEXTS["cors"].strip().replace("\"PUT\"", "\"GET\"", 1), "`good[0]`: In variant 0, "),
        (TEXTS["rule"].strip().replace("fails: Not while", "fails: Never while"), "`bad[0]`: In variant 0, it does not fail at"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_drill_is_told_and_the_rest_is_published(
    tmp_path: Path, broken: str, words: str
) -> None:
    certification = factories.certification()
    files = {"lamps.md": page("number", "order", "case", broken=broken)}
    importing.published(certification, tmp_path, files)
    asked = Question.objects.ready().filter(kind__in=DRILLS)
    assert sorted(asked.values_list("anchor", flat=True)) == [
        "drill:fog",
        "drill:lamp-oil",
        "drill:light-a-lamp",
    ]
    report: Any = IngestionRun.objects.get().report
    told = [one for one in report["warnings"] if words in json.dumps(one, ensure_ascii=False)]
    assert len(told) == 1
    assert "lamps.md, line" in json.dumps(told)


@pytest.mark.django_db
def test_a_published_drill_is_listed_by_one_of_its_variants(tmp_path: Path) -> None:
    importing.published(factories.certification(), tmp_path, {"lamps.md": page("number")})
    question = Question.objects.get(kind="drill")
    assert question.current is not None
    assert question.current.stem == graders.fill(drill("number"), 0)["prompt"]
    assert question.current.payload == drill("number")


@pytest.mark.django_db
def test_a_published_drill_is_graded_by_its_id(tmp_path: Path) -> None:
    importing.published(factories.certification(), tmp_path, {"lamps.md": page("order")})
    answer = tmp_path / "answer"
    answer.write_text("fill, wipe, trim, light", encoding="utf-8")
    lines = output("grade_drill", "light-a-lamp", "--answer", str(answer))
    assert json.loads(lines[0])["score"] == 1.0
