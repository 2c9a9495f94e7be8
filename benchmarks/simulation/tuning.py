"""The best Anki configuration in hindsight: searched on the very runs it is then reported on, its advantage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import asdict, replace
from itertools import product
from math import ceil
from pathlib import Path

import numpy as np

from benchmarks.simulation.policies import Settings
from benchmarks.simulation.runs import Part, Study, spaced_scores, told
from benchmarks.simulation.scenario import Scenario

RETENTIONS = (0.70, 0.75, 0.80, 0.85, 0.88, 0.90, 0.92, 0.94, 0.95, 0.96, 0.97)
MODIFIERS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5)
PACES = (1.0, 1.25, 1.5, 2.0, 3.0)  # times cards / days
NEW_PER_DAY = (10, 20, 30, None)
ORDERS = ("new_first", "reviews_first", "mixed")
SORTS = ("due", "least_recall", "most_recall", "random")
KEPT = 6  # groups that go from the first round to the second
FINALISTS = 12  # configurations that are run with every seed

TUNED = ("anki_tuned", "anki_tuned_wide")

Group = list[Settings]  # settings that differ in retention and modifier alone: they run side by side


def tuned(study: Study, policy: str, pool: Executor, cache: Path | None = None) -> Settings:
    """The configuration with the best mean score over all learners and seeds, one for all learners.

    `anki_tuned` searches what a user would try: FSRS's desired retention or SM-2's interval modifier, new cards a
    day, and their order. `anki_tuned_wide` also the sort of due cards, each learner's true parameters, and, around
    the best of these, caps of the interval. First everything with one seed, then the finalists with all.
    """
    key = f"{policy} {_key(study)}"
    known = json.loads(cache.read_text(encoding="utf-8")) if cache and cache.exists() else {}
    if key not in known:
        known[key] = asdict(_searched(study, policy == "anki_tuned_wide", pool))
        if cache:
            cache.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return Settings(**known[key])


def _searched(study: Study, wide: bool, pool: Executor) -> Settings:
    once = replace(study, seeds=1)
    candidates = _ranked(once, list(_groups(study.scenario, wide)), pool, "first round")
    if wide:
        best = [settings for _, settings in candidates[:KEPT]]
        candidates += _ranked(once, list(_capped(best, study.scenario)), pool, "second round")
    candidates.sort(key=lambda scored: -scored[0])
    finalists = list(dict.fromkeys(settings for _, settings in candidates))[:FINALISTS]
    return _ranked(study, [[settings] for settings in finalists], pool, "finalists")[0][1]


def _ranked(study: Study, groups: list[Group], pool: Executor, what: str) -> list[tuple[float, Settings]]:
    """Every configuration with its mean score, best first."""
    ranked: list[tuple[float, Settings]] = []
    part = Part(study, range(len(study.parameters)))
    for done, (group, means) in enumerate(
        zip(groups, pool.map(_means, ((part, group) for group in groups)), strict=True)
    ):
        ranked += zip(means, group, strict=True)
        told(f"{study.scenario.name} best of Anki, {what}: {done + 1} of {len(groups)}")
    return sorted(ranked, key=lambda scored: -scored[0])


def _means(job: tuple[Part, Group]) -> list[float]:
    return [float(mean) for mean in spaced_scores(*job).mean(axis=(1, 2))]


def _groups(scenario: Scenario, wide: bool) -> Iterator[Group]:
    limits: Iterable[int | None] = dict.fromkeys([*_paces(scenario), *NEW_PER_DAY])
    personals = (False, True) if wide and scenario.truth == "fsrs" else (False,)
    for new, order, sort in product(limits, ORDERS, SORTS if wide else SORTS[:1]):
        common = Settings(new_per_day=new, order=order, sort=sort)
        for personal in personals:
            yield [replace(common, retention=retention, personal=personal) for retention in RETENTIONS]
        yield [replace(common, algorithm="sm2", modifier=modifier) for modifier in MODIFIERS]


def _paces(scenario: Scenario) -> list[int]:
    return [ceil(scenario.cards / scenario.days * pace) for pace in PACES]


def _capped(best: list[Settings], scenario: Scenario) -> Iterator[Group]:
    """Shorter longest intervals, intervals cut at the exam, and retentions in between."""
    longest = [*sorted({max(1, scenario.days // part) for part in (8, 4, 3, 2)}), 36_500]
    for settings, most, cut in product(best, longest, (False, True)):
        capped = replace(settings, longest=most, before_exam=cut)
        yield [
            replace(capped, retention=min(0.99, settings.retention + step))
            for step in (-0.02, -0.01, 0, 0.01, 0.02)
        ]


def _key(study: Study) -> str:
    """What the search depends on: the scenario where it differs from a plain one, the learners, their luck."""
    plain = Scenario(name="", cards=1, days=1, minutes=1)
    changed = {name: value for name, value in asdict(study.scenario).items() if value != getattr(plain, name)}
    told = json.dumps(
        [changed, study.seeds, study.seed, np.round(study.parameters, 9).tolist()], sort_keys=True
    )
    return f"{study.scenario.name} {hashlib.sha256(told.encode()).hexdigest()[:16]}"
