"""Take the pictures of the README again: `make shots`.

A throw-away install is prepared, the demo learner studies for nine days through the real engine (the clock is a
parameter), a real server answers, and Chromium takes the pictures.
"""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "images"
SLUG = "aws-developer-associate"
DAYS = 9
DRILL = "Recipes for the kitchen displays"


def main() -> None:
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="studyapp-shots-") as folder:
        port = _free_port()
        os.environ.update(
            DJANGO_SETTINGS_MODULE="studyapp.settings",
            STUDYAPP_DATA_DIR=folder,
            PORT=str(port),
            STUDYAPP_LOG_LEVEL="error",
        )
        import django

        django.setup()
        from django.core.management import call_command

        call_command("quickstart", "--demo")
        learner = _study_for_days()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "studyapp.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--threads",
            "4",
        ]
        server = subprocess.Popen([*command, "--no-control-socket", "--log-level", "error"], cwd=ROOT)
        try:
            _take_pictures(f"http://localhost:{port}", learner)
        finally:
            server.terminate()
            server.wait(20)


def _study_for_days() -> Any:
    """The demo learner answers each day's plan, mostly right, until an hour ago; returns the demo person."""
    from django.utils import timezone

    from quizzes import answering, study_days
    from quizzes.models import Enrolment
    from quizzes.showing import next_showing
    from studyapp.first_people import demo_people

    draw = random.Random(7)  # noqa: S311  (the same pictures each time)
    now = timezone.now()
    person = next(one for one in demo_people(now) if one.role == "learner")
    enrolment = Enrolment.objects.select_related("user__profile", "certification").get(
        user__email=person.email, certification__slug=SLUG
    )
    for ago in range(DAYS, -1, -1):
        at = now - timedelta(days=ago, hours=1)
        plan = study_days.ensure_plan(enrolment, at)
        enrolment.refresh_from_db()
        for _ in range(70 if ago else 6):
            showing = next_showing(enrolment.pk, plan.date, at)
            if showing is None:
                break
            answering.record_review(
                showing, showing.card.seq, _response(showing, draw), at, draw.randint(4000, 15000)
            )
            at += timedelta(seconds=20)
    return person


def _response(showing: Any, draw: random.Random) -> dict[str, Any]:
    """An answer that is right four times of five."""
    knows = draw.random() < 0.8
    if showing.type.self_rated:
        return {"rating": 3 if knows else 1}
    options = showing.payload["options"]
    right = [index for index, option in enumerate(options) if option["correct"]]
    wrong = [index for index, option in enumerate(options) if not option["correct"]]
    return {"options": right if knows else wrong[: len(right)], "certainty": 2}


def _take_pictures(address: str, person: Any) -> None:
    from playwright.sync_api import sync_playwright

    from tests.conftest import chromium

    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        )
        desk = browser.new_context(viewport={"width": 1180, "height": 820}, color_scheme="light")
        page = desk.new_page()
        _sign_in(page, address, person)
        page.goto(f"{address}/today/")
        page.screenshot(path=PICTURES / "today.png")
        page.goto(f"{address}/study/{SLUG}/")
        _until_choice(page)
        page.screenshot(path=PICTURES / "study.png")
        _answer_a_drill(page, address)
        page.screenshot(path=PICTURES / "drill.png")
        browser.close()
    for name in ("today", "study", "drill"):
        print(f"docs/images/{name}.png")


def _sign_in(page: Any, address: str, person: Any) -> None:
    page.goto(f"{address}/accounts/login/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", person.password)
    page.click("main button[type=submit], main form button")
    page.wait_for_url(lambda url: "login" not in url)


def _answer_a_drill(page: Any, address: str) -> None:
    """Answer a drill about a policy with one that allows too much, and look at what it does."""
    page.goto(f"{address}/drills/{SLUG}/")
    page.get_by_role("button", name=DRILL).first.click()
    statement = {"Effect": "Allow", "Action": ["s3:List*", "s3:GetObject"], "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    page.locator("textarea").fill(json.dumps(policy, indent=2))
    page.get_by_role("button", name="Answer").click()
    page.wait_for_selector("[data-announce]")


def _until_choice(page: Any) -> None:
    """Go on to a multiple-choice question, answer it, and stop at its explanation."""
    for _ in range(30):
        if page.locator("input[name=option]").count() and page.locator(".certainty").count():
            asked = page.locator(".options legend").inner_text()
            for place in range(1 if asked == "Choose one" else int(asked.split()[-1])):
                page.locator(".option label").nth(place).click()
            page.keyboard.press("Enter")
            page.wait_for_selector(".verdict")
            if page.locator(".why").count():
                return
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("Space")
            page.wait_for_selector(".ratings")
            page.keyboard.press("3")
        page.wait_for_timeout(250)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


if __name__ == "__main__":
    begin = time.monotonic()
    main()
    print(f"{time.monotonic() - begin:.0f} s")
