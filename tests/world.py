"""A small world of people and things, so that every address can be asked for by everybody who should and should not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts import people
from accounts.models import Invite, User
from content import ingestion
from content.models import Certification, Fact, IngestionRun, Job, Note, Publication, Source
from quizzes import drills, enrolling
from quizzes.digests import gather, unsubscribing
from quizzes.digests.review import Review
from quizzes.models import (
    Card,
    Digest,
    DrillAttempt,
    DrillSchedule,
    Enrolment,
    PlanItem,
    Question,
    QuestionVersion,
    ReviewLog,
    StudyDay,
)
from studyapp import pipeline
from tests import factories
from tests.factories import PASSWORD
from tests.quizzes.graders import samples

ROLES = ("anonymous", "owner", "classmate", "stranger", "instructor", "administrator")


@dataclass(frozen=True)
class World:
    """`people` by role (None for anonymous); `things`, owned by the owner or taught by the instructor, by name."""

    people: dict[str, User | None]
    things: dict[str, Any]


def make() -> World:
    now = timezone.now()
    certification = factories.certification("gate-keeping")
    Certification.objects.filter(pk=certification.pk).update(open_to_all=False)
    certification.refresh_from_db()
    cast = _people(certification)
    things = _content(certification, cast["instructor"])
    group = enrolling.make_class(certification, "Tuesday group", cast["instructor"], now)
    token = enrolling.make_link(group, cast["instructor"], now, 50, None)
    enrolling.join_class(group, cast["owner"], now)
    enrolling.join_class(group, cast["classmate"], now)
    factories.enrolment(cast["stranger"], factories.certification("elsewhere"))
    invite = Invite.objects.get(classes=group)
    things |= {"certification": certification, "group": group, "token": token, "invite": invite}
    things |= _learning(cast["owner"], certification)
    things["preview"] = _preview(certification, cast["instructor"])
    things["unsubscribe"] = unsubscribing.token_of(cast["owner"].pk)
    return World({"anonymous": None, **cast}, things)


def _people(certification: Certification) -> dict[str, User]:
    def person(name: str, **fields: Any) -> User:
        return people.create_person(f"{name}@example.org", PASSWORD, name.title(), verified=True, **fields)

    cast = {name: person(name) for name in ("owner", "classmate", "stranger")}
    cast["instructor"] = person("instructor", role=User.Role.INSTRUCTOR)
    cast["administrator"] = person("administrator", administrator=True)
    certification.instructors.add(cast["instructor"])
    return cast


def _content(certification: Certification, instructor: User) -> dict[str, Any]:
    now = timezone.now()
    text = "# Gates\n\nA gate opens after three knocks.\n"
    source = Source.objects.create(
        certification=certification, path="gates.md", dialect="markdown", sha256="0" * 64, text=text,
        lines=3, nonblank=2, in_blocks=2, updated_at=now,
    )  # fmt: skip
    topic = certification.topics.get(position=1)
    note = Note.objects.create(
        topic=topic, source=source, line_from=3, line_to=3, html_policy=1,
        markdown="A gate opens after three knocks.", html="<p>A gate opens after three knocks.</p>",
    )  # fmt: skip
    fact = Fact.objects.create(
        topic=topic, note=note, source=source, line_from=3, line_to=3, kind="statement",
        text="A gate opens after three knocks.", fingerprint="f" * 32,
    )  # fmt: skip
    run = IngestionRun.objects.create(
        certification=certification, owner=instructor, title="Gates", state=IngestionRun.State.PUBLISHED,
        created_at=now,
    )  # fmt: skip
    publication = Publication.objects.create(
        certification=certification, number=1, run=run, published_by=instructor, published_at=now
    )
    job = Job.objects.create(kind="studyapp.tasks.ingest", key=str(run.uid), run_after=now, created_at=now)
    return {
        "topic": topic, "source": source, "note": note, "fact": fact, "run": run, "publication": publication,
        "job": job,
    }  # fmt: skip


def _preview(certification: Certification, instructor: User) -> IngestionRun:
    """An upload that was read and waits to be published."""
    notes = (
        b"# Locks\n\n- **Bolt** - the bar that holds a gate shut.\n- **Key** - what draws the bolt back.\n"
    )
    run = ingestion.create_run(
        certification, instructor, [SimpleUploadedFile("locks.md", notes)], timezone.now()
    )
    pipeline.stage(run)
    return run


def _learning(owner: User, certification: Certification) -> dict[str, Any]:
    now = timezone.now()
    enrolment = Enrolment.objects.get(user=owner)
    factories.questions(certification, each=1)
    question = factories.question(certification.topics.get(position=1), kind="multiple_choice")
    version = _version(question)
    card = Card.objects.create(
        enrolment=enrolment, question=question, topic=question.topic, state=Card.State.LEARNING, step=0,
        stability=2.3, difficulty=5.0, due=now, last_review=now - timedelta(minutes=10), reps=1, seq=1,
    )  # fmt: skip
    log = ReviewLog.objects.create(
        card=card, seq=0, enrolment=enrolment, question_version=version, kind=ReviewLog.Kind.LEARN, rating=3,
        at=now - timedelta(minutes=10), state=1, step=0, stability=2.3, difficulty=5.0, due=now, correct=True,
        response={"options": [0], "certainty": 2},
    )  # fmt: skip
    day = StudyDay.objects.create(
        enrolment=enrolment, date=now.date() - timedelta(days=3), starts_at=now - timedelta(days=3),
        ends_at=now - timedelta(days=2), built_at=now - timedelta(days=3), bank_revision=1, budget_seconds=1200,
    )  # fmt: skip
    PlanItem.objects.create(study_day=day, position=1, card=card, seq=0, why=PlanItem.Why.NEW)
    drill = _drill(certification)
    attempt = DrillAttempt.objects.create(
        enrolment=enrolment, question_version=_version(drill), content_hash="0" * 64, seed=1, started_at=now
    )
    figure = factories.question(
        certification.topics.get(position=2), kind="drill", payload=samples.drill("number")
    )
    written = drills.begin(enrolment, figure, now)
    drills.submit(written, "7", now)
    factor = RecoveryCodes.activate(owner).instance
    address = EmailAddress.objects.get(user=owner)
    digest = _digest(owner)
    away = enrolling.add_break(enrolment, now.date() + timedelta(days=9), now.date() + timedelta(days=11))
    return {
        "break": away, "enrolment": enrolment, "question": question, "card": card, "log": log, "day": day, "drill": drill,
        "attempt": attempt, "written": written, "schedule": DrillSchedule.objects.get(), "digest": digest, "factor": factor, "address": address, "person": owner,
    }  # fmt: skip


def _digest(owner: User) -> Digest:
    """A review that was sent, written from what the owner did."""
    now = timezone.now()
    digest = Digest.objects.create(
        user=owner, week="2026-W46", state=Digest.State.SENT, due_at=now, ended_at=now
    )
    review = gather.reviews([digest], now)[digest.pk]
    assert isinstance(review, Review)
    digest.content, digest.subject = review.stored(), "Your week"
    digest.save(update_fields=["content", "subject"])
    return digest


def _drill(certification: Certification) -> Question:
    step = {
        "ask": "Who may open it?",
        "options": [
            {"text": "The keeper", "ok": True, "say": "It opens."},
            {"text": "Anybody", "ok": False, "say": "It stays shut."},
        ],
    }
    payload = {
        "id": "a-shut-gate", "title": "A shut gate", "grader": "case", "prompt": "The gate is shut.",
        "steps": [step], "explain": "The keeper has the key.", "source": "https://example.org/gates",
    }  # fmt: skip
    return factories.question(
        certification.topics.get(position=2), kind="case", stem="The gate is shut.", payload=payload
    )


def _version(question: Question) -> QuestionVersion:
    assert question.current is not None
    return question.current
