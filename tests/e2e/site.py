"""The product as a browser meets it: the real server on a data folder of its own, and visitors who keep their eyes open."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from tests import tree
from tests.servers.processes import dies_with_parent, stop

LEARNERS = 64
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI || "inline"}`));
"""


@dataclass
class Site:
    """A running Studyapp. `prepared` is what tests/e2e/seed.py printed."""

    url: str
    folder: Path
    prepared: dict[str, Any]
    taken: int = 0

    @property
    def course(self) -> str:
        return str(self.prepared["course"])

    def new_learner(self) -> str:
        """The address of a learner nobody else uses."""
        self.taken += 1
        return f"reader{self.taken - 1}@example.org"

    def log(self, email: str) -> list[dict[str, Any]]:
        """This learner's review log, in order."""
        with contextlib.closing(sqlite3.connect(self.folder / "studyapp.sqlite3")) as database:
            database.row_factory = sqlite3.Row
            rows = database.execute(
                "SELECT log.* FROM quizzes_reviewlog log JOIN quizzes_enrolment e ON e.id = log.enrolment_id"
                " JOIN accounts_user u ON u.id = e.user_id WHERE u.email = ? ORDER BY log.id",
                [email],
            )
            return [dict(row) for row in rows]


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Site]:
    """Seed, start everything under the supervisor, stop it again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "studyapp.settings", "STUDYAPP_DATA_DIR": str(folder), "PORT": str(port),
        "STUDYAPP_URL": url, "STUDYAPP_DEMO": "yes", "DATABASE_URL": "", "REDIS_URL": "", "EMAIL_URL": "",
    }  # fmt: skip
    seeded = subprocess.run(
        [sys.executable, "-m", "tests.e2e.seed", str(LEARNERS)],
        cwd=tree.ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "studyapp.supervisor"],
            cwd=tree.ROOT, env=environment, stdout=output, stderr=output, preexec_fn=dies_with_parent(signal.SIGTERM),
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while b"is ready" not in (folder / "output").read_bytes():
            assert process.poll() is None, (folder / "output").read_text()
            assert time.monotonic() < deadline, (folder / "output").read_text()
            time.sleep(0.05)
        yield Site(url, folder, json.loads(seeded.stdout))
    finally:
        stop(process, signal.SIGTERM, 40)


@dataclass
class Visitor:
    """One browser window. Everything it should not meet is noted in `complaints`."""

    site: Site
    page: Page
    email: str = ""
    expected: str = "^$"  # console errors that the test provokes, as a pattern
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not re.search(self.expected, message.text):
            self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site.url, "data:", "blob:")):
            self.complaints.append(f"third party: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url}: {response.status}")

    # --- moving about -------------------------------------------------------------------------------------
    def open(self, path: str) -> Page:
        answer = self.page.goto(self.site.url + path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"
        return self.page

    def another_tab(self) -> Page:
        page = self.page.context.new_page()
        self.watch(page)
        return page

    def log(self) -> list[dict[str, Any]]:
        return self.site.log(self.email)


@contextlib.contextmanager
def visiting(browser: Browser, site: Site, email: str = "", **options: Any) -> Iterator[Visitor]:
    """A window with a fresh profile, signed in when `email` is given. At the end nothing may have gone wrong."""
    context = browser.new_context(**{"locale": "en-GB", **options})
    context.set_default_timeout(10_000)
    context.add_init_script(TELL_VIOLATIONS)
    if email:
        session = site.prepared["sessions"][email]
        context.add_cookies([{"name": "studyapp_session", "value": session, "url": site.url}])
    visitor = Visitor(site, context.new_page(), email)
    visitor.watch(visitor.page)
    try:
        yield visitor
    finally:
        context.close()
    assert not visitor.complaints, "\n".join(visitor.complaints)


# --- the study session --------------------------------------------------------------------------------------
RATINGS = {1: "Again", 2: "Hard", 3: "Good", 4: "Easy"}


def showing(page: Page) -> str:
    """What names the showing on the page: card-seq, or the end of the feedback."""
    return str(
        page.evaluate(
            """() => {
                const value = (name) => document.querySelector(`#session .card [name=${name}]`)?.value;
                return value("show") || (value("card") ? `${value("card")}-${value("seq")}` : location.pathname);
            }"""
        )
    )


def swapped(page: Page, selector: str) -> None:
    """Wait until the session shows `selector` and htmx has settled."""
    page.wait_for_selector(f"#session {selector}", state="attached")
    page.wait_for_selector(
        ".htmx-request, .htmx-settling, .htmx-swapping, [aria-busy=true]", state="detached"
    )


def is_recall(page: Page) -> bool:
    return page.locator("#session [name=show]").count() == 1


def letters(page: Page) -> str:
    """Letters of as many options as the question asks for."""
    asked = page.locator(".options legend").inner_text()
    number = re.search(r"\d+", asked)
    return "abcde"[: int(number[0]) if number else 1]
