from __future__ import annotations

from django.urls import path

from accounts import views

urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("first-run/<str:token>/", views.first_run, name="first_run"),
]
