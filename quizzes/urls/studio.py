"""The instructors' Studio, under /studio/."""

from __future__ import annotations

from django.urls import path

from quizzes.studio.views import certifications, runs
from quizzes.urls import studio_decided, studio_drills, studio_learning, studio_read

urlpatterns = [
    *studio_read.urlpatterns,
    *studio_decided.urlpatterns,
    *studio_drills.urlpatterns,
    *studio_learning.urlpatterns,
    path("", certifications.studio, name="studio"),
    path("new-certification/", certifications.new_certification, name="studio_new"),
    path("runs/<uuid:uid>/", runs.run, name="studio_run"),
    path("runs/<uuid:uid>/progress/", runs.progress, name="studio_run_progress"),
    path("runs/<uuid:uid>/cancel/", runs.cancel, name="studio_run_cancel"),
    path("runs/<uuid:uid>/discard/", runs.discard, name="studio_run_discard"),
    path("runs/<uuid:uid>/publish/", runs.publish, name="studio_run_publish"),
    path("<slug:slug>/", certifications.certification, name="studio_certification"),
    path("<slug:slug>/upload/", runs.upload, name="studio_upload"),
    path("<slug:slug>/sources/<uuid:uid>/", certifications.source, name="studio_source"),
]
