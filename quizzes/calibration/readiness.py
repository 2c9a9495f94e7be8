"""Will I pass? The probability to reach the pass mark on the exam date, with an 80 % interval.

One model: a fresh exam question on the fact of question i in topic t is missed with probability
`(1 - luck) · (1 - logistic(ability in t - difficulty of i)) · (1 - carry · recall of i on the exam day)`.
Ability comes from the answers (`ability`), recall from the memory forecast on the exam day, difficulties and luck from
the bank; domains and questions per domain from the blueprint. A thousand equally likely learners are drawn, each sits
every possible form (an exact sum, no drawing of forms). The probability is their mean; the interval says where
the probability lies if the learner were known exactly. More right answers and higher recall never lower it.
See docs/adr/0018-readiness-is-a-forecast-with-an-interval.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import sqrt

import numpy as np

from . import forecast as form
from .ability import USUAL, Ability, Bank, Evidence, Population, posterior, usable
from .exam import Exam
from .response import Floats, Ints, clean

SAMPLES = 1000
LOW, HIGH = 0.1, 0.9  # an 80 % interval
PROVISIONAL_BELOW = 30  # answers
LEAST_WIDTH = 0.4  # of the interval before the first answer; down to none at PROVISIONAL_BELOW
BEST = 3
HOUR = 3600.0
USUAL_DAYS = (
    2.0  # before the first day, a learner keeps two thirds of a plan on average, and one in ten a third
)
USUAL_SECONDS = 60.0  # to bring one question to `REACH` by the exam day: a first sight and some reviews
REACH = 0.9
ONE_LOOK = 0.25  # of these seconds, however little is missing
LEAST_GAIN = 1e-4  # below it passing is decided, and topics are ranked by score
LEAST_SCORE = 0.002  # share right below which studying a topic is not worth naming
LEAST_HOURS = 5 / 60  # that a topic counts with when topics are ranked


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a forecast is made of. Columns of length Q belong to the questions of `bank`.

    `recall`: expected on the exam day under the plan in question, 0 for what will not be met by then; a "what if" is
    the same inputs with another recall. `weight`: how many exam questions each stands for, relative within its domain
    (empty: all alike). `seconds`: of study to bring a question to 90 % recall on the exam day (empty: a minute).
    `days_left`: until the exam; 0 or less means that nothing changes any more. `to_come`: the part of the recall that
    is still to be earned by studying as planned, 0 to 1, and `kept_days`: days on which this learner studied so far.
    The fewer they are, the less is known of whether the plan will be kept.
    """

    exam: Exam
    bank: Bank
    evidence: Evidence
    recall: Floats
    days_left: float = 0.0
    population: Population = USUAL
    weight: Floats = field(default_factory=lambda: np.zeros(0))
    seconds: Floats = field(default_factory=lambda: np.zeros(0))
    to_come: float = 0.0
    kept_days: float = 0.0


@dataclass(frozen=True, slots=True)
class DomainForecast:
    """One domain of the blueprint. Shares are 0 to 1; `low` … `high` hold the share with 80 %."""

    domain: int
    weight: float  # of the exam, sums to 1
    on_form: int  # questions on one form
    right: float  # expected share right on the exam day
    low: float
    high: float
    recall: float  # expected recall on the exam day, mean over its questions; unseen 0
    questions: int  # in the bank; 0 means that nothing covers the domain
    answers: int


@dataclass(frozen=True, slots=True)
class TopicGain:
    """What studying one topic would add."""

    topic: int
    hours: float  # at most one: what there is left to learn
    probability: float  # gain of the probability to pass after these hours
    score: float  # gain of the expected share right after these hours
    per_hour: float  # gain of the probability an hour
    score_per_hour: float


@dataclass(frozen=True, slots=True)
class Readiness:
    """`0 ≤ low ≤ probability ≤ high ≤ 1`; shares are of questions right; scaled values are None without a scale."""

    probability: float
    low: float
    high: float
    share: float  # expected share of questions right
    share_low: float  # 80 % interval of the share that one sitting gives, its luck included
    share_high: float
    scaled: float | None  # expected scaled score
    scaled_low: float | None
    scaled_high: float | None
    needed: int  # questions right that pass
    length: int  # scored questions of a form
    domains: tuple[DomainForecast, ...]
    best_topics: tuple[TopicGain, ...]  # best first, at most three
    ability: float  # general, logits
    ability_error: float
    answers: int
    provisional: bool
    # Why the figure says less than it could, in the order of weight: no_answers, few_answers, no_pass_mark,
    # no_blueprint, difficulties_provisional, domains_uncovered.
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the sampled learners look like: S × T abilities (exam-day shift included), S carries, and S × D shares."""

    ability: Floats
    carry: Floats
    right: Floats


def forecast(inputs: Inputs) -> Readiness:
    """The forecast; never NaN, for any columns of the right lengths. Raises ValueError for wrong lengths."""
    _check(inputs)
    inputs, real_topics, real_questions = _prepare(inputs)
    questions = _questions(inputs)
    ability = posterior(inputs.evidence, inputs.bank, _domains(inputs), inputs.population)
    table = form.missed(inputs.bank, inputs.weight, inputs.recall)
    drawn = _draw(inputs, ability, table)
    density = form.scores(drawn.right, questions)
    passes = form.passing(density, inputs.exam.needed)
    probability = float(passes.mean())
    found = np.quantile(passes, (LOW, HIGH))
    low, high = _widened(float(found[0]), float(found[1]), len(inputs.evidence.question))
    overall = density.mean(axis=0)
    length = inputs.exam.length
    share_low, share_high = (form.quantile(overall, each) / length for each in (LOW, HIGH))
    mean, error = ability.general_moments()
    reasons = _reasons(inputs, real_questions)
    return Readiness(
        probability=probability,
        low=min(low, probability),
        high=max(high, probability),
        share=float(overall @ np.arange(length + 1)) / length,
        share_low=share_low,
        share_high=share_high,
        scaled=_expected_scaled(inputs.exam, overall),
        scaled_low=inputs.exam.scaled(share_low),
        scaled_high=inputs.exam.scaled(share_high),
        needed=inputs.exam.needed,
        length=length,
        domains=_domain_forecasts(inputs, drawn, questions, real_questions),
        best_topics=_best_topics(inputs, drawn, table, questions, real_topics, probability),
        ability=mean,
        ability_error=error,
        answers=len(inputs.evidence.question),
        provisional=bool(
            {"no_answers", "few_answers", "no_pass_mark", "difficulties_provisional"} & {*reasons}
        ),
        reasons=reasons,
    )


def _check(inputs: Inputs) -> None:
    bank, size = inputs.bank, len(inputs.bank.topic)
    columns = (bank.difficulty, bank.error, bank.luck, inputs.recall)
    optional = (bank.provisional, inputs.weight, inputs.seconds)
    if any(len(each) != size for each in columns) or any(len(each) not in (0, size) for each in optional):
        raise ValueError("Columns of questions are of one length.")
    answers = inputs.evidence
    if not len(answers.question) == len(answers.correct) == len(answers.recall):
        raise ValueError("Columns of answers are of one length.")
    for numbers, below in ((bank.topic, len(bank.topic_domain)), (answers.question, size)):
        if len(numbers) and not 0 <= np.min(numbers) <= np.max(numbers) < below:
            raise ValueError("A topic or a question is named that is not there.")
    domains = len(inputs.exam.weights)
    if domains and len(bank.topic_domain) and np.max(bank.topic_domain) >= domains:
        raise ValueError("A topic names a domain that is not in the blueprint.")


def _prepare(inputs: Inputs) -> tuple[Inputs, int, int]:
    """(inputs with every gap filled, topics, questions that are really there).

    A domain without questions is given one stand-in topic: questions as hard as the bank's, of which nothing is
    remembered. Topics outside the blueprint form a domain that the exam does not ask. Without a blueprint all is one.
    """
    bank = usable(inputs.bank)
    topics, size = len(bank.topic_domain), len(bank.topic)
    domain = bank.topic_domain if inputs.exam.weights else np.zeros(topics, np.int64)
    outside = len(inputs.exam.shares())
    domain = np.where(domain < 0, outside, domain)
    empty = np.setdiff1d(np.arange(outside), domain[bank.topic])
    hardness = float(bank.difficulty.mean()) if size else 0.0
    spread = sqrt(float(bank.difficulty.var() + (bank.error**2).mean())) if size else 1.0
    luck = float(bank.luck.mean()) if size else 0.25
    more = len(empty)
    filled = Bank(
        difficulty=np.append(bank.difficulty, np.full(more, hardness)),
        error=np.append(bank.error, np.full(more, spread)),
        luck=np.append(bank.luck, np.full(more, luck)),
        topic=np.append(bank.topic, topics + np.arange(more)),
        topic_domain=np.append(domain, empty),
        provisional=bank.provisional,
    )
    recall = np.append(clean(inputs.recall, 0.0, 0.0, 1.0), np.zeros(more))
    seconds = inputs.seconds if len(inputs.seconds) else np.full(size, USUAL_SECONDS)
    seconds = np.append(clean(seconds, USUAL_SECONDS, 1.0, HOUR), np.full(more, USUAL_SECONDS))
    weight = inputs.weight if len(inputs.weight) else np.ones(size)
    weight = np.append(clean(weight, 0.0, 0.0, 1e9), np.ones(more))
    prepared = replace(
        inputs,
        bank=filled,
        recall=recall,
        seconds=seconds,
        weight=_within_domains(filled, weight, outside + 1),
    )
    return prepared, topics, size


def _within_domains(bank: Bank, weight: Floats, domains: int) -> Floats:
    """Weights as shares that sum to 1 in each domain; alike where a domain's weigh nothing."""
    domain = bank.topic_domain[bank.topic]
    total = np.bincount(domain, weight, domains)
    count = np.bincount(domain, minlength=domains)
    alike = 1.0 / np.maximum(count, 1)
    return np.where(total[domain] > 0, weight / np.where(total > 0, total, 1.0)[domain], alike[domain])


def _domains(inputs: Inputs) -> int:
    return len(inputs.exam.shares()) + 1  # the last is what the exam does not ask


def _questions(inputs: Inputs) -> tuple[int, ...]:
    return (*inputs.exam.questions(), 0)


def _draw(inputs: Inputs, ability: Ability, table: form.Missed) -> _Drawn:
    domains = _domains(inputs)
    uniform = form.uniforms(SAMPLES, 4 + domains + len(inputs.bank.topic_domain))
    people = inputs.population
    days = clean(inputs.days_left, 0.0, 0.0, 3650.0)
    unsure = np.hypot(people.exam_sd, people.drift * np.sqrt(days))
    shift = unsure * form.normal_quantile(uniform[:, 0]) - people.exam_shift
    carry = np.clip(people.carry + people.carry_sd * form.normal_quantile(uniform[:, 1]), 0.0, 1.0)
    carry = carry * _kept(inputs, uniform[:, -1])
    drawn = ability.draw(uniform[:, 2:-1]) + shift[:, None]
    lost = form.by_domain(inputs.bank.topic_domain, table.at(drawn, carry), domains)
    return _Drawn(drawn, carry, np.clip(1.0 - lost, 0.0, 1.0))


def _widened(low: float, high: float, answers: int) -> tuple[float, float]:
    """Few answers leave an interval at least so wide, whatever the usual spread of learners says of them."""
    missing = LEAST_WIDTH * max(0.0, 1.0 - answers / PROVISIONAL_BELOW) - (high - low)
    if missing <= 0:
        return low, high
    top = min(1.0, high + missing / 2.0)
    return max(0.0, top - (high - low) - missing), top


def _kept(inputs: Inputs, uniform: Floats) -> Floats:
    """The part of the foreseen recall that each sampled learner will have: all of what is there, some of the plan."""
    kept = uniform ** (1.0 / (USUAL_DAYS + clean(inputs.kept_days, 0.0, 0.0, 3650.0)))
    return np.asarray(1.0 - clean(inputs.to_come, 0.0, 0.0, 1.0) * (1.0 - kept))


def _expected_scaled(exam: Exam, density: Floats) -> float | None:
    scaled = [exam.scaled(right / exam.length) for right in range(exam.length + 1)]
    if any(each is None for each in scaled):
        return None
    return float(density @ np.array(scaled, dtype=np.float64))


def _domain_forecasts(
    inputs: Inputs, drawn: _Drawn, questions: tuple[int, ...], real_questions: int
) -> tuple[DomainForecast, ...]:
    shares = inputs.exam.shares()
    domain = inputs.bank.topic_domain[inputs.bank.topic]
    low, high = np.quantile(drawn.right, (LOW, HIGH), axis=0)
    recall = np.bincount(domain, inputs.weight * inputs.recall, len(questions))
    there = np.bincount(domain[:real_questions], minlength=len(questions))
    answers = np.bincount(domain[inputs.evidence.question], minlength=len(questions))
    mean = drawn.right.mean(axis=0)
    return tuple(
        DomainForecast(
            domain=place,
            weight=share,
            on_form=questions[place],
            right=float(mean[place]),
            low=float(min(low[place], mean[place])),
            high=float(max(high[place], mean[place])),
            recall=float(recall[place]),
            questions=int(there[place]),
            answers=int(answers[place]),
        )
        for place, share in enumerate(shares)
    )


def _best_topics(
    inputs: Inputs,
    drawn: _Drawn,
    table: form.Missed,
    questions: tuple[int, ...],
    real_topics: int,
    probability: float,
) -> tuple[TopicGain, ...]:
    """The three topics that raise the probability most an hour (the score, where passing is as good as decided)."""
    bank = inputs.bank
    room = np.maximum(REACH - inputs.recall, 0.0)
    effort = inputs.seconds * (ONE_LOOK + (1.0 - ONE_LOOK) * room / REACH)
    hours = form.by_topic(bank, np.where(room > 0.01, effort, 0.0)) / HOUR
    part = np.minimum(1.0, 1.0 / np.maximum(hours, 1e-9))  # at most an hour of it
    spent = np.maximum(hours * part, 1.0 / 60.0)
    studied = form.missed(bank, inputs.weight, inputs.recall + room * part[bank.topic])
    gained = (table.at(drawn.ability, drawn.carry) - studied.at(drawn.ability, drawn.carry)).mean(axis=0)
    domain = bank.topic_domain
    score = gained * (np.asarray(questions) / inputs.exam.length)[domain]
    passing = gained * form.pull(drawn.right, questions, inputs.exam.needed)[domain]
    rank = passing if passing.max(initial=0.0) > LEAST_GAIN else score
    # A topic of a minute is not worth opening, however much it brings for that minute.
    least = np.maximum(spent[:real_topics], LEAST_HOURS)
    order = np.argsort(-rank[:real_topics] / least, kind="stable")
    best = [int(topic) for topic in order if score[topic] >= LEAST_SCORE][:BEST]
    return tuple(
        _gain(
            topic,
            float(spent[topic]),
            float(score[topic]),
            _passes_with(inputs, drawn, topic, gained) - probability,
        )
        for topic in best
    )


def _passes_with(inputs: Inputs, drawn: _Drawn, topic: int, gained: Floats) -> float:
    """The probability to pass with what the topic would add to its domain."""
    right = drawn.right.copy()
    domain = inputs.bank.topic_domain[topic]
    right[:, domain] = np.minimum(1.0, right[:, domain] + gained[topic])
    return float(form.passing(form.scores(right, _questions(inputs)), inputs.exam.needed).mean())


def _gain(topic: int, hours: float, score: float, probability: float) -> TopicGain:
    gain = max(0.0, probability)
    return TopicGain(topic, hours, gain, score, gain / hours, score / hours)


def _reasons(inputs: Inputs, real_questions: int) -> tuple[str, ...]:
    answers = len(inputs.evidence.question)
    flags = inputs.bank.provisional
    asked: Ints = inputs.evidence.question if answers else np.arange(len(flags))
    covered = np.bincount(
        inputs.bank.topic_domain[inputs.bank.topic[:real_questions]], minlength=_domains(inputs)
    )
    said = {
        "no_answers": answers == 0,
        "few_answers": 0 < answers < PROVISIONAL_BELOW,
        "no_pass_mark": not inputs.exam.knows_cut,
        "no_blueprint": not inputs.exam.weights,
        "difficulties_provisional": bool(len(flags)) and bool(flags[asked].mean() > 0.5),
        "domains_uncovered": bool((covered[:-1] == 0).any()),
    }
    return tuple(reason for reason, holds in said.items() if holds)
