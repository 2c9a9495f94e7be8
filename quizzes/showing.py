"""Which card is asked now, with everything its page needs, in one query.

First what is due within today's learning steps, then the study day's plan in order, then steps that are due soon.
What was left within its steps on an earlier day is in the plan like any other card.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection

from accounts import rows
from quizzes import question_types
from quizzes.models import Card
from quizzes.planning.reasons import card_sentence
from quizzes.question_types import Presentation, QuestionType
from quizzes.schedule_state import Learner, current
from quizzes.scheduler import memory
from quizzes.scheduler.memory import Rating
from quizzes.scheduler.ratings import doubt_after

LEARN_AHEAD = timedelta(minutes=20)
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Left:
    """What is left today: cards, their expected seconds, and how many the day had."""

    cards: int
    seconds: int
    planned: int

    @property
    def minutes(self) -> int:
        return -(-self.seconds // 60)

    @property
    def done(self) -> int:
        return max(0, self.planned - self.cards)


@dataclass(frozen=True, slots=True)
class Showing:
    """One card about to be answered. (`card.pk`, `card.seq`) names the showing."""

    card: Card
    kind: str
    version_id: int
    payload: Mapping[str, Any]
    html: Mapping[str, Any]
    reference: str
    topic_title: str
    topic_slug: str
    source_path: str
    line_from: int
    line_to: int
    learner: Learner
    slug: str  # of the certification
    why: str = ""
    because: Mapping[str, Any] = field(default_factory=dict)
    left: Left = Left(0, 0, 0)

    @property
    def seed(self) -> str:
        return seed_of(self.card.pk, self.card.seq)

    @property
    def type(self) -> QuestionType:
        return question_types.get(self.kind)

    @property
    def place(self) -> str:
        """The topic, with what it is a part of where the question said so."""
        return str(self.html.get("place") or self.topic_title)

    @property
    def reason(self) -> str:
        """Why this card is here today, as a sentence."""
        return card_sentence(self.why, self.because)

    def present(self) -> Presentation:
        return self.type.present(self.html, self.payload, self.seed)

    def tell(self, response: Mapping[str, Any] | None = None, seed: str = "") -> Presentation:
        return self.type.tell(self.html, self.payload, seed or self.seed, response or {})

    def intervals(self, at: datetime) -> dict[Rating, timedelta]:
        """How long until the card returns, for each of the four ratings."""
        before = current(self.card, self.learner)
        elapsed = self.learner.elapsed_days(before.last_review, at)
        outcomes = memory.outcomes(
            before.memory, elapsed, self.learner.parameters, self.learner.desired_retention
        )
        return {
            rating: self.learner.due(
                outcome, at, self.card.pk, self.card.seq, doubt_after(before.doubt, rating, None, elapsed)
            )
            - at
            for rating, outcome in outcomes.items()
        }


# A first line in italics, and something after it.
_SETTING = re.compile(r"<p><em>([^<]+)</em></p>\s*(?=\S)")


def seed_of(card_id: int, seq: int) -> str:
    return f"{card_id}:{seq}"


_CARD = [field.attname for field in Card._meta.concrete_fields]
_CONTENT = f"""
    {", ".join(f"c.{name}" for name in _CARD)},
    q.kind AS kind, v.id AS version_id, v.payload AS payload, v.html AS html, v.reference AS reference,
    t.title AS topic_title, t.slug AS topic_slug, s.path AS source_path, q.line_from AS line_from,
    q.line_to AS line_to, p.zone AS zone, p.rollover_hour AS rollover_hour, e.parameters AS parameters,
    e.desired_retention AS desired_retention, e.fit_id AS learner_fit_id, e.pace AS pace,
    e.days_off AS days_off, k.slug AS slug
"""
_JOINS = """
    JOIN quizzes_enrolment e ON e.id = c.enrolment_id
    JOIN content_certification k ON k.id = e.certification_id
    JOIN accounts_profile p ON p.user_id = e.user_id
    JOIN quizzes_question q ON q.id = c.question_id
    JOIN quizzes_questionversion v ON v.id = q.current_id
    JOIN content_topic t ON t.id = c.topic_id
    LEFT JOIN content_source s ON s.id = q.source_id
"""
_ONE = f"SELECT {_CONTENT} FROM quizzes_card c {_JOINS} WHERE c.id = %s AND e.user_id = %s AND e.active"  # noqa: S608
_NEXT = f"""
WITH today AS (
    SELECT id, starts_at FROM quizzes_studyday WHERE enrolment_id = %s AND date = %s
), steps AS (
    SELECT id, due FROM quizzes_card
    WHERE enrolment_id = %s AND NOT suspended AND state IN (1, 3) AND due <= %s
    AND due >= (SELECT starts_at FROM today) AND last_review >= (SELECT starts_at FROM today)
), planned AS (
    SELECT i.position, i.card_id, i.why, i.because, i.expected_seconds,
        (c.seq = i.seq AND NOT c.suspended) AS waiting
    FROM quizzes_planitem i JOIN quizzes_card c ON c.id = i.card_id
    WHERE i.study_day_id = (SELECT id FROM today)
), choice AS (
    SELECT card_id, why, because FROM (
        SELECT id AS card_id, 'learning' AS why, NULL AS because,
            CASE WHEN due <= %s THEN 0 ELSE 2 END AS tier, due, 0 AS position
        FROM steps
        UNION ALL
        SELECT card_id, why, because, 1, NULL, position FROM planned WHERE waiting
    ) AS candidates ORDER BY tier, due, position LIMIT 1
)
SELECT {_CONTENT}, choice.why AS why, choice.because AS because,
    (SELECT count(*) FROM planned WHERE waiting) + (SELECT count(*) FROM steps) AS cards_left,
    (SELECT coalesce(sum(expected_seconds), 0) FROM planned WHERE waiting) + 10 * (SELECT count(*) FROM steps)
        AS seconds_left,
    (SELECT count(*) FROM planned) + (SELECT count(*) FROM steps) AS planned_cards
FROM choice JOIN quizzes_card c ON c.id = choice.card_id {_JOINS}
"""  # noqa: S608  (only constants of this module)


def next_showing(enrolment_id: int, on: date, at: datetime) -> Showing | None:
    """The card to ask at `at` on the study day `on`; None when nothing is left. One query."""
    moment = connection.ops.adapt_datetimefield_value
    ahead = moment(at + LEARN_AHEAD)
    parameters = [enrolment_id, connection.ops.adapt_datefield_value(on), enrolment_id, ahead, moment(at)]
    row = rows.one(_NEXT, parameters)
    if row is None:
        return None
    left = Left(row["cards_left"], int(row["seconds_left"]), row["planned_cards"])
    return _showing(row, row["why"], _json(row["because"]) or {}, left)


def showing_of(card_id: int, user_id: int) -> Showing | None:
    """This card of this learner, due or not; None when it is not theirs. One query."""
    row = rows.one(_ONE, [card_id, user_id])
    return None if row is None else _showing(row)


def _showing(
    row: Mapping[str, Any], why: str = "", because: Mapping[str, Any] = _NOTHING, left: Left = Left(0, 0, 0)
) -> Showing:
    fitted = _json(row["parameters"])
    return Showing(
        card=_card(row),
        kind=row["kind"],
        version_id=row["version_id"],
        payload=_json(row["payload"]),
        html=on_page(_json(row["html"]), row["topic_title"]),
        reference=row["reference"],
        topic_title=row["topic_title"],
        topic_slug=row["topic_slug"],
        source_path=row["source_path"] or "",
        line_from=row["line_from"],
        line_to=row["line_to"],
        learner=Learner(
            row["zone"],
            row["rollover_hour"],
            tuple(fitted) if fitted else None,
            row["desired_retention"],
            row["learner_fit_id"],
            _json(row["pace"]),
            tuple(_json(row["days_off"])),
        ),
        slug=row["slug"],
        why=why,
        because=because,
        left=left,
    )


def _card(row: Mapping[str, Any]) -> Card:
    values = {name: row[name] for name in _CARD}
    values |= {"due": rows.moment(row["due"]), "last_review": rows.moment(row["last_review"])}
    values["suspended"] = bool(row["suspended"])
    card: Card = Card.from_db(DEFAULT_DB_ALIAS, list(values), list(values.values()))
    return card


def on_page(html: Mapping[str, Any], topic_title: str) -> Mapping[str, Any]:
    """A version's HTML for a page that names the topic: a stem whose first line only does that, alone or with what
    the topic is a part of (“EC2 › Storage”), gives it up as `place`."""
    found = _SETTING.match(html["stem"])
    if found is None:
        return html
    place = unescape(found[1])
    names = place == topic_title or place.endswith((f"› {topic_title}", f"– {topic_title}"))
    return {**html, "stem": html["stem"][found.end() :], "place": place} if names else html


def _json(value: Any) -> Any:
    """A JSON column read by a raw query: text on SQLite, text or a value on PostgreSQL."""
    return json.loads(value) if isinstance(value, str) else value
