"""Composition root: settings, addresses, jobs and the pipeline that joins content to quizzes."""

from studyapp.celery import app as celery_app

__all__ = ["celery_app"]
