"""One door for everybody: password, reset, second factor, sessions, and a limit on guessing."""

from __future__ import annotations

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import people
from accounts.models import User
from tests.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _unlimited():
    cache.clear()


@pytest.fixture
def ada() -> User:
    return people.create_person("ada@example.org", PASSWORD, "Ada Park", verified=True, at=NOW)


def sign_in(client: Client, password: str = PASSWORD, **more: str):
    return client.post(LOGIN, {"login": "ada@example.org", "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_address_of_the_door():
    assert reverse("account_login") == LOGIN


@pytest.mark.parametrize("email", ("ada@example.org", "ADA@Example.org"))
def test_password(client, ada, email):
    client.post(LOGIN, {"login": email, "password": PASSWORD, "next": "/preferences/"})
    assert signed_in(client)


def test_next_is_followed_here_and_nowhere_else(client, ada):
    assert sign_in(client, next="/preferences/").url == "/preferences/"
    elsewhere = sign_in(Client(), next="https://evil.example/")
    assert elsewhere.url == "/"


def test_wrong_password_and_unknown_address_look_the_same(client, ada):
    wrong = sign_in(client, "not the passphrase")
    unknown = client.post(LOGIN, {"login": "nobody@example.org", "password": PASSWORD})
    assert (wrong.status_code, unknown.status_code) == (200, 200)

    def errors(response):
        return response.context["form"].errors

    assert errors(wrong) == errors(unknown)
    assert "do not go together" in str(errors(wrong)), "in our words, with what to do"
    assert not signed_in(client)


def test_a_deactivated_person_stays_out(client, ada):
    User.objects.filter(pk=ada.pk).update(is_active=False)
    sign_in(client)
    assert not signed_in(client)


def test_a_person_deactivated_while_signed_in_is_out_at_once(client, ada):
    client.force_login(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert client.get("/preferences/").status_code == 302


def test_guessing_is_slowed_down(client, ada):
    for _ in range(6):
        sign_in(client, "not the passphrase")
    sign_in(client)
    assert not signed_in(client)
    other = people.create_person("bo@example.org", PASSWORD, verified=True)
    fresh = Client(REMOTE_ADDR="192.0.2.7")
    fresh.post(LOGIN, {"login": other.email, "password": PASSWORD})
    assert signed_in(fresh), "only the guessed address waits"


def test_one_address_cannot_try_many_people(client):
    answers = [client.post(LOGIN, {"login": f"p{n}@example.org", "password": "x" * 12}) for n in range(31)]
    assert answers[-1].status_code == 429


def test_sign_out_takes_a_press(client, ada):
    client.force_login(ada)
    client.get("/accounts/logout/")
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert not signed_in(client)


# --- the admin's door ------------------------------------------------------------------------------------------


def test_the_admin_has_no_door_of_its_own(client):
    first = client.get("/admin/")
    assert first.status_code == 302
    last = client.get("/admin/", follow=True)
    assert last.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    posted = client.post("/admin/login/", {"username": "ada@example.org", "password": PASSWORD})
    assert posted.status_code == 302
    assert not signed_in(client)


def test_the_admin_is_for_staff(client, ada):
    client.force_login(ada)
    assert client.get("/admin/", follow=True).status_code == 403
    root = people.create_person("root@example.org", PASSWORD, verified=True, administrator=True)
    client.force_login(root)
    assert client.get("/admin/").status_code == 200


# --- by mail ---------------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew(client, ada):
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    (letter,) = mail.outbox
    found = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(letter.body))
    assert found, letter.body
    page = client.get(found[1], follow=True)
    new = "another long passphrase"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert not signed_in(client)
    sign_in(client, new)
    assert signed_in(client)


def test_asking_for_a_reset_does_not_tell_who_has_an_account(client, ada):
    known = client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


# --- second factor ---------------------------------------------------------------------------------------------


def confirm(client: Client) -> None:
    """Setting up or removing a second factor asks for the password once more."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/"})


def code(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def with_totp(client, ada):
    """Ada has set up an authenticator app and is signed out again; gives its secret."""
    sign_in(client)
    confirm(client)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert Authenticator.objects.filter(user=ada, type="totp").exists()
    client.post("/accounts/logout/")
    cache.clear()
    return secret


def test_the_second_factor_is_asked_after_the_password(client, ada, with_totp):
    response = sign_in(client)
    assert response.url.startswith("/accounts/2fa/authenticate/")
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code(with_totp)})
    assert signed_in(client)


def test_a_recovery_code_works_once(client, ada, with_totp):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    spare = RecoveryCodes(Authenticator.objects.get(user=ada, type="recovery_codes")).get_unused_codes()[0]
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": spare})
    assert signed_in(client)
    other = Client()
    sign_in(other)
    other.post("/accounts/2fa/authenticate/", {"code": spare})
    assert not signed_in(other)


def test_an_unconfirmed_address_sets_up_no_second_factor(client, ada):
    EmailAddress.objects.filter(user=ada).update(verified=False)
    sign_in(client)
    confirm(client)
    client.get("/accounts/2fa/totp/activate/")
    client.post("/accounts/2fa/totp/activate/", {"code": "123456"})
    assert not Authenticator.objects.exists()


def test_passkeys_are_offered(client, ada):
    sign_in(client)
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 302
    confirm(client)
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200
    options = Client().get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert options.status_code == 200
    assert "request_options" in options.json()


# --- sessions --------------------------------------------------------------------------------------------------


def test_other_sessions_can_be_ended(client, ada):
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)
    assert UserSession.objects.filter(user=ada).count() == 2
    assert elsewhere.get("/preferences/").status_code == 200
    page = client.get("/accounts/sessions/")
    assert page.status_code == 200
    client.post("/accounts/sessions/")
    assert elsewhere.get("/preferences/").status_code == 302
    assert client.get("/preferences/").status_code == 200
