"""People are made in one place, complete or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import IntegrityError, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import inviting, people
from accounts.models import Invite, Profile, User
from tests.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db


def test_a_person_comes_with_profile_and_address():
    user = people.create_person("Ada@Example.ORG ", PASSWORD, "Ada Park", "learner", True, NOW)
    user.refresh_from_db()
    assert (user.email, user.name, user.role, user.is_staff) == (
        "ada@example.org",
        "Ada Park",
        "learner",
        False,
    )
    assert user.date_joined == NOW
    assert user.profile.rollover_hour == 4
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == ("ada@example.org", True, True)


def test_an_instructor_may_open_the_admin_and_is_no_administrator():
    user = people.create_person("teach@example.org", PASSWORD, role=User.Role.INSTRUCTOR)
    assert user.is_staff
    assert user.is_instructor
    assert not user.is_superuser


@pytest.mark.parametrize("email", ("ada@example.org", "ADA@example.org"))
def test_a_taken_address_makes_nobody(email):
    people.create_person("ada@example.org", PASSWORD)
    with pytest.raises(IntegrityError):
        people.create_person(email, PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_nobody_is_left_half_made(monkeypatch):
    def fails(**fields):
        raise RuntimeError("disk full")

    monkeypatch.setattr(EmailAddress.objects, "create", fails)
    with pytest.raises(RuntimeError):
        people.create_person("ada@example.org", PASSWORD)
    assert not User.objects.exists()
    assert not Profile.objects.exists()


def test_createsuperuser_makes_a_whole_person(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", email="root@example.org", interactive=False, verbosity=0)
    user = User.objects.get(email="root@example.org")
    assert user.is_superuser
    assert user.is_staff
    assert user.is_instructor
    assert user.profile.zone == "UTC"
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()


# --- invites ---------------------------------------------------------------------------------------------------


def test_an_invite_is_used_as_often_as_it_may_be():
    invite, _ = Invite.make(NOW, most_uses=2)
    inviting.take(invite, NOW)
    inviting.take(invite, NOW)
    with pytest.raises(inviting.InviteSpent):
        inviting.take(invite, NOW)
    invite.refresh_from_db()
    assert invite.uses == 2


@pytest.mark.parametrize("spoiled", ({"expires_at": NOW}, {"withdrawn": True}, {"most_uses": 0}))
def test_an_expired_or_withdrawn_invite_admits_nobody(spoiled):
    invite, token = Invite.make(NOW - timedelta(days=1), **spoiled)
    assert inviting.find(token) == invite
    assert not inviting.is_usable(invite, NOW)
    with pytest.raises(inviting.InviteSpent):
        people.sign_up("late@example.org", PASSWORD, "", invite=invite, verified=True, at=NOW)
    assert not User.objects.exists()


def test_only_a_hash_of_the_token_is_stored():
    invite, token = Invite.make(NOW)
    assert token not in str(Invite.objects.filter(pk=invite.pk).values().get())


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_ten_at_once_take_three_places():
    invite, _ = Invite.make(NOW, most_uses=3)

    def come(number: int) -> bool:
        try:
            people.sign_up(f"p{number}@example.org", PASSWORD, "", invite=invite, verified=True, at=NOW)
        except inviting.InviteSpent:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(5) as pool:
        came = list(pool.map(come, range(10)))
    invite.refresh_from_db()
    assert (sum(came), invite.uses, User.objects.count(), Profile.objects.count()) == (3, 3, 3, 3)


# --- the first administrator -----------------------------------------------------------------------------------


def form(**changes: str) -> dict[str, str]:
    return {
        "name": "Root Person",
        "email": "root@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
    } | changes


@pytest.fixture
def first_run() -> str:
    _, token = Invite.make(timezone.now(), purpose=Invite.Purpose.ADMINISTRATOR, role=User.Role.INSTRUCTOR)
    return reverse("first_run", args=[token])


def test_the_first_run_link_makes_the_administrator_and_signs_them_in(client, first_run):
    assert client.get(first_run).status_code == 200
    response = client.post(first_run, form())
    assert response.status_code == 302
    user = User.objects.get()
    assert user.is_superuser
    assert user.check_password(PASSWORD)
    assert EmailAddress.objects.filter(user=user, verified=True).exists()
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_first_run_link_works_once(client, first_run):
    client.post(first_run, form())
    again = Client()
    assert again.get(first_run).status_code == 404
    assert again.post(first_run, form(email="second@example.org")).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    (
        ({"password2": "something else"}, "The two passwords differ"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "password123", "password2": "password123"}, "too common"),
        ({"email": "no address"}, "valid email address"),
        ({"name": ""}, "required"),
    ),
)
def test_a_wrong_first_run_form_says_why_and_keeps_the_link(client, first_run, changes, said):
    response = client.post(first_run, form(**changes))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert 'role="alert"' in response.content.decode()
    assert not User.objects.exists()
    assert client.get(first_run).status_code == 200


def test_no_first_run_link_beside_an_administrator(client, first_run):
    User.objects.create_superuser("root@example.org", PASSWORD)
    assert client.get(first_run).status_code == 404
    assert client.post(first_run, form(email="second@example.org")).status_code == 404


def test_a_sign_up_invite_makes_no_administrator(client):
    _, token = Invite.make(timezone.now(), role=User.Role.INSTRUCTOR)
    assert client.post(reverse("first_run", args=[token]), form()).status_code == 404
    assert not User.objects.exists()


def test_the_first_run_token_does_not_open_sign_up(client, first_run):
    token = first_run.split("/")[-2]
    assert client.get(reverse("join", args=[token])).status_code == 404


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_five_at_once_make_one_administrator(first_run):
    def come(number: int) -> int:
        try:
            return Client().post(first_run, form(email=f"root{number}@example.org")).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        statuses = sorted(pool.map(come, range(5)))
    assert statuses == [302, 404, 404, 404, 404]
    assert User.objects.count() == 1
