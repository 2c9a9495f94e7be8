"""Small makers of the rows that tests need, in our own words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from accounts.models import User
from content.models import Certification, Domain, Topic
from quizzes.models import Enrolment, Question, QuestionVersion
from quizzes.question_types import render

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PASSWORD = "a long-enough passphrase"

_numbers = itertools.count(1)


def learner(email: str = "", **profile: Any) -> User:
    user = User.objects.create_user(email or f"learner{next(_numbers)}@example.org", PASSWORD)
    for name, value in profile.items():
        setattr(user.profile, name, value)
    user.profile.save()
    return user


def instructor(*taught: Certification, email: str = "") -> User:
    user = User.objects.create_user(
        email or f"instructor{next(_numbers)}@example.org", PASSWORD, role=User.Role.INSTRUCTOR
    )
    for certification in taught:
        certification.instructors.add(user)
    return user


def certification(slug: str = "", domains: Sequence[int] = (60, 40), topics: int = 2) -> Certification:
    """A certification with weighted domains and `topics` topics in each."""
    slug = slug or f"certification-{next(_numbers)}"
    made = Certification.objects.create(slug=slug, title=slug.replace("-", " ").title(), revision=1)
    position = 0
    for number, weight in enumerate(domains, start=1):
        domain = Domain.objects.create(
            certification=made, number=number, title=f"Domain {number}", weight=weight
        )
        for topic in range(1, topics + 1):
            position += 1
            title = f"Topic {number}.{topic}"
            Topic.objects.create(
                certification=made,
                domain=domain,
                position=position,
                title=title,
                slug=f"topic-{number}-{topic}",
            )
    return made


def question(topic: Topic, kind: str = "flashcard", stem: str = "", **fields: Any) -> Question:
    """A ready question: flashcard, cloze, multiple_choice (key first) or multiple_response (first two right)."""
    number = next(_numbers)
    stem = stem or (
        "A gate opens after […] knocks." if kind == "cloze" else f"How many knocks open gate {number}?"
    )
    payload = fields.pop("payload", None) or _payload(kind)
    made = Question.objects.create(
        certification_id=topic.certification_id,
        topic=topic,
        kind=kind,
        state=Question.State.READY,
        origin=Question.Origin.AUTHORED,
        fingerprint=f"made-{number}",
        position=number,
        **fields,
    )
    version = QuestionVersion.objects.create(
        question=made,
        stem=stem,
        payload=payload,
        rationale="Three knocks, as the sign says.",
        html=render(stem, payload, "Three knocks, as the sign says."),
        created_at=NOW,
    )
    made.current = version
    made.save(update_fields=["current"])
    return made


def questions(certification: Certification, each: int = 2, kind: str = "flashcard") -> list[Question]:
    """`each` questions in every topic."""
    return [question(topic, kind) for topic in certification.topics.order_by("position") for _ in range(each)]


def enrolment(user: User, certification: Certification, **fields: Any) -> Enrolment:
    fields.setdefault("exam_date", date(2026, 12, 22))
    return Enrolment.objects.create(user=user, certification=certification, created_at=NOW, **fields)


def _payload(kind: str) -> dict[str, Any]:
    if kind in {"flashcard", "cloze"}:
        return {"answer": "three"}
    right = 2 if kind == "multiple_response" else 1
    return {
        "options": [
            {"text": f"option {n}", "correct": n < right, "rationale": f"because {n}"}
            for n in range(3 + right)
        ]
    }
