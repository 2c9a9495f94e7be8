"""The database part of backup.sh and restore.sh.

    database.py folder             prints the data folder
    database.py dump FOLDER        writes FOLDER/studyapp.sqlite3, or FOLDER/studyapp.pgdump
    database.py load FOLDER ASIDE  puts that back; the present database goes to ASIDE first

SQLite: the online backup of the library, a consistent copy while others write. PostgreSQL: pg_dump and pg_restore,
which must be on PATH and at least as new as the server.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")

from django.conf import settings

DATABASE = settings.DATABASES["default"]
ON_POSTGRES = DATABASE["ENGINE"].endswith("postgresql")


def dump(folder: Path) -> None:
    if ON_POSTGRES:
        _postgres(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            f"--file={folder / 'studyapp.pgdump'}",
            DATABASE["NAME"],
        )
        return
    source = sqlite3.connect(f"file:{DATABASE['NAME']}?mode=ro", uri=True)
    copy = sqlite3.connect(folder / "studyapp.sqlite3")
    with copy:
        source.backup(copy)
    # One file that needs no companions, and that was read through once.
    copy.execute("PRAGMA journal_mode=DELETE")
    (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    copy.close()
    if verdict != "ok":
        sys.exit(f"The copy is damaged ({verdict}); no backup was made.")


def load(folder: Path, aside: Path) -> None:
    kept = folder / ("studyapp.pgdump" if ON_POSTGRES else "studyapp.sqlite3")
    if not kept.is_file():
        sys.exit(f"The backup holds no {kept.name}; set DATABASE_URL as it was when the backup was made.")
    _refuse_while_running()
    if ON_POSTGRES:
        dump(aside)
        _postgres(
            *("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction"),
            *(f"--dbname={DATABASE['NAME']}", str(kept)),
        )
        return
    present = Path(DATABASE["NAME"])
    for file in (present, present.with_name(f"{present.name}-wal"), present.with_name(f"{present.name}-shm")):
        if file.exists():
            shutil.move(file, aside / file.name)
    arriving = present.with_name(f"{present.name}.arriving")
    shutil.copyfile(kept, arriving)
    arriving.rename(present)


def _refuse_while_running() -> None:
    """The supervisor holds this lock; separate units must be stopped by hand."""
    with (settings.DATA_DIR / "supervisor.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("Studyapp is running on this data folder. Stop it first.")


def _postgres(*command: str) -> None:
    environment = {
        "PGHOST": DATABASE["HOST"],
        "PGPORT": DATABASE["PORT"],
        "PGUSER": DATABASE["USER"],
        "PGPASSWORD": DATABASE["PASSWORD"],
    }
    given = {key: value for key, value in environment.items() if value}
    try:
        code = subprocess.run(command, env={**os.environ, **given}, check=False).returncode
    except FileNotFoundError:
        sys.exit(f"{command[0]} was not found; install PostgreSQL's client programs.")
    if code:
        sys.exit(code)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["folder"]:
            print(settings.DATA_DIR)
        case ["dump", folder]:
            dump(Path(folder))
        case ["load", folder, aside]:
            load(Path(folder), Path(aside))
        case _:
            sys.exit(__doc__)
