"""Cards with their text and schedule in one table, as a first version would have them."""

from django.contrib.auth.models import User
from django.db import models


class Card(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    question = models.TextField()
    answer = models.TextField()
    state = models.IntegerField(default=1)
    step = models.IntegerField(null=True)
    stability = models.FloatField(null=True)
    difficulty = models.FloatField(null=True)
    due = models.DateTimeField(db_index=True)
    last_review = models.DateTimeField(null=True)
    seq = models.IntegerField(default=0)

    objects: models.Manager["Card"] = models.Manager()


class Review(models.Model):
    card = models.ForeignKey(Card, on_delete=models.CASCADE)
    rating = models.IntegerField()
    at = models.DateTimeField()
    stability = models.FloatField()
    difficulty = models.FloatField()
    due = models.DateTimeField()

    objects: models.Manager["Review"] = models.Manager()
