"""Sign-up: closed by default, open to holders of an invite, confirmed by mail where there is mail."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import people
from accounts.models import Invite, Profile, User
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SIGN_UP = "/accounts/signup/"


@pytest.fixture(autouse=True)
def _unlimited():
    cache.clear()


def form(**changes: str) -> dict[str, str]:
    filled = {"name": "Ada Park", "email": "Ada@example.org", "password1": PASSWORD, "password2": PASSWORD}
    return filled | changes


def invited(client: Client, **fields) -> tuple[Invite, str]:
    """A visitor who has opened an invite link."""
    invite, token = Invite.make(timezone.now(), **fields)
    url = reverse("join", args=[token])
    assert client.get(url).status_code == 200
    return invite, url


def test_sign_up_is_closed(client):
    page = client.get(SIGN_UP)
    assert "password1" not in page.content.decode()
    client.post(SIGN_UP, form())
    assert not User.objects.exists()


def test_an_operator_may_open_it(client, settings):
    settings.SIGNUP_OPEN = True
    assert client.post(SIGN_UP, form()).status_code == 302
    user = User.objects.get()
    assert (user.email, user.name, user.role) == ("ada@example.org", "Ada Park", "learner")
    assert Profile.objects.filter(user=user).exists()
    assert client.get("/preferences/").status_code == 200


def test_an_invite_opens_it_once(client):
    invite, url = invited(client)
    response = client.post(f"{SIGN_UP}?next={url}", form() | {"next": url})
    assert (response.status_code, response.url) == (302, url)
    invite.refresh_from_db()
    assert invite.uses == 1
    user = User.objects.get()
    # no mail server, so nothing could ever confirm the address
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()
    late = Client()
    assert late.get(url).status_code == 410
    late.post(SIGN_UP, form(email="late@example.org"))
    assert User.objects.count() == 1


def test_an_invite_says_the_role(client):
    invited(client, role=User.Role.INSTRUCTOR)
    client.post(SIGN_UP, form())
    user = User.objects.get()
    assert user.is_instructor
    assert user.is_staff
    assert not user.is_superuser


def test_the_place_may_be_gone_when_the_form_comes_back(client):
    invite, _ = invited(client)
    Invite.objects.filter(pk=invite.pk).update(uses=1)
    response = client.post(SIGN_UP, form())
    assert "password1" not in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("looks", (1, 2))
def test_the_last_place_taken_between_two_looks(client, monkeypatch, looks):
    """The door looks once, the form once more, and only the taking itself decides."""
    from accounts import inviting

    invite, _ = invited(client)
    look = inviting.remembered
    looked = []

    def then_taken(request, at):
        found = look(request, at)
        looked.append(found)
        if len(looked) == looks:
            Invite.objects.filter(pk=invite.pk).update(uses=1)
        return found

    monkeypatch.setattr(inviting, "remembered", then_taken)
    assert client.post(SIGN_UP, form()).status_code == 410
    assert not User.objects.exists()


def test_a_taken_address_makes_no_second_person(client):
    factories.learner("ada@example.org")
    invite, _ = invited(client)
    client.post(SIGN_UP, form())
    invite.refresh_from_db()
    assert (User.objects.count(), invite.uses) == (1, 0)


@pytest.mark.parametrize("password", ("short", "password123", "1234567890", "ada@example.org"))
def test_a_weak_password_is_refused(client, password):
    invite, _ = invited(client)
    client.post(SIGN_UP, form(password1=password, password2=password))
    invite.refresh_from_db()
    assert (User.objects.count(), invite.uses) == (0, 0)


@pytest.mark.parametrize("token", ("x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a" * 4000))
def test_an_unknown_token_is_not_found_and_opens_nothing(client, token):
    assert client.get(reverse("join", args=[token])).status_code == 404
    client.post(SIGN_UP, form())
    assert not User.objects.exists()


# --- with mail -------------------------------------------------------------------------------------------------


@pytest.fixture
def mail_server(settings):
    settings.MAIL_CONFIGURED = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_LOGIN_BY_CODE_ENABLED = True
    settings.ROOT_URLCONF = "tests.accounts.urls_with_mail"


@pytest.mark.usefixtures("mail_server")
def test_an_address_is_confirmed_by_mail_before_it_signs_in(client):
    invited(client)
    response = client.post(SIGN_UP, form())
    assert response.url == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session
    address = EmailAddress.objects.get()
    assert not address.verified
    (letter,) = mail.outbox
    found = re.search(r"https?://[^/]+(/accounts/confirm-email/\S+)", str(letter.body))
    assert found, letter.body
    assert letter.to == ["ada@example.org"]
    client.get(found[1])
    client.post(found[1])
    address.refresh_from_db()
    assert address.verified
    signed_in = Client()
    signed_in.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})
    assert signed_in.session["_auth_user_id"] == str(User.objects.get().pk)


@pytest.mark.usefixtures("mail_server")
def test_sign_up_does_not_tell_who_has_an_account(client):
    factories.learner("ada@example.org")
    invited(client)
    answer = client.post(SIGN_UP, form())
    assert answer.url == "/accounts/confirm-email/"
    assert User.objects.count() == 1
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]


@pytest.mark.usefixtures("mail_server")
def test_a_code_by_mail_signs_in(client):
    user = people.create_person("ada@example.org", PASSWORD, verified=True)
    client.post("/accounts/login/code/", {"email": "ada@example.org"})
    (letter,) = mail.outbox
    codes = re.findall(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(letter.body), re.MULTILINE)
    assert len(codes) == 1, letter.body
    client.post("/accounts/login/code/confirm/", {"code": codes[0]})
    assert client.session["_auth_user_id"] == str(user.pk)
