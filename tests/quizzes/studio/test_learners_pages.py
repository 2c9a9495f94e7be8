"""How learners stand: readiness, who is stuck, the simulator of a group; for those who teach them only."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from content.models import Certification
from quizzes import enrolling
from quizzes.models import Class, Enrolment, ReadinessForecast
from quizzes.studio import learners
from tests import factories
from tests.quizzes.views import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(certification: Certification, owner: User) -> Class:
    Certification.objects.filter(pk=certification.pk).update(pass_mark=720, scale_min=100, scale_max=1000)
    factories.questions(certification, each=2)
    return enrolling.make_class(certification, "Tuesday group", owner, timezone.now())


def member(group: Class, name: str, probability: float | None = 0.6, **fields: Any) -> Enrolment:
    now = timezone.now()
    user = factories.learner()
    User.objects.filter(pk=user.pk).update(name=name)
    given = {"exam_date": now.date() + timedelta(days=20), "created_at": now} | fields
    enrolment = Enrolment.objects.create(
        user=user, certification=group.certification, study_class=group, **given
    )
    if probability is not None:
        curve = [[minutes, 0.5, 500 + minutes, probability, 0.1, 0.9] for minutes in (0, 15, 30)]
        ReadinessForecast.objects.create(
            enrolment=enrolment, date=now.date(), exam_date=enrolment.exam_date, probability=probability,
            low=max(0.0, probability - 0.1), high=min(1.0, probability + 0.1), scaled=1000 * probability,
            detail={"curve": {"points": curve, "exam": None, "assumed": False}, "answers": 90},
            provisional=False, made_at=now,
        )  # fmt: skip
    return enrolment


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def page(client: Client, **query: str | int) -> str:
    answer = client.get(reverse("studio_learners", args=["workshop"]), query)
    assert answer.status_code == 200
    return text(answer)


def test_a_learner_stands_with_range_score_and_days(client: Client, group: Class) -> None:
    member(group, "Ada")
    said = page(client)
    assert re.search(r"Ada 50–70 .*600 20 20 not yet", said), said


def test_the_stuck_come_first_then_the_least_ready(client: Client, group: Class) -> None:
    member(group, "Sure", 0.95)
    member(group, "Even", 0.6)
    member(group, "Lost", 0.2)
    member(group, "Away", 0.9, created_at=timezone.now() - timedelta(days=9))
    said = page(client)
    assert "Joined 9 days ago, no answer yet." in said
    assert "Studies, but the minutes a day will hardly do." in said
    assert [said.index(name) for name in ("Lost", "Away", "Even", "Sure")] == sorted(
        said.index(name) for name in ("Lost", "Away", "Even", "Sure")
    )
    assert "may need a word from you2" in said.replace(" 2", "2")


def test_a_learner_whose_exam_is_over_is_not_stuck(client: Client, group: Class) -> None:
    long_ago = timezone.now() - timedelta(days=40)
    member(group, "Done", 0.2, created_at=long_ago, exam_date=(timezone.now() - timedelta(days=3)).date())
    said = page(client)
    assert "no answer yet" not in said and "over" in said


def test_first_estimates_are_flagged(client: Client, group: Class) -> None:
    ReadinessForecast.objects.filter(enrolment=member(group, "Ada")).update(provisional=True)
    assert "first estimate" in page(client)


def test_nobody_yet(client: Client, group: Class) -> None:
    assert "Nobody yet" in page(client)


def test_the_simulator_is_the_mean_of_its_learners(client: Client, group: Class) -> None:
    member(group, "Ada", 0.4)
    member(group, "Ben", 0.8)
    member(group, "New", None)
    said = page(client)
    assert "The mean of 2 of 3 learners" in said
    assert re.search(r"05006015515603053060", said)


def test_missing_curves_are_worked_out_a_few_at_a_time(group: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ABCDE":
        member(group, name)
    ReadinessForecast.objects.update(detail={"answers": 3})
    asked: list[int] = []
    whole = learners.readiness.curve

    def counted(one: Enrolment, at: datetime) -> Any:
        asked.append(one.pk)
        return whole(one, at)

    monkeypatch.setattr(learners.readiness, "curve", counted)
    everybody = learners.members(Enrolment.objects.all())
    found = learners.together(everybody, learners.forecasts(everybody), timezone.now())
    assert found is not None and (found.learners, found.of) == (len(asked), 5)
    assert len(asked) == learners.CURVES_A_PAGE


def test_a_class_narrows_the_list(client: Client, group: Class, owner: User) -> None:
    other = enrolling.make_class(group.certification, "Friday group", owner, timezone.now())
    member(group, "Ada")
    member(other, "Ben")
    said = page(client, **{"class": other.pk})
    assert "Ben" in said and "Ada" not in said
    address = reverse("studio_learners", args=["workshop"])
    for wrong in ("999999", "x"):
        assert client.get(address, {"class": wrong}).status_code == 404


def test_who_teaches_the_class_only_sees_its_page_and_no_more(group: Class) -> None:
    member(group, "Ada")
    helper = factories.instructor()
    enrolling.add_instructor(group, helper)
    theirs = signed_in(helper)
    assert "Ada" in text(theirs.get(reverse("class_learners", args=[group.pk])))
    assert theirs.get(reverse("studio_learners", args=["workshop"])).status_code == 404


def test_nobody_else_sees_them(group: Class) -> None:
    learner = member(group, "Ada").user
    elsewhere = factories.instructor(factories.certification("elsewhere"))
    for somebody in (learner, elsewhere):
        signed = signed_in(somebody)
        assert signed.get(reverse("studio_learners", args=["workshop"])).status_code == 404
        assert signed.get(reverse("class_learners", args=[group.pk])).status_code == 404


def test_queries_do_not_grow_with_learners(client: Client, group: Class) -> None:
    counts = []
    for start in (0, 3):
        for number in range(start, start + 3):
            member(group, f"Learner {number}")
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]
