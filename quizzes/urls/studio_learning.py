"""The Studio's pages about learning: how learners stand, how hard questions are, what instructors expect."""

from __future__ import annotations

from django.urls import path

from quizzes.studio.views import difficulty, learners

urlpatterns = [
    path("<slug:slug>/learners/", learners.of_certification, name="studio_learners"),
    path("<slug:slug>/difficulty/", difficulty.difficulty, name="studio_difficulty"),
    path("<slug:slug>/expectations/", difficulty.expectations, name="studio_expectations"),
]
