"""Every address of the product × everybody × GET and POST. A route without a row fails; so does an answer that differs.

The owner studies "gate-keeping" in a class; the classmate studies in the same class; the stranger studies something
else; the instructor teaches "gate-keeping"; the administrator is a superuser. What is asked for belongs to the owner
or to "gate-keeping". A row reads: route, then the answers to the six of them.

    login  to the sign-in page      door  to the admin's door (which asks again, or refuses with 403)
    again  asked for the password once more      302  on to another page
    a number  the status: 404 for what is not yours, 405 for a method that is not there

Every answer is also held to the strict policy (tests/strict.py), and a GET by htmx must be answered like a plain one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests import strict, world
from tests.world import ROLES, World

pytestmark = pytest.mark.django_db  # also what tells pytest-django to make the database

TABLE = Path(__file__).with_name("security_matrix.txt")
# Addresses that have no name: Django's old address of an admin row, and the admin's catch-all for slashes.
UNNAMED = {"<path:object_id>/", "(?P<url>.*)$"}
# A mail program posts here without cookies (RFC 8058); the signed token in the address is the permission.
WITHOUT_TOKEN = {"unsubscribe"}


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """Names of all addresses, with their namespace."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and str(entry.pattern) not in UNNAMED:
            yield f"{space}{entry.name or entry.pattern}"


def rows() -> dict[tuple[str, str], list[str]]:
    """(method, route) → the six expected answers, from the table beside this file."""
    found: dict[tuple[str, str], list[str]] = {}
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        method, route, *answers = line.split()
        assert len(answers) == len(ROLES), (
            f"{TABLE.name} line {number}: {len(answers)} answers for {len(ROLES)} roles"
        )
        assert (method, route) not in found, f"{TABLE.name} line {number}: a second row for {method} {route}"
        found[method, route] = answers
    return found


ROWS = rows()
ADMIN_ROWS = {"content_certification": "certification", "content_topic": "topic", "content_source": "source",
              "content_note": "note", "content_fact": "fact", "content_ingestionrun": "run",
              "content_publication": "publication", "content_job": "job", "quizzes_question": "question",
              "quizzes_class": "group", "quizzes_enrolment": "enrolment", "quizzes_card": "card",
              "quizzes_reviewlog": "log", "quizzes_studyday": "day", "quizzes_drillattempt": "attempt",
              "quizzes_drillschedule": "schedule",
              "quizzes_digest": "digest", "accounts_user": "person", "accounts_invite": "invite",
              "mfa_authenticator": "factor", "account_emailaddress": "address"}  # fmt: skip


def address(route: str, things: dict[str, Any]) -> str:
    """The address of a route, filled with the owner's things."""
    for kwargs in _fillings(route, things):
        try:
            return reverse(route, kwargs=kwargs)
        except NoReverseMatch:
            continue
    raise AssertionError(f"tests/test_security_matrix.py does not know how to fill the address of {route!r}.")


def _fillings(route: str, things: dict[str, Any]) -> Iterator[dict[str, Any]]:
    slug = "gate-keeping"
    yield {}
    if route.startswith("admin:"):
        model = route.removeprefix("admin:").rpartition("_")[0]
        yield (
            {"object_id": things[ADMIN_ROWS[model]].pk}
            if model in ADMIN_ROWS
            else {"id": things["person"].pk}
        )
        yield {"id": things["person"].pk}
        yield {"app_label": "content"}
        yield {"content_type_id": 1, "object_id": 1}
    yield {"slug": slug}
    yield {"slug": slug, "topic_slug": things["topic"].slug}
    yield {"slug": slug, "card": things["card"].pk, "seq": 0}
    yield {"slug": slug, "question": things["drill"].pk}
    yield {"slug": slug, "number": 1}
    yield {"slug": slug, "pk": things["break"].pk}
    part = next((name for name in ("source", "drill") if route.startswith(f"studio_{name}")), "question")
    yield {"slug": slug, "uid": things[part].uid}
    attempt = "written" if route in {"drill_hint", "drill_mend"} else "attempt"
    yield {"uid": things["preview" if route.startswith("studio") else attempt].uid}
    yield {"uid": things["preview"].uid, "place": 0}
    yield {"pk": {"digest": things["digest"].pk}.get(route, things["group"].pk)}
    yield {"pk": things["group"].pk, "member": things["enrolment"].pk}
    yield {"token": things[{"join": "token"}.get(route, "unsubscribe")]}
    yield {"name": "absent.eml"}
    yield {"key": "absent"}
    yield {"uidb36": "1", "key": "absent"}


def answer(response: Any) -> str:
    if response.status_code not in {301, 302}:
        return str(response.status_code)
    target = response.url
    if target.startswith("/accounts/login/"):
        return "login"
    if target.startswith("/admin/login/"):
        return "door"
    if target.startswith(("/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/")):
        return "again"
    return "302"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all rows; every request is taken back, and so is the world."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world.make()
        transaction.set_rollback(True)


class Everybody(Client):
    """Asks as whom it is told to; everybody is signed in once, and every request is taken back.

    One client for all: what a new one costs is its own look at every static file.
    """

    def __init__(self, made: World) -> None:
        super().__init__(raise_request_exception=False)
        self._cookies: dict[str, str] = {}
        for role, person in made.people.items():
            if person is not None:
                self.cookies.clear()  # signing in as somebody else would end the session before
                self.force_login(person)
                self._cookies[role] = self.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(self, role: str, method: str, url: str, sent: dict[str, Any], **headers: str) -> Any:
        cache.clear()  # otherwise the limits on guessing would answer
        self.cookies.clear()
        if role in self._cookies:
            self.cookies[settings.SESSION_COOKIE_NAME] = self._cookies[role]
        with transaction.atomic():
            response = self.get(url, headers=headers) if method == "GET" else self.post(url, sent)
            if response.streaming:
                response.getvalue()
            transaction.set_rollback(True)
        return response


@pytest.fixture(scope="module")
def everybody(made: World, django_db_blocker: Any) -> Everybody:
    with django_db_blocker.unblock():
        return Everybody(made)


def posted(route: str, things: dict[str, Any]) -> dict[str, Any]:
    """What a form of the owner's page would send, where nothing at all would not reach the question of whose it is."""
    if route in {"study_answer", "study_undo"}:
        seq = things["card"].seq - (route == "study_undo")
        return {"card": things["card"].pk, "seq": seq, "option": "0", "certainty": "2"}
    return {"drill_attempt": {"step": "0", "option": "0"}}.get(route, {})


def test_every_route_has_its_rows() -> None:
    missing = [
        f"{method} {route}" for route in routes() for method in ("GET", "POST") if (method, route) not in ROWS
    ]
    assert not missing, f"Add to tests/{TABLE.name} who gets which answer from: {', '.join(missing)}"


def test_no_row_is_about_a_route_that_is_gone() -> None:
    gone = {route for _, route in ROWS} - set(routes())
    assert not gone, f"Take out of tests/{TABLE.name}: {', '.join(sorted(gone))}"


@pytest.mark.parametrize(("method", "route"), ROWS.keys(), ids=[" ".join(row) for row in ROWS])
def test_who_gets_what(made: World, everybody: Everybody, method: str, route: str) -> None:
    url, sent = address(route, made.things), posted(route, made.things)
    given = {role: everybody.ask(role, method, url, sent) for role in ROLES}
    assert {role: answer(response) for role, response in given.items()} == dict(
        zip(ROLES, ROWS[method, route], strict=True)
    )
    for response in given.values():
        strict.check(response)


@pytest.mark.parametrize("route", [route for method, route in ROWS if method == "GET" and ":" not in route])
def test_htmx_changes_nothing_about_it(made: World, everybody: Everybody, route: str) -> None:
    url, htmx = address(route, made.things), {"HX-Request": "true"}
    for role, said in zip(ROLES, ROWS["GET", route], strict=True):
        response = everybody.ask(role, "GET", url, {}, **htmx)
        assert answer(response) == said, role
        strict.check(response)


@pytest.mark.parametrize("route", [route for method, route in ROWS if method == "POST"])
def test_no_post_without_a_csrf_token(made: World, everybody: Everybody, route: str) -> None:
    """Whoever would be let through with a token is refused without one."""
    allowed = [
        role for role, said in zip(ROLES, ROWS["POST", route], strict=True) if said not in {"404", "405"}
    ]
    if not allowed or route in WITHOUT_TOKEN:
        return
    everybody.handler.enforce_csrf_checks = True
    try:
        url, sent = address(route, made.things), posted(route, made.things)
        response = everybody.ask(allowed[-1], "POST", url, sent)
    finally:
        everybody.handler.enforce_csrf_checks = False
    assert response.status_code == 403
    strict.check(response)
