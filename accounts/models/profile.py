"""How one person wants to study and be written to."""

from __future__ import annotations

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models


def known_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            f"“{value}” is not a time zone. Choose one from the list, such as Europe/Lisbon."
        )


class Profile(models.Model):
    class Weekday(models.IntegerChoices):
        MONDAY = 0
        TUESDAY = 1
        WEDNESDAY = 2
        THURSDAY = 3
        FRIDAY = 4
        SATURDAY = 5
        SUNDAY = 6

    class Theme(models.TextChoices):
        SYSTEM = "", "As the device"
        LIGHT = "light"
        DARK = "dark"

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="profile")
    zone = models.CharField("time zone", max_length=64, default="UTC", validators=[known_zone])
    rollover_hour = models.PositiveSmallIntegerField(
        "new study day begins at", default=4, validators=[MaxValueValidator(23)]
    )
    digest_on = models.BooleanField("send the weekly digest", default=True)
    digest_weekday = models.PositiveSmallIntegerField(choices=Weekday.choices, default=Weekday.SUNDAY)
    digest_hour = models.PositiveSmallIntegerField(default=17, validators=[MaxValueValidator(23)])
    # The next moment (UTC) at which this person's digest is due; empty until the sweep first sees the profile.
    next_digest_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)
    single_keys = models.BooleanField("single-key shortcuts", default=True)
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.SYSTEM, blank=True)
    extra_time = models.DecimalField("exam time factor", max_digits=3, decimal_places=2, default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rollover_hour__lte=23), name="profile_rollover_is_an_hour"
            ),
            models.CheckConstraint(condition=models.Q(digest_hour__lte=23), name="profile_digest_is_an_hour"),
            models.CheckConstraint(
                condition=models.Q(digest_weekday__lte=6), name="profile_digest_is_a_weekday"
            ),
        ]

    def __str__(self) -> str:
        return f"Profile of {self.user}"
