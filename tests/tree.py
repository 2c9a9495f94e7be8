"""The project's own files, for tests that look at the tree itself."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_NOT_OURS = {
    ".git",
    ".venv",
    "data",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
}


@functools.cache
def files() -> list[Path]:
    """Every file that belongs to the project, relative to ROOT: what git knows or would add, else what is there."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [Path(name) for name in listed.stdout.split("\0") if name]
        return sorted({name for name in names if (ROOT / name).is_file()})
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(path for path in found if not _NOT_OURS.intersection(path.parts))


def texts() -> list[tuple[Path, str]]:
    """Every file that is UTF-8 text, with its content."""
    found = []
    for path in files():
        try:
            found.append((path, (ROOT / path).read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError):  # not text, or just removed
            continue
    return found
