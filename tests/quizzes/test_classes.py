"""Classes: seen and changed by those who teach them, joined by a link that is shown once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Invite
from content.models import Certification
from quizzes import enrolling
from quizzes.models import Card, Class, Enrolment, ReviewLog
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def certification() -> Certification:
    return factories.certification("gate-keeping")


@pytest.fixture
def teacher(client, certification):
    user = factories.instructor(certification)
    client.force_login(user)
    return user


@pytest.fixture
def group(certification, teacher) -> Class:
    return enrolling.make_class(certification, "Tuesday group", teacher, NOW, date(2027, 3, 1))


def shown_link(client, group: Class) -> str | None:
    found = re.search(
        r'value="http://testserver(/join/[^"]+/)"', client.get(f"/classes/{group.pk}/").content.decode()
    )
    return found[1] if found else None


def test_making_a_class(client, certification, teacher):
    exam = timezone.localdate() + timedelta(days=90)
    sent = {"certification": certification.pk, "name": "Evening", "exam_date": exam.isoformat()}
    response = client.post("/classes/new/", sent)
    made = Class.objects.get()
    assert response.url == f"/classes/{made.pk}/"
    assert (made.name, made.certification, made.exam_date) == ("Evening", certification, exam)
    assert list(made.instructors.all()) == [teacher]


def test_only_what_one_teaches_can_have_a_class(client, teacher):
    other = factories.certification()
    response = client.post("/classes/new/", {"certification": other.pk, "name": "Evening"})
    assert response.status_code == 422
    assert "Choose one of the certifications you teach." in response.content.decode()
    assert not Class.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    (
        ({"name": ""}, "Give the class a name."),
        ({"exam_date": "2020-01-01"}, "1 January 2020 is over."),
        ({"exam_date": "soon"}, "Write the exam date as year-month-day"),
    ),
)
def test_a_wrong_class_is_named(client, certification, teacher, changes, said):
    response = client.post("/classes/new/", {"certification": certification.pk, "name": "Evening"} | changes)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Class.objects.exists()


# --- who sees what ---------------------------------------------------------------------------------------------


def test_learners_have_no_classes_page(client, group):
    client.force_login(factories.learner())
    for url in ("/classes/", "/classes/new/", f"/classes/{group.pk}/"):
        assert client.get(url).status_code == 404, url


def test_a_member_does_not_see_the_others(client, group):
    member = factories.learner()
    enrolling.join_class(group, member, NOW)
    client.force_login(member)
    assert client.get(f"/classes/{group.pk}/").status_code == 404


def test_a_stranger_who_teaches_elsewhere_finds_nothing(client, group):
    client.force_login(factories.instructor(factories.certification()))
    assert "Tuesday group" not in client.get("/classes/").content.decode()
    assert client.get(f"/classes/{group.pk}/").status_code == 404
    for url in ("", "link/", "link/withdraw/", "instructors/"):
        assert (
            client.post(f"/classes/{group.pk}/{url}", {"name": "Mine", "email": "x@example.org"}).status_code
            == 404
        )
    group.refresh_from_db()
    assert group.name == "Tuesday group"


def test_an_instructor_of_the_class_alone_may_run_it(client, group):
    assistant = factories.instructor()
    group.instructors.add(assistant)
    client.force_login(assistant)
    assert "Tuesday group" in client.get("/classes/").content.decode()
    assert client.get(f"/classes/{group.pk}/").status_code == 200
    assert client.get("/classes/new/").status_code == 404, "teaches no certification"


# --- the link --------------------------------------------------------------------------------------------------


def test_a_link_is_shown_once_and_works(client, group):
    assert client.post(f"/classes/{group.pk}/link/", {"most_uses": "2", "days": "7"}).status_code == 302
    url = shown_link(client, group)
    assert url
    assert shown_link(client, group) is None
    invite = Invite.objects.get()
    assert invite.most_uses == 2
    assert invite.expires_at is not None
    assert timedelta(days=6) < invite.expires_at - timezone.now() <= timedelta(days=7)
    client.force_login(factories.learner())
    client.post(url)
    assert Enrolment.objects.get().study_class == group


def test_a_link_made_for_one_class_is_not_shown_on_another(client, group, certification, teacher):
    other = enrolling.make_class(certification, "Other", teacher, NOW)
    client.post(f"/classes/{group.pk}/link/", {"most_uses": "2", "days": "7"})
    assert shown_link(client, other) is None
    assert shown_link(client, group)


def test_a_new_link_ends_the_old(client, group):
    client.post(f"/classes/{group.pk}/link/", {"most_uses": "2", "days": "7"})
    old = shown_link(client, group)
    client.post(f"/classes/{group.pk}/link/", {"most_uses": "2", "days": "7"})
    new = shown_link(client, group)
    client.force_login(factories.learner())
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_withdrawing(client, group):
    client.post(f"/classes/{group.pk}/link/", {"most_uses": "2", "days": "7"})
    url = shown_link(client, group)
    client.post(f"/classes/{group.pk}/link/withdraw/")
    assert "No link works at the moment" in client.get(f"/classes/{group.pk}/").content.decode()
    client.logout()
    assert client.get(url).status_code == 410


@pytest.mark.parametrize("sent", ({"most_uses": "0", "days": "7"}, {"most_uses": "5", "days": "999"}, {}))
def test_a_wrong_link_is_not_made(client, group, sent):
    assert client.post(f"/classes/{group.pk}/link/", sent).status_code == 422
    assert not Invite.objects.exists()


# --- members ---------------------------------------------------------------------------------------------------


def member(group: Class, name: str, studied: datetime | None = None) -> Enrolment:
    user = factories.learner()
    user.name = name
    user.save()
    enrolling.join_class(group, user, NOW)
    enrolment = Enrolment.objects.get(user=user)
    if studied:
        question = factories.question(group.certification.topics.get(position=1))
        card = Card.objects.create(enrolment=enrolment, question=question, topic=question.topic)
        assert question.current is not None
        ReviewLog.objects.create(
            card=card, seq=0, enrolment=enrolment, question_version=question.current,
            kind=ReviewLog.Kind.LEARN, rating=3, at=studied, state=1,
        )  # fmt: skip
    return enrolment


def test_members_and_when_they_last_studied(client, group):
    member(group, "Ada Park", datetime(2026, 11, 20, 9, tzinfo=UTC))
    member(group, "Bo Reed")
    left = member(group, "Cy Left")
    enrolling.leave(left)
    page = client.get(f"/classes/{group.pk}/").content.decode()
    assert "Ada Park" in page
    assert "20 Nov 2026" in page
    assert "not yet" in page
    assert "Cy Left" not in page


def test_removing_a_member_keeps_their_history(client, group):
    enrolment = member(group, "Ada Park", NOW)
    client.post(f"/classes/{group.pk}/members/{enrolment.pk}/remove/")
    enrolment.refresh_from_db()
    assert (enrolment.study_class, enrolment.active) == (None, True)
    assert ReviewLog.objects.count() == 1


def test_removal_from_a_closed_certification_ends_it(client, group):
    Certification.objects.update(open_to_all=False)
    enrolment = member(group, "Ada Park")
    client.post(f"/classes/{group.pk}/members/{enrolment.pk}/remove/")
    enrolment.refresh_from_db()
    assert (enrolment.study_class, enrolment.active) == (None, False)


def test_a_member_of_another_class_cannot_be_removed_here(client, group, certification, teacher):
    enrolment = member(enrolling.make_class(certification, "Other", teacher, NOW), "Ada Park")
    assert client.post(f"/classes/{group.pk}/members/{enrolment.pk}/remove/").status_code == 404


def test_query_count_does_not_grow_with_members(client, group, django_assert_max_num_queries):
    for number in range(3):
        member(group, f"P{number}", NOW)
    client.get(f"/classes/{group.pk}/")
    with django_assert_max_num_queries(16) as few:
        client.get(f"/classes/{group.pk}/")
    for number in range(6):
        member(group, f"Q{number}", NOW)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(f"/classes/{group.pk}/")


# --- settings and instructors ----------------------------------------------------------------------------------


def test_a_changed_exam_date_moves_those_who_have_not_set_their_own(client, group):
    follows = member(group, "Follows")
    own = member(group, "Own date")
    Enrolment.objects.filter(pk=own.pk).update(exam_date=date(2027, 1, 1))
    Enrolment.objects.update(next_plan_at=NOW)
    new = timezone.localdate() + timedelta(days=200)
    client.post(f"/classes/{group.pk}/", {"name": "Renamed", "exam_date": new.isoformat()})
    follows.refresh_from_db()
    own.refresh_from_db()
    group.refresh_from_db()
    assert (group.name, follows.exam_date, follows.next_plan_at) == ("Renamed", new, None)
    assert (own.exam_date, own.next_plan_at) == (date(2027, 1, 1), NOW)


def test_adding_an_instructor(client, group):
    other = factories.instructor(email="other@example.org")
    client.post(f"/classes/{group.pk}/instructors/", {"email": "Other@example.org"})
    assert other in group.instructors.all()


@pytest.mark.parametrize("email", ("learner@example.org", "nobody@example.org", "no address", ""))
def test_only_instructors_can_be_added(client, group, email):
    factories.learner("learner@example.org")
    response = client.post(f"/classes/{group.pk}/instructors/", {"email": email})
    assert response.status_code == 422
    assert group.instructors.count() == 1
