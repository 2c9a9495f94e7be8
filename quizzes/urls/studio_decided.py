"""The Studio's pages about what is decided: questions, disagreements, topics that are one, publications."""

from __future__ import annotations

from django.urls import path

from quizzes.studio.views import conflicts, decided, merges, proposed, publications, questions

urlpatterns = [
    path("runs/<uuid:uid>/questions/", proposed.questions, name="studio_run_questions"),
    path("runs/<uuid:uid>/conflicts/", conflicts.of_run, name="studio_run_conflicts"),
    path("runs/<uuid:uid>/duplicates/", conflicts.duplicates, name="studio_run_duplicates"),
    path("runs/<uuid:uid>/merges/", merges.merged, name="studio_run_merges"),
    path("<slug:slug>/conflicts/", conflicts.of_published, name="studio_conflicts"),
    path("<slug:slug>/decisions/", decided.decisions_of, name="studio_decisions"),
    path("<slug:slug>/publications/<int:number>/", publications.publication, name="studio_publication"),
    path(
        "<slug:slug>/publications/<int:number>/take-back/",
        publications.take_back,
        name="studio_publication_take_back",
    ),
    path("<slug:slug>/sources/<uuid:uid>/take-out/", publications.take_out, name="studio_source_take_out"),
    path("<slug:slug>/read-again/", publications.read_again, name="studio_read_published"),
    path("<slug:slug>/questions/", questions.questions, name="studio_questions"),
    path("<slug:slug>/questions/<uuid:uid>/", questions.question, name="studio_question"),
    path(
        "<slug:slug>/questions/<uuid:uid>/set-aside/", questions.set_aside, name="studio_question_set_aside"
    ),
    path("<slug:slug>/questions/<uuid:uid>/put-back/", questions.put_back, name="studio_question_put_back"),
    path("<slug:slug>/questions/<uuid:uid>/edit/", questions.edit, name="studio_question_edit"),
]
