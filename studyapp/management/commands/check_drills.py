"""Prove the drills: `manage.py check_drills --seeds 100 --mutations`. Exit 1 when one fails; the last line sums up."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from quizzes import graders
from quizzes.graders.engine.drill import variants
from quizzes.graders.engine.mutation import BAR_MEAN, BAR_WORST, MutationReport, mutation
from quizzes.graders.engine.selftest import SelfTest, selftest
from studyapp import drill_sets

MUTATED_SEEDS = range(3)
WORKERS_AT_ONCE = 2  # as many answers as their host grades at once

_Proof = tuple[drill_sets.PlacedDrill, SelfTest, MutationReport | None]


@dataclass
class _Sums:
    """What the last line says."""

    drills: int = 0
    passed: int = 0
    variants: int = 0
    bad: int = 0
    named: int = 0
    problems: int = 0
    skipped: int = 0
    scores: dict[str, float] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        return sum(self.scores.values()) / len(self.scores) if self.scores else 1.0

    @property
    def worst(self) -> tuple[float, str]:
        return min((score, ident) for ident, score in self.scores.items()) if self.scores else (1.0, "")

    @property
    def ok(self) -> bool:
        fine = self.passed == self.drills and not self.problems
        return fine and self.mean >= BAR_MEAN and self.worst[0] >= BAR_WORST


class Command(BaseCommand):
    requires_system_checks = ()
    help = (
        "Self-test every drill over many seeds, and break its good answers to see whether its checks notice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", help="Only these drills.")
        parser.add_argument("--seeds", type=int, default=100, help="Variants that are tried of each drill.")
        parser.add_argument(
            "--worker-seeds",
            type=int,
            help="The same for drills that a process of their own grades, which takes longer.",
        )
        parser.add_argument("--mutations", action="store_true", help="Also measure the mutation score.")
        parser.add_argument(
            "--notes", type=Path, nargs="+", help="Folders or files of notes to look in instead."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        notes = options["notes"]
        found = drill_sets.in_notes(notes) if notes else drill_sets.shipped()
        sums = _Sums(problems=len(found.problems))
        for problem in found.problems:
            self.stdout.write(problem)
        wanted = [one for one in found.drills if not options["ids"] or one.ident in options["ids"]]
        for ident in sorted(set(options["ids"]) - {one.ident for one in wanted}):
            self.stdout.write(f"There is no drill “{ident}”.")
            sums.problems += 1
        if not wanted and not sums.problems:
            self.stdout.write("There is no drill here.")
            sums.problems += 1
        wanted = list(self._gradable(wanted, sums))
        few = options["seeds"] if options["worker_seeds"] is None else options["worker_seeds"]
        for proof in _proofs(wanted, options["seeds"], few, options["mutations"]):
            self._tell(proof, sums)
        self.stdout.write(_summary(sums, options["seeds"], few, options["mutations"]))
        if not sums.ok:
            sys.exit(1)

    def _gradable(
        self, drills: list[drill_sets.PlacedDrill], sums: _Sums
    ) -> Iterator[drill_sets.PlacedDrill]:
        """Those whose grader is installed; the others are told."""
        for drill in drills:
            why = graders.get(str(drill.spec["grader"])).missing()
            if why:
                sums.skipped += 1
                self.stdout.write(f"{drill.ident} was skipped: {why}")
            else:
                yield drill

    def _tell(self, proof: _Proof, sums: _Sums) -> None:
        drill, tested, report = proof
        sums.drills += 1
        sums.passed += tested.ok
        sums.bad += tested.bad
        sums.named += tested.named
        for failure in tested.failures:
            self.stdout.write(f"{drill.path}, line {drill.line}, {drill.ident}: {failure}")
        if not tested.ok:
            return
        sums.variants += variants(drill.spec)
        if report is not None:
            self._tell_broken(drill, report, sums)

    def _tell_broken(self, drill: drill_sets.PlacedDrill, report: MutationReport, sums: _Sums) -> None:
        if not report.made:
            self.stdout.write(
                f"{drill.ident}: its good answers cannot be broken, so nothing is known of its checks."
            )
            sums.problems += 1
            return
        sums.scores[drill.ident] = report.score
        if report.score < BAR_WORST:
            self.stdout.write(
                f"{drill.path}, line {drill.line}, {drill.ident}: mutation score {report.score:.0%}"
            )
        for survivor in dict.fromkeys(report.survivors):
            self.stdout.write(f"{drill.ident}: this broken answer passes: {' '.join(survivor.split())[:300]}")


def _proofs(drills: list[drill_sets.PlacedDrill], seeds: int, few: int, mutations: bool) -> Iterator[_Proof]:
    """Proofs in the order of `drills`; those that wait for the host of workers are made two at a time.

    Where fewer variants of these are wanted, one of them is broken, else three as of all others.
    """
    mutated = MUTATED_SEEDS if mutations else ()
    with ThreadPoolExecutor(WORKERS_AT_ONCE) as pool:
        begun = {
            drill.ident: pool.submit(_proved, drill, few, mutated if few >= seeds else mutated[:1])
            for drill in drills
            if graders.get(str(drill.spec["grader"])).mode == "worker"
        }
        for drill in drills:
            yield begun[drill.ident].result() if drill.ident in begun else _proved(drill, seeds, mutated)


def _proved(drill: drill_sets.PlacedDrill, seeds: int, mutations: Sequence[int]) -> _Proof:
    tested = selftest(drill.spec, range(seeds))
    return drill, tested, mutation(drill.spec, mutations) if mutations and tested.ok else None


def _summary(sums: _Sums, seeds: int, few: int, mutations: bool) -> str:
    tried = f"{seeds} seeds" if few == seeds else f"{seeds} seeds ({few} where workers grade)"
    said = [
        f"{sums.drills} drills, {sums.variants:,} variants",
        f"self-test over {tried} {sums.passed} of {sums.drills}",
        f"{sums.named / sums.bad if sums.bad else 1:.0%} of bad answers name their sentence",
    ]
    if mutations:
        worst, ident = sums.worst
        said.append(f"mutation score {sums.mean:.1%}, worst {worst:.1%}{f' ({ident})' if ident else ''}")
    if sums.skipped:
        said.append(f"{sums.skipped} skipped, because an extra is not installed")
    if sums.problems:
        said.append(f"{sums.problems} could not be read or found")
    return f"{'; '.join(said)}: {'passed' if sums.ok else 'failed'}"
