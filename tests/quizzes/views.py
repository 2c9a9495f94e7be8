"""What the tests of learner pages share: a signed-in client, and a form read from a page as a browser reads it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client

from accounts.models import User


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.EmailBackend")
    return client


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(
                {"action": given.get("action", ""), "method": given.get("method", "get"), "fields": {}}
            )
        elif tag == "input" and self.forms and given.get("name") and given.get("type") == "hidden":
            self.forms[-1]["fields"][given["name"]] = given.get("value", "")


def form(response: HttpResponseBase, action: str) -> dict[str, str]:
    """Hidden fields of the form whose action ends with `action`."""
    parser = _Forms()
    parser.feed(response.content.decode())  # type: ignore[attr-defined]
    found = [one for one in parser.forms if one["action"].endswith(action)]
    assert found, f"no form to {action} among {[one['action'] for one in parser.forms]}"
    fields: dict[str, str] = found[0]["fields"]
    fields.pop("csrfmiddlewaretoken", None)
    return fields
