"""The Studio's pages about what is decided: questions, disagreements, topics that are one, publications."""

from __future__ import annotations

from django.urls import path

from quizzes.studio.views import conflicts, merges, proposed

urlpatterns = [
    path("runs/<uuid:uid>/questions/", proposed.questions, name="studio_run_questions"),
    path("runs/<uuid:uid>/conflicts/", conflicts.of_run, name="studio_run_conflicts"),
    path("runs/<uuid:uid>/duplicates/", conflicts.duplicates, name="studio_run_duplicates"),
    path("runs/<uuid:uid>/merges/", merges.merged, name="studio_run_merges"),
    path("<slug:slug>/conflicts/", conflicts.of_published, name="studio_conflicts"),
]
