"""House rules that a review would forget: who may import whom, what is pure, where things stand, how long a file is."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import tree

# Imports run one way: studyapp → quizzes → content → accounts.
ORDER = ["accounts", "content", "quizzes", "studyapp"]
NEVER_IMPORTED = {"tests", "benchmarks", "scripts"}
TOP_LEVEL = {
    *ORDER,
    *("templates", "static", "tests", "docs", "deploy", "benchmarks", "requirements", "scripts"),
    *("manage.py", "pyproject.toml", "Makefile", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
    *(".ci", ".env.example", ".editorconfig", ".gitignore", ".dockerignore"),
}
LONGEST_MODULE = 400
LONGEST_TEST_MODULE = 600


def python_files(*packages: str) -> list[Path]:
    return [path for path in tree.files() if path.suffix == ".py" and path.parts[0] in packages]


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted module) of every import in the file, also those inside functions."""
    for node in ast.walk(ast.parse((tree.ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, _absolute(path, node)


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = path.parent.parts[: len(path.parent.parts) - (node.level - 1)]
    return ".".join([*package, *([node.module] if node.module else [])])


@pytest.mark.parametrize("package", ORDER)
def test_imports_run_one_way(package: str) -> None:
    forbidden = {*ORDER[ORDER.index(package) + 1 :], *NEVER_IMPORTED}
    wrong = [
        f"{path}:{line} imports {module}"
        for path in python_files(package)
        for line, module in imports_of(path)
        if module.partition(".")[0] in forbidden
    ]
    assert not wrong


PURE = {("content", "ingest"), ("quizzes", "scheduler"), ("quizzes", "calibration"), ("quizzes", "graders")}


def test_parsing_scheduling_and_grading_load_no_django() -> None:
    pure = [
        ".".join(path.with_suffix("").parts)
        for path in python_files("content", "quizzes")
        if path.parts[:2] in PURE and path.name != "publish.py"
    ]
    assert pure
    program = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "    if 'django' in sys.modules: sys.exit(f'{name} loads Django')\n"
    )
    names = [name.removesuffix(".__init__") for name in pure]
    run = subprocess.run(
        [sys.executable, "-c", program, *names], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_nothing_stands_at_the_top_that_the_design_does_not_name() -> None:
    assert {path.parts[0] for path in tree.files()} <= TOP_LEVEL


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in python_files("tests")}
    assert [
        str(folder) for folder in sorted(folders) if not (tree.ROOT / folder / "__init__.py").exists()
    ] == []


def test_modules_can_be_read_in_one_sitting() -> None:
    long = []
    for path in python_files(*ORDER, "tests", "benchmarks", "scripts"):
        if "migrations" in path.parts:
            continue
        lines = len((tree.ROOT / path).read_text(encoding="utf-8").splitlines())
        limit = LONGEST_TEST_MODULE if path.parts[0] == "tests" else LONGEST_MODULE
        if lines > limit:
            long.append(f"{path}: {lines} lines, limit {limit}")
    assert not long


def test_modules_say_what_they_are_for() -> None:
    silent = []
    for path in python_files(*ORDER):
        text = (tree.ROOT / path).read_text(encoding="utf-8")
        small = len(text.splitlines()) <= 20 or "migrations" in path.parts
        if not small and not ast.get_docstring(ast.parse(text)):
            silent.append(str(path))
    assert not silent
