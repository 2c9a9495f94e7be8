"""Opens weekly reviews whose time has come, and splits them into jobs. Run every few minutes; running twice is safe.

    profile.next_digest_at ≤ now → one row (person, kind, ISO week) in state DUE → jobs over ranges of rows

People with the same zone, weekday and hour are handled by one statement, so ten thousand cost no more than ten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Profile, User
from content import jobs
from content.models import Job
from quizzes.digests import timing
from quizzes.digests.timing import Wish
from quizzes.models import Digest

RANGE_TASK = "quizzes.tasks.send_digest_range"
RANGE = 500  # reviews in one job
FARTHEST = timing.WEEK + timedelta(hours=2)  # a next slot beyond this was set by a clock that was wrong
STALE = timedelta(minutes=15)  # far longer than one mail can take
PAUSES = [timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 480)]  # before the 2nd, 3rd, … attempt
STOPPED = (
    "The program stopped while this mail was being handed over. It may have arrived, so it is not sent again."
)


@dataclass(frozen=True, slots=True)
class Group:
    """People who share a wish and whose slot is the same moment."""

    wish: Wish
    slot: datetime | None

    @property
    def profiles(self) -> Q:
        return Q(
            digest_on=True,
            zone=self.wish.zone,
            digest_weekday=self.wish.weekday,
            digest_hour=self.wish.hour,
            next_digest_at=self.slot,
        )


def sweep(at: datetime) -> None:
    """Bring every row and every profile up to `at`."""
    settle(at)
    plan_missing(at)
    open_due(at)


def sweep_and_split(claim: jobs.Claim, at: datetime) -> None:
    sweep(at)
    claim.progress("splitting")
    for first, last in ranges(at):
        key = f"{first}-{last}@{at:%Y-%m-%dT%H:%MZ}"
        jobs.submit(RANGE_TASK, key, at, {"first": first, "last": last}, gives_way=True)


def settle(at: datetime) -> None:
    """Give up on what was stopped in the middle of its hand-over, and on what is too late to be sent."""
    Digest.objects.filter(state=Digest.State.SENDING, claimed_at__lt=at - STALE).update(
        state=Digest.State.UNKNOWN, ended_at=at, error=STOPPED
    )
    late = Digest.objects.filter(state=Digest.State.DUE, due_at__lt=at - timing.LATEST)
    late.filter(error="").update(error="No mail server could be reached in time.")
    late.update(state=Digest.State.FAILED, ended_at=at)


def plan_missing(at: datetime) -> None:
    """Give a next slot to whoever has none, or one that only a wrong clock can have set."""
    unset = Profile.objects.filter(digest_on=True).filter(
        Q(next_digest_at=None) | Q(next_digest_at__gt=at + FARTHEST)
    )
    for group in _groups(unset):
        Profile.objects.filter(group.profiles).update(next_digest_at=group.wish.first_slot(at))


def open_due(at: datetime) -> None:
    """Open a row for everybody whose slot has come, and set the next slot, in one transaction a group."""
    for group in _groups(Profile.objects.filter(digest_on=True, next_digest_at__lte=at)):
        slot = slot_of(group.wish, group.slot, at)
        with transaction.atomic():
            if at - timing.LATEST <= slot <= at:
                _insert(group, slot)
            Profile.objects.filter(group.profiles).update(next_digest_at=group.wish.next_slot(at))


def ranges(at: datetime) -> list[tuple[int, int]]:
    """First and last id of runs of rows that may be sent now and that no open job covers."""
    covered = [
        (payload["first"], payload["last"])
        for payload in Job.objects.filter(kind=RANGE_TASK, state__in=Job.OPEN).values_list(
            "payload", flat=True
        )
    ]
    waiting = Digest.objects.filter(sendable(at)).order_by("pk").values_list("pk", flat=True)
    free = [pk for pk in waiting if not any(first <= pk <= last for first, last in covered)]
    runs = [free[start : start + RANGE] for start in range(0, len(free), RANGE)]
    return [(run[0], run[-1]) for run in runs]


def sendable(at: datetime) -> Q:
    """Rows that wait, and whose pause after a refusal is over."""
    over = Q(attempts=0) | Q(claimed_at=None) | Q(claimed_at__gt=at)  # the last: the clock was set back
    for tried, pause in enumerate(PAUSES, start=1):
        attempts = Q(attempts__gte=tried) if tried == len(PAUSES) else Q(attempts=tried)
        over |= attempts & Q(claimed_at__lte=at - pause)
    return over & Q(state=Digest.State.DUE)


def may_be_sent(digest: Digest, at: datetime) -> bool:
    """What `sendable` asks the database, for a row in hand."""
    if digest.state != Digest.State.DUE:
        return False
    if not digest.attempts or digest.claimed_at is None or digest.claimed_at > at:
        return True
    return digest.claimed_at <= at - PAUSES[min(digest.attempts, len(PAUSES)) - 1]


def slot_of(wish: Wish, stored: datetime | None, at: datetime) -> datetime:
    """The slot to go by: the stored one, unless it is missing, another wish's, or set by a wrong clock."""
    if stored is None or stored > at + FARTHEST or not wish.is_slot(stored):
        return wish.first_slot(at)
    return stored


def _groups(profiles: Iterable[Profile]) -> list[Group]:
    rows = (
        profiles.order_by()  # type: ignore[attr-defined]
        .values_list("zone", "digest_weekday", "digest_hour", "next_digest_at")
        .distinct()
    )
    return [Group(Wish(zone, weekday, hour), slot) for zone, weekday, hour, slot in rows]


def _insert(group: Group, slot: datetime) -> None:
    """A row for each active person of the group, unless they have one for that week."""
    digest, profile, user = (model._meta.db_table for model in (Digest, Profile, User))
    prepare = connection.ops.adapt_datetimefield_value
    # Names of tables come from the models, every value is a parameter.
    statement = f"""
        INSERT INTO {digest} (user_id, kind, week, state, due_at, attempts, message_id, subject, error)
        SELECT p.user_id, 'weekly', %s, 'due', %s, 0, '', '', ''
        FROM {profile} p JOIN {user} u ON u.id = p.user_id
        WHERE u.is_active AND p.digest_on AND p.zone = %s AND p.digest_weekday = %s AND p.digest_hour = %s
          AND p.next_digest_at = %s
        ON CONFLICT (user_id, kind, week) DO NOTHING
    """  # noqa: S608
    values = [
        *(group.wish.week(slot), prepare(slot)),
        *(group.wish.zone, group.wish.weekday, group.wish.hour, prepare(group.slot)),
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
