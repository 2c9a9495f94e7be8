"""How drills do: `python -m benchmarks.drills [--notes DIR…] [--answers N] [--seeds N]`.

Reads the drills of the shipped courses (or of other notes) and prints: how many drills and distinct variants; the
self-test; the mutation score, mean and worst; how long it takes to grade a good answer, a mangled one and a hostile
one (CPU time); what reached the last resort; what was opened for writing, run or connected to meanwhile; and how much
memory all inline graders add to a web process. Worker graders have a benchmark of their own.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import string
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from content.ingest.read import read_notes
from content.ingest.reading import collect
from quizzes import graders
from quizzes.graders.engine.drill import fill, variants
from quizzes.graders.engine.mutation import mutation
from quizzes.graders.engine.selftest import good_answers, selftest

WORKER_SEEDS = 10
COURSES = Path(__file__).resolve().parent.parent / "content" / "courses"
HOSTILE = (
    "", " ", "\n" * 60_000, "[" * 60_000, "{" * 60_000, "- " * 30_000, "a: " * 20_000, "*" * 60_000, "9" * 60_000,
    "&a [*a]", "!!python/object/apply:os.system ['x']", '{"a": 1, "a": 2}', "a: &x {b: *x}", "<<: {a: 1}", "---\n---\n",
    '"' + "\\u0041" * 10_000, "NOT " * 15_000, "(" * 60_000, "ALARM(" * 10_000, "ALARM(a) AND " * 5_000, "1e999",
    "-" * 60_000, "١٢٣", "\ufeff", "\x1b[2J", "a\x00b", "\ud800", "null", "true", "[]", "{}", "[[[]]]", "NaN",
    "1,2,3,4", "0x10", '{"Statement": ' + "[" * 30, "key: " + "x" * 60_000, "0" * 60_000 + "1", "*a" * 30_000,
    "?" * 60_000, '{"source": [{"wildcard": "' + "*a" * 500 + '"}]}', "{ $.a = " + "(" * 5_000,
    "fields " + "a," * 20_000, "cron(" + "0," * 20_000 + " * * * ? *)",
)  # fmt: skip
_JUNK = [*string.printable, "null", "[]", "{}", "-1", "1e99", "\ud800", "\0", "é", "*", '"', "!!x "]


def mangle(text: str, chance: random.Random) -> str:
    """Text with a few small things changed, as a slip of the hand or a bad intent would."""
    for _ in range(chance.randint(1, 4)):
        at, end = chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)
        piece = text[min(at, end) : max(at, end)][:200]
        junk = chance.choice(_JUNK)
        text = chance.choice(
            [text[:at] + junk + text[at:], text[:at] + text[at + 1 :], text[:at] + piece + text[at:], text[:at],
             text.replace(piece, junk, 1), text[at:] + text[:at]]
        )[:5_000]  # fmt: skip
    return text


class _LastResort(logging.Handler):
    """Counts answers that only the boundary caught."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        self.seen.append(f"{record.getMessage()}: {cause!r}")


class _Deeds:
    """What this process does to the world around it, as Python tells its audit hooks."""

    FORBIDDEN = ("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.remove", "os.rename",
                 "os.mkdir", "os.rmdir", "shutil.", "socket.", "ctypes.", "exec")  # fmt: skip

    def __init__(self) -> None:
        self.watching = False
        self.seen: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, details: tuple[Any, ...]) -> None:
        if not self.watching:
            return
        if event == "open":
            mode, flags = details[1], details[2]
            writes = set("wax+") & set(mode or "") or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if writes:
                self.seen.append(f"open {details[0]}")
        elif event.startswith(self.FORBIDDEN):
            self.seen.append(event)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--notes", type=Path, nargs="+", default=sorted(COURSES.glob("*/")))
    parser.add_argument("--answers", type=int, default=100_000, help="Mangled answers.")
    parser.add_argument("--seeds", type=int, default=100, help="Variants of the self-test.")
    options = parser.parse_args(arguments)
    specs = drills_of(options.notes)
    if not specs:
        raise SystemExit("There is no drill in these notes.")
    _quality(specs, options.seeds)
    inline = [spec for spec in specs if graders.get(spec["grader"]).mode == "inline"]
    caught, log, deeds = _LastResort(), logging.getLogger("quizzes.graders"), _Deeds()
    log.addHandler(caught)
    log.propagate = False
    deeds.watching = True
    try:
        _speed(inline, options.answers)
    finally:
        deeds.watching = False
        log.removeHandler(caught)
        log.propagate = True
    print(f"caught by the last resort: {len(caught.seen)}", *sorted(set(caught.seen))[:5], sep="\n  ")
    print(f"written, run or connected to: {len(deeds.seen)}", *sorted(set(deeds.seen))[:5], sep="\n  ")
    print(f"memory added to a web process: {_memory_of(inline):.1f} MB")


def drills_of(folders: Iterable[Path]) -> list[Mapping[str, Any]]:
    """Drills in notes; what is left out is printed."""
    found: list[Mapping[str, Any]] = []
    for folder in folders:
        draft = read_notes(collect([folder]).files, graders=graders.names(), check=graders.told)
        found += [one.spec for one in draft.drills]
        for notice in draft.warnings:
            if notice.code == "drill":
                print(notice.message)
    return found


def _quality(specs: Sequence[Mapping[str, Any]], seeds: int) -> None:
    specs = [spec for spec in specs if not graders.get(spec["grader"]).missing()]
    tested = [selftest(spec, range(min(seeds, WORKER_SEEDS) if _works(spec) else seeds)) for spec in specs]
    bad, named = sum(one.bad for one in tested), sum(one.named for one in tested)
    print(f"{len(specs)} drills, {sum(variants(spec) for spec in specs):,} variants")
    print(f"self-test over {seeds} seeds: {sum(one.ok for one in tested)} of {len(specs)}")
    print(f"bad answers that name their sentence: {named / bad if bad else 1:.1%}")
    reports = {spec["id"]: mutation(spec, range(3)) for spec in specs}
    worst = min(reports, key=lambda ident: reports[ident].score)
    mean = sum(report.score for report in reports.values()) / len(reports)
    made = sum(report.made for report in reports.values())
    print(
        f"mutation score of {made} broken answers: mean {mean:.1%}, worst {reports[worst].score:.1%} ({worst})"
    )


def _works(spec: Mapping[str, Any]) -> bool:
    """Whether a process of its own grades it, which takes longer; see benchmarks.drill_workers."""
    return graders.get(spec["grader"]).mode == "worker"


def _speed(specs: Sequence[Mapping[str, Any]], answers: int) -> None:
    good = [(spec, answer) for spec in specs for answer in good_answers(fill(spec, 0))]
    _told("good answers", [_seconds(spec, seed, answer) for spec, answer in good for seed in range(5)])
    chance = random.Random(20)
    times = []
    for number in range(answers):
        spec, answer = chance.choice(good)
        times.append(_seconds(spec, number % 7, mangle(answer, chance)))
    _told("mangled answers", times)
    _told("hostile answers", [_seconds(spec, 0, answer) for spec in specs for answer in HOSTILE])


def _seconds(spec: Mapping[str, Any], seed: int, answer: str) -> tuple[float, str]:
    started = time.process_time()
    graders.grade(spec, seed, answer)
    return time.process_time() - started, str(spec["id"])


def _told(what: str, times: list[tuple[float, str]]) -> None:
    ordered = sorted(times)
    p50, p95 = (ordered[int(len(ordered) * share)][0] * 1000 for share in (0.5, 0.95))
    worst, ident = ordered[-1]
    print(f"{len(times):,} {what}: p50 {p50:.2f} ms, p95 {p95:.2f} ms, worst {worst * 1000:.1f} ms ({ident})")


IN_A_WEB_PROCESS = """
import gc, json, sys
import studyapp.wsgi
from pathlib import Path
answered = json.load(sys.stdin)
def megabytes():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1024 / 1024
before = megabytes()
from quizzes import graders
for spec, answer in answered:
    verdict = graders.grade(spec, 0, answer)
    assert not verdict.error, (spec["id"], verdict.error)
print(megabytes() - before)
"""


def _memory_of(specs: Sequence[Mapping[str, Any]]) -> float:
    """Megabytes (resident) that grading a good answer to each drill adds to a process that has loaded the site."""
    answered = [(spec, next(iter(good_answers(fill(spec, 0))))) for spec in specs]
    run = subprocess.run(
        [sys.executable, "-c", IN_A_WEB_PROCESS],
        input=json.dumps(answered), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(run.stdout.split()[-1])


if __name__ == "__main__":
    main()
