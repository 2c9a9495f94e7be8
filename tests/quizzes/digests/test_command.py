"""`manage.py send_digests`: what it says, what it leaves alone."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts.models import Profile
from content.models import Certification
from quizzes.models import Digest
from tests import factories
from tests.quizzes.digests import people
from tests.quizzes.digests.people import DAY, SUNDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Certification:
    return people.course()


def said(**options: Any) -> dict[str, str]:
    """The command's lines by address."""
    out = StringIO()
    call_command("send_digests", stdout=out, **{"now": SUNDAY.isoformat(), **options})
    lines = [line.split(maxsplit=2) for line in out.getvalue().splitlines()]
    return {email: f"{state} {rest}" for state, email, rest in lines}


def test_everybody_is_told_of_with_the_reason(course: Certification) -> None:
    robin = people.learner(course)
    off = people.learner(course, digest_on=False)
    idle = factories.learner()
    later = people.learner(course, digest_weekday=Profile.Weekday.TUESDAY, zone="Asia/Tokyo", digest_hour=8)
    lines = said()
    assert lines[robin.user.email].startswith("sent 2026-W47") and "12 cards" in lines[robin.user.email]
    assert lines[off.user.email] == "off The weekly digest is switched off."
    assert lines[idle.email] == "empty 2026-W47  Not enrolled in any certification."
    assert lines[later.user.email] == "later 2026-W48  Comes Tuesday, 24 November 2026, 08:00 (Asia/Tokyo)."
    assert [message.to for message in mail.outbox] == [[robin.user.email]]
    assert said()[robin.user.email] == (
        "done 2026-W47  This week's is sent. The next may come Sunday, 29 November 2026, 17:00 (UTC)."
    )
    assert len(mail.outbox) == 1


def test_a_dry_run_says_the_same_and_changes_nothing(course: Certification) -> None:
    robin, idle = people.learner(course), factories.learner()
    people.learner(course, digest_hour=20)
    before = list(Profile.objects.values())
    rehearsed = said(dry_run=True)
    assert (list(Profile.objects.values()), Digest.objects.count(), mail.outbox) == (before, 0, [])
    assert rehearsed[robin.user.email].startswith("would 2026-W47")
    really = said()
    assert rehearsed.keys() == really.keys()
    assert rehearsed[idle.email] == really[idle.email]
    assert [line.partition(" ")[2] for line in rehearsed.values()] and len(mail.outbox) == 1


def test_a_dry_run_knows_what_waits_and_what_is_done(course: Certification) -> None:
    robin, sasha, kim = (people.learner(course) for _ in range(3))
    said()
    Digest.objects.filter(user=sasha.user_id).update(
        state=Digest.State.DUE, attempts=1, claimed_at=SUNDAY, error="451 no"
    )
    Digest.objects.filter(user=kim.user_id).update(state=Digest.State.DUE, attempts=0)
    lines = said(dry_run=True, now=(SUNDAY + timedelta(minutes=1)).isoformat())
    assert "This week's is sent." in lines[robin.user.email]
    assert "tried again later. 451 no" in lines[sasha.user.email]
    assert lines[kim.user.email].startswith("would")


def test_now_sets_the_clock(course: Certification) -> None:
    people.learner(course)
    said(now="2026-11-22T17:00:00")
    said(now="2026-11-29T17:30:00+00:00")
    assert [row.week for row in Digest.objects.order_by("week")] == ["2026-W47", "2026-W48"]
    assert [message.message()["Date"] for message in mail.outbox][1] == "Sun, 29 Nov 2026 17:30:00 +0000"


def test_a_moment_that_cannot_be_read_is_refused() -> None:
    for now in ("yesterday", "2026-13-01T00:00:00"):
        with pytest.raises(CommandError, match="write it like 2026-11-29T17:00:00Z"):
            said(now=now)


def test_a_test_mail_to_one_person_is_not_recorded(course: Certification) -> None:
    robin = people.learner(course, digest_weekday=Profile.Weekday.TUESDAY)
    assert said(to=robin.user.email.upper())[robin.user.email].startswith("test")
    assert [message.to for message in mail.outbox] == [[robin.user.email]]
    assert not Digest.objects.exists()
    said(now=(SUNDAY + 2 * DAY).isoformat())
    assert len(mail.outbox) == 2
    assert mail.outbox[0].message()["Message-ID"] != mail.outbox[1].message()["Message-ID"]


def test_a_test_mail_to_nobody_is_refused() -> None:
    with pytest.raises(CommandError, match="Nobody here has the address"):
        said(to="nobody@example.org")


def test_without_a_mail_server_it_says_what_to_do(course: Certification) -> None:
    people.learner(course)
    smtp = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": 9,
    }
    with override_settings(**smtp), pytest.raises(CommandError, match="look at EMAIL_URL"):
        said()
    assert Digest.objects.get().state == Digest.State.DUE
