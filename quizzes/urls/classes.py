"""Addresses around studying: what to study, goals, classes, the way in by invite."""

from __future__ import annotations

from django.urls import path

from quizzes.studio.views import learners
from quizzes.views import classes, enrolments, joining

urlpatterns = [
    path("certifications/", enrolments.certifications, name="certifications"),
    path("certifications/<slug:slug>/", enrolments.enrolment, name="enrolment"),
    path("certifications/<slug:slug>/enrol/", enrolments.enrol, name="enrol"),
    path("certifications/<slug:slug>/leave/", enrolments.leave, name="leave"),
    path("certifications/<slug:slug>/breaks/", enrolments.add_break, name="break_add"),
    path("certifications/<slug:slug>/breaks/<int:pk>/cancel/", enrolments.cancel_break, name="break_cancel"),
    path("classes/", classes.classes, name="classes"),
    path("classes/new/", classes.class_new, name="class_new"),
    path("classes/<int:pk>/", classes.class_page, name="class"),
    path("classes/<int:pk>/readiness/", learners.of_class, name="class_learners"),
    path("classes/<int:pk>/link/", classes.link, name="class_link"),
    path("classes/<int:pk>/link/withdraw/", classes.withdraw_link, name="class_link_withdraw"),
    path("classes/<int:pk>/instructors/", classes.add_instructor, name="class_instructors"),
    path("classes/<int:pk>/members/<int:member>/remove/", classes.remove_member, name="class_member_remove"),
    path("join/<str:token>/", joining.join, name="join"),
]
