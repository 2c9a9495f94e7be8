"""Every page that people meet: nothing complains, axe finds nothing, nothing scrolls sideways at 320 px, dark is dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.previews import preview
from tests.e2e.site import Site, Visitor, letters, swapped

DECIDED = ".steps > li:is([data-state=done], [data-state=failed])"
VETERAN, INSTRUCTOR = "veteran@example.org", "instructor@example.org"

Open = Callable[[Visitor], Any]


def at(path: str) -> Open:
    return lambda visitor: visitor.open(
        path.format(course=visitor.site.course, topic=visitor.site.prepared["topic"])
    )


def answer_side(visitor: Visitor) -> None:
    page = visitor.open("/study/recall/")
    page.get_by_role("button", name="Show the answer").click()
    swapped(page, ".ratings")


def feedback(visitor: Visitor) -> None:
    page = visitor.open("/study/choice/")
    for letter in letters(page):
        page.keyboard.press(letter)
    page.keyboard.press("Enter")
    swapped(page, ".verdict")


def end_of_the_day(visitor: Visitor) -> None:
    page = visitor.open("/study/recall/")
    while page.locator("[name=show]").count():
        page.keyboard.press("Space")
        swapped(page, ".ratings")
        page.keyboard.press("4")
        swapped(page, "[data-focus]:not(:focus-visible), [data-focus]")


def cases(site: Site) -> str:
    """The list of drills of a topic that has a case."""
    return f"/drills/{site.course}/?topic={site.prepared['case']}"


def first_step(visitor: Visitor) -> None:
    """Of a case: drills of other kinds are in test_drills.py."""
    page = visitor.open(cases(visitor.site))
    page.locator(".drills button", has_text="Decide, step by step").first.click()
    page.wait_for_url("**/drills/attempts/**")


def decided_step(visitor: Visitor) -> None:
    first_step(visitor)
    visitor.page.keyboard.press("b")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector(DECIDED)


def a_digest(visitor: Visitor) -> None:
    page = visitor.open("/digests/")
    page.locator("main a[href^='/digests/']").first.click()
    page.wait_for_url("**/digests/*/")


def a_question(visitor: Visitor) -> None:
    """One with an address as its reference: long, and without a space to break at."""
    page = visitor.open(f"/studio/{visitor.site.course}/questions/?q=deny")
    page.locator("main td a[href*='/questions/'], main th a[href*='/questions/']").first.click()
    page.wait_for_url(re.compile(r"/questions/[0-9a-f]{8}-"))
    assert page.locator("dd a[href^='https://']").count()


def editing(visitor: Visitor) -> None:
    a_question(visitor)
    visitor.page.get_by_role("link", name="Edit").click()
    visitor.page.wait_for_url("**/edit/")


ANYBODY: dict[str, Open] = {
    "login": at("/accounts/login/"),
    "password reset": at("/accounts/password/reset/"),
}
LEARNER: dict[str, Open] = {
    "front": at("/study/recall/"),
    "answer": answer_side,
    "choice": at("/study/choice/"),
    "feedback": feedback,
    "end of the day": end_of_the_day,
    "today, first time": at("/today/"),
    "drill": first_step,
    "drill, decided": decided_step,
    "preferences": at("/preferences/"),
    "certifications": at("/certifications/"),
    "enrolment": at("/certifications/{course}/"),
    "plan": at("/plan/{course}/"),
    "readiness, first time": at("/readiness/{course}/"),
}
WITH_HISTORY: dict[str, Open] = {
    "today": at("/today/"),
    "readiness": at("/readiness/{course}/"),
    "readiness, what if": at("/readiness/{course}/?minutes=40"),
    "topics": at("/topics/{course}/"),
    "topic": at("/topics/{course}/{topic}/"),
    "search": at("/search/{course}/?q=a"),
    "search without a hit": at("/search/{course}/?q=zeppelin"),
    "drills": at("/drills/{course}/"),
    "digests": at("/digests/"),
    "digest": a_digest,
}


def a_drill_desk(visitor: Visitor) -> None:
    page = visitor.open(f"/studio/{visitor.site.course}/drills/")
    page.locator(".drill-list th a").first.click()
    page.wait_for_url(re.compile(r"/drills/[0-9a-f]{8}-"))
    page.locator("#proves").wait_for()


def upload_page(part: str) -> Open:
    """A page of an upload that edits published notes."""
    return lambda visitor: preview(visitor, part)


TEACHES: dict[str, Open] = {
    "studio": at("/studio/"),
    "studio certification": at("/studio/{course}/"),
    "upload, overview": upload_page(""),
    "upload, changes": upload_page("changes/"),
    "upload, changed topics": upload_page("changes/?of=topics"),
    "upload, same statement": upload_page("same/"),
    "upload, outline": upload_page("outline/"),
    "upload, outline and source": upload_page("outline/?topic=2"),
    "upload, lines": upload_page("lines/?line=5"),
    "upload, left out": upload_page("left-out/"),
    "upload": at("/studio/{course}/upload/"),
    "questions": at("/studio/{course}/questions/"),
    "question": a_question,
    "question, edited": editing,
    "drills to teach": at("/studio/{course}/drills/"),
    "drill desk": a_drill_desk,
    "new drill": at("/studio/{course}/drills/new/"),
    "new drill, begun": at("/studio/{course}/drills/new/?grader=iam&topic={topic}"),
    "disagreements": at("/studio/{course}/conflicts/"),
    "decisions": at("/studio/{course}/decisions/"),
    "learners": at("/studio/{course}/learners/"),
    "difficulty": at("/studio/{course}/difficulty/"),
    "expectations": at("/studio/{course}/expectations/"),
    "publication": at("/studio/{course}/publications/1/"),
    "sessions": at("/accounts/sessions/"),
    "second factor": at("/accounts/2fa/"),
    "classes": at("/classes/"),
}
PAGES = [
    *(pytest.param("", name, id=name) for name in ANYBODY),
    *(pytest.param(None, name, id=name) for name in LEARNER),
    *(pytest.param(VETERAN, name, id=name) for name in WITH_HISTORY),
    *(pytest.param(INSTRUCTOR, name, id=name) for name in TEACHES),
]
OPEN = ANYBODY | LEARNER | WITH_HISTORY | TEACHES


@pytest.mark.parametrize(("who", "name"), PAGES)
def test_a_page_is_sound(visit: Callable[..., Visitor], who: str | None, name: str) -> None:
    visitor = visit(who, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    OPEN[name](visitor)
    check_page(visitor.page)


def check_page(page: Page) -> None:
    """As it stands, and then dark and as narrow as the narrowest phone."""
    violations = axe(page)
    light = colours(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 640})
    dark = colours(page)
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && element.checkVisibility())
            .slice(0, 5).map((element) => element.outerHTML.slice(0, 160))"""
    )
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    violations += axe(page)
    assert not violations, "\n".join(violations)
    assert overflow <= 0, f"{overflow} px too wide: {wide}"
    assert light[0] > light[1], f"dark text on a light page, not {light}"
    assert dark[0] < dark[1], f"light text on a dark page, not {dark}"


def axe(page: Page) -> list[str]:
    """Violations as sentences."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url} {violation['id']}: {violation['help']} {node['html'][:200]} {node.get('failureSummary', '')}"
        for violation in found
        for node in violation["nodes"][:3]
    ]


def colours(page: Page) -> tuple[float, float]:
    """Lightness of the page and of its text, 0 to 255."""
    found = page.evaluate(
        """() => {
            const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
            const lightness = (colour) => {
                canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1);
                const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
                return (r + g + b) / 3;
            };
            const root = getComputedStyle(document.documentElement), body = getComputedStyle(document.body);
            const transparent = (colour) => colour === "rgba(0, 0, 0, 0)";
            const page = transparent(body.backgroundColor) ? root.backgroundColor : body.backgroundColor;
            return [lightness(page), lightness(body.color)];
        }"""
    )
    return found[0], found[1]


def test_the_theme_of_the_profile_wins_over_the_device(visit: Callable[..., Visitor]) -> None:
    visitor = visit(color_scheme="light")
    page = visitor.open("/preferences/")
    page.locator("[name=theme]").first.wait_for(state="attached")
    choice = page.locator("[name=theme][value=dark]")
    if choice.count():
        choice.check()
    else:
        page.locator("select[name=theme]").select_option("dark")
    page.locator("form:has([name=theme]) button").first.click()
    page.wait_for_load_state()
    visitor.open("/today/")
    paper, ink = colours(page)
    assert paper < ink


def test_a_drill_is_decided_step_by_step(site: Site, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    first_step(visitor)
    page = visitor.page
    steps = page.locator(".steps > li").count()
    assert steps >= 2
    for number in range(steps):
        assert page.locator(DECIDED).count() == number
        assert page.locator(".steps [data-state=current] .because").count() == 0, "nothing is given away"
        page.keyboard.press("a")
        page.keyboard.press("Enter")
        page.wait_for_selector(f".steps > li:nth-child({number + 1}) .verdict")
        assert page.locator(f".steps > li:nth-child({number + 1}) .because").first.inner_text()
    result = page.locator("#attempt h2").inner_text()
    right = page.locator(".steps .verdict:not(.wrong)").count()
    assert result == f"{right} of {steps} decisions right"
    page.reload()
    assert page.locator("#attempt h2").inner_text() == result
    visitor.open(cases(site))
    assert f"{round(100 * right / steps)} %" in page.locator("main").inner_text()


def test_a_drill_without_javascript(visit: Callable[..., Visitor]) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.expected = "422"
    first_step(visitor)
    page = visitor.page
    page.get_by_role("button", name="Decide").click()
    assert "Choose one of the options first." in page.get_by_role("alert").inner_text()
    page.locator(".steps [data-state=current] .option label").first.click()
    page.get_by_role("button", name="Decide").click()
    assert page.locator(DECIDED).count() == 1
