"""How well memory models foretell a real log: `python benchmarks/memory_model.py --log FILE --json OUT`.

The log is a CSV of one learner (columns card_id, review_rating 1–4, review_time in ISO form, UTC; others are ignored).
Without `--log` a made-up one is measured, seeded by `--seed`.

Study days are UTC days that begin at 04:00. Answers at least one study day after the card's last one are foretold, in
order of time; with n of them the first n // 6 only teach, all later ones test (an expanding window: whatever a model
knows when it foretells an answer was answered before that study day began). Printed and written for each model:

* log loss;
* RMSE over bins, defined as in srs-benchmark: answers are binned by the logarithm of the days since the last answer,
  of the number of answers, and of the number of lapses; in each bin the mean forecast is compared with what happened;
* AUC: how often a remembered card was foretold better than a forgotten one.

Models: `fsrs_refit` is the way of the product (`quizzes.scheduler.refit`: when a fit is due, how far it is trusted,
whether it is adopted); `fsrs_blocks` fits once a sixth with the library's own settings; `fsrs_default` never fits.
`sm2` and `leitner` give intervals, read as the time to 90 % recall on an exponential curve; they are told the first
answer of a day alone, which suits them better. `average` is the share remembered among the last hundred answers.
With `--class FILE` (JSON of lists of 21 numbers: the fits of other learners) `fsrs_class` begins from their median and
`fsrs_class_refit` refits with it as the prior.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.memory_population import Histories, off_the_defaults, parameter_sets, simulate
from quizzes.scheduler import refit
from quizzes.scheduler.foretell import Answer, Array, Evaluable, Table, evaluable, log_loss

ROLLOVER = timedelta(hours=4)
LEITNER_DAYS = (1, 2, 4, 8, 16)


@dataclass(frozen=True)
class Log:
    """The histories, what is evaluable in them, the study day of each evaluable answer, and where the test begins."""

    histories: Histories
    known: Evaluable
    day: Array
    table: Table

    @property
    def first(self) -> int:
        return len(self.known) // 6


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--log", type=Path, help="CSV of one learner's answers; a made-up log without it")
    parser.add_argument("--class", dest="others", type=Path, help="JSON: fitted parameters of other learners")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--seed", type=int, default=refit.SEED, help="of the made-up log and of the fits")
    parser.add_argument("--days", type=int, default=120, help="length of the made-up log")
    args = parser.parse_args(arguments)
    refit.SEED = args.seed
    try:
        histories = (
            read(args.log) if args.log else simulate(off_the_defaults(args.seed), args.seed, args.days)
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        parser.error(f"The log could not be read: {error}. See --help for its columns.")
    log = prepared(histories)
    if not log.first:
        parser.error(f"The log has {len(log.known)} answers after a day or more; at least six are needed.")
    others = parameter_sets(args.others) if args.others else []
    print(
        f"{sum(map(len, log.histories))} answers to {len(log.histories)} cards; {len(log.known)} evaluable, ",
        end="",
    )
    print(f"{len(log.known) - log.first} of them tested")
    figures = {}
    for name, forecast in models(others).items():
        started = time.perf_counter()
        figures[name] = measured(log, forecast(log))
        row = figures[name]
        print(
            f"{name:17} log loss {row['log_loss']:.4f}  RMSE(bins) {row['rmse_bins']:.4f}  AUC {row['auc']:.4f}"
            f"  {time.perf_counter() - started:6.2f} s"
        )
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def models(others: list[tuple[float, ...]]) -> dict[str, Callable[[Log], Array]]:
    """Name → forecast of every evaluable answer."""
    chosen: dict[str, Callable[[Log], Array]] = {}
    if refit.available():
        chosen["fsrs_refit"] = lambda log: refitted(log, None)
        chosen["fsrs_blocks"] = in_blocks
    else:
        print(refit.MISSING)
    chosen["fsrs_default"] = lambda log: log.table.recall(log.known, None)
    chosen["sm2"] = lambda log: by_interval(log, sm2_days)
    chosen["leitner"] = lambda log: by_interval(log, leitner_days)
    chosen["average"] = moving_average
    if others:
        prior = refit.middle(others)
        chosen["fsrs_class"] = lambda log: log.table.recall(log.known, prior)
        if refit.available():
            chosen["fsrs_class_refit"] = lambda log: refitted(log, prior)
    return chosen


def read(file: Path) -> Histories:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = [
            (
                in_utc(row["review_time"]),
                row["card_id"],
                rating_of(row["review_rating"]),
            )
            for row in csv.DictReader(stream)
        ]
    histories: dict[str, list[Answer]] = defaultdict(list)
    last: dict[str, int] = {}
    for at, card, rating in sorted(rows, key=lambda row: row[0]):
        day = (at - ROLLOVER).date().toordinal()
        histories[card].append(Answer(rating, day - last.get(card, day), at.timestamp()))
        last[card] = day
    return list(histories.values())


def in_utc(text: str) -> datetime:
    """A time without a zone is UTC, wherever the benchmark runs."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def rating_of(text: str) -> int:
    if text not in {"1", "2", "3", "4"}:
        raise ValueError(f"a rating is 1, 2, 3 or 4, not {text!r}")
    return int(text)


def prepared(histories: Histories) -> Log:
    known = evaluable(histories)
    at = np.array([histories[c][p].at for c, p in zip(known.card, known.place, strict=True)])
    seconds = at.max(initial=0) > 1e6
    day = np.floor((at - ROLLOVER.total_seconds()) / 86_400) if seconds else np.floor(at)
    return Log(histories, known, day, Table(histories))


def until(log: Log, answers: int) -> Histories:
    """All histories as they were before the study day of the evaluable answer with this number."""
    start = log.day[answers]
    seconds = log.histories[0][0].at > 1e6
    moment = start * 86_400 + ROLLOVER.total_seconds() if seconds else start
    earlier = ([answer for answer in history if answer.at < moment] for history in log.histories)
    return [history for history in earlier if history]


def refitted(log: Log, prior: Sequence[float] | None) -> Array:
    """Day by day, as the product does: refit when it is due, keep what is adopted."""
    forecast, in_use = np.zeros(len(log.known)), prior
    tried: tuple[int, float] | None = None
    starts = np.flatnonzero(np.diff(log.day, prepend=-1.0))
    for start, end in pairwise([*starts.tolist(), len(log.known)]):
        day = log.day[start]
        since = None if tried is None else int(day - tried[1])
        if refit.due(start, None if tried is None else tried[0], since):
            attempt = refit.fit(until(log, start), in_use, prior)
            in_use = attempt.parameters if attempt.adopted else in_use
            tried = (start, day)
        part = slice(start, end)
        known = Evaluable(
            log.known.card[part], log.known.place[part], log.known.elapsed[part], log.known.recalled[part]
        )
        forecast[part] = log.table.recall(known, in_use)
    return forecast


def in_blocks(log: Log) -> Array:
    """The plain way: the library's own settings, one fit for each sixth, always adopted."""
    import fsrs_rs_python as rs

    items = [
        rs.FSRSItem([rs.FSRSReview(a.rating, a.elapsed) for a in log.histories[card][: place + 1]])
        for card, place in zip(log.known.card, log.known.place, strict=True)
    ]
    forecast = log.table.recall(log.known, None)
    for start in range(log.first, len(items), log.first):
        fitted = refit.clipped(rs.FSRS([]).compute_parameters(items[:start]))
        forecast[start : start + log.first] = log.table.recall(log.known, fitted)[start : start + log.first]
    return forecast


def by_interval(log: Log, days: Callable[[list[int]], float]) -> Array:
    chances = []
    for card, place, elapsed in zip(log.known.card, log.known.place, log.known.elapsed, strict=True):
        before = log.histories[card][:place]
        first_of_days = [a.rating for i, a in enumerate(before) if i == 0 or a.elapsed >= 1]
        chances.append(0.9 ** (elapsed / days(first_of_days)))
    return np.array(chances)


def sm2_days(ratings: list[int]) -> float:
    """SuperMemo 2, grades 2–5 for Again–Easy."""
    days, ease, streak = 1.0, 2.5, 0
    for rating in ratings:
        miss = 4 - rating
        streak = streak + 1 if rating > 1 else 0
        days = 1.0 if streak <= 1 else 6.0 if streak == 2 else float(round(days * ease))
        ease = max(1.3, ease + 0.1 - miss * (0.08 + miss * 0.02))
    return days


def leitner_days(ratings: list[int]) -> float:
    box = 0
    for rating in ratings:
        box = min(box + 1, len(LEITNER_DAYS) - 1) if rating > 1 else 0
    return LEITNER_DAYS[box]


def moving_average(log: Log, width: int = 100) -> Array:
    total = np.concatenate([[0.0], np.cumsum(log.known.recalled)])
    end = np.searchsorted(log.day, log.day)  # nothing of the same day is known yet
    start = np.maximum(0, end - width)
    return (total[end] - total[start] + 1) / (end - start + 2)


def measured(log: Log, forecast: Array) -> dict[str, float]:
    test = slice(log.first, None)
    p, y = forecast[test], log.known.recalled[test]
    return {
        "log_loss": round(log_loss(p, y), 5),
        "rmse_bins": round(rmse_bins(p, y, bins(log)[test]), 5),
        "auc": round(auc(p, y), 5),
    }


def bins(log: Log) -> Array:
    """A number for each evaluable answer: its bin by days, answers and lapses."""
    lapses, answers = [], log.known.place + 1
    for card, place in zip(log.known.card, log.known.place, strict=True):
        lapses.append(sum(a.rating == 1 and a.elapsed >= 1 for a in log.histories[card][:place]))
    steps = [
        np.floor(np.log(log.known.elapsed) / np.log(3.62)),
        np.floor(np.log(answers) / np.log(1.89)),
        np.where(np.array(lapses) > 0, np.floor(np.log(np.maximum(lapses, 1)) / np.log(1.73)), -1),
    ]
    return np.asarray(np.unique(np.stack(steps, axis=1), axis=0, return_inverse=True)[1]).ravel()


def rmse_bins(p: Array, y: Array, bin_of: Array) -> float:
    counts = np.maximum(np.bincount(bin_of), 1)
    apart = (np.bincount(bin_of, p) - np.bincount(bin_of, y)) / counts
    return float(np.sqrt((counts * apart**2).sum() / len(y)))


def auc(p: Array, y: Array) -> float:
    _, place, counts = np.unique(p, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[place]
    remembered = y.sum()
    return float(
        (rank[y == 1].sum() - remembered * (remembered + 1) / 2) / (remembered * (len(y) - remembered))
    )


if __name__ == "__main__":
    main()
