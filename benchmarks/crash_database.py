"""What the crash test asks of the database: fill it before, judge it after. Runs in a process of its own.

python -m benchmarks.crash_database seed LEARNERS         → {"slug": …, "sessions": [key of each learner]}
python -m benchmarks.crash_database audit <HISTORY.json   → what `audit` returns
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from quizzes.answering import record_review
from quizzes.models import Card, Enrolment, Question, ReviewLog
from quizzes.schedule_state import mismatches
from quizzes.showing import seed_of, showing_of
from tests import factories

KINDS = ("flashcard", "flashcard", "cloze", "multiple_choice", "multiple_response")
EACH_TOPIC = 40
LEARNED = 60  # cards of each learner that were learned a month ago and are due


def seed(learners: int) -> dict[str, Any]:
    """One certification, `learners` people who study it, each with some cards known and the others new."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    now = timezone.now()
    with transaction.atomic():
        certification = factories.certification("crash")
        for topic in certification.topics.order_by("position"):
            for number in range(EACH_TOPIC):
                factories.question(topic, KINDS[number % len(KINDS)])
        sessions = []
        for number in range(learners):
            user = factories.learner(f"learner{number}@example.org")
            enrolment = factories.enrolment(
                user, certification, minutes_a_day=600, exam_date=now.date() + timedelta(days=90)
            )
            _learn(enrolment, now - timedelta(days=30))
            sessions.append(_session(user))
    return {"slug": certification.slug, "sessions": sessions}


def _learn(enrolment: Enrolment, at: datetime) -> None:
    questions = Question.objects.filter(kind="flashcard").order_by("pk")[:LEARNED]
    for question in questions:
        card = Card.objects.create(enrolment=enrolment, question=question, topic_id=question.topic_id)
        showing = showing_of(card.pk, enrolment.user_id)
        assert showing is not None
        record_review(showing, 0, {"rating": 4}, at)


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backends.EmailBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def audit(history: dict[str, Any]) -> dict[str, Any]:
    """Compare what the clients were told with what is stored.

    `history`: {"since": ISO, "sent": answers, "acknowledged": answers, "undos_sent": undos,
    "undos_acknowledged": undos}; an answer is [card, seq, form], an undo [card, seq].
    """
    rows: dict[int, list[ReviewLog]] = defaultdict(list)
    for row in ReviewLog.objects.order_by("card_id", "seq"):
        rows[row.card_id].append(row)
    since = datetime.fromisoformat(history["since"])
    recent = [row for log in rows.values() for row in log if row.at >= since]
    cards = Card.objects.select_related("question__current").in_bulk()
    problems = [
        *_lost(history, recent, cards),
        *_doubled(history, recent, cards),
        *(("mismatched", said) for card in cards.values() for said in mismatches(card, rows[card.pk])),
        *(("mismatched", said) for said in _damage()),
    ]
    kinds = Counter(kind for kind, _ in problems)
    return {
        "answers_in_log": sum(row.kind != ReviewLog.Kind.UNDO for row in recent),
        "undos_in_log": sum(row.kind == ReviewLog.Kind.UNDO for row in recent),
        "cards": len(cards),
        "lost": kinds["lost"],
        "doubled": kinds["doubled"],
        "mismatched": kinds["mismatched"],
        "problems": [f"{kind}: {said}" for kind, said in problems[:20]],
    }


def _lost(
    history: dict[str, Any], recent: Sequence[ReviewLog], cards: dict[int, Card]
) -> list[tuple[str, str]]:
    """Acknowledged, and not in the log with that payload."""
    stored = {(row.card_id, row.seq): row.response for row in recent if row.kind != ReviewLog.Kind.UNDO}
    found = []
    for card, seq, form in history["acknowledged"]:
        if stored.get((card, seq)) != _response(cards[card], seq, form):
            found.append(
                ("lost", f"card {card}, showing {seq}: {form} acknowledged, {stored.get((card, seq))} stored")
            )
    undone = {(row.card_id, row.undoes) for row in recent if row.kind == ReviewLog.Kind.UNDO}
    for card, seq in history["undos_acknowledged"]:
        if (card, seq) not in undone:
            found.append(("lost", f"card {card}, showing {seq}: undo acknowledged, not stored"))
    return found


def _doubled(
    history: dict[str, Any], recent: Sequence[ReviewLog], cards: dict[int, Card]
) -> list[tuple[str, str]]:
    """In the log twice, or in the log though nobody sent it to that showing."""
    sent = defaultdict(list)
    for card, seq, form in history["sent"]:
        sent[card, seq].append(_response(cards[card], seq, form))
    undos = {(card, seq) for card, seq in history["undos_sent"]}
    times: Counter[tuple[int, int | None, bool]] = Counter()
    found = []
    for row in recent:
        undo = row.kind == ReviewLog.Kind.UNDO
        key = (row.card_id, row.undoes if undo else row.seq)
        times[(*key, undo)] += 1
        if times[(*key, undo)] > 1:
            found.append(
                ("doubled", f"card {key[0]}, showing {key[1]}: {'undone' if undo else 'answered'} twice")
            )
        elif key not in undos if undo else row.response not in sent[row.card_id, row.seq]:
            found.append(
                ("doubled", f"card {key[0]}, showing {key[1]}: {row.response} stored, and nobody sent it")
            )
    return found


def _response(card: Card, seq: int, form: dict[str, list[str]]) -> dict[str, Any]:
    """The stored response that this form must have become."""
    from quizzes import question_types

    version = card.question.current
    assert version is not None
    return question_types.get(card.question.kind).read(form, version.payload, seed_of(card.pk, seq))


def _damage() -> list[str]:
    """What SQLite itself finds wrong with the file."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return [str(row[0]) for row in cursor.fetchall() if row[0] != "ok"]


def main() -> None:
    if sys.argv[1] == "seed":
        answer = seed(int(sys.argv[2]))
    else:
        answer = audit(json.load(sys.stdin))
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
