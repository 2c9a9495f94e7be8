"""Drills that a person writes in the Studio: a new one, or other words for one that is there.

They are questions like others: a version for every set of words, kept by imports as they are. The author's own text
stands beside the parts of a version (`html["written"]`), so that comments and line breaks are there next time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db.models import Max

from accounts.models import User
from content.models import Topic
from content.writers.rows import change
from quizzes import question_types
from quizzes.models import Question, QuestionVersion
from quizzes.question_bank.by_hand import NotAskable, add_version, alone, locked, settle
from quizzes.question_bank.deciding import WRITTEN, waits_for_a_look
from quizzes.wanted import DrillWords, words_of_drill


class Overtaken(ValueError):
    """Somebody else saved other words meanwhile; `current` is what they wrote."""

    def __init__(self, current: QuestionVersion) -> None:
        super().__init__("Somebody else has saved this drill meanwhile.")
        self.current = current


class Taken(ValueError):
    """Another drill of the certification has this id; `question` is that drill."""

    def __init__(self, question: Question) -> None:
        super().__init__("Another drill has this id.")
        self.question = question


def write_drill(topic: Topic, drill: Mapping[str, Any], text: str, by: User, at: datetime) -> Question:
    """A new drill, offered at once. It stands in no source, so no import touches it until notes hold its id.

    Raises NotAskable, or Taken.
    """
    words = _askable(drill)
    with alone(topic.certification_id):
        mine = Question.objects.filter(certification=topic.certification_id)
        if (other := mine.filter(fingerprint=words.fingerprint).first()) is not None:
            raise Taken(other)
        last = mine.filter(topic=topic).order_by().aggregate(last=Max("position"))["last"] or 0
        row = Question.objects.create(
            certification_id=topic.certification_id,
            topic=topic,
            kind=words.kind,
            state=Question.State.READY,
            origin=Question.Origin.AUTHORED,
            anchor=words.anchor,
            fingerprint=words.fingerprint,
            position=last + 1,
            by_hand=True,
        )
        settle(row, _version(row, words, text, at), at)
        LogEntry.objects.log_actions(by.pk, [row], ADDITION, "Wrote a drill.", single_object=True)
    return row


def rewrite_drill(
    question: Question, drill: Mapping[str, Any], text: str, seen: int, by: User, at: datetime
) -> QuestionVersion | None:
    """Other words for a drill of the same id; None when nothing differs. `seen`: the version that they were made of.

    Raises NotAskable, Overtaken, or ValueError for a drill of another id.
    """
    words = _askable(drill)
    with alone(question.certification_id):
        row = locked(question)
        old = row.current
        if old is not None and old.payload.get("id") != words.payload["id"]:
            raise ValueError("A drill with another id is another drill.")
        if old is not None and old.number != seen:
            raise Overtaken(old)
        held = row.state == Question.State.HELD and waits_for_a_look(row)
        if (
            old is not None
            and not held
            and old.payload == words.payload
            and old.html.get(WRITTEN, text) == text
        ):
            return None
        change(row, kind=words.kind)
        version = _version(row, words, text, at)
        settle(row, version, at)
        LogEntry.objects.log_actions(by.pk, [row], CHANGE, "Wrote other words.", single_object=True)
    question.refresh_from_db()
    return version


def _askable(drill: Mapping[str, Any]) -> DrillWords:
    words = words_of_drill(drill)
    if problems := question_types.get(words.kind).validate(words.stem, words.payload):
        raise NotAskable(problems)
    return words


def _version(row: Question, words: DrillWords, text: str, at: datetime) -> QuestionVersion:
    return add_version(row, words.stem, words.payload, words.rationale, words.reference, at, written=text)
