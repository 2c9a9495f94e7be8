from __future__ import annotations

from django.urls import path

from quizzes.views import digests

urlpatterns = [
    path("digests/", digests.digests, name="digests"),
    path("digests/<int:pk>/", digests.digest, name="digest"),
    path("digests/outbox/", digests.outbox_list, name="outbox"),
    path("digests/outbox/<str:name>/", digests.outbox_letter, name="outbox_letter"),
    path("unsubscribe/<str:token>/", digests.unsubscribe, name="unsubscribe"),
]
