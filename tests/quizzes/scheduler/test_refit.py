"""Refits: what counts, when one is due, how far it is trusted, whether it is adopted, and what fsrs-rs makes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduler import fsrs6, memory, refit
from quizzes.scheduler.foretell import Answer, Table, evaluable, log_loss
from quizzes.scheduler.memory import Rating, usable_parameters
from tests.patience import comes_to_an_end

DEFAULTS = refit.clipped(fsrs6.DEFAULTS)
# Forgets faster than the defaults say, above all after the first day.
FORGETFUL = refit.clipped([0.05, 0.25, 0.6, 3.0, *DEFAULTS[4:8], 1.2, *DEFAULTS[9:20], 0.3])

needs_extra = pytest.mark.skipif(
    not refit.available(), reason="fsrs-rs-python is not installed (requirements/refit.txt)"
)


def learner(truth: Sequence[float], seed: int, cards: int = 150, reviews: int = 9) -> list[list[Answer]]:
    """Histories of a learner whose memory is FSRS-6 with these parameters, answered at intervals of all lengths."""
    random = np.random.default_rng(seed)
    w = fsrs6.vector(truth)
    days = random.integers(0, 60, cards)
    histories: list[list[Answer]] = [[] for _ in range(cards)]
    rating = random.choice(4, cards, p=[0.25, 0.1, 0.5, 0.15]) + 1
    stability, difficulty = fsrs6.review(
        w, np.full(cards, np.nan), np.full(cards, np.nan), rating, np.zeros(cards)
    )
    gap = np.zeros(cards, dtype=int)
    for place in range(reviews):
        if place:
            gap = np.where(
                random.random(cards) < 0.15, 0, np.ceil(stability * random.uniform(0.3, 3.0, cards))
            ).astype(int)
            known = random.random(cards) < fsrs6.retrievability(w, stability, gap)
            rating = np.where(known, random.choice(3, cards, p=[0.2, 0.65, 0.15]) + 2, 1)
            stability, difficulty = fsrs6.review(w, stability, difficulty, rating, gap)
        days = days + gap
        for card in range(cards):
            histories[card].append(Answer(int(rating[card]), int(gap[card]), float(days[card]) + place / 100))
    return histories


def always(values: Sequence[float], asked: list[int] | None = None) -> refit.Trainer:
    """A trainer that answers with these numbers and notes how many items it was to fit."""

    def trainer(items: list[refit.Item]) -> Callable[[int], Sequence[float]]:
        def train_first(number: int) -> Sequence[float]:
            assert 0 < number <= len(items)
            if asked is not None:
                asked.append(number)
            return values

        return train_first

    return trainer


def shifted(parameters: Sequence[float], **changes: float) -> list[float]:
    values = list(parameters)
    for name, value in changes.items():
        values[int(name[1:])] = value
    return values


# --- what counts ---------------------------------------------------------------------------------------------


def test_only_later_days_with_a_history_count_and_in_order_of_time() -> None:
    one = [Answer(3, 0, 10.0), Answer(1, 0, 10.1), Answer(3, 2, 12.0), Answer(1, 5, 17.0)]
    other = [(2, 0, 9.0), (4, 4, 13.0)]  # plain tuples will do
    known = evaluable([one, other, [], [Answer(3, 0, 1.0)]])  # type: ignore[list-item]
    assert known.card.tolist() == [0, 1, 0]
    assert known.place.tolist() == [2, 1, 3]
    assert known.elapsed.tolist() == [2, 4, 5]
    assert known.recalled.tolist() == [1, 1, 0]
    assert refit.count([one, other]) == 3  # type: ignore[list-item]
    assert len(evaluable([])) == 0


def test_forecasts_are_those_of_the_memory_that_answers_use() -> None:
    histories = learner(FORGETFUL, seed=1, cards=25)
    known = evaluable(histories)
    recall = Table(histories).recall(known, FORGETFUL)
    for index in range(0, len(known), 17):
        then = memory.NEW
        for answer in histories[known.card[index]][: known.place[index]]:
            then = memory.review(then, Rating(answer.rating), answer.elapsed, FORGETFUL).memory
        assert then.stability is not None
        expected = memory.retrievability(then.stability, float(known.elapsed[index]), FORGETFUL[20])
        assert recall[index] == pytest.approx(expected, abs=1e-9)


def test_log_loss() -> None:
    assert log_loss(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == pytest.approx(math.log(2))
    assert log_loss(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == pytest.approx(0, abs=1e-3)
    assert log_loss(np.array([0.0]), np.array([1.0])) < 10  # nothing is so sure that it may cost everything
    assert math.isnan(log_loss(np.array([]), np.array([])))


# --- when ----------------------------------------------------------------------------------------------------


def test_due_at_64_answers_then_weekly_at_most_and_when_there_is_more() -> None:
    assert not refit.due(63)
    assert refit.due(64)
    assert not refit.due(1_000, last_reviews=64, days_since=6)
    assert refit.due(1_000, last_reviews=64, days_since=7)
    assert not refit.due(1_050, last_reviews=1_000, days_since=300)
    assert refit.due(1_100, last_reviews=1_000, days_since=7)
    assert not refit.due(60, last_reviews=0, days_since=7)


@given(st.lists(st.integers(0, 120), min_size=1, max_size=120))
def test_every_doubling_is_fitted_within_a_week(answers_a_day: list[int]) -> None:
    total, last, fits = 0, None, []
    for day, answers in enumerate([*answers_a_day, *[0] * 8]):
        total += answers
        if refit.due(total, *((None, None) if last is None else (last[0], day - last[1]))):
            last = (total, day)
            fits.append(last)
    assert all(later[1] - earlier[1] >= 7 for earlier, later in pairwise(fits))
    assert (total >= 64) == bool(fits)
    if fits:
        assert total < 2 * fits[-1][0]


# --- how far it is trusted, and whether it is adopted: with a trainer of our own -------------------------------


def test_too_few_answers_are_not_fitted() -> None:
    fit = refit.fit(learner(FORGETFUL, seed=2, cards=5, reviews=4), trainer=always(DEFAULTS))
    assert (fit.parameters, fit.adopted, fit.loss_before, fit.loss_after) == (None, False, None, None)
    assert "Too early" in fit.reason


def test_a_better_fit_is_adopted_and_drawn_to_its_prior() -> None:
    histories = learner(FORGETFUL, seed=3)
    fit = refit.fit(histories, trainer=always(FORGETFUL))
    assert fit.adopted
    assert fit.reviews == refit.count(histories)
    assert fit.loss_before is not None and fit.loss_after is not None
    assert fit.loss_after < fit.loss_before
    weight = fit.reviews / (fit.reviews + refit.TRUST)
    assert fit.parameters == pytest.approx(refit.between(DEFAULTS, FORGETFUL, weight))
    assert fit.parameters is not None
    assert DEFAULTS[8] > fit.parameters[8] > FORGETFUL[8]


def test_a_worse_fit_is_refused_with_its_figures() -> None:
    fit = refit.fit(learner(DEFAULTS, seed=4), trainer=always(FORGETFUL))
    assert not fit.adopted
    assert fit.parameters is not None  # kept for the record
    assert fit.loss_before is not None and fit.loss_after is not None
    assert fit.loss_after > fit.loss_before
    assert fit.reason.startswith("Refused")
    assert f"{fit.loss_after:.4f}" in fit.reason


def test_it_is_judged_by_answers_that_it_did_not_see() -> None:
    histories = learner(DEFAULTS, seed=5)
    total = refit.count(histories)
    asked: list[int] = []
    refit.fit(histories, trainer=always(DEFAULTS, asked))
    assert asked == [round(0.8 * total), total]
    asked.clear()
    refit.fit(histories, prior=FORGETFUL, trainer=always(DEFAULTS, asked))
    assert asked == [round(0.4 * total), round(0.6 * total), round(0.8 * total), total]


def test_items_are_in_order_of_time_and_hold_nothing_later() -> None:
    histories = learner(DEFAULTS, seed=6, cards=40)
    known = evaluable(histories)
    told: list[refit.Item] = []

    def trainer(items: list[refit.Item]) -> Callable[[int], Sequence[float]]:
        told[:] = items
        return lambda number: DEFAULTS

    refit.fit(histories, trainer=trainer)
    for item, card, place in zip(told, known.card, known.place, strict=True):
        assert item == [(answer.rating, answer.elapsed) for answer in histories[card][: place + 1]]
    times = [histories[card][place].at for card, place in zip(known.card, known.place, strict=True)]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("prior", "fitted", "trust"), [(FORGETFUL, DEFAULTS, 4096), (DEFAULTS, FORGETFUL, 64)]
)
def test_a_prior_earns_trust_where_it_foretells_better_than_fits(
    prior: refit.Parameters, fitted: refit.Parameters, trust: int
) -> None:
    prior = refit.clipped(shifted(prior, w4=6.5))  # of a class
    histories = learner(FORGETFUL, seed=16)
    total = refit.count(histories)
    fit = refit.fit(histories, prior=prior, trainer=always(fitted))
    assert fit.parameters == pytest.approx(refit.between(prior, fitted, total / (total + trust)))


@pytest.mark.parametrize("values", [[], [1.0] * 20, [math.nan] * 21, [math.inf, *DEFAULTS[1:]], [[1.0]] * 21])
def test_what_is_no_vector_of_parameters_is_refused(values: Sequence[float]) -> None:
    fit = refit.fit(learner(DEFAULTS, seed=7), trainer=always(values))
    assert (fit.adopted, fit.parameters) == (False, None)
    assert "old ones are kept" in fit.reason


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=21, max_size=21))
def test_clipped_parameters_are_always_usable(values: list[float]) -> None:
    assert usable_parameters(refit.clipped(values))
    assert refit.clipped(refit.clipped(values)) == refit.clipped(values)


def test_clipping_is_that_of_fsrs_rs() -> None:
    assert refit.clipped(shifted(DEFAULTS, w19=0.0, w20=0.05))[19:] == (0.01, 0.1)
    assert refit.clipped([200.0] * 21) == refit.HIGHEST
    assert refit.clipped([-200.0] * 21) == refit.LOWEST
    rounded = refit.clipped(
        np.array(refit.LOWEST, dtype=np.float32)
    )  # 32 bits: a little outside, some of them
    assert usable_parameters(rounded)


def test_unusable_parameters_in_use_are_as_none() -> None:
    histories = learner(FORGETFUL, seed=8)
    broken = refit.fit(histories, in_use=[math.nan] * 21, prior=[1.0], trainer=always(FORGETFUL))
    assert broken == refit.fit(histories, trainer=always(FORGETFUL))


def test_without_the_extra_the_app_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refit, "available", lambda: False)
    fit = refit.fit(learner(DEFAULTS, seed=9))
    assert (fit.adopted, fit.parameters, fit.reason) == (False, None, refit.MISSING)
    assert "requirements/refit.txt" in fit.reason
    assert refit.class_prior([learner(DEFAULTS, seed=seed) for seed in range(3)]).reason == refit.MISSING


@given(st.floats(0, 1))
def test_between_goes_from_the_prior_to_the_fit(weight: float) -> None:
    mixed = refit.between(DEFAULTS, FORGETFUL, weight)
    assert usable_parameters(mixed)
    for a, b, value in zip(DEFAULTS, FORGETFUL, mixed, strict=True):
        assert min(a, b) - 1e-9 <= value <= max(a, b) + 1e-9


def test_the_middle_of_fits_is_a_median() -> None:
    assert refit.middle([DEFAULTS, DEFAULTS, FORGETFUL]) == DEFAULTS


# --- with the library --------------------------------------------------------------------------------------


@needs_extra
def test_a_learner_unlike_the_defaults_is_learned() -> None:
    histories = learner(FORGETFUL, seed=10)
    fit = refit.fit(histories)
    assert fit.adopted
    assert fit.parameters is not None and usable_parameters(fit.parameters)
    fresh = learner(FORGETFUL, seed=11)
    known, table = evaluable(fresh), Table(fresh)
    fitted, before, best = (
        log_loss(table.recall(known, w), known.recalled) for w in (fit.parameters, None, FORGETFUL)
    )
    assert fitted < before - 0.5 * (before - best)  # more than half of what there is to gain


@needs_extra
def test_few_answers_are_fitted_around_their_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(items: list[refit.Item]) -> Callable[[int], Sequence[float]]:
        raise AssertionError("the library fits from a thousand answers on")

    monkeypatch.setattr(refit, "_fsrs_rs", never)
    few = learner(FORGETFUL, seed=20, cards=40)
    assert refit.FIRST <= refit.count(few) < refit.MANY
    fit, near = refit.fit(few), refit.fit(few, prior=FORGETFUL)
    assert fit.parameters is not None and near.parameters is not None
    assert usable_parameters(fit.parameters)
    assert fit.loss_after != fit.loss_before
    apart = [
        np.abs(np.array(w[4:]) - np.array(FORGETFUL[4:])).sum() for w in (near.parameters, fit.parameters)
    ]
    assert apart[0] < apart[1]
    with pytest.raises(AssertionError):
        refit.fit(learner(FORGETFUL, seed=20, cards=300))


@needs_extra
def test_the_same_answers_give_the_same_fit() -> None:
    assert refit.fit(learner(FORGETFUL, seed=12)) == refit.fit(learner(FORGETFUL, seed=12))


@needs_extra
@pytest.mark.parametrize("rating", list(Rating))
def test_a_learner_who_always_says_the_same_breaks_nothing(rating: Rating) -> None:
    """All Easy, all Again: a usable vector or a sentence."""
    histories = [
        [Answer(rating, 3 * bool(place), card + place * 3.0) for place in range(6)] for card in range(40)
    ]
    fit = refit.fit(histories)
    assert fit.reason
    assert fit.parameters is None or usable_parameters(fit.parameters)


@needs_extra
def test_a_failure_inside_the_library_is_a_refusal(capfd: pytest.CaptureFixture[str]) -> None:
    """A panic there is no Exception and would end a worker."""
    with pytest.raises(refit.FittingError, match="the library says"):
        refit._fsrs_rs([[(3, 0)]] * 100)(100)
    capfd.readouterr()  # the library also prints what went wrong


@needs_extra
def test_ten_thousand_answers_are_fitted() -> None:
    histories = learner(FORGETFUL, seed=13, cards=1_300, reviews=10)
    assert refit.count(histories) > 9_500
    with comes_to_an_end():
        assert refit.fit(histories).adopted


def test_a_card_answered_without_end_does_not_stop_a_fit() -> None:
    endless = [Answer(3 if place % 7 else 1, 1 if place else 0, float(place)) for place in range(5_000)]
    asked: list[int] = []
    fit = refit.fit([endless, *learner(DEFAULTS, seed=17, cards=40)], trainer=always(DEFAULTS, asked))
    assert fit.reviews > 5_000
    assert asked[-1] < 40 * 9 + refit.LONGEST_HISTORY


def test_of_very_many_answers_cards_drawn_by_lot_are_fitted_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refit, "MOST", 200)
    histories = learner(DEFAULTS, seed=14)
    beginnings = {
        tuple((a.rating, a.elapsed) for a in history[:n]) for history in histories for n in range(1, 10)
    }
    asked: list[int] = []

    def trainer(items: list[refit.Item]) -> Callable[[int], Sequence[float]]:
        assert all(tuple(item) in beginnings for item in items)
        return always(DEFAULTS, asked)(items)

    fit = refit.fit(histories, trainer=trainer)
    assert 200 <= asked[-1] < 200 + 9
    assert fit.reviews == refit.count(histories) > 900


def test_the_lot_takes_cards_as_they_are() -> None:
    """The share that was forgotten is that of all cards, not that of the cards that are asked often."""
    histories = learner(FORGETFUL, seed=18, cards=600)
    known, drawn = evaluable(histories), evaluable(refit._sample(histories, 1_500))
    assert 1_500 <= len(drawn) < 1_510
    assert abs(drawn.recalled.mean() - known.recalled.mean()) < 0.03
    assert [*refit._sample(histories, 1_500)] == [*refit._sample(histories, 1_500)]


@needs_extra
def test_a_class_foretells_its_next_member() -> None:
    members = [learner(shifted(FORGETFUL, w2=0.6 + seed / 20), seed=seed, cards=60) for seed in range(8)]
    prior = refit.class_prior(members)
    assert prior.adopted
    assert prior.loss_before is not None and prior.loss_after is not None
    assert prior.loss_after < prior.loss_before
    newcomer = learner(FORGETFUL, seed=99)
    known, table = evaluable(newcomer), Table(newcomer)
    assert log_loss(table.recall(known, prior.parameters), known.recalled) < log_loss(
        table.recall(known, None), known.recalled
    )


def test_a_class_of_two_has_no_prior() -> None:
    prior = refit.class_prior([learner(DEFAULTS, seed=1), learner(DEFAULTS, seed=2), []])
    assert (prior.adopted, prior.parameters) == (False, None)
    assert "Too early" in prior.reason


def test_nobody_speaks_louder_than_the_others_in_a_class() -> None:
    asked: list[int] = []
    members = [learner(DEFAULTS, seed=seed, cards=60) for seed in range(4)] + [
        learner(DEFAULTS, seed=5, cards=2_000)
    ]
    refit.class_prior(members, trainer=always(DEFAULTS, asked))
    assert max(asked) < 5 * (refit.ANSWERS_OF_A_MEMBER + 10)
