"""Written drills in a real browser: by keyboard, without scripts, in two tabs, and on the narrowest phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import Visitor
from tests.e2e.test_deciding import sound

POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Principal": "*", "Resource": "arn:aws:s3:::tea-lists/*"}
  ]
}"""
BROKEN = POLICY.replace('"2012-10-17",', '"2012-10-17"')
TITLES = {
    "number": "Oil for the lamps",
    "order": "Lighting a lamp",
    "choice": "Where does it end?",
    "choices": "Which expire?",
    "textarea": "A partner reads",
}
VERDICT = "#attempt h2.verdict"


def begun(visitor: Visitor, box: str) -> Page:
    page = visitor.open("/drills/workshop/")
    page.locator(".drills button", has_text=TITLES[box]).click()
    page.wait_for_url("**/drills/attempts/**")
    return page


def answer(page: Page) -> None:
    page.get_by_role("button", name="Answer", exact=True).click()


def quiet(page: Page) -> None:
    page.wait_for_selector(
        ".htmx-request, .htmx-settling, .htmx-swapping, [aria-busy=true]", state="detached"
    )


def test_a_policy_is_written_and_graded(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.expected = "422"
    page = begun(visitor, "textarea")
    box = page.get_by_label("Your policy, in JSON")
    box.fill(BROKEN)
    answer(page)
    error = page.get_by_role("alert")
    expect(error).to_contain_text("This could not be read")
    expect(page.locator("#answer-error")).to_be_focused()
    expect(box).to_have_value(BROKEN)
    page.get_by_role("button", name="Go to line 3").click()
    assert page.evaluate("getSelection().toString() || document.activeElement.value.slice(...[document.activeElement.selectionStart, document.activeElement.selectionEnd])") == '  "Statement": ['  # fmt: skip
    box.fill(POLICY)
    answer(page)
    expect(page.locator(VERDICT)).to_contain_text("Not yet")
    expect(page.locator(VERDICT)).to_be_focused()
    expect(page.locator(".checks > [data-state=bad] .word").first).to_have_text("Fails")
    expect(page.locator("section .lines")).to_contain_text("arn:aws:s3:::tea-lists/*")
    said = page.locator(VERDICT).inner_text()
    page.reload()
    assert page.locator(VERDICT).inner_text() == said
    page.get_by_text("An answer that passes").click()
    expect(page.locator(".answers details[open] li").first).to_be_visible()


def test_by_keyboard_alone(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = begun(visitor, "textarea")
    box = page.locator("textarea[data-code]")
    box.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") != "TEXTAREA", "nothing typed yet: Tab goes on"
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("{\n")
    page.keyboard.press("Tab")
    page.keyboard.type('"a": 1')
    assert box.input_value() == '{\n    "a": 1'
    page.keyboard.press("Shift+Tab")
    assert box.input_value() == '{\n  "a": 1'
    page.keyboard.press("Control+z")
    assert box.input_value() == '{\n    "a": 1', "the browser's own undo goes on working"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON", "Escape, then Tab leaves the box"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(POLICY)
    page.keyboard.press("Control+Enter")
    expect(page.locator(VERDICT)).to_be_visible()
    assert page.locator("section .lines li").count() == POLICY.count("\n") + 1


def test_an_order_by_keyboard(visit: Callable[..., Visitor]) -> None:
    page = begun(visit(), "order")
    for name in ("Light it", "Fill it", "Trim the wick", "Wipe the glass"):
        page.locator(".waiting .add", has_text=name).focus()
        page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text("Wipe the glass: place 4 of 4")
    down = page.get_by_role("button", name="Down: Light it")
    down.focus()
    for _ in range(3):
        page.keyboard.press("Enter")
    assert page.locator(".placed .text").all_inner_texts() == [
        "Fill it",
        "Trim the wick",
        "Wipe the glass",
        "Light it",
    ]
    assert page.evaluate("document.activeElement.value") == "down:light"
    page.reload()
    assert page.locator(".placed .text").count() == 4, "the draft outlives a reload"
    answer(page)
    expect(page.locator(VERDICT)).to_contain_text("That is right")


def test_a_draft_outlives_a_reload_and_ends_with_the_answer(visit: Callable[..., Visitor]) -> None:
    page = begun(visit(), "textarea")
    page.fill("textarea", POLICY)
    page.reload()
    assert page.input_value("textarea") == POLICY
    page.get_by_role("button", name="Show a hint").click()
    expect(page.locator("#hints li")).to_have_count(1)
    assert page.input_value("textarea") == POLICY
    expect(page.locator("#hints [data-focus]")).to_be_focused()
    answer(page)
    expect(page.locator(VERDICT)).to_be_visible()
    page.wait_for_function("!Object.keys(sessionStorage).some((key) => key.startsWith('draft:'))")


def test_the_first_of_two_tabs_counts(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.expected = "409"
    page = begun(visitor, "choices")
    other = visitor.another_tab()
    other.goto(page.url)
    page.keyboard.press("1")
    answer(page)
    expect(page.locator(VERDICT)).to_be_visible()
    said = page.locator(".given").first.inner_text()
    other.get_by_role("checkbox").nth(2).check(force=True)
    answer(other)
    expect(other.locator("#attempt .notice")).to_contain_text("Your first answer counts")
    assert other.locator(".given").first.inner_text() == said


def test_going_back_finds_what_became_of_it(visit: Callable[..., Visitor]) -> None:
    page = begun(visit(), "number")
    page.fill("[name=answer]", "0")
    page.keyboard.press("Enter")
    expect(page.locator(VERDICT)).to_contain_text("Not yet")
    page.get_by_role("link", name="All drills").click()
    page.wait_for_url("**/drills/workshop/")
    page.go_back()
    expect(page.locator(VERDICT)).to_contain_text("Not yet")
    page.get_by_role("link", name="Mend it").click()
    page.wait_for_url("**/mend/")
    page.fill("[name=answer]", "1")
    page.get_by_role("button", name="Look again").click()
    quiet(page)
    expect(page.locator("#mend h2.verdict")).to_be_visible()
    page.get_by_role("link", name="Done").click()
    expect(page.locator("section .figure")).to_have_text("0 cans")
    page.get_by_role("button", name="Same drill, new numbers").click()
    page.wait_for_url("**/drills/attempts/**")
    expect(page.get_by_role("button", name="Answer", exact=True)).to_be_visible()


def test_all_of_it_without_scripts(visit: Callable[..., Visitor]) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.expected = "422"
    page = begun(visitor, "order")
    page.locator(".waiting .add", has_text="Light it").click()
    page.locator(".waiting .add", has_text="Fill it").click()
    page.get_by_role("button", name="Up: Fill it").click()
    assert page.locator(".placed .text").all_inner_texts() == ["Fill it", "Light it"]
    answer(page)
    expect(page.locator(VERDICT)).to_contain_text("Not yet")
    page = begun(visitor, "number")
    page.fill("[name=answer]", "many")
    page.get_by_role("button", name="Show a hint").click()
    expect(page.locator("#hints li")).to_have_count(1)
    assert page.input_value("[name=answer]") == "many", "the draft is kept"
    answer(page)
    expect(page.get_by_role("alert")).to_contain_text("This could not be read")
    page.fill("[name=answer]", "0")
    answer(page)
    expect(page.locator(VERDICT)).to_contain_text("Not yet")
    page.get_by_role("link", name="Mend it").click()
    page.fill("[name=answer]", "1")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("h2.verdict")).to_be_visible()


@pytest.mark.parametrize("box", TITLES)
def test_the_pages_are_sound(visit: Callable[..., Visitor], box: str) -> None:
    visitor = visit(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = begun(visitor, box)
    sound(page)
    if box == "textarea":
        page.fill("textarea", POLICY.replace("tea-lists", "tea" + 60 * "-lists"))
    elif box == "number":
        page.fill("[name=answer]", "1" + 12 * "0")
    elif box == "order":
        page.locator(".waiting .add").first.click()
        sound(page)
    else:
        page.locator("[name=answer]").first.check(force=True)
    answer(page)
    expect(page.locator(VERDICT)).to_be_visible()
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    sound(page)
    page.get_by_role("link", name=re.compile("Mend it|Try another answer")).click()
    page.wait_for_url("**/mend/")
    sound(page)


@pytest.mark.parametrize("query", ["", "?state=new", "?state=passed", "?topic=topic-1-1"])
def test_the_list_is_sound(visit: Callable[..., Visitor], query: str) -> None:
    visitor = visit(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    visitor.open(f"/drills/workshop/{query}")
    sound(visitor.page)
