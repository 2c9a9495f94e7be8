"""An instructor decides: proposed questions by key and by button, statements that disagree, topics that are one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.site import Visitor
from tests.e2e.test_pages import INSTRUCTOR, check_page

HANDBOOK = """# Gate keeping

## Knocks

- **Keeper**: the person who holds the key of a gate.
- **Warden**: the person who counts the knocks.
- **Porter**: the person who carries what comes through.
- A gate opens after 3 knocks.
- A keeper sleeps at most 8 hours a day.

## Hinges

- **Pintle**: the pin on which a hinge turns.
- **Gudgeon**: the socket that takes a pintle.
- A hinge is oiled every 30 days.
"""
LEAFLET = """# Knocks

- A gate opens after 5 knocks.
- A keeper sleeps at most 8 hours a day.
- **Keeper**: the person who holds the key of a gate.
"""
DESK = "#desk:not([aria-busy])"


@pytest.fixture
def at_the_run(visit: Callable[..., Visitor]) -> Callable[..., tuple[Visitor, str]]:
    """Uploads both files to a new certification; (the visitor, the address of the preview)."""

    def upload(name: str, **options: object) -> tuple[Visitor, str]:
        visitor = visit(INSTRUCTOR, reduced_motion="reduce", **options)
        page = visitor.open("/studio/new-certification/")
        page.get_by_role("textbox", name="Title", exact=True).fill(name)
        page.get_by_role("button", name="Make it").click()
        page.wait_for_url("**/studio/*/")
        files = {"handbook.md": HANDBOOK, "leaflet.md": LEAFLET}
        payload = [FilePayload(name=n, mimeType="text/markdown", buffer=t.encode()) for n, t in files.items()]
        page.set_input_files("#files", payload)
        page.get_by_role("button", name="Read them").click()
        page.wait_for_url("**/studio/runs/**")
        address = page.url
        for _ in range(150):
            if page.get_by_role("button", name="Publish").count():
                return visitor, address
            page.wait_for_timeout(500)
            page.goto(address)
        raise AssertionError("The notes were not read.")

    return upload


def sound(page: Page) -> None:
    """`check_page`, and back to a light desk."""
    check_page(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")


def looked_at(page: Page) -> int:
    found = re.match(r"([\d,]+) of", page.locator(".desk-head b").inner_text())
    assert found is not None
    return int(found[1])


def press(page: Page, key: str) -> None:
    """Press a key and wait until the desk is new."""
    page.locator("#desk").evaluate("desk => desk.dataset.old = 'yes'")
    page.keyboard.press(key)
    page.wait_for_selector("#desk:not([data-old])")
    page.wait_for_selector(DESK)


def stem(page: Page) -> str:
    return page.locator("#stem").inner_text()


def test_questions_are_gone_through_by_keyboard(at_the_run: Callable[..., tuple[Visitor, str]]) -> None:
    visitor, run = at_the_run("Gates by key")
    page = visitor.page
    page.goto(f"{run}questions/")
    first = stem(page)
    press(page, "a")
    second = stem(page)
    assert (looked_at(page), second != first) == (1, True)
    assert page.evaluate("document.activeElement.id") == "stem", "the next question has the focus"
    expect(page.locator("#status")).to_contain_text("Accepted")
    press(page, "r")
    assert looked_at(page) == 2
    press(page, "u")
    assert (looked_at(page), stem(page)) == (1, second)
    press(page, "k")
    assert stem(page) == first
    expect(page.locator(".sheet")).to_contain_text("accepted")
    press(page, "j")
    page.keyboard.press("?")
    expect(page.get_by_text("next, previous topic")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    assert stem(page) == second, "keys with a modifier are the browser's"
    press(page, "e")
    assert page.evaluate("document.activeElement.id") == "stem"
    page.fill("#stem", "")
    page.keyboard.type("a r u j?")
    assert page.locator("#stem").input_value() == "a r u j?", "typing is typing"
    page.get_by_role("button", name="Save these words").click()
    expect(page.locator(".sheet .stem")).to_contain_text("a r u j?")
    assert looked_at(page) == 2
    page.reload()
    assert stem(page) == "a r u j?", "the address keeps the place"


def test_what_cannot_be_asked_is_said_beside_its_field(
    at_the_run: Callable[..., tuple[Visitor, str]],
) -> None:
    visitor, run = at_the_run("Gates with errors")
    visitor.expected = "422"
    page = visitor.page
    page.goto(f"{run}questions/?edit=1")
    page.fill("#stem", "")
    page.get_by_role("button", name="Save these words").click()
    expect(page.locator("#stem_error0")).to_have_text("The question is empty.")
    check_page(page)


def test_every_page_without_scripts(at_the_run: Callable[..., tuple[Visitor, str]]) -> None:
    visitor, run = at_the_run("Gates without scripts", java_script_enabled=False)
    page = visitor.page
    page.goto(f"{run}questions/")
    first = stem(page)
    page.get_by_role("button", name="Accept", exact=False).first.click()
    assert (looked_at(page), stem(page) != first) == (1, True)
    page.get_by_role("button", name="Undo").click()
    assert (looked_at(page), stem(page)) == (0, first)
    page.get_by_role("link", name="Edit").click()
    page.fill("#stem", "Who is it?")
    page.get_by_role("button", name="Save these words").click()
    assert stem(page) == "Who is it?"
    page.goto(f"{run}conflicts/")
    page.get_by_role("button", name="This one holds").first.click()
    expect(page.locator(".side[data-state=holds]")).to_have_count(1)
    page.get_by_role("button", name="Take this choice back").click()
    expect(page.locator(".side[data-state=holds]")).to_have_count(0)


def test_the_pages_of_what_is_decided(at_the_run: Callable[..., tuple[Visitor, str]]) -> None:
    visitor, run = at_the_run("Gates decided")
    page = visitor.page
    for part in (
        *(
            "questions/",
            "questions/?edit=1",
            "questions/?show=silent",
            "conflicts/",
            "duplicates/",
            "merges/",
        ),
        "merges/?one=kno&other=hin",
    ):
        answer = page.goto(run + part)
        assert answer is not None and answer.status == 200
        sound(page)
    page.goto(f"{run}merges/")
    page.get_by_role("button", name="Not the same").first.click()
    expect(page.get_by_text("a topic of its own", exact=True)).to_have_count(2)
    page.get_by_role("button", name="Take this back").first.click()
    expect(page.get_by_text("a topic of its own", exact=True)).to_have_count(0)
    page.goto(run)
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/publications/1/")
    sound(page)
    page.goto(f"{visitor.site.url}/topics/gates-decided/")
    page.get_by_role("link", name="Knocks").first.click()
    page.get_by_text("Sources disagree").first.click()
    expect(page.get_by_text("A gate opens after 5 knocks.").first).to_be_visible()
    sound(page)
    page.goto(f"{visitor.site.url}/studio/gates-decided/conflicts/?show=open")
    page.keyboard.press("3")
    expect(page.get_by_text("Everything is decided")).to_be_visible()
    page.goto(f"{visitor.site.url}/studio/gates-decided/conflicts/")
    expect(page.locator(".pair .chip").first).to_have_text("both hold")
    sound(page)
    page.goto(f"{visitor.site.url}/studio/gates-decided/decisions/")
    sound(page)
    page.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_text("takes effect at once")).to_be_visible()
    page.goto(f"{visitor.site.url}/studio/gates-decided/publications/1/")
    page.get_by_role("button", name="Take back publication 1").click()
    page.wait_for_url("**/publications/2/")
    page.get_by_role("button", name="Bring it back").click()
    page.wait_for_url("**/publications/3/")
    sound(page)
