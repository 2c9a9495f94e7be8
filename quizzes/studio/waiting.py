"""What in a preview waits for a person: what disagrees, doubtful pairs, duplicates, merges, lines decided since.

A preview's pages show it in their tabs, its overview as a list. Two queries, however much waits: the parts of the
draft that hold pairs (unless the draft is at hand), and the decisions that were taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from content import decisions
from content.models import Decision, IngestionRun

Subject = Decision.Subject
PARTS = ("conflicts", "duplicates", "merges", "changes")
_PAIRS = (Subject.CONFLICT, Subject.DUPLICATE, Subject.FACT)


@dataclass(frozen=True, slots=True)
class Pairs:
    """How many there are, and how many nobody has decided."""

    count: int = 0
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """`lines`: decisions about lines that this preview does not follow yet. `stored`: what publishing would change."""

    conflicts: Pairs = Pairs()
    relinks: Pairs = Pairs()
    duplicates: Pairs = Pairs()
    merges: int = 0
    lines: int = 0
    stored: Mapping[str, Any] = field(default_factory=dict)

    @property
    def changes(self) -> int | None:
        """How many things are not what they were; None when that was not stored yet."""
        nouns = ("facts", "topics", "questions")
        return sum(len(self.stored.get(noun, [])) for noun in nouns) if self.stored else None


def waiting_in(run: IngestionRun) -> Waiting:
    """Of a run that has a draft."""
    parts = _parts(run)
    taken, lines = _decisions(run)
    changes = parts["changes"] or {}
    pairs = [row for row in changes.get("facts", []) if row["state"] == "review"]
    asked = [decisions.fact_key(row["uid"], row["fingerprint"]) for row in pairs]
    return Waiting(
        conflicts=_pairs([one["key"] for one in parts["conflicts"] or []], taken[Subject.CONFLICT]),
        relinks=_pairs(asked, taken[Subject.FACT]),
        duplicates=_pairs([one["key"] for one in parts["duplicates"] or []], taken[Subject.DUPLICATE]),
        merges=len(parts["merges"] or []),
        lines=lines,
        stored=changes,
    )


def _pairs(keys: list[str], taken: set[str]) -> Pairs:
    return Pairs(len(keys), sum(key not in taken for key in keys))


def _parts(run: IngestionRun) -> dict[str, Any]:
    """The parts of the draft that are looked at here, without reading the rest of it."""
    if "draft" not in run.get_deferred_fields():
        return {name: (run.draft or {}).get(name) for name in PARTS}
    names = [f"draft__{name}" for name in PARTS]
    return dict(zip(PARTS, IngestionRun.objects.values_list(*names).get(pk=run.pk), strict=True))


def _decisions(run: IngestionRun) -> tuple[dict[str, set[str]], int]:
    """Keys that were decided, by subject; and how many decisions about lines came after the reading."""
    later = Q(pk=None)
    if run.staged_at:
        own = decisions.paths_of(run)
        later = Q(subject__in=decisions.OF_READING, decided_at__gt=run.staged_at, data__path__in=own)
    asked = Decision.objects.filter(Q(subject__in=_PAIRS) & ~Q(choice="") | later)
    keys: dict[str, set[str]] = defaultdict(set)
    lines = 0
    for subject, key in asked.filter(certification=run.certification_id).values_list("subject", "key"):
        if subject in _PAIRS:
            keys[subject].add(key)
        else:
            lines += run.state == IngestionRun.State.PREVIEW
    return keys, lines
