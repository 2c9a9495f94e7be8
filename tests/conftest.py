"""Which tests can run here, and what all of them share. Servers and settings are decided before: tests/settings.py."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A slow or shared machine is no reason to fail; wrong answers are.
hypothesis.settings.register_profile(
    "studyapp", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("studyapp")

_BROWSER_FOLDER = Path(__file__).parent / "e2e"
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def chromium() -> str | None:
    """Path of an installed Chromium or Chrome; STUDYAPP_CHROMIUM names another."""
    named = os.environ.get("STUDYAPP_CHROMIUM")
    return named or next(filter(None, map(shutil.which, _CHROMIUM_NAMES)), None)


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    from django.conf import settings

    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    browser_missing = not chromium() and not os.environ.get("STUDYAPP_REQUIRE_BROWSER")
    for item in items:
        if _BROWSER_FOLDER in item.path.parents:
            item.add_marker("e2e")
        if item.get_closest_marker("postgres") and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL; `make test` runs it there"))
        if item.get_closest_marker("redis") and not settings.REDIS_URL:
            item.add_marker(pytest.mark.skip(reason="needs Redis; `make test` runs it there"))
        if item.get_closest_marker("e2e") and browser_missing:
            item.add_marker(
                pytest.mark.skip(reason="no Chromium found; install it, or set STUDYAPP_CHROMIUM")
            )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for the whole run; make a context of your own in each test."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    assert path, "STUDYAPP_REQUIRE_BROWSER is set and no Chromium was found."
    # playwright's event loop runs in this thread, and Django would then refuse its own database calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
        )
        yield chrome
        chrome.close()
