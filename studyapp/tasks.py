"""Celery's doors to work that joins content and quizzes."""
