"""The topic reader."""

from __future__ import annotations

from django.urls import path

from quizzes.views import reader

urlpatterns = [
    path("topics/<slug:slug>/", reader.topics, name="topics"),
    path("topics/<slug:slug>/<slug:topic_slug>/", reader.topic, name="topic"),
]
