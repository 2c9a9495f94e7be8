"""The Studio's pages about what is decided: questions, disagreements, topics that are one, publications."""

from __future__ import annotations

from django.urls import path

from quizzes.studio.views import proposed

urlpatterns = [
    path("runs/<uuid:uid>/questions/", proposed.questions, name="studio_run_questions"),
]
