"""The nightly fit: how hard each question is, from everybody's answers, whoever was routed to it.

Raw shares lie, because the app asks the weak and the uncertain. Here every answer counts against the ability of
the learner who gave it: a Rasch model with a floor (luck, memory), an ability for each learner and domain drawn around
the learner's general one, and a prior for each difficulty. Abilities are integrated over a grid, never fixed (marginal
maximum likelihood, by expectation-maximisation), so that few answers a learner do not bend the scale. Reads arrays,
returns arrays; `readiness` and the studio read the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .response import HIGHEST_FLOOR, Floats, Ints, clean, logistic

PROVISIONAL_BELOW = 30  # answers
INTERVAL = 1.2816  # standard errors to either side: 80 %
NODES: Floats = np.linspace(-4.8, 4.8, 33)
DISTANCE: Floats = (NODES[None, :] - NODES[:, None]) ** 2
AT_ONCE = 25_000  # answers
LONGEST_MOVE = 1.0  # logits a difficulty may move in one round
USUAL_SPREAD = 1.0  # of difficulties, logits
LEAST_SPREAD, MOST_SPREAD = 0.1, 3.0
ENOUGH = 0.004  # logits: nothing moves more, we are there


@dataclass(frozen=True, slots=True)
class Answers:
    """One entry an answer (all of length N): first answers, or later ones with what was remembered in the floor."""

    learner: Ints  # 0 … learners - 1
    item: Ints  # 0 … items - 1
    correct: NDArray[np.bool_]
    floor: Floats  # probability to be right by luck or memory, 0 … 1 (`response.floor`)


@dataclass(frozen=True, slots=True)
class Items:
    """One entry a question (all of length Q)."""

    domain: Ints  # 0 … domains - 1; one domain for all is fine
    prior: Floats  # expected difficulty, logits (0 is average; `angoff.judged`)
    spread: Floats  # its standard deviation, logits; NaN: learn the spread from the answers

    @staticmethod
    def unjudged(domain: Ints) -> Items:
        """Questions about which nobody said anything."""
        return Items(domain, np.zeros(len(domain)), np.full(len(domain), np.nan))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Difficulties (length Q, logits, 0 is average) and how abilities spread among the learners."""

    difficulty: Floats
    error: Floats  # standard error, logits
    answers: Ints
    provisional: NDArray[np.bool_]  # fewer than 30 answers
    ability: Floats  # general ability of each learner (length L), logits
    ability_error: Floats
    domain_ability: Floats  # in each domain (L × D), logits; not the difference from the general one
    domain_error: Floats
    mean: float  # of abilities
    sd: float  # of general abilities
    domain_sd: float  # of a learner's domains around their general ability
    difficulty_sd: float  # of the difficulties nobody judged
    rounds: int

    @property
    def low(self) -> Floats:
        """Lower end of the 80 % interval, logits."""
        return self.difficulty - INTERVAL * self.error

    @property
    def high(self) -> Floats:
        return self.difficulty + INTERVAL * self.error


@dataclass(frozen=True, slots=True)
class _Spreads:
    mean: float = 0.0
    sd: float = 1.0
    domain: float = 0.4
    difficulty: float = 1.0


@dataclass(frozen=True, slots=True)
class _Abilities:
    """Of each learner (L), and of each learner in each domain (L × D)."""

    general: Floats = field(default_factory=lambda: np.zeros(0))
    general_error: Floats = field(default_factory=lambda: np.zeros(0))
    domain: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    domain_error: Floats = field(default_factory=lambda: np.zeros((0, 0)))


@dataclass(frozen=True, slots=True)
class _Block:
    """Answers of some learners in order of learner, then domain: `unit` is one learner in one domain."""

    item: Ints
    correct: NDArray[np.bool_]
    floor: Floats
    unit: Ints  # of each answer
    unit_domain: Ints  # of each unit
    first_answer: Ints  # of each unit
    first_unit: Ints  # of each learner
    learner: Ints  # of each unit, counted within the block
    who: Ints  # the learners of the block, as the caller counts them


@dataclass(frozen=True, slots=True)
class _Look:
    """(answers × nodes) known by ability, and missed; (units × nodes) and (learners × nodes) posteriors."""

    able: Floats
    wrong: Floats
    abilities: Floats
    general: Floats
    apart: float  # sum of squared distances of domain abilities from the general one


@dataclass(slots=True)
class _Sums:
    """Over all blocks of one round: by question (Q), then over learners and their domains."""

    score: Floats
    gained: Floats
    learners: int = 0
    ability: float = 0.0
    square: float = 0.0
    units: int = 0
    apart: float = 0.0


def fit(answers: Answers, items: Items, start: Floats | None = None, rounds: int = 60) -> Calibration:
    """Difficulties of `items` after `answers`; `start` (length Q) are last night's, to begin nearer.

    5,000 questions and 100,000 answers take a few seconds; memory does not grow with answers beyond their columns.
    No answers at all give back the priors. Raises ValueError where lengths or numbers do not fit together.
    """
    _check(answers, items)
    prior = clean(items.prior, 0.0, -6.0, 6.0)
    difficulty = prior.copy() if start is None else clean(start, 0.0, -6.0, 6.0)
    spreads = _Spreads()
    count = np.bincount(answers.item, minlength=len(prior))
    if not len(answers.item):
        return _result(difficulty, _spread(items, spreads), count, _Abilities(), spreads, 0)
    blocks = list(_blocks(answers, items))
    done, change, information = 0, np.inf, np.ones(len(prior))
    while done < max(1, rounds) and change >= ENOUGH:
        done += 1
        sums = _Sums(np.zeros(len(prior)), np.zeros(len(prior)))
        for block in blocks:
            _add(sums, block, _look(block, difficulty, spreads), difficulty)
        information = sums.gained + 1.0 / _spread(items, spreads) ** 2
        gradient = -sums.score - (difficulty - prior) / _spread(items, spreads) ** 2
        step = np.clip(gradient / information, -LONGEST_MOVE, LONGEST_MOVE)
        moved = np.clip(difficulty + step, -6.0, 6.0)
        change = float(np.abs(moved - difficulty).max())
        difficulty = moved
        spreads = _found(sums, _difficulty_sd(items, moved, information))
    abilities = _abilities(blocks, difficulty, answers, items, spreads)
    return _result(difficulty, 1.0 / np.sqrt(information), count, abilities, spreads, done)


def _check(answers: Answers, items: Items) -> None:
    lengths = {len(answers.learner), len(answers.item), len(answers.correct), len(answers.floor)}
    if len(lengths) != 1 or len({len(items.domain), len(items.prior), len(items.spread)}) != 1:
        raise ValueError("Answers, and questions, are columns of one length each.")
    if len(answers.item) and not 0 <= answers.item.min() <= answers.item.max() < len(items.domain):
        raise ValueError("An answer names a question that is not among the items.")
    if min(answers.learner, default=0) < 0 or min(items.domain, default=0) < 0:
        raise ValueError("Learners and domains are counted from 0.")


def _blocks(answers: Answers, items: Items) -> Iterator[_Block]:
    """The answers in order of learner, then domain, cut between learners about every `AT_ONCE`."""
    domain = items.domain[answers.item]
    order = np.lexsort((domain, answers.learner))
    learner = answers.learner[order]
    starts = np.flatnonzero(np.concatenate([[True], learner[1:] != learner[:-1]]))
    cuts = starts[
        np.unique(np.searchsorted(starts, np.arange(0, len(order), AT_ONCE)).clip(0, len(starts) - 1))
    ]
    for first, last in pairwise([*cuts.tolist(), len(order)]):
        rows = order[first:last]
        yield _block(answers, rows, domain[rows])


def _block(answers: Answers, rows: Ints, domain: Ints) -> _Block:
    learner = answers.learner[rows]
    new_learner = np.concatenate([[True], learner[1:] != learner[:-1]])
    new_unit = new_learner | np.concatenate([[True], domain[1:] != domain[:-1]])
    first_answer = np.flatnonzero(new_unit)
    owner = new_learner[first_answer]
    return _Block(
        item=answers.item[rows],
        correct=answers.correct[rows].astype(bool),
        floor=clean(answers.floor, 0.0, 0.0, HIGHEST_FLOOR)[rows],
        unit=np.cumsum(new_unit) - 1,
        unit_domain=domain[first_answer],
        first_answer=first_answer,
        first_unit=np.flatnonzero(owner),
        learner=np.cumsum(owner) - 1,
        who=learner[first_answer][owner],
    )


def _look(block: _Block, difficulty: Floats, spreads: _Spreads) -> _Look:
    """What the answers of a block say of its learners, were these the difficulties and spreads."""
    able = logistic(NODES[None, :] - difficulty[block.item, None])
    wrong = (1.0 - block.floor[:, None]) * (1.0 - able)
    log_likelihood = np.log(np.where(block.correct[:, None], 1.0 - wrong, wrong))
    of_unit = _normal(np.add.reduceat(log_likelihood, block.first_answer, axis=0))
    kernel = np.exp(-DISTANCE / (2.0 * spreads.domain**2))
    kernel /= kernel.sum(axis=1, keepdims=True)
    upward = np.maximum(of_unit @ kernel.T, 1e-300)
    prior = -((NODES - spreads.mean) ** 2) / (2.0 * spreads.sd**2)
    general = _normal(np.add.reduceat(np.log(upward), block.first_unit, axis=0) + prior)
    general /= general.sum(axis=1, keepdims=True)
    downward = general[block.learner] / upward
    abilities = (downward @ kernel) * of_unit
    total = abilities.sum(axis=1, keepdims=True)
    apart = ((downward @ (kernel * DISTANCE)) * of_unit).sum(axis=1) / total[:, 0]
    return _Look(able, wrong, abilities / total, general, float(apart.sum()))


def _add(sums: _Sums, block: _Block, look: _Look, difficulty: Floats) -> None:
    """What the block says of the difficulties, and of how learners differ."""
    size = len(difficulty)
    weight = look.abilities[block.unit]
    # d log-likelihood / d ability: able · wrong / right for a right answer, -able for a wrong one.
    slope = np.where(block.correct[:, None], look.wrong / (1.0 - look.wrong), -1.0) * look.able
    sums.score += np.bincount(block.item, np.einsum("nk,nk->n", weight, slope), size)
    # What one answer says of the difficulty when the ability is known no better than this: the slope of the
    # expected share right, squared, over the variance of the answer.
    steep = np.einsum("nk,nk,nk->n", weight, look.able, look.wrong)
    miss = np.einsum("nk,nk->n", weight, look.wrong)
    sums.gained += np.bincount(block.item, steep**2 / np.maximum(miss * (1.0 - miss), 1e-9), size)
    sums.learners += len(look.general)
    sums.ability += float((look.general @ NODES).sum())
    sums.square += float((look.general @ NODES**2).sum())
    sums.units += len(look.abilities)
    sums.apart += look.apart


def _found(sums: _Sums, difficulty_sd: float) -> _Spreads:
    mean = sums.ability / sums.learners
    variance = max(0.0, sums.square / sums.learners - mean**2)
    return _Spreads(mean, _bounded(variance), _bounded(sums.apart / sums.units), difficulty_sd)


def _spread(items: Items, spreads: _Spreads) -> Floats:
    return np.where(np.isnan(items.spread), spreads.difficulty, np.clip(items.spread, 0.05, 5.0))


def _difficulty_sd(items: Items, difficulty: Floats, information: Floats) -> float:
    """How far unjudged difficulties lie from their priors; judged ones say nothing about it.

    A question that hardly anybody answered says nothing either: as far as that goes, the spread is a usual one.
    Learning it from such questions draws all of them together.
    """
    free = np.isnan(items.spread)
    if not free.any():
        return USUAL_SPREAD
    variance = (difficulty - clean(items.prior, 0.0, -6.0, 6.0))[free] ** 2 + 1.0 / information[free]
    known = 1.0 - np.minimum(1.0, 1.0 / (information[free] * MOST_SPREAD))
    return _bounded(float((known * variance + (1.0 - known) * USUAL_SPREAD**2).mean()))


def _abilities(
    blocks: Sequence[_Block], difficulty: Floats, answers: Answers, items: Items, spreads: _Spreads
) -> _Abilities:
    """Means and standard deviations; who has not answered (in a domain) is what the rest says of them."""
    learners, domains = int(answers.learner.max()) + 1, int(items.domain.max()) + 1
    mean, error = np.full(learners, spreads.mean), np.full(learners, spreads.sd)
    looks = [(block, *_summary(_look(block, difficulty, spreads))) for block in blocks]
    for block, general, _ in looks:
        mean[block.who], error[block.who] = general
    by_domain = np.repeat(mean[:, None], domains, axis=1)
    domain_error = np.repeat(np.hypot(error, spreads.domain)[:, None], domains, axis=1)
    for block, _, abilities in looks:
        place = (block.who[block.learner], block.unit_domain)
        by_domain[place], domain_error[place] = abilities
    return _Abilities(mean, error, by_domain, domain_error)


def _summary(look: _Look) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    return _moments(look.general), _moments(look.abilities)


def _moments(weights: Floats) -> tuple[Floats, Floats]:
    mean: Floats = weights @ NODES
    variance: Floats = np.maximum(weights @ NODES**2 - mean**2, 0.0)
    return mean, np.sqrt(variance)


def _normal(logs: Floats) -> Floats:
    """exp of each row, its largest being 1."""
    scaled: Floats = np.exp(logs - logs.max(axis=1, keepdims=True))
    return scaled


def _bounded(variance: float) -> float:
    return float(np.clip(np.sqrt(variance), LEAST_SPREAD, MOST_SPREAD))


def _result(
    difficulty: Floats, error: Floats, count: Ints, abilities: _Abilities, spreads: _Spreads, rounds: int
) -> Calibration:
    return Calibration(
        difficulty=difficulty,
        error=error,
        answers=count,
        provisional=count < PROVISIONAL_BELOW,
        ability=abilities.general,
        ability_error=abilities.general_error,
        domain_ability=abilities.domain,
        domain_error=abilities.domain_error,
        mean=spreads.mean,
        sd=spreads.sd,
        domain_sd=spreads.domain,
        difficulty_sd=spreads.difficulty,
        rounds=rounds,
    )
