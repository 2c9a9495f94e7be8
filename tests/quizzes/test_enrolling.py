"""Enrolments: one a certification, never lost; goals; joining by invite, counted once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.utils import timezone

from accounts import inviting, people
from accounts.models import Invite, User
from content.models import Certification
from quizzes import enrolling
from quizzes.models import Card, Enrolment
from tests import factories
from tests.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    user = factories.learner("ada@example.org")
    client.force_login(user)
    return user


@pytest.fixture
def certification() -> Certification:
    return factories.certification("gate-keeping")


def class_with_link(certification: Certification, **link) -> tuple:
    teacher = factories.instructor(certification)
    group = enrolling.make_class(certification, "Tuesday group", teacher, NOW, date(2027, 3, 1))
    token = enrolling.make_link(
        group, teacher, timezone.now(), link.pop("most_uses", 5), link.pop("expires_at", None)
    )
    return group, token


# --- choosing --------------------------------------------------------------------------------------------------


def test_enrolling_by_the_button(client, person, certification):
    page = client.get("/certifications/").content.decode()
    assert 'action="/certifications/gate-keeping/enrol/"' in page
    response = client.post("/certifications/gate-keeping/enrol/")
    assert response.url == "/certifications/gate-keeping/"
    enrolment = Enrolment.objects.get(user=person)
    assert (enrolment.active, enrolment.next_plan_at, enrolment.minutes_a_day) == (True, None, 20)
    assert 'href="/study/gate-keeping/"' in client.get("/certifications/").content.decode()


def test_pressing_twice_enrols_once(client, person, certification):
    client.post("/certifications/gate-keeping/enrol/")
    client.post("/certifications/gate-keeping/enrol/")
    assert Enrolment.objects.count() == 1


def test_looking_enrols_nobody(client, person, certification):
    assert client.get("/certifications/gate-keeping/").status_code == 200
    assert client.get("/certifications/gate-keeping/enrol/").status_code == 405
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("closed", ({"open_to_all": False}, {"revision": 0}))
def test_what_is_closed_or_empty_is_not_offered(client, person, certification, closed):
    Certification.objects.update(**closed)
    assert "gate-keeping" not in client.get("/certifications/").content.decode()
    assert client.get("/certifications/gate-keeping/").status_code == 404
    assert client.post("/certifications/gate-keeping/enrol/").status_code == 404
    assert not Enrolment.objects.exists()


def test_its_instructor_may_study_a_closed_certification(client, certification):
    Certification.objects.update(open_to_all=False)
    client.force_login(factories.instructor(certification))
    assert client.post("/certifications/gate-keeping/enrol/").status_code == 302


def test_leaving_and_coming_back_keeps_everything(client, person, certification):
    question = factories.questions(certification, each=1)[0]
    enrolment = factories.enrolment(person, certification, minutes_a_day=35)
    card = Card.objects.create(enrolment=enrolment, question=question, topic=question.topic, reps=7, seq=7)
    assert client.post("/certifications/gate-keeping/leave/").url == "/certifications/"
    enrolment.refresh_from_db()
    assert not enrolment.active
    page = client.get("/certifications/gate-keeping/").content.decode()
    assert "Take it up again" in page
    client.post("/certifications/gate-keeping/enrol/")
    enrolment.refresh_from_db()
    card.refresh_from_db()
    assert (enrolment.active, enrolment.minutes_a_day, card.reps) == (True, 35, 7)
    assert Enrolment.objects.count() == 1


def test_who_left_a_closed_certification_without_a_class_needs_an_invite(client, person, certification):
    Certification.objects.update(open_to_all=False)
    factories.enrolment(person, certification, active=False)
    page = client.get("/certifications/gate-keeping/").content.decode()
    assert "Take it up again" not in page
    assert "by invite only" in page
    assert client.post("/certifications/gate-keeping/enrol/").status_code == 404


# --- goals -----------------------------------------------------------------------------------------------------


@pytest.fixture
def enrolment(person, certification) -> Enrolment:
    return factories.enrolment(person, certification, exam_date=None, next_plan_at=NOW)


def test_goals_are_kept_and_planned_anew(client, enrolment):
    soon = timezone.localdate() + timedelta(days=40)
    response = client.post(
        "/certifications/gate-keeping/", {"exam_date": soon.isoformat(), "minutes_a_day": "45"}
    )
    assert response.status_code == 302
    enrolment.refresh_from_db()
    assert (enrolment.exam_date, enrolment.minutes_a_day, enrolment.next_plan_at) == (soon, 45, None)
    assert (
        "40 days to the exam, 45 minutes a day."
        in client.get("/certifications/gate-keeping/").content.decode()
    )


def test_the_exam_date_may_be_unknown(client, enrolment):
    assert (
        client.post("/certifications/gate-keeping/", {"exam_date": "", "minutes_a_day": "10"}).status_code
        == 302
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    (
        ({"exam_date": "2020-02-02"}, "2 February 2020 is over. Choose today or a later day."),
        ({"exam_date": "2999-01-01"}, "within the next 5 years"),
        ({"exam_date": "31.12.2027"}, "Write the exam date as year-month-day"),
        ({"minutes_a_day": "0"}, "from 1 to 600 minutes"),
        ({"minutes_a_day": "601"}, "from 1 to 600 minutes"),
        ({"minutes_a_day": ""}, "how many minutes a day"),
        ({"minutes_a_day": "ten"}, "whole number"),
    ),
)
def test_wrong_goals_are_named_and_not_kept(client, enrolment, changes, said):
    response = client.post(
        "/certifications/gate-keeping/", {"exam_date": "", "minutes_a_day": "20"} | changes
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert "Please look at this again" in page
    enrolment.refresh_from_db()
    assert (enrolment.exam_date, enrolment.minutes_a_day, enrolment.next_plan_at) == (None, 20, NOW)


def test_minutes_may_change_after_the_exam(client, enrolment):
    Enrolment.objects.update(exam_date=date(2024, 5, 1))
    sent = {"exam_date": "2024-05-01", "minutes_a_day": "5"}
    assert client.post("/certifications/gate-keeping/", sent).status_code == 302


def test_today_is_the_learners_own_date(client, person, enrolment):
    person.profile.zone = "Pacific/Kiritimati"  # fourteen hours ahead of UTC
    person.profile.save()
    here = timezone.localdate(timezone=ZoneInfo("Pacific/Kiritimati"))
    sent = {"exam_date": (here - timedelta(days=1)).isoformat(), "minutes_a_day": "5"}
    assert client.post("/certifications/gate-keeping/", sent).status_code == 422
    assert (
        client.post("/certifications/gate-keeping/", sent | {"exam_date": here.isoformat()}).status_code
        == 302
    )


def test_anothers_goals_are_out_of_reach(client, enrolment):
    client.force_login(factories.learner())
    assert client.post("/certifications/gate-keeping/", {"minutes_a_day": "5"}).status_code == 404
    assert client.post("/certifications/gate-keeping/leave/").status_code == 404
    enrolment.refresh_from_db()
    assert (enrolment.minutes_a_day, enrolment.active) == (20, True)


def test_query_count_does_not_grow_with_certifications(client, person, django_assert_max_num_queries):
    for _ in range(3):
        factories.enrolment(person, factories.certification())
        factories.certification()
    client.get("/certifications/")
    with django_assert_max_num_queries(12) as few:
        client.get("/certifications/")
    for _ in range(6):
        factories.enrolment(person, factories.certification())
        factories.certification()
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/certifications/")


# --- joining by invite -----------------------------------------------------------------------------------------


def test_a_visitor_learns_what_the_link_is_for_and_where_to_go(client, certification):
    _, token = class_with_link(certification)
    page = client.get(f"/join/{token}/").content.decode()
    assert "Tuesday group" in page
    assert certification.title in page
    assert f"/accounts/signup/?next=/join/{token}/" in page
    assert f"/accounts/login/?next=/join/{token}/" in page


def test_joining_gives_the_certification_the_class_and_its_exam_date(client, person, certification):
    Certification.objects.update(open_to_all=False)
    group, token = class_with_link(certification)
    assert "Join the class" in client.get(f"/join/{token}/").content.decode()
    assert not Enrolment.objects.exists(), "looking joins nobody"
    assert client.post(f"/join/{token}/").url == "/certifications/gate-keeping/"
    enrolment = Enrolment.objects.get(user=person)
    assert (enrolment.study_class, enrolment.exam_date, enrolment.active) == (group, date(2027, 3, 1), True)
    group.invite.refresh_from_db()
    assert group.invite.uses == 1


def test_joining_twice_takes_one_place(client, person, certification):
    group, token = class_with_link(certification)
    client.post(f"/join/{token}/")
    assert client.post(f"/join/{token}/").status_code == 302
    assert client.get(f"/join/{token}/").status_code == 302
    group.invite.refresh_from_db()
    assert (group.invite.uses, Enrolment.objects.count()) == (1, 1)


def test_joining_brings_back_who_had_left(client, person, certification):
    factories.enrolment(person, certification, active=False, minutes_a_day=33)
    group, token = class_with_link(certification)
    client.post(f"/join/{token}/")
    enrolment = Enrolment.objects.get(user=person)
    assert (enrolment.active, enrolment.study_class, enrolment.minutes_a_day) == (True, group, 33)


def test_signing_up_by_a_class_link_joins_it_in_one_go(client, certification):
    group, token = class_with_link(certification, most_uses=1)
    url = f"/join/{token}/"
    client.get(url)
    filled = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD, "next": url}
    assert client.post("/accounts/signup/", filled).url == url
    enrolment = Enrolment.objects.get(user__email="new@example.org")
    assert (enrolment.study_class, enrolment.exam_date) == (group, date(2027, 3, 1))
    assert client.get(url).url == "/certifications/gate-keeping/"
    group.invite.refresh_from_db()
    assert group.invite.uses == 1


@pytest.mark.parametrize(
    ("spoiled", "said"),
    (
        ({"withdrawn": True}, "withdrawn"),
        ({"expires_at": NOW - timedelta(days=300)}, "expired"),
        ({"uses": 5}, "as often as it may be"),
    ),
)
def test_a_spent_link_says_so_and_joins_nobody(client, person, certification, spoiled, said):
    group, token = class_with_link(certification)
    Invite.objects.filter(pk=group.invite_id).update(**spoiled)
    for response in (client.get(f"/join/{token}/"), client.post(f"/join/{token}/")):
        assert response.status_code == 410
        assert said in response.content.decode()
    assert not Enrolment.objects.exists()


def test_a_member_is_not_told_that_the_link_is_spent(client, person, certification):
    _, token = class_with_link(certification, most_uses=1)
    client.post(f"/join/{token}/")
    assert client.get(f"/join/{token}/").url == "/certifications/gate-keeping/"


def test_a_plain_invite_gives_nothing_to_who_has_an_account(client, person):
    invite, token = Invite.make(timezone.now())
    assert "nothing left to do" in client.get(f"/join/{token}/").content.decode()
    client.post(f"/join/{token}/")
    invite.refresh_from_db()
    assert invite.uses == 0


def test_an_instructors_invite_makes_one(client, person):
    invite, token = Invite.make(timezone.now(), role=User.Role.INSTRUCTOR)
    client.post(f"/join/{token}/")
    client.post(f"/join/{token}/")
    person.refresh_from_db()
    invite.refresh_from_db()
    assert person.is_instructor
    assert invite.uses == 1


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_a_hail_of_presses_joins_each_person_once():
    certification = factories.certification("gate-keeping")
    group, _ = class_with_link(certification, most_uses=3)
    learners = [factories.learner() for _ in range(5)]
    factories.enrolment(learners[0], certification)  # already enrolled, not yet in the class

    def press(user: User) -> str:
        try:
            return "joined" if enrolling.accept(group.invite, user, NOW) else "was in"
        except inviting.InviteSpent:
            return "too late"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        said = list(pool.map(press, learners * 4))
    group.invite.refresh_from_db()
    assert (said.count("joined"), group.invite.uses) == (3, 3)
    assert Enrolment.objects.filter(study_class=group).count() == 3
    assert said.count("was in") == 9
    assert said.count("too late") == 8


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_a_hail_of_enrolling_makes_one_enrolment():
    certification = factories.certification()
    user = factories.learner()

    def press(_: int) -> int:
        try:
            return enrolling.enrol(user, certification, NOW).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(12)))) == 1


def test_a_link_spent_halfway_leaves_nothing_written(person, certification):
    group, _ = class_with_link(certification)
    Invite.objects.filter(pk=group.invite_id).update(uses=5)
    with pytest.raises(inviting.InviteSpent):
        enrolling.accept(group.invite, person, NOW)
    assert not Enrolment.objects.exists()


def test_create_person_through_an_instructor_class_invite_teaches_it(certification):
    group, _ = class_with_link(certification)
    Invite.objects.filter(pk=group.invite_id).update(role=User.Role.INSTRUCTOR)
    group.invite.refresh_from_db()
    user = people.sign_up("t@example.org", PASSWORD, "", invite=group.invite, verified=True, at=NOW)
    assert group.instructors.filter(pk=user.pk).exists()
    assert not Enrolment.objects.filter(user=user).exists()
