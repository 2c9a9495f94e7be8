"""Database sessions, as in Django, read with one prepared statement: every request of the product does it."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connections, router
from django.utils import timezone

_READ = "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        using = router.db_for_read(Session)
        now = connections[using].ops.adapt_datetimefield_value(timezone.now())
        found = next(iter(Session.objects.using(using).raw(_READ, [self.session_key, now])), None)
        if found is None:
            self._session_key = None
        return found
