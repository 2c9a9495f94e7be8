"""Sign-in by e-mail, through django-allauth; the person arrives with their profile in one query."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import DEFAULT_DB_ALIAS

from accounts import rows
from accounts.models import Profile, User

# What pages need of a person. Other columns (moments, decimals) are read when somebody asks for them.
_USER = ("id", "password", "is_superuser", "email", "name", "role", "is_staff", "is_active")
_PROFILE = (
    "id", "user_id", "zone", "rollover_hour", "digest_on", "digest_weekday", "digest_hour", "single_keys", "theme",
)  # fmt: skip
_TRUTHS = {"is_superuser", "is_staff", "is_active", "digest_on", "single_keys"}  # numbers on SQLite
_COLUMNS = ", ".join(
    [*(f"u.{name} AS user_{name}" for name in _USER), *(f"p.{name} AS profile_{name}" for name in _PROFILE)]
)
_PERSON = (
    f"SELECT {_COLUMNS} FROM accounts_user u JOIN accounts_profile p ON p.user_id = u.id "  # noqa: S608
    "WHERE u.id = %s AND u.is_active"
)


class EmailBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        row = rows.one(_PERSON, [user_id])
        if row is None:
            return None
        user = _loaded(User, _USER, row, "user_")
        user.profile = _loaded(Profile, _PROFILE, row, "profile_")
        return user


def _loaded(model: Any, columns: tuple[str, ...], row: dict[str, Any], prefix: str) -> Any:
    """An instance of `model` from the prefixed columns of a row; what is not among them is deferred."""
    values = [bool(row[prefix + name]) if name in _TRUTHS else row[prefix + name] for name in columns]
    return model.from_db(DEFAULT_DB_ALIAS, columns, values)
