"""What the app does in `benchmarks/readiness.py`: it routes, follows Elo, keeps FSRS memories, and sees only answers.

Routing is adaptive on purpose: mostly the weakest topic and the most uncertain question, else what is due again, or
something new in the order of the course (everybody begins in a chapter of their own choice). So a learner's share
right says little.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.readiness_world import WEIGHTS, Floats, Ints, Learners, Truth
from quizzes.calibration import elo, response
from quizzes.calibration.ability import Evidence
from quizzes.scheduler import fsrs6

PER_DAY = 20


class Items:
    """Elo of the questions, shared by everybody of one certification."""

    def __init__(self, questions: int) -> None:
        self.standing = [elo.Standing() for _ in range(questions)]

    def values(self) -> Floats:
        return np.array([each.value for each in self.standing])


class App:
    """One group of learners using the app."""

    def __init__(self, rng: np.random.Generator, truth: Truth, learners: Learners, items: Items) -> None:
        count, questions, topics = learners.count, len(truth.topic), len(truth.topic_domain)
        self.rng, self.truth, self.learners, self.items = rng, truth, learners, items
        self.w = fsrs6.vector(None)
        self.stability: Floats = np.full((count, questions), np.nan)
        self.hardness: Floats = np.full((count, questions), np.nan)
        self.last: Floats = np.full((count, questions), -1.0)  # study day of the last answer
        self.place = (np.arange(questions) - rng.integers(0, questions, (count, 1))) % questions / questions
        self.right_in, self.asked_in = np.zeros((count, topics)), np.zeros((count, topics))
        self.standing = [elo.Standing() for _ in range(count)]
        self.domains = [[elo.Standing() for _ in WEIGHTS] for _ in range(count)]
        self.asked: list[Ints] = []
        self.correct: list[NDArray[np.bool_]] = []
        self.recall: list[Floats] = []

    def run(self, answers: int) -> None:
        """Until everybody has given `answers`."""
        while len(self.asked) < answers:
            self._step(len(self.asked))

    def today(self) -> int:
        return len(self.asked) // PER_DAY

    def memory(self, day: float) -> Floats:
        """(learners × questions): forecast recall on that day; 0 for what was never asked."""
        known = np.nan_to_num(self.stability, nan=1.0)
        recall = fsrs6.retrievability(self.w, known, np.maximum(day - self.last, 0.0))
        return np.where(np.isnan(self.stability), 0.0, recall)

    def evidence(self, learner: int, answers: int) -> Evidence:
        return Evidence(
            np.array([each[learner] for each in self.asked[:answers]]),
            np.array([each[learner] for each in self.correct[:answers]]),
            np.array([each[learner] for each in self.recall[:answers]]),
        )

    def _step(self, number: int) -> None:
        day = number // PER_DAY
        question = self._route(day)
        who = np.arange(self.learners.count)
        fresh = np.isnan(self.stability[who, question])
        gap = np.maximum(day - self.last[who, question], 0.0)
        known = np.where(fresh, 1.0, self.stability[who, question])
        recall = np.where(fresh, 0.0, fsrs6.retrievability(self.w, known, gap))
        right = self.learners.answer(question, day + (number % PER_DAY) / 1000.0)
        self._remember(who, question, right, gap, day)
        self._elo(question, right, recall)
        topic = self.truth.topic[question]
        self.right_in[who, topic] += right
        self.asked_in[who, topic] += 1
        self.asked.append(question)
        self.correct.append(right)
        self.recall.append(recall)

    def _remember(self, who: Ints, question: Ints, right: NDArray[np.bool_], gap: Floats, day: int) -> None:
        stability, hardness = fsrs6.review(
            self.w,
            self.stability[who, question],
            self.hardness[who, question],
            np.where(right, fsrs6.GOOD, fsrs6.AGAIN),
            gap,
        )
        self.stability[who, question], self.hardness[who, question] = stability, hardness
        self.last[who, question] = day

    def _elo(self, question: Ints, right: NDArray[np.bool_], recall: Floats) -> None:
        floor = response.floor(self.truth.chance[question], recall)
        domain = self.truth.topic_domain[self.truth.topic[question]]
        for learner, item in enumerate(question.tolist()):
            place = int(domain[learner])
            moved = elo.update(
                self.items.standing[item],
                self.standing[learner],
                bool(right[learner]),
                float(floor[learner]),
                self.domains[learner][place],
            )
            self.items.standing[item] = moved.item
            self.standing[learner] = moved.learner
            self.domains[learner][place] = moved.domain

    def _route(self, day: int) -> Ints:
        """The next question of every learner; never one of today."""
        truth, rng = self.truth, self.rng
        shape = self.stability.shape
        noise = rng.random(shape) * 0.05
        weak = ((self.right_in + 1.0) / (self.asked_in + 2.0))[:, truth.topic]
        able = np.array([each.value for each in self.standing])[:, None]
        unsure = np.abs(able - self.items.values()[None, :]) + rng.random(shape)  # near enough will do
        unseen = np.isnan(self.stability)
        known = np.nan_to_num(self.stability, nan=1.0)
        due = np.where(unseen, 9.0, known / np.maximum(day - self.last, 0.5))  # least first
        new = np.where(unseen, self.place, 9.0)
        kind = rng.choice(4, shape[0], p=[0.4, 0.3, 0.15, 0.15])
        wish = np.stack([weak + 0.3 * ~unseen, unsure, due, new])[kind, np.arange(shape[0])]
        wish = np.where(self.last == day, 99.0, wish + noise)
        chosen: Ints = np.argmin(wish, axis=1)
        return chosen
