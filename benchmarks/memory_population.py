"""What a refit gains, by how much a learner has answered: `python benchmarks/memory_population.py --learners FILE`.

Simulated learners: their memory is FSRS-6 with the parameters of FILE (JSON of lists of 21 numbers), or, without it,
with parameters scattered around the defaults; some cards are harder and some easier than the model knows (σ 0.5 in
log-odds); they answer more or less when cards are due. After so many evaluable answers each is fitted, and the next
500 answers are foretold. Mean log loss over learners: `truth` by the parameters that made the answers (not those of
the cards), `default` by the published ones, `class` by the prior of all other learners, `fit` by the library's fit as
it is, `refit` and `class_refit` as the product fits, from the defaults and from the class; in brackets how many of the
learners gain by it over the defaults.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from quizzes.scheduler import fsrs6, refit
from quizzes.scheduler.foretell import Answer, Array, Evaluable, Table, evaluable, log_loss

Histories = list[list[Answer]]
SCATTER = [0.5] * 4 + [0.3, 0.2, 0.3, 0.0, 0.3, 0.1, 0.2, 0.2, 0.03, 0.1, 0.3, 0.1, 0.3, 0.2, 0.1, 0.05, 0.1]
NEXT = 500
NAMES = ("truth", "default", "class", "fit", "refit", "class_refit")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learners", type=Path, help="JSON: parameters of learners; made-up ones without it")
    parser.add_argument("--number", type=int, default=12, help="of made-up learners")
    parser.add_argument(
        "--answers", default="64,128,256,512,1024,2048", help="evaluable answers before the fit"
    )
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(arguments)
    truths = parameter_sets(args.learners) if args.learners else []
    truths = truths or [off_the_defaults(args.seed + index) for index in range(args.number)]
    people = [simulate(truth, args.seed + index, args.days) for index, truth in enumerate(truths)]
    priors = [refit.class_prior(people[:index] + people[index + 1 :]) for index in range(len(people))]
    print(f"{len(people)} learners; priors adopted for {sum(prior.adopted for prior in priors)} of them")
    figures = {}
    for number in map(int, args.answers.split(",")):
        rows = [
            foretold(person, truth, prior.parameters if prior.adopted else None, number)
            for person, truth, prior in zip(people, truths, priors, strict=True)
        ]
        table = np.array([row for row in rows if row])
        if not len(table):
            continue
        gains = (table < table[:, [1]]).sum(axis=0)
        figures[number] = dict(zip(NAMES, table.mean(axis=0).round(5).tolist(), strict=True))
        cells = (f"{name} {table[:, i].mean():.4f} ({gains[i]})" for i, name in enumerate(NAMES))
        print(f"{number:6} answers, {len(table)} learners: " + "  ".join(cells))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def parameter_sets(file: Path) -> list[tuple[float, ...]]:
    content = json.loads(file.read_text(encoding="utf-8"))
    return [
        refit.clipped(numbers) for numbers in (content.values() if isinstance(content, dict) else content)
    ]


def foretold(
    person: Histories, truth: Sequence[float], prior: Sequence[float] | None, number: int
) -> list[float]:
    """Log loss of each way over the next answers; nothing when there are not so many."""
    known, table = evaluable(person), Table(person)
    if len(known) < number + NEXT:
        return []
    part = slice(number, number + NEXT)
    later = Evaluable(known.card[part], known.place[part], known.elapsed[part], known.recalled[part])
    moment = person[known.card[number]][known.place[number]].at
    before = [[answer for answer in history if answer.at < moment] for history in person]
    items = refit._items(before, evaluable(before))
    alone = refit.clipped(refit._fsrs_rs(items)(len(items)))
    own, with_class = refit.fit(before), refit.fit(before, prior, prior)
    ways = [
        truth,
        None,
        prior,
        alone,
        own.parameters if own.adopted else None,
        with_class.parameters if with_class.adopted else prior,
    ]
    return [log_loss(table.recall(later, way), later.recalled) for way in ways]


def off_the_defaults(seed: int) -> tuple[float, ...]:
    """Parameters scattered around the published ones."""
    random = np.random.default_rng(seed)
    scale = np.array(SCATTER) * np.r_[fsrs6.DEFAULTS[:4], np.ones(17)]
    return refit.clipped(fsrs6.DEFAULTS + scale * random.normal(size=21))


def simulate(parameters: Sequence[float], seed: int, days: int, new_a_day: int = 12) -> Histories:
    """Answers of somebody with this memory over so many days; `at` is the study day."""
    random = np.random.default_rng([seed, days])
    truth = fsrs6.vector(parameters)
    cards = new_a_day * days
    stability, difficulty = np.full(cards, np.nan), np.full(cards, np.nan)
    harder = random.normal(0, 0.5, cards)
    due, last = np.repeat(np.arange(days), new_a_day), np.zeros(cards, dtype=np.int64)
    histories: Histories = [[] for _ in range(cards)]

    def answer(which: Array, rating: Array, elapsed: Array, at: float) -> None:
        stability[which], difficulty[which] = fsrs6.review(
            truth, stability[which], difficulty[which], rating, elapsed
        )
        for card, grade, gap in zip(which.tolist(), rating.tolist(), elapsed.tolist(), strict=True):
            histories[card].append(Answer(grade, gap, at + card / (4 * cards)))

    for day in range(days):
        today = np.flatnonzero(due <= day)
        elapsed = np.where(np.isnan(stability[today]), 0, day - last[today])
        rating = _rated(random, truth, stability[today], elapsed, harder[today])
        answer(today, rating, elapsed, day)
        failed = today[rating == 1]  # asked once more the same day, and known
        answer(failed, np.full(len(failed), 3), np.zeros(len(failed), dtype=np.int64), day + 0.5)
        last[today] = day
        due[today] = day + np.maximum(1, np.round(stability[today] * random.uniform(0.6, 1.8, len(today))))
    return [history for history in histories if history]


def _rated(random: np.random.Generator, w: Array, stability: Array, elapsed: Array, harder: Array) -> Array:
    first = random.choice(4, len(stability), p=[0.24, 0.1, 0.49, 0.17]) + 1
    passed = random.choice(3, len(stability), p=[0.22, 0.63, 0.15]) + 2
    known = np.where(np.isnan(stability), 1.0, stability)
    recall = np.clip(fsrs6.retrievability(w, known, elapsed), 1e-3, 1 - 1e-3)
    recall = 1 / (1 + np.exp(-(np.log(recall / (1 - recall)) - harder)))
    later = np.where(random.random(len(stability)) < recall, passed, 1)
    return np.asarray(np.where(np.isnan(stability), first, later))


if __name__ == "__main__":
    main()
