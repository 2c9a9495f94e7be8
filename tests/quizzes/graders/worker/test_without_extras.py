"""Where the extras are not installed: drills can be published and read, and an answer says what to install."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from quizzes import graders
from quizzes.graders.worker import engines, transcript
from tests import tree
from tests.quizzes.graders.worker.samples import LAB, LINT
from tests.studyapp.test_drill_commands import output


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(("spec", "extra"), [(LINT, "lint"), (LAB, "lab")])
def test_an_answer_says_what_to_install(spec: dict[str, object], extra: str) -> None:
    assert graders.told(spec) == []
    assert graders.widget(spec, 1).kind in ("textarea", "terminal")
    verdict = graders.grade(spec, 1, str(spec["good"][0]))  # type: ignore[index]
    assert verdict.error.startswith("This drill is graded by ")
    assert f"sh scripts/environment.sh {extra}" in verdict.error
    assert verdict.checks == ()


@pytest.mark.usefixtures("bare")
def test_a_terminal_says_it_too() -> None:
    (row,) = transcript(LAB, 1, ["aws sqs list-queues"])
    assert not row["ok"] and "environment.sh lab" in row["output"]


@pytest.mark.usefixtures("bare")
def test_check_drills_tells_what_was_skipped(tmp_path: Path) -> None:
    import yaml

    blocks = "\n".join(f"```drill\n{yaml.safe_dump(spec, sort_keys=False)}```\n" for spec in (LINT, LAB))
    notes = tmp_path / "notes.md"
    notes.write_text(f"# A\n\n{blocks}", encoding="utf-8")
    said = output("check_drills", "--seeds", "1", "--notes", str(notes))
    assert said[0].startswith("trial-lint was skipped: This drill is graded by cfn-lint")
    assert "2 skipped" in said[-1] and said[-1].endswith("passed")


def test_the_app_imports_no_engine() -> None:
    program = (
        "import sys\n"
        "from quizzes import graders\n"
        "from tests.quizzes.graders.worker.samples import LAB, LINT\n"
        "for spec in (LAB, LINT):\n"
        "    graders.told(spec), graders.widget(spec, 0), graders.get(spec['grader']).missing()\n"
        "heavy = {'moto', 'boto3', 'botocore', 'cfnlint', 'time_machine', 'sympy'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(("extra", "package"), [("lint", "cfn-lint"), ("lab", "moto")])
def test_each_extra_is_asked_for_and_locked(extra: str, package: str) -> None:
    folder = tree.ROOT / "requirements"
    assert f"\n{package}\n" in (folder / f"{extra}.in").read_text()
    locked = (folder / f"{extra}.txt").read_text()
    assert f"\n{package}==" in locked and "--hash=sha256:" in locked
    assert f"-r {extra}.in" in (folder / "dev.in").read_text()
