"""Preferences: what is kept, what has to be worked out anew, what a wrong form says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Profile
from quizzes.models import Enrolment
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
URL = "/preferences/"


@pytest.fixture
def person(client):
    user = factories.learner("ada@example.org", next_digest_at=NOW)
    factories.enrolment(user, factories.certification(), next_plan_at=NOW)
    client.force_login(user)
    return user


def form(**changes):
    kept = {
        "name": "",
        "zone": "UTC",
        "rollover_hour": "4",
        "digest_on": "on",
        "digest_weekday": "6",
        "digest_hour": "17",
        "single_keys": "on",
        "theme": "",
    }
    return {name: value for name, value in (kept | changes).items() if value is not None}


def rows(user):
    return Profile.objects.get(user=user), Enrolment.objects.get(user=user)


def test_the_form_shows_what_is_stored(client, person):
    page = client.get(URL).content.decode()
    assert '<option value="UTC" selected>' in page
    assert '<option value="Europe/Lisbon">Lisbon</option>' in page
    assert '<option value="4" selected>04:00</option>' in page
    for name in ("account_email", "account_change_password", "mfa_index", "usersessions_list"):
        assert f'href="{reverse(name)}"' in page


def test_everything_is_kept(client, person):
    sent = form(
        name="Ada Park", zone="Asia/Kolkata", rollover_hour="3", digest_on=None, digest_weekday="0",
        digest_hour="7", single_keys=None, theme="dark",
    )  # fmt: skip
    response = client.post(URL, sent)
    assert (response.status_code, response.url) == (302, URL)
    profile, _ = rows(person)
    kept = (
        profile.zone,
        profile.rollover_hour,
        profile.digest_on,
        profile.digest_weekday,
        profile.digest_hour,
    )
    assert kept == ("Asia/Kolkata", 3, False, 0, 7)
    assert (profile.single_keys, profile.theme) == (False, "dark")
    person.refresh_from_db()
    assert person.name == "Ada Park"


@pytest.mark.parametrize(
    ("changes", "digest_anew", "plan_anew"),
    (
        ({"zone": "Europe/Lisbon"}, True, True),
        ({"rollover_hour": "2"}, False, True),
        ({"digest_weekday": "1"}, True, False),
        ({"digest_hour": "8"}, True, False),
        ({"digest_on": None}, True, False),
        ({"theme": "light", "name": "Ada", "single_keys": None}, False, False),
        ({}, False, False),
    ),
)
def test_only_what_depends_on_a_change_is_worked_out_anew(client, person, changes, digest_anew, plan_anew):
    client.post(URL, form(**changes))
    profile, enrolment = rows(person)
    assert (profile.next_digest_at is None, enrolment.next_plan_at is None) == (digest_anew, plan_anew)


def test_a_sweep_meanwhile_is_not_overwritten(client, person):
    from accounts.forms import PreferencesForm

    late = PreferencesForm(form(theme="dark"), user=person)
    assert late.is_valid()
    Profile.objects.filter(user=person).update(next_digest_at=NOW + timedelta(days=7))
    late.keep()
    profile, _ = rows(person)
    assert (profile.next_digest_at, profile.theme) == (NOW + timedelta(days=7), "dark")


@pytest.mark.parametrize(
    ("field", "value"),
    (
        ("zone", "Mars/Olympus"),
        ("rollover_hour", "24"),
        ("digest_weekday", "7"),
        ("digest_hour", "-1"),
        ("theme", "x"),
    ),
)
def test_a_wrong_value_is_named_and_nothing_is_kept(client, person, field, value):
    response = client.post(URL, form(**{"name": "New", field: value}))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Please look at this again" in page
    assert f'href="#id_{field}' in page
    assert "<title>Error:" in page
    person.refresh_from_db()
    assert person.name == ""


def test_a_zone_from_elsewhere_stays_choosable(client, person):
    Profile.objects.filter(user=person).update(zone="GMT")
    assert '<option value="GMT" selected>' in client.get(URL).content.decode()
    assert client.post(URL, form(zone="GMT")).status_code == 302


def test_another_persons_profile_is_out_of_reach(client, person):
    other = factories.learner()
    client.post(URL, form(zone="Europe/Lisbon") | {"user": other.pk, "id": other.profile.pk})
    other.profile.refresh_from_db()
    assert other.profile.zone == "UTC"
