"""The product's addresses as they are where mail is configured: allauth adds the login by code."""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path

from studyapp.urls import handler500  # noqa: F401  # Django looks for it in the root module

urlpatterns = [
    path("accounts/login/code/", views.request_login_code, name="account_request_login_code"),
    path("", include("studyapp.urls")),
]
