"""Sign-in by e-mail, through django-allauth; the person arrives with their profile in one query."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Profile, User

# Every request of a signed-in person asks this, so it is written once instead of compiled each time.
_PROFILE = [field.column for field in Profile._meta.concrete_fields if field.column != "user_id"]
_PERSON = (
    f"SELECT u.*, {', '.join(f'p.{column} AS profile_{column}' for column in _PROFILE)} "  # noqa: S608
    "FROM accounts_user u JOIN accounts_profile p ON p.user_id = u.id WHERE u.id = %s AND u.is_active"
)


class EmailBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        return next((_with_profile(person) for person in User.objects.raw(_PERSON, [user_id])), None)


def _with_profile(person: Any) -> User:
    """`profile_…` annotations of the row become the person's Profile."""
    columns = {column: person.__dict__.pop(f"profile_{column}") for column in _PROFILE}
    profile = Profile(user_id=person.pk)
    for field in Profile._meta.concrete_fields:
        if field.column in columns:
            setattr(profile, field.attname, field.to_python(columns[field.column]))
    profile._state.adding, profile._state.db = False, person._state.db
    person.profile = profile
    return person
