"""The grader `schedule`: the learner writes a rate, cron or at expression; it is asked when it fires.

    service: rules              or scheduler (rules)
    zone: Europe/Vienna         time zone of a Scheduler schedule (UTC)
    from: 2026-11-20T00:00:00Z  where counting begins, unless a check says otherwise
    checks:
      - next: [2026-11-20T10:00:00Z, …]       the next times, exactly
      - at: 2026-11-21T10:00:00Z              whether it fires in this minute
        fires: false
      - until: 2026-12-01T00:00:00Z           how often it fires from `from` until then
        times: 7
      - every: 300                            seconds from one time to the next
        from, label, say, hidden

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from quizzes.graders.base import Check, Grader, Problem, Spec, Trace, Verdict, Widget, grader
from quizzes.graders.schedule.cron import BadExpression
from quizzes.graders.schedule.expressions import MOST, Schedule, read_schedule
from quizzes.graders.schedule.mutating import mutants

_KINDS = ("next", "at", "until", "every")
_SHOWN = 10


@grader("schedule")
class Schedules(Grader):
    keys = frozenset({"service", "zone", "from"})

    def widget(self, spec: Spec) -> Widget:
        return Widget("textarea", language="text")

    def validate(self, spec: Spec) -> Iterator[Problem]:
        if spec.get("service", "rules") not in ("rules", "scheduler"):
            yield Problem("service", "This must be rules or scheduler.")
        if _zone(spec) is None:
            yield Problem("zone", "There is no such time zone; write one such as Europe/Vienna.")
        checks = spec.get("checks")
        if not isinstance(checks, list) or not checks:
            yield Problem("checks", "The drill has no checks: times at which the schedule fires.")
            return
        for place, check in enumerate(checks):
            if isinstance(check, Mapping):
                yield from (Problem(f"checks[{place}]", text) for text in _check_problems(check, spec))

    def grade(self, answer: str, spec: Spec) -> Verdict:
        zone = _zone(spec) or ZoneInfo("UTC")
        try:
            schedule = read_schedule(answer.strip(), spec.get("service", "rules"), zone)
        except BadExpression as error:
            return Verdict.refused(str(error))
        checks, rows = [], []
        for number, check in enumerate(spec["checks"], start=1):
            label = str(check.get("label") or f"Time {number}")
            ok, asked, got = _looked_at(schedule, check, spec)
            checks.append(Check(label, ok, str(check["say"]), bool(check.get("hidden"))))
            rows.append({"cells": [label, asked, got], "ok": ok})
        trace = {
            "kind": "table",
            "title": "When it fires",
            "columns": ["Check", "Asked", "The schedule"],
            "rows": rows,
        }
        return Verdict(tuple(checks), trace=(trace, _upcoming(schedule, spec, zone)))

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        yield from mutants(answer.strip())


def _looked_at(schedule: Schedule, check: Mapping[str, Any], spec: Spec) -> tuple[bool, str, str]:
    """(whether it holds, what was asked, what the schedule does)."""
    start = instant(check.get("from", spec.get("from"))) or datetime(2026, 1, 1, tzinfo=UTC)
    if "next" in check:
        wanted = [instant(one) for one in check["next"]]
        got = schedule.next(start, len(wanted))
        return got == wanted, _listed(wanted), _listed(got)
    if "at" in check:
        moment = instant(check["at"]) or start
        found = moment in schedule.within(moment - timedelta(minutes=1), moment)
        if schedule.every is not None:
            found = moment in schedule.within(start, moment)
        return (
            found == check["fires"],
            f"{'fires' if check['fires'] else 'does not fire'} at {_written(moment)}",
            "fires" if found else "does not fire",
        )
    if "until" in check:
        end = instant(check["until"]) or start
        count = len(schedule.within(start, end))
        return (
            count == check["times"],
            f"{check['times']} times until {_written(end)}",
            f"{count} times" + " or more" * (count >= MOST),
        )
    got = schedule.next(start, 5)
    gaps = {int((after - before).total_seconds()) for before, after in pairwise(got)}
    shown = ", ".join(f"{gap:,} s" for gap in sorted(gaps)) or "not again"
    return gaps == {check["every"]}, f"every {check['every']:,} s", shown


def _upcoming(schedule: Schedule, spec: Spec, zone: ZoneInfo) -> Trace:
    start = instant(spec.get("from")) or datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {"cells": [_written(one), one.astimezone(zone).strftime("%a %Y-%m-%d %H:%M")], "ok": None}
        for one in schedule.next(start, _SHOWN)
    ]
    title = f"The next times after {_written(start)}" if rows else "It never fires again"
    return {"kind": "table", "title": title, "columns": ["UTC", f"In {zone.key}"], "rows": rows}


def _check_problems(check: Mapping[str, Any], spec: Spec) -> Iterator[str]:
    kinds = [kind for kind in _KINDS if kind in check]
    if len(kinds) != 1:
        yield f"A check asks one thing: {', '.join(_KINDS)}."
        return
    if instant(check.get("from", spec.get("from", "2026-01-01T00:00:00Z"))) is None:
        yield "`from` must be a time with an offset, such as 2026-11-20T00:00:00Z."
    times = check["next"] if kinds == ["next"] else [check[kinds[0]]] if kinds != ["every"] else []
    if not isinstance(times, list) or not all(instant(one) is not None for one in times):
        yield "A time is written with its offset, such as 2026-11-20T10:00:00Z."
    if kinds == ["at"] and not isinstance(check.get("fires"), bool):
        yield "`fires` must be true or false."
    for kind, key in (("until", "times"), ("every", "every")):
        value = check.get(key)
        if kinds == [kind] and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            yield f"`{key}` must be a whole number."


def instant(text: Any) -> datetime | None:
    """An instant in UTC from a time with an offset; None when the text is none."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _zone(spec: Spec) -> ZoneInfo | None:
    try:
        return ZoneInfo(str(spec.get("zone", "UTC")))
    except (ValueError, OSError, LookupError):
        return None


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").replace(":00Z", "Z")


def _listed(moments: list[Any]) -> str:
    return ", ".join(_written(one) for one in moments[:_SHOWN]) or "never"
