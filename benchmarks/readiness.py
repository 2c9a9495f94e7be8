"""How well readiness forecasts a pass: `python -m benchmarks.readiness [--quick] [--seed N] [--json OUT]`.

Simulated certifications and learners (`readiness_world`; not the app's model) answer what an adaptive app asks
(`readiness_app`). Difficulties, and how abilities spread, come from other learners' answers and mock exams alone. After
120 and after 250 answers each test learner sits a fresh form, drawn by blueprint, a few days later. Printed:

- item difficulty: Spearman's correlation with the truth at 36 and 75 answers a question;
- readiness: Brier score and expected calibration error (ten bins of equal width, and ten of equal mass), beside raw
  share against the pass mark, a binomial on the raw share, and the true probabilities;
- how often the 80 % interval holds the true probability to pass, and that of the score holds the score of the sitting;
- score: mean absolute error of the exam-day score forecast a week before, while study goes on (`readiness_score`).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two processes share the cores already

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import readiness_score
from benchmarks.readiness_app import App, Items
from benchmarks.readiness_world import (
    WEIGHTS,
    Floats,
    Learners,
    Truth,
    certification,
    domain_shares,
    sit,
)
from benchmarks.simulation.population import from_file, synthetic
from quizzes.calibration import forecast as form
from quizzes.calibration import population, rasch
from quizzes.calibration.ability import Bank, Population, expected_miss, posterior
from quizzes.calibration.exam import Exam
from quizzes.calibration.readiness import Inputs, forecast

EXAM = Exam(WEIGHTS, scored=50, pass_mark=720, scale_min=100, scale_max=1000)
QUESTIONS, TOPICS = 480, 40
PRACTICE = 120  # answers of each learner whom difficulties are learned from
WAIT = 3  # days from the last answer to the exam
POINTS = (120, 250)
BINS = 10
LABELS = {
    "wrong_75": "share wrong, 75 answers an item",
    "elo_75": "Elo, 75 answers an item",
    "rasch_36": "penalised Rasch, 36 answers an item",
    "rasch_75": "penalised Rasch, 75 answers an item",
}
MODELS = {
    "raw": "raw share at the pass mark",
    "binomial": "binomial on the raw share",
    "ours": "readiness",
    "true": "true probabilities known",
}


@dataclass(frozen=True, slots=True)
class Sat:
    """Columns over learners at one point: forecasts, and what came of it."""

    passed: Floats
    true: Floats
    ours: Floats
    low: Floats
    high: Floats
    raw: Floats
    binomial: Floats
    share: Floats
    expected: Floats
    share_low: Floats
    share_high: Floats


@dataclass(frozen=True, slots=True)
class World:
    """What came of one certification."""

    spearman: dict[str, float]
    population: Population
    sat: dict[int, Sat]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--learners", type=int, default=1600, help="whose readiness is forecast, over all worlds"
    )
    parser.add_argument("--worlds", type=int, default=8, help="certifications, each with items of its own")
    parser.add_argument("--quick", action="store_true", help="400 learners of two certifications")
    parser.add_argument(
        "--parameters", type=Path, help="FSRS-6 parameters of real learners, for the score (JSON)"
    )
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args(arguments)
    worlds, learners, scored, mates = (2, 400, 6, 4) if args.quick else (args.worlds, args.learners, 24, 16)
    began = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        seeds = [args.seed * 1000 + place for place in range(worlds)]
        done = list(pool.map(world, seeds, [learners // worlds] * worlds))
        true = from_file(args.parameters) if args.parameters else synthetic(scored, args.seed)
        errors = readiness_score.errors(true, args.seed, pool, mates)
    figures: dict[str, Any] = {
        "seed": args.seed,
        "difficulty": difficulty_figures(done),
        "readiness": [readiness_figures(done, point) for point in POINTS],
        "score": {
            "learners": len(errors),
            "error": float(np.abs(errors).mean()),
            "bias": float(errors.mean()),
        },
        "seconds": round(time.perf_counter() - began, 1),
    }
    show(figures)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n")


def world(seed: int, learners: int) -> World:
    rng = np.random.default_rng(seed)
    truth = certification(rng, QUESTIONS, TOPICS)
    items = Items(QUESTIONS)
    others = App(rng, truth, Learners(rng, truth, 75 * QUESTIONS // PRACTICE), items)
    others.run(PRACTICE)
    spearman = {
        "elo_75": correlation(items.values(), truth.difficulty),
        "wrong_75": correlation(shares_wrong(others), truth.difficulty),
    }
    few = calibrate(truth, others, 36 * QUESTIONS // PRACTICE)
    spearman["rasch_36"] = correlation(few.difficulty, truth.difficulty)
    fitted = calibrate(truth, others, others.learners.count)
    spearman["rasch_75"] = correlation(fitted.difficulty, truth.difficulty)
    bank = Bank(
        fitted.difficulty, fitted.error, truth.chance, truth.topic, truth.topic_domain, fitted.provisional
    )
    people = learn(rng, truth, others, bank)
    tested = App(rng, truth, Learners(rng, truth, learners), items)
    sat = {}
    for point in POINTS:
        tested.run(point)
        sat[point] = sittings(rng, truth, tested, bank, people, point)
    return World(spearman, people, sat)


def calibrate(truth: Truth, app: App, learners: int) -> rasch.Calibration:
    """The nightly fit to the first answers of the first `learners` to each question."""
    question = np.stack(app.asked)[:, :learners]
    first = np.stack(app.recall)[:, :learners] == 0.0
    who = np.broadcast_to(np.arange(learners), question.shape)[first]
    right = np.stack(app.correct)[:, :learners][first]
    answers = rasch.Answers(who, question[first], right, truth.chance[question[first]])
    return rasch.fit(answers, rasch.Items.unjudged(truth.topic_domain[truth.topic]))


def learn(rng: np.random.Generator, truth: Truth, app: App, bank: Bank) -> Population:
    """How abilities spread among the others; what memory is worth, from a mock exam that each of them sat."""
    count = app.learners.count
    evidence = [app.evidence(learner, PRACTICE) for learner in range(count)]
    people = population.learn(evidence[:200], bank)
    day = app.today() + WAIT
    asked, right = sit(rng, truth, app.learners.exam_shares(day), EXAM.questions())
    recall = app.memory(day)
    who, missed, studied, known, correct = [], [], [], [], []
    for learner in range(count):
        linked = truth.exam_fact[asked[learner]] >= 0
        fact = truth.exam_fact[asked[learner]][linked]
        able = posterior(evidence[learner], bank, len(WEIGHTS), people)
        who.append(np.full(len(fact), learner))
        missed.append(expected_miss(able, bank, fact))
        studied.append(fact)
        known.append(recall[learner, fact])
        correct.append(right[learner, linked])
    fact = np.concatenate(studied)
    fresh = population.Fresh(
        np.concatenate(who),
        np.concatenate(missed),
        bank.luck[fact],
        np.concatenate(known),
        np.concatenate(correct),
    )
    return population.equate(fresh, people)


def sittings(
    rng: np.random.Generator, truth: Truth, app: App, bank: Bank, people: Population, point: int
) -> Sat:
    day = app.today() + WAIT
    shares = app.learners.exam_shares(day)
    _, right = sit(rng, truth, shares, EXAM.questions())
    by_domain = domain_shares(truth, shares)
    true = form.passing(form.scores(by_domain, EXAM.questions()), EXAM.needed)
    recall = app.memory(day)
    made = [
        forecast(Inputs(EXAM, bank, app.evidence(who, point), recall[who], WAIT, people))
        for who in range(app.learners.count)
    ]
    answered = np.stack(app.correct)[:point].mean(axis=0)
    smooth = (answered * point + 1.0) / (point + 2.0)
    score = right.sum(axis=1)
    return Sat(
        passed=(score >= EXAM.needed).astype(float),
        true=true,
        ours=np.array([each.probability for each in made]),
        low=np.array([each.low for each in made]),
        high=np.array([each.high for each in made]),
        raw=(answered >= EXAM.cut_share).astype(float),
        binomial=np.array([binomial(each) for each in smooth]),
        share=score / EXAM.length,
        expected=np.array([each.share for each in made]),
        share_low=np.array([each.share_low for each in made]),
        share_high=np.array([each.share_high for each in made]),
    )


def binomial(share: float) -> float:
    count = EXAM.length
    return float(
        sum(comb(count, k) * share**k * (1.0 - share) ** (count - k) for k in range(EXAM.needed, count + 1))
    )


def shares_wrong(app: App) -> Floats:
    question, right = np.stack(app.asked).ravel(), np.stack(app.correct).ravel()
    asked = np.bincount(question, minlength=QUESTIONS)
    return 1.0 - np.bincount(question, right, QUESTIONS) / np.maximum(asked, 1)


def correlation(one: Floats, other: Floats) -> float:
    """Spearman's, without ties."""
    ranks = [np.argsort(np.argsort(each)).astype(np.float64) for each in (one, other)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def brier(said: Floats, passed: Floats) -> float:
    return float(np.mean((said - passed) ** 2))


def calibration_error(said: Floats, passed: Floats, equal_mass: bool = False) -> float:
    """Distance of forecast and frequency, over ten bins, weighted by count."""
    if equal_mass:
        place = np.argsort(np.argsort(said, kind="stable"), kind="stable") * BINS // len(said)
    else:
        place = np.minimum((said * BINS).astype(int), BINS - 1)
    count = np.bincount(place, minlength=BINS)
    gap = np.abs(np.bincount(place, said - passed, BINS))
    return float(gap.sum() / count.sum())


def difficulty_figures(worlds: Sequence[World]) -> dict[str, float]:
    return {name: float(np.mean([each.spearman[name] for each in worlds])) for name in worlds[0].spearman}


def readiness_figures(worlds: Sequence[World], point: int) -> dict[str, Any]:
    def column(name: str) -> Floats:
        return np.concatenate([getattr(each.sat[point], name) for each in worlds])

    passed = column("passed")
    models = {}
    for name in ("raw", "binomial", "ours", "true"):
        said = column(name)
        models[name] = {
            "brier": brier(said, passed),
            "ece": calibration_error(said, passed),
            "ece_equal_mass": calibration_error(said, passed, equal_mass=True),
        }
    true, share = column("true"), column("share")
    return {
        "answers": point,
        "learners": len(passed),
        "passed": float(passed.mean()),
        "models": models,
        "holds_true_probability": float(np.mean((column("low") <= true) & (true <= column("high")))),
        "holds_score": float(np.mean((column("share_low") <= share) & (share <= column("share_high")))),
        "score_bias": float(np.mean(column("expected") - share)),
        "score_error": float(np.mean(np.abs(column("expected") - share))),
    }


def show(figures: dict[str, Any]) -> None:
    print("Item difficulty under adaptive routing, Spearman with the truth")
    for name, label in LABELS.items():
        print(f"  {label:<44} {figures['difficulty'][name]:.3f}")
    for each in figures["readiness"]:
        print(
            f"\nPass on a fresh form after {each['answers']} answers, "
            f"{each['learners']} learners, {each['passed']:.0%} passed"
        )
        print(f"  {'':<26} {'Brier':>7} {'ECE':>7} {'ECE, equal mass':>16}")
        for name, label in MODELS.items():
            row = each["models"][name]
            print(f"  {label:<26} {row['brier']:7.3f} {row['ece']:7.3f} {row['ece_equal_mass']:16.3f}")
        print(f"  80 % interval holds the true probability  {each['holds_true_probability']:.1%}")
        print(f"  80 % interval of the score holds it       {each['holds_score']:.1%}")
        print(f"  expected share right, mean error {100 * each['score_bias']:+.1f} points")
    score = figures["score"]
    print(f"\nScore of the exam day, forecast a week before, {score['learners']} learners")
    print(f"  mean absolute error {score['error']:.2f} points (mean error {score['bias']:+.2f})")
    print(f"\n{figures['seconds']} s")


if __name__ == "__main__":
    main()
