"""A node of the tree that learners see."""

from __future__ import annotations

import uuid

from django.db import models


class TopicQuerySet(models.QuerySet["Topic"]):
    def live(self) -> TopicQuerySet:
        return self.filter(retired=False)


class Topic(models.Model):
    """`position` counts through the whole tree in reading order, so one ORDER BY gives the outline."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    certification = models.ForeignKey(
        "content.Certification", on_delete=models.CASCADE, related_name="topics"
    )
    domain = models.ForeignKey("content.Domain", null=True, on_delete=models.SET_NULL, related_name="topics")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    depth = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=300)
    slug = models.SlugField(max_length=120)
    anchor = models.CharField(max_length=120, blank=True)
    source = models.ForeignKey("content.Source", null=True, on_delete=models.SET_NULL, related_name="topics")
    line = models.PositiveIntegerField(default=1)
    stub = models.BooleanField(default=False, help_text="Only links or nothing: not used for questions.")
    retired = models.BooleanField(default=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["certification", "slug"], name="topic_slug_unique")]
        indexes = [models.Index(fields=["certification", "position"], name="topic_in_order")]

    def __str__(self) -> str:
        return self.title


class TopicHeading(models.Model):
    """A place in a source where a topic stands: a topic that several sources share has one in each.

    `trail`: normalised titles from the top of the source's outline, its own last. A re-import recognises it by this.
    """

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="headings")
    source = models.ForeignKey("content.Source", on_delete=models.CASCADE, related_name="headings")
    trail = models.JSONField(default=list)
    title = models.CharField(max_length=300)
    line = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["source", "line"]

    def __str__(self) -> str:
        return self.title
