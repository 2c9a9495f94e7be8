"""What a weekly review says, as data: gathered once, stored on the row, shown by mail and in the browser.

Sentences that both show stand here too, so that they say the same.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.text import Truncator

_BEFORE_NOUN = re.compile(r"(?<=\d) (?=\w)")


@dataclass(frozen=True, slots=True)
class DayAhead:
    """Cards due on one study day; `share` of the busiest day in percent."""

    date: date
    cards: int
    share: int

    @property
    def label(self) -> str:
        return f"{self.date:%A}"


@dataclass(frozen=True, slots=True)
class Week:
    """One week's work. `recall_percent` is None without reviews."""

    answers: int
    recall_percent: int | None
    minutes: int
    study_days: int


@dataclass(frozen=True, slots=True)
class WeakTopic:
    slug: str
    title: str
    recall_percent: int
    seen: int
    questions: int


@dataclass(frozen=True, slots=True)
class Teaser:
    """One question, as plain text and without its answer."""

    stem: str
    topic: str
    options: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """One certification. `exam_days` counts from today; None without a date, or when it has passed. `passing`: how
    often the learner would pass, as last forecast; empty without a forecast of these days."""

    slug: str
    title: str
    due_now: int
    days: list[DayAhead]
    last: Week
    before: Week
    exam_days: int | None
    weak: list[WeakTopic]
    question: Teaser | None
    passing: str = ""
    drills: int = 0  # that come back by the end of the week ahead

    @property
    def due_today(self) -> int:
        return self.days[0].cards

    @property
    def due_later(self) -> int:
        return sum(day.cards for day in self.days[1:])

    @property
    def worked(self) -> bool:
        return bool(self.last.answers or self.before.answers)

    @property
    def says_something(self) -> bool:
        return bool(self.due_today or self.due_later or self.drills or self.worked)

    @property
    def headline(self) -> str:
        """The one sentence that says it all."""
        if self.due_today and self.due_later:
            said = f"{cards(self.due_today)} due today, {self.due_later} more by {self.days[-1].label}."
        elif self.due_today:
            said = f"{cards(self.due_today)} due today, then nothing for {_count(len(self.days) - 1, 'day')}."
        elif self.due_later:
            said = f"Nothing due today, {cards(self.due_later)} by {self.days[-1].label}."
        else:
            said = f"Nothing is due in the next {_count(len(self.days), 'day')}."
        drills = f"{_count(self.drills, 'drill')} {'comes' if self.drills == 1 else 'come'} back this week."
        return " ".join(filter(None, [said, drills if self.drills else "", self.exam_sentence]))

    @property
    def headline_html(self) -> str:
        """The same, with numbers that do not part from their nouns at the end of a line."""
        return _BEFORE_NOUN.sub("\u00a0", self.headline)

    @property
    def exam_sentence(self) -> str:
        if self.exam_days is None:
            return f"If the exam were today, you would pass {self.passing}." if self.passing else ""
        if self.exam_days == 0:
            return "Your exam is today."
        foretold = f"; you would pass {self.passing}" if self.passing else ""
        return f"{_count(self.exam_days, 'day')} to the exam{foretold}."


@dataclass(frozen=True, slots=True)
class Review:
    """One person's weekly review. `parts` is never empty."""

    week: str
    date: date
    parts: list[Part]

    @property
    def subject(self) -> str:
        due, drills = (
            sum(part.due_today + part.due_later for part in self.parts),
            sum(part.drills for part in self.parts),
        )
        total = cards(due) if due or not drills else _count(drills, "drill")
        first = self.parts[0]
        if len(self.parts) > 1:
            return f"Your week: {total} in {len(self.parts)} certifications"
        if first.exam_days is not None and first.exam_days > 0:
            return f"Your week: {total}, {_count(first.exam_days, 'day')} to the exam"
        return Truncator(f"Your week: {total} · {first.title}").chars(78)

    def stored(self) -> dict[str, Any]:
        """As JSON, for the row."""
        plain = asdict(self)
        plain["date"] = self.date.isoformat()
        for part in plain["parts"]:
            for day in part["days"]:
                day["date"] = day["date"].isoformat()
        return plain

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Review:
        """What `stored` made. Raises KeyError or TypeError when it is of another shape."""
        parts = [_part(part) for part in stored["parts"]]
        return cls(stored["week"], date.fromisoformat(stored["date"]), parts)


def cards(count: int) -> str:
    return _count(count, "card")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _part(stored: dict[str, Any]) -> Part:
    question = stored["question"]
    return Part(
        **stored
        | {
            "days": [DayAhead(**day | {"date": date.fromisoformat(day["date"])}) for day in stored["days"]],
            "last": Week(**stored["last"]),
            "before": Week(**stored["before"]),
            "weak": [WeakTopic(**topic) for topic in stored["weak"]],
            "question": Teaser(**question) if question else None,
        }
    )
