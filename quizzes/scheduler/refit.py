"""Fits the 21 parameters of FSRS-6 to a learner's own answers; between the review log and `ParameterFit` rows.

From a thousand answers on the fitting itself is done by fsrs-rs, an optional extra (requirements/refit.txt); below, by
`map_fit`, which foretells better there. Everything around it is here: which answers count, when a fit is due, how far
it is trusted, whether it is adopted. The library's fit is drawn toward a prior (the class's, or the published
defaults) by n / (n + trust); a class's prior earns more trust where, drawn nearer to it, fits to earlier answers
foretold later ones clearly better. A fit is adopted only when the same procedure, told nothing of the latest fifth of
the answers, foretells them no worse than the parameters in use. Figures: docs/adr/0017.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from quizzes.scheduler import map_fit
from quizzes.scheduler.foretell import Array, Evaluable, History, Table, evaluable, log_loss, losses
from quizzes.scheduler.fsrs6 import DEFAULTS
from quizzes.scheduler.memory import usable_parameters

FIRST = 64  # evaluable answers before the first fit
DAYS_APART = 7
GROWTH = 1.1  # so many times the answers of the latest attempt, or a new one would tell little
TRUST = 64  # answers at which a fit and its prior weigh the same
MANY = 1_000  # answers from which the library fits; below it map_fit is better, and both are quick
STRENGTH = 2.0  # of the prior there
MORE_TRUST = (512, 4096)  # that a class's prior may earn
CLEARLY = 1.5  # standard errors by which it must have foretold better
TRUST_IN_CLASS = 2  # members at which a class and the published defaults weigh the same
LEAST_MEMBERS = 3
ANSWERS_OF_A_MEMBER = 300  # of cards drawn by lot; nobody speaks louder than the others
HELD_OUT = 0.8  # the answers after this part are not seen by the fit that is judged
EARLIER = (0.4, 0.6)  # further cuts, by which more trust is earned
MOST = 50_000  # answers that are fitted, of cards drawn by lot
LONGEST_HISTORY = 128  # answers of one card that are fitted: the first
EPOCHS, BATCH, SEED = 20, 128, 2023

# As fsrs-rs clips when same-day answers count and there is one relearning step. Rounding to 32 bits may leave its own
# results a little outside, which `fsrs` would refuse: they are clipped again.
LOWEST = tuple(np.where(np.arange(21) == 19, 0.01, map_fit.LOW).tolist())
HIGHEST = tuple(map_fit.HIGH.tolist())

MISSING = (
    "The fitting library is not installed, so the parameters in use are kept. "
    "Install requirements/refit.txt to fit memory to answers."
)

Parameters = tuple[float, ...]
Item = list[tuple[int, int]]  # (rating, elapsed) of an evaluable answer and of all before it on its card
Trainer = Callable[
    [list[Item]], Callable[[int], Sequence[float]]
]  # items in order of time → fit to the first n


@dataclass(frozen=True, slots=True)
class Fit:
    """One attempt. `parameters` are clipped, and empty when there are none; `reviews` counts evaluable answers.

    `loss_before` and `loss_after` are mean log losses over answers that the fit did not see: of the parameters in
    use, and of the fitted ones. `reason` says in a sentence why it was adopted or refused.
    """

    parameters: Parameters | None
    reviews: int
    loss_before: float | None
    loss_after: float | None
    adopted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Fitter:
    """`to_first(n)` fits to the first n evaluable answers and gives as many vectors as there are ways."""

    ways: int
    to_first: Callable[[int], list[Parameters]]


class FittingError(Exception):
    """The fitting library could not use these answers."""


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("fsrs_rs_python") is not None


def count(histories: Sequence[History]) -> int:
    """How many answers are evaluable."""
    return sum(answer[1] >= 1 for history in histories for answer in history[1:])


def due(reviews: int, last_reviews: int | None = None, days_since: int | None = None) -> bool:
    """Whether to fit now: at 64 evaluable answers, then once a week at most, and only when answers have come in.

    `last_reviews` and `days_since` (study days) tell of the latest attempt, adopted or not; None when there was none.
    """
    if last_reviews is None or days_since is None:
        return reviews >= FIRST
    return days_since >= DAYS_APART and reviews >= max(FIRST, GROWTH * last_reviews)


def fit(
    histories: Sequence[History],
    in_use: Sequence[float] | None = None,
    prior: Sequence[float] | None = None,
    trainer: Trainer | None = None,
) -> Fit:
    """Parameters for one learner. `histories` hold the answers that still count (none undone), one a card; what came
    before a reset is a history of its own. `in_use` and `prior` are 21 numbers or None for the defaults."""
    total = count(histories)
    if total < FIRST:
        return _refused(total, f"Too early: {FIRST} answers on a later day are needed, there are {total}.")
    if trainer is None and not available():
        return _refused(total, MISSING)
    start = _sound(prior, DEFAULTS)
    chosen = _sample(histories, MOST)
    known = evaluable(chosen)
    try:
        if trainer is None and total < MANY:
            fitter = _probable(chosen, known, start)
        else:
            trusts = (TRUST, *MORE_TRUST) if start != clipped(DEFAULTS) else (TRUST,)
            fitter = _drawn(chosen, known, start, trusts, trainer or _fsrs_rs)
        return _judged(chosen, known, total, _sound(in_use, start), fitter)
    except FittingError as problem:
        return _refused(total, f"The fit gave no usable parameters, the old ones are kept: {problem}.")


def class_prior(members: Sequence[Sequence[History]], trainer: Trainer | None = None) -> Fit:
    """Parameters for those who join a class, from the histories of its members: one fit to as many answers of each.

    Adopted only when members whom a fit did not see are foretold no worse by it than by the published defaults.
    """
    usable = [part for member in members if count(part := _sample(member, ANSWERS_OF_A_MEMBER)) >= FIRST]
    total = sum(count(member) for member in usable)
    if len(usable) < LEAST_MEMBERS:
        return _refused(total, f"Too early: {LEAST_MEMBERS} members with {FIRST} answers are needed.")
    if trainer is None and not available():
        return _refused(total, MISSING)
    train = trainer or _fsrs_rs
    try:
        before, after = _over_members(usable, train)
        fitted = _of_members(usable, train)
    except FittingError as problem:
        return _refused(total, f"The fit gave no usable parameters, the old ones are kept: {problem}.")
    return _decided(fitted, total, before, after)


def middle(fits: Sequence[Sequence[float]]) -> Parameters:
    """The median of several learners' parameters, number by number: a prior when only their fits are at hand."""
    return clipped(np.median(np.array(fits, dtype=np.float64), axis=0))


def clipped(values: Sequence[float] | npt.NDArray[np.floating]) -> Parameters:
    """Within the bounds of fsrs-rs. FittingError when these are not 21 finite numbers."""
    numbers = np.array(values, dtype=np.float64)
    if numbers.shape != (21,) or not np.isfinite(numbers).all():
        raise FittingError("not 21 finite numbers")
    return tuple(float(value) for value in np.clip(numbers, LOWEST, HIGHEST))


def between(prior: Sequence[float], fitted: Sequence[float], weight: float) -> Parameters:
    """`weight` of the way from the prior (0) to the fit (1); first stabilities on a logarithmic scale."""
    a, b = np.array(prior, dtype=np.float64), np.array(fitted, dtype=np.float64)
    mixed = (1 - weight) * a + weight * b
    mixed[:4] = np.exp((1 - weight) * np.log(a[:4]) + weight * np.log(b[:4]))
    return clipped(mixed)


def _judged(
    histories: Sequence[History], known: Evaluable, total: int, in_use: Parameters, fitter: Fitter
) -> Fit:
    """Fit without the latest answers, compare on them, then fit to all."""
    table, size = Table(histories), len(known)
    costs = []  # for each cut: log loss of each later answer under each way to fit
    for cut, end in pairwise([*_cuts(size, fitter.ways > 1), size]):
        later = _part(known, cut, end)
        costs.append(np.stack([losses(table.recall(later, w), later.recalled) for w in fitter.to_first(cut)]))
    best = _earned(np.concatenate(costs, axis=1))
    before = losses(table.recall(later, in_use), later.recalled)
    fitted = fitter.to_first(size)[best]
    return _decided(fitted, total, float(before.mean()), float(costs[-1][best].mean()))


def _drawn(
    histories: Sequence[History], known: Evaluable, prior: Parameters, trusts: tuple[int, ...], train: Trainer
) -> Fitter:
    """The library's fit, drawn to the prior: one way for each trust."""
    train_first = train(_items(histories, known))

    def to_first(number: int) -> list[Parameters]:
        fitted = clipped(train_first(number))
        return [between(prior, fitted, number / (number + trust)) for trust in trusts]

    return Fitter(len(trusts), to_first)


def _probable(histories: Sequence[History], known: Evaluable, prior: Parameters) -> Fitter:
    """The most probable parameters, given the prior: better than the library's while answers are few."""

    def to_first(number: int) -> list[Parameters]:
        moment = math.inf
        if number < len(known):
            moment = histories[known.card[number]][known.place[number]][2]
        before = ([(a[0], a[1]) for a in history if a[2] < moment] for history in histories)
        answers = map_fit.Answers.of(history for history in before if history)
        return [clipped(map_fit.fit(answers, prior, STRENGTH))]

    return Fitter(1, to_first)


def _cuts(size: int, choosing: bool) -> list[int]:
    return [min(size - 1, round(part * size)) for part in ((*EARLIER, HELD_OUT) if choosing else (HELD_OUT,))]


def _earned(costs: Array) -> int:
    """Which trust (row) to take: the first, unless others cost clearly less; then the cheapest of these."""
    gain = costs[0] - costs
    error = gain.std(axis=1) / math.sqrt(costs.shape[1])
    clear = gain.mean(axis=1) > CLEARLY * error
    return int(np.argmax(np.where(clear, gain.mean(axis=1), 0.0)))


def _decided(fitted: Parameters, reviews: int, before: float, after: float) -> Fit:
    better = math.isfinite(after) and after <= before
    verdict = "Adopted" if better else "Refused"
    how = "no worse" if better else "worse"
    reason = (
        f"{verdict}: answers it did not see are foretold {how} (log loss {after:.4f}, before {before:.4f})."
    )
    return Fit(fitted, reviews, before, after, better, reason)


def _refused(reviews: int, reason: str) -> Fit:
    return Fit(None, reviews, None, None, False, reason)


def _over_members(members: Sequence[Sequence[History]], train: Trainer) -> tuple[float, float]:
    """Mean log loss of defaults and of class fits over members that are left out in turn; each member counts once."""
    folds = min(5, len(members))
    before, after = [], []
    for fold in range(folds):
        prior = _of_members([m for i, m in enumerate(members) if i % folds != fold], train)
        for member in members[fold::folds]:
            known, table = evaluable(member), Table(member)
            before.append(log_loss(table.recall(known, None), known.recalled))
            after.append(log_loss(table.recall(known, prior), known.recalled))
    return float(np.mean(before)), float(np.mean(after))


def _of_members(members: Sequence[Sequence[History]], train: Trainer) -> Parameters:
    """One fit to the answers of all, drawn toward the defaults the more the fewer they are."""
    pooled = list(chain.from_iterable(members))
    items = _items(pooled, evaluable(pooled))
    fitted = clipped(train(items)(len(items)))
    return between(clipped(DEFAULTS), fitted, len(members) / (len(members) + TRUST_IN_CLASS))


def _sample(histories: Sequence[History], answers: int) -> Sequence[History]:
    """Whole cards drawn by lot until they hold so many evaluable answers. Not those answered last: what is asked often
    is what is forgotten, and a fit to it would think too little of everybody's memory."""
    histories = [history[:LONGEST_HISTORY] for history in histories]
    if count(histories) <= answers:
        return histories
    lots = np.random.default_rng(SEED).permutation(len(histories))
    held = np.cumsum([count([histories[card]]) for card in lots])
    drawn = int(np.searchsorted(held, answers)) + 1
    return [histories[card] for card in sorted(lots[:drawn].tolist())]


def _part(known: Evaluable, start: int, end: int) -> Evaluable:
    part = slice(start, end)
    return Evaluable(known.card[part], known.place[part], known.elapsed[part], known.recalled[part])


def _sound(
    values: Sequence[float] | None, otherwise: Sequence[float] | npt.NDArray[np.floating]
) -> Parameters:
    """These parameters, or the others when these are none or unusable."""
    if values is not None and usable_parameters(values):
        return tuple(float(value) for value in values)
    return clipped(otherwise)


def _items(histories: Sequence[History], known: Evaluable) -> list[Item]:
    """Of each evaluable answer what the library learns from, in order of time."""
    plain = [[(answer[0], answer[1]) for answer in history] for history in histories]
    places = zip(known.card.tolist(), known.place.tolist(), strict=True)
    return [plain[card][: place + 1] for card, place in places]


def _fsrs_rs(items: list[Item]) -> Callable[[int], Sequence[float]]:
    """The only place that knows fsrs-rs. It weighs later items more, so their order is the order of time."""
    import fsrs_rs_python as rs

    reviews = {answer: rs.FSRSReview(*answer) for answer in set(chain.from_iterable(items))}
    prepared = [rs.FSRSItem([reviews[answer] for answer in item]) for item in items]
    training = rs.TrainingConfig(num_epochs=EPOCHS, batch_size=BATCH, seed=SEED)

    def train_first(number: int) -> Sequence[float]:
        try:
            return list(rs.FSRS([]).compute_parameters(prepared[:number], training_config=training))
        except BaseException as problem:
            # A panic of the library is no Exception; anything else that is none must pass.
            if not isinstance(problem, Exception) and type(problem).__name__ != "PanicException":
                raise
            raise FittingError(f"the library says: {problem}") from problem

    return train_first
