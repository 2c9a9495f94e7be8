"""A preview with everything to look at, made by an instructor in the browser: published notes, and an upload that edits them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.site import Visitor
from tests.quizzes.studio.rooms import CARE, CARE_LATER

CERTIFICATION = "lantern-keeping"


def preview(visitor: Visitor, part: str = "") -> Page:
    """The page `part` of the preview; the first caller makes it. `visitor` teaches."""
    prepared = visitor.site.prepared
    if "preview" not in prepared:
        page = visitor.open("/studio/new-certification/")
        page.get_by_role("textbox", name="Title", exact=True).fill("Lantern keeping")
        page.get_by_role("button", name="Make it").click()
        page.wait_for_url(f"**/studio/{CERTIFICATION}/**")
        upload(visitor, CERTIFICATION, CARE)
        page.get_by_role("button", name="Publish").click()
        page.wait_for_url("**/publications/1/")
        prepared["preview"] = upload(visitor, CERTIFICATION, CARE_LATER)
    return visitor.open(prepared["preview"] + part)


def upload(visitor: Visitor, certification: str, text: str, name: str = "care.md") -> str:
    """Send notes and wait until they are read; the path of the upload's page."""
    page = visitor.open(f"/studio/{certification}/upload/")
    page.set_input_files("#files", {"name": name, "mimeType": "text/markdown", "buffer": text.encode()})
    page.get_by_role("button", name="Read them").click()
    expect(page.get_by_role("heading", name="Publish", exact=True)).to_be_visible(timeout=90_000)
    return page.url.removeprefix(visitor.site.url)
