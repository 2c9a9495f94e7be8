"""Fill the floor's database: `python -m benchmarks.floor.seed LEARNERS CARDS` prints a session key a line."""

import os
import sys
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.floor.settings"
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.utils import timezone

from benchmarks.floor.models import Card


def main(learners: int, cards: int) -> None:
    call_command("migrate", "auth", verbosity=0)  # first, for the tables without migrations refer to it
    call_command("migrate", run_syncdb=True, verbosity=0)
    for number in range(learners):
        user = User.objects.create_user(f"learner{number}", password=None)
        Card.objects.bulk_create(
            (
                Card(
                    user=user, question=f"How many knocks open gate {n}?", answer=f"{n} knocks",
                    state=2, stability=3.0, difficulty=5.0, due=timezone.now() - timedelta(days=2, seconds=n),
                    last_review=timezone.now() - timedelta(days=5),
                )
                for n in range(cards)
            ),
            batch_size=5000,
        )  # fmt: skip
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        card = Card.objects.filter(user=user).order_by("due").first()
        print(session.session_key, card.pk if card else "", 0, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
