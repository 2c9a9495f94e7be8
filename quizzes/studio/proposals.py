"""The questions a run would add: what an instructor said of each, and the one place that writes it.

`run.rejected` and `run.accepted` hold fingerprints of proposals, `run.edits` what was written instead. A proposal that
nobody spoke of follows the rules: it is asked, unless its fact is published as it stands, is in a disagreement, or is
asked about already. Questions that stand ready-made in the notes are no proposals: they are taken as written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from content.ingest.markup import plain
from content.models import IngestionRun
from quizzes import question_types
from quizzes.stems import one_line

ACCEPTED, REJECTED, UNDECIDED = "accepted", "rejected", ""
Said = list[Any]  # [state, edit or None]


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal as the draft holds it, and what was said of it.

    `state`: accepted, rejected or undecided. `edit`: {stem, payload, rationale} that was written instead.
    `held`: key of the disagreement that holds its fact back; `lost`: the other statement was chosen there.
    `doubled`: key of the pair whose other statement is asked about.
    """

    made: Mapping[str, Any]
    topic: str
    state: str = UNDECIDED
    edit: Mapping[str, Any] | None = None
    held: str = ""
    lost: bool = False
    doubled: str = ""

    @property
    def fingerprint(self) -> str:
        return str(self.made["fingerprint"])

    @property
    def topic_key(self) -> int:
        return int(self.made["topic"])

    @property
    def kind(self) -> str:
        return str(self.made["kind"])

    @property
    def pattern(self) -> str:
        return str(self.made.get("pattern", ""))

    @property
    def pattern_words(self) -> str:
        return self.pattern.replace("_", " ")

    @property
    def flaws(self) -> Sequence[str]:
        return list(self.made.get("flaws", ()))

    @property
    def looked_at(self) -> bool:
        return bool(self.state or self.edit)

    @property
    def known(self) -> bool:
        """Its fact is published as it stands, so nothing is added unless somebody wants it."""
        return not self.made.get("adds", True)

    @property
    def asked(self) -> bool:
        """Would publishing ask it?"""
        if self.state == REJECTED or self.held:
            return False
        return self.state == ACCEPTED or not (self.known or self.doubled)

    @property
    def stem(self) -> str:
        return str((self.edit or self.made)["stem"])

    @property
    def payload(self) -> Mapping[str, Any]:
        payload: Mapping[str, Any] = (self.edit or self.made)["payload"]
        return payload

    @property
    def rationale(self) -> str:
        return str((self.edit or self.made).get("rationale", ""))

    @property
    def line(self) -> str:
        """The stem on one line."""
        return one_line(self.stem, self.topic)

    @property
    def kind_label(self) -> str:
        return label_of(self.kind)

    @property
    def answer(self) -> str:
        return key_in_words(self.payload)


@dataclass(frozen=True, slots=True)
class Silent:
    """Why facts of a draft are not asked about. By index: key of the disagreement, or of the pair that repeats."""

    held: Mapping[int, str] = field(default_factory=dict)
    lost: Collection[int] = frozenset()
    doubled: Mapping[int, str] = field(default_factory=dict)


def rows(draft: Mapping[str, Any], run: IngestionRun, silent: Silent | None = None) -> list[Row]:
    """All proposals, topics in outline order, the best of each topic first."""
    silent = silent or Silent()
    titles = {topic["key"]: topic["title"] for topic in draft.get("topics", [])}
    order = {key: place for place, key in enumerate(titles)}
    made = sorted(
        enumerate(draft.get("proposals", [])),
        key=lambda item: (order.get(item[1]["topic"], len(order)), -item[1].get("score", 0), item[0]),
    )
    states = dict.fromkeys(run.accepted, ACCEPTED) | dict.fromkeys(run.rejected, REJECTED)
    return [
        Row(
            one,
            titles.get(one["topic"], "Without a topic"),
            states.get(one["fingerprint"], UNDECIDED),
            run.edits.get(one["fingerprint"]),
            silent.held.get(one.get("fact"), ""),
            one.get("fact") in silent.lost,
            silent.doubled.get(one.get("fact"), ""),
        )
        for _, one in made
    ]


def kinds(shown: Iterable[Row]) -> list[tuple[str, str, int]]:
    """(kind, label, how many), most first."""
    return [(kind, label_of(kind), count) for kind, count in Counter(row.kind for row in shown).most_common()]


def patterns(shown: Iterable[Row]) -> list[tuple[str, str, int]]:
    """(pattern, words, how many), most first."""
    found = Counter(row.pattern for row in shown if row.pattern)
    return [(name, name.replace("_", " "), count) for name, count in found.most_common()]


def key_in_words(payload: Mapping[str, Any]) -> str:
    """The answer, or the right options, without markup."""
    options = payload.get("options") or ()
    right = [plain(str(option.get("text", ""))) for option in options if option.get("correct")]
    return "; ".join(right) if options else plain(str(payload.get("answer", "")))


def label_of(kind: str) -> str:
    return question_types.get(kind).label if kind in question_types.kinds() else kind.replace("_", " ")


# --- writing -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """What one press changed: fingerprint → what was said of it before, and after."""

    before: dict[str, Said]
    after: dict[str, Said]

    def to_json(self) -> dict[str, Any]:
        return {"before": self.before, "after": self.after}


def decide(run: IngestionRun, wanted: Collection[str], state: str) -> Step | None:
    """Accept or reject proposals (fingerprints that the draft has). None when the run is no longer a preview."""
    return _change(run, {one: [state, ...] for one in wanted})


def edit(run: IngestionRun, one: str, words: Mapping[str, Any]) -> Step | None:
    """Ask a proposal in other words ({stem, payload, rationale}, already validated); that also accepts it."""
    return _change(run, {one: [ACCEPTED, dict(words)]})


def undo(run: IngestionRun, step: Step) -> Step | None:
    """Take a step back where nobody has said anything else since."""
    return _change(run, step.before, where=step.after)


def _change(
    run: IngestionRun, wanted: Mapping[str, Said], where: Mapping[str, Said] | None = None
) -> Step | None:
    """One update under a lock. `...` in a wanted pair leaves that part; `where`: what must stand there now."""
    with transaction.atomic():
        light = IngestionRun.objects.select_for_update(of=("self",)).defer("draft", "report")
        locked = light.get(pk=run.pk)
        if locked.state != IngestionRun.State.PREVIEW:
            return None
        said = _said(locked)
        before, after = {}, {}
        for one, pair in wanted.items():
            old = said.get(one, [UNDECIDED, None])
            new = [kept if part is ... else part for part, kept in zip(pair, old, strict=True)]
            if new != old and (where is None or old == where.get(one)):
                before[one], after[one] = old, new
        if after:
            _write(run, said | after)
    return Step(before, after)


def _said(run: IngestionRun) -> dict[str, Said]:
    said: dict[str, Said] = {one: [ACCEPTED, None] for one in run.accepted}
    said |= {one: [REJECTED, None] for one in run.rejected}
    for one, words in run.edits.items():
        said[one] = [said.get(one, [UNDECIDED])[0], words]
    return said


def _write(run: IngestionRun, said: Mapping[str, Said]) -> None:
    run.accepted = sorted(one for one, (state, _) in said.items() if state == ACCEPTED)
    run.rejected = sorted(one for one, (state, _) in said.items() if state == REJECTED)
    run.edits = {one: words for one, (_, words) in said.items() if words}
    IngestionRun.objects.filter(pk=run.pk).update(
        accepted=run.accepted, rejected=run.rejected, edits=run.edits
    )
