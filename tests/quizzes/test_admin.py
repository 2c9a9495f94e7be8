"""The content admin: administrators everywhere, instructors in what they teach, nobody where there is one writer."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts import people
from accounts.models import Invite, Profile, User
from content.models import Certification, Domain
from quizzes.models import Card, Enrolment, ReviewLog
from tests import factories, strict, world
from tests.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db
MODELS = [model._meta.label_lower.replace(".", "_") for model in admin.site._registry]
NEVER_EDITED = (
    "quizzes_card",
    "quizzes_reviewlog",
    "quizzes_studyday",
    "content_fact",
    "content_publication",
)


@pytest.fixture
def made() -> world.World:
    return world.make()


@pytest.fixture
def root(client) -> User:
    user = people.create_person("root@example.org", PASSWORD, verified=True, administrator=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize("model", MODELS)
def test_every_list_can_be_read_and_searched(client, root, made, model, django_assert_max_num_queries):
    url = reverse(f"admin:{model}_changelist")
    with django_assert_max_num_queries(25):
        strict.check(client.get(url))
    for query in ("?q=gate", "?q=owner@example.org", "?q=%00'\"("):
        assert client.get(url + query).status_code == 200, query


@pytest.mark.parametrize("model", [admin.site._registry[model] for model in admin.site._registry], ids=MODELS)
def test_every_filter_works(client, root, made, model):
    url = reverse(f"admin:{model.opts.app_label}_{model.opts.model_name}_changelist")
    for name in model.get_list_filter(client.get(url).wsgi_request):
        assert client.get(url, {f"{name}__isnull": "False"}).status_code in {200, 302}, name


def test_an_instructor_sees_what_they_teach_and_nothing_else(client, made):
    other = factories.instructor(Certification.objects.get(slug="elsewhere"))
    User.objects.filter(pk=other.pk).update(is_staff=True)
    client.force_login(other)
    things = made.things
    for model, name in (
        *(
            ("content_certification", "certification"),
            ("content_topic", "topic"),
            ("content_source", "source"),
        ),
        *(("content_note", "note"), ("content_fact", "fact"), ("content_ingestionrun", "run")),
        *(("quizzes_question", "question"), ("quizzes_class", "group"), ("quizzes_enrolment", "enrolment")),
        *(("quizzes_card", "card"), ("quizzes_reviewlog", "log"), ("quizzes_studyday", "day")),
        ("quizzes_drillattempt", "attempt"),
    ):
        page = client.get(reverse(f"admin:{model}_change", args=[things[name].pk]), follow=True)
        assert "doesn’t exist" in page.content.decode(), model
        posted = client.post(reverse(f"admin:{model}_change", args=[things[name].pk]), {"name": "Mine"})
        assert posted.status_code in {302, 403}, model
        listed = client.get(reverse(f"admin:{model}_changelist")).content.decode()
        assert f"/{things[name].pk}/change/" not in listed, model


@pytest.mark.parametrize(
    "model", ("accounts_user", "accounts_invite", "mfa_authenticator", "content_job", "quizzes_digest")
)
def test_people_and_jobs_are_for_administrators(client, made, model):
    client.force_login(made.people["instructor"])
    assert client.get(reverse(f"admin:{model}_changelist")).status_code == 403


def test_an_instructor_edits_the_blueprint_and_not_who_teaches(client, made):
    instructor, certification = made.people["instructor"], made.things["certification"]
    assert instructor is not None
    client.force_login(instructor)
    url = reverse("admin:content_certification_change", args=[certification.pk])
    page = client.get(url)
    sent = _form(page) | {
        "title": "Keeping gates",
        "instructors": [],
        "slug": "taken-over",
        "domains-0-title": "Knocks",
    }
    assert client.post(url, sent).status_code == 302
    certification.refresh_from_db()
    assert (certification.title, certification.slug) == ("Keeping gates", "gate-keeping")
    assert list(certification.instructors.all()) == [instructor]
    assert Domain.objects.filter(certification=certification, title="Knocks").exists()


@pytest.mark.parametrize("model", NEVER_EDITED)
def test_what_has_one_writer_is_only_shown(client, root, made, model):
    names = {
        "card": "card",
        "reviewlog": "log",
        "studyday": "day",
        "fact": "fact",
        "publication": "publication",
    }
    thing = made.things[names[model.partition("_")[2]]]
    assert client.get(reverse(f"admin:{model}_change", args=[thing.pk])).status_code == 200
    for view, args in (("add", []), ("change", [thing.pk]), ("delete", [thing.pk])):
        assert client.post(reverse(f"admin:{model}_{view}", args=args), {"post": "yes"}).status_code == 403, (
            view
        )
    assert type(thing).objects.filter(pk=thing.pk).exists()


def test_deleting_does_not_take_the_review_log_with_it(client, root, made):
    owner = made.people["owner"]
    assert owner is not None
    for url in (
        reverse("admin:accounts_user_delete", args=[owner.pk]),
        reverse("admin:content_certification_delete", args=[made.things["certification"].pk]),
    ):
        client.post(url, {"post": "yes"})
    assert ReviewLog.objects.exists()
    assert Card.objects.exists()


def nothing_beside(*inlines: str) -> dict[str, str]:
    """What a browser sends for inlines without rows."""
    counts = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    return {f"{inline}-{name}": value for inline in inlines for name, value in counts.items()}


def test_a_changed_exam_date_is_planned_anew(client, root, made):
    enrolment = made.things["enrolment"]
    Enrolment.objects.filter(pk=enrolment.pk).update(next_plan_at=NOW)
    url = reverse("admin:quizzes_enrolment_change", args=[enrolment.pk])
    sent = {"exam_date": "2027-05-05", "minutes_a_day": "25", "desired_retention": "0.9"}
    sent |= nothing_beside("breaks", "fits", "abilities", "forecasts")
    assert client.post(url, sent).status_code == 302
    enrolment.refresh_from_db()
    assert (enrolment.exam_date, enrolment.minutes_a_day, enrolment.next_plan_at) == (
        date(2027, 5, 5),
        25,
        None,
    )


def test_a_question_is_retired_here(client, root, made):
    question = made.things["question"]
    url = reverse("admin:quizzes_question_change", args=[question.pk])
    sent = {"state": "retired"} | nothing_beside("versions", "calibration", "angoff_ratings")
    assert client.post(url, sent).status_code == 302
    question.refresh_from_db()
    assert question.state == "retired"


def test_a_class_is_changed_as_on_its_own_page(client, root, made):
    group = made.things["group"]
    url = reverse("admin:quizzes_class_change", args=[group.pk])
    assert (
        client.post(url, {"name": "Renamed", "exam_date": "2027-05-05", "instructors": []}).status_code == 302
    )
    group.refresh_from_db()
    assert group.name == "Renamed"
    assert set(group.enrolments.values_list("exam_date", flat=True)) == {date(2027, 5, 5)}


# --- people ----------------------------------------------------------------------------------------------------


def test_an_administrator_makes_a_person_whole(client, root):
    sent = {
        "email": "New@example.org", "name": "New Person", "role": "instructor", "usable_password": "true",
        "password1": PASSWORD, "password2": PASSWORD,
    }  # fmt: skip
    response = client.post(reverse("admin:accounts_user_add"), sent)
    user = User.objects.get(email="new@example.org")
    assert response.url == reverse("admin:accounts_user_change", args=[user.pk])
    assert Profile.objects.filter(user=user).exists()
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()
    assert user.check_password(PASSWORD)
    assert user.is_instructor


def test_changing_a_person(client, root):
    user = people.create_person("ada@example.org", PASSWORD, "Ada", verified=True)
    Profile.objects.filter(user=user).update(next_digest_at=NOW)
    factories.enrolment(user, factories.certification(), next_plan_at=NOW)
    url = reverse("admin:accounts_user_change", args=[user.pk])
    sent = _form(client.get(url)) | {
        "email": "ada.park@example.org",
        "name": "Ada Park",
        "profile-0-zone": "Asia/Tokyo",
    }
    assert client.post(url, sent).status_code == 302
    user = User.objects.get(pk=user.pk)
    assert (user.email, user.name, user.profile.zone) == ("ada.park@example.org", "Ada Park", "Asia/Tokyo")
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified")) == [
        (user.email, True)
    ]
    assert user.profile.next_digest_at is None
    assert Enrolment.objects.get(user=user).next_plan_at is None
    assert user.check_password(PASSWORD)


def test_an_invite_made_here_shows_its_link_once(client, root):
    sent = {"role": "instructor", "most_uses": "1"}
    page = client.post(reverse("admin:accounts_invite_add"), sent, follow=True).content.decode()
    assert "Copy this link now" in page
    link = page.partition("shown this once: ")[2].partition("<")[0].strip()
    invite = Invite.objects.get()
    assert (invite.role, invite.created_by, invite.uses) == ("instructor", root, 0)
    client.logout()
    assert "lets you teach here" in client.get(link.removeprefix("http://testserver")).content.decode()


def test_withdrawing_invites(client, root):
    invite, _ = Invite.make(timezone.now())
    sent = {"action": "withdraw", "_selected_action": [invite.pk]}
    client.post(reverse("admin:accounts_invite_changelist"), sent)
    invite.refresh_from_db()
    assert invite.withdrawn


def test_a_lost_second_factor_is_taken_away_and_never_read(client, root, made):
    factor = made.things["factor"]
    page = client.get(reverse("admin:mfa_authenticator_change", args=[factor.pk])).content.decode()
    assert str(factor.data["seed"]) not in page
    client.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})
    assert not Authenticator.objects.exists()


def _form(page) -> dict[str, str]:
    """What the browser would send back of an admin form that nobody touched."""
    form = page.context["adminform"].form
    forms = [form, *(sub for sets in page.context["inline_admin_formsets"] for sub in sets.formset.forms)]
    forms += [sets.formset.management_form for sets in page.context["inline_admin_formsets"]]
    sent: dict[str, str] = {}
    for one in forms:
        for field in one:
            value = field.value()
            if value not in (None, False):
                sent[field.html_name] = "on" if value is True else str(value)
    return sent
