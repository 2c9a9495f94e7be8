"""The topic reader."""

from __future__ import annotations

from django.urls import path

from quizzes.views import reader, searching

urlpatterns = [
    path("search/<slug:slug>/", searching.search, name="search"),
    path("topics/<slug:slug>/", reader.topics, name="topics"),
    path("topics/<slug:slug>/<slug:topic_slug>/", reader.topic, name="topic"),
]
