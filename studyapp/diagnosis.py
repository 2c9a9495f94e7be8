"""What `manage.py doctor` looks at. Each check ends in one sentence; a wrong one says what to do."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection

from content.models import Job
from quizzes import graders
from quizzes.graders.worker import status as host_status
from studyapp import health
from studyapp.schedule import SCHEDULE

LEAST_ROOM = 500 * 1024 * 1024
WORKER_SILENT_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Check:
    what: str
    well: bool
    said: str


def checks(at: datetime) -> Iterator[Check]:
    """Every check, in the order in which one would mend things."""
    yield python()
    yield data_folder()
    database = health.database_problem()
    yield Check("database", not database, database or f"{connection.vendor} answers")
    if not database:
        yield durability()
        pending = health.pending_migrations()
        yield Check(
            "migrations",
            not pending,
            f"{len(pending)} wait; run manage.py migrate" if pending else "all applied",
        )
    broker = health.broker_problem()
    where = "Redis" if settings.REDIS_URL else "files in the data folder"
    yield Check("broker", not broker, f"{broker} Look at REDIS_URL." if broker else f"answers ({where})")
    if not database and not pending:
        yield worker(at)
    yield mail()
    yield static()
    yield address()
    yield refits()
    yield from heavy_drills()


def heavy_drills() -> Iterator[Check]:
    """Two extras: without them some drills cannot be graded, and say so."""
    for grader, what in (("lint", "drills about templates"), ("lab", "labs on a command line")):
        gone = graders.get(grader).missing()
        host = host_status()
        there = "can be graded" + (f"; the host is process {host['pid']}" if host else "")
        yield Check(
            what, True, there if not gone else f"off; to grade them run sh scripts/environment.sh {grader}"
        )


def python() -> Check:
    well = sys.version_info >= (3, 11)
    version = platform.python_version()
    return Check("python", well, version if well else f"{version}; install Python 3.11 or newer")


def data_folder() -> Check:
    folder = settings.DATA_DIR
    room = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        return Check("data folder", False, f"{folder} cannot be written; give this user the right to")
    if room < LEAST_ROOM:
        return Check(
            "data folder", False, f"{folder} has {room // 2**20} MB left; make room, at least 500 MB"
        )
    return Check("data folder", True, f"{folder}, {room / 2**30:.1f} GB free")


def durability() -> Check:
    """An acknowledged answer must survive a power cut: every commit is synced."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            values = [_one(cursor, f"PRAGMA {name}") for name in ("journal_mode", "synchronous")]
            well = [str(value).lower() for value in values] in (["wal", "2"], ["wal", "3"])
            advice = "use the settings that Studyapp ships, without other SQLite options"
        else:
            values = [
                _one(cursor, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")
            ]
            well = values[0] == "on" and values[1] != "off" and values[2] == "on"
            advice = "set fsync, synchronous_commit and full_page_writes to on in postgresql.conf"
    return Check(
        "durability", well, "every commit reaches the disk" if well else f"a crash may lose answers; {advice}"
    )


def _one(cursor: Any, query: str) -> object:
    cursor.execute(query)
    return cursor.fetchone()[0]


def worker(at: datetime) -> Check:
    """Beat writes a row every few minutes, and a worker finishes it: its age is the sign of life of both."""
    periodic = {entry["task"] for entry in SCHEDULE.values()}
    last = Job.objects.filter(kind__in=periodic, state=Job.State.DONE).order_by("-finished_at").first()
    if last is not None and last.finished_at and last.finished_at > at - WORKER_SILENT_AFTER:
        minutes = int((at - last.finished_at).total_seconds() // 60)
        return Check("worker", True, f"finished a job {minutes} min ago")
    since = f"since {last.finished_at:%Y-%m-%d %H:%M} UTC" if last and last.finished_at else "so far"
    return Check(
        "worker",
        False,
        f"has finished no periodic job {since}; start web, worker and beat with make run, or look at their log",
    )


def mail() -> Check:
    if not settings.MAIL_CONFIGURED:
        return Check("mail", True, f"written to files in {settings.MAIL_DIR}; set EMAIL_URL to send it")
    try:
        with get_connection(timeout=5):
            pass
    except Exception as error:  # noqa: BLE001  (each backend raises errors of its own)
        return Check("mail", False, f"the mail server does not answer ({error}); look at EMAIL_URL")
    return Check("mail", True, f"{settings.EMAIL_HOST} answers")


def static() -> Check:
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if settings.DEBUG or manifest.is_file():
        return Check(
            "static files", True, "collected" if manifest.is_file() else "served from where they lie"
        )
    return Check("static files", False, "not collected; run manage.py quickstart or collectstatic")


def address() -> Check:
    """Links in mails begin with STUDYAPP_URL, and the server must answer to that name."""
    host = urlparse(settings.SITE_URL).hostname or ""
    if host not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return Check(
            "address", False, f"{host} of STUDYAPP_URL is not among the hosts that this server answers to"
        )
    local = host in {"localhost", "127.0.0.1", "::1"}
    if local and settings.MAIL_CONFIGURED:
        return Check(
            "address",
            False,
            f"mails would link to {settings.SITE_URL}; set STUDYAPP_URL to the public address",
        )
    return Check("address", True, settings.SITE_URL)


def refits() -> Check:
    """An extra: without it Studyapp runs, and remembers everybody alike."""
    if find_spec("fsrs_rs_python") is not None:
        return Check("memory fits", True, "memory is fitted to each learner's answers")
    return Check(
        "memory fits",
        True,
        "off, everybody keeps the usual memory model; to fit it to each learner's answers, "
        "run sh scripts/environment.sh refit and start the worker again",
    )
