"""Reviews read back from a real mail server, and each state a row can end in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import Profile, User
from content.models import Certification
from quizzes.digests import gather, opening, sending, unsubscribing
from quizzes.digests.handover import Post, Unreachable
from quizzes.digests.sending import Outcome
from quizzes.models import Card, Digest, DrillSchedule, Enrolment, Question, ReviewLog
from tests import factories
from tests.quizzes.digests import peer as peers
from tests.quizzes.digests import people
from tests.quizzes.digests.peer import Peer
from tests.quizzes.digests.people import DAY, SUNDAY

pytestmark = pytest.mark.django_db

State = Digest.State


@pytest.fixture
def peer() -> Iterator[Peer]:
    with peers.running() as running:
        yield running


@pytest.fixture
def course() -> Certification:
    return people.course()


def run(at: datetime = SUNDAY) -> list[Outcome]:
    opening.sweep(at)
    return list(sending.send_open(lambda: at))


def state_of(enrolment: Enrolment) -> str:
    return Digest.objects.get(user=enrolment.user_id).state


def test_a_review_arrives_with_its_headers_and_both_parts(peer: Peer, course: Certification) -> None:
    robin = people.learner(course, zone="UTC")
    with override_settings(SITE_URL="https://study.example.org", SITE_HOST="study.example.org"):
        assert [outcome.state for outcome in run()] == [State.SENT]
        address = unsubscribing.address_of(robin.user_id)
    (mail,) = peer.mails
    assert mail["To"] == robin.user.email
    assert mail["Subject"] == "Your week: 12 cards, 31 days to the exam"
    assert mail["Message-ID"] == f"<weekly.2026-W47.{robin.user_id}@study.example.org>"
    assert mail["List-Unsubscribe"] == f"<{address}>"
    assert address.startswith("https://study.example.org/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Date"].datetime == SUNDAY
    assert mail.get_content_type() == "multipart/alternative"
    text, html = (mail.get_body([kind]) for kind in ("plain", "html"))
    assert text is not None and html is not None
    for part in (text.get_content(), unescape(html.get_content()).replace("\u00a0", " ")):
        assert "4 cards due today, 8 more by Saturday." in part
        assert "31 days to the exam." in part
        assert "https://study.example.org/study/gates/" in part
        assert address in part
        assert "Sundays at 17:00 (UTC)" in part
    row = Digest.objects.get()
    assert (row.state, row.week, row.message_id) == (State.SENT, "2026-W47", mail["Message-ID"])
    assert row.content is not None and row.ended_at == SUNDAY


def test_the_mail_is_small_and_fetches_nothing(peer: Peer) -> None:
    """The longest mail there can be: four certifications with long titles, questions with many options."""
    longest = people.course("first", topics=3, each=4, kind="multiple_response")
    enrolment = people.learner(longest)
    for number in range(4):
        other = people.course(f"other-{number}", topics=3, each=4, kind="multiple_choice")
        people.study(factories.enrolment(enrolment.user, other), SUNDAY)
    for certification in Certification.objects.all():
        Certification.objects.filter(pk=certification.pk).update(
            title="A certification with a long title " * 5
        )
        certification.topics.update(title="A topic whose title goes on and on, as titles do " * 6)
    run()
    (envelope,) = peer.accepted
    assert isinstance(envelope.content, bytes)
    assert len(envelope.content) <= 40_000
    assert max(len(line) for line in envelope.content.split(b"\r\n")) <= 998
    envelope.content.decode("ascii")
    html = peer.mails[0].get_body(["html"])
    assert html is not None
    page = html.get_content()
    for fetching in ("<img", "<link", "<script", "src=", "url(", "@import", "@font-face"):
        assert fetching not in page
    assert "prefers-color-scheme: dark" in page or "prefers-color-scheme:dark" in page
    assert 'style="' in page


def test_running_again_sends_nothing_more(peer: Peer, course: Certification) -> None:
    people.learner(course)
    for minutes in (0, 0, 5, 60, 24 * 60, 6 * 24 * 60):
        run(SUNDAY + timedelta(minutes=minutes))
    assert len(peer.accepted) == 1
    run(SUNDAY + 7 * DAY)
    assert len(peer.accepted) == 2


def test_a_clock_set_back_sends_nothing_twice(peer: Peer, course: Certification) -> None:
    people.learner(course)
    opening.sweep(SUNDAY)
    run(SUNDAY + timedelta(hours=1))
    for hours in (0, -2, 0, 1):
        run(SUNDAY + timedelta(hours=hours))
    assert len(peer.accepted) == 1


def test_a_clock_that_was_a_year_ahead_does_not_silence_anybody(peer: Peer, course: Certification) -> None:
    people.learner(course)
    run(SUNDAY + 364 * DAY)
    peer.accepted.clear()
    run(SUNDAY)
    assert len(peer.accepted) == 1


@pytest.mark.parametrize(("hours", "mails"), [(1, 1), (47, 1), (49, 0)])
def test_a_missed_hour_is_made_up_for_within_two_days(
    peer: Peer, course: Certification, hours: int, mails: int
) -> None:
    people.learner(course)
    opening.sweep(SUNDAY - timedelta(hours=3))  # then the server was away
    run(SUNDAY + timedelta(hours=hours))
    assert len(peer.accepted) == mails
    run(SUNDAY + 7 * DAY)
    assert len(peer.accepted) == mails + 1


def test_nothing_to_say_sends_nothing(peer: Peer, course: Certification) -> None:
    idle = factories.learner()
    not_begun = factories.enrolment(factories.learner(), course)
    left = people.learner(course)
    Enrolment.objects.filter(pk=left.pk).update(active=False)
    learned = people.learner(course)
    Card.objects.filter(enrolment=learned).update(due=SUNDAY + 30 * DAY)
    ReviewLog.objects.filter(enrolment=learned).update(at=SUNDAY - 20 * DAY)
    assert {(outcome.email, outcome.state, outcome.said) for outcome in run()} == {
        (idle.email, State.EMPTY, gather.NOT_ENROLLED.reason),
        (not_begun.user.email, State.EMPTY, gather.QUIET.reason),
        (left.user.email, State.EMPTY, gather.NOT_ENROLLED.reason),
        (learned.user.email, State.EMPTY, gather.QUIET.reason),
    }
    assert not peer.accepted


def test_recent_work_is_something_to_say(peer: Peer, course: Certification) -> None:
    robin = people.learner(course)
    Card.objects.filter(enrolment=robin).update(due=SUNDAY + 30 * DAY)
    run()
    (mail,) = peer.mails
    text = mail.get_body(["plain"])
    assert text is not None
    assert "Nothing is due in the next 7 days." in text.get_content()
    assert "Open your course:" in text.get_content()


def test_drills_that_come_back_are_something_to_say(peer: Peer, course: Certification) -> None:
    idle = factories.enrolment(factories.learner(), course)
    for number, state in enumerate((Question.State.READY, Question.State.READY, Question.State.RETIRED)):
        question = factories.question(course.topics.all()[0], kind="drill")
        Question.objects.filter(pk=question.pk).update(state=state)
        DrillSchedule.objects.create(enrolment=idle, question=question, due=SUNDAY + number * DAY)
    run()
    (mail,) = peer.mails
    text = mail.get_body(["plain"])
    assert text is not None and "2 drills come back this week." in text.get_content()
    assert mail["Subject"].startswith("Your week: 2 drills")


def test_switched_off_or_locked_out_gets_none(peer: Peer, course: Certification) -> None:
    people.learner(course, digest_on=False)
    gone = people.learner(course)
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    assert run() == []
    assert not Digest.objects.exists()


def test_unsubscribing_after_the_row_was_opened_still_counts(peer: Peer, course: Certification) -> None:
    robin = people.learner(course)
    opening.sweep(SUNDAY)
    unsubscribing.switch(robin.user.profile, on=False)
    list(sending.send_open(lambda: SUNDAY))
    assert (state_of(robin), peer.accepted) == (State.EMPTY, [])


def test_unsubscribing_between_reading_and_claiming_still_counts(
    peer: Peer, course: Certification, monkeypatch: pytest.MonkeyPatch
) -> None:
    robin = people.learner(course)
    opening.sweep(SUNDAY)
    read = gather.reviews

    def read_then_unsubscribe(*given: Any) -> Any:
        said = read(*given)
        Profile.objects.filter(user=robin.user_id).update(digest_on=False)
        return said

    monkeypatch.setattr(gather, "reviews", read_then_unsubscribe)
    list(sending.send_open(lambda: SUNDAY))
    assert (state_of(robin), peer.accepted) == (State.DUE, [])


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_refused_for_good_is_not_tried_again(peer: Peer, course: Certification, where: str) -> None:
    robin, sasha = people.learner(course), people.learner(course)
    getattr(peer, where)[robin.user.email] = "550 5.1.1 no such mailbox"
    run()
    run(SUNDAY + DAY)
    row = Digest.objects.get(user=robin.user_id)
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert "550 5.1.1 no such mailbox" in row.error
    assert peer.to == [sasha.user.email]


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_refused_for_now_is_tried_again_after_a_pause(peer: Peer, course: Certification, where: str) -> None:
    robin = people.learner(course)
    replies = getattr(peer, where)
    replies[robin.user.email] = "451 4.7.1 greylisted, come back"
    run()
    row = Digest.objects.get()
    assert (row.state, row.attempts) == (State.DUE, 1)
    assert "451 4.7.1" in row.error
    replies.clear()
    run(SUNDAY + timedelta(minutes=4))
    assert not peer.accepted
    run(SUNDAY + timedelta(minutes=5))
    assert (state_of(robin), len(peer.accepted)) == (State.SENT, 1)


def test_refused_for_two_days_is_given_up(peer: Peer, course: Certification) -> None:
    robin = people.learner(course)
    peer.rcpt[robin.user.email] = "452 4.2.2 mailbox full"
    at, tries = SUNDAY, 0
    while at < SUNDAY + 3 * DAY:
        run(at)
        at += timedelta(minutes=5)
    row = Digest.objects.get()
    tries = row.attempts
    assert row.state == State.FAILED
    assert "mailbox full" in row.error
    assert 5 <= tries <= 12


def test_a_refused_sender_costs_nobody_a_review(peer: Peer, course: Certification) -> None:
    enrolments = [people.learner(course) for _ in range(7)]
    peer.sender_reply = "530 5.7.0 authentication required"
    with pytest.raises(Unreachable, match="authentication required"):
        run()
    peer.sender_reply = ""
    run(SUNDAY + timedelta(minutes=10))
    assert sorted(peer.to) == sorted(enrolment.user.email for enrolment in enrolments)


def test_no_mail_server_leaves_everything_due(course: Certification) -> None:
    robin = people.learner(course)
    with peers.running():
        pass  # its port is free again
    with (
        override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9
        ),
        pytest.raises(Unreachable),
    ):
        run()
    row = Digest.objects.get()
    assert (row.state, row.attempts) == (State.DUE, 0)
    with peers.running() as peer:
        run(SUNDAY + timedelta(hours=2))
        assert len(peer.accepted) == 1
    assert state_of(robin) == State.SENT


def test_a_server_that_closes_idle_connections_loses_nobody(
    peer: Peer, course: Certification, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        people.learner(course)
    hand_over = Post.hand_over

    def after_the_line_went_dead(post: Post, message: EmailMessage) -> None:
        if len(peer.accepted) == 2 and peer.connections == 1:
            post._backend.connection.sock.shutdown(socket.SHUT_RDWR)
        hand_over(post, message)

    monkeypatch.setattr(Post, "hand_over", after_the_line_went_dead)
    assert [outcome.state for outcome in run()] == [State.SENT] * 4
    assert (len(peer.accepted), peer.connections) == (4, 2)


def test_one_connection_serves_many(peer: Peer, course: Certification) -> None:
    people.learners(course, 30)
    run()
    assert (len(peer.accepted), peer.connections) == (30, 1)


def test_a_changed_weekday_does_not_bring_two_mails_in_a_row(peer: Peer, course: Certification) -> None:
    robin = people.learner(course)
    run()
    profile = Profile.objects.filter(user=robin.user_id)
    profile.update(digest_weekday=Profile.Weekday.MONDAY, next_digest_at=None)
    run(SUNDAY + DAY)
    assert len(peer.accepted) == 1
    run(SUNDAY + 8 * DAY)
    assert len(peer.accepted) == 2


def test_somebody_away_is_written_to_less_and_less(peer: Peer, course: Certification) -> None:
    robin = people.learner(course)
    User.objects.filter(pk=robin.user_id).update(date_joined=SUNDAY - 90 * DAY)
    for week in range(40):
        run(SUNDAY + 7 * week * DAY)
    weeks = [(mail["Date"].datetime - SUNDAY).days // 7 for mail in peer.mails]
    assert weeks == [0, 1, 2, 3, 7, 11, 15]


def test_queries_do_not_grow_with_people_or_cards(peer: Peer) -> None:
    def counted(prefix: str, count: int, each: int) -> int:
        enrolments = people.learners(people.course(f"course-{prefix}", each=each), count, prefix=prefix)
        batch = [
            Digest(pk=enrolment.pk, user=enrolment.user, week="2026-W47", due_at=SUNDAY)
            for enrolment in enrolments
        ]
        for digest in batch:
            digest.user.profile  # noqa: B018  (comes with the row in real life)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            said = gather.reviews(batch, SUNDAY)
        assert len(said) == count
        return len(queries)

    assert counted("a", 2, each=2) == counted("b", 4, each=2) == counted("c", 40, each=8)


def test_opening_costs_the_same_for_many(course: Certification) -> None:
    people.learners(course, 5)
    with CaptureQueriesContext(connection) as few:
        opening.sweep(SUNDAY)
    people.learners(course, 60, prefix="more")
    with CaptureQueriesContext(connection) as many:
        opening.sweep(SUNDAY)
    assert Digest.objects.count() == 65
    assert len(many) <= len(few)
