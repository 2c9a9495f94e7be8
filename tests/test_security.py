"""The strict policy on pages that the matrix does not reach: errors, pages behind a password, forms gone wrong."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts import people
from accounts.models import Invite, User
from tests import strict
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unlimited():
    cache.clear()


@pytest.fixture
def ada() -> User:
    return people.create_person("ada@example.org", PASSWORD, "Ada Park", verified=True)


# --- the yardstick itself --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    (
        '<p style="color: red">x</p>',
        "<style>p { color: red }</style>",
        "<script>alert(1)</script>",
        '<script type="module">import "x"</script>',
        '<button onclick="go()">x</button>',
        '<div hx-on:click="go()">x</div>',
        "<div data-hx-on-click='go()'>x</div>",
        "<div hx-trigger=\"keyup[key=='1']\">x</div>",
        '<div hx-vals="js:{a: 1}">x</div>',
        '<a href="java\nscript:alert(1)">x</a>',
        '<img src="data:image/png;base64,AAAA">',
        '<img src="https://elsewhere.example/pixel.gif">',
        '<script src="//elsewhere.example/x.js"></script>',
        '<link rel="stylesheet" href="https://elsewhere.example/x.css">',
    ),
)
def test_what_the_policy_blocks_is_found(html):
    assert strict.loose(f"<!doctype html><title>x</title>{html}")


def test_what_the_policy_allows_is_not():
    page = """<!doctype html><link rel="stylesheet" href="/static/css/app.css"><script src="/static/js/page.js"></script>
    <script type="application/json" id="x">{"a": 1}</script><img src="/static/img/logo.svg" alt="">
    <a href="https://docs.example.org/">read</a><form action="/x/" hx-post="/x/" hx-trigger="submit"></form>"""
    assert strict.loose(page) == []


# --- errors ----------------------------------------------------------------------------------------------------


def test_not_found(client):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    strict.check(response)


def test_without_a_csrf_token(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    response = client.post("/preferences/", {"name": "x"})
    assert response.status_code == 403
    strict.check(response)


def test_too_many_attempts(client):
    for _ in range(31):
        response = client.post("/accounts/login/", {"login": "x@example.org", "password": "x"})
    assert response.status_code == 429
    strict.check(response)


@pytest.mark.parametrize(
    ("error", "status"), ((OperationalError("locked"), 503), (RuntimeError("oops"), 500))
)
def test_failures_of_our_own(ada, monkeypatch, error, status):
    from accounts import views

    def fails(*args, **kwargs):
        raise error

    client = Client(raise_request_exception=False)
    client.force_login(ada)
    monkeypatch.setattr(views, "PreferencesForm", fails)
    response = client.get("/preferences/")
    assert response.status_code == status
    assert "oops" not in response.content.decode()
    strict.check(response)


def test_a_spent_invite(client):
    _, token = Invite.make(timezone.now(), withdrawn=True)
    response = client.get(f"/join/{token}/")
    assert response.status_code == 410
    strict.check(response)


def test_host_names_of_others_are_refused(client):
    assert client.get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400


# --- behind a password -----------------------------------------------------------------------------------------

BEHIND_A_PASSWORD = (
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/sessions/",
    "/accounts/reauthenticate/",
)


@pytest.fixture
def confirmed(client, ada):
    """Ada, signed in, who has just given her password again."""
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/"})
    return client


@pytest.mark.parametrize("url", BEHIND_A_PASSWORD)
def test_pages_of_the_account(confirmed, url):
    response = confirmed.get(url)
    assert response.status_code == 200
    strict.check(response)


def test_the_code_to_scan_needs_no_data_address(confirmed):
    page = confirmed.get("/accounts/2fa/totp/activate/").content.decode()
    assert "<svg" in page
    assert "data:image" not in page


def test_recovery_codes(confirmed, ada):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(ada, generate_totp_secret())
    RecoveryCodes.activate(ada)
    for url in ("/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/"):
        response = confirmed.get(url)
        assert response.status_code == 200, url
        strict.check(response)
    strict.check(confirmed.get("/accounts/2fa/totp/deactivate/"))
    assert Authenticator.objects.filter(user=ada).count() == 2


@pytest.mark.parametrize(
    ("url", "sent"),
    (
        ("/accounts/login/", {"login": "x@example.org", "password": "wrong"}),
        ("/accounts/password/reset/", {"email": "no address"}),
    ),
)
def test_forms_gone_wrong(client, url, sent):
    response = client.post(url, sent)
    assert response.status_code == 200
    strict.check(response)


def test_sign_up_for_holders_of_an_invite(client):
    _, token = Invite.make(timezone.now())
    client.get(f"/join/{token}/")
    for response in (client.get("/accounts/signup/"), client.post("/accounts/signup/", {"email": "x"})):
        assert "password1" in response.content.decode()
        strict.check(response)


def test_the_second_step_of_signing_in(client, ada):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(ada, generate_totp_secret())
    response = client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/2fa/authenticate/")
    strict.check(response)


# --- cookies ---------------------------------------------------------------------------------------------------


def test_the_session_cookie_is_out_of_reach_of_scripts(client, ada):
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    cookie = client.cookies["studyapp_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_signing_in_makes_a_new_session(client, ada):
    client.get("/accounts/login/")
    client.session["x"] = 1
    before = client.session.session_key
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    assert client.session.session_key != before


def test_pages_of_people_are_not_kept_by_caches(client, ada):
    client.force_login(ada)
    assert "Cookie" in client.get("/preferences/").headers["Vary"]


def test_a_form_with_a_nul_is_refused(ada: User) -> None:
    client = Client()
    client.force_login(ada)
    assert client.post("/preferences/", "name=a%00b", "application/x-www-form-urlencoded").status_code == 400
