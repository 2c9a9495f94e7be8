"""What people do about their exam: say when it is, see where they stand, try more minutes, and take them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import Visitor

EXAM = datetime.now(UTC).date() + timedelta(days=24)


def figure(page: Page) -> str:
    """“1 to 99 passes in 100”: before the first answers, what they fit."""
    expect(page.locator("h1")).to_have_text("It is too early to say whether you would pass.")
    found = re.search(
        r"anything from (.*) would fit your answers so far\.", page.locator("main").inner_text()
    )
    assert found is not None
    return found[1]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_date_a_forecast_more_minutes(visit: Callable[..., Visitor], scripts: bool) -> None:
    visitor = visit(java_script_enabled=scripts)
    course = visitor.site.course
    page = visitor.open(f"/certifications/{course}/")
    page.get_by_label("Exam date").fill(EXAM.isoformat())
    page.get_by_role("spinbutton", name="Minutes a day").fill("4")
    page.locator(".weekdays label", has_text="Sun").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messages")).to_contain_text("Saved. The days ahead are planned anew.")
    assert page.get_by_label("Sunday off").is_checked()
    expect(page.locator(".lead")).to_contain_text("4 minutes a day")

    page.locator("#main").get_by_role("link", name="Readiness").click()
    page.wait_for_url("**/readiness/**")
    before = figure(page)
    assert re.search(r"in 100", before)
    expect(page.locator("main")).to_contain_text(f"On {EXAM.day} {EXAM:%B %Y}, with 4 minutes a day,")

    page.get_by_role("spinbutton", name="Minutes a day").fill("30")
    page.get_by_role("button", name="Try").click()
    page.wait_for_url("**minutes=30**")
    expect(page.locator("#what-if .stem")).to_contain_text("whether 30 minutes a day would do")
    assert figure(page) == before, "trying changes nothing"

    page.get_by_role("button", name="Study 30 minutes a day from now").click()
    expect(page.locator(".messages")).to_contain_text("From now on the plan counts on 30 minutes a day.")
    expect(page.locator("main")).to_contain_text("with 30 minutes a day,")

    visitor.open(f"/today/{course}/")
    expect(page.locator("h1")).to_contain_text("24 days to the exam")
    page.get_by_role("link", name="Today’s plan").click()
    page.wait_for_url("**/plan/**")
    assert page.locator(".turns > li").count() >= 10
    expect(page.locator(".turns > li").first).to_contain_text("You have not met it yet")


def test_a_card_says_why_it_is_asked(visit: Callable[..., Visitor]) -> None:
    page = visit().open("/study/recall/")
    why = page.locator(".whynow")
    expect(why.locator("summary")).to_contain_text("You have not met it yet; its domain is")
    why.locator("summary").click()
    why.get_by_role("link", name="Today’s plan").click()
    page.wait_for_url("**/plan/recall/")
    expect(page.locator("main")).to_contain_text("New to you")


def test_a_break_is_planned_and_taken_out(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"/certifications/{visitor.site.course}/")
    page.get_by_text("Add a break").click()
    page.get_by_label("First day off").fill((EXAM - timedelta(days=9)).isoformat())
    page.get_by_label("Last day off").fill((EXAM - timedelta(days=7)).isoformat())
    page.get_by_role("button", name="Add the break").click()
    expect(page.locator(".messages")).to_contain_text("the plan goes around them")
    assert page.locator(".rows time").count() == 2
    page.get_by_role("button", name=re.compile("^Take out")).click()
    expect(page.locator(".messages")).to_contain_text("The break is taken out.")
    assert page.locator(".rows time").count() == 0


def test_an_instructor_says_what_to_expect(visit: Callable[..., Visitor]) -> None:
    visitor = visit("instructor@example.org")
    course = visitor.site.course
    page = visitor.open(f"/studio/{course}/")
    page.get_by_role("link", name="Difficulty").click()
    page.get_by_role("link", name="what you expect").click()
    page.wait_for_url("**/expectations/")
    page.locator(".expected input").nth(1).fill("65")
    page.get_by_role("button", name="Save this page").click()
    expect(page.locator(".messages")).to_contain_text("1 rating is saved.")
    assert page.locator(".expected input").nth(1).input_value() == "65"
    expect(page.locator(".expected > li").nth(1)).to_contain_text("only you so far")
