"""One policy on every learner and seed of a scenario, spread over processes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np

from benchmarks.simulation import draws, fsrs
from benchmarks.simulation.fsrs import Array
from benchmarks.simulation.greedy import Greedy
from benchmarks.simulation.memories import FsrsMemories, Memories
from benchmarks.simulation.planned import OURS, Timing, planner, through
from benchmarks.simulation.policies import Policy, Settings, Spaced
from benchmarks.simulation.scenario import Scenario
from benchmarks.simulation.traces import TraceMemories
from benchmarks.simulation.two_process import TwoProcessMemories
from benchmarks.simulation.world import World

PLANNED = ("ours", "ours_true")
BASELINES = ("anki", "anki_early", "sm2", "leitner", "greedy")
_FIRST, _LASTING = 20, 22  # streams of luck: how a card differs from others


@dataclass(frozen=True, slots=True)
class Study:
    """What is measured: learners (their true parameters, (learners, 21)), and how often each takes the exam."""

    scenario: Scenario
    parameters: Array
    seeds: int
    seed: int = 1
    plan: str = OURS
    every: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the learners of a study with every seed, as runs side by side; all of them `copies` times over."""

    study: Study
    learners: Sequence[int]
    copies: int = 1

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(learner, seed) of each run."""
        seeds = range(self.study.seed, self.study.seed + self.study.seeds)
        return [(learner, seed) for learner in self.learners for seed in seeds] * self.copies

    def runs(self) -> Iterator[Part]:
        """Each run as a part of its own."""
        for learner, seed in self.pairs:
            yield Part(replace(self.study, seed=seed, seeds=1), (learner,))

    def true_parameters(self) -> Array:
        return self.study.parameters[[learner for learner, _ in self.pairs]]

    def world(self) -> World:
        """The same learners with the same luck, whatever the policy."""
        scenario = self.study.scenario
        seeds = np.array([seed * 1_000_003 + learner for learner, seed in self.pairs], dtype=np.uint64)
        seconds = np.stack([scenario.seconds(int(seed)) for seed in seeds])
        return World(self._memories(seeds), scenario.cards, seeds, seconds, scenario.relearning)

    def _memories(self, seeds: draws.Seeds) -> Memories:
        scenario = self.study.scenario
        cards = np.arange(scenario.cards)[None, :]
        first = np.exp(scenario.difficulty_sigma * draws.normal(seeds[:, None], cards, _FIRST))
        lasting = np.exp(scenario.lasting_sigma * draws.normal(seeds[:, None], cards, _LASTING))
        learners = np.array([learner for learner, _ in self.pairs])
        if scenario.truth == "traces":
            return TraceMemories(learners, seeds, first * lasting)
        if scenario.truth == "two_process":
            return TwoProcessMemories(learners, seeds, first * lasting)
        return FsrsMemories(fsrs.parameters_of(self.true_parameters()), first, lasting)


@dataclass(slots=True)
class Result:
    """Scores (learners, seeds) of one policy, and how long planning took, if it plans."""

    policy: str
    scores: Array
    timing: Timing = field(default_factory=Timing)
    settings: Settings | None = None

    @property
    def by_learner(self) -> Array:
        return np.asarray(self.scores.mean(axis=1))


def settings_of(policy: str, scenario: Scenario) -> Settings:
    """Anki and Leitner as advised: so many new cards a day that all are seen by the end (`anki`), or, leaving the last
    fifth of the days to reviews, sooner (`anki_early`, `sm2`, `leitner`); reviews first."""
    days = scenario.days if policy == "anki" else max(1, scenario.days * 4 // 5)
    algorithm = {"sm2": "sm2", "leitner": "leitner"}.get(policy, "fsrs")
    return Settings(algorithm=algorithm, new_per_day=ceil(scenario.cards / days))


def spaced_scores(part: Part, settings: Sequence[Settings]) -> Array:
    """(settings, learners, seeds): settings that differ in retention and modifier alone, all run side by side."""
    part = replace(part, copies=len(settings))
    runs = len(part.pairs) // len(settings)
    known = part.true_parameters() if settings[0].personal else np.tile(fsrs.DEFAULTS, (len(part.pairs), 1))
    each_run = [each for each in settings for _ in range(runs)]
    policy = Spaced(each_run, fsrs.parameters_of(known), part.study.scenario)
    return _exam(policy, part).reshape(len(settings), len(part.learners), part.study.seeds)


def greedy_scores(part: Part) -> Array:
    """(learners, seeds)"""
    return _exam(Greedy(len(part.pairs), part.study.scenario), part).reshape(
        len(part.learners), part.study.seeds
    )


def planned_scores(part: Part, true_parameters: bool) -> tuple[Array, Timing]:
    """(learners, seeds) of our planner, which begins with the default parameters, or with the true ones."""
    study, scenario, timing = part.study, part.study.scenario, Timing()
    reached = []
    for run in part.runs():
        known = run.true_parameters()[0] if true_parameters else np.array(fsrs.DEFAULTS)
        plan = planner(study.plan)(
            known.tolist(), list(range(scenario.cards)), scenario.days, scenario.seconds_per_day
        )
        world = run.world()
        timing.add(through(plan, world, scenario, study.every))
        reached.append(world.score(scenario.days)[0])
    return np.array(reached).reshape(len(part.learners), study.seeds), timing


def _exam(policy: Policy, part: Part) -> Array:
    world, days = part.world(), part.study.scenario.days
    for day in range(days):
        world.begin(day)
        for answers in world.ask(policy.queue(day), day):
            policy.observe(answers, day)
    return world.score(days)


def _one(job: tuple[Part, str, Settings | None]) -> tuple[Array, Timing]:
    part, policy, settings = job
    if policy in PLANNED:
        return planned_scores(part, true_parameters=policy == "ours_true")
    if policy == "greedy":
        return greedy_scores(part), Timing()
    return spaced_scores(part, [settings or settings_of(policy, part.study.scenario)])[0], Timing()


def run(study: Study, policy: str, pool: Executor, settings: Settings | None = None) -> Result:
    """The policy on all learners: planned ones one by one, the others in two halves."""
    learners = range(len(study.parameters))
    size = 1 if policy in PLANNED else ceil(len(learners) / 2)
    jobs = [(Part(study, learners[at : at + size]), policy, settings) for at in range(0, len(learners), size)]
    result = Result(policy, np.zeros((0, study.seeds)), settings=settings)
    for done, (scores, timing) in enumerate(pool.map(_one, jobs), start=1):
        result.scores = np.concatenate([result.scores, scores])
        result.timing.add(timing)
        told(f"{study.scenario.name} {policy}: {done} of {len(jobs)}, mean {result.scores.mean():.4f}")
    return result


def told(text: str) -> None:
    """Progress, on standard error: one line that is written over on a terminal, nothing in a file."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
