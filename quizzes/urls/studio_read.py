"""The Studio's pages about what was read of one upload, and what it would change."""

from __future__ import annotations

from django.urls import path

from quizzes.studio.views import changes, lines, preview

urlpatterns = [
    path("runs/<uuid:uid>/changes/", changes.changes, name="studio_run_changes"),
    path("runs/<uuid:uid>/same/", changes.same, name="studio_run_relinks"),
    path("runs/<uuid:uid>/outline/", preview.outline, name="studio_run_outline"),
    path("runs/<uuid:uid>/lines/", lines.source, name="studio_run_lines"),
    path("runs/<uuid:uid>/lines/<int:place>/", lines.source, name="studio_run_source"),
    path("runs/<uuid:uid>/lines/say/", lines.say, name="studio_run_say"),
    path("runs/<uuid:uid>/left-out/", lines.left_out, name="studio_run_left_out"),
    path("runs/<uuid:uid>/again/", lines.again, name="studio_run_again"),
]
