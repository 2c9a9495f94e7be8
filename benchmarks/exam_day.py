"""How much is remembered on exam day: `python benchmarks/exam_day.py --scenario A --seeds 5 --json OUT`.

Learners with known true memories study under a hard cap of seconds a day, once with each policy and the same luck.
Score: mean recall on exam day over all cards; a card never seen counts 0. What a policy learns about a learner, it
learns from answers. `ours` gets FSRS-6's default parameters, the exam date and the minutes. An answer that would end
beyond the day's seconds is not given, whoever chose the card; `benchmarks/simulation` says every other rule.

    ours        the exam planner of this project          ours_true   the same, given the learner's true parameters
    anki        FSRS-6 at 0.90, new cards spread evenly   anki_early  the same, all new cards in four fifths of the days
    anki_tuned  the best of some 800 configurations of Anki (FSRS-6 or SM-2: retention or modifier, new a day, order),
                found on the very runs reported here; anki_tuned_wide: of some 3,000, with the learners' true parameters
    sm2         Anki's SM-2 with its defaults             leitner     five boxes: 1, 2, 4, 8, 16 days
    greedy      the cards that raise recall on exam day most per second, looking one answer ahead

Scenarios: A 400 cards, 30 days, 15 minutes a day; B 300, 14, 20; C 800, 60, 15; D 400, 30, 8; or JSON, for example
    '{"cards": 400, "days": 30, "minutes": 15, "difficulty_sigma": 0.7, "missed_days_a_week": 2, "halved_at": 15,
      "truth": "fsrs" | "traces" | "two_process", "relearning": "included" | "recorded" | "charged" | "shown_again"}'

Intervals are 95 %, from resampling learners.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.simulation.figures import estimate, no_worse
from benchmarks.simulation.planned import OURS
from benchmarks.simulation.population import from_file, synthetic
from benchmarks.simulation.runs import BASELINES, PLANNED, Result, Study, run
from benchmarks.simulation.scenario import NAMED, Scenario, scenario_of
from benchmarks.simulation.tuning import TUNED, tuned

POLICIES = (*PLANNED, *BASELINES, *TUNED)


def main(arguments: Sequence[str] | None = None) -> None:
    args = _parser().parse_args(arguments)
    try:
        parameters = from_file(args.learners) if args.learners else synthetic(args.population, args.seed)
    except (OSError, ValueError) as error:
        raise SystemExit(f"Learners could not be read: {error}") from error
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(args.processes) as pool:
        for scenario in args.scenario or [NAMED["A"]]:
            study = Study(scenario, parameters, args.seeds, args.seed, args.plan, args.every)
            results = [_result(study, policy, pool, args) for policy in args.policies]
            show(scenario, study, results)
            rows += [row(study, result, results) for result in results]
            if args.json:
                args.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--learners", type=Path, help="JSON of FSRS-6 parameters, 21 a learner (default: synthetic)"
    )
    parser.add_argument("--population", type=_count, default=24, help="learners of the synthetic population")
    parser.add_argument(
        "--scenario", type=_scenario, action="append", help="A, B, C, D or JSON; may be repeated"
    )
    parser.add_argument("--seeds", type=_count, default=5, help="how often each learner takes the exam")
    parser.add_argument(
        "--seed", type=_count, default=1, help="the first seed; it also draws the synthetic population"
    )
    parser.add_argument(
        "--policies",
        type=_policies,
        default=["ours", "anki", "anki_tuned", "sm2", "leitner"],
        help="see above",
    )
    parser.add_argument(
        "--every", type=int, default=1, help="answers until ours is asked for its order again; 0: a list"
    )
    parser.add_argument("--plan", default=OURS, help="module:Class of the planner")
    parser.add_argument("--processes", type=_count, default=2)
    parser.add_argument("--tuned-cache", type=Path, help="JSON that remembers the best configurations found")
    parser.add_argument("--json", type=Path, help="where to write the results")
    return parser


def _scenario(text: str) -> Scenario:
    try:
        return scenario_of(text)
    except (ValueError, TypeError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _policies(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in POLICIES]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"no policy {', '.join(unknown)}; there are {', '.join(POLICIES)}")
    return names


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _result(study: Study, policy: str, pool: Executor, args: argparse.Namespace) -> Result:
    settings = tuned(study, policy, pool, args.tuned_cache) if policy in TUNED else None
    return run(study, policy, pool, settings)


def show(scenario: Scenario, study: Study, results: Sequence[Result]) -> None:
    """A table: every policy, and how far the first one is ahead of it, learner by learner."""
    print(
        f"\n{scenario.name}: {scenario.cards} cards, {scenario.days} days, {scenario.minutes:g} minutes a day, "
        f"truth {scenario.truth}, {len(study.parameters)} learners × {study.seeds} seeds"
    )
    first = results[0]
    print(
        f"{'policy':<16} {'score':>6}  {'95 % interval':<15}  {first.policy} ahead by, in points   no worse for"
    )
    for result in results:
        score = estimate(result.by_learner)
        line = f"{result.policy:<16} {score.mean:>6.3f}  {score.low:.3f} to {score.high:.3f}"
        if result is not first:
            ahead = estimate(100 * (first.by_learner - result.by_learner))
            share = no_worse(first.by_learner, result.by_learner)
            line += (
                f"   {ahead.mean:+6.2f} ({ahead.low:+.2f} to {ahead.high:+.2f})    {share:>6.1%} of learners"
            )
        print(line)
    for result in results:
        if result.settings:
            print(f"{result.policy}: {result.settings}")
        if result.timing.calls:
            mean = 1000 * result.timing.seconds / result.timing.calls
            print(
                f"{result.policy}: order {mean:.2f} ms a call, longest {1000 * result.timing.longest:.0f} ms"
            )


def row(study: Study, result: Result, results: Sequence[Result]) -> dict[str, Any]:
    """One line of the JSON."""
    score = estimate(result.by_learner)
    line: dict[str, Any] = {
        "scenario": study.scenario.name,
        "policy": result.policy,
        "score": score.mean,
        "low": score.low,
        "high": score.high,
        "learners": len(study.parameters),
        "seeds": study.seeds,
        "by_learner": [round(each, 5) for each in result.by_learner.tolist()],
    }
    if result.settings:
        line["settings"] = str(result.settings)
    return line


if __name__ == "__main__":
    started = time.perf_counter()
    main()
    print(f"\n{time.perf_counter() - started:.0f} s")
