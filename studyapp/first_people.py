"""The first people of an install: demo learner and demo instructor, and the link for the first administrator."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts import people
from accounts.models import Invite, User
from content.models import Certification
from quizzes.models import Enrolment
from studyapp.courses import shipped

LINK_LASTS = timedelta(days=7)
WEEKS_TO_THE_EXAM = 5
MINUTES_A_DAY = 20


@dataclass(frozen=True)
class DemoPerson:
    role: str
    email: str
    password: str


def demo_people(at: datetime) -> list[DemoPerson]:
    """A learner enrolled in the first shipped course and an instructor who teaches all of them.

    Their passwords are made once and kept in the data folder, so that no two installs share one.
    """
    passwords = _passwords(settings.DATA_DIR / "demo_logins.json")
    slugs = [course.slug for course in shipped()]
    certifications = list(Certification.objects.filter(slug__in=slugs).order_by("pk"))
    with transaction.atomic():
        learner = _person("learner@example.org", "Demo learner", User.Role.LEARNER, passwords["learner"], at)
        instructor = _person(
            "instructor@example.org", "Demo instructor", User.Role.INSTRUCTOR, passwords["instructor"], at
        )
        for certification in certifications:
            certification.instructors.add(instructor)
        if certifications:
            Enrolment.objects.get_or_create(
                user=learner,
                certification=certifications[0],
                defaults={
                    "exam_date": (at + timedelta(weeks=WEEKS_TO_THE_EXAM)).date(),
                    "minutes_a_day": MINUTES_A_DAY,
                    "created_at": at,
                },
            )
    return [
        DemoPerson("learner", learner.email, passwords["learner"]),
        DemoPerson("instructor", instructor.email, passwords["instructor"]),
    ]


def administrator_link(at: datetime, again: bool = False) -> str:
    """A link that makes its holder the first administrator; "" when there is one, or when a link is already out.

    `again`: withdraw the link that is out and make another.
    """
    if User.objects.filter(is_superuser=True, is_active=True).exists():
        return ""
    out = Invite.objects.usable(at).filter(purpose=Invite.Purpose.ADMINISTRATOR)
    if out.exists() and not again:
        return ""
    with transaction.atomic():
        out.update(withdrawn=True)
        _, token = Invite.make(
            at, purpose=Invite.Purpose.ADMINISTRATOR, role=User.Role.INSTRUCTOR, expires_at=at + LINK_LASTS
        )
    return f"{settings.SITE_URL}/first-run/{token}/"


def _person(email: str, name: str, role: str, password: str, at: datetime) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        return people.create_person(email, password, name, role, verified=True, at=at)
    return user


def _passwords(file: Path) -> dict[str, str]:
    if file.is_file():
        return dict(json.loads(file.read_text(encoding="utf-8")))
    made = {
        role: f"{role}-{secrets.token_hex(3)}-{secrets.token_hex(3)}" for role in ("learner", "instructor")
    }
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(made, stream)
    return made
