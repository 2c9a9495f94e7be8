"""The only maker of people: whoever signs up, is invited, or sets the house up comes through `create_person`."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import inviting
from accounts.models import Invite, User
from accounts.models.invite import hashed
from accounts.signals import signed_up_with_invite


class AdministratorExists(Exception):
    """The house has its first administrator; further ones are made by an administrator."""


def create_person(
    email: str,
    password: str | None,
    name: str = "",
    role: str = User.Role.LEARNER,
    verified: bool = False,
    at: datetime | None = None,
    *,
    administrator: bool = False,
) -> User:
    """A person with a profile and an e-mail address row, all or nothing.

    `verified` says that the address is known to be theirs: a second factor can be set up only then. Without a
    password they sign in by a code or a reset. Instructors may open the content admin, which shows them what they
    teach. Raises IntegrityError when the address is taken and ValueError when it is empty.
    """
    fields: dict[str, object] = {} if at is None else {"date_joined": at}
    with transaction.atomic():
        user = User.objects.create_user(
            email,
            password,
            name=name,
            role=User.Role.INSTRUCTOR if administrator else role,
            is_staff=administrator or role == User.Role.INSTRUCTOR,
            is_superuser=administrator,
            **fields,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def sign_up(
    email: str, password: str | None, name: str, *, invite: Invite | None, verified: bool, at: datetime
) -> User:
    """A new person who came by an invite, or by open sign-up. Raises InviteSpent and makes nobody."""
    with transaction.atomic():
        if invite is not None:
            inviting.take(invite, at)
        role = invite.role if invite is not None else User.Role.LEARNER
        user = create_person(email, password, name, role, verified, at)
        if invite is not None:
            signed_up_with_invite.send(sender=User, invite=invite, user=user, at=at)
    return user


def make_instructor(user: User) -> None:
    """Let a person teach. Which certifications, their administrator or the class says."""
    User.objects.filter(pk=user.pk).update(role=User.Role.INSTRUCTOR, is_staff=True)
    user.role, user.is_staff = User.Role.INSTRUCTOR, True


def give_address(user: User, email: str) -> None:
    """Another sign-in address, vouched for by an administrator; the one before it is forgotten."""
    address = email.strip().lower()
    with transaction.atomic():
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
        User.objects.filter(pk=user.pk).update(email=address)
    user.email = address


def first_run_invite(token: str, at: datetime) -> Invite | None:
    """The invite of a first-run link that still opens the door."""
    if _has_administrator():
        return None
    usable = Invite.objects.usable(at).filter(purpose=Invite.Purpose.ADMINISTRATOR)
    return usable.filter(token_hash=hashed(token)).first()


def create_first_administrator(invite: Invite, email: str, password: str, name: str, at: datetime) -> User:
    """The one superuser that a first-run link makes. Raises InviteSpent or AdministratorExists and makes nobody."""
    with transaction.atomic():
        inviting.take(invite, at)
        if _has_administrator():
            raise AdministratorExists
        return create_person(email, password, name, verified=True, at=at, administrator=True)


def _has_administrator() -> bool:
    return User.objects.filter(is_superuser=True, is_active=True).exists()
