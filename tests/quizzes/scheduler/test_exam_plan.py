"""The exam plan: prices that use the minutes, an order that pays, and sense from senseless input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.scheduler import fsrs6, map_fit
from quizzes.scheduler.exam_outlook import Cards, Outlook, rank
from quizzes.scheduler.exam_plan import ExamPlan, usable
from quizzes.scheduler.exam_table import MOST_MOMENTS, USUAL, moments

UNSEEN = float("nan")


def a_deck(seen: int, unseen: int, seed: int = 1) -> Cards:
    """Cards in the middle of a course: stabilities from hours to months."""
    random = np.random.default_rng(seed)
    stability = np.concatenate([np.exp(random.normal(1.5, 1.5, seen)), np.full(unseen, UNSEEN)])
    return Cards.of(stability, random.uniform(2, 9, seen + unseen), random.integers(0, 9, seen + unseen))


# --- moments -----------------------------------------------------------------------------------------------


@given(days=st.integers(1, 400))
def test_moments_begin_today_end_on_the_last_day_and_stay_few(days: int):
    at = moments(days)
    assert at[0] == 0 and at[-1] == days - 1
    assert len(at) <= MOST_MOMENTS
    assert (np.diff(at) > 0).all()


def test_a_closed_day_is_no_moment_but_today_always_is():
    assert moments(5, [False, True, False, True, True]).tolist() == [0, 1, 3, 4]


# --- prices ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "unseen", "days", "seconds"), [(0, 400, 30, 480), (250, 150, 20, 600), (300, 0, 10, 300)]
)
def test_prices_use_the_minutes_of_each_day(seen: int, unseen: int, days: int, seconds: float):
    outlook = Outlook(a_deck(seen, unseen), [seconds] * days)
    spent = outlook.budget.spent(outlook.price, 0.002)
    assert spent.sum() == pytest.approx(outlook.budget.seconds.sum(), rel=0.05)
    assert np.abs(spent / outlook.budget.seconds - 1).mean() < 0.25


def test_minutes_to_spare_cost_nothing():
    ranking = rank(a_deck(20, 0), [7200] * 10)
    assert ranking.prices.max() < 1e-4


def test_scarce_minutes_cost_more():
    deck = a_deck(200, 200)
    assert rank(deck, [300] * 20).prices[0] > 1.3 * rank(deck, [1200] * 20).prices[0]


def test_a_day_off_asks_nothing_of_its_neighbours_plan():
    open_, closed = [600.0] * 10, [600.0, 0, 0, 0, 0, 600, 600, 600, 600, 600]
    deck = a_deck(100, 100)
    assert rank(deck, closed).prices[0] > rank(deck, open_).prices[0]


# --- gains -------------------------------------------------------------------------------------------------


def test_a_card_of_more_weight_is_worth_more():
    weight = np.ones(100)
    weight[7] = 5.0
    ranking = rank(Cards.of([3.0] * 100, [5.0] * 100, [3] * 100, weight), [600] * 10)
    assert ranking.order[0] == 7


def test_a_slow_card_is_worth_less_a_second():
    pace = np.ones(50)
    pace[3] = 3.0
    ranking = rank(Cards.of([3.0] * 50, [5.0] * 50, [3] * 50, 1.0, pace), [300] * 10)
    assert ranking.gain[3] < np.delete(ranking.gain, 3).min()
    assert ranking.seconds[3] == pytest.approx(3 * ranking.seconds[0])


def test_what_is_known_beyond_doubt_is_left_alone():
    stability = np.array([5000.0] * 20 + [2.0] * 20)
    ranking = rank(Cards.of(stability, [5.0] * 40, [2] * 40), [120] * 5)
    assert set(ranking.order[:20].tolist()) == set(range(20, 40))
    assert (ranking.next_day[:20] == -1).all()


def test_everything_unseen_is_worth_meeting_while_there_is_time():
    ranking = rank(a_deck(0, 60), [900] * 20)
    assert len(ranking.order) == 60 and (ranking.gain > 0).all()


def test_on_the_last_day_with_time_to_spare_everything_shaky_is_seen_again():
    ranking = rank(Cards.of([4.0] * 30, [5.0] * 30, [6] * 30), [3600])
    assert len(ranking.order) == 30


def test_gain_is_the_share_of_the_whole_exam():
    """One unseen card of two, one day before the exam: its gain is what a first sight leaves until tomorrow, halved."""
    ranking = rank(Cards.of([UNSEEN, 4000.0], [5.0, 5.0], [0, 0]), [3600])
    kept = fsrs6.retrievability(fsrs6.DEFAULTS, USUAL.first_memory(fsrs6.DEFAULTS)[0], 1) @ USUAL.first
    assert ranking.gain[0] * ranking.seconds[0] == pytest.approx(kept / 2, rel=0.02)


def test_many_cards_are_ranked_as_few_are():
    few = a_deck(300, 100, seed=3)
    many = Cards(
        *(np.tile(getattr(few, name), 15) for name in ("stability", "difficulty", "age", "weight", "pace"))
    )
    once, often = rank(few, [600] * 20), rank(many, [9000] * 20)
    assert often.gain[:400] * 15 == pytest.approx(once.gain, rel=0.2, abs=2e-6)


# --- the forecast ------------------------------------------------------------------------------------------


def test_more_minutes_promise_more():
    deck = a_deck(150, 250)
    scores = [Outlook(deck, [60 * minutes] * 21).forecast().mean() for minutes in (0, 5, 10, 20, 40)]
    assert scores == sorted(scores) and scores[-1] > scores[0] + 0.2
    assert scores[0] >= 0 and scores[-1] <= 1


def test_without_study_the_forecast_is_forgetting():
    deck = Cards.of([10.0, UNSEEN], [5.0, 5.0], [3, 0])
    forecast = Outlook(deck, [0.0] * 7).forecast()
    assert forecast == pytest.approx([float(fsrs6.retrievability(fsrs6.DEFAULTS, 10.0, 10)), 0.0], abs=0.02)


# --- the plan, from answer to answer -----------------------------------------------------------------------


def test_an_answered_card_leaves_todays_order_and_a_failed_one_may_return():
    plan = ExamPlan(None, range(30), 10, 600)
    first, second = plan.order(0)[:2]
    plan.record(first, 3, 0, 12)
    plan.record(second, 1, 0, 19)
    assert first not in plan.order(0)
    assert plan.order(0).count(second) <= 1
    assert plan.order(0)[0] != second


def test_a_failure_recorded_with_its_repetition_is_not_asked_again_that_day():
    plan = ExamPlan(None, range(30), 10, 600)
    for rating, card in zip([2, 1, 1, 2, 1, 1], plan.order(0), strict=False):
        plan.record(card, rating, 0, 33)
    assert len(plan.order(0)) == 24


def test_missed_days_are_planned_for_after_they_were_missed():
    plan = ExamPlan(None, range(200), 30, 600)
    for day in (0, 1, 6, 7):
        spent = 0
        while spent < 580 and plan.order(day):
            plan.record(plan.order(day)[0], 3, day, 20)
            spent += 20
    assert plan._attendance.share < 0.75


def test_weights_by_id_decide_what_comes_first():
    plan = ExamPlan(None, "abcdef", 1, 40, weights=dict.fromkeys("abcdef", 1.0) | {"e": 9.0})
    assert plan.order(0)[0] == "e"


def test_the_same_answers_give_the_same_plan():
    def played() -> list[object]:
        plan = ExamPlan(None, range(80), 12, 300)
        for day in range(12):
            for number, card in enumerate(plan.order(day)[:15]):
                plan.record(card, 1 + (number + day) % 4, day, 10 + number)
        return plan.order(11)

    assert played() == played()


@settings(max_examples=25, deadline=None)
@given(
    cards=st.integers(0, 12),
    days=st.integers(-2, 9),
    seconds=st.sampled_from([0.0, -5.0, 1.0, 60.0, 1e7]),
    answers=st.lists(
        st.tuples(
            st.integers(0, 11),
            st.integers(1, 4),
            st.integers(-1, 12),
            st.sampled_from([-1.0, 0.0, 7.5, 1e9, float("nan")]),
        ),
        max_size=25,
    ),
)
def test_no_senseless_course_of_answers_breaks_a_plan(
    cards: int, days: int, seconds: float, answers: list[tuple[int, int, int, float]]
):
    plan = ExamPlan(None, range(cards), days, seconds)
    for card, rating, day, took in answers:
        if card < cards:
            plan.record(card, rating, day, took)
        order = plan.order(day)
        assert len(set(order)) == len(order) and set(order) <= set(range(cards))
    for recall in plan.forecast(3).values():
        assert 0.0 <= recall <= 1.0


def test_nothing_is_asked_on_exam_day_and_after():
    plan = ExamPlan(None, range(5), 3, 600)
    assert plan.order(3) == [] and plan.order(9) == []


@pytest.mark.parametrize(
    "bad", ([0.1] * 20, [float("nan")] * 21, [1e9] * 21, [-1.0, *fsrs6.DEFAULTS[1:]], [], [float("inf")] * 21)
)
def test_parameters_that_are_none_are_refused(bad: list[float]):
    with pytest.raises(ValueError):
        ExamPlan(bad, range(3), 5, 60)


def test_answers_that_are_none_are_refused():
    plan = ExamPlan(None, range(3), 5, 60)
    with pytest.raises(ValueError, match="not among the cards"):
        plan.record(7, 3, 0, 1)
    with pytest.raises(ValueError, match="A rating is"):
        plan.record(1, 5, 0, 1)


@pytest.mark.parametrize(("days", "seconds", "rating"), ((5.0, float("inf"), 3.0), (5, 1e12, np.float64(1))))
def test_whole_numbers_written_as_floats_and_endless_time_are_taken(
    days: float, seconds: float, rating: float
):
    plan = ExamPlan(None, range(3), days, seconds)  # type: ignore[arg-type]
    plan.record(1, rating, 0, 10)  # type: ignore[arg-type]
    assert set(plan.order(0)) >= {0, 2}


def test_seconds_that_are_no_number_are_refused():
    with pytest.raises(ValueError, match="seconds a day"):
        ExamPlan(None, range(3), 5, float("nan"))


def test_a_real_fit_a_little_beyond_the_bounds_is_taken_as_it_is():
    assert usable([*fsrs6.DEFAULTS[:20], 0.075])[20] == 0.075


# --- the fit from few answers ------------------------------------------------------------------------------


def histories(w: np.ndarray, cards: int, seed: int) -> list[list[tuple[int, int]]]:
    """What a learner with these parameters would answer at growing gaps."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(cards):
        rating = int(random.choice([1, 2, 3, 4], p=USUAL.first))
        state = fsrs6.review(w, UNSEEN, 5.0, rating, 0)
        answers = [(rating, 0)]
        for gap in (1, 2, 4, 7)[: int(random.integers(1, 5))]:
            known = random.random() < fsrs6.retrievability(w, state[0], gap)
            rating = int(random.choice([2, 3, 4], p=USUAL.passed)) if known else 1
            state = fsrs6.review(w, *state, rating, gap)
            answers.append((rating, gap))
        found.append(answers)
    return found


def surprise(w: np.ndarray, answers: map_fit.Answers) -> float:
    recall, recalled = map_fit.predictions(w, answers)
    return float(-np.log(np.where(recalled, recall[0], 1 - recall[0])).mean())


def test_a_fit_predicts_new_answers_of_its_learner_better_than_the_defaults():
    forgetful = fsrs6.DEFAULTS.copy()
    forgetful[:4] *= 0.25
    learned = map_fit.fit(map_fit.Answers.of(histories(forgetful, 300, 1)))
    fresh = map_fit.Answers.of(histories(forgetful, 300, 2))
    assert surprise(learned, fresh) < surprise(fsrs6.DEFAULTS, fresh) - 0.01
    assert surprise(learned, fresh) < surprise(forgetful, fresh) + 0.02


def test_without_later_answers_nothing_is_learned():
    assert (map_fit.fit(map_fit.Answers.of([[(3, 0)], [], [(1, 0), (3, 0)]])) == fsrs6.DEFAULTS).all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 400)), max_size=6), max_size=8))
def test_a_fit_of_anything_stays_within_the_bounds(rows: list[list[tuple[int, int]]]):
    w = map_fit.fit(map_fit.Answers.of([[(row[0][0], 0), *row[1:]] if row else [] for row in rows]))
    assert np.isfinite(w).all() and (w >= map_fit.LOW).all() and (w <= map_fit.HIGH).all()


def test_memories_are_those_of_the_answers_one_by_one():
    rows = histories(fsrs6.DEFAULTS, 40, 5)
    stability, difficulty = map_fit.memories(fsrs6.DEFAULTS, map_fit.Answers.of([[], *rows]))
    assert np.isnan(stability[0])
    for place, row in enumerate(rows, start=1):
        state: tuple[fsrs6.Array, fsrs6.Array] = (np.array(UNSEEN), np.array(5.0))
        for rating, gap in row:
            state = fsrs6.review(fsrs6.DEFAULTS, *state, rating, gap)
        assert (stability[place], difficulty[place]) == pytest.approx((float(state[0]), float(state[1])))
