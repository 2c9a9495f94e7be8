"""Where the notes of a topic disagree with another source, for the margin of the reader.

`Conflict` rows of the topics on the page → what is said beside each note. One query.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from content.ingest.markup import plain
from content.models import Conflict

_COLUMNS = ("chosen", "a__note", "a__text", "a__source__path", "b__note", "b__text", "b__source__path")


@dataclass(frozen=True, slots=True)
class Dispute:
    """`here`: what this note says; `there`: what the other source says; `where`: its path.

    `chosen`: empty while nobody has chosen, then here, there or both.
    """

    here: str
    there: str
    where: str
    chosen: str

    @property
    def open(self) -> bool:
        return not self.chosen


def by_note(topics: Collection[int]) -> dict[int, list[Dispute]]:
    """Disputes by id of the note that they stand in, open ones first."""
    rows = Conflict.objects.filter(Q(a__topic__in=topics) | Q(b__topic__in=topics)).order_by("pk")
    found: dict[int, list[Dispute]] = {}
    for chosen, note_a, a, path_a, note_b, b, path_b in rows.values_list(*_COLUMNS):
        sides = ((note_a, a, b, path_b, "a"), (note_b, b, a, path_a, "b"))
        for note, here, there, where, name in sides:
            if note is not None:
                state = chosen if chosen in ("", "both") else "here" if chosen == name else "there"
                found.setdefault(note, []).append(Dispute(plain(here), plain(there), where, state))
    return {note: sorted(disputes, key=lambda one: not one.open) for note, disputes in found.items()}
