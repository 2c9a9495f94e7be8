"""What a study page costs on the wire, compressed and cached as in production."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession

from tests.e2e.site import Visitor, is_recall, letters, swapped

FIRST_TIME, FOLLOWING = 35_000, 5_000  # bytes, headers included


class Meter:
    """Opens a course's study page and counts what arrives, as the browser itself reports it."""

    def __init__(self, visitor: Visitor, course: str) -> None:
        self.bytes = 0
        self.requests = 0
        self.wire: CDPSession = visitor.page.context.new_cdp_session(visitor.page)
        self.wire.on("Network.loadingFinished", self._count)
        self.wire.send("Network.enable")
        visitor.open(f"/study/{visitor.site.course if ' ' in course else course}/")

    def _count(self, event: dict[str, float]) -> None:
        self.bytes += int(event["encodedDataLength"])
        self.requests += 1

    def read(self) -> int:
        """Bytes since the last reading."""
        taken, self.bytes = self.bytes, 0
        return taken


@pytest.mark.parametrize("course", ["recall", "choice", "the shipped one"])
def test_a_first_study_page_is_light(visit: Callable[..., Visitor], course: str) -> None:
    meter = Meter(visitor := visit(), course)
    visitor.page.wait_for_load_state("networkidle")
    first = meter.read()
    print(f"{course}: {first} bytes the first time")
    assert meter.requests >= 5
    assert 5_000 < first <= FIRST_TIME


@pytest.mark.parametrize("course", ["recall", "choice", "the shipped one"])
def test_a_following_card_is_light(visit: Callable[..., Visitor], course: str) -> None:
    meter = Meter(visitor := visit(), course)
    page = visitor.page
    page.wait_for_load_state("networkidle")
    meter.read()
    weights = []
    for _ in range(4):
        if is_recall(page):
            page.keyboard.press("Space")
            swapped(page, ".ratings")
            page.keyboard.press("4")
        else:
            for letter in letters(page):
                page.keyboard.press(letter)
            page.keyboard.press("Enter")
            swapped(page, ".verdict")
            page.keyboard.press("Enter")
        swapped(page, ".card [data-key~=space]:not(a)")
        weights.append(meter.read())
    print(f"{course}: {weights} bytes for the following cards")
    assert min(weights) > 500
    assert max(weights) <= FOLLOWING


def test_every_file_of_the_page_is_compressed_and_kept(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    seen = {}
    visitor.page.on("response", lambda response: seen.update({response.url: response.headers}))
    visitor.open("/study/recall/")
    static = {url: headers for url, headers in seen.items() if "/static/" in url}
    assert len(static) >= 3
    for url, headers in static.items():
        assert "immutable" in headers["cache-control"], url
        assert headers.get("content-encoding") == "gzip" or int(headers["content-length"]) < 1500, url
