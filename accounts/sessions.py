"""Database sessions, as in Django, read by constant SQL: every request of the product does it."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from accounts import rows

_READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        found = rows.one(_READ, [self.session_key, now])
        if found is None:
            self._session_key = None
            return None
        return Session(session_key=str(self.session_key), session_data=found["session_data"])
