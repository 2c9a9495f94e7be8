from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"

    def ready(self) -> None:
        # Connects what follows from a sign-up or a changed study clock: accounts may not know this package.
        from quizzes import enrolling  # noqa: F401
