"""Sends opened reviews: each at most once, whatever happens.

    DUE ──claim, committed──► SENDING ──accepted──► SENT
     ▲                           ├──refused for now──► DUE, with a growing pause
     │                           ├──refused for good──► FAILED
     │                           └──stopped or broken while it was taken──► UNKNOWN, never sent again
     └── nothing to say: DUE ──► EMPTY

The state SENDING is on disk before the mail server hears of the mail, so no second worker and no later run can hand
it over again. All marks name the attempt they belong to.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from accounts.models import Profile
from content import jobs
from quizzes.digests import gather, mail, opening
from quizzes.digests.gather import Nothing
from quizzes.digests.handover import Post, Refused, Uncertain, Unreachable
from quizzes.digests.review import Review
from quizzes.models import Digest

log = logging.getLogger(__name__)

BATCH = 100  # people whose reviews are gathered together
REFUSALS_IN_A_ROW = 5  # then the server is not taking mail now
RENEW = 5.0  # seconds between two reports of progress

State = Digest.State
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row; `said` is the subject, or the reason why nothing arrived."""

    email: str
    week: str
    state: str
    said: str


def send_claimed(claim: jobs.Claim, clock: Clock) -> None:
    """The job of one range."""
    first, last = claim.payload["first"], claim.payload["last"]
    total = Digest.objects.filter(opening.sendable(clock()), pk__range=(first, last)).count()
    reported = time.monotonic()
    for done, _ in enumerate(send_open(clock, first, last), start=1):
        if time.monotonic() - reported > RENEW:
            claim.progress("sending", done, total)
            reported = time.monotonic()
    claim.progress("sending", total, total)


def send_open(clock: Clock, first: int = 0, last: int | None = None) -> Iterator[Outcome]:
    """Send every row from `first` to `last` that may be sent now. Raises Unreachable when no mail can be sent."""
    waiting = Digest.objects.filter(opening.sendable(clock()), pk__gte=first)
    if last is not None:
        waiting = waiting.filter(pk__lte=last)
    pks = list(waiting.order_by("pk").values_list("pk", flat=True))
    with Post() as post:
        refusals = 0
        for start in range(0, len(pks), BATCH):
            for outcome in _send_batch(pks[start : start + BATCH], post, clock):
                yield outcome
                refusals = refusals + 1 if outcome.state == State.DUE else 0
                if refusals >= REFUSALS_IN_A_ROW:
                    raise Unreachable(outcome.said)


def _send_batch(pks: Sequence[int], post: Post, clock: Clock) -> Iterator[Outcome]:
    batch = list(
        Digest.objects.filter(pk__in=pks, state=State.DUE).select_related("user__profile").order_by("pk")
    )
    reviews = gather.reviews(batch, clock())
    silent = [(digest, said) for digest in batch if isinstance(said := reviews[digest.pk], Nothing)]
    yield from _leave_out(silent, clock)
    for digest in batch:
        review = reviews[digest.pk]
        if isinstance(review, Review):
            outcome = _send(digest, review, post, clock)
            if outcome is not None:
                yield outcome


def _leave_out(silent: Sequence[tuple[Digest, Nothing]], clock: Clock) -> Iterator[Outcome]:
    """Mark rows without a mail: one statement a reason."""
    by_reason: dict[str, list[Digest]] = defaultdict(list)
    for digest, nothing in silent:
        by_reason[nothing.reason].append(digest)
    for reason, digests in by_reason.items():
        Digest.objects.filter(pk__in=[digest.pk for digest in digests], state=State.DUE).update(
            state=State.EMPTY, error=reason, ended_at=clock()
        )
        yield from (Outcome(digest.user.email, digest.week, State.EMPTY, reason) for digest in digests)


def _send(digest: Digest, review: Review, post: Post, clock: Clock) -> Outcome | None:
    """Claim, hand over, mark. None when somebody else has taken the row. Raises Unreachable, with the row still due."""
    message = mail.written(digest, review, clock())
    post.ready()
    if not _claim(digest, review, message, clock()):
        return None
    state, reason = _handed_over(post, message)
    _mark(digest, state, reason, clock())
    log.info("digest %s for person %s: %s", digest.week, digest.user_id, state)
    return Outcome(digest.user.email, digest.week, state, reason or review.subject)


def _claim(digest: Digest, review: Review, message: EmailMessage, at: datetime) -> bool:
    """Take the row, unless it was taken, or its person has just switched the digest off."""
    wanted = Profile.objects.filter(user=digest.user_id, digest_on=True, user__is_active=True)
    # Conditions on the row itself and no join: PostgreSQL looks at those again after waiting for another claimer,
    # but not at what a joined subquery saw before.
    free = Digest.objects.filter(
        pk=digest.pk, state=State.DUE, attempts=digest.attempts, user__in=wanted.values("user")
    )
    with transaction.atomic(durable=True):  # on disk before the mail server hears of it
        return bool(
            free.update(
                state=State.SENDING,
                claimed_at=at,
                attempts=F("attempts") + 1,
                message_id=message.extra_headers["Message-ID"],
                subject=review.subject,
                content=review.stored(),
                error="",
            )
        )


def _handed_over(post: Post, message: EmailMessage) -> tuple[str, str]:
    """The state the row is in now, and the reason if the mail did not arrive."""
    try:
        post.hand_over(message)
    except Refused as refusal:
        return (State.FAILED if refusal.for_good else State.DUE), f"Refused by the mail server: {refusal}"
    except Unreachable as error:
        return State.DUE, f"The mail server took no mail: {error}"
    except Uncertain as error:
        return State.UNKNOWN, f"Broken off while it was handed over, not sent again: {error}"
    return State.SENT, ""


def _mark(digest: Digest, state: str, reason: str, at: datetime) -> None:
    """A sweep may have called the row unknown meanwhile; the one who handed it over knows better."""
    ours = Digest.objects.filter(
        pk=digest.pk, attempts=digest.attempts + 1, state__in=[State.SENDING, State.UNKNOWN]
    )
    ours.update(state=state, error=reason, ended_at=None if state == State.DUE else at)
