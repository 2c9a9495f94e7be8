"""An instructor looks at what became of an upload: by keyboard, by thumb, without JavaScript; decides, and reads again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.previews import CERTIFICATION, preview, upload
from tests.e2e.site import Visitor
from tests.e2e.test_pages import INSTRUCTOR
from tests.quizzes.studio.rooms import CARE_LATER

WIDE = {"width": 1280, "height": 800}


def test_doubtful_pairs_are_decided_by_keyboard(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR, viewport=WIDE)
    preview(visitor)
    page = visitor.open(upload(visitor, CERTIFICATION, CARE_LATER) + "same/")
    pair = page.locator("section[aria-labelledby=pair]")
    expect(pair).to_contain_text("1 of 3, 3 to decide")
    page.keyboard.press("j")
    page.wait_for_url("**?pair=2")
    page.keyboard.press("k")
    page.wait_for_url("**?pair=1")
    page.keyboard.press("s")
    expect(pair).to_contain_text("2 of 3, 2 to decide")
    page.keyboard.press("d")
    expect(pair).to_contain_text("3 of 3, 1 to decide")
    page.keyboard.press("k")
    expect(pair).to_contain_text("Two statements")
    page.keyboard.press("u")
    expect(pair).to_contain_text("2 of 3, 2 to decide")
    page.keyboard.press("k")
    page.wait_for_url("**?pair=1")
    page.keyboard.press("u")  # what other tests look at stays undecided
    expect(pair).to_contain_text("3 to decide")


def test_doubtful_pairs_without_javascript(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR, viewport=WIDE)
    path = visitor.site.prepared.get("preview") or preview(visitor).url.removeprefix(visitor.site.url)
    plain = visit(INSTRUCTOR, java_script_enabled=False)
    page = plain.open(path + "same/?pair=3")
    page.get_by_role("button", name="Different").click()
    page.goto(visitor.site.url + path + "same/?pair=3")
    page.get_by_role("button", name="Take it back").click()
    assert "3 to decide" in page.locator("main").inner_text()


def test_the_outline_shows_the_source_beside_it(visit: Callable[..., Visitor]) -> None:
    page = preview(visit(INSTRUCTOR, viewport=WIDE), "outline/")
    passage = page.locator("#passage")
    expect(passage).to_contain_text("Choose a topic")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(passage.get_by_role("heading", name="Care", exact=True)).to_be_visible()
    expect(passage).to_contain_text("Spare wicks lie dry in a tin box.")
    expect(passage).not_to_contain_text("Fog signal")
    assert "?topic=" in page.url
    expect(page.locator(".tree [aria-current]")).to_contain_text("Care")
    tree, source = page.locator(".tree").bounding_box(), passage.bounding_box()
    assert tree and source and source["x"] > tree["x"] + tree["width"], "side by side"
    page.locator(".tree").get_by_role("link", name="Signals").click()
    expect(passage).to_contain_text("Fog signal")
    page.reload()
    expect(passage).to_contain_text("Fog signal")
    page.go_back()
    expect(passage).to_contain_text("Spare wicks lie dry")
    expect(page.locator(".tree")).to_be_visible()


def test_files_are_dropped_anywhere_on_the_field(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR, viewport=WIDE)
    page = visitor.open(f"/studio/{visitor.site.course}/upload/")
    page.evaluate(
        """() => {
            const dropped = new DataTransfer();
            dropped.items.add(new File(["# Ropes"], "ropes.md", { type: "text/markdown" }));
            const area = document.querySelector(".drop");
            area.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
        }"""
    )
    assert page.evaluate("document.querySelector('#files').files[0].name") == "ropes.md"


def test_the_outline_on_a_phone_is_followed_by_the_page(visit: Callable[..., Visitor]) -> None:
    phone = {"width": 390, "height": 700}
    page = preview(visit(INSTRUCTOR, viewport=phone, java_script_enabled=True), "outline/")
    page.locator(".tree").get_by_role("link", name="Boats").click()
    heading = page.locator("#passage").get_by_role("heading", name="Boats", exact=True)
    expect(heading).to_be_in_viewport()
    page.get_by_role("link", name="Back to the outline").click()
    expect(page.locator(".tree").get_by_role("link", name="Care")).to_be_in_viewport()


def test_what_is_said_of_a_line_is_followed_after_reading_again(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR, viewport=WIDE)
    preview(visitor)
    run = upload(
        visitor, CERTIFICATION, CARE_LATER.replace("Lantern keeping", "Keeping lanterns"), "keeping.md"
    )
    page = visitor.open(run + "left-out/")
    page.get_by_role("button", name="Keep this line").click()
    expect(page.locator(".bar")).to_contain_text("1 decision is not in this preview yet")
    page = visitor.open(run)
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    page.get_by_role("button", name="Read it as “10").click()
    expect(page.locator(".bar")).to_contain_text("2 decisions")
    page.locator(".bar").get_by_role("button", name="Read again").click()
    expect(page.get_by_role("button", name="Publish")).to_be_visible(timeout=90_000)
    expect(page.locator(".bar")).to_have_count(0)
    page = visitor.open(run + "lines/")
    expect(page.locator("main")).to_contain_text("keep it")
    page = visitor.open(run + "left-out/?reason=said")
    page.get_by_role("button", name="Take it back").first.click()
    expect(page.locator(".bar")).to_contain_text("1 decision")


def test_a_line_is_chosen_by_its_number_without_javascript(visit: Callable[..., Visitor]) -> None:
    visitor = visit(INSTRUCTOR)
    path = visitor.site.prepared.get("preview") or preview(visitor).url.removeprefix(visitor.site.url)
    plain = visit(INSTRUCTOR, java_script_enabled=False)
    page = plain.open(path + "lines/")
    page.locator("li", has_text="Rope is coiled").get_by_role("link").click()
    expect(page.locator("tr.here")).to_contain_text("Rope is coiled")
    page.get_by_role("button", name="It is a title").click()
    expect(page.locator("tr.here")).to_contain_text("it is a title")
    page.locator("tr.here").get_by_role("button", name="Take it back").click()
    expect(page.locator("tr.here")).to_contain_text("taken back")
