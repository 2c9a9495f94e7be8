"""My reviews, the way out of them, and the mails in files: who sees what, and what a GET may not do."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Profile, User
from quizzes.digests import opening, sending, unsubscribing
from quizzes.models import Digest, Enrolment
from tests import factories
from tests.quizzes.digests import people
from tests.quizzes.digests.people import SUNDAY
from tests.quizzes.views import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin() -> Enrolment:
    return people.learner(people.course())


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "accounts.mail_files.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


def run() -> Digest:
    opening.sweep(SUNDAY)
    list(sending.send_open(lambda: SUNDAY))
    return Digest.objects.get()


def digest_on(enrolment: Enrolment) -> bool:
    return Profile.objects.get(user=enrolment.user_id).digest_on


def test_my_review_reads_like_the_mail(robin: Enrolment) -> None:
    row = run()
    client = signed_in(robin.user)
    listing = client.get(reverse("digests")).content.decode()
    assert row.subject in listing and reverse("digest", args=[row.pk]) in listing
    page = client.get(reverse("digest", args=[row.pk])).content.decode().replace("\u00a0", " ")
    assert "4 cards due today, 8 more by Saturday. 31 days to the exam." in page
    assert "Weakest topics" in page and "The week behind" in page
    assert "style=" not in page and "<style" not in page


def test_somebody_elses_review_does_not_exist(robin: Enrolment) -> None:
    row = run()
    address = reverse("digest", args=[row.pk])
    assert signed_in(factories.learner()).get(address).status_code == 404
    assert signed_in(User.objects.create_superuser("chief@example.org")).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert Client().get(reverse("digests")).status_code == 302


def test_an_empty_list_says_what_will_be_here() -> None:
    page = signed_in(factories.learner()).get(reverse("digests")).content.decode()
    assert "None yet" in page and "Sundays at 17:00" in page


def test_one_click_unsubscribes_without_cookies_or_csrf(robin: Enrolment) -> None:
    path = reverse("unsubscribe", args=[unsubscribing.token_of(robin.user_id)])
    for _ in range(2):  # a mail program may post twice
        answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.cookies
        assert not digest_on(robin)


def test_a_post_without_a_body_unsubscribes_too(robin: Enrolment) -> None:
    path = reverse("unsubscribe", args=[unsubscribing.token_of(robin.user_id)])
    answer = Client(enforce_csrf_checks=True).post(path, data=b"", content_type="text/plain")
    assert (answer.status_code, digest_on(robin)) == (200, False)


def test_reading_the_link_never_unsubscribes(robin: Enrolment) -> None:
    path = reverse("unsubscribe", args=[unsubscribing.token_of(robin.user_id)])
    for ask in (Client().get, Client().head, signed_in(robin.user).get):
        assert ask(path).status_code == 200
        assert ask(path, {"List-Unsubscribe": "One-Click", "digest": "off"}).status_code == 200
    assert digest_on(robin)
    assert "no-store" in Client().get(path)["Cache-Control"]


def test_the_page_stops_and_starts_again(robin: Enrolment) -> None:
    path = reverse("unsubscribe", args=[unsubscribing.token_of(robin.user_id)])
    client = Client(enforce_csrf_checks=True)
    assert "Stop the weekly digest?" in client.get(path).content.decode()
    stopped = client.post(path, {"digest": "off"}, follow=True)
    assert stopped.redirect_chain == [(path, 302)]
    assert "The weekly digest is off" in stopped.content.decode()
    Profile.objects.filter(user=robin.user_id).update(next_digest_at=SUNDAY)
    client.post(path, {"digest": "on"})
    profile = Profile.objects.get(user=robin.user_id)
    assert (profile.digest_on, profile.next_digest_at) == (True, None)


@pytest.mark.parametrize("token", ["1", "1.abc", "x.y", "1:1", "%F0%9F"])
def test_a_link_that_we_did_not_sign(robin: Enrolment, token: str) -> None:
    address = f"/unsubscribe/{token}/"
    assert Client().get(address).status_code == 404
    assert Client().post(address).status_code == 404
    assert digest_on(robin)


def test_a_token_speaks_for_one_person(robin: Enrolment) -> None:
    other = factories.learner()
    signature = unsubscribing.token_of(robin.user_id).partition(".")[2]
    assert Client().post(f"/unsubscribe/{other.pk}.{signature}/").status_code == 404


def test_the_outbox_shows_what_was_written_to_files(robin: Enrolment, files: Path) -> None:
    row = run()
    client = signed_in(User.objects.create_superuser("chief@example.org"))
    listing = client.get(reverse("outbox")).content.decode()
    (file,) = files.glob("*.eml")
    assert row.subject in listing and robin.user.email in listing and file.name in listing
    page = client.get(reverse("outbox_letter", args=[file.name])).content.decode().replace("\u00a0", " ")
    assert "Study now: http" in page  # the text part
    assert "The week behind" in page  # the review itself
    assert "style=" not in page and "<style" not in page


def test_a_mail_that_is_no_review_is_shown_as_text(files: Path) -> None:
    EmailMessage(
        "A <b>code</b>", "Your code is <i>123</i>", to=["robin@example.org"], connection=get_connection()
    ).send()
    (file,) = files.glob("*.eml")
    chief = signed_in(User.objects.create_superuser("chief@example.org"))
    page = chief.get(reverse("outbox_letter", args=[file.name])).content.decode()
    assert "Your code is &lt;i&gt;123&lt;/i&gt;" in page and "A &lt;b&gt;code&lt;/b&gt;" in page


def test_the_outbox_is_for_staff_and_other_mail_for_administrators(robin: Enrolment, files: Path) -> None:
    run()
    (review,) = files.glob("*.eml")
    EmailMessage(
        "Reset your password", "https://…", to=["chief@example.org"], connection=get_connection()
    ).send()
    (reset,) = set(files.glob("*.eml")) - {review}
    for client in (Client(), signed_in(robin.user), signed_in(factories.instructor())):
        assert client.get(reverse("outbox")).status_code in (302, 404)
        assert client.get(reverse("outbox_letter", args=[review.name])).status_code in (302, 404)
    staff = factories.instructor()
    staff.is_staff = True
    staff.save()
    client = signed_in(staff)
    listing = client.get(reverse("outbox")).content.decode()
    assert review.name in listing and reset.name not in listing
    assert client.get(reverse("outbox_letter", args=[review.name])).status_code == 200
    assert client.get(reverse("outbox_letter", args=[reset.name])).status_code == 404


@pytest.mark.parametrize(
    "name", ["..%2Fsecret_key", "../secret_key", ".hidden.eml", "a.eml", "a.txt", "a%00.eml"]
)
def test_only_mails_can_be_read(files: Path, name: str) -> None:
    (files.parent / "secret_key").write_text("secret")
    (files / ".hidden.eml").write_text("Subject: half written\n\n")
    chief = signed_in(User.objects.create_superuser("chief@example.org"))
    assert chief.get(f"/digests/outbox/{name}/").status_code == 404


def test_with_a_mail_server_the_outbox_says_so() -> None:
    chief = signed_in(User.objects.create_superuser("chief@example.org"))
    assert "through a mail server" in chief.get(reverse("outbox")).content.decode()
