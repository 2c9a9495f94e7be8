"""The app of quizzes: what it listens to, and its search index after every migration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QuizzesConfig(AppConfig):
    name = "quizzes"

    def ready(self) -> None:
        # Connects what follows from a sign-up or a changed study clock: accounts may not know this package.
        from quizzes import enrolling  # noqa: F401

        post_migrate.connect(_mend_search, sender=self)


def _mend_search(using: str, **kwargs: Any) -> None:
    from content import search_index
    from quizzes.search import QUESTIONS

    search_index.mend(using, QUESTIONS)
