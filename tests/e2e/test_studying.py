"""A study session as people do it: by keyboard, by mouse without JavaScript, by thumb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.site import Site, Visitor, is_recall, letters, swapped

UNDO = 3  # ReviewLog.Kind


def sign_in(page: Page, site: Site) -> str:
    """Through the door, as the demo learner; returns the address."""
    email, password = site.prepared["demo"]["learner"]
    page.goto(f"{site.url}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site.url}/today/")
    return str(email)


def answer_by_keyboard(page: Page, rating: int) -> dict[str, Any]:
    """Answer the card on the page; what the log must say of it."""
    if is_recall(page):
        page.keyboard.press("Space")
        swapped(page, ".ratings")
        card = page.locator(".ratings [name=card]").input_value()
        page.keyboard.press(str(rating))
        swapped(page, f".session-bar [name=card][value='{card}']")
        return {"card_id": int(card), "rating": rating}
    card = page.locator(".card [name=card]").input_value()
    for letter in letters(page):
        page.keyboard.press(letter)
    page.keyboard.press("Enter")
    swapped(page, ".verdict")
    right = "wrong" not in (page.locator(".verdict").get_attribute("class") or "")
    return {"card_id": int(card), "correct": int(right)}


def check_log(log: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """One row for each answer, in order, and the undo of the last."""
    *answers, undo = log
    seen = [{name: row[name] for name in told} for row, told in zip(answers, expected, strict=True)]
    assert seen == expected
    assert all(row["seq"] == 0 for row in answers)
    for row in answers:
        if row["correct"] is not None:
            assert (row["rating"] == 1) == (not row["correct"]), "a wrong answer is Again"
    last = answers[-1]
    assert (undo["kind"], undo["card_id"], undo["undoes"], undo["rating"]) == (UNDO, last["card_id"], 0, None)


def test_the_demo_learner_studies_five_cards_by_keyboard(site: Site, visit: Callable[..., Visitor]) -> None:
    visitor = visit("")
    page, email = visitor.page, sign_in(visitor.page, site)
    before = len(site.log(email))
    page.get_by_role("link", name="Begin").click()
    expected = []
    for rating in (3, 1, 4, 2, 3):
        if page.locator(".verdict").count():
            page.keyboard.press("Enter")
            swapped(page, ".card [data-key~=space]:not(a)")
        expected.append(answer_by_keyboard(page, rating))
    page.keyboard.press("u")
    swapped(page, ".notice.info")
    assert "Taken back. Answer it again." in page.locator(".notice").inner_text()
    check_log(site.log(email)[before:], expected)
    shown = page.locator("#session .card [name=card], #session .card [name=show]").first.input_value()
    assert shown.partition("-")[0] == str(expected[-1]["card_id"]), "the card is back"


def test_the_same_without_javascript(visit: Callable[..., Visitor], site: Site) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.open(f"/study/{site.course}/")
    expected: list[dict[str, Any]] = []
    for rating in (3, 1, 4, 2, 3):
        if page.locator(".verdict").count():
            page.get_by_role("link", name="Go on").click()
        if page.locator("[name=show]").count():
            page.get_by_role("button", name="Show the answer").click()
            card = int(page.locator(".ratings [name=card]").input_value())
            page.locator(f".rating[value='{rating}']").click()
            expected.append({"card_id": card, "rating": rating})
        else:
            card = int(page.locator(".card [name=card]").input_value())
            for place in range(len(letters(page))):
                page.locator(".option label").nth(place).click()
            page.get_by_text("Sure", exact=True).click()
            page.get_by_role("button", name="Check").click()
            expected.append({"card_id": card, "certainty": 3})
    page.get_by_role("button", name="Undo").click()
    check_log(visitor.log(), expected)
    assert page.locator("#session .card").count() == 1


def test_by_thumb(visit: Callable[..., Visitor]) -> None:
    visitor = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = visitor.open("/study/recall/")
    for rating in (3, 2, 4):
        reveal = page.get_by_role("button", name="Show the answer")
        in_reach(page, [reveal.bounding_box()])
        reveal.tap()
        swapped(page, ".ratings")
        buttons = page.locator(".rating").all()
        in_reach(page, [button.bounding_box() for button in buttons])
        buttons[rating - 1].tap()
        swapped(page, "[name=show]")
    assert [row["rating"] for row in visitor.log()] == [3, 2, 4]


def in_reach(page: Page, boxes: list[Any]) -> None:
    """Buttons for the thumb: in the lower half of the screen, not cut off, and large enough."""
    height = page.viewport_size["height"] if page.viewport_size else 0
    for box in boxes:
        assert box["y"] >= height / 2, box
        assert box["y"] + box["height"] <= height, box
        assert box["height"] >= 44 and box["width"] >= 44, box


def test_the_whole_day_to_its_end_and_ten_minutes_more(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open("/study/recall/")
    for _ in range(12):
        page.keyboard.press("Space")
        swapped(page, ".ratings")
        page.keyboard.press("4")
        swapped(page, "[name=show], #session h1")
        if not page.locator("[name=show]").count():
            break
    assert page.get_by_role("heading", level=1).inner_text() == "That is all for today."
    page.get_by_role("button", name="Ten more minutes").click()
    page.wait_for_load_state()
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/recall/")
    assert {row["rating"] for row in visitor.log()} == {4}


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_multiple_choice_is_graded_and_explained(visit: Callable[..., Visitor], javascript: bool) -> None:
    visitor = visit(java_script_enabled=javascript)
    page = visitor.open("/study/choice/")
    assert "because" not in page.content()
    page.get_by_text("option 0").click()  # the factories' key comes first in the payload
    page.get_by_text("Guess").click()
    page.get_by_role("button", name="Check").click()
    page.wait_for_selector(".verdict")
    assert page.locator(".verdict").inner_text().startswith("Right: back in")
    assert page.locator("[data-state=right] .why").inner_text() == "because 0"
    (row,) = visitor.log()
    assert (row["correct"], row["rating"], row["certainty"]) == (1, 2, 1), "a lucky guess is Hard"
