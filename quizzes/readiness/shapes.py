"""What a forecast says, as values: for pages, for the command, and as kept in `ReadinessForecast`. Loads no numpy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

# Why a figure says less than it could: see quizzes.calibration.readiness.
REASONS = {
    "no_questions": "There are no questions yet.",
    "no_answers": "You have not answered anything yet, so this is what is usual for learners who begin.",
    "few_answers": "You have answered few questions so far.",
    "no_pass_mark": "The pass mark of this exam is not known; 70 % right is assumed.",
    "no_blueprint": "The exam's domains and their weights are not known.",
    "difficulties_provisional": "Few learners have answered these questions, so how hard they are is not settled.",
    "domains_uncovered": "Some domains of the exam have no questions yet.",
}


@dataclass(frozen=True, slots=True)
class DomainReadiness:
    """One domain of the blueprint. Shares 0 to 1: `right` is expected on exam day, `low` … `high` hold it with 80 %;
    `recall`: mean over its questions on exam day, unseen 0. `number` and `title` are empty without a blueprint."""

    number: int | None
    title: str
    weight: float  # of the exam, all sum to 1
    right: float
    low: float
    high: float
    recall: float
    questions: int
    answers: int


@dataclass(frozen=True, slots=True)
class TopicGain:
    """What studying one topic for `hours` (at most one) adds: to the probability to pass, to the share right.

    `planned`: the minutes a day suffice for it, and this is what would be missing without it; else it comes on top.
    """

    topic: int  # id
    title: str
    hours: float
    probability: float
    score: float
    per_hour: float
    score_per_hour: float
    planned: bool = False

    @property
    def sentence(self) -> str:
        minutes, times = max(1, round(60 * self.hours)), round(100 * self.probability)
        gain = f"{times} more {'pass' if times == 1 else 'passes'}"
        if not times:
            gain = f"{max(0.1, round(100 * self.score, 1)):g} more questions right"
        if self.planned:
            here = "minute here is" if minutes == 1 else "minutes here are"
            return f"Your plan has it: about {minutes} {here} worth {gain} in 100."
        return f"About {minutes} more {'minute' if minutes == 1 else 'minutes'} here: {gain} in 100."


@dataclass(frozen=True, slots=True)
class Readiness:
    """`0 ≤ low ≤ probability ≤ high ≤ 1`, an 80 % interval. `share…`: of questions right, `scaled…`: on the exam's
    scale, None without one. `exam_date` is the day it is about; None: there is none ahead, and it is about `on`, the
    learner's study day. `minutes`: a day, as assumed."""

    on: date
    exam_date: date | None
    made_at: datetime
    minutes: int
    probability: float
    low: float
    high: float
    share: float
    share_low: float
    share_high: float
    scaled: float | None
    scaled_low: float | None
    scaled_high: float | None
    pass_mark: int | None
    domains: tuple[DomainReadiness, ...]
    best_topics: tuple[TopicGain, ...]  # best first, at most three
    answers: int
    provisional: bool
    reasons: tuple[str, ...]  # keys of REASONS

    @property
    def sentence(self) -> str:
        return f"{self.about} you would pass {times_in_100(self.low, self.high)}."

    @property
    def about(self) -> str:
        if self.exam_date is None:
            return "If the exam were today,"
        if self.exam_date == self.on:
            return "In today's exam"
        return f"On {self.exam_date.day} {self.exam_date:%B %Y}, with {self.minutes} minutes a day,"

    @property
    def caveats(self) -> tuple[str, ...]:
        """Why the figure says less than it could, as sentences."""
        return tuple(REASONS[reason] for reason in self.reasons if reason in REASONS)

    def detail(self) -> dict[str, Any]:
        """What has no column of its own, as kept on the row."""
        kept = (
            "minutes",
            "share",
            "share_low",
            "share_high",
            "scaled_low",
            "scaled_high",
            "pass_mark",
            "answers",
        )
        return {
            **{name: getattr(self, name) for name in kept},
            "reasons": list(self.reasons),
            "domains": [asdict(domain) for domain in self.domains],
            "best_topics": [asdict(topic) for topic in self.best_topics],
        }


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What so many minutes a day lead to: `share` right and `scaled` on exam day, the probability to pass."""

    minutes: int
    share: float
    scaled: float | None
    probability: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Minutes a day ↔ expected score; neither falls with more minutes. Without an exam ahead it is drawn as if there
    were one on `exam_date` (`assumed`). Without a day left or without questions there are no points."""

    points: tuple[CurvePoint, ...]
    exam_date: date | None
    assumed: bool
    minutes: int  # what the learner has set
    made_at: datetime


SAYS_NOTHING = 80  # width of an interval, in 100


def says_nothing(low: float, high: float) -> bool:
    """Is this interval of probabilities so wide that a sentence about it would say nothing?"""
    return round(100 * high) - round(100 * low) >= SAYS_NOTHING


def times_in_100(low: float, high: float) -> str:
    """An interval of probabilities as people say it: "68–79 times in 100"."""
    first, last = round(100 * low), round(100 * high)
    if last == 0:
        return "hardly ever in 100 times"
    if first == 100:
        return "nearly 100 times in 100"
    if says_nothing(low, high):
        return f"{first}–{last} times in 100 (too early to say)"
    return f"about {first} times in 100" if first == last else f"{first}–{last} times in 100"


def domains_of(detail: Mapping[str, Any]) -> tuple[DomainReadiness, ...]:
    return tuple(DomainReadiness(**domain) for domain in detail.get("domains", ()))


def topics_of(detail: Mapping[str, Any]) -> tuple[TopicGain, ...]:
    return tuple(TopicGain(**topic) for topic in detail.get("best_topics", ()))
