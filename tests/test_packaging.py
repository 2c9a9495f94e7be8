"""What a stranger clones: locks with hashes, every setting documented, nothing of the machine it was written on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests import tree

LOCKS = ["requirements/app.txt", "requirements/dev.txt"]
# Written apart, so that this file does not find itself.
INDEX_MARKS = ["index" + "-url", "find" + "-links", "pypi" + ".org/simple", "files.python" + "hosted"]
MACHINE_PATH = re.compile(r"(?<![\w.:/}*$-])/(?:root|home|Users|work|mnt|opt/\w+)/[\w.]")


def locked(name: str) -> dict[str, str]:
    """{package: the lines that lock it} of a lock."""
    found: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", (tree.ROOT / name).read_text()):
        if pin := re.match(r"([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==", block):
            found[pin[1].lower()] = block
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    packages = locked(name)
    assert len(packages) > 20
    assert [package for package, block in packages.items() if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_packages_and_hashes_only(name: str) -> None:
    line = re.compile(
        r"^(?:[\w.-]+(?:\[[\w,-]+\])?==\S+(?: ; .+)? \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?|#.*|)$"
    )
    assert [text for text in (tree.ROOT / name).read_text().splitlines() if not line.match(text)] == []


def test_the_tools_come_with_the_very_packages_that_run() -> None:
    def versions_and_hashes(name: str) -> dict[str, set[str]]:
        return {
            package: set(re.findall(r"==\S+|sha256:\w+", block)) for package, block in locked(name).items()
        }

    app, dev = versions_and_hashes("requirements/app.txt"), versions_and_hashes("requirements/dev.txt")
    assert app == {package: dev.get(package) for package in app}


@pytest.mark.parametrize("name", ("app", "dev"))
def test_what_is_asked_for_is_locked(name: str) -> None:
    asked = (tree.ROOT / f"requirements/{name}.in").read_text()
    names = {word[0].lower() for word in re.finditer(r"^[A-Za-z][\w.-]*", asked, re.MULTILINE)}
    assert names <= locked(f"requirements/{name}.txt").keys()


def test_no_address_of_a_package_index() -> None:
    assert [f"{path}: {mark}" for path, text in tree.texts() for mark in INDEX_MARKS if mark in text] == []
    assert Path("uv.lock") not in tree.files()


def test_no_path_of_a_machine() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in tree.texts()
        if path.parts[:2] != ("content", "courses")  # a lesson on Linux may name /home
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert not found


def keys_read() -> set[str]:
    """Every environment key that the product asks for."""
    reader = re.compile(
        r"\benv\.(?:text|boolean|integer|choice|folder|web_address|database|mail|redis_address)\(\s*\"(\w+)\""
    )
    return {
        key
        for path, text in tree.texts()
        if path.suffix == ".py" and path.parts[0] in {"studyapp", "quizzes", "content", "accounts"}
        for key in reader.findall(text)
    }


def test_every_setting_is_documented() -> None:
    example = (tree.ROOT / ".env.example").read_text()
    documented = set(re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    assert keys_read() == documented
    guide = (tree.ROOT / "docs/self_hosting.md").read_text()
    assert [key for key in sorted(documented) if f"`{key}`" not in guide] == []


@pytest.mark.parametrize("path", [path for path in tree.files() if path.suffix == ".sh"], ids=str)
def test_shell_scripts_parse(path: Path) -> None:
    assert subprocess.run(["sh", "-n", tree.ROOT / path], check=False).returncode == 0


def test_the_commands_that_the_documentation_names_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (tree.ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for path, text in tree.texts()
        if path.suffix == ".md" and path.parts[0] != "content"
        for target in re.findall(r"(?:`|^ {4})make ([a-z]+)", text, re.MULTILINE)
    }
    assert {"run", "env", "test", "check"} <= named <= targets


LONGEST_SHARED_RUN = 9  # words; a longer run in common is a copy, not a coincidence


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", re.sub(r"https?://\S+", " ", text.lower()))
    return {tuple(words[i : i + LONGEST_SHARED_RUN + 1]) for i in range(len(words) - LONGEST_SHARED_RUN)}


@pytest.mark.skipif(not settings.SAMPLE_NOTES, reason="STUDYAPP_SAMPLE_NOTES is not set")
def test_no_sentence_of_the_sample_notes_is_in_the_project() -> None:
    theirs: set[tuple[str, ...]] = set()
    for path in Path(settings.SAMPLE_NOTES).rglob("*"):
        if path.is_file():
            theirs |= runs(path.read_text(encoding="utf-8", errors="ignore"))
    copied = {
        f"{path}: {' '.join(run)}"
        for path, text in tree.texts()
        if path.parts[0] != "requirements"
        for run in runs(text) & theirs
    }
    assert not sorted(copied)[:20]
