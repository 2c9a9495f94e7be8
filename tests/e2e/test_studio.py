"""An instructor drops notes in, looks at what becomes of them and publishes; the worker does the reading."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.site import Visitor
from tests.e2e.test_pages import INSTRUCTOR, check_page

NOTES = """# Gate keeping

## Knocks

- A gate opens after 3 knocks.
- **Keeper**: the person who holds the key of a gate.
- A keeper sleeps at most 8 hours a day.

Q: Who opens the gate at night?
A: The night keeper.
Because: the day keeper sleeps then.
"""


def test_notes_become_questions_that_are_published(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR, reduced_motion="reduce")
    page = visitor.open("/studio/new-certification/")
    page.get_by_role("textbox", name="Title", exact=True).fill("Gate keeping")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/studio/gate-keeping/**")
    visitor.open("/studio/gate-keeping/upload/")
    page.set_input_files(
        "#files", {"name": "gates.md", "mimeType": "text/markdown", "buffer": NOTES.encode()}
    )
    page.get_by_role("button", name="Read them").click()
    publish = page.get_by_role("button", name="Publish")
    expect(publish).to_be_visible(timeout=90_000)
    run = page.url
    for part in ("outline/", "lines/", "left-out/", "questions/"):
        answer = page.goto(run + part)
        assert answer is not None and answer.status == 200
        check_page(page)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
    assert "What is Keeper?" in page.locator("main").inner_text(), "made from the notes"
    assert "What is Keeper?" in page.locator("main").inner_text(), "made from the notes"
    page.goto(run)
    publish.click()
    page.wait_for_url("**/studio/gate-keeping/publications/1/")
    check_page(page)
    page.get_by_role("link", name="Read it as learners do").click()
    page.wait_for_url("**/topics/gate-keeping/")
    expect(page.get_by_role("link", name="Knocks")).to_be_visible()


def test_a_file_that_cannot_be_read_says_so(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR)
    visitor.expected = "4(00|22)"
    page = visitor.open(f"/studio/{visitor.site.course}/upload/")
    page.set_input_files("#files", {"name": "gates.exe", "mimeType": "text/plain", "buffer": b"MZ"})
    page.get_by_role("button", name="Read them").click()
    expect(page.locator("main")).to_contain_text("gates.exe", timeout=90_000)
