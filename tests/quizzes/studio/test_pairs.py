"""Two statements of an upload side by side: shown with their lines, decided, taken back, and what publishing makes of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from content import decisions
from content.models import Certification, Conflict, Decision, Fact, IngestionRun
from quizzes.models import Card, Question
from quizzes.studio import pairs
from quizzes.studio.differences import marked
from studyapp import pipeline
from tests import factories
from tests.factories import NOW
from tests.quizzes.studio import rooms

db = pytest.mark.django_db
Subject = Decision.Subject

LAMP = "# Oil\n\n- A full tank burns for 12 hours.\n- Oil is kept for 30 days.\n- Fill it through the brass funnel.\n- Wipe the rim.\n"
SHED = "# Oil\n\n- A full tank burns for 9 hours.\n- Oil is kept for 30 days.\n- The shed door is shut at dusk.\n- Nobody smokes there.\n"


@pytest.fixture
def both(certification: Certification, owner: User) -> IngestionRun:
    """An upload of two files that disagree about one thing and say another twice."""
    return rooms.preview(certification, owner, rooms.upload("lamp.md", LAMP), rooms.upload("shed.md", SHED))


def address(name: str, run: IngestionRun) -> str:
    return reverse(f"studio_run_{name}", args=[run.uid])


def shown(client: Client, name: str, run: IngestionRun, **query: Any) -> str:
    answer = client.get(address(name, run), query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def choose(client: Client, name: str, run: IngestionRun, key: str, choice: str) -> str:
    answer = client.post(address(name, run), {"key": key, "choice": choice}, follow=True)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def only(run: IngestionRun, name: str) -> dict[str, Any]:
    assert run.draft is not None
    [one] = run.draft[name]
    return dict(one)


@given(st.text("ab 12.", max_size=60), st.text("ab 12.", max_size=60))
def test_what_differs_is_marked_and_nothing_is_lost(one: str, other: str) -> None:
    def words(text: str) -> str:
        return "".join(char for char in text if not char.isspace())

    for runs, text in zip(marked(one, other), (one, other), strict=True):
        assert words("".join(run.gap + run.text for run in runs)) == words(text)
    if one == other:
        assert not any(run.differs for runs in marked(one, other) for run in runs)


def test_only_the_number_is_marked() -> None:
    a, b = marked("Burns for **12** hours.", "Burns for 9 hours.")
    assert [run.text for run in a if run.differs] == ["12"]
    assert [run.text for run in b if run.differs] == ["9"]


@db
def test_a_disagreement_is_shown_with_its_lines(both: IngestionRun, client: Client) -> None:
    page = shown(client, "conflicts", both)
    assert "<mark>12</mark>" in page and "<mark>9</mark>" in page
    assert "lamp.md, line 3" in page and "shed.md, line 3" in page
    assert '<li value="3" class="here">- A full tank burns for 12 hours.</li>' in page
    assert "They give different numbers." in page


@db
def test_choosing_and_taking_back(both: IngestionRun, client: Client, certification: Certification) -> None:
    pair = only(both, "conflicts")
    assert "The first holds" in choose(client, "conflicts", both, pair["key"], "a")
    assert decisions.chosen(certification, Subject.CONFLICT) == {pair["key"]: pair["a"]["fingerprint"]}
    assert "this one holds" in shown(client, "conflicts", both, show="decided")
    assert "Everything is decided" in shown(client, "conflicts", both, show="open")
    choose(client, "conflicts", both, pair["key"], "both")
    assert decisions.chosen(certification, Subject.CONFLICT) == {pair["key"]: decisions.BOTH}
    choose(client, "conflicts", both, pair["key"], "")
    assert decisions.chosen(certification, Subject.CONFLICT) == {}
    choose(client, "conflicts", both, pair["key"], "neither")
    assert decisions.chosen(certification, Subject.CONFLICT) == {}


@db
@pytest.mark.parametrize(
    ("choice", "states"),
    [("a", ("live", "overruled")), ("b", ("overruled", "live")), ("both", ("live", "live"))],
)
def test_publishing_follows_the_choice(
    both: IngestionRun, client: Client, choice: str, states: tuple[str, str]
) -> None:
    choose(client, "conflicts", both, only(both, "conflicts")["key"], choice)
    pipeline.publish(both, both.owner, NOW)
    hours = [Fact.objects.get(text__contains=f"{number} hours").state for number in (12, 9)]
    sides = {only(both, "conflicts")[name]["text"]: state for name, state in zip("ab", states, strict=True)}
    assert hours == [next(state for text, state in sides.items() if f"{n} hours" in text) for n in (12, 9)]
    assert Conflict.objects.get().chosen == choice


@db
def test_what_hangs_on_it_in_numbers(
    both: IngestionRun, client: Client, certification: Certification, owner: User
) -> None:
    pair = only(both, "conflicts")
    assert both.draft is not None
    sides = {pair["a"]["index"], pair["b"]["index"]}
    about = [one for one in both.draft["proposals"] if one["fact"] in sides]
    held = f"{len(about)} question{'s are' if len(about) > 1 else ' is'} held back until you choose"
    page = shown(client, "conflicts", both)
    assert held in page if about else "Nothing is asked about either" in page
    pipeline.publish(rooms.preview(certification, owner, rooms.upload("lamp.md", LAMP)), owner, NOW)
    question = factories.question(certification.topics.all()[0])
    Question.objects.filter(pk=question.pk).update(fact=Fact.objects.get(text__contains="12 hours"))
    for _ in range(2):
        enrolment = factories.enrolment(factories.learner(), certification)
        Card.objects.create(enrolment=enrolment, question=question, topic=question.topic)
    assert "2 learners have one of them" in shown(client, "conflicts", both)
    later = rooms.preview(certification, owner, rooms.upload("shed.md", SHED))
    page = shown(client, "conflicts", later)
    assert "2 learners have one of them" in page
    assert "(published)" in page, "the other side is in a source that this upload does not hold"


@db
def test_said_twice_is_asked_once_unless_somebody_wants_both(
    both: IngestionRun, client: Client, certification: Certification
) -> None:
    pair = only(both, "duplicates")
    assert "asked once" in shown(client, "duplicates", both)
    assert "Both are asked about" in choose(client, "duplicates", both, pair["key"], "different")
    assert decisions.chosen(certification, Subject.DUPLICATE) == {pair["key"]: decisions.DIFFERENT}
    assert "both are asked" in shown(client, "duplicates", both)
    assert "Only the first" in choose(client, "duplicates", both, pair["key"], "same")
    choose(client, "duplicates", both, pair["key"], "")
    assert decisions.chosen(certification, Subject.DUPLICATE) == {}


@db
def test_it_is_too_late_after_publishing_or_when_it_is_gone(
    both: IngestionRun, client: Client, certification: Certification
) -> None:
    conflict, twice = only(both, "conflicts")["key"], only(both, "duplicates")["key"]
    for name in ("conflicts", "duplicates"):
        assert "Nothing was changed" in choose(client, name, both, "no such pair", "a")
    pipeline.publish(both, both.owner, NOW)
    assert "no longer waiting" in choose(client, "conflicts", both, conflict, "a")
    assert "no longer waiting" in choose(client, "duplicates", both, twice, "different")
    assert not Decision.objects.exists()
    page = shown(client, "conflicts", both)
    assert "What learners have now is decided under" in page and "This one holds" not in page


@db
def test_many_pairs_are_paged_and_cost_the_same(
    both: IngestionRun, client: Client, certification: Certification
) -> None:
    assert both.draft is not None
    facts = both.draft["facts"]
    counted = []
    for number in (2, 25):
        rows = [rooms.pair(f"{n:032}", facts, 0, 1, kind="number", topic="Oil") for n in range(number)]
        draft = both.draft | {"conflicts": rows, "duplicates": rows}
        IngestionRun.objects.filter(pk=both.pk).update(draft=draft)
        with CaptureQueriesContext(connection) as seen:
            page = shown(client, "conflicts", both)
            shown(client, "duplicates", both)
        counted.append(len(seen))
        assert page.count('class="pair"') == min(number, pairs.A_PAGE)
    assert counted[0] == counted[1] <= 16
    assert f'id="{24:032}"' in shown(client, "conflicts", both, key=f"{24:032}"), "the page that holds it"
    assert shown(client, "conflicts", both, key="nonsense", page="x")
