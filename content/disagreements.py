"""Published statements that disagree: the only writer of `Conflict`, and of a fact's being disputed or overruled.

    conflicts found at staging → rows → facts disputed (nobody has decided) or overruled (the other one holds)

Works inside the caller's transaction. It tells which facts were silenced and which may be asked again; the question
bank holds and releases their questions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from content.decisions import BOTH
from content.models import Certification, Conflict, Fact
from content.writers.rows import change, create, delete, write

Chosen = Conflict.Chosen


@dataclass(frozen=True, slots=True)
class Found:
    """One disagreement between two published facts (ids), as staging found it. `key`: of `conflicts.Conflict`."""

    key: str
    a: int
    b: int
    kind: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """Fact ids. `held`: not to be asked any more; `released`: to be asked again."""

    held: frozenset[int] = frozenset()
    released: frozenset[int] = frozenset()


def bring_up_to_date(
    certification: Certification,
    found: Iterable[Found],
    read_again: Collection[int],
    chosen: Mapping[str, str],
) -> Silenced:
    """Rows as the latest reading found them. `read_again`: source ids of that upload; what it no longer finds is over.

    `chosen`: key → fingerprint of the statement that holds, or `both` (see `content.decisions`).
    """
    wanted = {one.key: one for one in found}
    there = {row.key: row for row in _rows(certification)}
    of_upload = Q(a__source__in=read_again) | Q(b__source__in=read_again)
    stale = set(Conflict.objects.filter(of_upload, certification=certification).values_list("key", flat=True))
    retired = Q(a__state=Fact.State.RETIRED) | Q(b__state=Fact.State.RETIRED)
    stale |= set(Conflict.objects.filter(retired, certification=certification).values_list("key", flat=True))
    words = _words(wanted.values())
    new, changed = [], []
    for key, one in wanted.items():
        row = there.get(key)
        if row is not None and (row.a_id, row.b_id) == (one.b, one.a):
            one = replace(one, a=one.b, b=one.a)  # which of them comes first hangs on what is uploaded
        columns = {"a_id": one.a, "b_id": one.b, "kind": one.kind, "chosen": _chosen(one, chosen, words)}
        if row is None:
            new.append(Conflict(certification=certification, key=key, **columns))
        elif change(row, **columns):
            changed.append(row)
    write(Conflict, changed, ["a", "b", "kind", "chosen"])
    create(Conflict, new)
    delete(Conflict, [row.pk for key, row in there.items() if key in stale and key not in wanted])
    return silence(certification)


def settle(conflict: Conflict, chosen: str) -> Silenced:
    """Write what somebody chose: a, b, both, or nothing when the choice is taken back."""
    if change(conflict, chosen=chosen):
        write(Conflict, [conflict], ["chosen"])
    return silence(conflict.certification)


def choose_again(certification: Certification, chosen: Mapping[str, str]) -> None:
    """Rows that came back say what is decided now, not what was decided when they went."""
    rows = Conflict.objects.filter(certification=certification).select_related("a", "b")
    changed = [row for row in rows if change(row, chosen=chosen_side(row, chosen.get(row.key, "")))]
    write(Conflict, changed, ["chosen"])


def silence(certification: Certification) -> Silenced:
    """Facts as the conflicts leave them: disputed, overruled, or free to be asked about."""
    state: dict[int, str] = {}
    for row in _rows(certification):
        for pk, wins in ((row.a_id, Chosen.A), (row.b_id, Chosen.B)):
            if row.chosen == Chosen.OPEN:
                state[pk] = Fact.State.DISPUTED
            elif row.chosen not in (wins, Chosen.BOTH):
                state.setdefault(pk, Fact.State.OVERRULED)
    state = _said_elsewhere(state) | state
    quiet = Fact.objects.filter(topic__certification=certification)
    quiet = quiet.filter(Q(state__in=(Fact.State.DISPUTED, Fact.State.OVERRULED)) | Q(pk__in=list(state)))
    facts = list(quiet.exclude(state=Fact.State.RETIRED))
    was_silent = {fact.pk for fact in facts if fact.state != Fact.State.LIVE}
    changed = [fact for fact in facts if change(fact, state=state.get(fact.pk, Fact.State.LIVE))]
    write(Fact, changed, ["state"])
    silent = {fact.pk for fact in facts if fact.state != Fact.State.LIVE}
    return Silenced(frozenset(silent), frozenset(was_silent - silent))


def _said_elsewhere(state: Mapping[int, str]) -> dict[int, str]:
    """The same words in the same topic, from a third source, share the state of those that were found."""
    found = Fact.objects.filter(pk__in=list(state)).values_list("topic_id", "fingerprint", "pk")
    words = {(topic, words): state[pk] for topic, words, pk in found}
    same = Fact.objects.filter(
        topic__in={topic for topic, _ in words}, fingerprint__in={text for _, text in words}
    )
    rows = same.exclude(state=Fact.State.RETIRED).values_list("pk", "topic_id", "fingerprint")
    return {pk: words[topic, text] for pk, topic, text in rows if (topic, text) in words}


def chosen_side(conflict: Conflict, choice: str) -> str:
    """A decision's choice (a statement's fingerprint, or both) as this row's: a, b, both, or open."""
    sides = {BOTH: Chosen.BOTH, conflict.a.fingerprint: Chosen.A, conflict.b.fingerprint: Chosen.B}
    return sides.get(choice, Chosen.OPEN)


def _rows(certification: Certification) -> list[Conflict]:
    return list(Conflict.objects.filter(certification=certification).order_by("pk"))


def _words(found: Iterable[Found]) -> dict[int, str]:
    pks = {pk for one in found for pk in (one.a, one.b)}
    return dict(Fact.objects.filter(pk__in=pks).values_list("pk", "fingerprint"))


def _chosen(one: Found, chosen: Mapping[str, str], words: Mapping[int, str]) -> str:
    choice = chosen.get(one.key, "")
    if choice == BOTH:
        return Chosen.BOTH
    sides = {words.get(one.a): Chosen.A, words.get(one.b): Chosen.B}
    return sides.get(choice, Chosen.OPEN) if choice else Chosen.OPEN
