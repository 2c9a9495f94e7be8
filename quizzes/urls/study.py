"""Addresses of the learner's day: dashboard, plan, readiness, session, drills."""

from __future__ import annotations

from django.urls import URLPattern, path

from quizzes.views import drills, plan, readiness, study, today

urlpatterns: list[URLPattern] = [
    path("today/", today.today, name="today"),
    path("today/<slug:slug>/", today.today, name="today_in"),
    path("study/<slug:slug>/", study.study, name="study"),
    path("study/<slug:slug>/answer/", study.answer, name="study_answer"),
    path("study/<slug:slug>/answered/<int:card>/<int:seq>/", study.answered, name="study_answered"),
    path("study/<slug:slug>/undo/", study.undo, name="study_undo"),
    path("study/<slug:slug>/more/", study.more, name="study_more"),
    path("plan/<slug:slug>/", plan.plan, name="plan"),
    path("readiness/<slug:slug>/", readiness.page, name="readiness"),
    path("readiness/<slug:slug>/minutes/", readiness.set_minutes, name="readiness_minutes"),
    path("drills/<slug:slug>/", drills.index, name="drills"),
    path("drills/<slug:slug>/<int:question>/", drills.start, name="drill_start"),
    path("drills/attempts/<uuid:uid>/", drills.attempt, name="drill_attempt"),
    path("drills/attempts/<uuid:uid>/hint/", drills.hint, name="drill_hint"),
    path("drills/attempts/<uuid:uid>/mend/", drills.mend, name="drill_mend"),
]
