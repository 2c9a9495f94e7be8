"""Invites from the link to the used place: find, keep in the session, take one use.

`Invite.uses` is counted here only, by one conditional UPDATE: a link for one person admits one person.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.http import HttpRequest

from accounts.models import Invite
from accounts.models.invite import hashed

_KEY = "invite"


class InviteSpent(Exception):
    """The invite has no place left, has expired, or was withdrawn."""


def find(token: str) -> Invite | None:
    """The sign-up invite of this token, usable or not; None for a token that was never given out."""
    return Invite.objects.filter(token_hash=hashed(token), purpose=Invite.Purpose.JOIN).first()


def is_usable(invite: Invite, at: datetime) -> bool:
    return Invite.objects.usable(at).filter(pk=invite.pk).exists()


def why_not(invite: Invite, at: datetime) -> str:
    """One sentence on why this invite admits nobody any more."""
    if invite.withdrawn:
        return "It was withdrawn by the person who made it."
    if invite.expires_at is not None and invite.expires_at <= at:
        return "It has expired."
    return "It has been used as often as it may be."


def take(invite: Invite, at: datetime) -> None:
    """Use the invite once. Raises InviteSpent when there is nothing left to use; nothing is written then."""
    if not Invite.objects.usable(at).filter(pk=invite.pk).update(uses=F("uses") + 1):
        raise InviteSpent(str(invite))


def withdraw(invite: Invite) -> None:
    Invite.objects.filter(pk=invite.pk).update(withdrawn=True)


def remember(request: HttpRequest, invite: Invite) -> None:
    """Keep the invite for the sign-up form that follows."""
    request.session[_KEY] = invite.pk


def remembered(request: HttpRequest, at: datetime) -> Invite | None:
    """The invite this visitor came with, while it can still be used."""
    pk = request.session.get(_KEY)
    if not isinstance(pk, int):
        return None
    return Invite.objects.usable(at).filter(pk=pk, purpose=Invite.Purpose.JOIN).first()


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)
