"""Exam days: the truth is FSRS-6, time is a hard cap, luck is common, and the command says what it is asked to say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import fsrs as reference
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from benchmarks import exam_day
from benchmarks.simulation import draws, fsrs, tuning
from benchmarks.simulation.figures import estimate, no_worse
from benchmarks.simulation.greedy import Greedy
from benchmarks.simulation.memories import FsrsMemories
from benchmarks.simulation.planned import through
from benchmarks.simulation.policies import Settings, Spaced
from benchmarks.simulation.population import from_file, synthetic
from benchmarks.simulation.runs import Part, Study, run, settings_of
from benchmarks.simulation.scenario import RELEARNING, TRUTHS, Scenario, scenario_of
from benchmarks.simulation.world import NOBODY, World

SMALL = Scenario("small", cards=30, days=6, minutes=3)
DEFAULTS = fsrs.parameters_of([fsrs.DEFAULTS])


class OldestFirst:
    """A planner of a few lines: unseen cards, then those not seen for longest; forgotten cards again the same day."""

    def __init__(
        self,
        parameters: list[float],
        cards: list[int],
        days: int,
        seconds_per_day: float,
        weights: object = None,
    ) -> None:
        self.cards = cards
        self.last: dict[int, int] = {}
        self.told: list[tuple[int, int, int, float]] = []

    def order(self, day: int) -> list[int]:
        again = [card for card, rating, on, _ in self.told[-1:] if rating == 1 and on == day]
        seen = sorted((card for card in self.last if self.last[card] < day), key=lambda card: self.last[card])
        return again + [card for card in self.cards if card not in self.last] + seen

    def record(self, card: int, rating: int, day: int, seconds: float) -> None:
        self.last[card] = day
        self.told.append((card, rating, day, seconds))


# --- truth ------------------------------------------------------------------------------------------------
@settings(max_examples=60, deadline=None)
@given(
    some.lists(some.tuples(some.integers(1, 4), some.integers(0, 60)), min_size=1, max_size=8),
    some.integers(0, 40),
)
def test_the_truth_is_fsrs_as_its_own_package_computes_it(history: list[tuple[int, int]], wait: int) -> None:
    """Two programmes that share no line agree on stability, difficulty and recall."""
    from quizzes.scheduler.memory import NEW, Rating, review

    memory, truth, day = NEW, FsrsMemories(DEFAULTS, np.ones((1, 1)), np.ones((1, 1))), 0
    for rating, gap in history:
        day += gap
        memory = review(memory, Rating(rating), gap).memory
        truth.learn(np.zeros((1, 1), int), np.full((1, 1), rating), day, np.full((1, 1), True))
    assert memory.stability is not None and memory.difficulty is not None
    assert truth.stability[0, 0] == pytest.approx(memory.stability, rel=1e-6)
    assert truth.difficulty[0, 0] == pytest.approx(memory.difficulty, rel=1e-6)
    decay = -fsrs.DEFAULTS[20]
    expected = (1 + (0.9 ** (1 / decay) - 1) * wait / memory.stability) ** decay
    assert truth.recall(np.zeros((1, 1), int), day + wait)[0, 0] == pytest.approx(expected)


def test_a_card_that_lasts_longer_is_not_taken_for_one_shown_twice_a_day() -> None:
    """A day that counts as a fifth of one is still a day: recall grows by the long-term formula."""
    one, yes, good = np.zeros((1, 1), int), np.full((1, 1), True), np.full((1, 1), 3)
    truth = FsrsMemories(DEFAULTS, np.ones((1, 1)), np.full((1, 1), 5.0))
    truth.learn(one, good, 0, yes)
    stability, difficulty, chance = truth.stability.copy(), truth.difficulty.copy(), truth.recall(one, 1)
    truth.learn(one, good, 1, yes)
    assert truth.stability == pytest.approx(fsrs.recalled(DEFAULTS, stability, difficulty, chance, good))


def test_the_defaults_are_those_of_fsrs_6() -> None:
    assert reference.scheduler.DEFAULT_PARAMETERS == fsrs.DEFAULTS


@pytest.mark.parametrize("truth", TRUTHS)
def test_in_every_truth_memory_fades_and_an_answer_renews_it(truth: str) -> None:
    part = Part(Study(replace(SMALL, truth=truth), synthetic(4, 1), seeds=2), range(4))
    memories = part.world().memories
    cards = np.broadcast_to(np.arange(30), (8, 30))
    assert (memories.recall(cards, 0) == 0).all() and not memories.seen(cards).any()
    for day in (0, 3, 9):
        before = memories.recall(cards, day)
        memories.learn(cards, np.full(cards.shape, 3), day, np.full(cards.shape, True))
        assert (memories.recall(cards, day) > before).all()
    fading = np.stack([memories.recall(cards, day) for day in range(9, 40)])
    assert (np.diff(fading, axis=0) < 0).all() and (fading > 0).all() and (fading <= 1).all()


@pytest.mark.parametrize("truth", ["traces", "two_process"])
def test_the_other_truths_reward_spacing(truth: str) -> None:
    """Twice on one day is worth less, weeks later, than twice with days between: neither truth is a counter."""
    part = Part(Study(replace(SMALL, truth=truth), synthetic(4, 1), seeds=1), range(4))
    cards = np.broadcast_to(np.arange(30), (4, 30))
    recalls = []
    for days in ((0, 0), (0, 4)):
        memories = part.world().memories
        for day in days:
            memories.learn(cards, np.full(cards.shape, 3), day, np.full(cards.shape, True))
        recalls.append(memories.recall(cards, days[-1] + 21).mean())
    assert recalls[1] > recalls[0] + 0.02


# --- time and luck ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("relearning", RELEARNING)
def test_no_day_takes_longer_than_its_seconds_and_no_answer_is_lost(relearning: str) -> None:
    scenario = replace(SMALL, relearning=relearning, halved_at=3, missed_days_a_week=2)
    part = Part(Study(scenario, synthetic(1, 1), seeds=1), range(1))
    plan = OldestFirst([], list(range(30)), 6, 180)
    world = part.world()
    caps = world.seconds[0]
    through(plan, world, scenario, every=1)
    spent = np.bincount(
        [day for _, _, day, _ in plan.told], [seconds for *_, seconds in plan.told], minlength=6
    )
    assert (spent <= caps).all()
    assert (spent[caps > 0] > caps[caps > 0] - 33.5).all()  # less is left than the longest answer takes
    assert sorted(caps)[:1] == [0] and caps.max() == 180 and set(caps[3:]) <= {0, 90}


class EveryTenDays(OldestFirst):
    """Asks its cards every ten days, and, if told to, once more what was forgotten."""

    again = False

    def order(self, day: int) -> list[int]:
        if day % 10:
            return []
        today = [(card, rating) for card, rating, on, _ in self.told if on == day]
        forgotten = [card for card, rating in today[-1:] if rating == 1 and self.again]
        return forgotten or [card for card in self.cards if card not in dict(today)]


@pytest.mark.parametrize("relearning", RELEARNING)
def test_a_forgotten_card_costs_the_same_whether_its_step_is_included_or_shown_again(relearning: str) -> None:
    scenario = Scenario("one", cards=10, days=41, minutes=60, relearning=relearning)
    plan = EveryTenDays([], list(range(10)), 41, 3600)
    plan.again = relearning == "shown_again"
    through(plan, Part(Study(scenario, synthetic(1, 1), seeds=1), range(1)).world(), scenario, every=1)
    lapses = [(card, day) for card, rating, day, _ in plan.told if rating == 1 and day > 0]
    costs = {lapse: sum(told[3] for told in plan.told if (told[0], told[2]) == lapse) for lapse in lapses}
    assert len(lapses) == len(costs) > 5
    assert list(costs.values()) == [pytest.approx(19.4 + 12.3)] * len(lapses)


def test_luck_depends_on_run_card_and_showing_alone() -> None:
    seeds = np.arange(50, dtype=np.uint64)[:, None]
    drawn = draws.uniform(seeds, np.arange(400)[None, :], np.int64(3), 0)
    assert drawn[7, 11] == draws.uniform(seeds[7:8], np.array([[11]]), np.int64(3), 0)[0, 0]
    assert len(np.unique(drawn)) == drawn.size
    assert drawn.mean() == pytest.approx(0.5, abs=0.01) and drawn.var() == pytest.approx(1 / 12, abs=0.002)
    assert abs(np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]) < 0.02
    assert draws.normal(seeds, np.arange(400)[None, :], 5).std() == pytest.approx(1, abs=0.02)


def test_recall_decides_how_often_a_card_is_remembered() -> None:
    """What learners answer agrees with the true recall, which is what the score counts."""
    runs = 400
    world = World(
        FsrsMemories(fsrs.parameters_of([fsrs.DEFAULTS] * runs), np.ones((runs, 20)), np.ones((runs, 20))),
        20,
        np.arange(runs, dtype=np.uint64),
        np.full((runs, 20), 1e9),
        "included",
    )
    everything = np.broadcast_to(np.arange(20), (runs, 20))
    world.begin(0)
    world.ask(everything, 0)
    recall = world.memories.recall(everything, 9).mean()
    assert world.score(9).mean() == pytest.approx(recall)
    world.begin(9)
    answers, steps = world.ask(everything, 9)
    assert (answers.ratings > 1).mean() == pytest.approx(recall, abs=0.015)
    assert (steps.given == (answers.ratings == 1)).all()


def test_a_batch_of_runs_gives_what_each_run_gives_alone() -> None:
    study = Study(SMALL, synthetic(3, 1), seeds=2)
    with ThreadPoolExecutor(1) as pool:
        together = run(study, "sm2", pool).scores
        alone = run(replace(study, parameters=study.parameters[:1], seeds=1, seed=2), "sm2", pool).scores
    assert alone[0, 0] == pytest.approx(together[0, 1])


# --- policies ---------------------------------------------------------------------------------------------
def _asked(queue: Iterable[int]) -> list[int]:
    return [int(card) for card in queue if card != NOBODY]


def _after_first_day(policy: Settings, scenario: Scenario = SMALL) -> tuple[Spaced, World]:
    part = Part(Study(scenario, synthetic(1, 1), seeds=1), range(1))
    spaced, world = Spaced([policy], DEFAULTS, scenario), part.world()
    world.begin(0)
    for answers in world.ask(spaced.queue(0), 0):
        spaced.observe(answers, 0)
    return spaced, world


def test_new_cards_come_in_the_order_of_the_course_so_many_a_day_and_where_set() -> None:
    for order in ("new_first", "reviews_first", "mixed"):
        spaced, _ = _after_first_day(Settings(algorithm="leitner", new_per_day=4, order=order))
        assert _asked(Spaced([Settings(new_per_day=4)], DEFAULTS, SMALL).queue(0)[0]) == [0, 1, 2, 3]
        second = _asked(spaced.queue(1)[0])
        assert sorted(second) == list(range(8))
        places = [place for place, card in enumerate(second) if card > 3]
        expected = {"new_first": {0, 1, 2, 3}, "reviews_first": {4, 5, 6, 7}}
        assert set(places) == expected.get(order, set(places))
        assert order != "mixed" or (min(places) < 2 and max(places) > 5)


def test_anki_asks_again_when_recall_has_fallen_to_what_is_desired() -> None:
    spaced, _ = _after_first_day(Settings(retention=0.85, new_per_day=30), replace(SMALL, minutes=60))
    algorithm = spaced.algorithm
    due = spaced.due[0]
    at_due = algorithm.recall(due - spaced.last)[0]
    earlier = algorithm.recall(due - spaced.last - 1)[0]
    long = due > 1
    assert long.any() and (at_due[long] < 0.87).all() and (earlier[long] > 0.85).all()


def test_no_interval_reaches_beyond_the_exam_when_capped() -> None:
    spaced, _ = _after_first_day(
        Settings(new_per_day=30, before_exam=True, longest=3), replace(SMALL, minutes=60)
    )
    assert spaced.due.max() == 3
    spaced, _ = _after_first_day(Settings(new_per_day=30, before_exam=True), replace(SMALL, minutes=60))
    assert spaced.due.max() == 5


def test_greedy_asks_what_gains_most_and_nothing_twice_a_day() -> None:
    part = Part(Study(SMALL, synthetic(1, 1), seeds=1), range(1))
    greedy, world = Greedy(1, SMALL), part.world()
    world.begin(0)
    answers, steps = world.ask(greedy.queue(0), 0)
    greedy.observe(answers, 0)
    greedy.observe(steps, 0)
    seen = set(answers.cards[answers.given].tolist())
    assert seen and not seen & set(_asked(greedy.queue(0)[0]))


def test_policies_rank_as_everybody_expects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "RETENTIONS", (0.85, 0.95))
    monkeypatch.setattr(tuning, "MODIFIERS", (0.6, 1.0))
    monkeypatch.setattr(tuning, "SORTS", ("due",))
    monkeypatch.setattr(tuning, "KEPT", 2)
    scenario = Scenario("tight", cards=80, days=8, minutes=5)
    study = Study(scenario, synthetic(4, 1), seeds=1)
    with ThreadPoolExecutor(1) as pool:
        score = {policy: run(study, policy, pool).scores.mean() for policy in ("greedy", "anki", "leitner")}
        for policy in tuning.TUNED:
            best = tuning.tuned(study, policy, pool, tmp_path / "tuned.json")
            score[policy] = run(study, policy, pool, best).scores.mean()
            assert tuning.tuned(study, policy, pool, tmp_path / "tuned.json") == best
    assert score["anki_tuned_wide"] >= score["anki_tuned"] > score["anki"]
    assert score["greedy"] > score["anki"] > score["leitner"]
    assert settings_of("anki", scenario).new_per_day == 10 and settings_of("sm2", scenario).new_per_day == 14


# --- the command ------------------------------------------------------------------------------------------
def test_the_command_prints_a_table_and_writes_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.json"
    scenario = json.dumps({"name": "tiny", "cards": 20, "days": 5, "minutes": 3, "difficulty_sigma": 0.7})
    plan = f"{__name__}:OldestFirst"
    exam_day.main(
        [
            "--population",
            "3",
            "--scenario",
            scenario,
            "--seeds",
            "2",
            "--policies",
            "ours,anki,leitner",
            "--plan",
            plan,
            "--json",
            str(out),
            "--processes",
            "1",
        ]
    )
    rows = json.loads(out.read_text())
    assert [row["policy"] for row in rows] == ["ours", "anki", "leitner"]
    for row in rows:
        assert {"scenario", "policy", "score", "low", "high", "learners", "seeds"} <= set(row)
        assert 0 <= row["low"] <= row["score"] <= row["high"] <= 1
        assert (row["scenario"], row["learners"], row["seeds"]) == ("tiny", 3, 2)
    told = capsys.readouterr().out
    assert f"{rows[1]['score']:.3f}" in told and "ours ahead by" in told and "ms a call" in told


def test_both_ways_to_call_it_begin_alike() -> None:
    here = Path(exam_day.__file__).parent.parent
    for call in (["benchmarks/exam_day.py"], ["-m", "benchmarks.exam_day"]):
        told = subprocess.run(
            [sys.executable, *call, "--help"], cwd=here, capture_output=True, text=True, check=True
        )
        assert "--learners" in told.stdout and "--scenario" in told.stdout


@pytest.mark.parametrize(
    "text",
    [
        "E",
        "{}",
        '{"cards": 1, "days": 1, "minutes": 0}',
        '{"cards":1,"days":1,"minutes":1,"colour":2}',
        "[1]",
    ],
)
def test_a_scenario_that_cannot_be_is_refused_with_a_sentence(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError):
        scenario_of(text)
    with pytest.raises(SystemExit):
        exam_day.main(["--scenario", text])
    assert "scenario" in capsys.readouterr().err.lower()


def test_learners_are_read_by_name_or_as_a_list(tmp_path: Path) -> None:
    path = tmp_path / "learners.json"
    path.write_text(json.dumps({"a": list(fsrs.DEFAULTS)}))
    assert from_file(path).tolist() == [list(fsrs.DEFAULTS)]
    path.write_text(json.dumps([[1.0] * 20]))
    with pytest.raises(ValueError, match="21"):
        from_file(path)
    many = synthetic(500, 3)
    assert many.shape == (500, 21) and (np.diff(many[:, :4], axis=1) >= 0).all()
    assert (synthetic(500, 3) == many).all()


def test_intervals_are_over_learners() -> None:
    rising = np.linspace(0.5, 0.9, 25)
    found = estimate(rising)
    half = 1.96 * rising.std() / 5
    assert (found.low, found.high) == (
        pytest.approx(0.7 - half, abs=0.005),
        pytest.approx(0.7 + half, abs=0.005),
    )
    assert (
        estimate(np.full(5, 0.4)).low == pytest.approx(0.4) == pytest.approx(estimate(np.full(5, 0.4)).high)
    )
    assert no_worse(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 2.0])) == pytest.approx(2 / 3)
