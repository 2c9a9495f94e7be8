"""A publication taken back, or brought back: rows say again what they said before, and cards follow their questions.

    publication.before (see content.writers.recording) → restore → conflicts and cards follow → a publication of its own

The last publication that stands can be taken back; so can the one under it, afterwards. Taking back the taking back
brings it back. No answer, card or question is ever deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import User
from content import decisions, disagreements
from content.models import Certification, Decision, Publication
from content.writers.recording import Recording, recording
from content.writers.restoring import restore
from quizzes import answering, question_bank
from quizzes.models import Card, Enrolment, Question

_QUESTION = "quizzes.Question"


class CannotRevert(ValueError):
    """This publication cannot be taken back; the message says why."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What taking a publication back does: topics and questions that go away and come back, learners who have cards."""

    topics_gone: int = 0
    topics_back: int = 0
    facts_gone: int = 0
    facts_back: int = 0
    questions_gone: int = 0
    questions_back: int = 0
    questions_changed: int = 0
    learners: int = 0


def standing(certification: Certification, until: int | None = None) -> list[int]:
    """Numbers of the publications that stand, the last one at the end. `until`: as it was when that one was made."""
    stack: list[int] = []
    did: dict[int, tuple[bool, int]] = {}  # number → (whether it put there, or took away, which publication)
    number_of: dict[int | None, int] = dict(certification.publications.values_list("pk", "number"))
    for number, reverted in certification.publications.order_by("number").values_list("number", "reverts_id"):
        if until is not None and number > until:
            break
        target = number_of.get(reverted)
        put, which = (True, number) if target is None else (not did[target][0], did[target][1])
        did[number] = put, which
        stack = [*stack, which] if put else [one for one in stack if one != which]
    return stack


def can_revert(publication: Publication) -> str:
    """ "" when the publication can be taken back (a revert: undone), else the reason as a sentence."""
    if publication.before is None:
        return "It was published before Studyapp kept what is needed to take a publication back."
    stack = standing(publication.certification)
    if (taken_back := getattr(publication, "reverted_by", None)) is not None:
        back = getattr(taken_back, "reverted_by", None)
        if back is not None and publication.number in stack:
            return f"It was brought back by {str(back).lower()}. Take that one back instead."
        return "It has been taken back already."
    if publication.reverts_id is not None:
        as_then = stack == standing(publication.certification, publication.number)
        return "" if as_then else "Something was published since. Take back what came after it first."
    if stack and stack[-1] == publication.number:
        return ""
    return "Something was published since. Take back what came after it first."


def effect_of(publication: Publication) -> Effect:
    """What taking it back would do, in numbers; no row is written."""
    kept = publication.before or {}
    gone, back, changed = _questions(kept)
    topics_gone, topics_back = _flips(kept.get("content.Topic"), "retired", lambda value: not value)
    facts_gone, facts_back = _flips(kept.get("content.Fact"), "state", lambda value: value != "retired")
    learners = Enrolment.objects.filter(active=True, cards__question__in=[*gone, *back, *changed]).distinct()
    return Effect(
        *(topics_gone, topics_back, facts_gone, facts_back, len(gone), len(back), len(changed)),
        learners=learners.count(),
    )


def revert(publication: Publication, by: User | None, at: datetime) -> Publication:
    """Take a publication back, as a publication of its own. Raises CannotRevert; a second call returns the first."""
    with transaction.atomic():
        certification = Certification.objects.select_for_update().get(pk=publication.certification_id)
        publication = Publication.objects.select_for_update().get(pk=publication.pk)
        if already := Publication.objects.filter(reverts=publication).first():
            return already
        if why := can_revert(publication):
            raise CannotRevert(why)
        effect = effect_of(publication)
        with recording() as kept:
            _restore(certification, publication.before or {}, at)
        return _record(certification, publication, kept, effect, by, at)


def _restore(certification: Certification, before: Mapping[str, Any], at: datetime) -> None:
    touched = before.get(_QUESTION, {"said": {}, "made": []})
    questions = Question.objects.filter(pk__in=[*map(int, touched["said"]), *touched["made"]])
    was_ready = set(questions.filter(state=Question.State.READY).values_list("pk", flat=True))
    names = dict(certification.sources.values_list("pk", "path"))
    restore(before)
    later = dict(certification.sources.values_list("pk", "path"))
    renamed = {path: later[pk] for pk, path in names.items() if later[pk] != path}
    if renamed:
        decisions.follow_renames(certification, renamed)
    disagreements.choose_again(certification, decisions.chosen(certification, Decision.Subject.CONFLICT))
    silenced = disagreements.silence(certification)
    question_bank.hold(certification, silenced.held, at)
    question_bank.release(certification, silenced.released, at)
    _cards_follow(list(questions.all()), was_ready)


def _cards_follow(questions: Iterable[Question], was_ready: set[int]) -> None:
    ready = [row for row in questions if row.state == Question.State.READY]
    silent = [row for row in questions if row.state != Question.State.READY and row.pk in was_ready]
    answering.suspend_cards(silent)
    answering.revive_cards([row for row in ready if row.pk not in was_ready])
    topic = Question.objects.filter(pk=OuterRef("question_id")).values("topic_id")[:1]
    Card.objects.filter(question__in=[row.pk for row in ready]).update(topic_id=Subquery(topic))


def _record(
    certification: Certification,
    publication: Publication,
    kept: Recording,
    effect: Effect,
    by: User | None,
    at: datetime,
) -> Publication:
    certification.revision += 1
    certification.save(update_fields=["revision"])
    last = Publication.objects.filter(certification=certification).order_by("-number")[0]
    summary = {
        noun: {"retired": getattr(effect, f"{noun}_gone"), "back": getattr(effect, f"{noun}_back")}
        for noun in ("topics", "facts", "questions")
    }
    return Publication.objects.create(
        certification=certification,
        number=last.number + 1,
        published_by=by,
        published_at=at,
        summary=summary | {"effect": asdict(effect)},
        before=kept.models,
        reverts=publication,
    )


def _flips(kept: Mapping[str, Any] | None, column: str, stands: Any) -> tuple[int, int]:
    """(rows that go away, rows that come back) when this is undone."""
    if kept is None:
        return 0, 0
    gone, back = len(kept["made"]), 0
    for columns in kept["said"].values():
        if column in columns:
            old, new = columns[column]
            gone += stands(new) and not stands(old)
            back += stands(old) and not stands(new)
    return gone, back


def _questions(kept: Mapping[str, Any]) -> tuple[list[int], list[int], list[int]]:
    """Ids of questions that go away, come back, or say again what they said."""
    touched = kept.get(_QUESTION)
    if touched is None:
        return [], [], []
    gone, back, changed = list(touched["made"]), [], []
    for pk, columns in touched["said"].items():
        old, new = columns.get("state", ["", ""])
        if new == Question.State.READY:
            gone.append(int(pk))
        elif old == Question.State.READY:
            back.append(int(pk))
        elif "current_id" in columns:
            changed.append(int(pk))
    return gone, back, changed
