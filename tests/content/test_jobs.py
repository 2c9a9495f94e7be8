"""Job rows: submitted once, held by one worker, tried again, announced until somebody takes them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection

from content import jobs
from content.jobs import Claim, LostClaim
from content.models import Job
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


def submitted(key: str = "one") -> Job:
    return jobs.submit("test.work", key, NOW, {"n": 1})


def held(job: Job) -> Claim:
    claim = jobs.claim(job.pk, NOW)
    assert claim is not None
    return claim


def test_a_kind_and_key_make_one_job() -> None:
    assert submitted() == submitted()
    assert submitted("two") != submitted()


def test_one_worker_holds_a_job() -> None:
    job = submitted()
    claim = held(job)
    assert claim.payload == {"n": 1}
    assert jobs.claim(job.pk, NOW + timedelta(seconds=1)) is None


def test_a_worker_that_died_loses_the_job_and_cannot_write_any_more() -> None:
    job = submitted()
    dead = held(job)
    later = NOW + jobs.LEASE + timedelta(seconds=1)
    second = jobs.claim(job.pk, later)
    assert second is not None
    with pytest.raises(LostClaim):
        dead.progress("reading", 1, 2)
    second.progress("reading", 1, 2)
    job.refresh_from_db()
    assert (job.stage, job.done, job.total, job.attempts) == ("reading", 1, 2, 2)


def test_a_cancelled_job_stops_its_worker() -> None:
    claim = held(submitted())
    assert jobs.cancel("test.work", "one", NOW)
    with pytest.raises(LostClaim):
        claim.still_held()
    assert not jobs.cancel("test.work", "one", NOW), "it had ended"


def test_a_failure_is_kept_and_tried_again_with_growing_pauses() -> None:
    job = submitted()

    def fail(claim: Claim) -> None:
        raise RuntimeError("the file is gone")

    for attempt in range(1, jobs.MOST_ATTEMPTS + 1):
        job.refresh_from_db()
        with time_machine.travel(job.run_after, tick=False):
            with pytest.raises(RuntimeError):
                jobs.run(job.pk, fail)
            before = job.run_after
            job.refresh_from_db()
        assert job.attempts == attempt
        if attempt < jobs.MOST_ATTEMPTS:
            assert job.state == Job.State.QUEUED
            assert (job.run_after - before).total_seconds() == 5 * 4 ** (attempt - 1)
    assert job.state == Job.State.FAILED
    assert "the file is gone" in job.error


def test_a_finished_job_is_not_run_again() -> None:
    job = submitted()
    done: list[int] = []
    with time_machine.travel(NOW, tick=False):
        jobs.run(job.pk, lambda claim: done.append(claim.job_id))
        jobs.run(job.pk, lambda claim: done.append(claim.job_id))
    job.refresh_from_db()
    assert (done, job.state) == ([job.pk], Job.State.DONE)


def test_waiting_jobs_are_announced_once_and_again_when_nobody_came() -> None:
    job = submitted()
    sent: list[tuple[str, int]] = []

    def send(kind: str, pk: int) -> None:
        sent.append((kind, pk))

    assert jobs.announce(send, NOW) == 1
    assert jobs.announce(send, NOW + timedelta(seconds=5)) == 0
    assert jobs.announce(send, NOW + jobs.ANNOUNCE_AGAIN_AFTER + timedelta(seconds=1)) == 1
    held(job)
    assert jobs.announce(send, NOW + timedelta(seconds=9)) == 0
    assert jobs.announce(send, NOW + timedelta(minutes=5)) == 1, "its worker died"
    assert sent == [("test.work", job.pk)] * 3


def test_a_broker_that_is_away_leaves_the_job_unannounced() -> None:
    submitted()

    def refuse(kind: str, pk: int) -> None:
        raise ConnectionError("no broker")

    with pytest.raises(ConnectionError):
        jobs.announce(refuse, NOW)
    assert Job.objects.get().announced_at is None


def test_a_job_that_kills_its_worker_every_time_is_given_up() -> None:
    job = submitted()
    at = NOW
    for _ in range(jobs.MOST_ATTEMPTS):
        assert jobs.claim(job.pk, at) is not None
        at += jobs.LEASE + timedelta(seconds=1)
    assert jobs.announce(lambda kind, pk: None, at) == 0
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "Given up" in job.error


def periodic(at: datetime = NOW) -> Job:
    return jobs.submit("test.sweep", "every minute", at, gives_way=True)


def test_a_periodic_job_gives_way_to_one_that_somebody_waits_for() -> None:
    sweep, order = periodic(), []

    def work(claim: Claim) -> None:
        order.append("begun")
        submitted()
        claim.progress("sweeping", 1, 2)
        order.append("ended")

    with time_machine.travel(NOW, tick=False):
        jobs.announce(lambda kind, pk: None, NOW)
        jobs.run(sweep.pk, work)
        sweep.refresh_from_db()
        assert (sweep.state, sweep.attempts, sweep.announced_at, order) == ("queued", 0, None, ["begun"])
        jobs.run(sweep.pk, work)
        assert order == ["begun"], "the other one has not been taken yet"
        announced: list[str] = []
        jobs.announce(lambda kind, pk: announced.append(kind), NOW)
        assert announced == ["test.work", "test.sweep"]
        held(submitted())
        jobs.run(sweep.pk, work)
    sweep.refresh_from_db()
    assert (sweep.state, sweep.attempts, order) == ("done", 1, ["begun", "begun", "ended"])


def test_it_gives_way_for_a_while_only_and_not_to_one_whose_time_has_not_come() -> None:
    sweep = periodic()
    Job.objects.filter(pk=submitted().pk).update(run_after=NOW + timedelta(minutes=5))
    claim = held(sweep)
    claim.give_way(NOW + timedelta(minutes=4))
    with pytest.raises(jobs.GaveWay):
        claim.give_way(NOW + timedelta(minutes=6))
    claim.give_way(NOW + jobs.GIVES_WAY_FOR)


def test_a_job_that_somebody_waits_for_does_not_give_way() -> None:
    claim = held(submitted())
    submitted("two")
    periodic()
    claim.give_way(NOW)


@pytest.mark.django_db(transaction=True)
def test_many_workers_one_job() -> None:
    job = submitted()

    def take(_: int) -> bool:
        try:
            return jobs.claim(job.pk, NOW) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(40))) == 1
