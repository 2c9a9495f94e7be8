"""Statements of an upload that are too unlike a published one to be sure: is it the same statement? A person says.

run.draft["changes"] (rows in state "review") + decisions → `Pair`s; `decide` writes what was said
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from accounts.models import User
from content import decisions
from content.ingest.markup import plain
from content.models import Decision, IngestionRun
from quizzes.studio.word_diff import Piece, pieces

Row = dict[str, Any]
SAME, DIFFERENT, OPEN = decisions.SAME, decisions.DIFFERENT, ""


@dataclass(frozen=True)
class Pair:
    """A published fact (`uid`) and the statement that may be it (`words`, its fingerprint)."""

    number: int
    row: Row
    chosen: str

    @property
    def uid(self) -> str:
        return str(self.row["uid"])

    @property
    def words(self) -> str:
        return str(self.row["fingerprint"])

    @property
    def old(self) -> str:
        return plain(self.row["old"])

    @property
    def new(self) -> str:
        return plain(self.row["new"])

    @cached_property
    def differs(self) -> list[Piece]:
        return pieces(self.old, self.new)

    @property
    def likeness(self) -> str:
        """The score in words."""
        score = float(self.row["score"])
        if score >= 74:
            return "much alike"
        return "somewhat alike" if score >= 68 else "little alike"


def pairs_of(run: IngestionRun) -> list[Pair]:
    """All pairs of the run's draft, in the order of the notes. One query."""
    stored = ((run.draft or {}).get("changes") or {}).get("facts", [])
    taken = decisions.chosen(run.certification, Decision.Subject.FACT)
    asked = sorted((row for row in stored if row["state"] == "review"), key=lambda row: row["index"] or 0)
    return [
        Pair(number, row, taken.get(decisions.fact_key(row["uid"], row["fingerprint"]), OPEN))
        for number, row in enumerate(asked, start=1)
    ]


def undecided_after(pairs: list[Pair], number: int) -> int:
    """The next pair that nobody has decided, from `number` on and around the end; `number` itself when all are."""
    waiting = [pair.number for pair in pairs if pair.chosen == OPEN]
    return next((found for found in waiting if found >= number), waiting[0] if waiting else number)


def decide(run: IngestionRun, pair: Pair, choice: str, by: User, at: datetime) -> None:
    """Remember what was said of a pair; OPEN takes it back."""
    if choice == OPEN:
        key = decisions.fact_key(pair.uid, pair.words)
        decisions.withdraw(run.certification, Decision.Subject.FACT, key, by, at)
    else:
        data = {"old": pair.row["old"], "new": pair.row["new"]}
        decisions.decide_fact(run.certification, pair.uid, pair.words, choice, data, by, at)
