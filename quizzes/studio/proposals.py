"""The questions a run would add: rows to choose from, and the one place that writes what was turned down.

A row's number is the question's position among the draft's proposals; `run.rejected` holds such numbers.
Questions that stand ready-made in the notes are not proposals: they are taken as written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import transaction

from content.ingest.markup import plain
from content.models import IngestionRun
from quizzes import question_types
from quizzes.stems import one_line


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposed question. `options` are (text, is it the key)."""

    number: int
    topic: str
    topic_key: int
    kind: str
    kind_label: str
    stem: str
    answer: str
    options: list[tuple[str, bool]]
    source: str
    source_index: int
    line: int
    flaws: list[str]
    kept: bool


def rows(draft: dict[str, Any], rejected: set[int]) -> list[ProposalRow]:
    """All proposals, topics in outline order, the best of each topic first."""
    titles = {topic["key"]: topic["title"] for topic in draft.get("topics", [])}
    order = {key: place for place, key in enumerate(titles)}
    places = {source["path"]: place for place, source in enumerate(draft.get("sources", []))}
    numbered = list(enumerate(draft.get("proposals", [])))
    numbered.sort(
        key=lambda item: (order.get(item[1]["topic"], len(order)), -item[1].get("score", 0), item[0])
    )
    return [_row(number, made, titles, places, number not in rejected) for number, made in numbered]


def by_topic(shown: Iterable[ProposalRow]) -> list[tuple[str, list[ProposalRow]]]:
    return [
        (group[0].topic, group)
        for group in (list(rows) for _, rows in groupby(shown, lambda row: row.topic_key))
    ]


def kinds(shown: Iterable[ProposalRow]) -> list[tuple[str, str, int]]:
    """(kind, label, how many), most first."""
    return [(kind, label_of(kind), count) for kind, count in Counter(row.kind for row in shown).most_common()]


def label_of(kind: str) -> str:
    return question_types.get(kind).label if kind in question_types.kinds() else kind.replace("_", " ")


def numbers(sent: Iterable[str]) -> set[int]:
    """Numbers of a form; whatever is not one is left out."""
    return {int(value) for value in sent if value.isascii() and value.isdigit() and len(value) < 7}


def save_choice(run: IngestionRun, shown: set[int], kept: set[int]) -> int | None:
    """Turn down what was shown and not kept, take back what was kept. Returns how many are turned down now.

    None when the run is no longer a preview. Numbers that no proposal has are ignored.
    """
    with transaction.atomic():
        locked = IngestionRun.objects.select_for_update().get(pk=run.pk)
        if locked.state != IngestionRun.State.PREVIEW:
            return None
        known = set(range(len((locked.draft or {}).get("proposals", []))))
        rejected = ((set(locked.rejected) - shown) | (shown - kept)) & known
        IngestionRun.objects.filter(pk=run.pk).update(rejected=sorted(rejected))
    return len(rejected)


def _row(
    number: int, made: dict[str, Any], titles: dict[int, str], places: dict[str, int], kept: bool
) -> ProposalRow:
    options = [
        (plain(option["text"]), bool(option.get("correct"))) for option in made["payload"].get("options", [])
    ]
    return ProposalRow(
        number=number,
        topic=titles.get(made["topic"], "Without a topic"),
        topic_key=made["topic"],
        kind=made["kind"],
        kind_label=label_of(made["kind"]),
        stem=one_line(made["stem"], titles.get(made["topic"], "")),
        answer=plain(str(made["payload"].get("answer", ""))),
        options=options,
        source=made["source"],
        source_index=places.get(made["source"], 0),
        line=made["line_from"],
        flaws=[str(flaw).replace("_", " ").replace("-", " ") for flaw in made.get("flaws", [])],
        kept=kept,
    )
