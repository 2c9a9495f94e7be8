"""The nightly fit: how hard each question is, from everybody's answers, whoever was routed to it.

Raw shares lie, because the app asks the weak and the uncertain. Here every answer counts against the ability of
the learner who gave it: a Rasch model with a floor (luck, memory), an ability for each learner and domain drawn around
the learner's general one, and a prior for each difficulty. Abilities are integrated over a grid, never fixed (marginal
maximum likelihood, by expectation-maximisation), so that few answers a learner do not bend the scale. Reads arrays,
returns arrays; `readiness` and the studio read the result.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .response import HIGHEST_FLOOR, Floats, Ints, clean, logistic

PROVISIONAL_BELOW = 30  # answers
INTERVAL = 1.2816  # standard errors to either side: 80 %
NODES: Floats = np.linspace(-4.8, 4.8, 33)
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
    domain_sd: float  # of a learner's domains around his general ability
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
class _Sorted:
    """Answers in order of learner, then domain: `unit` is one learner in one domain."""

    item: Ints
    correct: NDArray[np.bool_]
    floor: Floats
    unit: Ints  # of each answer
    unit_domain: Ints  # of each unit
    first_answer: Ints  # of each unit
    first_unit: Ints  # of each learner
    learner: Ints  # of each unit, counted over learners who answered
    who: Ints  # the learners who answered


def fit(answers: Answers, items: Items, start: Floats | None = None, rounds: int = 60) -> Calibration:
    """Difficulties of `items` after `answers`; `start` (length Q) are last night's, to begin nearer.

    5,000 questions and 100,000 answers take a few seconds. No answers at all give back the priors.
    Raises ValueError where lengths or numbers do not fit together.
    """
    _check(answers, items)
    prior = clean(items.prior, 0.0, -6.0, 6.0)
    difficulty = prior.copy() if start is None else clean(start, 0.0, -6.0, 6.0)
    spreads = _Spreads()
    count = np.bincount(answers.item, minlength=len(prior))
    if not len(answers.item):
        return _result(difficulty, _spread(items, spreads), count, _Abilities(), spreads, 0)
    ordered = _sort(answers, items)
    done = 0
    while done < max(1, rounds):
        done += 1
        abilities, general, spreads = _expect(ordered, difficulty, spreads)
        moved, information = _maximise(ordered, difficulty, abilities, prior, _spread(items, spreads))
        change = float(np.abs(moved - difficulty).max())
        difficulty = moved
        spreads = _Spreads(
            spreads.mean, spreads.sd, spreads.domain, _difficulty_sd(items, moved, information)
        )
        if change < ENOUGH:
            break
    found = _abilities(ordered, answers, items, abilities, general, spreads)
    return _result(difficulty, 1.0 / np.sqrt(information), count, found, spreads, done)


def _check(answers: Answers, items: Items) -> None:
    lengths = {len(answers.learner), len(answers.item), len(answers.correct), len(answers.floor)}
    if len(lengths) != 1 or len({len(items.domain), len(items.prior), len(items.spread)}) != 1:
        raise ValueError("Answers, and questions, are columns of one length each.")
    if len(answers.item) and not 0 <= answers.item.min() <= answers.item.max() < len(items.domain):
        raise ValueError("An answer names a question that is not among the items.")
    if min(answers.learner, default=0) < 0 or min(items.domain, default=0) < 0:
        raise ValueError("Learners and domains are counted from 0.")


def _sort(answers: Answers, items: Items) -> _Sorted:
    domain = items.domain[answers.item]
    order = np.lexsort((domain, answers.learner))
    unit_key = (answers.learner * (int(items.domain.max()) + 1) + domain)[order]
    new_unit = np.concatenate([[True], unit_key[1:] != unit_key[:-1]])
    first_answer = np.flatnonzero(new_unit)
    owner = answers.learner[order][first_answer]
    new_learner = np.concatenate([[True], owner[1:] != owner[:-1]])
    return _Sorted(
        item=answers.item[order],
        correct=answers.correct[order].astype(bool),
        floor=clean(answers.floor, 0.0, 0.0, HIGHEST_FLOOR)[order],
        unit=np.cumsum(new_unit) - 1,
        unit_domain=domain[order][first_answer],
        first_answer=first_answer,
        first_unit=np.flatnonzero(new_learner),
        learner=np.cumsum(new_learner) - 1,
        who=owner[new_learner],
    )


def _expect(ordered: _Sorted, difficulty: Floats, spreads: _Spreads) -> tuple[Floats, Floats, _Spreads]:
    """What the answers say of abilities: (units × nodes), (learners × nodes), and the spreads that follow."""
    able = logistic(NODES[None, :] - difficulty[ordered.item, None])
    lift = 1.0 - ordered.floor[:, None]
    wrong = lift * (1.0 - able)
    log_likelihood = np.log(np.where(ordered.correct[:, None], 1.0 - wrong, wrong))
    of_unit = _normal(np.add.reduceat(log_likelihood, ordered.first_answer, axis=0))
    distance = (NODES[None, :] - NODES[:, None]) ** 2
    kernel = np.exp(-distance / (2.0 * spreads.domain**2))
    kernel /= kernel.sum(axis=1, keepdims=True)
    upward = np.maximum(of_unit @ kernel.T, 1e-300)
    prior = -((NODES - spreads.mean) ** 2) / (2.0 * spreads.sd**2)
    general = _normal(np.add.reduceat(np.log(upward), ordered.first_unit, axis=0) + prior)
    general /= general.sum(axis=1, keepdims=True)
    downward = general[ordered.learner] / upward
    abilities = (downward @ kernel) * of_unit
    total = abilities.sum(axis=1, keepdims=True)
    domain_variance = (((downward @ (kernel * distance)) * of_unit).sum(axis=1, keepdims=True) / total).mean()
    mean = float((general @ NODES).mean())
    variance = float((general @ (NODES - mean) ** 2).mean())
    found = _Spreads(mean, _bounded(variance), _bounded(float(domain_variance)), spreads.difficulty)
    return abilities / total, general, found


def _maximise(
    ordered: _Sorted, difficulty: Floats, abilities: Floats, prior: Floats, spread: Floats
) -> tuple[Floats, Floats]:
    """(difficulties after one step of Fisher's scoring, their information), both of length Q."""
    able = logistic(NODES[None, :] - difficulty[ordered.item, None])
    wrong = (1.0 - ordered.floor[:, None]) * (1.0 - able)
    weight = abilities[ordered.unit]
    # d log-likelihood / d ability: able · wrong / right for a right answer, -able for a wrong one.
    slope = np.where(ordered.correct[:, None], wrong / (1.0 - wrong), -1.0) * able
    score = np.einsum("nk,nk->n", weight, slope)
    # What one answer says of the difficulty when the ability is known no better than this: the slope of the
    # expected share right, squared, over the variance of the answer.
    steep = np.einsum("nk,nk->n", weight, able * wrong)
    miss = np.einsum("nk,nk->n", weight, wrong)
    gained = steep**2 / np.maximum(miss * (1.0 - miss), 1e-9)
    size = len(prior)
    information = np.bincount(ordered.item, gained, size) + 1.0 / spread**2
    gradient = -np.bincount(ordered.item, score, size) - (difficulty - prior) / spread**2
    step = np.clip(gradient / information, -LONGEST_MOVE, LONGEST_MOVE)
    return np.clip(difficulty + step, -6.0, 6.0), information


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
    ordered: _Sorted, answers: Answers, items: Items, abilities: Floats, general: Floats, spreads: _Spreads
) -> _Abilities:
    """Means and standard deviations; who has not answered (in a domain) is what the rest says of him."""
    learners, domains = int(answers.learner.max()) + 1, int(items.domain.max()) + 1
    mean, error = np.full(learners, spreads.mean), np.full(learners, spreads.sd)
    mean[ordered.who], error[ordered.who] = _moments(general)
    by_domain = np.repeat(mean[:, None], domains, axis=1)
    domain_error = np.repeat(np.hypot(error, spreads.domain)[:, None], domains, axis=1)
    place = (ordered.who[ordered.learner], ordered.unit_domain)
    by_domain[place], domain_error[place] = _moments(abilities)
    return _Abilities(mean, error, by_domain, domain_error)


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
