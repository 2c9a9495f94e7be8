"""The app of quizzes: what it listens to, where heavy drills are graded, its search index after every migration."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class QuizzesConfig(AppConfig):
    name = "quizzes"

    def ready(self) -> None:
        # Connects what follows from a sign-up or a changed study clock: accounts may not know this package.
        from quizzes import enrolling  # noqa: F401
        from quizzes.graders import worker

        worker.configure(settings.DATA_DIR / "drills", idle=settings.DRILL_HOST_IDLE_SECONDS)
        post_migrate.connect(_mend_search, sender=self)


def _mend_search(using: str, **kwargs: Any) -> None:
    from content import search_index
    from quizzes.search import QUESTIONS

    search_index.mend(using, QUESTIONS)
