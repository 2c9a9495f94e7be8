"""A drill is written in the Studio: told what to mend while one types, tried, saved, and met by a learner."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Dialog, Page, expect

from tests.e2e.site import Visitor
from tests.e2e.test_pages import INSTRUCTOR, check_page

PROVEN = "It proves itself"


def begun(visitor: Visitor, grader: str) -> Page:
    """The desk with an example of this grader, for the first topic."""
    page = visitor.open(f"/studio/{visitor.site.course}/drills/new/")
    page.locator(f"input[name=grader][value={grader}]").check()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/drills/new/?*")
    return page


def retyped(page: Page, was: str, becomes: str) -> None:
    """Edit the text as somebody who types does: the page is told by an input event."""
    box = page.locator("#yaml")
    text = box.input_value()
    assert was in text
    box.fill(text.replace(was, becomes, 1))


def test_a_drill_is_written_and_saved(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = begun(visitor, "number")
    expect(page.locator("#proves")).to_have_text(PROVEN)
    retyped(page, "grader: number", "grader: nummber")
    expect(page.locator("#mend")).to_have_text("1 thing to mend")
    expect(page.locator(".numbered li[data-bad]")).to_have_text("3")
    expect(page.locator("#status")).to_contain_text("1 thing to mend")
    page.get_by_role("link", name="Line 3").click()
    chosen = page.locator("#yaml").evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert chosen == "grader: nummber"
    retyped(page, "grader: nummber", "grader: number")
    expect(page.locator("#proves")).to_have_text(PROVEN)
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#variant")).to_have_text("Variant 1")
    expect(page.locator("#to-after")).to_be_focused()
    page.locator("#answer-box").fill("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#tried-result")).to_contain_text("Not yet")
    retyped(page, "title: Boxes for the bakery", "title: Boxes for a bakery by the sea")
    page.locator("#yaml").focus()
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/drills/[0-9a-f]{8}-"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Boxes for a bakery by the sea")
    expect(page.locator(".messages")).to_contain_text("offered to learners")
    check_page(page)
    learner = visit()
    learner.open(f"/drills/{visitor.site.course}/")
    expect(learner.page.locator("main")).to_contain_text("Boxes for a bakery by the sea")


def test_survivors_and_failures_can_be_looked_at(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = begun(visitor, "alarm")
    text = page.locator("#yaml").input_value()
    visible = re.sub(r"\n.*hidden: true}", "", text)
    page.locator("#yaml").fill(re.sub(r"  - answer: .*\n    fails: Silence\n", "", visible))
    page.locator("summary", has_text="broken answers that pass").wait_for()
    if not page.locator(".survived").is_visible():
        page.locator("summary", has_text="broken answers that pass").click()
    expect(page.locator(".survived del, .survived ins").first).to_be_visible()
    page.locator("summary", has_text="Every answer of the self-test").click()
    page.get_by_role("button", name="Try it Bad answer 1").click()
    expect(page.locator("#tried-result")).to_contain_text("checks hold")
    check_page(page)


def test_the_desk_without_javascript(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR, java_script_enabled=False)
    visitor.expected = "422"
    page = begun(visitor, "cors")
    retyped(page, "grader: cors", "grader: curs")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#mend")).to_have_text("1 thing to mend")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved yet.")
    retyped(page, "grader: curs", "grader: cors")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#variant")).to_have_text("Variant 1")
    page.locator("summary", has_text="Every answer of the self-test").click()
    page.get_by_role("button", name="Try it Good answer 1").click()
    expect(page.locator("#tried-result")).to_contain_text("That is right")


def test_unsaved_words_are_not_lost_by_a_slip(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR)
    page = begun(visitor, "order")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#yaml").click()
    page.keyboard.type("# a word")
    page.get_by_role("link", name="Leave without saving").click()
    expect(page.locator("#yaml")).to_be_visible()
    assert asked == ["beforeunload"]
