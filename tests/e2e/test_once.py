"""One showing, one answer: second tab, double click, back button, a connection that is gone for a moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import Visitor, swapped

CONFLICT = "409"


def turn(page: Page) -> None:
    page.get_by_role("button", name="Show the answer").click()
    swapped(page, ".ratings")  # until htmx has settled, a press would send the plain form


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_a_second_tab_with_another_rating_is_told(visit: Callable[..., Visitor], javascript: bool) -> None:
    visitor = visit(java_script_enabled=javascript)
    visitor.expected = CONFLICT
    first, second = visitor.open("/study/recall/"), visitor.another_tab()
    second.goto(first.url)
    turn(first)
    turn(second)
    first.locator(".rating[value='3']").click()
    first.wait_for_selector(".ratings", state="detached")
    with second.expect_response("**/answer/") as answer:
        second.locator(".rating[value='1']").click()
    assert answer.value.status == 409
    expect(second.locator(".notice.warning")).to_contain_text("already answered")
    expect(second.get_by_role("button", name="Show the answer")).to_be_visible()
    assert [row["rating"] for row in visitor.log()] == [3]


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_a_double_click_is_one_answer(visit: Callable[..., Visitor], javascript: bool) -> None:
    visitor = visit(java_script_enabled=javascript)
    page = visitor.open("/study/recall/")
    turn(page)
    page.locator(".rating[value='3']").dblclick()
    page.wait_for_selector("[name=show]", state="attached")
    assert len(visitor.log()) == 1
    expect(page.locator(".notice.warning")).to_have_count(0)


def test_the_back_button_answers_nothing_twice(visit: Callable[..., Visitor]) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.open("/study/recall/")
    turn(page)
    page.locator(".rating[value='3']").click()
    expect(page.get_by_role("button", name="Show the answer")).to_be_visible()  # the next card has arrived
    page.wait_for_load_state()
    page.go_back()
    page.locator(".rating[value='3']").click()
    expect(page.get_by_role("button", name="Show the answer")).to_be_visible()
    assert [row["rating"] for row in visitor.log()] == [3]


def test_an_answer_given_offline_is_saved_once_when_the_connection_is_back(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit()
    visitor.expected = "ERR_INTERNET_DISCONNECTED|^htmx:(afterRequest|sendError)"
    page = visitor.open("/study/recall/")
    turn(page)
    page.context.set_offline(True)
    page.keyboard.press("3")
    expect(page.locator("#status")).to_have_text("Not saved yet, trying again")
    expect(page.locator("#status[data-show]")).to_be_visible()
    page.keyboard.press("1")  # impatience does no harm
    assert visitor.log() == []
    page.context.set_offline(False)
    swapped(page, "[name=show]")
    expect(page.locator("#status[data-show]")).to_have_count(0)
    assert [row["rating"] for row in visitor.log()] == [3]


def test_a_server_that_is_away_for_a_moment_is_asked_again(visit: Callable[..., Visitor]) -> None:
    """The answer is recorded, and the way back is cut: the repeat gets the stored outcome."""
    visitor = visit()
    visitor.expected = "ERR_CONNECTION_RESET|^htmx:(afterRequest|sendError)"
    page = visitor.page
    times = []

    def cut(route: object) -> None:
        times.append(1)
        if len(times) == 1:
            route.fetch()  # type: ignore[attr-defined]
            route.abort("connectionreset")  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/answer/", cut)  # before the page is opened: switching it on later can miss a request
    visitor.open("/study/recall/")
    turn(page)
    page.keyboard.press("4")
    swapped(page, "[name=show]")
    assert len(times) == 2
    assert [row["rating"] for row in visitor.log()] == [4]
