"""The writer of profiles: what a person changes, and what has to be worked out anew because of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import Profile, User
from accounts.signals import study_clock_changed

MOVES_DIGEST = frozenset({"zone", "digest_on", "digest_weekday", "digest_hour"})
MOVES_STUDY_DAY = frozenset({"zone", "rollover_hour"})


def change_profile(user: User, changes: Mapping[str, Any]) -> None:
    """Write the changed fields of the profile, and no other: the digest sweep moves its own meanwhile.

    A changed zone, weekday or hour empties `next_digest_at`, so that the sweep sets it anew; a changed study clock
    is announced to whoever plans study days.
    """
    fields = dict(changes)
    if not fields:
        return
    if fields.keys() & MOVES_DIGEST:
        fields["next_digest_at"] = None
    with transaction.atomic():
        Profile.objects.filter(user=user).update(**fields)
        if fields.keys() & MOVES_STUDY_DAY:
            study_clock_changed.send(sender=Profile, user=user)
