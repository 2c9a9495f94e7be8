"""Never two for one week: many workers at once, a program that dies at any statement, a kill in mid-hand-over."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Profile
from content import jobs
from content.models import Job
from quizzes import tasks
from quizzes.digests import opening, sending
from quizzes.models import Digest
from tests.quizzes.digests import peer as peers
from tests.quizzes.digests import people
from tests.quizzes.digests.peer import Peer
from tests.quizzes.digests.people import SUNDAY

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

State = Digest.State


@pytest.fixture
def peer() -> Iterator[Peer]:
    with peers.running() as running:
        yield running


class Died(BaseException):
    """Stands for SIGKILL at this statement: nothing after it runs, not even handlers of Exception."""


def run(at: datetime) -> None:
    opening.sweep(at)
    list(sending.send_open(lambda: at))


def test_eight_sweeps_and_senders_at_once(peer: Peer) -> None:
    people.learners(people.course(each=1), 60)
    errors: list[Exception] = []
    start = threading.Barrier(8)

    def work() -> None:
        try:
            start.wait()
            run(SUNDAY)
        except Exception as error:  # noqa: BLE001  (told by the main thread)
            errors.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not errors
    assert Counter(peer.to) == {f"many{n}@example.org": 1 for n in range(60)}
    assert set(Digest.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


def test_two_beats_make_one_job_and_the_workers_send_once(peer: Peer) -> None:
    people.learners(people.course(each=1), 7, at=timezone.now())
    due = timezone.now().replace(minute=0, second=0, microsecond=0)
    Profile.objects.update(digest_weekday=due.weekday(), digest_hour=due.hour)
    for _ in range(2):
        job = jobs.submit("quizzes.tasks.send_digests", "one period", timezone.now())
        tasks.send_digests(job.pk)
    ranges = Job.objects.filter(kind=opening.RANGE_TASK)
    assert ranges.count() == 1
    for _ in range(2):
        tasks.send_digest_range(ranges.get().pk)
    assert len(peer.to) == len(set(peer.to)) == 7
    assert ranges.get().state == Job.State.DONE


def test_ranges_leave_out_what_an_open_job_covers() -> None:
    people.learners(people.course(each=1), 25)
    opening.sweep(SUNDAY)
    original, opening.RANGE = opening.RANGE, 10
    try:
        runs = opening.ranges(SUNDAY)
        assert [Digest.objects.filter(pk__range=run).count() for run in runs] == [10, 10, 5]
        first, last = runs[1]
        jobs.submit(opening.RANGE_TASK, "earlier", SUNDAY, {"first": first, "last": last})
        assert [Digest.objects.filter(pk__range=run).count() for run in opening.ranges(SUNDAY)] == [10, 5]
    finally:
        opening.RANGE = original


@pytest.mark.parametrize("when", ["before", "after"])
def test_dying_at_any_statement_never_sends_twice(peer: Peer, when: str) -> None:
    """Die at statement 1, 2, 3, …; then a fresh run, one after the stale limit, and one in the next hour."""
    people.learners(people.course(each=1), 2)
    lost = 0
    for number in range(1, 200):
        peer.accepted.clear()
        Digest.objects.all().delete()
        _back_to_start()
        if not _died_at(number, when):
            break
        for minutes in (1, 20, 40, 70):
            run(SUNDAY + timedelta(minutes=minutes))
        mails = Counter(peer.to)
        assert max(mails.values(), default=1) == 1, f"statement {number}"
        states = dict(Digest.objects.values_list("user__email", "state"))
        assert len(states) == 2
        for email, state in states.items():
            # What was not accepted was stopped between claim and hand-over, and the row says so.
            assert state in ({State.SENT, State.UNKNOWN} if mails[email] else {State.UNKNOWN})
            lost += not mails[email]
    else:
        pytest.fail("The run never came to its end.")
    assert number > 10
    assert lost <= 4  # only the statement that claims can cost a mail, once a person


def _back_to_start() -> None:
    Profile.objects.update(next_digest_at=SUNDAY)


def _died_at(number: int, when: str) -> bool:
    """Run until statement `number` and die there; False when the run ended before."""
    count = 0

    def count_and_die(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == number and when == "before":
            raise Died
        result = execute(sql, params, many, context)
        if count == number:
            raise Died
        return result

    try:
        with connection.execute_wrapper(count_and_die):
            run(SUNDAY)
    except Died:
        connection.close()
        return True
    return False


def test_a_worker_that_wakes_up_late_only_corrects_the_mark(peer: Peer) -> None:
    """Frozen during the hand-over for an hour: the sweep calls it unknown, the worker then says what really happened."""
    people.learners(people.course(each=1), 1)

    def sweep_meanwhile(envelope: object) -> None:
        def sweep() -> None:
            try:
                run(SUNDAY + timedelta(hours=1))
                states.extend(Digest.objects.values_list("state", flat=True))
            finally:
                connections.close_all()

        states: list[str] = []
        other = threading.Thread(target=sweep)
        other.start()
        other.join()
        assert states == [State.UNKNOWN]

    peer.on_accept = sweep_meanwhile
    run(SUNDAY)
    assert (len(peer.accepted), Digest.objects.get().state) == (1, State.SENT)


@pytest.mark.parametrize("accepted", [True, False])
def test_a_broken_line_in_mid_text_is_not_sent_again(peer: Peer, accepted: bool) -> None:
    people.learners(people.course(each=1), 2)
    broken: list[str] = []

    def hang_up(envelope: Any) -> None:
        if not broken:
            broken.append(envelope.rcpt_tos[0])
            if not accepted:
                peer.accepted.pop()
            raise ConnectionResetError  # aiosmtpd answers 500 to other errors, and hangs up at this one

    peer.on_accept = hang_up
    run(SUNDAY)
    for hours in (1, 2, 24):
        run(SUNDAY + timedelta(hours=hours))
    assert Counter(peer.to)[broken[0]] == int(accepted)
    assert Digest.objects.get(user__email=broken[0]).state == State.UNKNOWN
    assert Digest.objects.exclude(user__email=broken[0]).get().state == State.SENT


@pytest.mark.crash
def test_sigkill_during_the_hand_over(peer: Peer) -> None:
    """A real process, killed after the server took the mail and before it could hear so."""
    people.learners(people.course(each=1), 3)
    program: list[subprocess.Popen[str]] = []

    def kill(envelope: object) -> None:
        if len(peer.accepted) == 2:
            os.kill(program[0].pid, signal.SIGKILL)

    peer.on_accept = kill
    program.append(_send_digests())
    assert program[0].wait(60) == -signal.SIGKILL
    peer.on_accept = lambda envelope: None
    assert _send_digests().wait(60) == 0
    run(SUNDAY + timedelta(minutes=16))
    assert Counter(peer.to) == {f"many{n}@example.org": 1 for n in range(3)}
    assert sorted(Digest.objects.values_list("state", flat=True)) == [State.SENT, State.SENT, State.UNKNOWN]


def _send_digests() -> subprocess.Popen[str]:
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "studyapp.sqlite":
        address = f"sqlite:///{connection.settings_dict['NAME']}"
    else:
        address = re.sub(
            r"/[^/?]*(\?|$)", rf"/{connection.settings_dict['NAME']}\1", os.environ["DATABASE_URL"], count=1
        )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
        "DATABASE_URL": address,
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
    }
    command = [sys.executable, "manage.py", "send_digests", "--now", SUNDAY.isoformat()]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, text=True)
