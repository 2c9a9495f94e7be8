"""The forecast: never NaN, always in order, never lower for a right answer or a better memory, right on the whole."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.calibration.ability import Bank, Evidence, Population
from quizzes.calibration.exam import Exam
from quizzes.calibration.readiness import Inputs, Readiness, _widened, forecast
from quizzes.calibration.response import Floats, logistic

EXAM = Exam((32, 26, 24, 18), 50, 720, 100, 1000)
NOISE = 1e-9  # of sums


def bank(questions: int, topics: int = 8, seed: int = 1) -> Bank:
    rng = np.random.default_rng(seed)
    return Bank(
        difficulty=rng.normal(0.0, 1.0, questions),
        error=np.full(questions, 0.3),
        luck=rng.choice([0.0, 0.25], questions),
        topic=np.arange(questions) % topics,
        topic_domain=np.arange(topics) % 4,
    )


def inputs(right: list[bool], questions: int = 80, recall: float = 0.4, **changes: Any) -> Inputs:
    """`right`: answers to the first questions in order, each at first sight."""
    answered = np.arange(len(right)) % questions
    seen = Evidence(answered, np.array(right, dtype=bool), np.zeros(len(right)))
    return replace(Inputs(EXAM, bank(questions), seen, np.full(questions, recall), 7.0), **changes)


def numbers(found: object) -> list[float]:
    """Every number of a result, however deep."""
    if isinstance(found, dict):
        found = list(found.values())
    if isinstance(found, list | tuple):
        return [number for each in found for number in numbers(each)]
    return [float(found)] if isinstance(found, int | float) else []


def in_order(found: Readiness) -> None:
    assert np.isfinite(numbers(asdict(found))).all()
    assert 0.0 <= found.low <= found.probability <= found.high <= 1.0
    assert 0.0 <= found.share_low <= found.share_high <= 1.0
    assert 0.0 <= found.share <= 1.0
    for domain in found.domains:
        assert 0.0 <= domain.low <= domain.right <= domain.high <= 1.0
    assert len(found.best_topics) <= 3
    assert all(gain.probability >= 0 and gain.hours > 0 for gain in found.best_topics)


@settings(max_examples=25, deadline=None)
@given(st.data(), st.integers(1, 120), st.integers(0, 2**32 - 1))
def test_one_more_right_answer_never_lowers_it(data: st.DataObject, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    question = rng.integers(0, 30, count)
    recall = rng.choice([0.0, rng.random()], count)
    right = rng.random(count) < rng.random()
    place = data.draw(st.integers(0, count - 1))
    made = Inputs(EXAM, bank(30), Evidence(question, right, recall), rng.random(30), 5.0)
    both = []
    for answer in (False, True):
        changed = right.copy()
        changed[place] = answer
        found = forecast(replace(made, evidence=Evidence(question, changed, recall)))
        in_order(found)
        both.append(found)
    assert both[1].probability >= both[0].probability - NOISE
    assert both[1].share >= both[0].share - NOISE


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 40), st.integers(0, 2**32 - 1), st.integers(0, 29), st.floats(0, 1))
def test_higher_recall_never_lowers_it(count: int, seed: int, place: int, more: float) -> None:
    rng = np.random.default_rng(seed)
    seen = Evidence(rng.integers(0, 30, count), rng.random(count) < 0.6, np.zeros(count))
    recall = rng.random(30)
    higher = recall.copy()
    higher[place] += (1.0 - higher[place]) * more
    low, high = (forecast(Inputs(EXAM, bank(30), seen, each, 5.0)) for each in (recall, higher))
    assert high.probability >= low.probability - NOISE
    assert high.low >= low.low - 1e-6
    assert high.share >= low.share - NOISE


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_comes_in_numbers_come_out(data: st.DataObject) -> None:
    wild = st.floats(allow_nan=True, allow_infinity=True)
    questions, topics, domains, answers = (data.draw(st.integers(0, top)) for top in (6, 4, 3, 5))
    topics = max(topics, 1)

    def column(size: int) -> Floats:
        return np.array(data.draw(st.lists(wild, min_size=size, max_size=size)), dtype=np.float64)

    def places(size: int, low: int, below: int) -> list[int]:
        return data.draw(st.lists(st.integers(low, below - 1), min_size=size, max_size=size))

    answers = answers if questions else 0
    made = Inputs(
        exam=Exam(
            tuple(data.draw(st.lists(wild, min_size=domains, max_size=domains))),
            data.draw(st.none() | st.integers(-3, 80)),
            *(data.draw(st.none() | wild) for _ in range(4)),
        ),
        bank=Bank(
            column(questions),
            column(questions),
            column(questions),
            np.array(places(questions, 0, topics), dtype=np.int64),
            np.array(places(topics, -1, max(1, domains)), dtype=np.int64),
        ),
        evidence=Evidence(
            np.array(places(answers, 0, max(1, questions)), dtype=np.int64),
            np.array(data.draw(st.lists(st.booleans(), min_size=answers, max_size=answers)), dtype=bool),
            column(answers),
        ),
        recall=column(questions),
        days_left=data.draw(wild),
        weight=column(questions),
        seconds=column(questions),
    )
    in_order(forecast(made))


def test_without_answers_it_is_wide_and_says_so() -> None:
    found = forecast(inputs([]))
    assert found.reasons == ("no_answers",)
    assert found.provisional
    assert found.high - found.low > 0.8
    some = forecast(inputs([True, False, True] * 9))
    assert some.reasons == ("few_answers",)
    assert some.provisional
    enough = forecast(inputs([True, False] * 60))
    assert not enough.provisional
    assert enough.high - enough.low < found.high - found.low


def test_all_right_passes_and_all_wrong_fails() -> None:
    best, worst = forecast(inputs([True] * 80, recall=0.9)), forecast(inputs([False] * 80, recall=0.0))
    in_order(best)
    in_order(worst)
    assert best.probability > 0.95
    assert worst.probability < 0.01
    assert best.scaled is not None and worst.scaled is not None
    assert 100 <= worst.scaled < 500 < 800 < best.scaled <= 1000


def test_what_is_remembered_anyway_says_little_of_ability() -> None:
    made = inputs([False] * 40)
    known = replace(made, evidence=replace(made.evidence, recall=np.full(40, 0.95)))
    assert forecast(known).ability > forecast(made).ability + 0.5


@pytest.mark.parametrize("days", [0.0, -3.0, 400.0])
def test_an_exam_today_in_the_past_or_far_away(days: float) -> None:
    in_order(forecast(inputs([True, False] * 30, days_left=days)))


def test_more_time_until_the_exam_makes_it_less_sure() -> None:
    near, far = (forecast(inputs([True, True, False] * 40, days_left=days)) for days in (0.0, 200.0))
    assert far.high - far.low > near.high - near.low


def test_no_blueprint_is_one_domain() -> None:
    found = forecast(
        inputs([True, False] * 40, exam=Exam(scored=40, pass_mark=70, scale_min=0, scale_max=100))
    )
    assert found.reasons == ("no_blueprint",)
    assert [(each.on_form, each.questions) for each in found.domains] == [(40, 80)]


def test_no_pass_mark_is_said_and_nothing_is_scaled() -> None:
    found = forecast(inputs([True, False] * 40, exam=Exam((1, 1, 1, 1), 50)))
    assert "no_pass_mark" in found.reasons
    assert found.provisional
    assert (found.scaled, found.scaled_low, found.needed) == (None, None, 35)


def test_a_domain_without_questions_is_forecast_from_the_rest() -> None:
    made = inputs([True] * 60, recall=0.8)
    bare = replace(made, bank=replace(made.bank, topic_domain=np.arange(8) % 3))
    found = forecast(bare)
    in_order(found)
    assert "domains_uncovered" in found.reasons
    assert found.domains[3].questions == 0
    assert found.domains[3].right < found.domains[0].right  # nothing of it is remembered
    assert all(gain.topic < 8 for gain in found.best_topics)


def test_topics_outside_the_blueprint_speak_for_ability_and_are_not_asked() -> None:
    made = inputs([True] * 60)
    outside = replace(made.bank, topic_domain=np.array([0, 1, 2, 3, -1, -1, -1, -1]))
    found = forecast(replace(made, bank=outside))
    in_order(found)
    assert sum(each.on_form for each in found.domains) == 50
    assert all(gain.topic < 4 for gain in found.best_topics)


@pytest.mark.parametrize("questions", [0, 1])
def test_next_to_no_questions(questions: int) -> None:
    in_order(forecast(inputs([True] * questions, questions=questions)))


def test_a_one_question_exam() -> None:
    found = forecast(inputs([True, False] * 20, exam=Exam((1, 0, 0, 0), 1, 720, 100, 1000)))
    in_order(found)
    assert found.needed == 1
    assert found.probability == pytest.approx(found.share)


def test_a_what_if_is_the_same_call_with_another_recall() -> None:
    made = inputs([True, False] * 40)
    more = replace(made, recall=np.full(len(made.recall), 0.8))
    assert forecast(more).probability > forecast(made).probability
    assert forecast(replace(made, recall=np.full(len(made.recall), 0.4))) == forecast(made)


def test_the_best_topic_is_the_heavy_one_that_nothing_is_known_of() -> None:
    made = inputs([True, False, True] * 30, exam=Exam((70, 10, 10, 10), 50, 720, 100, 1000))
    recall = np.where(made.bank.topic == 4, 0.0, 0.8)  # topic 4 lies in the domain that weighs 70 %
    found = forecast(replace(made, recall=recall))
    assert found.best_topics[0].topic == 4
    assert found.best_topics[0].probability > 0
    rates = [gain.per_hour for gain in found.best_topics]
    assert rates == sorted(rates, reverse=True)
    assert found.best_topics[0].hours == pytest.approx(10 / 60)  # ten questions of a minute


def test_nothing_left_to_learn_names_no_topic() -> None:
    assert forecast(inputs([True] * 40, recall=1.0)).best_topics == ()


def test_provisional_difficulties_make_it_provisional() -> None:
    made = inputs([True, False] * 40)
    unsure = replace(made, bank=replace(made.bank, provisional=np.ones(80, bool)))
    assert forecast(unsure).reasons == ("difficulties_provisional",)


def test_the_same_inputs_give_the_same_figures() -> None:
    assert forecast(inputs([True, False] * 20)) == forecast(inputs([True, False] * 20))


def test_probabilities_come_true_and_intervals_hold() -> None:
    """Learners drawn as the model says: what it says of them is true of them."""
    rng = np.random.default_rng(8)
    questions, people = (
        bank(200, 12),
        Population(exam_sd=0.0, drift=0.0, half_life=1e9, carry_sd=0.0, carry=0.8),
    )
    held, said, came = [], [], []
    domain = questions.topic_domain[questions.topic]
    form = EXAM.questions()
    for _ in range(120):
        by_domain = rng.normal(0, people.sd) + rng.normal(0, people.domain_sd, 4)
        able = by_domain[questions.topic_domain] + rng.normal(0, people.topic_sd, 12)
        known = logistic(able[questions.topic] - questions.difficulty)
        asked = rng.integers(0, 200, 80)
        right = rng.random(80) < questions.luck[asked] + (1 - questions.luck[asked]) * known[asked]
        exact = replace(questions, error=np.zeros(200))
        found = forecast(
            Inputs(EXAM, exact, Evidence(asked, right, np.zeros(80)), np.full(200, 0.3), 0.0, people)
        )
        share = 1 - (1 - questions.luck) * (1 - known) * (1 - 0.8 * 0.3)
        true = np.array([share[domain == place].mean() for place in range(4)])
        score = sum(rng.binomial(count, true[place]) for place, count in enumerate(form))
        held.append(found.domains[0].low <= true[0] <= found.domains[0].high)
        said.append(found.probability)
        came.append(score >= EXAM.needed)
    assert 0.70 < np.mean(held) < 0.90
    assert np.mean(said) == pytest.approx(np.mean(came), abs=0.08)
    assert np.mean((np.array(said) - came) ** 2) < 0.75 * np.var(came)


@pytest.mark.parametrize(
    "wrong",
    [
        {"recall": np.zeros(3)},
        {"weight": np.zeros(3)},
        {"evidence": Evidence(np.array([99]), np.array([True]), np.zeros(1))},
        {"evidence": Evidence(np.array([0]), np.array([True, False]), np.zeros(1))},
        {"exam": Exam((1, 1))},
    ],
)
def test_columns_that_do_not_fit_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        forecast(inputs([True], **wrong))


@pytest.mark.parametrize(("answers", "least"), [(0, 0.4), (6, 0.32), (15, 0.2), (30, 0.0)])
def test_a_handful_of_right_answers_proves_little(answers: int, least: float) -> None:
    low, high = _widened(0.97, 0.99, answers)
    assert 0.0 <= low <= 0.97 and 0.99 <= high <= 1.0
    assert high - low >= max(least, 0.02) - 1e-9
