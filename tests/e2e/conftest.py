"""One running product for all browser tests, and windows to look at it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.site import Site, Visitor, running, visiting


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """`visit()`: a window of a new learner; `visit(email)`, `visit("")`: of somebody, of nobody."""
    with contextlib.ExitStack() as stack:

        def opened(email: str | None = None, **options: Any) -> Visitor:
            who = site.new_learner() if email is None else email
            return stack.enter_context(visiting(browser, site, who, **options))

        yield opened
