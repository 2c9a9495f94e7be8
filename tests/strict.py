"""What every answer must keep to: the strict policy in its header, and nothing in its HTML that would need more."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_DATA_BLOCKS = {"application/json", "application/ld+json"}
_ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "hx-get",
    "hx-post",
    "hx-put",
    "hx-delete",
}
_LOADS = {"script", "link", "img", "iframe", "object", "embed", "audio", "video", "source"}


class _Loose(HTMLParser):
    """Collects whatever the strict policy would block, or htmx would have to evaluate."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._within: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._within = tag
        if tag == "style":
            self._note(tag, "a style element")
        if tag == "script" and "src" not in given and given.get("type") not in _DATA_BLOCKS:
            self._note(tag, "a script without src")
        for name, value in given.items():
            self.found += [f"line {self.getpos()[0]}, <{tag}>: {wrong}" for wrong in _wrong(tag, name, value)]

    def _note(self, tag: str, wrong: str) -> None:
        self.found.append(f"line {self.getpos()[0]}, <{tag}>: {wrong}")


def _wrong(tag: str, name: str, value: str) -> Iterator[str]:
    address = "".join(value.split()).lower()
    if name == "style":
        yield f"style={value!r}"
    if name.startswith(("on", "hx-on", "data-hx-on")):
        yield f"{name}={value!r}"
    if name in {"hx-trigger", "data-hx-trigger"} and "[" in value:
        yield f"a trigger filter fails open under the policy: {value!r}"
    if name.startswith("hx-") and address.startswith(("js:", "javascript:")):
        yield f"{name}={value!r}"
    if name in _ADDRESSES and address.startswith(("javascript:", "vbscript:", "data:")):
        yield f"{name}={value[:40]!r}"
    if name in {"src", "href"} and tag in _LOADS and "//" in value and given_elsewhere(value):
        yield f"loads from elsewhere: {value!r}"


def given_elsewhere(value: str) -> bool:
    return not value.startswith(("http://testserver/", "http://localhost", "/")) or value.startswith("//")


def loose(html: str) -> list[str]:
    """Everything in a page that the policy would block, with its line."""
    parser = _Loose()
    parser.feed(html)
    parser.close()
    return parser.found


def policy_of(response: Any) -> dict[str, str]:
    header = response.headers.get("Content-Security-Policy", "")
    parts = [part.strip().partition(" ") for part in header.split(";") if part.strip()]
    return {name: value for name, _, value in parts}


def check(response: Any) -> None:
    """Fails with the first thing that is not strict about this answer."""
    assert policy_of(response) == POLICY, response.request["PATH_INFO"]
    for name, value in HEADERS.items():
        assert response.headers.get(name) == value, name
    if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
        found = loose(response.content.decode())
        assert not found, f"{response.request['PATH_INFO']}: {found}"
