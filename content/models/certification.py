"""A certification with its blueprint: the exam's facts and its weighted domains."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class CertificationQuerySet(models.QuerySet["Certification"]):
    def taught_by(self, user: object) -> CertificationQuerySet:
        """Those whose notes `user` may change: all for an administrator, else where listed as instructor."""
        if getattr(user, "is_superuser", False):
            return self
        if not getattr(user, "is_instructor", False):
            return self.none()
        return self.filter(instructors=user)


class Certification(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    code = models.CharField(max_length=40, blank=True)
    vendor = models.CharField(max_length=100, blank=True)
    introduction = models.TextField(blank=True, help_text="Markdown, shown to learners before they begin.")
    licence = models.CharField(max_length=100, blank=True)
    scored_questions = models.PositiveSmallIntegerField(null=True, blank=True)
    unscored_questions = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("minutes allowed", null=True, blank=True)
    pass_mark = models.PositiveSmallIntegerField(null=True, blank=True)
    scale_min = models.PositiveSmallIntegerField(null=True, blank=True)
    scale_max = models.PositiveSmallIntegerField(null=True, blank=True)
    open_to_all = models.BooleanField(
        default=True, help_text="Any signed-in learner may enrol without an invite."
    )
    instructors = models.ManyToManyField("accounts.User", blank=True, related_name="taught_certifications")
    # Counts publications. A plan made for an older revision is made anew.
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = CertificationQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Domain(models.Model):
    certification = models.ForeignKey(Certification, on_delete=models.CASCADE, related_name="domains")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    weight = models.DecimalField(
        "weight, %", max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["certification", "number"], name="domain_number_unique"),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0, weight__lte=100), name="domain_weight_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
