"""What people decided about the notes: written here, read by staging and publishing.

A decision is found again by words: of a line, of a heading trail, of two statements. One thing has one decision; a
later one takes the place of an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from content.ingest.choices import Choices, LineChoice, LineChoiceKind, key_of
from content.ingest.identity import fingerprint
from content.ingest.topics.joining import Identity
from content.models import Certification, Decision, IngestionRun

Subject = Decision.Subject

# Decisions that change what is read; a preview that is older does not show them yet.
OF_READING = (Subject.LINE, Subject.TITLE, Subject.MISREAD)
_LINE_SUBJECT = {
    LineChoiceKind.KEEP: Subject.LINE,
    LineChoiceKind.LEAVE_OUT: Subject.LINE,
    LineChoiceKind.TITLE: Subject.TITLE,
    LineChoiceKind.TEXT: Subject.TITLE,
    LineChoiceKind.FIX: Subject.MISREAD,
    LineChoiceKind.RIGHT: Subject.MISREAD,
}
APART, TOGETHER = "apart", "together"
SAME, DIFFERENT = "same", "different"
BOTH = "both"


def decide_line(
    certification: Certification,
    path: str,
    line: str,
    kind: LineChoiceKind,
    by: User,
    at: datetime,
    found: str = "",
    fix: str = "",
) -> Decision:
    """Say how a line is to be read. `line`: its text as it stands in the source."""
    subject = _LINE_SUBJECT[kind]
    words = key_of(line)
    data = {"path": path, "line": words, "text": line.strip()[:300], "found": found, "fix": fix}
    key = _line_key(subject, data)
    return _decide(certification, subject, key, str(kind), data, by, at)


def decide_topics(
    certification: Certification,
    pairs: Sequence[tuple[Identity, Identity]],
    choice: str,
    titles: tuple[str, str],
    by: User,
    at: datetime,
) -> list[Decision]:
    """Say that two topics are one, or two. `pairs`: every place of the one with every place of the other."""
    return [
        _decide(
            certification,
            Subject.TOPICS,
            topics_key(one, other),
            choice,
            {"a": _plain(one), "b": _plain(other), "titles": list(titles)},
            by,
            at,
        )
        for one, other in pairs
    ]


def decide_fact(
    certification: Certification,
    uid: str,
    words: str,
    choice: str,
    data: dict[str, Any],
    by: User,
    at: datetime,
) -> Decision:
    """Say whether a published fact (its uid) is the statement with the fingerprint `words`: same or different."""
    return _decide(
        certification,
        Subject.FACT,
        fact_key(uid, words),
        choice,
        {**data, "uid": uid, "words": words},
        by,
        at,
    )


def decide_pair(
    certification: Certification,
    subject: Decision.Subject,
    key: str,
    choice: str,
    data: dict[str, Any],
    by: User,
    at: datetime,
) -> Decision:
    """Say which of two statements holds (fingerprint of that statement, or both), or whether two say the same."""
    return _decide(certification, subject, key, choice, data, by, at)


def withdraw(certification: Certification, subject: str, key: str, by: User, at: datetime) -> bool:
    """Take a decision back; the rules decide again. False when there was none."""
    taken = Decision.objects.filter(certification=certification, subject=subject, key=key).exclude(choice="")
    return bool(taken.update(choice="", decided_by=by, decided_at=at))


def line_choices(certification: Certification) -> Choices:
    """How single lines are to be read."""
    rows = _of(certification, *OF_READING).values_list("choice", "data")
    return Choices.of(
        LineChoice(data["path"], data["line"], choice, data.get("found", ""), data.get("fix", ""))
        for choice, data in rows
    )


def topic_pairs(
    certification: Certification, renamed: Mapping[str, str] | None = None
) -> tuple[list[tuple[Identity, Identity]], list[tuple[Identity, Identity]]]:
    """(pairs told apart, pairs told to be one), as `joining.join` takes them.

    `renamed`: old path → new path of files that go by another name in an upload; both names count then.
    """
    now = renamed or {}
    found: dict[str, list[tuple[Identity, Identity]]] = {APART: [], TOGETHER: []}
    for choice, data in _of(certification, Subject.TOPICS).order_by("pk").values_list("choice", "data"):
        one, other = _identity(data["a"]), _identity(data["b"])
        later = [(now.get(path, path), trail) for path, trail in (one, other)]
        found[choice] += dict.fromkeys([(one, other), (later[0], later[1])])
    return found[APART], found[TOGETHER]


def fact_pairs(certification: Certification) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(pairs told to be the same, pairs told to be different): uid of a published fact, fingerprint of a statement."""
    found: dict[str, set[tuple[str, str]]] = {SAME: set(), DIFFERENT: set()}
    for choice, data in _of(certification, Subject.FACT).values_list("choice", "data"):
        found[choice].add((data["uid"], data["words"]))
    return found[SAME], found[DIFFERENT]


def chosen(certification: Certification, subject: Decision.Subject) -> dict[str, str]:
    """Key → choice."""
    return dict(_of(certification, subject).values_list("key", "choice"))


def waiting(run: IngestionRun) -> int:
    """How many decisions about lines of its files this preview does not follow yet."""
    if run.staged_at is None or run.state != IngestionRun.State.PREVIEW:
        return 0
    later = Decision.objects.filter(certification=run.certification_id, subject__in=OF_READING)
    return later.filter(decided_at__gt=run.staged_at, data__path__in=paths_of(run)).count()


def paths_of(run: IngestionRun) -> list[str]:
    """The files that a run has read."""
    return [source["path"] for source in (run.report or {}).get("sources", [])]


def follow_renames(certification: Certification, renamed: Mapping[str, str]) -> int:
    """Files go by new names (old → new): what was decided about them goes along. Returns how many decisions."""
    changed = []
    for row in Decision.objects.filter(
        certification=certification, subject__in=(*OF_READING, Subject.TOPICS)
    ):
        if row.subject == Subject.TOPICS:
            sides = [_identity(row.data[side]) for side in "ab"]
            moved = [(renamed.get(path, path), trail) for path, trail in sides]
            data = {**row.data, "a": _plain(moved[0]), "b": _plain(moved[1])}
            key = topics_key(moved[0], moved[1])
        else:
            path = row.data["path"]
            data = {**row.data, "path": renamed.get(path, path)}
            key = _line_key(row.subject, data)
        if key != row.key:
            row.key, row.data = key, data
            changed.append(row)
    taken = {row.key for row in changed}
    double = Decision.objects.filter(certification=certification, key__in=taken)
    double.exclude(pk__in=[row.pk for row in changed]).delete()
    Decision.objects.bulk_update(changed, ["key", "data"], batch_size=200)
    return len(changed)


def _line_key(subject: str, data: Mapping[str, str]) -> str:
    return fingerprint(data["path"], data["line"], data["found"] if subject == Subject.MISREAD else "")


def fact_key(uid: str, words: str) -> str:
    return fingerprint(uid, words)


def topics_key(one: Identity, other: Identity) -> str:
    """The same for both orders of the pair."""
    return fingerprint(*sorted("\n".join((source, *trail)) for source, trail in (one, other)))


def _decide(
    certification: Certification,
    subject: str,
    key: str,
    choice: str,
    data: dict[str, Any],
    by: User,
    at: datetime,
) -> Decision:
    values = {"choice": choice, "data": data, "decided_by": by, "decided_at": at}
    return Decision.objects.update_or_create(
        certification=certification, subject=subject, key=key, defaults=values
    )[0]


def _of(certification: Certification, *subjects: Decision.Subject) -> QuerySet[Decision]:
    # One that was taken back stays as a row without a choice: previews must see that something changed.
    stands = Decision.objects.filter(certification=certification, subject__in=subjects)
    return stands.exclude(choice="")


def _plain(identity: Identity) -> list[Any]:
    return [identity[0], list(identity[1])]


def _identity(data: Iterable[Any]) -> Identity:
    source, trail = data
    return source, tuple(trail)
