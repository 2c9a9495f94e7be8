"""Who would get a weekly review at a moment and who would not, and why; and a test mail. Changes no row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from datetime import datetime
from itertools import islice

from accounts.models import Profile, User
from quizzes.digests import gather, mail, opening, timing
from quizzes.digests.gather import Nothing
from quizzes.digests.handover import Post
from quizzes.digests.sending import BATCH, Outcome
from quizzes.digests.timing import Wish
from quizzes.models import Digest

State = Digest.State
WOULD = "would"  # be sent


class Unknown(Exception):
    """Nobody here has that address."""


def outcomes(at: datetime) -> Iterator[Outcome]:
    """What a run at this moment would do, person by person."""
    for profiles in _people():
        verdicts = _verdicts(profiles, at)
        due = [verdict for verdict in verdicts if isinstance(verdict, Digest)]
        reviews = gather.reviews(due, at)
        for verdict in verdicts:
            if isinstance(verdict, Outcome):
                yield verdict
                continue
            said = reviews[verdict.pk]
            if isinstance(said, Nothing):
                yield Outcome(verdict.user.email, verdict.week, State.EMPTY, said.reason)
            else:
                yield Outcome(verdict.user.email, verdict.week, WOULD, said.subject)


def left_over(at: datetime, handled: Container[str]) -> Iterator[Outcome]:
    """After a run: why everybody else, but those `handled` (by address), got nothing."""
    for profiles in _people():
        others = [profile for profile in profiles if profile.user.email not in handled]
        yield from (verdict for verdict in _verdicts(others, at) if isinstance(verdict, Outcome))


def send_test(address: str, at: datetime, really: bool = True) -> Outcome:
    """Hand over this person's review as it would be now. Raises Unknown, and what handing over raises."""
    user = User.objects.select_related("profile").filter(email=address.strip().lower()).first()
    if user is None:
        raise Unknown(
            f"Nobody here has the address {address}. To try the mail server alone, use sendtestemail."
        )
    week = timing.iso_week(at.astimezone(timing.zone_of(user.profile.zone)).date())
    digest = Digest(pk=0, user=user, kind="test", week=week, due_at=at)
    review = gather.reviews([digest], at)[0]
    if isinstance(review, Nothing):
        return Outcome(user.email, week, State.EMPTY, review.reason)
    message = mail.written(digest, review, at)
    message.extra_headers["Message-ID"] = mail.message_id(digest).replace("<", f"<{at:%Y%m%d%H%M%S%f}.", 1)
    if really:
        with Post() as post:
            post.ready()
            post.hand_over(message)
    return Outcome(user.email, week, "test" if really else WOULD, review.subject)


def _people() -> Iterator[list[Profile]]:
    """Everybody who may sign in, in batches."""
    active = Profile.objects.filter(user__is_active=True).select_related("user").order_by("user_id")
    rows = active.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _verdicts(profiles: Sequence[Profile], at: datetime) -> list[Outcome | Digest]:
    """For each the row that a run would send, perhaps one not written yet, or why there is none. One query."""
    recent: dict[int, list[Digest]] = defaultdict(list)
    users = [profile.user_id for profile in profiles]
    for digest in Digest.objects.filter(user__in=users, due_at__gt=at - 2 * timing.WEEK).order_by("due_at"):
        recent[digest.user_id].append(digest)
    return [_verdict(profile, recent[profile.user_id], at) for profile in profiles]


def _verdict(profile: Profile, recent: Sequence[Digest], at: datetime) -> Outcome | Digest:
    if not profile.digest_on:
        return Outcome(profile.user.email, "", "off", gather.OFF.reason)
    for digest in recent:
        if digest.state == State.DUE and digest.due_at >= at - timing.LATEST:
            return _waiting(digest, profile, at)
    wish = Wish(profile.zone, profile.digest_weekday, profile.digest_hour)
    slot = opening.slot_of(wish, profile.next_digest_at, at)
    week = wish.week(slot)
    written = {digest.week: digest for digest in recent}
    if slot <= at and week not in written and at - timing.LATEST <= slot:
        return Digest(pk=-profile.user_id, user=profile.user, week=week, due_at=slot)
    following = slot if slot > at else wish.next_slot(at)
    local = following.astimezone(timing.zone_of(profile.zone))
    comes = f"{local:%A, %-d %B %Y, %H:%M} ({profile.zone})"
    this_week = timing.iso_week(at.astimezone(timing.zone_of(profile.zone)).date())
    if before := written.get(this_week):
        said = f"This week's is {before.get_state_display().lower()}. {before.error}".strip()
        return Outcome(profile.user.email, this_week, "done", f"{said} The next may come {comes}.")
    return Outcome(profile.user.email, wish.week(following), "later", f"Comes {comes}.")


def _waiting(digest: Digest, profile: Profile, at: datetime) -> Outcome | Digest:
    if opening.may_be_sent(digest, at):
        digest.user = profile.user
        return digest
    said = f"Tried {digest.attempts} times, tried again later. {digest.error}"
    return Outcome(profile.user.email, digest.week, digest.state, said)
