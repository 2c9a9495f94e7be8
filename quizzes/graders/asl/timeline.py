"""What happened when, as rows that a page can draw."""

from __future__ import annotations

from collections import Counter
from typing import Any

MOST_ROWS = 400

Row = dict[str, Any]


class Rows:
    """Rows of one execution, and the attempts of its tasks."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.tries: list[tuple[float, str]] = []

    def add(
        self, at: float, seconds: float, name: str, event: str, say: str, ok: bool | None, trail: str = ""
    ) -> None:
        if len(self.rows) < MOST_ROWS:
            row = {"at": tidy(at), "for": tidy(seconds), "name": f"{trail}{name}"[:200], "event": event[:200]}
            self.rows.append({**row, "say": say[:300], "ok": ok})

    def tried(self, at: float, task: str) -> None:
        self.tries.append((at, task))

    def mark(self) -> tuple[int, int]:
        """Where the rows of what starts now will begin."""
        return len(self.rows), len(self.tries)

    def cut(self, at: float, since: tuple[int, int] = (0, 0)) -> None:
        """Forgets what would have come after a moment, and shortens what was under way, from a mark on."""
        rows, tries = since
        kept = [row for row in self.rows[rows:] if row["at"] <= at]
        for row in kept:
            if row["at"] + row["for"] > at:
                row.update({"for": tidy(at - row["at"]), "event": "stopped", "ok": None})
        self.rows[rows:] = kept
        self.tries[tries:] = [one for one in self.tries[tries:] if one[0] <= at]

    def in_order(self) -> list[Row]:
        return sorted(self.rows, key=lambda row: row["at"])

    def attempts(self) -> dict[str, int]:
        return dict(Counter(task for _, task in self.tries))


def tidy(seconds: float) -> int | float:
    """Seconds without the noise of doubles."""
    rounded = round(seconds, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def spoken(seconds: float) -> str:
    """1.5 → 1.5 s"""
    return f"{tidy(seconds):,} s"
